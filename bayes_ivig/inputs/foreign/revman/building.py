"""From an outcome of RevMan's to a table of ours, with how each thing is known."""

from collections import Counter
from dataclasses import replace

from bayes_ivig.errors import DataError, listed, quoted
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut, Reading, Stated
from bayes_ivig.inputs.foreign.revman.analysis import PARTS, Analysis, Held, distinct, plain
from bayes_ivig.inputs.foreign.revman.arms import Arms, arms_of, labels_of
from bayes_ivig.inputs.foreign.revman.direction import event_of
from bayes_ivig.inputs.foreign.revman.results import stored_results
from bayes_ivig.inputs.foreign.revman.rows import COLUMNS, in_our_terms, kept_rows, more_columns, repeat_notes


def found_tables(held: Held, source: str, stated: Stated) -> tuple[FoundTable, ...]:
    """Return one table for each outcome that has rows; what else the file holds stands in the first of them.

    Raises ``DataError`` where no outcome has rows, or no group is called what is stated.
    """
    _require_stated(held.analyses, source, stated)
    empty = tuple(
        LeftOut(f"outcome {each.number}", each.outcome, "blank", "an outcome without rows")
        for each in held.analyses
        if not each.rows
    )
    filled = [each for each in held.analyses if each.rows]
    built = [_built(each, source, stated, held.title) for each in filled]
    bare = tuple(left for table in built if not table.table.rows for left in table.left_out)
    whole = [(each, table) for each, table in zip(filled, built, strict=True) if table.table.rows]
    beside = (*held.left_out, *empty, *bare)
    if not whole:
        names = listed([quoted(each.what) for each in beside])
        raise DataError(f"{source}: no outcome whose rows compare two groups; there are: {names}")
    named = [
        replace(table, name=name)
        for name, (_, table) in zip(_names([a for a, _ in whole]), whole, strict=True)
    ]
    return (replace(named[0], left_out=(*named[0].left_out, *beside)), *named[1:])


def _names(analyses: list[Analysis]) -> tuple[str, ...]:
    """Return a name for each outcome: its own, with its number before where another has the same."""
    often = Counter(each.outcome for each in analyses)
    return distinct(
        each.outcome if each.outcome and often[each.outcome] == 1 else f"{each.number} {each.outcome}".strip()
        for each in analyses
    )


def _require_stated(analyses: tuple[Analysis, ...], source: str, stated: Stated) -> None:
    """Raise ``DataError`` where what is stated names no group of the file."""
    labels = tuple(dict.fromkeys(label for each in analyses for label in labels_of(each)))
    known = {label.casefold() for label in labels}
    for what, text in (("treatment", stated.treatment), ("control", stated.control)):
        if text and plain(text).casefold() not in known:
            raise DataError(
                f"{source}: no group is called {quoted(text)} (stated as {what}); groups are {listed(labels)}"
            )


def _built(analysis: Analysis, source: str, stated: Stated, title: str) -> FoundTable:
    """Return the table of an outcome; of one without usable rows, a table without rows."""
    analysis = in_our_terms(analysis)
    arms = arms_of(analysis, stated)
    kept = kept_rows(analysis, swapped=arms.swapped)
    more = more_columns(kept.rows)
    names = [name for name in more if name not in ("study", *COLUMNS[analysis.kind])]
    cells = zip(kept.names, kept.cells, *(more[name] for name in names), strict=True)
    table = Table(
        source,
        ("study", *COLUMNS[analysis.kind], *names),
        tuple((name, *numbers, *rest) for name, numbers, *rest in cells),
        tuple(range(1, len(kept.names) + 1)),
        tuple(row.place for row in kept.rows),
    )
    event, why = event_of(analysis, stated)
    notes = (*_notes(analysis, arms), *repeat_notes(kept, analysis), why)
    return FoundTable(
        analysis.outcome,
        table,
        outcome=analysis.outcome,
        comparison=analysis.comparison,
        treatment=arms.treatment,
        control=arms.control,
        arms_known=arms.known,
        arms_why=arms.why,
        event=event,
        measure=analysis.measure,
        mapping=_mapping(analysis, arms),
        left_out=(*analysis.left_out, *kept.left_out),
        stored=stored_results(analysis, kept, swapped=arms.swapped),
        classes=("subgroup",) if len({row.subgroup for row in kept.rows}) > 1 else (),
        details={"title": title} if title else {},
        notes=notes,
        doubt=arms.doubt,
    )


def _notes(analysis: Analysis, arms: Arms) -> tuple[str, ...]:
    """Say what was done to the numbers of the file."""
    notes = list(analysis.notes)
    if analysis.swap and analysis.kind == "dichotomous":
        notes.append(
            "look at: the file asks for the effect of non-events (Swap event and non-event), so that what is "
            "counted here are the people without the event"
        )
    if arms.swapped:
        notes.append(
            f"the groups are exchanged as stated: {quoted(arms.treatment)} is the file's second group"
        )
    return tuple(notes)


def _mapping(analysis: Analysis, arms: Arms) -> tuple[Reading, ...]:
    """Return what was read as what."""
    theirs = [analysis.theirs.get(part, part) for part in PARTS[analysis.kind]]
    if analysis.kind == "dichotomous" and analysis.swap:
        theirs = [f"{theirs[1]} - {theirs[0]}", theirs[1], f"{theirs[3]} - {theirs[2]}", theirs[3]]
    if arms.swapped and analysis.kind in ("dichotomous", "continuous"):
        half = len(theirs) // 2
        theirs = [*theirs[half:], *theirs[:half]]
    elif arms.swapped:
        theirs[0] = f"-({theirs[0]})"
    why = "stated" if arms.known == "stated" else arms.why
    return tuple(
        Reading(ours, name, "stated" if arms.known == "stated" else "format", why)
        for ours, name in zip(COLUMNS[analysis.kind], theirs, strict=True)
    )
