"""A table of several outcomes: which there are, which is meant, its rows."""

from bayes_ivig.errors import DataError, listed, quoted, suggestion
from bayes_ivig.inputs.counts import table as tables


def stored_outcomes(table: tables.Table) -> tuple[str, ...]:
    """Return the outcomes that have rows, none if the table does not name any;
    some rows without one are refused.
    """
    cells = table.column("outcome") if "outcome" in table.columns else ()
    if any(cells):
        tables.report(
            [
                f"{table.place(i)}: column outcome: blank; name the outcome"
                for i, cell in enumerate(cells)
                if not cell
            ],
            table.source,
        )
    return tuple(dict.fromkeys(cell for cell in cells if cell))


def chosen_outcome(source: str, outcome: str | None, offered: tuple[str, ...]) -> str:
    """Return the outcome to use, or raise saying which there are."""
    if outcome is None:
        if len(offered) > 1:
            raise DataError(f"{source}: several outcomes; choose one of {listed(offered)}")
        return offered[0] if offered else ""
    if outcome and not offered:
        raise DataError(
            f"{source}: no outcome {quoted(outcome)}: the table has no column outcome, so all of it is about "
            "one without a name; name no outcome, or add the column"
        )
    if offered and outcome not in offered:
        raise DataError(
            f"{source}: no outcome {quoted(outcome)}{suggestion(str(outcome), offered)}; "
            f"there are {listed(offered)}"
        )
    return outcome


def rows_of(table: tables.Table, outcome: str) -> tables.Table:
    """Return the rows of an outcome, without the columns that only other outcomes fill."""
    rows = table.where([cell == outcome for cell in table.column("outcome")])
    keep = [
        name in (*tables.NEEDED, "outcome") or any(rows.column(name)) or not any(table.column(name))
        for name in table.columns
    ]
    return rows if all(keep) else rows.select(keep)
