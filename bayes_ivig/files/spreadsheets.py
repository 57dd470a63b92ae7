"""Cells of a CSV that a spreadsheet program would run as a formula, and the guard against it.

Excel, LibreOffice and Google Sheets run a cell that begins with ``=``, ``+``, ``-`` or ``@`` (after blanks,
tabs and line ends; wide forms of these signs, too). Such a text gets an apostrophe before it, as OWASP
advises: the programs take it for the mark of a text. What this package reads loses the apostrophe again, so
that a table that was written and read is the same. Numbers stay numbers.
"""

import re

SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
RUN = re.compile(rf"'*(?:[\t\r\n]|\s*[{SIGNS}])")
_NUMBER = r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
# a number, with a unit or an interval; a sign before words: no formula can be made of them
HARMLESS = re.compile(rf"{_NUMBER}(?:%| [a-z]{{1,2}}| \({_NUMBER} to {_NUMBER}\))?|[+-](?: [^\W_]+)*")


def guarded(text: str) -> str:
    """Return the text of a cell so that no spreadsheet program runs it."""
    return f"'{text}" if RUN.match(text) and not HARMLESS.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return the text of a cell as it was before ``guarded``."""
    return text[1:] if text.startswith("'") and RUN.match(text) else text
