"""A table known in part, with its description and how each of its counts is known:
what can be shown of it.
"""

from dataclasses import dataclass
from pathlib import Path

from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.partial import ARMS, PartialStudy, PartialTable, load_partial
from bayes_ivig.inputs.counts.provenance import bases, count_statuses
from bayes_ivig.inputs.counts.selection import Selection
from bayes_ivig.inputs.counts.several_outcomes import stored_outcomes
from bayes_ivig.inputs.counts.statuses import UNKNOWN, status_problems
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.evidence.tables import partial_path


@dataclass(frozen=True)
class KnownInPart:
    """A partly known outcome of a dataset: its table, what the table is about, and how each count is known.

    ``unknown`` says per study whether the treatment's and the control's number of events is; ``statuses`` has
    four texts per study in the order of ``COUNTS``, ``"unknown"`` where the count is; ``bases`` has one.
    ``columns`` are the other columns of the file as text, ``trial_sets`` those stated for this outcome and
    ``all``.
    """

    name: str
    outcome: str
    about: About
    table: PartialTable
    unknown: tuple[tuple[bool, bool], ...]
    statuses: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    trial_sets: tuple[tuple[str, tuple[str, ...]], ...]
    selection: str
    notes: tuple[str, ...]


def load_known_in_part(
    source: Source, outcome: str | None = None, trials: Selection = "all"
) -> KnownInPart | None:
    """Return a partly known outcome of a bundled or own dataset, or nothing where the outcome is no such one.

    That it is one is said by the sidecar (``partial`` names the file of its counts), or by columns of limits
    and an empty count in the table itself. Raises one ``DataError`` that lists every problem of the file with
    row and column.
    """
    case = case_of(source)
    abouts = descriptions(case)
    chosen = next(iter(abouts)) if outcome is None and len(abouts) == 1 else outcome
    about = abouts.get(chosen or "", abouts.get(""))
    if chosen is None or about is None:
        return None
    own = case.beside(_path(case, chosen, about))
    rows = _rows(own.counts(), chosen)
    if not about.partial and not _has_unknown(rows):
        return None
    table = load_partial(own, chosen or None)
    columns = tuple((c, rows.column(c)) for c in rows.columns if c and c not in (*tables.NEEDED, "outcome"))
    corner = Dataset(tuple(_corner(study) for study in table.studies), case.name, chosen, about, columns)
    tables.report(
        [*status_problems(rows), *_contradictions(rows), *_strangers(corner, rows.source)], rows.source
    )
    notes = (about.note, own.sidecar.about(chosen).note)
    return _restricted(table, rows, corner, trials, tuple(dict.fromkeys(note for note in notes if note)))


def _path(case: Case, outcome: str, about: About) -> Path:
    """Return the file of the counts: the one that the sidecar names, else the table itself."""
    if not about.partial:
        return case.path
    path = partial_path(case, outcome)
    if not path.is_file():
        raise DataError(
            f"{path}: no such file; the sidecar of {case} names it as the counts of {outcome}: "
            "correct its partial"
        )
    return path


def _restricted(
    table: PartialTable, rows: tables.Table, corner: Dataset, trials: Selection, notes: tuple[str, ...]
) -> KnownInPart:
    """Return the trials asked for; ``corner`` serves for its names, columns and trial sets,
    not for its unknown counts.
    """
    kept = corner.trials(trials)
    empty = {row["study"]: tuple(not row[f"{arm}_events"] for arm in ARMS) for row in rows.records()}
    unknown = tuple((empty[name][0], empty[name][1]) for name in kept.study_names)
    return KnownInPart(
        name=corner.name,
        outcome=corner.outcome,
        about=corner.about,
        table=PartialTable(
            tuple(s for s in table.studies if s.name in kept.study_names), table.name, table.outcome
        ),
        unknown=unknown,
        statuses=tuple(
            _statuses(arms, stated) for arms, stated in zip(unknown, count_statuses(kept), strict=True)
        ),
        bases=bases(kept),
        columns=kept.columns,
        trial_sets=tuple(corner.trial_sets.items()),
        selection=kept.selection,
        notes=notes,
    )


def _rows(read: tables.Table, outcome: str) -> tables.Table:
    """Return the rows of the outcome, or all of them where the file does not name outcomes."""
    table = tables.rename(read)
    if not stored_outcomes(table):
        return table
    return table.where([cell == outcome for cell in table.column("outcome")])


def _has_unknown(rows: tables.Table) -> bool:
    """Whether a table has limits of events, and an empty count that they are for."""
    if not set(tables.BOUNDS) & set(rows.columns):
        return False
    return any(not record.get(f"{arm}_events", "") for record in rows.records() for arm in ARMS)


def _contradictions(rows: tables.Table) -> list[str]:
    """Return a line for every count that is there and said to be unknown, or the other way round."""
    problems = []
    for position, record in enumerate(rows.records()):
        for arm in ARMS:
            column, cell = f"{arm}_events_status", record[f"{arm}_events"]
            status = record.get(column, "")
            if status and (status == UNKNOWN) != (not cell):
                count = f"{arm}_events is {cell}" if cell else f"{arm}_events is empty, which is unknown"
                problems.append(
                    f"{rows.place(position)}: column {column}: found {quoted(status)}, but {count}; "
                    "correct one of them"
                )
    return problems


def _corner(study: PartialStudy) -> Study:
    return Study(study.name, study.treatment[0], study.treatment_total, study.control[0], study.control_total)


def _statuses(unknown: tuple[bool, bool], stated: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statuses of a study's counts, ``unknown`` where one is, whatever was said of its row."""
    treatment, treatment_total, control, control_total = stated
    events = [UNKNOWN if empty else word for empty, word in zip(unknown, (treatment, control), strict=True)]
    return events[0], treatment_total, events[1], control_total


def _strangers(corner: Dataset, source: str) -> list[str]:
    """Return a line for every study of a trial set that the table lacks."""
    return [
        f"{source}: trial set {quoted(label)} names {quoted(study)}{suggestion(study, corner.study_names)}, "
        "not in the table"
        for label, members in corner.about.trial_sets
        for study in members
        if study not in corner.study_names
    ]
