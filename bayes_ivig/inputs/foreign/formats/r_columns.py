"""Columns of R: vectors as texts, factors by their labels, dates as dates; all as they are stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bayes_ivig.inputs.foreign.formats.cells import number_text, require_short, text_of, tidy

LATIN1, UTF8 = 4, 8  # marks of a text in R
LATEST = 4_000_000  # days from 1970, beyond the year 9999


def resolved(value: Any) -> Any:
    """Return what an object of R refers to, itself where it is none of those."""
    for _ in range(100):
        if value is None or value.info.type.name != "REF":
            return value
        value = value.referenced_object
    raise ValueError("an object that refers to itself")


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a list of pairs, each with its tag."""
    value = resolved(value)
    while value is not None and value.info.type.name in ("LIST", "ATTRLIST"):
        tag = resolved(value.tag) if value.tag is not None else None
        name = text_of_char(tag.value, "utf-8") if tag is not None and tag.info.type.name == "SYM" else ""
        yield name, value.value[0]
        value = resolved(value.value[1])


def attributes(value: Any) -> Mapping[str, Any]:
    """Return the attributes of an object of R by name."""
    value = resolved(value)
    own = value.attributes if value is not None else None
    return dict(pairs(own)) if own is not None else {}


def classes(value: Any) -> list[str]:
    """Return the classes of an object of R."""
    return texts_of(attributes(value).get("class"), "utf-8")


def text_of_char(char: Any, encoding: str) -> str:
    """Return one text of R; what is missing is blank."""
    char = resolved(char)
    if char is None or char.value is None or not isinstance(char.value, bytes):
        return ""
    marked = "utf-8" if char.info.gp & UTF8 else "latin-1" if char.info.gp & LATIN1 else encoding
    try:
        text = char.value.decode(marked)
    except (LookupError, UnicodeDecodeError):
        text = char.value.decode("windows-1252", "replace")
    require_short(text, "a text of R")
    return tidy(text)


def texts_of(value: Any, encoding: str) -> list[str]:
    """Return a vector of texts of R, none where there is no such vector."""
    value = resolved(value) if value is not None else None
    if value is None or value.info.type.name != "STR":
        return []
    return [text_of_char(each, encoding) for each in value.value]


def column_of(value: Any, encoding: str) -> list[str] | None:
    """Return a vector of R as the texts of a column; None for what is no plain vector."""
    what, own = value.info.type.name, classes(value)
    if what == "STR":
        return texts_of(value, encoding)
    if what not in ("INT", "REAL", "LGL", "CPLX"):
        return None
    values: Sequence[Any] = [None if each is None else each for each in value.value.tolist()]
    if "factor" in own:
        levels = texts_of(attributes(value).get("levels"), encoding)
        return [levels[i - 1] if isinstance(i, int) and 0 < i <= len(levels) else "" for i in values]
    if "Date" in own:
        return [_date(each) for each in values]
    if "POSIXct" in own:
        return [_date(each / 86_400 if isinstance(each, int | float) else None) for each in values]
    return [number_text(each) if isinstance(each, float) else text_of(each) for each in values]


def columns_of_matrix(value: Any) -> tuple[list[str], list[list[str] | None]] | None:
    """Return the names and columns of a matrix of R; None for what is none, or has no such names."""
    own = attributes(value)
    if value.info.type.name == "VEC":
        return None
    size, names = resolved(own.get("dim")), resolved(own.get("dimnames"))
    if size is None or names is None or len(size.value) != 2 or len(names.value) != 2:
        return None
    header = texts_of(names.value[1], "utf-8")
    cells = column_of(value, "utf-8") or []
    rows, columns = (int(each) for each in size.value)
    if len(header) != columns or rows * columns != len(cells) or not columns:
        return None
    return header, [cells[j * rows : (j + 1) * rows] for j in range(columns)]


def _date(days: object) -> str:
    if not isinstance(days, int | float) or not abs(days) < LATEST:  # NaN is not either
        return ""
    try:
        return text_of((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)).replace(tzinfo=None))
    except OverflowError:
        return ""
