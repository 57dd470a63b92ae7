"""R's own format of text (``saveRDS(ascii = TRUE)``) by hand: what no library writes stands in it, too.

R Internals, section 1.8: a whole number of marks (kind, 256 object, 512 attributes, 1024 tag), then what the
kind holds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

OBJECT, ATTRIBUTES, TAG = 256, 512, 1024
SYMBOL, PAIRS, CHAR, LOGICAL, INTEGER, REAL, TEXT, LIST, ALTREP, END = 1, 2, 9, 10, 13, 14, 16, 19, 238, 254
HEAD = "3\n263168\n197888\n5\nUTF-8\n"


def _char(text: str | None) -> str:
    if text is None:
        return f"{CHAR}\n-1\n"
    raw = text.encode()
    shown = "".join(chr(b) if 32 < b < 127 and b != 92 else f"\\{b:03o}" for b in raw)
    return f"{CHAR + (8 << 12)}\n{len(raw)}\n{shown}\n"


def _pairs(named: Mapping[str, str]) -> str:
    return (
        "".join(f"{PAIRS + TAG}\n{SYMBOL}\n{_char(name)}{value}" for name, value in named.items())
        + f"{END}\n"
    )


def vector(values: Sequence[Any], attributes: Mapping[str, str] | None = None) -> str:
    """A vector: texts, whole numbers, others or truth values; None is NA."""
    kinds = {type(value) for value in values if value is not None}
    if str in kinds:
        kind, body = TEXT, "".join(map(_char, values))
    elif kinds == {bool}:
        kind, body = LOGICAL, "".join(f"{'NA' if v is None else int(v)}\n" for v in values)
    elif kinds == {int}:
        kind, body = INTEGER, "".join(f"{'NA' if v is None else v}\n" for v in values)
    else:
        kind, body = REAL, "".join(f"{'NA' if v is None else repr(float(v))}\n" for v in values)
    return _with(kind, f"{len(values)}\n{body}", attributes)


def listed(parts: Sequence[str], attributes: Mapping[str, str] | None = None) -> str:
    """A list."""
    return _with(LIST, f"{len(parts)}\n{''.join(parts)}", attributes)


def _with(kind: int, body: str, attributes: Mapping[str, str] | None) -> str:
    own = dict(attributes or {})
    marks = kind + (ATTRIBUTES if own else 0) + (OBJECT if "class" in own else 0)
    return f"{marks}\n{body}{_pairs(own) if own else ''}"


def factor(codes: Sequence[int | None], levels: Sequence[str]) -> str:
    """A factor."""
    return vector(codes, {"levels": vector(levels), "class": vector(["factor"])})


def frame(columns: Mapping[str, str], rows: int, kinds: Sequence[str] = (), names: Sequence[str] = ()) -> str:
    """A data frame of ``rows`` rows, with further classes before its own, and names of rows."""
    return listed(
        list(columns.values()),
        {
            "names": vector(list(columns)),
            "class": vector([*kinds, "data.frame"]),
            "row.names": vector(list(names)) if names else vector([None, -rows]),
        },
    )


def named_list(parts: Mapping[str, str], kinds: Sequence[str] = ()) -> str:
    """A list with names."""
    return listed(
        list(parts.values()), {"names": vector(list(parts))} | ({"class": vector(kinds)} if kinds else {})
    )


def compact(number: float, first: float = 1) -> str:
    """A sequence of whole numbers as R keeps it: by its length, its first and its step."""
    about = f"{PAIRS}\n{SYMBOL}\n{_char('compact_intseq')}{PAIRS}\n{SYMBOL}\n{_char('base')}"
    about += f"{PAIRS}\n{vector([INTEGER])}{END}\n"
    return f"{ALTREP}\n{about}{vector([float(number), float(first), 1.0])}{END}\n"


def rds(value: str) -> bytes:
    """A file of one object."""
    return f"A\n{HEAD}{value}".encode()


def rda(objects: Mapping[str, str]) -> bytes:
    """A file of objects by name."""
    return f"RDA3\nA\n{HEAD}{_pairs(objects)}".encode()
