"""A reconstruction for the terminal and as JSON: how many tables there are,
what they share, and the tables.
"""

from typing import Any

from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.reconstruction.tables import Alone, Reconstruction

MOST_SHOWN = 10
SETTLED = "one value"
NONE_UNKNOWN = "Every count is known: the table itself gives what is required."
RULED_OUT = (
    "No table can: bounds alone show that the required numbers cannot hold together for any counts within "
    "the limits (an estimate that is not in the middle of its interval, say), so there was nothing to search."
)


def reconstruction_document(search: Reconstruction) -> dict[str, Any]:
    """Return the reconstruction as plain JSON values; ``tables`` are those listed,
    ``count`` is how many there are.
    """
    names = [study.name for study in search.partial.studies]
    tables = [
        [
            {"study": name, "treatment_events": r1, "control_events": r0}
            for name, (r1, r0) in zip(names, table, strict=True)
        ]
        for table in search.events.tolist()
    ]
    pooled = [
        {"rule": p.rule, "measure": p.measure, "quantity": p.quantity, "min": p.least, "max": p.most}
        for p in search.pooled
    ]
    alone = [
        {
            "requirement": a.requirement,
            "tables": a.meeting,
            "tables_meeting_all_others": a.meeting_others,
            "exact": a.exact,
        }
        for a in search.alone
    ]
    document = {
        "complete": search.complete,
        "searched": search.searched,
        "count": search.count,
        "requirements": list(search.requirements),
        "ranges": [{"study": r.study, "arm": r.arm, "min": r.least, "max": r.most} for r in search.ranges],
        "shared": search.shared,
        "pooled": pooled,
        "each_requirement_alone": alone,
        "tables": tables,
    }
    return document if search.complete else document | {"note": _partial(search)}


def reconstruction_text(search: Reconstruction, width: int = WIDTH) -> str:
    """Return a readable summary, the first tables among it."""
    lines = [*paragraph(_headline(search), width), "", "Required", *dashes(list(search.requirements), width)]
    if search.count:
        if search.ranges:
            lines += ["", "Unknown events over all tables found", *figures(_ranges(search), width)]
        else:
            lines += ["", *paragraph(NONE_UNKNOWN, width)]
        lines += ["", "Pooled over the tables listed", *figures(_pooled(search), width)]
        shown = min(MOST_SHOWN, len(search))
        if search.ranges:
            more = "" if shown == search.count else f" (the first {shown} of {numbers.count(search.count)})"
            lines += ["", f"Tables{more}"]
            lines += figures(_tables(search, shown), width)
    elif not search.parts:
        lines += ["", *paragraph(RULED_OUT, width)]
    elif search.alone:
        lines += ["", *_why_none(search, width)]
    return "\n".join([*lines, "", "Details", *dashes(_details(search), width)])


def _headline(search: Reconstruction) -> str:
    where = f"{search.partial.label}: " if search.partial.label else ""
    if not search.complete:
        return f"{where}NOT COMPLETE. {_partial(search)}"
    number = numbers.count(search.count) if search.count else "none"
    verb = "gives" if search.count == 1 else "give"
    tables = "table" if search.searched == 1 else "tables"
    return (
        f"{where}{number} of {numbers.count(search.searched)} possible {tables} {verb} all that is required"
    )


def _partial(search: Reconstruction) -> str:
    return (
        f"Stopped after {numbers.count(search.done)} of {numbers.count(search.parts)} parts: at least "
        f"{numbers.count(search.count)} of {numbers.count(search.searched)} tables give all "
        "that is required, and there may be more"
    )


def _ranges(search: Reconstruction) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "arm", "least", "most")]
    return rows + [
        (r.study, r.arm, str(r.least), SETTLED if r.settled else str(r.most))
        for r in search.ranges
        if r.least is not None
    ]


def _pooled(search: Reconstruction) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "measure", "quantity", "least", "most")]
    return rows + [
        (p.rule, p.measure, p.quantity, numbers.cell(p.least), numbers.cell(p.most)) for p in search.pooled
    ]


def _tables(search: Reconstruction, shown: int) -> list[tuple[str, ...]]:
    """Return studies as rows and tables as columns, unknown studies only."""
    rows = [("", *(str(i + 1) for i in range(shown)))]
    for i, study in enumerate(search.partial.studies):
        if study.unknown:
            cells = (
                f"{r1}/{study.treatment_total} v {r0}/{study.control_total}"
                for r1, r0 in search.events[:shown, i].tolist()
            )
            rows.append((study.name, *cells))
    return rows if shown <= MOST_SHOWN // 3 else _upright(rows)


def _upright(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Turn the rows into columns where there are many tables, events only."""
    turned = list(zip(*rows, strict=True))
    plain = [
        tuple(" v ".join(part.partition("/")[0] for part in cell.split(" v ")) for cell in row)
        for row in turned[1:]
    ]
    short = tuple(name.split()[0] if name else name for name in turned[0])
    return [short if len(set(short)) == len(short) else turned[0], *plain]


def _why_none(search: Reconstruction, width: int) -> list[str]:
    exact = all(each.exact for each in search.alone)
    title = (
        "Tables that meet" if exact else "About how many tables meet (estimated from tables drawn at random)"
    )
    rows = [("each requirement alone", "", "and all the others" if exact else "")]
    rows += [(each.requirement, numbers.count(each.meeting), _others(each)) for each in search.alone]
    return [title, *figures(rows, width), "", *paragraph(_verdict(search.alone), width)]


def _others(each: Alone) -> str:
    return "" if each.meeting_others is None else numbers.count(each.meeting_others)


def _verdict(alone: tuple[Alone, ...]) -> str:
    """Say which requirement leaves no table, as far as that can be told."""
    none = [each.requirement for each in alone if not each.meeting]
    if none and all(each.exact for each in alone):
        return f"No table meets {', nor '.join(none)}, whatever else is required."
    if none:
        return f"None of the tables drawn meets {', nor '.join(none)}: such tables are rare or do not exist."
    freed = [each.requirement for each in alone if each.meeting_others]
    if freed:
        return f"Without {', or without '.join(freed)}, there would be tables."
    return "Each can be met by itself; together they cannot."


def _details(search: Reconstruction) -> list[str]:
    unknown = [f"{name} {arm}" for name, arm in search.partial.unknown]
    lines = [
        f"unknown numbers of events: {', '.join(unknown) or 'none'}; every value between the limits was "
        "considered",
        "a number is met when the recomputed one rounds to the printed one at its printed decimals; "
        "a half may go either way",
        "counts found so are reconstructed: they agree with what was printed, they were not read anywhere",
    ]
    if search.capped:
        lines.append(
            f"{numbers.count(len(search))} tables are listed; the count of {numbers.count(search.count)} is "
            "not affected by the cap"
        )
    return lines
