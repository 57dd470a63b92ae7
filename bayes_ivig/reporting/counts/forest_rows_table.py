"""The rows of a forest plot, trials and what they give together, before any of it is text."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from scipy.special import ndtri

from bayes_ivig.errors import DataError, ModelError, quoted, suggestion
from bayes_ivig.inputs.characteristics.classes import class_name, classes
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.report_options import ORDERS, Order
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.reporting.wording.order import Cells, cells, of_times, studies_by
from bayes_ivig.results.pooled import PooledEstimate, Ratio, StudyEstimate, own_scale, posterior_effect
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import pandas as pd

type Shown = Posterior | PooledEstimate | Dataset
type Kind = Literal["trial", "class", "subtotal", "posterior", "prediction", "classical", "new", "total"]
type Ordered = Annotated[Order | Sequence[str], f"one of {', '.join(ORDERS)}, or a list of study names"]

MOST_WEIGHED = 200  # trials up to which the posterior is asked what each of them weighs


class RowsAsked(TypedDict, total=False):
    """What may be asked of the rows of a forest plot."""

    order: Ordered
    labels: Mapping[str, str]
    level: Level | None
    by: str | None


@dataclass(frozen=True)
class Question:
    """What is asked of the rows, checked by those who read it."""

    order: str | Sequence[str] = "published"
    labels: Mapping[str, str] | None = None
    level: float | None = None
    pooled: PooledEstimate | None = None
    by: str | None = None


@dataclass(frozen=True)
class Row:
    """A line of a forest plot: of a trial what was ``observed`` with its confidence limits and its own
    effect in the ``posterior``; of what they give together one of them.

    ``observed`` is None for what is not estimable, and ``reason`` says why. ``weight`` is in percent.
    """

    kind: Kind
    label: str
    study: str = ""
    counts: Cells | None = None
    weight: float | None = None
    observed: Ratio | None = None
    posterior: Ratio | None = None
    reason: str = ""


@dataclass(frozen=True)
class Rows:
    """All lines of a forest plot, and what they are of."""

    dataset: Dataset
    measure: Measure
    level: float
    rows: tuple[Row, ...]
    posterior: Posterior | None
    pooled: PooledEstimate | None
    times: bool

    @property
    def trials(self) -> tuple[Row, ...]:
        """The lines of trials."""
        return tuple(row for row in self.rows if row.kind == "trial")

    @property
    def totals(self) -> Cells | None:
        """Events and people, or person-time, of all trials together; None where none has any."""
        known = [row.counts for row in self.trials if row.counts is not None]
        r1, n1, r0, n0 = (sum(column) for column in zip(*known, strict=True)) if known else (0.0,) * 4
        return (r1, n1, r0, n0) if known else None


def rows_of(result: Shown, question: Question) -> Rows:
    """Return the lines of a forest plot of a posterior, a pooled estimate or trials as they are; raises
    ``DataError`` and ``ModelError``.
    """
    posterior = result if isinstance(result, Posterior) else None
    pooled = result if isinstance(result, PooledEstimate) else question.pooled
    dataset = _dataset(result)
    measure = posterior.measure if posterior else measure_of(pooled.measure if pooled else dataset.measure)
    _require_same(dataset, measure, pooled)
    _require_labelled(dataset.study_names, question.labels or {})
    own = result.level if isinstance(result, PooledEstimate) else 0.95
    level = own if question.level is None else question.level
    rows = Rows(dataset, measure, level, (), posterior, pooled, of_times(dataset, measure.code))
    observed = _of_pooled(pooled, level) if pooled else _of_table(rows)
    trials = {
        study.name: _trial(rows, study, observed[study.name], question)
        for study in _ordered(rows, question, observed)
    }
    listed = _grouped(rows, trials, question.by) if question.by else tuple(trials.values())
    rows = replace(rows, rows=listed)
    return replace(rows, rows=(*listed, *_together(rows)))


def with_weights(rows: Rows) -> Rows:
    """Return the lines with the share of the information on the effect that each trial has in the posterior,
    where no pooled estimate gives them weights.
    """
    posterior = rows.posterior
    if posterior is None or rows.pooled is not None or len(rows.dataset) > MOST_WEIGHED:
        return rows
    if posterior.again is None or posterior.answers.grid is None:  # sampled, or read from a file
        return rows
    shares = {each.study: each.weight for each in posterior.influence().studies}
    whole = math.fsum(shares.values()) or 1.0
    weighed = [
        replace(row, weight=100 * shares.get(row.study, 0.0) / whole) if row.kind == "trial" else row
        for row in rows.rows
    ]
    return replace(rows, rows=tuple(weighed))


def frame_of(rows: Rows, label: Callable[[Rows, Row], str]) -> "pd.DataFrame":
    """Return the numbers of a forest plot, a row for every line; ``label`` says what one is called."""
    import pandas as pd

    key = rows.measure.key
    counts = ("treatment_events", "treatment_total", "control_events", "control_total")
    if rows.times:
        counts = ("treatment_events", "treatment_time", "control_events", "control_time")
    records = []
    for row in rows.rows:
        if row.kind == "class":
            continue
        record: dict[str, object] = {"row": row.kind, "label": label(rows, row)}
        record |= dict(zip(counts, row.counts or (None,) * 4, strict=True))
        record |= {"weight": row.weight}
        names = (f"{key}_estimate", f"{key}_ci_lower", f"{key}_ci_upper")
        record |= dict(zip(names, row.observed or (None,) * 3, strict=True))
        names = (f"{key}_median", f"{key}_lower", f"{key}_upper")
        record |= dict(zip(names, row.posterior or (None,) * 3, strict=True))
        records.append(record | {"level": rows.level, "note": row.reason})
    frame = pd.DataFrame(records)
    numeric = [name for name in frame.columns if name not in ("row", "label", "note")]
    return frame.astype(dict.fromkeys(numeric, float))


def _dataset(result: Shown) -> Dataset:
    if isinstance(result, Dataset):
        return result
    if result.dataset is None:
        raise DataError(
            "plot.forest: this estimate does not know its trials; pool(dataset) gives one that does"
        )
    return result.dataset


def _require_same(dataset: Dataset, measure: Measure, pooled: PooledEstimate | None) -> None:
    """Raise ``ModelError`` where two results cannot stand in one drawing."""
    if pooled is None:
        return
    if pooled.measure != measure.code:
        raise ModelError(
            f"plot.forest: the pooled effect is {measure_of(pooled.measure).one} and the other result is of "
            f"{measure.one}; pool the same measure, pool(..., measure={measure.code!r})"
        )
    known = {each.study for each in pooled.studies}
    missing = [name for name in dataset.study_names if name not in known]
    if missing:
        raise ModelError(
            f"plot.forest: pooled does not hold {quoted(missing[0])}; pool the same trials, "
            "pool(posterior.dataset)"
        )


def _of_pooled(pooled: PooledEstimate, level: float) -> dict[str, StudyEstimate]:
    """Return the observed effects with limits of a level, on the scale of the model."""
    if level == pooled.level:
        return {each.study: each for each in pooled.studies}
    limits: dict[str, Any] = {each.study: each.effect(level, pooled.level) for each in pooled.studies}
    return {each.study: replace(each, **limits[each.study]) for each in pooled.studies}


def _of_table(rows: Rows) -> dict[str, StudyEstimate]:
    """Return the observed effects as the usual formulas give them, without weights."""
    found = {}
    reach = float(ndtri(0.5 + rows.level / 2))
    for study in rows.dataset.studies:
        reason = _why_not(study, rows.measure)
        if reason:
            found[study.name] = StudyEstimate(study.name, None, None, None, None, None, reason)
            continue
        (effect,), (error,) = effects_of([study], rows.measure)
        limits = float(effect - reach * error), float(effect + reach * error)
        found[study.name] = StudyEstimate(study.name, float(effect), float(error), *limits, None)
    return found


def _why_not(study: AnyStudy, measure: Measure) -> str:
    """Return why a trial has no effect of its own; empty where it has."""
    if study.known_by_estimate or (study.informative or (study.estimable and not measure.log)):
        return ""
    if not study.estimable:
        return "nobody in one arm"
    known = cells(study)
    return "only events in both arms" if known is not None and known[0] else "no events in either arm"


def _ordered(rows: Rows, question: Question, observed: Mapping[str, StudyEstimate]) -> tuple[AnyStudy, ...]:
    if isinstance(question.order, str):
        if question.order not in ORDERS:
            raise ModelError(
                f"plot.forest: order is {quoted(question.order)}{suggestion(question.order, ORDERS)}; it is "
                f"one of {', '.join(ORDERS)}, or a list of study names"
            )
        if rows.pooled is None:  # the most precise ones weigh most
            observed = {
                name: replace(each, weight=each.standard_error and each.standard_error**-2)
                for name, each in observed.items()
            }
        return studies_by(rows.dataset, observed, question.order)  # type: ignore[arg-type]
    names = rows.dataset.study_names
    wanted = tuple(question.order)
    for name in wanted:
        if name not in names:
            raise DataError(
                f"plot.forest: order names {quoted(name)}{suggestion(str(name), names)}, not in the table"
            )
    by_name = {study.name: study for study in rows.dataset.studies}
    return tuple(by_name[name] for name in dict.fromkeys((*wanted, *names)))


def _require_labelled(names: tuple[str, ...], labels: Mapping[str, str]) -> None:
    """Raise ``DataError`` for a label of a trial that is not in the table."""
    for name in labels:
        if name not in names:
            raise DataError(
                f"plot.forest: labels names {quoted(name)}{suggestion(str(name), names)}, not in the table; "
                f"trials are {', '.join(names)}"
            )


def _trial(rows: Rows, study: AnyStudy, seen: StudyEstimate, question: Question) -> Row:
    labels = question.labels or {}
    own: Ratio | None = None
    if rows.posterior is not None and study.name in rows.posterior.studies:
        own = posterior_effect(rows.posterior.theta[study.name], rows.measure, rows.level)
    observed = seen.own(rows.measure) if seen.estimate is not None else None
    label = phrases.name(labels.get(study.name, study.name))
    counts = cells(study, times=rows.times)
    return Row("trial", label, study.name, counts, seen.weight, observed, own, seen.reason)


def _grouped(rows: Rows, trials: Mapping[str, Row], by: str) -> tuple[Row, ...]:
    """Return the lines of trials below headings of their classes, those without a class last; below each
    class what its trials give together under the same model.
    """
    groups = classes(rows.dataset, by)
    left = tuple(name for name in trials if not any(name in members for members in groups.values()))
    named = {class_name(by, value, rows.dataset): members for value, members in groups.items()}
    listed: list[Row] = []
    for label, members in (named | ({"Not stated": left} if left else {})).items():
        listed.append(Row("class", phrases.first_upper(phrases.name(label))))
        listed += [row for name, row in trials.items() if name in members]
        if rows.posterior is not None and members is not left:
            part = rows.posterior.trials(members)["mu"]
            listed.append(
                Row("subtotal", "Pooled", posterior=posterior_effect(part, rows.measure, rows.level))
            )
    return tuple(listed)


def _together(rows: Rows) -> list[Row]:
    """Return the lines of what all trials give together."""
    made: list[Row] = []
    level = rows.level
    if rows.posterior is not None:
        mu, new = (
            posterior_effect(rows.posterior[name], rows.measure, level) for name in ("mu", "theta_new")
        )
        made += [Row("posterior", "Bayesian", counts=rows.totals, posterior=mu)]
        made += [Row("prediction", "New trial", posterior=new)] if rows.posterior.model.heterogeneous else []
    if rows.pooled is not None:
        effect = rows.pooled.effect(level)
        own = own_scale(rows.measure, (effect["estimate"], effect["ci_lower"], effect["ci_upper"]))
        reason = "" if own.estimate is not None else rows.pooled.note
        found = own if own.estimate is not None else None
        totals = None if rows.posterior is not None else rows.totals
        made.append(Row("classical", "Classical", counts=totals, observed=found, reason=reason))
        predicted = rows.pooled.own_prediction
        if rows.posterior is None and predicted.lower is not None and level == rows.pooled.level:
            made.append(Row("new", "New trial", observed=predicted))
    if not made and rows.totals is not None:
        made.append(Row("total", "Total", counts=rows.totals))
    return made
