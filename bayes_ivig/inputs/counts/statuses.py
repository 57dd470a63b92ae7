"""How a count can be known: reported, derived, reconstructed or imputed;
the columns that say it, and the words for it.

A table may say it once for a row (column ``status``), or for each of its four counts
(``treatment_events_status`` and so on); what a count has of its own goes before what its row has.
"""

from bayes_ivig.errors import quoted, suggestion
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import Table

STATUSES = ("reported", "derived", "reconstructed", "imputed")
UNKNOWN = "unknown"  # of an empty cell in a table known in part
COLUMNS = tuple(f"{count}_status" for count in COUNTS)


def status_problems(table: Table) -> list[str]:
    """Return a line for every cell of the four status columns that holds none of the statuses."""
    allowed = (*STATUSES, UNKNOWN)
    rule = f"must be one of {', '.join(allowed)}, or empty"
    return [
        f"{table.place(i)}: column {column}: found {quoted(cell)}{suggestion(cell, allowed)}; {rule}"
        for column in COLUMNS
        if column in table.columns
        for i, cell in enumerate(table.column(column))
        if cell and cell not in allowed
    ]


def status_words(statuses: tuple[str, ...]) -> str:
    """Return the statuses of a study's four counts in a few words:
    the events' first, the totals' where they differ.
    """
    treatment, treatment_total, control, control_total = statuses
    events, totals = _both(treatment, control), _both(treatment_total, control_total)
    if len(set(statuses)) == 1:
        return statuses[0]
    return "; ".join(
        f"{what} {status}" for what, status in (("events", events), ("totals", totals)) if status
    )


def _both(treatment: str, control: str) -> str:
    if treatment == control:
        return treatment
    return f"{treatment or 'not said'} / {control or 'not said'}"
