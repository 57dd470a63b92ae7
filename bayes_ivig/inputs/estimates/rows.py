"""What a row of a table is: a study with counts, or one known by its estimate."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bayes_ivig.inputs.counts.study import COUNTS, MISSING, TIMES, Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.parts import FRACTIONAL_COLUMN, YES, estimate_of_parts, of_parts
from bayes_ivig.inputs.estimates.row import COLUMNS, PARTS
from bayes_ivig.inputs.estimates.stated import Problems, estimate_of, tells
from bayes_ivig.measures import Measure

type AnyStudy = Study | Estimate

EVENTS = COUNTS[::2]
RATES = (*EVENTS, *TIMES)
RATE_RATIO = "IRR"


def by_estimate(record: Mapping[str, str], measure: Measure) -> bool:
    """Whether a row is known by its estimate: it states one, and not all of its counts, or counts would not
    give the measure; nor the rates of a rate ratio.
    """
    needed = RATES if measure.code == RATE_RATIO else COUNTS if measure.from_counts else ()
    counted = bool(needed) and all(record.get(column, "").strip() for column in needed)
    return (tells(record) or of_parts(record)) and not counted


def estimated(name: str, record: Mapping[str, str], measure: Measure) -> tuple[Estimate | None, Problems]:
    """Return the estimate of a row ``by_estimate``, with those of its counts that are known among ``given``,
    or None and what is wrong.
    """
    state = estimate_of if tells(record) else estimate_of_parts
    found, problems = state(name, record, measure)
    if found is None:
        return None, problems
    others = (*COUNTS, *MISSING, *TIMES, *PARTS)
    own = dict(found.given)
    known = tuple((c, record[c].strip()) for c in others if record.get(c, "").strip() and c not in own)
    effective = record.get(FRACTIONAL_COLUMN, "").strip().lower() in YES and of_parts(record)
    known += ((FRACTIONAL_COLUMN, "yes"),) if effective else ()
    return replace(found, given=known + found.given), problems


def totals_of(study: AnyStudy) -> tuple[float, ...]:
    """Return the people in both arms, of an estimate none that are known."""
    return (study.treatment_total, study.control_total) if isinstance(study, Study) else ()


def with_counts(study: AnyStudy, what: str) -> Study:
    """Return a study whose counts are known; raises the ``DataError`` of one known by its estimate,
    ``what`` being what needs counts.
    """
    return study if isinstance(study, Study) else study.refuse(what)


def written(studies: Sequence[AnyStudy]) -> dict[str, list[object]]:
    """Return the columns of a table that hold these studies: counts, and what states the estimates."""
    columns: dict[str, list[object]] = {}
    if not all(isinstance(study, Estimate) for study in studies):
        columns |= {column: [] for column in COUNTS}
    cells = [_cells(study) for study in studies]
    for column in (*COUNTS, *MISSING, *TIMES, "fractional", *COLUMNS):
        if column in columns or any(column in own for own in cells):
            columns[column] = [own.get(column) for own in cells]
    return columns


def _cells(study: AnyStudy) -> Mapping[str, object]:
    """Return what states a study, by column: the cells that it was made of, else what it holds."""
    if isinstance(study, Study):
        held: dict[str, object] = {c: getattr(study, c) for c in COUNTS if study.of_people or c in EVENTS}
        held |= {c: getattr(study, c) for c in MISSING if study.missing}
        held |= {c: getattr(study, c) for c in TIMES if study.of_rates}
        return held | ({"fractional": "yes"} if study.fractional else {})
    if study.given:
        return dict(study.given)
    plain: dict[str, object] = {"yi": repr(study.y), "sei": repr(study.standard_error)}
    return plain if math.isinf(study.df) else plain | {"df": repr(study.df)}
