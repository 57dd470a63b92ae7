"""The answer of a posterior, and of what is asked of one, in a few words."""

import numpy as np

from bayes_ivig.measures import OR
from bayes_ivig.reporting.display.effects import both, likely_side, plain, reach, several, span
from bayes_ivig.reporting.wording import effects, numbers, per_thousand
from bayes_ivig.results.benefit.benefit import Benefit, Benefits
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.other_models.averaging import ModelAverage
from bayes_ivig.results.other_models.joint_outcome import TermEffects
from bayes_ivig.results.other_models.regression import Regression
from bayes_ivig.results.posterior.absolute import AbsoluteEffects
from bayes_ivig.results.posterior.contrast import ByClass, Contrast
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.posterior.influence import Influence
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.series import PosteriorSeries
from bayes_ivig.results.reanalysis.harm_readings import HarmReadings
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior
from bayes_ivig.results.tipping.missing_outcomes import MissingOutcomes
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, JointTable


def of_posterior(result: Posterior) -> str:
    """The effect, and what makes it doubtful."""
    doubts = "; no trial can tell the arms apart" if result.learnt_nothing else ""
    failed = "" if result.diagnostics.ok else "; checks FAILED"
    return f"{both(result.measure, result['mu'])}{doubts}{failed}"


def of_regression(result: Regression) -> str:
    """Every slope with its limits, and the probability of its likelier sign."""
    parts = []
    for each in result.slopes:
        marginal = result.posterior[each.name]
        above = float(marginal.prob_above(0.0))
        label, chance = ("slope > 0", above) if above > 0.5 else ("slope < 0", 1 - above)
        lower, upper = (effects.slope(each, value) for value in marginal.interval(0.95))
        middle = effects.slope(each, marginal.median)
        parts.append(f"{each.label}: {middle} ({lower} to {upper}), {numbers.chance(label, chance)}")
    return "; ".join(parts)


def of_marginal(result: Marginal) -> str:
    """Its median and limits."""
    return f"median {plain(result)}"


def of_absolute(result: AbsoluteEffects) -> str:
    """The risk with and without treatment."""
    more = result.risk_difference
    limits = " to ".join(per_thousand.more(1000 * value) for value in more.interval(0.95))
    before = numbers.percent(result.control_risk.median)
    return f"{per_thousand.more(1000 * more.median)} per 1000 ({limits}) where {before} have the event"


def of_benefit(result: Benefit) -> str:
    """The effect and the probability of benefit."""
    posterior, chance = result.posterior, result.probability()
    if chance is None:
        return both(result.measure, posterior["mu"])
    return f"{span(result.measure, posterior['mu'])}, {numbers.chance('benefit', chance)}"


def of_benefits(result: Benefits) -> str:
    """Every posterior's probability of benefit."""
    parts = []
    for label, each in result.items():
        chance = each.probability()
        side = likely_side(each.measure, each.posterior["mu"])
        parts.append(f"{label}: {side if chance is None else numbers.chance('benefit', chance)}")
    return "; ".join(parts)


def of_joint_table(table: JointTable) -> str:
    """The probabilities of benefit, of harm and of both."""
    named = (("benefit", table.benefit), ("harm", table.harm), ("both", table.both))
    return ", ".join(numbers.chance(label, chance) for label, chance in named)


def of_benefit_harm(result: BenefitHarm) -> str:
    """The probabilities of benefit and of harm."""
    return of_joint_table(result.relative)


def of_harm_readings(result: HarmReadings) -> str:
    """The same of the first reading."""
    readings = several(len(result.readings), "reading of the harm", "readings of the harm")
    return f"{readings}; {of_joint_table(result.readings[0].weighed.relative)}"


def of_contrast(result: Contrast) -> str:
    """The differences between groups."""
    measure = result.measure
    return "; ".join(
        span(measure, marginal, f"{a} {measure.against} {b}, {measure.contrast}")
        for (a, b), marginal in result.differences.items()
    )


def of_classes(result: ByClass) -> str:
    """The same, of classes."""
    return of_contrast(result.contrast)


def of_control_risk(result: ControlRisk) -> str:
    """The control risk of a typical study."""
    return f"risk {plain(result.risk(), percent=True)} in a typical study"


def of_influence(result: Influence) -> str:
    """The study with most weight."""
    most = max(result.studies, key=lambda study: study.weight)
    return f"{most.study} has most weight, {numbers.percent(most.weight)}"


def of_average(result: ModelAverage) -> str:
    """The probabilities of an effect and of heterogeneity."""
    return ", ".join(
        numbers.chance(component, result.inclusion_probability(component)) for component in result.components
    )


def of_series(result: PosteriorSeries[Posterior]) -> str:
    """Which posteriors there are; none is computed for that."""
    labels = list(result)
    ends = f", {labels[0]} to {labels[-1]}" if len(labels) > 1 else ""
    return f"{several(len(labels), 'posterior')}{ends}"


def of_missing_outcomes(result: MissingOutcomes) -> str:
    """The effect of those who were seen, and how far assumptions move the conclusion's probability."""
    first, chances = result.answers[0][1], result.chances.values()
    least, most = numbers.probability(min(chances)), numbers.probability(max(chances))
    seen = span(first.measure, first["mu"])
    return f"{seen} in those seen; P({result.conclusion}) {least} to {most} under what is assumed"


def of_term_effects(result: TermEffects) -> str:
    """The odds ratio of the event that needs two."""
    return span(OR, result.odds_ratio)


def of_reconstructed(result: ReconstructionPosterior) -> str:
    """The odds ratio over all tables."""
    medians = reach(OR, np.exp([result.median.min(), result.median.max()]))
    return f"{several(len(result), 'table')}, median {medians}"
