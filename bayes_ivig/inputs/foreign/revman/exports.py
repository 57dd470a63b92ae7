"""The table that RevMan 5 exports: rows of comparisons, outcomes, subgroups and studies under each other.

An outcome's row has its settings and its total, a subgroup's its total; neither is a trial.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bayes_ivig.errors import DataError, quoted
from bayes_ivig.inputs.foreign.found import LeftOut, Sheet
from bayes_ivig.inputs.foreign.revman.analysis import (
    PARTS,
    Analysis,
    Held,
    Kind,
    Row,
    Total,
    distinct,
    level_of,
    number,
    numbers,
    plain,
    yes,
)
from bayes_ivig.inputs.foreign.revman.measures import Named, named_measure
from bayes_ivig.inputs.foreign.revman.settings import decimals, kind_of, method_of

type Record = Mapping[str, str]
type Level = Literal["comparison", "outcome", "subgroup", "study"]

THEIRS = {
    "events_1": "Events 1", "total_1": "Total 1", "mean_1": "Mean 1", "sd_1": "SD 1", "events_2": "Events 2",
    "total_2": "Total 2", "mean_2": "Mean 2", "sd_2": "SD 2", "estimate": "Effect Estimate", "se": "SE",
    "o_minus_e": "O-E", "variance": "Variance",
}  # fmt: skip
COMPUTED = (("estimate", "effect estimate"), ("ci_lower", "ci start"), ("ci_upper", "ci end"))
OF_TOTALS = (
    *COMPUTED, ("q", "q"), ("q_df", "df"), ("q_p_value", "p(q)"), ("i2", "i2(q)"), ("tau2", "tau2"),
    ("z", "z"), ("p_value", "p(z)"),
)  # fmt: skip
OF_ROWS = (*COMPUTED, ("standard_error", "se"), ("weight", "weight"))
ONLY_TOTALS = ("df", "q", "p(q)", "i2(q)", "tau2", "z", "p(z)")
NUMBERED = ("comparison number", "outcome number", "subgroup number")
ANY_OF = {"events 1", "mean 1", "effect estimate", "total 1", "o-e"}


@dataclass
class _Outcome:
    """An outcome while its rows are collected: with the row of the file, and those of its subgroups."""

    comparison: str
    at: int
    record: Record
    rows: list[tuple[int, Record, str]] = field(default_factory=list)
    groups: list[tuple[int, Record, str]] = field(default_factory=list)


def is_export(sheet: Sheet) -> bool:
    """Whether a table is one that RevMan 5 exports."""
    if not sheet.rows:
        return False
    header = {_header(cell) for cell in sheet.rows[0]}
    return {"name", "data type"} <= header and bool(header & ANY_OF)


def exported(sheet: Sheet, stated_measure: str = "") -> Held:
    """Return the outcomes of an exported table; raises ``DataError`` where subgroups cannot be told apart."""
    header = [_header(cell) for cell in sheet.rows[0]]
    records = [
        (at, dict(zip(header, map(plain, row), strict=False)))
        for at, row in zip(sheet.numbers[1:], sheet.rows[1:], strict=True)
        if any(row)
    ]
    outcomes: list[_Outcome] = []
    comparison, group, others = "", "", []
    for (at, record), level in zip(records, _levels(records, header, sheet.source), strict=True):
        name = record.get("name", "")
        if level == "comparison":
            comparison = name
        elif level == "outcome":
            outcomes.append(_Outcome(comparison, at, record))
            group = ""
        elif not outcomes:
            others.append(LeftOut(f"row {at}", name, "unreadable", "stands before the first outcome"))
        elif level == "subgroup":
            group = distinct([*(known for _, _, known in outcomes[-1].groups), name])[-1]
            outcomes[-1].groups.append((at, record, group))
        else:
            outcomes[-1].rows.append((at, record, group))
    read = [_analysis(outcome, i, stated_measure) for i, outcome in enumerate(outcomes, 1)]
    kept = [each for each in read if isinstance(each, Analysis)]
    return Held(tuple(kept), (*others, *(each for each in read if isinstance(each, LeftOut))))


def _levels(records: Sequence[tuple[int, Record]], header: Sequence[str], source: str) -> Iterator[Level]:
    """Yield what each row is."""
    numbered = "subgroup number" in header
    told = any(name in header for name in ONLY_TOTALS)
    before: tuple[str, ...] = ()
    for i, (at, record) in enumerate(records):
        here = tuple(record.get(name, "") for name in NUMBERED)
        if record.get("data type"):
            yield "outcome"
        elif not any(text for name, text in record.items() if name not in ("name", *NUMBERED)):
            yield "comparison"
        elif numbered:
            yield "subgroup" if here != before and here[2] not in ("", "0") else "study"
        elif told:
            yield "subgroup" if any(record.get(name) for name in ONLY_TOTALS) else "study"
        elif _is_sum(records, i):
            raise DataError(
                f"{source}: row {at}: {quoted(record.get('name', ''))} is the sum of rows under it, so that "
                "it seems to be a subgroup's total, and the table has no column that tells; export it again "
                "with 'Subgroup Number'"
            )
        else:
            yield "study"
        before = here


def _is_sum(records: Sequence[tuple[int, Record]], at: int) -> bool:
    """Whether a row holds the sums of the two or more that follow it."""
    wanted = [number(records[at][1].get(name)) for name in ("total 1", "total 2")]
    sums = [0.0, 0.0]
    for i, (_, record) in enumerate(records[at + 1 :], 1):
        if record.get("data type"):
            return False
        sums = [
            total + (number(record.get(n)) or 0)
            for total, n in zip(sums, ("total 1", "total 2"), strict=True)
        ]
        if i > 1 and sums == wanted and any(sums):
            return True
    return False


def _analysis(outcome: _Outcome, position: int, stated_measure: str) -> Analysis | LeftOut:
    """Return an outcome with its settings, or why it is none of two groups."""
    record = outcome.record
    name, method = record.get("name", ""), record.get("statistical method", "")
    kind = "o-e" if "o_e" in method.lower() else kind_of(record.get("data type", ""))
    if kind is None:
        why = f"its data type is {quoted(record['data type'])}, which is none of two groups"
        return LeftOut(f"row {outcome.at}", name, "other_type", why)
    measure, logs = _measure(outcome, kind, stated_measure)
    number_ = ".".join(record.get(n, "") for n in NUMBERED[:2] if record.get(n)) or str(position)
    levels = {key: text for key, text in record.items() if "confidence interval" in key}
    totals = _totals(outcome)
    return Analysis(
        number_,
        outcome.comparison,
        name,
        kind,
        measure.code,
        measure.ratios,
        tuple(_row(at, row, group, kind, logs=logs) for at, row, group in outcome.rows),
        THEIRS | ({"estimate": "log(Effect Estimate)"} if logs else {}),
        totals,
        method=method_of(method),
        random="random" in record.get("analysis model", "").lower(),
        levels=(
            level_of(next((text for key, text in levels.items() if "study" in key), "")),
            level_of(next((text for key, text in levels.items() if "study" not in key), "")),
        ),
        labels=(record.get("group label 1", ""), record.get("group label 2", "")),
        graph=(record.get("left graph label", ""), record.get("right graph label", "")),
        swap=measure.swap or any(yes(text) for key, text in record.items() if "swap" in key),
        weights_of_groups=not any(not total.group for total in totals),
        notes=(measure.note,) if measure.note else (),
        left_out=(_left(outcome.at, name), *(_left(at, group) for at, _, group in outcome.groups)),
    )


def _left(at: int, name: str) -> LeftOut:
    return LeftOut(f"row {at}", name, "total", "a total of rows under it")


def _measure(outcome: _Outcome, kind: Kind, stated: str) -> tuple[Named, bool]:
    """Return the measure, and whether estimates are ratios to be logged.

    Where the column that says so was not exported, limits and standard errors tell.
    """
    record = outcome.record
    text = record.get("effect measure", "")
    flag = next((each for key, each in record.items() if "log scale" in key and each), "")
    logged = yes(flag) if flag else None
    if kind == "inverse variance" and logged is None:
        logged = _limits_are_of_logs([row for _, row, _ in outcome.rows])
    measure = named_measure(text, kind, logged, stated)
    return measure, kind == "inverse variance" and measure.ratios


def _limits_are_of_logs(found: Sequence[Record]) -> bool | None:
    """Return whether limits lie around the estimate on a log scale, as far from it as the standard errors
    say; None where no row tells.
    """
    votes: list[bool] = []
    for record in found:
        values = [number(record.get(name)) for name in ("ci start", "ci end", "se")]
        if None in values:
            continue
        lower, upper, error = (value or 0.0 for value in values)
        if error <= 0 or upper <= lower or lower <= 0:
            votes += [False] if error > 0 and lower <= 0 and upper > lower else []
            continue
        far = abs(math.log(upper / lower) - 2 * 1.96 * error), abs(upper - lower - 2 * 1.96 * error)
        votes.append(far[0] < far[1])
    return None if not votes or len(set(votes)) > 1 else votes[0]


def _totals(outcome: _Outcome) -> tuple[Total, ...]:
    """Return what RevMan pooled: of all rows where it did, of subgroups."""
    shown = outcome.record.get("totals", "").lower()
    parts = [("", outcome.record)] if "sub" not in shown or "and" in shown else []
    parts += [(group, record) for _, record, group in outcome.groups]
    return tuple(
        Total(
            name,
            numbers((ours, record.get(theirs)) for ours, theirs in OF_TOTALS),
            decimals(record.get(theirs, "") for _, theirs in OF_TOTALS),
        )
        for name, record in parts
        if _pooled(record) and not shown.startswith("no")
    )


def _pooled(record: Record) -> bool:
    lower, upper = (number(record.get(name)) for name in ("ci start", "ci end"))
    return lower is not None and upper is not None and lower < upper


def _row(at: int, record: Record, group: str, kind: Kind, *, logs: bool) -> Row:
    name = record.get("name", "") or "a study without a name"
    values = {part: record.get(THEIRS[part].lower(), "") for part in PARTS[kind]}
    if logs:
        ratio = number(values["estimate"])
        values["estimate"] = repr(math.log(ratio)) if ratio is not None and ratio > 0 else ""
    more = {"year": record.get("year of study", ""), "footnote": record.get("footnotes", "")}
    return Row(
        name,
        name,
        values,
        f"row {at}",
        group,
        numbers((ours, record.get(theirs)) for ours, theirs in OF_ROWS),
        {column: text for column, text in more.items() if text},
    )


def _header(cell: str) -> str:
    return plain(cell.removeprefix("\ufeff")).lower().replace("²", "2")
