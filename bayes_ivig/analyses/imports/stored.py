"""The results that a file stores, computed again from its rows: a witness of the import and of ``pool``.

An arm that was exchanged on the way, a total taken for a trial, a row that was lost: each shows here.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast

from bayes_ivig.errors import BayesIvigError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.parts import by_rule
from bayes_ivig.inputs.foreign.found import StoredResult
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import measure_of
from bayes_ivig.results.imports.recomputed import Recomputed
from bayes_ivig.results.pooled import PooledEstimate, StudyEstimate

RULES: Mapping[str, Callable[[], Rules]] = {"revman5": Rules.revman5, "revman2025": Rules.revman2025}
EFFECTS = ("estimate", "ci_lower", "ci_upper")
# RevMan approximates tails of distributions: its P values and limits are right to some 1e-7
TOLERANCE = 1e-6


@checked
def recomputed(dataset: Dataset, stored: Sequence[StoredResult]) -> tuple[Recomputed, ...]:
    """Return every number that is stored beside the same from the rows that it is of.

    ``dataset`` holds the rows of the file. What ``pool`` refuses has no second number, and says why.
    """
    return tuple(number for result in stored for number in _of_result(dataset, result))


class _Line(NamedTuple):
    """A stored number, what was computed for it, and why nothing was; ``study`` for one of a row."""

    name: str
    value: float
    found: float | None
    why: str
    study: str = ""


def _of_result(dataset: Dataset, result: StoredResult) -> Iterator[Recomputed]:
    """Yield the numbers of one result, then those of its rows."""
    try:
        rows = dataset.trials(result.studies) if result.studies else dataset
        lines = list(_lines(_by_their_rule(rows, result), result))
    except BayesIvigError as error:
        lines = [_Line(name, value, None, str(error)) for name, value in result.values]
        lines += [_Line(name, value, None, str(error), study) for study, name, value in result.each]
    return (_recomputed(dataset, result, line) for line in lines)


def _lines(rows: Dataset, result: StoredResult) -> Iterator[_Line]:
    """Yield every number of a result beside what ``pool`` gives."""
    estimate = _pooled(rows, result, result.level)
    for name, value in result.values:
        yield _Line(name, value, _of_pooled(estimate, name), estimate.note)
    if not result.each:
        return
    own = estimate if result.study_level == result.level else _pooled(rows, result, result.study_level)
    single = {each.study: each for each in own.studies}
    for study, name, value in result.each:
        row = single.get(study)
        yield _Line(name, value, _of_study(row, name), row.reason if row else "", study)


def _by_their_rule(rows: Dataset, result: StoredResult) -> Dataset:
    """Return rows with standardised mean differences as the program computes them that stored the result."""
    if result.measure != "SMD" or not result.rules.startswith("revman"):
        return rows
    return replace(rows, studies=cast("Any", by_rule(rows.studies, "revman")))


def _pooled(rows: Dataset, result: StoredResult, level: float) -> PooledEstimate:
    rules = RULES[result.rules]() if result.rules in RULES else None
    return pool(
        rows,
        method=result.method,
        measure=result.measure,
        hartung_knapp=result.hartung_knapp,
        level=level,
        rules=rules,
    )


def _of_pooled(estimate: PooledEstimate, name: str) -> float | None:
    """Return a number of a pooled estimate by the name under which it is stored."""
    if name == "q_df":
        return float(estimate.k - 1)
    if name == "z":
        error = estimate.standard_error
        return None if estimate.estimate is None or not error else abs(estimate.estimate) / error
    value: float | None = getattr(estimate, name, None)
    return value


def _of_study(study: StudyEstimate | None, name: str) -> float | None:
    value: float | None = getattr(study, name, None)
    return value


def _recomputed(dataset: Dataset, result: StoredResult, line: _Line) -> Recomputed:
    ratio = measure_of(result.measure).log and line.name in EFFECTS
    digits, found = result.digits, line.found
    return Recomputed(
        dataset.outcome,
        result.group,
        result.method,
        result.measure,
        line.name,
        line.value,
        found,
        found is not None and agrees(line.value, found, digits, ratio=ratio, near=result.near),
        digits,
        (line.why or "it does not exist for these rows") if found is None else "",
        line.study,
    )


def agrees(stored: float, found: float, digits: int | None, *, ratio: bool, near: float = 0.0) -> bool:
    """Whether two numbers are the same as far as the first is stored, and as ``near`` as the iteration of
    the program that stored it stops; ratios are stored as such.
    """
    if digits is not None and ratio:
        stored, found = math.exp(stored), math.exp(min(found, 700.0))
    unit = 0.0 if digits is None else 0.5 * 10.0**-digits
    return abs(stored - found) <= unit + max(TOLERANCE, near) * max(1.0, abs(stored))
