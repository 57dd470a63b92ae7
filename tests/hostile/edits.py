"""Ways to spoil what is good: of bytes, of tables, of trees (TOML, JSON) and of lines of text.

Each strategy of edits gives none at times, so that a part of what is tried is good; an edit that does not
apply changes nothing. Failing inputs shrink to the few edits that matter.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

TEXTS = (
    "", " ", "\t", "\n", "\r", "\r\n", "\x00", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x07", "\x08",
    "\x7f",
    "\x85", "\u2028", "\u202e" "txt.exe", "\u2066iso\u2069", "\ufeff", "\u200b", "\u00a0",
    "\u0301\u0301\u0301",
    "\U0001f469\u200d\U0001f52c", "\ufffe", "\U0010ffff", "\u0130", "ß", "ﬁ", "İ", "Ⅻ", "é", "e\u0301",
    "=HYPERLINK(\"http://x\",\"y\")", "=1+1", "@SUM(A1)", "+1", "-1", "<script>alert(1)</script>", "]]>",
    "</style>",
    "&amp;", "javascript:alert(1)", "../../etc/passwd", "/dev/zero", "/dev/stdin", "~root", "%s%n", "{0}",
    "{x!r}",
    "${HOME}", "$(id)", "`id`", "'; DROP TABLE x; --", "\\", "\\n", "\\u0000", '"', "'", '""', '"a', "''",
    "a\"b", ",", ";",
    "|", "#", "# note", "//", "[", "]", "[x]", "[[x]]", "{", "}", "(", ")", ":", "=", "-", "--", "_", ".",
    "..", "*", "?",
    "None", "null", "nan", "NaN", "inf", "-inf", "Infinity", "true", "TRUE", "False", "NA", "N/A", "n/a",
    "#REF!", "#DIV/0!", "all", "study", "outcome", "normal(0, 1)", "x = 1", "CON", "nul.csv",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "00", "007", "1", "2", "7.0", "7.", ".5", "7.5", "-1", "+1", "1e3", "1E400", "1e-400",
    "-1e400", "5e-324", "0x10", "0b1",
    "1_000", "1,000", "1 000", "1.000,5", "1'000",
    "½", "²", "٣", "\uff11\uff12", "໓", "1٣", "Ⅷ", "\u22125", "7·5", "10%",
    "<0.05", ">=3", "1/2", "1:2",
    "999999999", "1000000000", "1000000001", "9223372036854775807", "9223372036854775808",
    "18446744073709551616", "nan", "inf", "-inf", "1e", "e5",
    "1.0000000000000000000000000001", "0.1234567890123456789012345678901234567890", "1e308", "1e309",
    "4.9e-324",
)  # fmt: skip
LONG_TEXTS = tuple(
    each * times for each in ("A", "é", " ", "((", '"', "0 ", ".", "a,") for times in (300, 70_000)
)
LONG_NUMBERS = (
    "9" * 18, "9" * 19, "1" * 400, "1" * 5000, "0." + "1" * 400, "0." + "0" * 330 + "1", "1" + "0" * 310,
    "1" * 100_000,
)  # fmt: skip


def one_of_long(values: Sequence[Any]) -> SearchStrategy[Any]:
    """Return a strategy of values so long that a message must not show them."""
    return st.integers(0, len(values) - 1).map(lambda i: values[i])


RANDOM = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
hostile_text = st.one_of(st.sampled_from(TEXTS), st.sampled_from(TEXTS), RANDOM, one_of_long(LONG_TEXTS))
hostile_number = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS),
    one_of_long(LONG_NUMBERS),
    st.integers(-(10**12), 10**20).map(str),
    st.floats().map(repr),
)
hostile_cell = st.one_of(hostile_number, hostile_text)
fraction = st.floats(0, 1, exclude_max=True, allow_subnormal=False)
DIGITS = {ord(c): chr(0x660 + i) for i, c in enumerate("0123456789")}
CODECS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7", "cp037", "shift_jis")
NUMERAL = re.compile(rb"\d+(?:\.\d+)?")


# Bytes


class ByteEdit(NamedTuple):
    """``at`` and ``to`` are places as shares of the length; ``payload`` is what ``kind`` puts there."""

    kind: str
    at: float
    to: float
    payload: bytes = b""


BYTE_KINDS = (
    "flip",
    "cut",
    "double",
    "put",
    "end",
    "swap",
    "encode",
    "ends",
    "many",
    "number",
    "digits",
    "bom",
)
_payload = st.one_of(
    hostile_text.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=8),
    st.sampled_from(
        (
            b"\xff",
            b"\xfe\xff",
            b"\xc3",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xc0\xaf",
            b"PK\x03\x04",
            b"\x89HDF\r\n",
        )
    ),
)
byte_edit = st.builds(ByteEdit, st.sampled_from(BYTE_KINDS), fraction, fraction, _payload)


def edit_bytes(content: bytes, edits: Sequence[ByteEdit]) -> bytes:
    """Return bytes after a sequence of edits."""
    for edit in edits:
        content = _edited(content, edit)[:2_000_000]
    return content


def _edited(content: bytes, edit: ByteEdit) -> bytes:  # noqa: C901, PLR0911, PLR0912 - kinds, a line each
    first, last = sorted((int(edit.at * len(content)), int(edit.to * len(content))))
    part = content[first:last]
    match edit.kind:
        case "flip" if content:
            return content[:first] + bytes([content[first] ^ (1 << (last % 8))]) + content[first + 1 :]
        case "cut":
            return content[:first] + content[last:]
        case "double":
            return content[:last] + part + content[last:]
        case "put":
            return content[:first] + edit.payload + content[first:]
        case "end":
            return content[:first]
        case "swap":
            middle = (first + last) // 2
            return content[:first] + content[middle:last] + content[first:middle] + content[last:]
        case "encode":
            return content.decode("utf-8", "replace").encode(CODECS[int(edit.at * len(CODECS))], "replace")
        case "ends":
            return content.replace(
                b"\n", (b"\r", b"\r\n", b"\n\n", b"\n\r", b"\x0b", b"\x85")[int(edit.at * 6)]
            )
        case "many":
            return content[:first] + (edit.payload or part[:40]) * int(1 + 3000 * edit.to) + content[first:]
        case "number":
            return _with_number(content, edit)
        case "digits":
            return (
                content[:first] + part.decode("utf-8", "replace").translate(DIGITS).encode() + content[last:]
            )
        case "bom":
            return b"\xef\xbb\xbf" + content
        case _:
            return content


def _with_number(content: bytes, edit: ByteEdit) -> bytes:
    """Put a hostile number in the place of one of the numbers."""
    places = [match.span() for match in NUMERAL.finditer(content)]
    if not places:
        return content
    start, end = places[int(edit.at * len(places))]
    return content[:start] + NUMBERS[int(edit.to * len(NUMBERS))].encode() + content[end:]


def spoiled_bytes(good: SearchStrategy[bytes], most: int = 4) -> SearchStrategy[bytes]:
    """Return good bytes with up to ``most`` edits, now and then none."""
    return st.builds(edit_bytes, good, st.lists(byte_edit, max_size=most))


def spoiled_text(good: SearchStrategy[str], most: int = 3) -> SearchStrategy[str]:
    """Return good text with edits as of its bytes; what is no UTF-8 after them is replaced."""
    return spoiled_bytes(good.map(str.encode), most).map(lambda content: content.decode("utf-8", "replace"))


# Tables: a header and rows of cells


type Rows = list[list[str]]


class CellEdit(NamedTuple):
    """``row`` and ``column`` are places as shares; ``cell`` is what ``kind`` puts there."""

    kind: str
    row: float
    column: float
    cell: str


CELL_KINDS = (
    "cell", "cell", "cell", "number", "number", "swap", "blank", "row", "no row", "column", "no column",
    "name", "short", "long",
    "turn", "rows",
)  # fmt: skip
cell_edit = st.builds(
    CellEdit, st.sampled_from(CELL_KINDS), fraction, fraction, st.one_of(hostile_cell, hostile_number)
)


def edit_cells(rows: Rows, edits: Sequence[CellEdit]) -> Rows:
    """Return a table, its header first, after a sequence of edits."""
    rows = [list(row) for row in rows]
    for edit in edits:
        if rows and min(map(len, rows)) > 0:
            rows = _edited_rows(rows, edit)
    return rows


def _edited_rows(rows: Rows, edit: CellEdit) -> Rows:  # noqa: C901 - a list of kinds, one line each
    i, j = int(edit.row * len(rows)), int(edit.column * min(map(len, rows)))
    body = max(i, 1) if len(rows) > 1 else 0
    match edit.kind:
        case "cell" | "number":
            rows[body][j] = edit.cell
        case "swap":
            k = (j + 1) % min(map(len, rows))
            rows[body][j], rows[body][k] = rows[body][k], rows[body][j]
        case "blank":
            rows[body][j] = ""
        case "row":
            rows.insert(body, list(rows[body]))
        case "no row":
            rows.pop(body)
        case "column":
            rows = [[*row[:j], row[j], *row[j:]] for row in rows]
        case "no column":
            rows = [[*row[:j], *row[j + 1 :]] for row in rows]
        case "name":
            rows[0][j] = edit.cell
        case "short":
            rows[i].pop(j)
        case "long":
            rows[i].append(edit.cell)
        case "turn":
            rows = [row[::-1] for row in rows]
        case "rows":
            name = rows[body][0]
            rows += [[f"{name} {n}", *rows[body][1:]] for n in range(int(1 + 60 * edit.column))]
    return rows


class Dialect(NamedTuple):
    """How a table is written: what separates cells and lines, what is quoted, a BOM before it."""

    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL
    end: str = "\n"
    bom: bool = False


usual_dialect = st.builds(
    Dialect,
    st.just(","),
    st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    st.sampled_from(("\n", "\r\n", "\r", "\n\n")),
    st.booleans(),
)
dialect = st.one_of(
    st.just(Dialect()),
    usual_dialect,
    usual_dialect,
    st.sampled_from(";\t|: ,").map(Dialect),
)


PLAIN = Dialect()


def written(rows: Rows, how: Dialect = PLAIN) -> bytes:
    """Return a table as the bytes of a CSV."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=how.delimiter, quoting=how.quoting, lineterminator=how.end)
    writer.writerows(rows)
    return (b"\xef\xbb\xbf" if how.bom else b"") + file.getvalue().encode("utf-8", "surrogatepass")


def spoiled_tables(good: SearchStrategy[Rows], most: int = 3) -> SearchStrategy[bytes]:
    """Return good tables, tables with edited cells, and edited bytes of either."""
    whole = st.builds(written, good, dialect)
    cells = st.builds(
        written, st.builds(edit_cells, good, st.lists(cell_edit, min_size=1, max_size=most)), dialect
    )
    return st.one_of(whole, whole, cells, cells, spoiled_bytes(cells, 2), spoiled_bytes(whole))


# Trees: nested tables and lists


REACHED = 6  # levels of a tree whose values are edited


class TreeEdit(NamedTuple):
    """``at`` says which of all places of a tree, ``value`` what ``kind`` puts there."""

    kind: str
    at: float
    value: Any


def nested(depth: int) -> list[Any]:
    """Return a list in a list in a list."""
    tree: list[Any] = []
    for _ in range(depth):
        tree = [tree]
    return tree


def nested_table(depth: int) -> dict[str, Any]:
    """Return a table in a table in a table."""
    tree: dict[str, Any] = {}
    for _ in range(depth):
        tree = {"a": tree}
    return tree


VALUES = (
    0, 1, -1, 2, 10**9, 10**18, 2**63, 2**64, 10**399, 10**4999, 0.0, -0.0, 0.5, 1.25, 1e308, 5e-324,
    float("inf"), float("-inf"),
    float("nan"), True, False, [], {}, [[]], [{}], {"": ""}, [""], ["a", 1], [1.5], {"a": {"b": 1}},
    date(2024, 2, 29), "normal(0, 1)",
    "flat()", nested(90), nested_table(90), [0] * 2000, {str(i): i for i in range(300)},
)  # fmt: skip
deep = st.integers(100, 3000).flatmap(
    lambda depth: st.sampled_from((nested, nested_table)).map(lambda make: make(depth))
)
_value = st.one_of(
    one_of_long(VALUES), one_of_long(VALUES), one_of_long(VALUES), hostile_cell, hostile_text, deep
)
TREE_KINDS = ("set", "set", "set", "drop", "add", "name", "wrap", "list", "double", "copy")
tree_edit = st.builds(TreeEdit, st.sampled_from(TREE_KINDS), fraction, _value)


def edit_tree(tree: Mapping[str, Any], edits: Sequence[TreeEdit]) -> dict[str, Any]:
    """Return a tree after a sequence of edits, the given one left as it is."""
    grown: dict[str, Any] = json_copy(tree)
    for edit in edits:
        places = list(_places(grown))
        if places:
            _edit_place(places, edit)
    return grown


def json_copy(value: Any, levels: int = REACHED + 2) -> Any:
    """Return a copy of dicts and lists as deep as edits reach, what is below shared."""
    if not levels:
        return value
    if isinstance(value, Mapping):
        return {key: json_copy(each, levels - 1) for key, each in value.items()}
    return [json_copy(each, levels - 1) for each in value] if isinstance(value, list | tuple) else value


def _places(tree: Any, most: int = REACHED) -> Any:
    """Yield (holder, key) of every value, not deeper than ``most``."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(items):
        yield tree, key
        if most:
            yield from _places(value, most - 1)


def _edit_place(places: list[tuple[Any, Any]], edit: TreeEdit) -> None:  # noqa: C901 - kinds, a line each
    holder, key = places[int(edit.at * len(places))]
    match edit.kind:
        case "set":
            holder[key] = json_copy(edit.value)
        case "drop":
            del holder[key]
        case "add" if isinstance(holder, dict):
            holder[edit.value if isinstance(edit.value, str) else "new"] = json_copy(edit.value)
        case "name" if isinstance(holder, dict):
            holder[f"{key}s" if not isinstance(edit.value, str) else edit.value] = holder.pop(key)
        case "wrap":
            holder[key] = [holder[key]]
        case "list" if isinstance(holder[key], list):
            holder[key].append(json_copy(edit.value))
        case "double" if isinstance(holder[key], list):
            holder[key] *= 2
        case "copy":
            other, name = places[int(edit.at * 7919) % len(places)]
            if not isinstance(other[name], dict | list):
                holder[key] = other[name]


def toml(tree: Mapping[str, Any]) -> bytes:
    """Return a tree as TOML: tables under their headers, everything deeper in one line."""
    plain = [
        f"{toml_text(key)} = {toml_value(value)}"
        for key, value in tree.items()
        if not isinstance(value, dict)
    ]
    tables = [
        f"\n[{toml_text(key)}]\n" + "".join(f"{toml_text(k)} = {toml_value(v)}\n" for k, v in value.items())
        for key, value in tree.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*plain, *tables, ""]).encode("utf-8", "surrogatepass")


def toml_text(text: object) -> str:
    """Return a text as TOML writes it, control characters escaped."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it."""
    return _inline(value, " = ", _toml_leaf)


def json_value(value: Any) -> bytes:
    """Return a value as JSON, also where Python's own writer refuses: digits by the thousand, great depth."""
    return _inline(value, ": ", _json_leaf).encode("utf-8", "surrogatepass")


def _toml_leaf(value: Any) -> str:
    if isinstance(value, date | float):
        return str(value) if isinstance(value, date) else repr(value)
    return _leaf(value)


def _json_leaf(value: Any) -> str:
    return json.dumps(value, default=str) if isinstance(value, float | date | None) else _leaf(value)


def _leaf(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return long_digits(value) if isinstance(value, int) else toml_text(value)


def _inline(value: Any, mark: str, leaf: Callable[[Any], str]) -> str:
    """Return lists and tables in one line, however deep: without recursion."""
    parts: list[str] = []
    left: list[Any] = [value]
    while left:
        each = left.pop()
        if isinstance(each, _Raw):
            parts.append(each.text)
        elif isinstance(each, list):
            left += [_Raw("]"), *_joined([[item] for item in each])[::-1]]
            parts.append("[")
        elif isinstance(each, dict):
            left += [_Raw("}"), *_joined([[_Raw(f"{toml_text(k)}{mark}"), v] for k, v in each.items()])[::-1]]
            parts.append("{")
        else:
            parts.append(leaf(each))
    return "".join(parts)


class _Raw(NamedTuple):
    text: str


def _joined(groups: list[list[Any]]) -> list[Any]:
    return [item for i, group in enumerate(groups) for item in ([_Raw(", ")] if i else []) + group]


def long_digits(value: int) -> str:
    """Return a whole number of any length in digits; Python itself refuses more than some thousands."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    parts = []
    while value >= 10**1000:
        value, part = divmod(value, 10**1000)
        parts.append(f"{part:01000d}")
    return sign + str(value) + "".join(reversed(parts))


def spoiled_trees(
    good: SearchStrategy[Mapping[str, Any]], write: Callable[[Mapping[str, Any]], bytes] = toml, most: int = 3
) -> SearchStrategy[bytes]:
    """Return good trees as bytes, trees with edits, and edited bytes of either."""
    edited = st.builds(edit_tree, good, st.lists(tree_edit, min_size=1, max_size=most)).map(write)
    whole = good.map(write)
    return st.one_of(whole, whole, edited, edited, spoiled_bytes(edited, 2), spoiled_bytes(whole))
