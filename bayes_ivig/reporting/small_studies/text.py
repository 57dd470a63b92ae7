"""Selection by p-value, and limits of small-study effects, as text for a terminal."""

from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.reporting.small_studies import words as prose
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies

LEVEL, LINE = 0.95, 0.95
SHOWN = {1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05}  # weights of the curve in a table
HYPHEN = str.maketrans({numbers.MINUS: "-", numbers.NONE: "-"})

type Rows = list[tuple[str, ...]]


def selection_text(
    found: SelectionAnalysis, width: int = WIDTH, *, level: float = LEVEL, line: float = LINE
) -> str:
    """Return the effect without and with selection, what weight would tip it, the intervals of the p-value,
    and the effect under every fixed weight.
    """
    lines = _heading(found, width)
    lines += ["", *paragraph(prose.answer(found), width), *paragraph(prose.tipping(found, line), width), ""]
    lines += figures(_effects(found, level), width)
    lines += ["", *figures(_steps(found, level), width)]
    said = [prose.evidence(found.log_bayes_factor), prose.stays(found), prose.missing(found, level)]
    lines += ["", *(part for each in said if each for part in paragraph(each, width))]
    lines += ["", *figures(_curve(found, level), width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(found, level), width)])


def small_studies_text(found: SmallStudies, width: int = WIDTH) -> str:
    """Return the effect under every adjustment, a row each, and what they are worth."""
    level = numbers.level(LEVEL)
    head = ("assumed", f"median {found.measure.symbol}", f"{level} CrI", "slope", "Bayes factor")
    rows: Rows = [head, *(prose.of_adjusted(row, LEVEL) for row in found.rows)]
    lines = [*_heading(found.selection, width), "", *figures(_plain(rows), width), ""]
    details = [
        prose.NO_TRUTH,
        phrases.lower_first(prose.SLOPE.removesuffix(".")),
        phrases.lower_first(prose.BOTH.removesuffix(".")),
        *_details(found.selection, LEVEL),
    ]
    return "\n".join([*lines, "Details", *dashes(details, width)])


def _heading(found: SelectionAnalysis, width: int) -> list[str]:
    dataset = found.dataset
    about = dataset.about
    title = about.outcome_title or dataset.label
    said = f"{title}: {about.treatment} against {about.control}, {information.counted(found.posterior)}"
    nothing = information.nothing_learnt(found.posterior)
    return [*paragraph(said, width), *(["", *paragraph(nothing, width)] if nothing else [])]


def _head(found: SelectionAnalysis, first: str, level: float) -> tuple[str, ...]:
    symbol, known = found.measure.symbol, found.dataset.about.event
    head = (first, symbol, f"{numbers.level(level)} credible", f"P({found.measure.above})")
    return (*head, "P(benefit)") if known else head


def _cells(found: SelectionAnalysis, label: str, mu: Marginal, level: float) -> tuple[str, ...]:
    cells = (
        label,
        effects.of(found.measure, float(mu.quantile(0.5))),
        effects.interval(found.measure, *mu.interval(level)),
        numbers.probability(float(mu.prob_above(0.0))),
    )
    known = found.dataset.about.event
    return (*cells, numbers.probability(found.chance(mu))) if known else cells


def _effects(found: SelectionAnalysis, level: float) -> Rows:
    return [
        _head(found, "trials published", level),
        _cells(found, "whatever their p-value", found.uncorrected["mu"], level),
        _cells(found, f"by their p-value (weights {found.weights})", found.posterior["mu"], level),
    ]


def _curve(found: SelectionAnalysis, level: float) -> Rows:
    points = zip(found.curve.weights, found.curve.effects, strict=True)
    return [
        _head(found, "weight of later intervals, fixed", level),
        *(_cells(found, numbers.stated(weight), mu, level) for weight, mu in points if weight in SHOWN),
    ]


def _steps(found: SelectionAnalysis, level: float) -> Rows:
    rows: Rows = [(f"p-value, {prose.favoured(found)}", "trials", "weight, before", "and after")]
    for step in found.steps:
        before, after = (prose.weight(values) for values in (step.prior_limits(level), step.limits(level)))
        rows.append((prose.interval(step), str(len(step.studies)), before, after))
    return rows


def _plain(rows: Rows) -> Rows:
    """Return cells as terminals have them, hyphens for minus signs."""
    return [tuple(cell.translate(HYPHEN) for cell in row) for row in rows]


def _details(found: SelectionAnalysis, level: float) -> list[str]:
    dataset, measure = found.dataset, found.measure
    priors = ", ".join(f"{key} {value}" for key, value in assumptions(found.posterior.model).items() if value)
    return [
        f"{measure.name}: {effects.arms_briefly(measure, dataset.about)}; medians with central "
        f"{numbers.level(level)} credible intervals",
        outcomes.direction(dataset.about, measure),
        *prose.assumed(found),
        f"model: {priors}",
        *_trials(found),
        *prose.empty(found),
        *(each for each in (prose.unreachable(found),) if each),
        "nothing here shows that trials were suppressed, or that none were: the probabilities are of this "
        "rule of publication, these priors and these trials",
        information.trial_set(dataset),
        *information.remarks(found.posterior),
    ]


def _trials(found: SelectionAnalysis) -> list[str]:
    """Return which trials lie in which interval, with their p-values."""
    p_values = dict(found.p_values)
    return [
        f"p {prose.interval(step)}: "
        + ", ".join(f"{name} ({numbers.p_value(p_values[name])})" for name in step.studies)
        for step in found.steps
        if step.studies
    ]
