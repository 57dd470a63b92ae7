"""``read``: what is in a file, whatever program wrote it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from bayes_ivig.analyses.imports.stored import recomputed
from bayes_ivig.errors import ArgumentError, DataError, listed, quoted, suggestion
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset, dataset_of, descriptions
from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.inputs.counts.table import NEEDED, rename
from bayes_ivig.inputs.foreign.found import FoundTable, Reading, Stated
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import measure_of
from bayes_ivig.results.imports.imported import Imported, ImportedOutcome

_OURS = "a column of ours"


class Asked(TypedDict, total=False):
    """What may be stated of a file; see ``read``."""

    outcome: str | None
    sheet: str | None
    columns: Mapping[str, str] | None
    treatment: str | None
    control: str | None
    event: Event | None
    measure: str | None
    encoding: str | None


@checked
def read(file: Source, **stated: Unpack[Asked]) -> Imported:
    """Read a file of trials: RevMan 5 and RevMan Web, xlsx, xls, ods, Stata, SPSS, R, JASP, and text tables
    of any habit. Nothing is guessed in silence: the result shows what was read as what and how that is known.

    ``outcome`` picks one where there are several, ``sheet`` one of a workbook. ``columns`` maps our column
    name to theirs. ``treatment`` and ``control`` are labels of arms as the file has them, and settle which is
    which. ``event`` says whether an event is good or bad, ``measure`` what effect estimates are of,
    ``encoding`` is that of a text file. Raises ``DataError`` where the file cannot be read, where it is not
    certain which arm is which, and for an outcome that is asked for and makes no dataset.

    >>> import bayes_ivig as bi
    >>> imported = bi.read("review.rm5", event="bad")
    >>> imported
    Imported(review Death, k=2): Death: 2 trials
    """
    _require_known(stated)
    said = {name: value for name, value in stated.items() if value is not None}
    measure = measure_of(code).code if (code := stated.get("measure")) else ""
    case = case_of(file, Stated(**said | {"measure": measure}))  # type: ignore[arg-type]  # by their names
    found = _found(case, stated.get("outcome"))
    outcomes = tuple(_outcome(case, name, table) for name, table in found.items())
    if len(outcomes) == 1 and outcomes[0].dataset is None:
        case.outcome(outcomes[0].name)  # where it is in doubt, this says how to settle it
        raise DataError(outcomes[0].why)
    left_out = case.foreign.left_out if case.foreign else ()
    return Imported(str(case), case.sha256, outcomes, left_out, case)


def _require_known(stated: Mapping[str, object]) -> None:
    """Raise ``ArgumentError`` for what cannot be stated of a file."""
    unknown = [name for name in stated if name not in Asked.__annotations__]
    if unknown:
        names = tuple(Asked.__annotations__)
        raise ArgumentError(
            f"read: no option {quoted(unknown[0])}{suggestion(unknown[0], names)}; it has {listed(names)}"
        )


def _found(case: Case, outcome: str | None) -> Mapping[str, FoundTable]:
    """Return the outcomes of a file by name, one where one is asked for; raises ``DataError``."""
    if case.foreign is not None:
        return dict(case.foreign.tables)  # of the outcome that is stated
    offered = {name: about for name, about in descriptions(case).items() if not about.partial}
    if outcome is not None and outcome not in offered:
        raise DataError(
            f"{case}: no outcome {quoted(outcome)}{suggestion(outcome, offered)}; "
            f"there are {listed(list(offered))}"
        )
    table = rename(case.counts())
    names = {theirs: ours for theirs, ours in zip(case.counts().columns, table.columns, strict=True)}
    mapping = tuple(
        Reading(ours, theirs, "name", _OURS if ours == theirs else "")
        for theirs, ours in names.items()
        if ours in NEEDED
    )
    return {
        name: FoundTable(
            name,
            table.where([cell == name for cell in table.column("outcome")]) if _has(table, name) else table,
            name,
            treatment=about.treatment,
            control=about.control,
            arms_known="name",
            arms_why="its columns are ours",
            event=about.event,
            measure=case.described.measure(name) or "OR",
            mapping=mapping,
        )
        for name, about in offered.items()
        if outcome in (None, name)
    }


def _has(table: Any, outcome: str) -> bool:
    return "outcome" in table.columns and outcome in table.column("outcome")


def _outcome(case: Case, name: str, found: FoundTable) -> ImportedOutcome:
    """Return an outcome with its dataset and its stored results, or with the reason why it has none."""
    if found.doubt:
        return ImportedOutcome(name, found, None, found.doubt)
    try:
        table, measure = rename(case.counts()), case.stated.measure or None
        dataset: Dataset = dataset_of(table, case.described, case.name, name or None, measure)
    except DataError as error:
        return ImportedOutcome(name, found, None, str(error))
    stored = tuple(replace(each, outcome=name) for each in recomputed(dataset, found.stored))
    return ImportedOutcome(name, found, dataset, recomputed=stored)
