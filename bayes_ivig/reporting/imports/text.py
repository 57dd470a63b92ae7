"""What was read of a file, as text for a terminal and as a document: arms, columns, rows, what was left out,
and stored results beside recomputed ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut
from bayes_ivig.inputs.foreign.notes import HOW, arms_line
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.digits import PRINTED, cut
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, notes, paragraph
from bayes_ivig.results.imports.imported import Imported, ImportedOutcome
from bayes_ivig.results.imports.recomputed import Recomputed

MOST_LABEL = 20  # characters of an arm's label over a column
MOST_LISTED = 30  # of what was left out, and of stored numbers that differ
LOST = ("unreadable", "repeat")  # what is left out and may be missed: said in the list of outcomes, too
SHOWN = (  # columns of ours that are shown of a trial, but for its counts
    "estimate", "lower", "upper", "level", "yi", "sei", "vi", "p_value", "treatment_mean", "treatment_sd",
    "treatment_n", "control_mean", "control_sd", "control_n", "treatment_time", "control_time", "o_minus_e",
    "variance",
)  # fmt: skip


def import_text(imported: Imported, width: int = WIDTH, listing: bool = False) -> str:
    """Return one outcome with all that was read of it, several as a list; with ``listing`` one as well."""
    if listing or len(imported.outcomes) != 1:
        return "\n".join(_listed(imported, width))
    return "\n".join(_whole(imported, imported.outcomes[0], width))


def import_document(imported: Imported, listing: bool = False) -> dict[str, Any]:
    """Return everything that was read as plain values; with ``listing`` without mapping and rows."""
    return {
        "source": imported.source,
        "sha256": imported.sha256,
        "outcomes": [_outcome_document(each, listing) for each in imported.outcomes],
        "left_out": [_left_out_document(each) for each in imported.sheets_left_out],
    }


def with_columns(imported: Imported, document: dict[str, Any], listing: bool = False) -> dict[str, Any]:
    """Return the document with the columns of the file that have no meaning here apart from the others."""
    if listing:
        return document
    outcomes = []
    for each, outcome in zip(imported.outcomes, document["outcomes"], strict=True):
        ours = {"study", *(one.ours for one in each.found.mapping)}
        rows = [
            {key: row[key] for key in row if key in ours}
            | {"columns": {key: row[key] for key in row if key not in ours}}
            for row in outcome["rows"]
        ]
        outcomes.append(outcome | {"rows": rows})
    return document | {"outcomes": outcomes}


def _outcome_document(outcome: ImportedOutcome, listing: bool) -> dict[str, Any]:
    found = outcome.found
    brief = {
        "outcome": outcome.name,
        "title": found.outcome,
        "comparison": found.comparison,
        "measure": found.measure,
        "k": len(found.table.rows),
        "arms": {
            "treatment": found.treatment or "treatment",
            "control": found.control or "control",
            "known": found.arms_known,
            "why": found.arms_why,
        },
        "event": found.event,
        "read": outcome.dataset is not None,
        "why": outcome.why,
        "left_out": [_left_out_document(each) for each in found.left_out],
        "stored_results": [_stored_document(each) for each in outcome.recomputed],
    }
    if listing:
        return brief
    mapping = [
        {"ours": each.ours, "theirs": each.theirs, "known": each.known, "why": each.why}
        for each in found.mapping
    ]
    return brief | {"mapping": mapping, "notes": list(found.notes), "rows": list(found.table.records())}


def _left_out_document(each: LeftOut) -> dict[str, Any]:
    return {"where": each.where, "what": each.what, "code": each.code, "why": each.why}


def _stored_document(each: Recomputed) -> dict[str, Any]:
    return {
        "group": each.group,
        "study": each.study,
        "method": each.method,
        "measure": each.measure,
        "quantity": each.quantity,
        "stored": each.stored,
        "recomputed": each.recomputed,
        "difference": each.difference,
        "digits": each.digits,
        "agrees": each.agrees,
        "why": each.why,
    }


def _listed(imported: Imported, width: int) -> list[str]:
    """Return a line for every outcome, under the arms that they compare."""
    read = [each for each in imported.outcomes if each.dataset is not None]
    lines = paragraph(f"{imported.source}: {_number(len(imported.outcomes), 'outcome')}", width)
    for arms, group in groupby(read, lambda each: arms_line(each.found)):
        rows = [("outcome", "measure", "trials", "treatment", "control"), *map(_brief, group)]
        lines += ["", *paragraph(arms, width, "  "), *figures(rows, width)]
    unread = [f"{each.name}: {_first(each.why)}" for each in imported.outcomes if each.dataset is None]
    lines += ["", "Not read", *dashes(unread, width)] if unread else []
    lines += _compared([each for outcome in imported.outcomes for each in outcome.recomputed], width)
    return lines + _left_out((*_lost(imported.outcomes), *imported.sheets_left_out), width)


def _lost(outcomes: Sequence[ImportedOutcome]) -> list[LeftOut]:
    """Return the rows and outcomes that are no data of any kind, each once however many outcomes lack it."""
    every = [each for outcome in outcomes for each in outcome.found.left_out if each.code in LOST]
    return list(dict.fromkeys(every))


def _brief(outcome: ImportedOutcome) -> tuple[str, ...]:
    """Return an outcome with its measure, its trials and the events of its arms."""
    found = outcome.found
    sums = ("", "")
    if set(COUNTS) <= set(found.table.columns):
        events = [_sum(found.table.column(name)) for name in COUNTS]
        sums = (_of(events[0], events[1]), _of(events[2], events[3]))
    return (outcome.name or "(no name)", found.measure, str(len(found.table.rows)), *sums)


def _of(events: int | None, total: int | None) -> str:
    return "" if events is None or total is None else f"{numbers.whole(events)}/{numbers.whole(total)}"


def _sum(cells: Iterable[str]) -> int | None:
    """Return the sum of cells that hold whole numbers; None where one does not."""
    try:
        return sum(int(cell) for cell in cells if cell)
    except ValueError:
        return None


def _whole(imported: Imported, outcome: ImportedOutcome, width: int) -> list[str]:
    """Return an outcome with arms, columns, trials, what was left out, and stored results."""
    found = outcome.found
    name = found.outcome or outcome.name
    title = f"{imported.source}: {name}" if name else imported.source
    trials = _number(len(found.table.rows), "trial")
    lines = [*paragraph(f"{title} ({trials}, measure {found.measure})", width)]
    lines += paragraph(f"comparison: {found.comparison}", width, "  ") if found.comparison else []
    lines += [*paragraph(arms_line(found), width, "  "), *paragraph(_event(found), width, "  ")]
    mapping = [(each.ours, each.theirs, each.why or HOW[each.known]) for each in found.mapping]
    lines += ["", "Read as", *notes(mapping, width)] if mapping else []
    if outcome.dataset is not None:
        lines += ["", *figures(_trials(outcome.dataset, found), width)]
    lines += _left_out((*found.left_out, *imported.sheets_left_out), width)
    lines += _compared(outcome.recomputed, width)
    return lines + (["", "Details", *dashes(found.notes, width)] if found.notes else [])


def _event(found: FoundTable) -> str:
    if found.event:
        return f"an event is {found.event}"
    return "the file does not say whether an event is good or bad; --event good or --event bad does"


def _trials(dataset: Dataset, found: FoundTable) -> list[tuple[str, ...]]:
    """Return the trials as they were read, events of people under the labels of the arms."""
    table = found.table
    counted = set(COUNTS) <= set(table.columns) and any(table.column(COUNTS[0]))
    events = () if counted else (COUNTS[0], COUNTS[2])  # over person-time
    others = [name for name in (*events, *SHOWN) if name in table.columns and any(table.column(name))]
    arms = (_label(dataset.about.treatment), _label(dataset.about.control)) if counted else ()
    rows: list[tuple[str, ...]] = [("study", *arms, *(name.replace("_", " ") for name in others))]
    for record in table.records():
        four = [record.get(name, "") for name in COUNTS]
        both = (f"{four[0]}/{four[1]}", f"{four[2]}/{four[3]}") if counted else ()
        rows.append((record["study"], *(each.strip("/") for each in both), *(record[n] for n in others)))
    return rows


def _label(arm: str) -> str:
    return arm if len(arm) <= MOST_LABEL else f"{arm[: MOST_LABEL - 3]}..."


def _left_out(left_out: Sequence[LeftOut], width: int) -> list[str]:
    if not left_out:
        return []
    rows = [(each.where, _label(each.what), each.why or each.code) for each in left_out[:MOST_LISTED]]
    return ["", "Left out", *notes(rows, width), *_more(len(left_out))]


def _compared(stored: Sequence[Recomputed], width: int) -> list[str]:
    """Return how many stored numbers come out again, and those that do not."""
    if not stored:
        return []
    known = [each for each in stored if each.recomputed is not None]
    differ = [each for each in known if not each.agrees]
    said = (
        f"{_number(len(stored), 'number')} stored in the file; {numbers.count(len(known) - len(differ))} of "
        "them come out of its rows again, to the digits that are stored"
    )
    largest = max((abs(each.difference) for each in stored if each.difference is not None), default=0.0)
    said += f"; the largest difference is {numbers.cell(cut(largest, PRINTED))}"
    rows = [("differs", "stored", "recomputed")]
    rows += [(_named(each), _shown(each.stored, each), _shown(each.recomputed, each)) for each in differ]
    table = figures(rows[: MOST_LISTED + 1], width) if differ else []
    silent = Counter(each.why for each in stored if each.recomputed is None)
    whys = [f"{_number(times, 'number')} not recomputed: {why}" for why, times in silent.items()]
    whys += list(dict.fromkeys(each.why for each in differ if each.why))
    return [
        "", "Stored results", *paragraph(said, width), *table, *_more(len(differ)), *dashes(whys, width)
    ]  # fmt: skip


def _named(each: Recomputed) -> str:
    parts = (each.outcome, each.group, each.study, each.method, each.measure, each.quantity.replace("_", " "))
    return " ".join(part for part in parts if part)


def _shown(value: float | None, each: Recomputed) -> str:
    return "none" if value is None else numbers.plain(value, 6 if each.digits is None else each.digits)


def _more(number: int) -> list[str]:
    return [f"... {number - MOST_LISTED} more; all of them: --json"] if number > MOST_LISTED else []


def _first(why: str) -> str:
    """Return a reason, of several lines the first."""
    lines = why.splitlines()
    return f"{lines[0]} (and {len(lines) - 1} more)" if len(lines) > 1 else why


def _number(count: int, what: str) -> str:
    return f"{numbers.count(count)} {what}{'' if count == 1 else 's'}"


def choose(imported: Imported) -> str:
    """Return how one of several outcomes is chosen."""
    name = next(iter(imported.datasets), imported.outcomes[0].name if imported.outcomes else "")
    return f"bayes-ivig import {imported.source} --outcome {quoted(name)}"
