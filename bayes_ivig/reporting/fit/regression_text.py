"""A regression as text for a terminal: slopes, effects, heterogeneity, influence, and the details."""

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.reporting.fit.regression_words import (
    OBSERVATIONAL,
    TWO_MODELS,
    influence_words,
    place,
)
from bayes_ivig.reporting.fit.text import choices
from bayes_ivig.reporting.wording import effects, information, numbers, phrases
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.other_models.regression import Regression, references_of
from bayes_ivig.results.posterior.posterior import Posterior


@checked
def regression_text(found: Regression, *, level: Level = 0.95, width: int = WIDTH) -> str:
    """Return a readable summary: slopes with credible intervals, effects at stated values with that in a new
    trial, the heterogeneity that is left, what the slopes owe to single trials, then the details.
    """
    posterior, about = found.posterior, found.posterior.dataset.about
    title = about.outcome_title or posterior.dataset.label
    heading = f"{title}: {about.treatment} against {about.control}, {information.counted(posterior)}"
    nothing = information.nothing_learnt(posterior)
    lines = [*paragraph(heading, width), *(["", *paragraph(nothing, width)] if nothing else [])]
    lines += ["", *figures(_slopes(found, level), width)]
    lines += ["", *figures(_effects(found, level), width)]
    lines += ["", *figures(_heterogeneity(found, level), width)]
    influence = [f"influence on {line}" for line in influence_words(found)]
    if influence:
        lines += ["", *(line for each in influence for line in paragraph(phrases.first_upper(each), width))]
    details = [OBSERVATIONAL, *([TWO_MODELS] if found.tau_ratio is not None else []), *choices(posterior)]
    return "\n".join([*lines, "", "Details", *dashes([*details, *information.remarks(posterior)], width)])


def _slopes(found: Regression, level: float) -> list[tuple[str, ...]]:
    shown = next((each.shown or each.scale for each in found.slopes), "")
    rows: list[tuple[str, ...]] = [
        ("slope", shown, f"{numbers.level(level)} credible interval", "P(slope > 0)")
    ]
    for each in found.slopes:
        marginal = found.posterior[each.name]
        lower, upper = (effects.slope(each, value) for value in marginal.interval(level))
        median = effects.slope(each, marginal.median)
        chance = numbers.probability(float(marginal.prob_above(0.0)))
        rows.append((phrases.name(each.label), median, f"{lower} to {upper}", chance))
    return rows


def _effects(found: Regression, level: float) -> list[tuple[str, ...]]:
    posterior, measure = found.posterior, found.posterior.measure
    rows: list[tuple[str, ...]] = [
        ("effect", measure.name, "credible interval", f"P({measure.above})", "in a new trial")
    ]
    references = references_of(posterior)
    for each in found.effects:
        own, new = each.effect, each.new
        rows.append(
            (
                place(each, references),
                effects.of(measure, own.median),
                effects.interval(measure, *own.interval(level)),
                numbers.probability(float(own.prob_above(0.0))),
                effects.interval(measure, *new.interval(level)),
            )
        )
    return rows


def _heterogeneity(found: Regression, level: float) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("heterogeneity", "median", "credible interval")]
    named = {"tau with covariates": found.posterior, "tau without": found.plain}
    rows += [(label, *_tau(posterior, level)) for label, posterior in named.items()]
    if found.tau_ratio is not None:
        rows.append(("ratio of these medians", numbers.standard_deviation(found.tau_ratio), ""))
    if (share := found.share_explained) is not None:
        lower, upper = map(numbers.percent, share.interval(level))
        rows.append(("share explained by covariates", numbers.percent(share.median), f"{lower} to {upper}"))
    return rows


def _tau(posterior: Posterior, level: float) -> tuple[str, str]:
    lower, upper = (numbers.standard_deviation(value, 3) for value in posterior["tau"].interval(level))
    return numbers.standard_deviation(posterior["tau"].median, 3), f"{lower} to {upper}"
