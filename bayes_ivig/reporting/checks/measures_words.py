"""Several scales side by side, in words: whence the control risk is, what is held, what is left out."""

from bayes_ivig.reporting.wording import effects, models, numbers, per_thousand
from bayes_ivig.results.checks.across_measures import MeasureComparison, OnMeasure
from bayes_ivig.results.posterior.absolute import PER

LEVEL = 0.95
SOURCES = {
    "median of the control arms": "the median of the control arms' own risks, taken as known",
    "typical control arm": "that of a typical control arm, its uncertainty in the limits",
    "stated": "as stated, taken as known",
}
NO_CHOICE = "no scale is chosen here"
SMALLEST = 0.0005  # of a probability that is worth a line


def effect(row: OnMeasure) -> tuple[str, str]:
    """Return an effect and its limits on its own scale."""
    middle, lower, upper = (
        effects.cell(row.measure, value) if row.measure.log else numbers.amount(value, 3)
        for value in row.effect(LEVEL)
    )
    return middle, f"{lower} to {upper}"


def tau(row: OnMeasure) -> str:
    """Return the spread between trials on the scale of the model."""
    return numbers.standard_deviation(row.tau(LEVEL)[0]) if row.model.heterogeneous else "0"


def people(row: OnMeasure) -> tuple[str, str, str, str]:
    """Return events per 1000 with treatment and more than without, each with its limits."""
    treated, difference = row.treated(LEVEL), row.difference(LEVEL)
    if treated is None or difference is None:
        return (numbers.NONE,) * 4
    with_, low, high = map(per_thousand.events, treated)
    more, least, most = map(per_thousand.more, difference)
    return with_, f"{low} to {high}", more, f"{least} to {most}"


def chances(row: OnMeasure) -> tuple[str, str]:
    """Return the probabilities above no effect and of a benefit, the latter empty where the direction is not
    stated.
    """
    good = row.prob_benefit
    return numbers.probability(row.prob_above), numbers.NONE if good is None else numbers.probability(good)


def control(found: MeasureComparison) -> str:
    """Return the common control risk and whence it is, or why there is none."""
    if found.control_risk is None or found.source == "none":
        return f"nothing is told per {PER}, for want of a control risk ({found.no_risk})"
    return f"control risk: {per_thousand.events(PER * found.control_risk)} per {PER}, {SOURCES[found.source]}"


def translated(found: MeasureComparison) -> list[str]:
    """Return how a risk with treatment comes of each effect, and what of it cannot be and is held."""
    if found.control_risk is None:
        return []
    ways = {
        "OR": "the odds times the odds ratio",
        "RR": "the risk times the risk ratio",
        "RD": "the risk plus the difference",
    }
    codes = list(dict.fromkeys(row.measure.code for row in found.rows if row.absolute is not None))
    lines = [
        f"risk with treatment, of the control risk: {'; '.join(f'{code}: {ways[code]}' for code in codes)}"
    ]
    silent = [row.measure.plural for row in found.rows if row.absolute is None]
    lines += [f"{name} tell no risk" for name in dict.fromkeys(silent)]
    return lines + [line for row in found.rows if (line := held(row))]


def held(row: OnMeasure) -> str:
    """Return what part of a posterior lies beyond possible risks; empty where that is little."""
    beyond = row.prob_impossible
    if beyond is None or beyond < SMALLEST:
        return ""
    bound = "above 1" if row.measure.log else "above 1 or below 0"
    return (
        f"{row.measure.symbol}: {numbers.percent(beyond)} of the posterior would be a risk {bound} at this "
        "control risk, and is held at the bound"
    )


def assumed(found: MeasureComparison) -> list[str]:
    """Return likelihood and study effects, once where they are the same for all, and the priors of each."""
    structures = [models.structure(row.model) for row in found.rows]
    same = all(each == structures[0] for each in structures)
    lines = list(structures[0]) if same else []
    for row, structure in zip(found.rows, structures, strict=True):
        priors = [
            f"{name} ~ {models.shown(getattr(row.model, name))}{remark}"
            for name, remark in models.priors(row.model)
        ]
        own = priors if same else [*structure, *priors]
        lines.append(f"{row.measure.symbol}: {'; '.join(own)}")
    return lines


def left_out(found: MeasureComparison) -> list[str]:
    """Return which measures have no row, and why."""
    return [f"{code} left out: {why}" for code, why in found.left_out]
