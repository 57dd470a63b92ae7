"""A table of counts known in part, for the terminal and as JSON:
blanks for unknown counts, and their limits.
"""

from typing import Any

from bayes_ivig.inputs.counts.known_in_part import KnownInPart
from bayes_ivig.inputs.counts.partial import ARMS, Limits
from bayes_ivig.inputs.counts.statuses import status_words
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import BOUNDS
from bayes_ivig.reporting.counts.text import basis_lines, others, sets_document, sets_lines, title_lines
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.terminal import WIDTH, notes, paragraph

BLANK = (
    "A blank before the stroke is an unknown number of events, and beside it stand the limits within which "
    "it is looked for: they are assumptions, not findings."
)


def partial_document(known: KnownInPart, *, apart: bool = True) -> dict[str, Any]:
    """Return the table as plain JSON values: unknown events are null,
    every number of events has its limits; columns of the user's stand ``apart`` from ours.
    """
    rows = [_row(known, i, apart=apart) for i in range(len(known.table.studies))]
    return (
        {
            "dataset": known.name,
            "outcome": known.outcome,
            "trials": known.selection,
            "event": known.about.event,
        }
        | {"known_in_part": True, "studies": rows}
        | {"tables_within_limits": known.table.size, **sets_document(known.trial_sets, known.about)}
    )


def _row(known: KnownInPart, i: int, *, apart: bool) -> dict[str, Any]:
    study = known.table.studies[i]
    row: dict[str, Any] = {"study": study.name}
    limits: dict[str, int] = {}
    for arm, (least, most), total, unknown in _arms(known, i):
        row |= {f"{arm}_events": None if unknown else least, f"{arm}_total": total}
        limits |= {f"{arm}_events_min": least, f"{arm}_events_max": most}
    row |= {"estimable": study.treatment_total > 0 and study.control_total > 0}
    return (
        row
        | limits
        | others({name: cells[i] for name, cells in known.columns if name not in BOUNDS}, apart=apart)
        | {"known": dict(zip(COUNTS, known.statuses[i], strict=True))}
    )


def _arms(known: KnownInPart, i: int) -> list[tuple[str, Limits, int, bool]]:
    """Return name, limits, total and whether the events are unknown, of both arms of a study."""
    study = known.table.studies[i]
    totals = study.treatment_total, study.control_total
    return list(zip(ARMS, (study.treatment, study.control), totals, known.unknown[i], strict=True))


def partial_lines(known: KnownInPart, width: int = WIDTH) -> list[str]:
    """Return the table as lines of text."""
    about, names = known.about, [study.name for study in known.table.studies]
    statuses = [status_words(each) for each in known.statuses]
    rows: list[tuple[str, ...]] = [
        ("study", about.treatment, "limits", about.control, "limits", "status" if any(statuses) else "")
    ]
    arms = [_arms(known, i) for i in range(len(names))]
    digits = [max((len(str(a[j][1][0])) for a in arms if not a[j][3]), default=0) for j in range(len(ARMS))]
    for name, both, status in zip(names, arms, statuses, strict=True):
        cells = [
            cell
            for j, (_, limits, total, unknown) in enumerate(both)
            for cell in _cells(limits, total, unknown, digits[j])
        ]
        rows.append((name, *cells, status))
    lines = [*title_lines(about, f"{known.name} {known.outcome}".strip(), width), "", *notes(rows, width)]
    if any(map(any, known.unknown)):
        lines += ["", *paragraph(f"{BLANK} Tables within them: {numbers.count(known.table.size)}.", width)]
    lines += basis_lines(names, known.bases, width)
    lines += sets_lines(known.trial_sets, about, width)
    for note in known.notes:
        lines += ["", *paragraph(note, width)]
    return lines


def _cells(limits: Limits, total: int, unknown: bool, digits: int) -> tuple[str, str]:
    """Return events over total, and the limits of events that are unknown."""
    least, most = limits
    return (
        (f"{'':>{digits}}/{total}", f"{least} to {most}") if unknown else (f"{least:>{digits}}/{total}", "")
    )
