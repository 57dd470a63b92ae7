"""The forest plot: columns in Review Manager's order, two bars per study, and the pooled results below."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bayes_ivig.errors import ModelError, report_all
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.stated_model import closed
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.report_options import ORDERS, Order
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import OR, Measure, measure_of
from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Words
from bayes_ivig.reporting.drawing.lettering import edges, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, MUTED
from bayes_ivig.reporting.drawing.rows import FAVOURED, favours, fitted_axis
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.order import cells, of_times, ordered_studies
from bayes_ivig.results.pooled import PooledEstimate, Ratio, StudyEstimate, posterior_effect
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import altair as alt

WIDTH = 940.0
STUDY = 186.0  # pixels at most for the name of a study
USUAL = {  # right edges of the columns
    "study": 0.0,
    "events": 206.0,
    "total": 244.0,
    "other_events": 300.0,
    "other_total": 338.0,
    "weight": 392.0,
    "effect": 548.0,
}
COUNTS = ("events", "total", "other_events", "other_total")
AXIS = Axis(left=618.0, right=892.0)  # where the columns end as usual
HEADER = 62.0
ROW = 36.0
POOLED_ROW = 24.0
FOOT = 54.0
MOST_DRAWN = 200  # trials; of more, those of most weight are drawn


@dataclass
class Forest(Canvas):
    """A canvas with the right edges of its columns by name."""

    columns: dict[str, float] = field(default_factory=dict)


@checked
def draw_forest(
    posterior: Posterior, pooled: PooledEstimate, *, claim: Claim | None = None, order: Order = "published"
) -> "alt.LayerChart":
    """Return a forest plot of one trial set.

    ``pooled`` gives the observed effects with their confidence intervals and weights, ``posterior`` the
    shrunken ones with their credible intervals, of the same measure; ``claim`` adds the effect as published,
    a hollow diamond above ours. A trial known by its estimate only has no counts, and totals are of the
    others. ``order`` is ``"published"`` (as in the table), ``"effect"``, ``"year"`` or ``"weight"``;
    raises ``ModelError`` for another. Of more than 200 trials, the 200 of most weight are drawn, and the
    chart says so; totals and pooled results are those of all.
    """
    wrong = closed("order", order, ORDERS)
    report_all([wrong] if wrong else _unlike(posterior, pooled), ModelError)
    about = posterior.dataset.about
    drawn = _drawn(posterior, pooled, order)
    canvas = _canvas(posterior, pooled, drawn)
    _header(canvas, posterior, about)
    y = HEADER
    for study in drawn:
        _study(canvas, y + ROW / 2, posterior, pooled, study.name)
        y += ROW
    if left_out := len(posterior.dataset) - len(drawn):
        words = f"and {numbers.count(left_out)} trials of less weight, not drawn"
        canvas.words.append(Words(0.0, y + POOLED_ROW / 2, words, colour=MUTED))
        y += POOLED_ROW
    canvas.rule(y + 2, 0.0, canvas.axis.right)
    y = _totals(canvas, y + 6, posterior)
    y = _pooled(canvas, y, posterior, pooled, claim)
    bottom = y + 8
    _foot(canvas, bottom, posterior, pooled)
    return canvas.chart(
        top=HEADER - 4, bottom=bottom, height=bottom + FOOT, description=forest_alternative(posterior, pooled)
    )


def forest_alternative(posterior: Posterior, pooled: PooledEstimate) -> str:
    """Return what the chart shows, in one or two sentences, for those who cannot see it."""
    dataset = posterior.dataset
    measure = posterior.measure
    mine, again = posterior_effect(posterior["mu"], measure), pooled.own
    theirs = "not estimable" if again.estimate is None else effects.bracketed(measure, again)
    return (
        f"Forest plot, {outcomes.title_of(dataset.outcome, dataset.about)}: {len(dataset)} studies, each "
        f"with its observed and its shrunken {measure.name}. Re-pooled {measure.name} {theirs}; posterior "
        f"{effects.bracketed(measure, mine)}. The tables have every number."
    )


def _unlike(posterior: Posterior, pooled: PooledEstimate) -> list[str]:
    """Return why two results cannot stand in one drawing."""
    if pooled.measure == posterior.measure.code:
        return []
    return [
        f"plot.forest: the pooled effect is {measure_of(pooled.measure).one} and the posterior is of "
        f"{posterior.measure.one}; pool the same measure, pool(..., measure={posterior.measure.code!r})"
    ]


def _drawn(posterior: Posterior, pooled: PooledEstimate, order: Order) -> tuple[AnyStudy, ...]:
    """Return the trials to draw, in their order: all, or those of most weight."""
    studies = ordered_studies(posterior.dataset, pooled, order)
    if len(studies) <= MOST_DRAWN:
        return studies
    heaviest = ordered_studies(posterior.dataset, pooled, "weight")[:MOST_DRAWN]
    kept = {study.name for study in heaviest}
    return tuple(study for study in studies if study.name in kept)


def _canvas(posterior: Posterior, pooled: PooledEstimate, drawn: tuple[AnyStudy, ...]) -> Forest:
    """Return the empty drawing, as wide as counts, weights and intervals need."""
    dataset, names, measure = posterior.dataset, {study.name for study in drawn}, posterior.measure
    found = [study.own(measure) for study in pooled.studies if study.study in names]
    found += [
        posterior_effect(posterior.theta[study], measure) for study in posterior.studies if study in names
    ]
    found += [pooled.own, *(posterior_effect(posterior[name], measure) for name in ("mu", "theta_new"))]
    counts = zip(*_counted(posterior), strict=True)
    heads = ("Events", _people(posterior)) * 2
    texts = [
        [fitted(study.name, STUDY) for study in drawn],
        *([head, numbers.effective(sum(column))] for head, column in zip(heads, counts, strict=True)),
        ["Weight", "100.0%"],
        ["Not estimable", *(effects.bracketed(measure, each) for each in found)],
    ]
    columns = dict(zip(USUAL, edges(texts, list(USUAL.values()), 8.0), strict=True))
    moved = columns["effect"] - USUAL["effect"]
    axis = replace(AXIS, left=AXIS.left + moved, right=AXIS.right + moved)
    if not measure.log or measure is not OR or dataset.estimated:
        limits = [limit for each in found for limit in each if limit]
        axis = replace(fitted_axis(limits, measure), left=axis.left, right=axis.right)
    return Forest(WIDTH + moved, axis, columns=columns)


def _counted(posterior: Posterior) -> list[tuple[float, ...]]:
    """Return the counts, or rates, of the trials that have any, four zeros where none has."""
    times = _timed(posterior)
    known = [cells(study, times=times) for study in posterior.dataset.studies]
    return [each for each in known if each is not None] or [(0.0,) * len(COUNTS)]


def _timed(posterior: Posterior) -> bool:
    """Whether arms are shown as events and person-time."""
    return of_times(posterior.dataset, posterior.measure.code)


def _people(posterior: Posterior) -> str:
    """The head of what the events are of."""
    return "Time" if _timed(posterior) else "Total"


def _header(canvas: Forest, posterior: Posterior, about: About) -> None:
    counts, measure = len(posterior.dataset.estimated) < len(posterior.dataset), posterior.measure
    people = _people(posterior)
    at = canvas.columns
    room = (at["other_events"] + at["other_total"] - at["events"] - at["total"]) / 2 - 8
    arms = ((about.treatment, "events", "total"), (about.control, "other_events", "other_total"))
    for arm, events, total in arms if counts else ():
        middle = (at[events] + at[total]) / 2 - 12
        canvas.words.append(Words(middle, 14, fitted(arm, room, bold=True), "center", bold=True))
        canvas.words.append(Words(canvas.columns[events], 36, "Events", "right"))
        canvas.words.append(Words(canvas.columns[total], 36, people, "right"))
    canvas.words += [
        Words(0.0, 36, "Study"),
        Words(canvas.columns["weight"], 36, "Weight", "right"),
        Words(canvas.columns["effect"], 14, phrases.first_upper(measure.name), "right", bold=True),
        Words(canvas.columns["effect"], 36, "[95% interval]", "right"),
    ]
    legend = canvas.axis.left + 8
    for y, text, colour in (
        (14, "as observed, 95% confidence interval", INK),
        (36, "posterior, 95% credible interval", ACCENT),
    ):
        canvas.key(legend, y, text, colour, "square" if colour == INK else "circle")
    canvas.rule(52, 0.0, canvas.axis.right)


def _study(canvas: Forest, y: float, posterior: Posterior, pooled: PooledEstimate, study: str) -> None:
    """One study: counts and weight, the observed bar above, the shrunken one below, each beside its text."""
    counts = next(s for s in posterior.dataset.studies if s.name == study)
    observed = next((s for s in pooled.studies if s.study == study), None)
    canvas.words.append(Words(0.0, y, fitted(study, STUDY)))
    if len(posterior.dataset.estimated) < len(posterior.dataset):
        _count_cells(canvas, y, cells(counts, times=_timed(posterior)))
    measure = posterior.measure
    if observed is not None and observed.weight:
        canvas.words.append(Words(canvas.columns["weight"], y, numbers.percentage(observed.weight), "right"))
    if study not in posterior.studies:
        canvas.words.append(Words(canvas.columns["effect"], y, "Not estimable", "right", MUTED))
        return
    _observed(canvas, y - 8, observed, measure)
    shrunken = posterior_effect(posterior.theta[study], measure)
    canvas.words.append(
        Words(canvas.columns["effect"], y + 8, effects.bracketed(measure, shrunken), "right", ACCENT)
    )
    canvas.ratio(y + 8, shrunken, ACCENT)


def _count_cells(canvas: Forest, y: float, counts: tuple[float, ...] | None) -> None:
    """Four counts, or a dash for each where a trial is known by its estimate only."""
    for i, column in enumerate(COUNTS):
        text = numbers.NONE if counts is None else numbers.effective(counts[i])
        canvas.words.append(Words(canvas.columns[column], y, text, "right", MUTED if counts is None else INK))


def _observed(canvas: Forest, y: float, observed: StudyEstimate | None, measure: Measure) -> None:
    if observed is None or observed.estimate is None:
        canvas.words.append(Words(canvas.columns["effect"], y, "Not estimable", "right", MUTED))
        return
    canvas.words.append(
        Words(canvas.columns["effect"], y, effects.bracketed(measure, observed.own(measure)), "right")
    )
    canvas.ratio(y, observed.own(measure), INK, ("square", 25.0 + 2.2 * (observed.weight or 0.0)))


def _totals(canvas: Forest, y: float, posterior: Posterior) -> float:
    estimated, all_of = len(posterior.dataset.estimated), len(posterior.dataset)
    if estimated == all_of:
        return y
    row = y + POOLED_ROW / 2
    label = f"Total of the {all_of - estimated} trials with counts" if estimated else "Total"
    canvas.words.append(Words(0.0, row, label))
    _count_cells(canvas, row, tuple(sum(column) for column in zip(*_counted(posterior), strict=True)))
    return y + POOLED_ROW


def _pooled(
    canvas: Forest, y: float, posterior: Posterior, pooled: PooledEstimate, claim: Claim | None
) -> float:
    """The rows below the studies: as published, pooled again, posterior, prediction."""
    rows: list[tuple[str, Ratio | None, str, bool]] = []
    measure = posterior.measure
    if (
        claim is not None
        and claim.measure == measure.code
        and claim.estimate
        and claim.ci_lower
        and claim.ci_upper
    ):
        rows.append(
            (
                "As published",
                Ratio(claim.estimate.value, claim.ci_lower.value, claim.ci_upper.value),
                INK,
                True,
            )
        )
    again = pooled.own
    rows.append(
        (f"Pooled again ({_kind(pooled.method)})", None if again.estimate is None else again, INK, False)
    )
    rows.append(
        (f"Posterior of the pooled {measure.name}", posterior_effect(posterior["mu"], measure), ACCENT, False)
    )
    for label, value, colour, hollow in rows:
        middle = y + POOLED_ROW / 2
        canvas.words.append(Words(0.0, middle, label, colour=colour, bold=True))
        text = "Not estimable" if value is None else effects.bracketed(measure, value)
        canvas.words.append(Words(canvas.columns["effect"], middle, text, "right", colour, bold=True))
        if value is not None:
            canvas.diamond(middle, value, colour, hollow=hollow)
        y += POOLED_ROW
    return _predicted(canvas, y, posterior)


def _kind(method: str) -> str:
    if method.endswith("random") or method == "dl":
        return "random effects"
    return "fixed effect" if method.endswith("fixed") else method


def _predicted(canvas: Forest, y: float, posterior: Posterior) -> float:
    """The row of the effect in a new study."""
    middle, measure = y + POOLED_ROW / 2, posterior.measure
    predicted = posterior_effect(posterior["theta_new"], measure)
    canvas.words.append(Words(0.0, middle, "Prediction for a new study", colour=ACCENT))
    canvas.words.append(
        Words(canvas.columns["effect"], middle, effects.bracketed(measure, predicted), "right", ACCENT)
    )
    canvas.ratio(middle, predicted, ACCENT, ("none", 0.0), width=5.0)
    return y + POOLED_ROW


def _foot(canvas: Forest, y: float, posterior: Posterior, pooled: PooledEstimate) -> None:
    """Heterogeneity at the left, whom each side favours below the axis."""
    about = posterior.dataset.about
    canvas.words += [
        Words(0.0, y + 18 * (i + 1), line, colour=MUTED) for i, line in enumerate(_lines(posterior, pooled))
    ]
    if about.event is None:
        middle = (canvas.axis.left + canvas.axis.right) / 2
        join = " over " if posterior.measure.log else " minus "
        arms = (fitted(arm, FAVOURED) for arm in (about.treatment, about.control))
        canvas.words.append(Words(middle, y + 40, f"{posterior.measure.name}, {join.join(arms)}", "center"))
        return
    favours(
        canvas,
        y + 40,
        (about.control, about.treatment) if about.event == "good" else (about.treatment, about.control),
    )


def _lines(posterior: Posterior, pooled: PooledEstimate) -> list[str]:
    lines = []
    if pooled.q is not None and pooled.q_p_value is not None and pooled.i2 is not None:
        tau = "" if pooled.method.endswith("fixed") else f"τ² = {numbers.amount(pooled.tau2)}; "
        lines.append(
            f"Heterogeneity, pooled again: {tau}Q = {numbers.amount(pooled.q)} "
            f"({numbers.equals('P', numbers.p_value(pooled.q_p_value))}); I² = "
            f"{numbers.percentage(pooled.i2, 0)}"
        )
    if posterior.model.heterogeneous:
        lower, upper = posterior["tau"].interval(0.95)
        middle = float(posterior["tau"].quantile(0.5))
        lines.append(
            f"Heterogeneity, posterior: τ = {numbers.amount(middle)} (95% credible interval "
            f"{numbers.standard_deviation(lower)} to {numbers.standard_deviation(upper)})"
        )
    return lines
