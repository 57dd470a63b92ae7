"""One row of a table as a study: of counts, of people not seen, of person-time, or known by its estimate."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.counts.study import (
    COUNTS,
    FRACTIONAL,
    LARGEST,
    MISSING,
    MOST,
    RULE,
    TIME_RULE,
    TIMES,
    Study,
    count_problems,
)
from bayes_ivig.inputs.estimates.design_cell import DESIGN_SD, design_of
from bayes_ivig.inputs.estimates.parts import FRACTIONAL_COLUMN, YES
from bayes_ivig.inputs.estimates.printed import number
from bayes_ivig.inputs.estimates.rows import AnyStudy, by_estimate, estimated
from bayes_ivig.measures import Measure

type Problems = list[tuple[str, str]]  # column, what is wrong

EXTRA = (*MISSING, *TIMES, FRACTIONAL_COLUMN, DESIGN_SD)  # columns of a study beside its counts
WHOLE = re.compile(r"(?P<sign>[+-]?)0*(?P<digits>[0-9]+)(\.0*)?")
NO = ("no", "false", "0", "")
TOTALS = COUNTS[1::2]


def study_of(
    name: str, record: Mapping[str, str], measure: Measure, *, fractional: bool
) -> tuple[AnyStudy | None, Problems]:
    """Return the study of a row, None of one without a name, and what is wrong with its cells.

    ``fractional`` takes counts that are no whole numbers for effective ones; the row may say so itself.
    """
    if by_estimate(record, measure):
        effect, spread, unfit = design_of(record, ())
        estimate, wrong = estimated(name or "(no name)", record, measure)
        if estimate is None or not name:
            return None, wrong + unfit
        if unfit:
            return None, unfit
        return replace(estimate, design_effect=effect, design_effect_sd=spread), []
    asked, wrong = _asked(record, fractional)
    times, unfit = _times(record)
    wrong += unfit
    counts, unfit = _counts(record, asked, of_rates=bool(times))
    wrong += unfit
    effect, spread, unfit = design_of(record, tuple(counts.get(column, 0) for column in TOTALS))
    wrong += unfit
    if wrong or not name:
        return None, wrong
    r1, n1, r0, n0 = (counts.get(column, 0) for column in COUNTS)
    t1, t0 = times or (0.0, 0.0)
    m1, m0 = (counts.get(column, 0) for column in MISSING)
    return Study(name, r1, n1, r0, n0, effect, m1, m0, t1, t0, asked, spread), []


def whole_number(cell: str) -> int:
    """Return the whole number a cell holds (``"7"``, ``"7.0"``);
    raises ``ValueError`` saying what it holds instead.
    """
    text = cell.strip()
    if not text:
        raise ValueError(f"empty; {RULE}")
    whole = WHOLE.fullmatch(text)
    if not whole:
        raise ValueError(f"found {quoted(text)}; {RULE}")
    if len(whole["digits"]) > len(str(LARGEST)) or int(whole["digits"]) > LARGEST:
        raise ValueError(f"found {quoted(text)}; {RULE if whole['sign'] == '-' else MOST}")
    return int(whole["sign"] + whole["digits"])


def _count(cell: str, asked: bool) -> float:
    """Return a count, a fraction only where it is asked for; raises ``ValueError``."""
    text = cell.strip()
    if WHOLE.fullmatch(text) or not text:
        return whole_number(cell)
    try:
        value = number(text).value
    except ValueError:
        return whole_number(cell)
    if not asked:
        raise ValueError(f"found {quoted(text)}; {RULE}; {FRACTIONAL}")
    return value


def _counts(record: Mapping[str, str], asked: bool, *, of_rates: bool) -> tuple[dict[str, float], Problems]:
    """Turn a row's counts into numbers, and list what is wrong with them; totals may be left out of rates,
    people who were not seen everywhere.
    """
    counts: dict[str, float] = {}
    problems: Problems = []
    blank = MISSING + (TOTALS if of_rates and not any(record.get(c, "").strip() for c in TOTALS) else ())
    for column in (*COUNTS, *MISSING):
        cell = record.get(column, "")
        if column in blank and not cell.strip():
            continue
        try:
            counts[column] = _count(cell, asked)
        except ValueError as error:
            problems.append((column, str(error)))
    return counts, problems + count_problems(counts)


def _times(record: Mapping[str, str]) -> tuple[tuple[float, float] | None, Problems]:
    """Return the person-time of both arms, None where there is none, and what is wrong with it."""
    cells = {column: record.get(column, "").strip() for column in TIMES}
    if not any(cells.values()):
        return None, []
    times, problems = [], []
    for column, cell in cells.items():
        try:
            value = number(cell).value
        except ValueError:
            value = 0.0
        if value <= 0:
            problems.append((column, f"found {quoted(cell)}; {TIME_RULE}"))
        times.append(value)
    return (times[0], times[1]), problems


def _asked(record: Mapping[str, str], fractional: bool) -> tuple[bool, Problems]:
    """Return whether fractions are taken for effective counts in this row."""
    cell = record.get(FRACTIONAL_COLUMN, "").strip().lower()
    if cell in YES or cell in NO:
        return fractional or cell in YES, []
    return False, [(FRACTIONAL_COLUMN, f"found {quoted(cell)}; yes where counts are effective counts, or no")]
