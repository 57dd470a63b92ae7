"""On which effect measure a table is read: what the user, a column of the table and its sidecar say."""

from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.measures import OR, measure_of


def coded_measure(code: str) -> tuple[str, str]:
    """Return the code of a measure in capitals, and what is wrong with it, empty where nothing is."""
    try:
        return measure_of(code).code, ""
    except ModelError as error:
        return code, str(error).removeprefix("measure: ")


def stated_measure(table: Table, in_sidecar: str, asked: str | None) -> str:
    """Return the code of the measure that is stated for these rows, ``OR`` where nothing is.

    Raises ``DataError`` where rows differ, or the user, the column ``measure`` and the sidecar.
    """
    column = table.column("measure") if "measure" in table.columns else ()
    said = {"the argument measure": asked or "", "the sidecar": in_sidecar}
    for cell in column:
        said.setdefault(f"column measure ({cell.strip()})", cell.strip())
    problems, found = [], {}
    for where, text in said.items():
        code, wrong = coded_measure(text) if text else ("", "")
        problems += [f"{table.source}: {where}: {wrong}"] if wrong else []
        if code and not wrong:
            found[where] = code
    if problems:
        raise DataError("\n".join(problems))
    if len(set(found.values())) > 1:
        raise DataError(
            f"{table.source}: one effect measure for a table, found "
            f"{', '.join(f'{code} by {where}' for where, code in found.items())}; "
            "keep the rows of one, or name them as different outcomes"
        )
    return next(iter(found.values()), OR.code)
