"""Datasets of Stata and SPSS: numbers with labels for their values, columns with labels of their own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

from bayes_ivig.errors import listed, named, quoted
from bayes_ivig.files.reading import MIB
from bayes_ivig.files.rows import MOST_CELLS
from bayes_ivig.inputs.foreign.formats.cells import (
    LOOK,
    Grid,
    number_text,
    require_short,
    require_size,
    sheet_of,
    text_of,
    tidy,
)
from bayes_ivig.inputs.foreign.found import Sheet

MOST_TEXT = 256 * MIB  # of all texts of a dataset
UNICODE = re.compile(rb"<stata_dta><header><release>(?:11[89]|12[0-9])")
LONG_TEXT = re.compile(rb"GSO")  # Stata keeps a long text once, however many rows have it


def stata_sheets(raw: bytes, source: str, encoding: str = "") -> tuple[Sheet, ...]:
    """Return the dataset of a .dta file as a sheet; raises ``ValueError``.

    Stata states no encoding before version 14 (format 118): a text that is UTF-8 is taken for that, another
    for windows-1252, which is noted.
    """
    import pyreadstat

    read, longest = pyreadstat.read_dta, _longest_of_stata(raw)
    if encoding or UNICODE.match(raw):
        return (_sheet(raw, source, partial(read, encoding=encoding or None), longest),)
    try:
        return (_sheet(raw, source, partial(read, encoding="UTF-8"), longest),)
    except ValueError:
        sheet = _sheet(raw, source, partial(read, encoding="WINDOWS-1252"), longest)
    note = f"{LOOK}the file does not state its encoding; windows-1252 was taken (--encoding states another)"
    return (replace(sheet, notes=(*sheet.notes, note)),)


def spss_sheets(raw: bytes, source: str, encoding: str = "") -> tuple[Sheet, ...]:
    """Return the dataset of a .sav or .zsav file as a sheet; raises ``ValueError``."""
    import pyreadstat

    return (_sheet(raw, source, partial(pyreadstat.read_sav, encoding=encoding or None), 0),)


def _sheet(raw: bytes, source: str, read: Callable[..., Any], longest: int) -> Sheet:
    try:
        _, about = read(BytesIO(raw), metadataonly=True)
        most = _most_rows(about, longest)
        columns, about = read(BytesIO(raw), output_format="dict", row_limit=most)
    except _errors() as error:
        raise ValueError(f"is damaged or cut short ({named(str(error), 200)}); save it again") from None
    number = max((len(column) for column in columns.values()), default=0)
    require_size(number, len(columns))
    if number >= most:
        raise ValueError(f"holds {most:,} rows or more, of such length that no more are read")
    notes: list[str] = []
    texts = [_texts(name, columns[name], about, notes) for name in about.column_names]
    rows = [tuple(tidy(name or "") for name in about.column_names), *zip(*texts, strict=True)]
    grid = Grid(rows, range(1, len(rows) + 1), notes)
    labels = [tidy(label or "") for label in about.column_labels]
    return sheet_of(grid, source, labels=labels, header=True)


def _errors() -> tuple[type[Exception], ...]:
    """Return what pyreadstat raises for a file that it cannot read."""
    from pyreadstat import PyreadstatError, ReadstatError

    return (ReadstatError, PyreadstatError, UnicodeError, OverflowError, ValueError, KeyError, TypeError)


def _most_rows(about: Any, longest: int) -> int:
    """Return from which number of rows on a dataset is not read; raises ``ValueError`` where it states that
    many.
    """
    columns = len(about.column_names)
    require_size(max(about.number_rows or 0, 0), columns)
    width = sum(about.variable_storage_width.values()) if about.variable_storage_width else 0
    most = min(MOST_CELLS // max(columns, 1), MOST_TEXT // max(width, longest, 1)) + 1
    if (about.number_rows or 0) >= most:
        raise ValueError(
            f"{about.number_rows:,} rows with texts of up to {max(width, longest):,} characters; "
            f"at most {MOST_TEXT:,} characters are read; keep what is needed"
        )
    return most


def _longest_of_stata(raw: bytes) -> int:
    """Return the size of the longest of the texts that Stata keeps apart from the rows."""
    start = raw.find(b"<strls>")
    longest = 0
    for found in LONG_TEXT.finditer(raw, max(start, 0)) if start >= 0 else ():
        for at in (found.end() + 13, found.end() + 9):  # after a place of 12 or of 8 bytes, and a kind
            size = int.from_bytes(raw[at : at + 4], "little")
            if at + 4 + size <= len(raw):
                longest = max(longest, size)
    return longest


def _texts(name: str, values: Sequence[Any], about: Any, notes: list[str]) -> list[str]:
    """Return a column as texts: labels where every value has one, else the values."""
    labels: Mapping[Any, str] = about.variable_value_labels.get(name, {})
    present = {value for value in values if text_of(value)}
    if labels and present <= set(labels):
        return [tidy(str(labels[value])) if value in present else "" for value in values]
    if labels and present:
        some = listed([f"{text_of(value)} = {named(label, 40)}" for value, label in labels.items()], 4)
        notes.append(
            f"{LOOK}{quoted(name)} has labels for some of its values only ({some}); values were kept"
        )
    single = about.readstat_variable_types.get(name) == "float"
    texts = [_single(value) if single and isinstance(value, float) else text_of(value) for value in values]
    for text in texts:
        require_short(text, quoted(name))
    return texts


def _single(value: float) -> str:
    """Return the shortest text that gives a number of single precision back."""
    import numpy as np

    return number_text(float(str(np.float32(value))))
