"""One fit as text for a terminal: a table, the probabilities, and every choice made on the way."""

from collections.abc import Sequence

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import design_limits, designed_by
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level, Threshold
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.fit.influence_words import influence_lines, influence_notes, influence_of
from bayes_ivig.reporting.fit.json import usual_thresholds
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.quantity import Quantity

SAMPLED = (BetaBinomial, Bivariate, JointOutcome, RandomBaselines)  # kinds that no sum holds
UNCERTAIN = (
    "; those with 95% limits are uncertain: log-normal, integrated out, and so that a trial by itself leaves "
    "their distribution as stated"
)
MOST_SHOWN = 200  # studies with a row each in a terminal


@checked
def fit_text(
    posterior: Posterior,
    *,
    level: Level = 0.95,
    thresholds: Sequence[Threshold] | None = None,
    width: int = WIDTH,
) -> str:
    """Return a readable summary: effects with central credible intervals, probabilities, then the details.

    ``thresholds`` are values of the measure, such as odds ratios, those of ``usual_thresholds`` unless given.
    """
    thresholds = usual_thresholds(posterior, thresholds)
    dataset, about, measure = posterior.dataset, posterior.dataset.about, posterior.measure
    rows: list[tuple[str, ...]] = [("", measure.name, f"{numbers.level(level)} credible interval")]
    rows += _study_rows(posterior, level)
    rows += [
        _effect_row("pooled (mu)", posterior["mu"], level, measure),
        _effect_row("a new study (theta_new)", posterior["theta_new"], level, measure),
    ]
    lower, upper = posterior["tau"].interval(level)
    rows.append(
        (
            f"tau, SD of {measure.scale}s",
            numbers.standard_deviation(float(posterior["tau"].quantile(0.5)), 3),
            f"{numbers.standard_deviation(lower, 3)} to {numbers.standard_deviation(upper, 3)}",
        )
    )
    rows += [_further_row(quantity, posterior[quantity.name], level) for quantity in posterior.quantities]
    title = about.outcome_title or dataset.label
    heading = f"{title}: {about.treatment} against {about.control}, {information.counted(posterior)}"
    nothing = information.nothing_learnt(posterior)
    shares = influence_of(posterior)
    lines = [*paragraph(heading, width), *(["", *paragraph(nothing, width)] if nothing else [])]
    lines += ["", *figures(rows, width), "", *_chances(posterior["mu"], thresholds, measure)]
    lines += [*influence_lines(shares, width, measure), "", "Details"]
    return "\n".join(
        [
            *lines,
            *dashes([*choices(posterior), *influence_notes(shares), *information.remarks(posterior)], width),
        ]
    )


def _study_rows(posterior: Posterior, level: float) -> list[tuple[str, ...]]:
    """Return a row for each study, those that the likelihood uses first; of very many the first ones."""
    theta, used = posterior.theta, set(posterior.studies)
    rows: list[tuple[str, ...]] = [
        _effect_row(study, theta[study], level, posterior.measure) for study in posterior.studies[:MOST_SHOWN]
    ]
    unused = [name for name in posterior.dataset.study_names if name not in used]
    rows += [(name, "not in the likelihood", "") for name in unused[: MOST_SHOWN - len(rows)]]
    more = len(posterior.dataset) - len(rows)
    return [*rows, (f"and {numbers.count(more)} more trials", "in --json", "")] if more else rows


def _effect_row(label: str, marginal: Marginal, level: float, measure: Measure = OR) -> tuple[str, str, str]:
    lower, upper = marginal.interval(level)
    return (
        label,
        effects.of(measure, float(marginal.quantile(0.5))),
        effects.interval(measure, lower, upper),
    )


def _further_row(quantity: Quantity, marginal: Marginal, level: float) -> tuple[str, str, str]:
    """Return a row of a quantity on its own scale, which the label names; a log ratio as a ratio."""
    label = f"{quantity.label} ({quantity.name})" + (f", {quantity.shown}" if quantity.shown else "")
    if quantity.withheld:
        return label, quantity.withheld, ""
    if quantity.shown:
        return _effect_row(label, marginal, level)
    lower, upper = marginal.interval(level)
    return (
        label,
        numbers.plain(float(marginal.quantile(0.5)), 3),
        f"{numbers.plain(lower, 3)} to {numbers.plain(upper, 3)}",
    )


def _chances(mu: Marginal, thresholds: tuple[float, ...], measure: Measure) -> list[str]:
    """One line per threshold: the probabilities above it, below its mirror image, and between the two."""
    lines = []
    for value in thresholds:
        at, other = measure.modelled(value), measure.mirrored(value)
        parts = [
            (effects.beyond(measure, value), mu.prob_above(at)),
            (effects.beyond(measure, other, "<"), mu.prob_below(-at)),
        ]
        if value > measure.null:
            parts.insert(1, (f"{numbers.stated(other)} to {numbers.stated(value)}", mu.prob_between(-at, at)))
        lines.append(", ".join(_chance(label, float(chance)) for label, chance in parts))
    return lines


def _chance(label: str, value: float) -> str:
    return numbers.chance(label, value)


def choices(posterior: Posterior) -> list[str]:
    """Return one line per choice, in words."""
    dataset = posterior.dataset
    lines = [
        information.trial_set(dataset),
        *information.estimate_lines(dataset),
        *families.assumed(
            posterior.model,
            posterior.dataset.about.words.people,
            counted=len(posterior.dataset.estimated) < len(posterior.dataset),
        ),
    ]
    settings = ", ".join(f"{key} {value}" for key, value in posterior.settings)
    only = ", as only sampling holds this kind of model" * isinstance(posterior.model, SAMPLED)
    return [
        *lines,
        f"{posterior.measure.plural}: medians with central credible intervals, "
        f"{effects.arms(posterior.measure, dataset.about)}",
        outcomes.direction(dataset.about, posterior.measure),
        *_designs(dataset),
        *posterior.remarks,
        f"engine: {posterior.engine}{only} ({settings})",
        f"checks: {'passed' if posterior.diagnostics.ok else 'FAILED'}",
    ]


def _designs(dataset: Dataset) -> list[str]:
    """Return what design effects did, where there are any."""
    if not dataset.design_effects:
        return []
    listed = ", ".join(_design(study) for study in dataset.studies if designed_by(study))
    how = "; ".join(f"{each.name}: {each.words.design_effect}" for each in every())
    return [
        f"design effects: {listed}; they act on a trial's own likelihood ({how}), "
        "not on the spread between trials"
        + UNCERTAIN
        * any(study.design_effect_sd for study in dataset.studies)
    ]


def _design(study: AnyStudy) -> str:
    """Return a study with its design effect, and the limits of an uncertain one."""
    if not study.design_effect_sd:
        return f"{study.name} {numbers.stated(study.design_effect)}"
    lower, upper = map(numbers.figures, design_limits(study))
    return f"{study.name} {numbers.figures(study.design_effect)} ({lower} to {upper})"
