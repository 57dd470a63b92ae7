"""What the answer rests on, for the opening: trials, designs, heterogeneity, models, baselines,
each with its section.
"""

import math

from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.trials import words as prose
from bayes_ivig.reporting.wording import classes, effects, numbers, outcomes, phrases
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome

type Point = tuple[Part, ...]


def points(outcome: CountsOutcome, key: str) -> tuple[Point, ...]:
    """Return what moves the answer of an outcome, a line each with a link to where it stands in full.

    None where no trial can tell the arms apart: the answer is then the prior's, and rests on nothing else.
    """
    if outcome.trial_set("all").posterior.learnt_nothing:
        return ()
    found = (
        (_trials(outcome), "choices", "every choice of trials"),
        (_published(outcome), "choices", "every choice of trials"),
        (_classes(outcome), "classes", "by design class"),
        (_heterogeneity(outcome), "priors", "by prior"),
        (_models(outcome), "models", "other models"),
    )
    return tuple(
        (f"{text} See ", Link(title, f"{key}-{section}"), ".") for text, section, title in found if text
    )


def summary_point(outcome: SummaryOutcome, key: str) -> Point | None:
    """Return the range of an outcome without counts over its readings; None for a difference."""
    marginals = [reading.marginal for reading in outcome.readings]
    marginals += [each.averaged() for reading in outcome.reconstructed for each in reading.posteriors]
    if outcome.claim.measure != "OR" or len(marginals) < 2:
        return None
    medians = sorted(math.exp(float(each.quantile(0.5))) for each in marginals)
    chances = sorted(float(each.prob_above(0.0)) for each in marginals)
    limits = [math.exp(each.interval(0.95)[i]) for each in marginals for i in (0, 1)]
    text = (
        f"{outcomes.title(outcome)}, whose counts are printed in part only, over every reading of what is "
        "printed, from the summary and from reconstructed counts: posterior median odds ratio "
        f"{_range(medians)}, P(OR > 1) {_chances(chances)}, 95% credible limits between "
        f"{numbers.ratio(min(limits))} and {numbers.ratio(max(limits))}. See "
    )
    return text, Link(phrases.lower_first(outcomes.title(outcome)), key), "."


def _trials(outcome: CountsOutcome) -> str:
    """Return which single trial moves the answer of all trials most."""
    return prose.carrying_sentence(outcome, outcome.choices) if outcome.choices else ""


def _published(outcome: CountsOutcome) -> str:
    """Return where the published choice of trials stands."""
    choices = outcome.choices
    if choices is None or choices.standing is None or choices.standing["subsets"] < 5:
        return ""
    return prose.standing_sentence(choices)


def _classes(outcome: CountsOutcome) -> str:
    """Return the effects of two classes of design and their ratio,
    of the first column with two that tell something.
    """
    classes = outcome.choices.classes if outcome.choices else ()
    pairs = [each for each in classes if len(each.contrast.groups) == 2]
    pairs = [each for each in pairs if each.contrast.fewest_informative(*each.contrast.groups)]
    return _pair(pairs[0]) if pairs else ""


def _pair(split: ByClass) -> str:
    ((a, b, difference),) = split.differences()
    measure = split.contrast.measure
    what, above = ("ratio", "ratio > 1") if measure.log else ("difference", "difference > 0")
    alone = dict(zip(split.contrast.groups, split.alone.to_dict("records"), strict=True))
    parts = []
    for name in (a, b):
        trials, row = phrases.small(len(split.contrast.groups[name])), alone[name]
        lower, median, upper = (row[name] for name in measure.columns[:3])
        ratio = f"{effects.cell(measure, median)} ({effects.limits(measure, lower, upper)})"
        parts.append(f"{ratio} in {trials} trials ({classes.of(split, name)})")
    return (
        f"{classes.label(split)}: {measure.plural} {phrases.series(parts)}, each class by itself; under "
        f"one between-study SD for both, their {what} is {_interval(difference, measure)}, "
        f"{numbers.chance(above, float(difference.prob_above(0.0)))} ({prose.when_stated(split)}; "
        f"prior: {prose.prior_of_ratios(split)})."
    )


def _heterogeneity(outcome: CountsOutcome) -> str:
    """Return how far the trials disagree, against the prior of tau,
    and what the stated priors of tau and mu do to the answer.
    """
    result = outcome.trial_set("all")
    rows = [row for row in outcome.sensitivity if row.trials == "all"]
    model = result.posterior.model
    if not rows or not model.heterogeneous:
        return ""
    tau = result.posterior["tau"]
    lower, upper = tau.interval(0.95)
    prior = float(model.tau.quantile(0.95))
    chances = sorted(row.prob_or_gt_1 for row in rows)
    medians = sorted(row.or_median for row in rows)
    named = _named(outcome)
    return (
        f"In {_all(outcome)} the between-study SD τ of {outcome.measure.scale}s has a posterior median of "
        f"{numbers.standard_deviation(float(tau.quantile(0.5)))} (95% credible interval "
        f"{numbers.standard_deviation(lower)} to {numbers.standard_deviation(upper)}), where its prior has "
        f"95% below {numbers.standard_deviation(prior)}. Over the {phrases.small(len(rows))} priors set side "
        f"by side the median {outcome.measure.name} runs {_range(medians, outcome.measure)} and "
        f"P({outcome.measure.above}) {_chances(chances)}{named}."
    )


def _named(outcome: CountsOutcome) -> str:
    """Return the range over named priors of the effect, informative ones among them;
    empty where none were asked for.
    """
    families = outcome.prior_families
    after = [
        row
        for each in (families.families if families else ())
        if not each.of_tau
        for row in each.after
        if row.trials == "all"
    ]
    if len(after) < 3:
        return ""
    medians = sorted(row.or_median for row in after)
    chances = sorted(row.prob_or_gt_1 for row in after)
    return (
        f"; over {phrases.small(len(after))} named priors of the effect, sceptical, hopeful and from other "
        f"evidence, {_range(medians)} and {_chances(chances)}"
    )


def _models(outcome: CountsOutcome) -> str:
    """Return the range over the models on all trials, and where the reference model stands in it."""
    rows = [row for row in (outcome.other_models.rows if outcome.other_models else ()) if row.trials == "all"]
    medians = sorted(row.ratio.estimate for row in rows if row.ratio.estimate is not None)
    if len(medians) < 3:
        return ""
    reference = next((row.ratio.estimate for row in rows if row.code == "reference"), None)
    place = ""
    if reference is not None:
        place = {
            medians[-1]: ", the reference model's being the largest",
            medians[0]: ", the reference model's being the smallest",
        }.get(reference, "")
    chances = sorted(row.prob_or_gt_1 for row in rows)
    return (
        f"Under {phrases.small(len(rows))} models of {_all(outcome)} the median odds ratio runs "
        f"{_range(medians)}{place}, and P(OR > 1) {_chances(chances)}."
    )


def _interval(marginal: Marginal, measure: Measure) -> str:
    shown = posterior_effect(marginal, measure)
    return f"{effects.cell(measure, shown.estimate)} ({effects.limits(measure, shown.lower, shown.upper)})"


def _range(values: list[float], measure: Measure = OR) -> str:
    return f"from {effects.cell(measure, values[0])} to {effects.cell(measure, values[-1])}"


def _chances(values: list[float]) -> str:
    return f"from {numbers.probability(values[0])} to {numbers.probability(values[-1])}"


def _all(outcome: CountsOutcome) -> str:
    return phrases.with_article(outcomes.set_phrase(outcome.trial_set("all"), outcome))
