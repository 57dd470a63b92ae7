"""Data of R: the data frames, tibbles, data tables and matrices of an .rda or .rds file, in lists too.

What R wrote is read as it is stored; no class of R's is known here but those of columns, and nothing is run.
"""

import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bayes_ivig.errors import listed, named
from bayes_ivig.files.rows import MOST_CELLS
from bayes_ivig.inputs.foreign.formats.cells import LOOK, Grid, require_size, sheet_of, tidy
from bayes_ivig.inputs.foreign.formats.r_columns import (
    attributes,
    classes,
    column_of,
    columns_of_matrix,
    pairs,
    resolved,
    texts_of,
)
from bayes_ivig.inputs.foreign.found import Sheet

MOST_OBJECTS = 250_000  # of R; each text is one, and takes 30 microseconds
DEEPEST = 6  # lists within each other that are looked into
MOST_FRAMES = 200
# how a file begins, once unpacked, what follows tells how numbers are written
MAGIC = (b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n", b"RDB2\n", b"RDB3\n")


def r_sheets(raw: bytes, source: str) -> tuple[Sheet, ...]:
    """Return the tables of R data as sheets, each by the name R knows it by; raises ``ValueError``."""
    is_image, root, encoding = _parsed(raw)
    top = [(name, value) for name, value in pairs(root)] if is_image else [("", root)]
    found: list[Sheet] = []
    try:
        for name, value in top:
            for called, frame in _frames(value, name, 0):
                if len(found) == MOST_FRAMES:
                    raise ValueError(f"holds more than {MOST_FRAMES} tables, which is the most that is read")
                found.append(_sheet(frame, source, called, encoding))
    except (AttributeError, IndexError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _damaged(error) from None
    if not found:
        what = listed([f"{name or 'an object'} ({_kind(value)})" for name, value in top], 6)
        raise ValueError(f"holds no data frame; found are {what}; save a data frame and give that")
    return tuple(found)


def _parsed(raw: bytes) -> tuple[bool, Any, str]:
    """Return whether data of R are an image of objects by name, their root, and their encoding."""
    is_image = raw.startswith(MAGIC)
    body = raw[5:] if is_image else raw
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the library, about parts of R that no table has
            data = _parser(body).parse_all()
    except (
        ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError,
        NotImplementedError, RecursionError, TypeError, UnicodeError, ValueError,
    ) as error:  # fmt: skip
        raise _damaged(error) from None
    return is_image, data.object, data.extra.encoding or "utf-8"


def _parser(body: bytes) -> Any:
    """Return what reads R's data, with a bound on the number of objects and no more of R than is stored."""
    from rdata.parser._ascii import ParserASCII
    from rdata.parser._binary import ParserBinary
    from rdata.parser._xdr import ParserXDR

    ways = {b"X\n": ParserXDR, b"A\n": ParserASCII, b"A\r\n": ParserASCII, b"B\n": ParserBinary}
    mark = next((each for each in ways if body.startswith(each)), None)
    if mark is None:
        raise ValueError("its numbers are written in an unknown way")
    kind: Any = ways[mark]
    left = MOST_OBJECTS

    class Bounded(kind):  # type: ignore[misc]
        """R's data, of a bounded number of objects."""

        def parse_R_object(self, *given: Any, **named_too: Any) -> Any:  # noqa: N802
            """Return the next object."""
            nonlocal left
            left -= 1
            if left < 0:
                raise ValueError(f"more than {MOST_OBJECTS:,} objects, which is the most that is read")
            return super().parse_R_object(*given, **named_too)

    return Bounded(memoryview(body[len(mark) :]), expand_altrep=True, altrep_constructor_dict=_Compact())


class _Compact(dict[bytes, Any]):
    """How R's compact forms of vectors are written out, in all not more than is read."""

    def __init__(self) -> None:
        super().__init__()
        self.left = MOST_CELLS

    def __missing__(self, name: bytes) -> Any:
        from rdata.parser import DEFAULT_ALTREP_MAP

        known = DEFAULT_ALTREP_MAP.get(name)

        def written_out(state: Any) -> Any:
            if known is None:  # of a package of R; what it is cannot be known
                return _nothing(), None
            if name.startswith(b"compact"):
                self.left -= max(int(state.value[0]), 0)
                if self.left < 0:
                    raise ValueError(f"more than {MOST_CELLS:,} numbers, which is the most that is read")
            return known(state)

        return written_out


def _nothing() -> Any:
    from rdata.parser import RObjectInfo, RObjectType

    return RObjectInfo(RObjectType.NILVALUE, object=False, attributes=False, tag=False, gp=0, reference=0)


def _frames(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield data frames and matrices with names of columns, those within lists as ``list$frame``."""
    value = resolved(value)
    kind = _kind(value)
    if kind in ("data frame", "matrix"):
        yield name, value
    elif kind == "list" and depth < DEEPEST:
        names = texts_of(attributes(value).get("names"), "utf-8")
        for i, part in enumerate(value.value):
            own = (names[i] if i < len(names) else "") or f"[[{i + 1}]]"
            yield from _frames(part, f"{name}${own}" if name else own, depth + 1)


def _kind(value: Any) -> str:
    """Return what an object of R is, in words."""
    value = resolved(value)
    what = str(value.info.type.name)
    if what == "VEC":
        return "data frame" if "data.frame" in classes(value) else "list"
    if what in ("INT", "REAL", "STR", "LGL"):
        return "matrix" if columns_of_matrix(value) is not None else "vector"
    known = {
        "CLO": "function",
        "ENV": "environment",
        "S4": "object of S4",
        "NILVALUE": "NULL",
        "LANG": "call",
    }
    return known.get(what, what.lower())


def _sheet(frame: Any, source: str, name: str, encoding: str) -> Sheet:
    notes: list[str] = []
    header, columns, labels, row_names = _parts(frame, encoding)
    lengths = Counter(len(column) for column in columns if column is not None)
    number = max(lengths, key=lambda each: (lengths[each], each), default=0)
    require_size(number, len(columns))
    plain = [j for j, column in enumerate(columns) if column is not None and len(column) == number]
    if len(plain) < len(columns):
        left = [header[j] for j in range(len(columns)) if j not in plain]
        notes.append(f"{LOOK}columns {listed(left)} are no plain vectors, and were left out")
    cells = [columns[j] or [] for j in plain]
    heads = [tidy(header[j]) for j in plain]
    labels = [tidy(labels[j]) for j in plain] if labels else []
    if number and len(row_names) == number and row_names != [str(i) for i in range(1, number + 1)]:
        cells, heads, labels = [row_names, *cells], ["", *heads], (["", *labels] if labels else [])
        notes.append("names of rows are the first column")
    rows = [tuple(heads), *zip(*cells, strict=True)]
    where = f"{source}: {named(name)}" if name else source
    return sheet_of(Grid(rows, range(1, len(rows) + 1), notes), where, name, labels, header=True)


def _parts(frame: Any, encoding: str) -> tuple[list[str], list[list[str] | None], list[str], list[str]]:
    """Return the names of columns, the columns, their labels and the names of rows."""
    own = attributes(frame)
    matrix = columns_of_matrix(frame)
    if matrix is not None:
        return *matrix, [], texts_of(resolved(own["dimnames"]).value[0], encoding)
    parts = [resolved(part) for part in frame.value]
    labels = [texts_of(attributes(part).get("label"), encoding) for part in parts]
    return (
        texts_of(own.get("names"), encoding),
        [column_of(part, encoding) for part in parts],
        [label[0] if label else "" for label in labels],
        _row_names(own.get("row.names"), encoding),
    )


def _row_names(given: Any, encoding: str) -> list[str]:
    """Return names of rows where they are texts; numbers say nothing."""
    given = resolved(given) if given is not None else None
    return texts_of(given, encoding) if given is not None and given.info.type.name == "STR" else []


def _damaged(error: Exception) -> ValueError:
    what = named(str(error) or type(error).__name__, 200)
    return ValueError(f"R data that are damaged, cut short or of an unknown kind ({what}); save them again")
