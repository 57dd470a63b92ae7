"""Sentences about the answer by what the treatment was compared with."""

import re
from collections.abc import Sequence

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes, phrases
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonContrast, ComparisonResult
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import Contrast
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

AUTHOR_YEAR = re.compile(r"\b[A-Z][\w'-]+ (?:19|20)\d\d\b")
WITHIN = ("OR", "HR")  # ratios that a mixture of trials does not have, though every trial has them
NOT_COMPARATORS = ("where ", "in trials of ")  # phrases that say where trials stand, not what against
NEAR = 0.25  # share of the prior's median within which a median of tau is nearly that
NEITHER = "The trials do not say which of the two priors is right, so neither answer is claimed."


def comparison_phrase(group: ComparisonResult, about: About) -> str:
    """Return what is compared: ``IVIG instead of a steroid``, ``drug against placebo, where region is X``."""
    treatment, phrase = phrases.name(about.treatment), phrases.name(group.phrase)
    if group.phrase.startswith(NOT_COMPARATORS):
        return f"{treatment} against {phrases.name(about.control)}, {phrase}"
    return f"{treatment} {phrase}"


def estimand_sentence(outcome: CountsOutcome) -> str:
    """Return what every comparison of an outcome estimates: that the effect is conditional on the trial."""
    measure, phrase = outcome.measure, outcomes.phrase(outcome)
    marginal = " (within a trial, not marginal)" if measure.code in WITHIN else ""
    of = f" of {phrase}" if phrase else ""
    return f"Each estimates {_article(measure)} {measure.name}{of}{marginal}:"


def comparison_line(group: ComparisonResult, about: About) -> str:
    """Return who and what against what, and from which trials."""
    return (
        f"{comparison_phrase(group, about)}, in {phrases.name(group.people)}: "
        f"{counted(group, about)}, {phrases.names(group.trials)}.{_note(group)}"
    )


def estimand(group: ComparisonResult, about: About, outcome: str) -> str:
    """Return the same from a description and the outcome inside a sentence."""
    measure = group.result.posterior.measure
    what = f"{_article(measure)} {measure.name}{f' of {outcome}' if outcome else ''}"
    marginal = " (within a trial, not marginal)" if measure.code in WITHIN else ""
    return (
        f"{comparison_phrase(group, about)}, in {phrases.name(group.people)}: {what}{marginal}, from "
        f"{counted(group, about)}: {phrases.names(group.trials)}.{_note(group)}"
    )


def _article(measure: Measure) -> str:
    return "the conditional" if measure.code in WITHIN else "the"


def _note(group: ComparisonResult) -> str:
    """Return what the description adds to a comparison; nothing where it speaks of a trial, by author and
    year, that is not among those of this outcome.
    """
    note = phrases.name(group.note.strip())
    if not set(AUTHOR_YEAR.findall(note)) <= set(group.trials):
        return ""
    return f" {note}{'' if note.endswith(('.', '!', '?')) else '.'}" if note else ""


def counted(group: ComparisonResult, about: About) -> str:
    """Return how many trials and people a comparison has: ``two trials with 118 women``."""
    trials = len(group.trials)
    listed = f"{phrases.small(trials)} trial{'' if trials == 1 else 's'}"
    if group.counted is None:
        return listed
    return f"{listed} with {numbers.count(group.counted)} {phrases.name(about.words.people)}"


def tau_sentence(found: ByComparison) -> str:
    """Return that tau is nearly its prior where one or two trials tell the arms apart, with both as printed;
    empty where no comparison has so few.

    It is called nearly the prior's where every median, as printed, lies within a quarter of the prior's.
    """
    few = [group for group in found.groups if group.few]
    if not few:
        return ""
    prior, _ = few[0].tau()
    medians = sorted(_median(group.tau()[1]) for group in few)
    ends = [numbers.standard_deviation(each) for each in dict.fromkeys((medians[0], medians[-1]))]
    near = all(abs(each - _median(prior)) <= NEAR * _median(prior) for each in medians)
    which = "every comparison" if len(few) == len(found.groups) else phrases.series([g.phrase for g in few])
    said = "nearly what its prior says" if near else "moved by little data"
    middle, lower, upper = map(numbers.standard_deviation, prior)
    return (
        f"One or two trials tell the arms apart in {phrases.name(which)}, so τ is {said}: its median is "
        f"{' to '.join(ends)} after the trials, {middle} before them (95% of the prior: {lower} to {upper})."
    )


def _median(tau: tuple[float, float, float]) -> float:
    """Return the median of tau as it is printed."""
    return float(numbers.standard_deviation(tau[0]))


def contrast_sentences(found: ByComparison) -> tuple[str, ...]:
    """Return one sentence for every stated contrast, both priors of the difference beside each other, and
    that neither is claimed; none where there is no contrast.
    """
    by_key: dict[str, list[ComparisonContrast]] = {}
    for each in found.contrasts:
        by_key.setdefault(each.key, []).append(each)
    said = [_contrast(each) for each in by_key.values()]
    return (*said, NEITHER) if said else ()


def _contrast(found: Sequence[ComparisonContrast]) -> str:
    """Return what sets two sides apart, and the same without some trials."""
    whole = found[0]
    said = [f"{ratio(whole, wide=True)} under a wide prior and {ratio(whole, wide=False)} under a narrow one"]
    said += [
        f"without {phrases.names(each.left_out)}, {ratio(each, wide=True)} and {ratio(each, wide=False)}"
        for each in found[1:]
    ]
    return (
        f"{phrases.first_upper(phrases.name(whole.title))}, under one τ: {whole.shrinking.measure.contrast} "
        f"{'; '.join(said)}."
    )


def ratio(each: ComparisonContrast, *, wide: bool) -> str:
    """Return a ratio or difference of effects with limits and the probability above none."""
    measure, marginal = each.shrinking.measure, each.difference(wide=wide)
    shown = posterior_effect(marginal, measure)
    above = numbers.chance(above_of(measure), float(marginal.prob_above(0.0)))
    limits = effects.limits(measure, shown.lower, shown.upper)
    return f"{effects.cell(measure, shown.estimate)} (95% credible interval {limits}; {above})"


def above_of(measure: Measure) -> str:
    """Return the side above no difference: ``ratio > 1``."""
    return "ratio > 1" if measure.log else "difference > 0"


def prior_of(contrast: Contrast) -> str:
    """Return which prior a ratio or difference of effects has, in a few words."""
    ratio = "ratio" if contrast.measure.log else "difference"
    if contrast.apart is None:
        return "each mean with the prior of μ by itself"
    return f"{'the log of ' if contrast.measure.log else ''}the {ratio} ~ {contrast.apart}"


def unnamed_sentences(found: ByComparison, sets: Sequence[str] = ()) -> tuple[str, ...]:
    """Return which trials compare nothing, of which nothing is said, and which comparisons tell nothing.

    ``sets`` are trial sets that hold trials which compare nothing, as they are called in a sentence.
    """
    about = found.dataset.about
    said = []
    if found.compared_nothing:
        one = len(found.compared_nothing) == 1
        where = (
            f", though {'it is' if one else 'they are'} in the sets of {phrases.series(sets)}" if sets else ""
        )
        names = phrases.series([phrases.name(each) for each in found.compared_nothing])
        has, stands = ("has", "is") if one else ("have", "are")
        said.append(
            f"{names} {has} nothing to compare {phrases.name(about.treatment)} with and {stands} in none of "
            f"these comparisons{where}."
        )
    if found.unstated:
        said.append(f"Nothing says what was compared in {phrases.names(found.unstated)}.")
    said += [
        f"Nothing is learnt of {phrases.name(about.treatment)} {phrases.name(group.phrase)}: no trial of it "
        f"({phrases.names(group.trials)}) can tell the arms apart."
        for group in found.silent
    ]
    said += [f"Not computed: {phrases.name(what)}. {phrases.name(why)}." for what, why in found.not_fitted]
    return tuple(said)


def baseline_lines(found: ByComparison) -> list[str]:
    """Return where the baseline prior still takes part, and which trials cannot tell the arms apart."""
    posteriors = {group.phrase: group.result.posterior for group in found.groups}
    silent = dict.fromkeys(
        line for each in posteriors.values() for line in information.uninformative_lines(each, hint=False)
    )
    checks = [
        line
        for group in found.groups
        for line in information.baseline_lines(group.result.baseline, group.phrase, found.measure)
    ]
    return [*silent, *checks]


def title_of(dataset: Dataset) -> str:
    """Return the heading of a text: outcome, and that it goes by comparison."""
    about = dataset.about
    return f"{outcomes.title_of(dataset.outcome, about)}: {about.treatment}, by what it was compared with"
