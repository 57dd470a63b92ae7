"""Selection by p-value in sentences: what it does to the effect, how much of it would tip a conclusion, and
what cannot be told from few trials.
"""

import math

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.priors.composite import described
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.small_studies.selection import LOWEST, SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import Adjusted
from bayes_ivig.results.small_studies.steps import Step

FEW = 10  # trials, below which weights hardly leave their prior
LEVEL = 0.95
ALIKE = 0.1  # of a log Bayes factor
STILL = 0.1  # of a probability: a median that moved by less stayed where its prior put it
TESTS = {
    "wald": "log odds ratio over its standard error, 0.5 added to every cell of a table with a zero cell",
    "score": "Pearson's test without correction",
    "fisher": "the exact test of Fisher",
}
ADJUSTMENTS = {
    "none": "as published",
    "selection": "selection by p-value",
    "pet": "limit on the standard error (PET)",
    "peese": "limit on its square (PEESE)",
}
NO_TRUTH = (
    "each line is the answer under one assumption of how small or non-significant trials came to differ, and "
    "none is the corrected truth: trials differ by size for other reasons, too"
)

SLOPE = (
    "Slope: of the effect on the scale of the model, per unit of a trial's standard error, or of its square, "
    "towards the favoured side only."
)
BOTH = (
    "The standard error of counts moves with the effect: an empty cell makes both large, so a slope, and "
    "evidence for it, is also found where the size of trials plays no part."
)
LIMITS = {"pet": "PET", "peese": "PEESE"}
BODY = (
    "That trials were suppressed is neither shown nor excluded: few trials say little of the weight, and an "
    "empty cell alone can make the slope of PET and PEESE."
)


def chance(found: SelectionAnalysis, posterior: Posterior) -> str:
    """Return the probability of that under a posterior, in figures."""
    return numbers.probability(found.chance(posterior["mu"]))


def favoured(found: SelectionAnalysis) -> str:
    """Return which p-values are meant: ``one-sided for OR > 1``."""
    if not found.direction:
        return "two-sided"
    return f"one-sided for {found.measure.above if found.direction == 'above' else found.measure.below}"


def interval(step: Step) -> str:
    """Return an interval of the p-value."""
    if step.p_from == 0:
        return f"up to {numbers.stated(step.p_to)}"
    if step.p_to == 1:
        return f"above {numbers.stated(step.p_from)}"
    return f"{numbers.stated(step.p_from)} to {numbers.stated(step.p_to)}"


def weight(values: tuple[float, float, float]) -> str:
    """Return median and limits of a weight, or the number that it is."""
    median, lower, upper = values
    if lower == upper:
        return numbers.stated(median)
    return f"{numbers.ratio(median)} ({numbers.limits(lower, upper)})"


def answer(found: SelectionAnalysis) -> str:
    """Return the effect and its probability before and after, in one sentence."""
    measure = found.measure
    ends = [
        effects.of(measure, float(each["mu"].quantile(0.5))) for each in (found.uncorrected, found.posterior)
    ]
    chances = [chance(found, each) for each in (found.uncorrected, found.posterior)]
    return (
        f"Where publication hung on the p-value, the median {measure.name} goes from {ends[0]} to {ends[1]} "
        f"and P({found.event}) from {chances[0]} to {chances[1]}."
    )


def tipping(found: SelectionAnalysis, line: float) -> str:
    """Return how much suppression it takes for the probability to fall below a line."""
    what, at = f"P({found.event})", numbers.stated(line)
    first = found.chance(found.uncorrected["mu"])
    if (turns := found.tipping(line)) is not None:
        return (
            f"{what} falls below {at} once {later(found)} is published less than "
            f"{numbers.ratio(turns)} times as often as {first_interval(found)}."
        )
    if found.short_of(line):
        return f"{what} is {numbers.probability(first)} without selection, below {at} already."
    return (
        f"{what} stays at {at} or above even where {later(found)} is published "
        f"{numbers.stated(LOWEST)} times as often as {first_interval(found)}."
    )


def turning(found: SelectionAnalysis, line: float) -> str:
    """Return the same as the end of a sentence; blank where the probability is below without selection."""
    if found.short_of(line):
        return ""
    turns, at = found.tipping(line), numbers.stated(line)
    if turns is None:
        return f"; no weight down to {numbers.stated(LOWEST)} takes it below {at}"
    return f"; a weight below {numbers.ratio(turns)} takes it below {at}"


def first_interval(found: SelectionAnalysis) -> str:
    """Return a trial of the most significant interval, in words."""
    return f"one with p {interval(found.steps[0])}"


def later(found: SelectionAnalysis) -> str:
    """Return a trial of any later interval, in words."""
    return f"a trial with p above {numbers.stated(found.steps[0].p_to)}"


def evidence(log_bayes_factor: float | None, what: str = "selection") -> str:
    """Return the evidence for one assumption against none."""
    if log_bayes_factor is None:
        return f"The evidence for {what} cannot be told under an improper prior."
    factor = math.exp(log_bayes_factor)
    shown = numbers.bayes_factor(factor)
    if settled_one(abs(log_bayes_factor)) <= ALIKE:
        return f"These trials are about as probable with {what} as without (Bayes factor {shown})."
    side = "more" if factor > 1 else "less"
    return (
        f"These trials are {numbers.bayes_factor(max(factor, 1 / factor))} times {side} probable with {what} "
        f"than without (Bayes factor {shown})."
    )


def missing(found: SelectionAnalysis, level: float) -> str:
    """Return how many trials would be unpublished."""
    lower, upper = found.missing.interval(level)
    middle = numbers.expected_count(found.missing.median)
    return (
        f"Trials that would be missing beside these {phrases.small(len(found.p_values))}: {middle} "
        f"({numbers.expected_count(lower)} to {numbers.expected_count(upper)}), if one with p "
        f"{interval(found.steps[0])} is always published."
    )


def stays(found: SelectionAnalysis) -> str:
    """Return how far the data moved the weights from their prior; blank where none has a prior."""
    free = [step for step in found.steps if step.prior is not None]
    if not free:
        return ""
    moved = [(step.prior_limits(LEVEL)[0], step.limits(LEVEL)[0], step) for step in free]
    before, after, step = max(moved, key=lambda each: settled_one(abs(each[1] - each[0])))
    k = phrases.small(len(found.p_values))
    if abs(after - before) < STILL:
        return f"The {k} trials say next to nothing of the weights, which stay where their prior put them."
    few = f" With {k} trials this is little evidence." if len(found.p_values) < FEW else ""
    moved_to = f"from {numbers.ratio(before)} to {numbers.ratio(after)}"
    return f"The median weight of p {interval(step)} goes {moved_to}.{few}"


def empty(found: SelectionAnalysis) -> list[str]:
    """Return a sentence for every interval without trials."""
    said = []
    for step in found.empty:
        why = (
            "its weight stays at its prior, but for what its emptiness says"
            if step.reachable
            else "and none can: nothing is learnt of its weight"
        )
        said.append(f"no trial has p {interval(step)}; {why}")
    return said


def unreachable(found: SelectionAnalysis) -> str:
    """Return which p-values no table with a trial's totals can have; blank where all can."""
    k = len(found.p_values)
    short = [step for step in found.steps if step.reachable < k]
    if not short:
        return ""
    listed = "; ".join(
        f"p {interval(step)} is within reach of {step.reachable} of {k} trials" for step in short
    )
    return f"{listed}: a trial whose tables all lie in one interval says nothing of selection"


def assumed(found: SelectionAnalysis) -> list[str]:
    """Return the lines on what was assumed."""
    model = found.posterior.model
    how = (
        "the probability of an interval is that of all tables with the same totals and events whose p-value "
        "lies in it, an exact sum"
        if model.two_arm.conditions_on_events
        else "the probability of an interval is that of a normal estimate with the standard error that was "
        "seen"
    )
    return [
        f"p-values: {favoured(found)}; {TESTS[model.test]}",
        f"a trial in a later interval is published with a weight relative to {first_interval(found)}; {how}; "
        "selection acts on trials as they are drawn, their own effects included",
        f"weights: {_weights(found)}",
    ]


def _weights(found: SelectionAnalysis) -> str:
    match found.weights:
        case "uniform":
            return "uniform between 0 and 1, each on its own"
        case "cumulative_dirichlet(1)":
            return "never rising with p, as sums of a Dirichlet(1, ..., 1)"
        case numbers_given:
            return f"fixed at {numbers_given}"


def of_adjusted(row: Adjusted, level: float) -> tuple[str, str, str, str, str]:
    """Return the cells of an adjustment: what it is, median, limits, slope, evidence against none."""
    measure, mu = row.posterior.measure, row.posterior["mu"]
    slope = numbers.NONE
    if "slope" in row.posterior.names:
        marginal = row.posterior["slope"]
        lower, upper = marginal.interval(level)
        slope = f"{numbers.amount(marginal.median)} ({numbers.amount(lower)} to {numbers.amount(upper)})"
    factor = (
        numbers.NONE if row.log_bayes_factor is None else numbers.bayes_factor(math.exp(row.log_bayes_factor))
    )
    return (
        ADJUSTMENTS[row.adjustment],
        effects.cell(measure, measure.own(float(mu.quantile(0.5)))),
        effects.limits(measure, *(measure.own(value) for value in mu.interval(level))),
        slope,
        factor,
    )


def introduction(found: SelectionAnalysis) -> str:
    """Return what is asked, and what cannot be told from it."""
    return (
        "Trials may be missing because of what they found, and small trials may differ from large ones. "
        "Three assumptions show how far the answer hangs on that: publication that depends on the "
        "p-value, and effects that follow the standard error of a trial (PET) or its square (PEESE). Each is "
        "a sensitivity "
        f"analysis of {phrases.small(len(found.p_values))} trials, whose p-values come from small tables; "
        "none of them proves that trials were suppressed, or that none were."
    )


def likelihood(found: SelectionAnalysis) -> str:
    """Return under which likelihood all of it is, and the priors."""
    model = found.posterior.model
    priors = f"μ ~ {described(model.mu)}" + (
        f", τ ~ {described(model.tau)}" if model.effects != "common" else ""
    )
    return f"Likelihood: {model.likelihood}; priors: {priors}, the same for all"
