"""How a telephone shows a table that is wider than it: every row as a block, each cell beside its heading."""

from bayes_ivig.reporting.document.blocks import Table
from bayes_ivig.reporting.document.table_width import fits_a_phone

MOST_COLUMNS = 16  # that the style sheet has a rule for; a table of more scrolls


def stacks(table: Table) -> bool:
    """Whether the rows of a table become blocks on a telephone."""
    return 2 < len(table.columns) <= MOST_COLUMNS and not fits_a_phone(table)


def labels(table: Table) -> str:
    """Return the headings as properties of a style sheet, which puts them beside the cells."""
    return ";".join(
        f"--h{i}:'{_quoted(column.heading)}'" for i, column in enumerate(table.columns[1:], start=2)
    )


def _quoted(text: str) -> str:
    """Return a text as a string of a style sheet holds it."""
    return "".join(f"\\{ord(c):x} " if c in "'\\" or not c.isprintable() else c for c in text)
