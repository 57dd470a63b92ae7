"""The sentence of every code of an audit."""

from collections.abc import Callable

from bayes_ivig.reporting.audit import claim_words, pooled_words, rule_words, study_words, trial_words, words
from bayes_ivig.results.coded import Code, Coded

SENTENCES: dict[Code, Callable[..., str]] = {
    "also_mended": words.also_mended,
    "central": words.central,
    "central_if_cut": words.central_if_cut,
    "central_if_natural": words.central_if_natural,
    "cut_off": words.cut_off,
    "effect": words.effect,
    "fitting_trials": words.fitting_trials,
    "heterogeneity": words.heterogeneity,
    "heterogeneity_agrees": words.heterogeneity_agrees,
    "heterogeneity_disagrees": words.heterogeneity_disagrees,
    "heterogeneity_if": words.heterogeneity_if,
    "i2_from_tau2": words.i2_from_tau2,
    "needs": words.needs,
    "needs_heterogeneity": words.needs_heterogeneity,
    "needs_p": words.needs_p,
    "no_fewer_trials": words.no_fewer_trials,
    "no_number_of_trials": words.no_number_of_trials,
    "not_central": words.not_central,
    "not_positive": words.not_positive,
    "one_trial": words.one_trial,
    "p_agrees": words.p_agrees,
    "p_agrees_if": words.p_agrees_if,
    "p_disagrees": words.p_disagrees,
    "sentences": words.sentences,
    "agree_if_cut_off": claim_words.agree_if_cut_off,
    "another_number": claim_words.another_number,
    "another_sum": claim_words.another_sum,
    "as_printed": claim_words.as_printed,
    "both": claim_words.both,
    "claimed_elsewhere": claim_words.claimed_elsewhere,
    "column_of": claim_words.column_of,
    "counted_in_arms": claim_words.counted_in_arms,
    "equal_right": claim_words.equal_right,
    "equal_wrong": claim_words.equal_wrong,
    "mirrored": claim_words.mirrored,
    "needs_outcomes": claim_words.needs_outcomes,
    "needs_percentage": claim_words.needs_percentage,
    "needs_sum": claim_words.needs_sum,
    "needs_two": claim_words.needs_two,
    "no_total": claim_words.no_total,
    "not_mirrored": claim_words.not_mirrored,
    "nothing_implied": claim_words.nothing_implied,
    "one_number": claim_words.one_number,
    "percentage_fits": claim_words.percentage_fits,
    "percentage_wrong": claim_words.percentage_wrong,
    "sum_right": claim_words.sum_right,
    "sum_right_if": claim_words.sum_right_if,
    "sum_wrong": claim_words.sum_wrong,
    "convention": pooled_words.convention,
    "exact_not_tried": pooled_words.exact_not_tried,
    "heterogeneity_of": pooled_words.heterogeneity_of,
    "in_percent": pooled_words.in_percent,
    "not_reproduced": pooled_words.not_reproduced,
    "nothing_to_recompute": pooled_words.nothing_to_recompute,
    "only_otherwise": pooled_words.only_otherwise,
    "printed": pooled_words.printed,
    "quantile": pooled_words.quantile,
    "reproduced": pooled_words.reproduced,
    "allowed": rule_words.allowed,
    "excluded": rule_words.excluded,
    "model_used": rule_words.model_used,
    "needs_rule": rule_words.needs_rule,
    "nothing_to_look_at": rule_words.nothing_to_look_at,
    "silent": rule_words.silent,
    "undecided": rule_words.undecided,
    "unstated": rule_words.unstated,
    "another_measure": study_words.another_measure,
    "fits": study_words.fits,
    "is_a": study_words.is_a,
    "needs_counts": study_words.needs_counts,
    "no_formula": study_words.no_formula,
    "nothing_printed": study_words.nothing_printed,
    "of_study": study_words.of_study,
    "with_conditions": study_words.with_conditions,
    "incomplete": trial_words.incomplete,
    "label": trial_words.label,
    "listed": trial_words.listed,
    "no_subset": trial_words.no_subset,
    "no_such_outcome": trial_words.no_such_outcome,
    "participants": trial_words.participants,
    "size": trial_words.size,
    "subset": trial_words.subset,
    "too_many_subsets": trial_words.too_many_subsets,
    "trials": trial_words.trials,
}


def worded(reason: Coded) -> str:
    """Return a code in words, codes among its values first."""
    return SENTENCES[reason.code](*map(_in_words, reason.values))


def _in_words(value: object) -> object:
    if isinstance(value, Coded):
        return worded(value)
    return tuple(map(_in_words, value)) if type(value) is tuple else value
