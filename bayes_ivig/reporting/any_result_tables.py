"""Any table as lines of text."""

import math
from typing import TYPE_CHECKING

from bayes_ivig.reporting.wording.terminal import figures

if TYPE_CHECKING:
    import pandas as pd

WIDE = 10_000  # columns: a table is not wrapped


def in_columns(kind: str, found: "pd.DataFrame") -> str:
    """Return a table as lines under the name of the kind of result; names of rows come first."""
    # a name may be empty
    named = found.reset_index() if any(name is not None for name in found.index.names) else found
    header = tuple("" if column == "index" else str(column).replace("_", " ") for column in named.columns)
    rows = [tuple(_cell(value) for value in row) for row in named.itertuples(index=False)]
    title = "".join(
        f" {letter.lower()}" if letter.isupper() and i else letter for i, letter in enumerate(kind)
    )
    heading = [] if kind == "DataFrame" else [title, ""]
    return "\n".join([*heading, *figures([header, *rows], WIDE)])


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
