"""A ``repr`` of one line for values with many fields: what was stated, never a screen full."""

from dataclasses import MISSING, Field, fields
from typing import Any

MOST = 200  # characters
SILENT = ("title", "notes")  # fields that say why, not what


def short_repr(value: Any) -> str:
    """Return class and fields of a dataclass as Python writes them, cut where a line has no room for more.

    A plain value that is the default is left out; priors are always there.
    """
    shown = [each for each in fields(value) if each.repr and each.name not in SILENT]
    parts = [f"{each.name}={held!r}" for each in shown if _stated(each, held := getattr(value, each.name))]
    return cut(f"{type(value).__name__}({', '.join(parts)})", "...)")


def cut(text: str, end: str = "...") -> str:
    """Return a text on one line, cut where it is longer than a line has room for."""
    line = printable(text)
    return line if len(line) <= MOST else line[: MOST - len(end)] + end


def printable(text: str) -> str:
    """Return a text with a space for every sign that is not printed, line ends among them."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _stated(field: Field[Any], value: object) -> bool:
    """Whether a value is another than the field's default."""
    return field.default is MISSING or bool(value != field.default)
