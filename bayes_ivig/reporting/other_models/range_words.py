"""What other models make of an answer, in sentences of their numbers:
the range, which model is at its end and why, designs.
"""

import math
from collections.abc import Iterator

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.priors.composite import Prior
from bayes_ivig.reporting.other_models.words import model_name
from bayes_ivig.reporting.wording import classes, numbers, outcomes, phrases
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.other_models.sampled import ModelRow, OtherModels
from bayes_ivig.results.pooled import posterior_ratio
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

FEWEST = 3  # models, of which one can be said to be at an end


def range_sentences(outcome: CountsOutcome, models: OtherModels) -> list[str]:
    """Return between which models the answer lies, a sentence per trial set,
    and where the reference model is at an end of it.
    """
    sentences: list[str] = []
    for trials in dict.fromkeys(row.trials for row in models.rows):
        own = sorted(
            (row for row in models.rows if row.trials == trials),
            key=lambda row: settled_one(row.ratio.estimate or 0),
        )
        low, high = (
            f"{numbers.ratio(row.ratio.estimate)} ({phrases.lower_first(model_name(row.code))})"
            for row in (own[0], own[-1])
        )
        chances = sorted(row.prob_or_gt_1 for row in own)
        label = outcomes.set_label(outcome.trial_set(trials), outcome)
        sentences.append(
            f"{label}, {phrases.small(len(own))} models: the posterior median odds ratio lies between {low} "
            f"and {high}, P(OR > 1) between {numbers.probability(chances[0])} and "
            f"{numbers.probability(chances[-1])}.{_at_an_end(outcome, trials, own, not sentences)}"
        )
    return sentences


def _at_an_end(outcome: CountsOutcome, trials: str, own: list[ModelRow], first: bool) -> str:
    """Return that the reference model is the largest or the smallest of them,
    and what zero cells have to do with it.
    """
    ends = {own[0].code: "small", own[-1].code: "large"}
    if len(own) < FEWEST or "reference" not in ends:
        return ""
    alone = f" No other model gives so {ends['reference']} an odds ratio as the reference model."
    return f"{alone}{_zero_cells(outcome, trials, first)}"


def _zero_cells(outcome: CountsOutcome, trials: str, first: bool) -> str:
    """Return how far apart the reference model and the pooled estimate are with the trials
    that have a zero cell, and without.
    """
    result = outcome.trial_set(trials)
    touched, names = result.pooled.zero_cells.studies_altered, result.dataset.study_names
    every = None if outcome.choices is None else outcome.choices.every
    if every is None or not touched or result.posterior.model.uses_estimates:
        return ""
    rest = "; ".join(name for name in names if name not in touched)
    rows = every[every["trials"] == rest].to_dict("records")
    whole = result.pooled.ratio.estimate
    if (
        not rows
        or whole is None
        or not all(math.isfinite(rows[0][name]) for name in ("or_median", "pooled_or"))
    ):
        return ""
    has = "has a zero cell" if len(touched) == 1 else "have a zero cell"
    median = numbers.ratio(posterior_ratio(result.posterior["mu"]).estimate)
    why = (
        ": the reference model takes zeros as they are, where pooling again and the normal model add 0.5 to "
        "the cells, which draws such trials towards no effect"
    )
    names_of = phrases.series([phrases.name(name) for name in touched])
    return (
        f" {names_of} {has}{why if first else ''}. With {'it' if len(touched) == 1 else 'them'} the "
        f"reference model gives {median}, pooled again {numbers.ratio(whole)}; without, "
        f"{numbers.ratio(rows[0]['or_median'])} and {numbers.ratio(rows[0]['pooled_or'])}."
    )


def design_sentences(outcome: CountsOutcome, models: OtherModels) -> list[str]:
    """Return how models of designs stand to the trials of one design by themselves,
    where all trials were classed by it.
    """
    return list(_by_design(outcome, [row for row in models.rows if row.trials == "all"]))


def _by_design(outcome: CountsOutcome, rows: list[ModelRow]) -> Iterator[str]:
    for row in rows:
        match row.model:
            case MetaRegression(covariates=(column,), references=((name, value),)) if name == column:
                if by_class := _classed(outcome, column, str(value)):
                    yield _regression(row, row.model, by_class, str(value))
            case BiasAdjusted(flag_column=column, unflagged_values=(value,)) if _classed(
                outcome, column, value
            ):
                low, high = _odds(row.model.beta0)
                yield (
                    f"The bias model on all trials gives {_answer(row)}: free only of as much bias as its "
                    f"priors allow, which multiplies the odds ratio on average by a factor of {low} "
                    f"to {high} (95%)."
                )


def _classed(outcome: CountsOutcome, column: str, value: str) -> ByClass | None:
    """Return the classes of the trials by a column, if one of them is that value."""
    classes = outcome.choices.classes if outcome.choices else ()
    return next(
        (by_class for by_class in classes if by_class.column == column and value in by_class.contrast.groups),
        None,
    )


def _regression(row: ModelRow, model: MetaRegression, by_class: ByClass, value: str) -> str:
    """Say why the meta-regression's odds ratio of a class is not that of the class by itself."""
    low, high = _odds(model.beta)
    rows = by_class.alone.to_dict("records")
    alone = rows[list(by_class.contrast.groups).index(value)]
    ratios = {
        name: row["or_median"] / alone["or_median"]
        for name, row in zip(by_class.contrast.groups, rows, strict=True)
    }
    shown = [
        f"{numbers.plain(ratios[other], 1)} ({classes.of(by_class, other)})"
        for other, base, _ in _telling(by_class)
        if base == value
    ]
    apart = f", where medians of classes by themselves are apart by {phrases.series(shown)}" if shown else ""
    which = f"{classes.label(by_class)} ({classes.of(by_class, value)})"
    chance = numbers.chance("OR > 1", alone["prob_or_gt_1"])
    return (
        f"{which}: by themselves these trials give {numbers.ratio(alone['or_median'])} ({chance}), under the "
        f"meta-regression on all trials {_answer(row)}. The two differ because the regression's prior keeps "
        f"the ratio of odds ratios between designs at {low} to {high} (95%){apart}, "
        "so that it borrows from the other designs."
    )


def _telling(by_class: ByClass) -> Iterator[tuple[str, str, Marginal]]:
    """Return the ratios to the largest class of which the trials of both classes tell something."""
    return (each for each in by_class.differences() if by_class.contrast.fewest_informative(*each[:2]))


def _answer(row: ModelRow) -> str:
    return f"{numbers.ratio(row.ratio.estimate)} ({numbers.chance('OR > 1', row.prob_or_gt_1)})"


def _odds(prior: Prior) -> tuple[str, str]:
    low, high = (numbers.ratio(math.exp(float(prior.quantile(p)))) for p in (0.025, 0.975))
    return low, high
