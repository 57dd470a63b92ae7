"""How every count of a table is known: reported, derived, reconstructed or imputed, and on what basis.

A table may say it once for a row (column ``status``), or for each of its four counts (``treatment_events_status`` and so on);
what a count has of its own goes before what its row has. Column ``basis`` says where they come from.
"""

from typing import TYPE_CHECKING

from bayes_ivig.errors import suggestion
from bayes_ivig.inputs.study import COUNTS
from bayes_ivig.inputs.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.inputs.dataset import Dataset

STATUSES = ("reported", "derived", "reconstructed", "imputed")
UNKNOWN = "unknown"  # of an empty cell in a table known in part
COLUMNS = tuple(f"{count}_status" for count in COUNTS)


def status_problems(found: Table) -> list[str]:
    """Return a line for every cell of the four status columns that holds none of the statuses."""
    allowed = (*STATUSES, UNKNOWN)
    rule = f"must be one of {', '.join(allowed)}, or empty"
    return [
        f"{found.place(i)}: column {column}: found {cell!r}{suggestion(cell, allowed)}; {rule}"
        for column in COLUMNS
        if column in found.columns
        for i, cell in enumerate(found.column(column))
        if cell and cell not in allowed
    ]


def count_statuses(dataset: "Dataset") -> tuple[tuple[str, ...], ...]:
    """Return per study how its four counts are known, in the order of ``COUNTS``; empty where the table does not say."""
    columns, empty = dict(dataset.columns), ("",) * len(dataset)
    rows = columns.get("status", empty)
    own = [columns.get(column, empty) for column in COLUMNS]
    return tuple(tuple(cells[i] or row for cells in own) for i, row in enumerate(rows))


def bases(dataset: "Dataset") -> tuple[str, ...]:
    """Return per study on what its counts rest."""
    return dict(dataset.columns).get("basis", ("",) * len(dataset))


def status_words(statuses: tuple[str, ...]) -> str:
    """Return the statuses of a study's four counts in a few words: the events' first, the totals' where they differ."""
    treatment, treatment_total, control, control_total = statuses
    events, totals = _both(treatment, control), _both(treatment_total, control_total)
    if len(set(statuses)) == 1:
        return statuses[0]
    return "; ".join(f"{what} {told}" for what, told in (("events", events), ("totals", totals)) if told)


def _both(treatment: str, control: str) -> str:
    if treatment == control:
        return treatment
    return f"{treatment or 'not said'} / {control or 'not said'}"


def provenance(dataset: "Dataset") -> "pd.DataFrame":
    """Return one row per count: ``study, count, value, status, basis``; statuses are empty where the table does not say."""
    import pandas as pd

    found = zip(dataset.studies, count_statuses(dataset), bases(dataset), strict=True)
    rows = [
        {"study": study.name, "count": count, "value": value, "status": status, "basis": basis}
        for study, statuses, basis in found
        for count, value, status in zip(COUNTS, study.counts, statuses, strict=True)
    ]
    return pd.DataFrame(rows)
