"""Rows of text as an HTML table for notebooks: no colours of its own, every text escaped."""

import re
from html import escape

TABLE = "border-collapse:collapse;border:0;margin:0.4em 0;font-variant-numeric:tabular-nums"
EDGE = "1px solid rgba(128,128,128,0.45)"
LETTERS = re.compile(r"[^\W\d_]")


def table(rows: list[list[str]]) -> str:
    """Return the table; one of a single row stands on its side."""
    first, *others = rows
    if len(others) == 1 and len(first) > 1:
        body = "".join(
            f"<tr>{_cell('th', name, left=True)}{_cell('td', value)}</tr>"
            for name, value in zip(first, others[0], strict=True)
        )
        return f'<table style="{TABLE}"><tbody>{body}</tbody></table>'
    texts = [i == 0 or any(_is_text(row[i]) for row in others) for i in range(len(first))]
    heads = "".join(_cell("th", name, left=left, edge=True) for name, left in zip(first, texts, strict=True))
    lines = [_row(row, texts) for row in others]
    return f'<table style="{TABLE}"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def _row(row: list[str], texts: list[bool]) -> str:
    """Return a line of the table; texts stand to the left, numbers to the right."""
    cells = (_cell("td" if i else "th", text, left=texts[i]) for i, text in enumerate(row))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(tag: str, text: str, *, left: bool = False, edge: bool = False) -> str:
    weight = "600" if edge else "400"
    line = f";border-bottom:{EDGE}" if edge else ""
    style = f"text-align:{'left' if left else 'right'};padding:0.15em 0.7em;font-weight:{weight}{line}"
    return f'<{tag} style="{style}">{escape(text)}</{tag}>'


def _is_text(text: str) -> bool:
    return LETTERS.search(text.replace(" to ", "")) is not None
