"""Files of JASP: the data of an ``internal.sqlite`` (since 0.17), or of ``metadata.json`` with ``data.bin``.

Layout after JASP's own sources (jasp-stats/jasp-desktop: CommonData/internalDbDefinition.sql and
databaseinterface.cpp; Desktop/data/importers/jaspimporterold.cpp). In the database a column has its numbers
in ``Column_i_DBL`` and numbers of labels in ``Column_i_INT``: -1 there says that the number itself counts,
the smallest whole number that nothing stands there. What JASP's filter leaves out is left out.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bayes_ivig.errors import named, quoted
from bayes_ivig.files import archives, databases
from bayes_ivig.files.documents import parse_json
from bayes_ivig.inputs.foreign.formats.cells import (
    Grid,
    number_text,
    require_short,
    require_size,
    sheet_of,
    text_of,
    tidy,
)
from bayes_ivig.inputs.foreign.formats.jasp_results import stored_analyses
from bayes_ivig.inputs.foreign.found import Sheet

MISSING = -(2**31)  # in place of a whole number
BY_ITSELF = -1  # in place of the number of a label: the number beside it counts
PARTS = ("internal.sqlite", "metadata.json", "xdata.json", "data.bin")
NOT_A_NUMBER = {"nan", "NaN", "NAN", ""}

type Labels = Mapping[int, str]


def jasp_sheets(raw: bytes, source: str) -> tuple[Sheet, ...]:
    """Return the data of a .jasp file as a sheet, with its analyses; raises ``ValueError``."""
    parts = archives.unpacked(raw, lambda name: name in PARTS)
    if "internal.sqlite" in parts:
        first, *others = _of_database(parts["internal.sqlite"], source)
    elif "metadata.json" in parts:
        first, *others = (_of_binary(parts, source),)
    else:
        raise ValueError("is a JASP file without a description of its data; save it again with a newer JASP")
    return (replace(first, stored=stored_analyses(raw)), *others)


def _of_database(raw: bytes, source: str) -> tuple[Sheet, ...]:
    with databases.opened(raw) as tables:
        if not tables.columns("Columns") or not tables.columns("DataSets"):
            raise ValueError("its database lacks the tables of a JASP file")
        sets = [row[0] for row in tables.rows("DataSets", ["id"], "id")]
        found = [_data_set(tables, number, source) for number in sets[:20] if isinstance(number, int)]
    if not any(sheet.rows for sheet in found):
        raise ValueError("is a JASP file without data; open the data in JASP and save both")
    return tuple(found)


def _data_set(tables: databases.Tables, number: int, source: str) -> Sheet:
    table = f"DataSet_{number}"
    there = set(tables.columns(table))
    title_of = "title" if "title" in tables.columns("Columns") else "name"
    columns = [
        (int(key), text_of(name), str(kind), text_of(title))
        for key, name, kind, title, data_set, _ in tables.rows(
            "Columns", ["id", "name", "columnType", title_of, "dataSet", "colIdx"], "colIdx"
        )
        if data_set == number and isinstance(key, int)
    ]
    columns = [each for each in columns if {f"Column_{each[0]}_DBL", f"Column_{each[0]}_INT"} <= there]
    filters = sorted(
        (name for name in there if name.startswith("Filter_") and name[7:].isdecimal()),
        key=lambda name: int(name[7:]),
    )
    if not columns:
        return sheet_of(Grid((), ()), source, header=True)
    require_size(0, len(columns))
    asked = [f"Column_{key}_{part}" for key, *_ in columns for part in ("DBL", "INT")]
    rows = tables.rows(table, [*asked, *filters[:1]], "rowNumber" if "rowNumber" in there else "")
    require_size(len(rows), len(columns))
    labels = _labels(tables)
    kept = [(i, row) for i, row in enumerate(rows, 2) if not filters or row[-1] not in (0, "0", None)]
    cells = [
        tuple(
            _cell(row[2 * j], row[2 * j + 1], kind == "scale", labels.get(key, {}))
            for j, (key, _, kind, _) in enumerate(columns)
        )
        for _, row in kept
    ]
    grid = Grid([tuple(tidy(name) for _, name, _, _ in columns), *cells], [1, *(i for i, _ in kept)])
    grid.notes.extend(_filtered(len(rows) - len(kept)))
    titles = [title if title != name else "" for _, name, _, title in columns]
    return sheet_of(grid, source, labels=titles, header=True)


def _labels(tables: databases.Tables) -> dict[int, dict[int, str]]:
    """Return the text of every label, by column and number."""
    found: dict[int, dict[int, str]] = {}
    if tables.columns("Labels"):
        for column, value, label in tables.rows("Labels", ["columnId", "value", "label"]):
            if isinstance(column, int) and isinstance(value, int):
                text = text_of(label)
                require_short(text, "a label")
                found.setdefault(column, {})[value] = text
    return found


def _cell(number: databases.Value, label: databases.Value, scale: bool, labels: Labels) -> str:
    """Return a cell as text: of a column on a scale the number, of others the label; else what there is."""
    value = _number(number)
    text = labels.get(label, "") if isinstance(label, int) else ""
    if (scale or not text) and value:
        return value
    if text or not isinstance(label, int) or label in (MISSING, BY_ITSELF):
        return text
    return str(label) if not scale else ""


def _number(value: databases.Value) -> str:
    """Return a number of the database as text; those that are none stand in it as texts."""
    if isinstance(value, int | float):
        return number_text(float(value))
    text = text_of(value)
    return "" if text in NOT_A_NUMBER else text


def _filtered(number: int) -> list[str]:
    return [f"{number:,} row{'s' * (number > 1)} left out by the file's own filter"] if number else []


# Files before 0.17


def _of_binary(parts: Mapping[str, bytes], source: str) -> Sheet:
    about = _object(_document(parts, "metadata.json").get("dataSet"))
    others = _document(parts, "xdata.json") if "xdata.json" in parts else {}
    fields = [_object(field) for field in _list(about.get("fields"))]
    number, rows = about.get("columnCount"), about.get("rowCount")
    if not isinstance(number, int) or not isinstance(rows, int) or number != len(fields) or rows < 0:
        raise ValueError("is a JASP file whose description of its data is not whole")
    require_size(rows, number)
    data, at = parts.get("data.bin", b""), 0
    columns: list[list[str]] = []
    for field in fields:
        scale = field.get("measureType") == "Continuous"
        form = f"<{rows}{'d' if scale else 'i'}"
        if at + struct.calcsize(form) > len(data):
            raise ValueError("is a JASP file whose data are cut short; save it again")
        values = struct.unpack_from(form, data, at)
        at += struct.calcsize(form)
        name = text_of(field.get("name"))
        labels = _label_list(field.get("labels") or _object(others.get(name)).get("labels"))
        columns.append([_old_cell(value, labels) for value in values])
    kept = [bool(each) for each in _list(about.get("filterVector"))]
    kept = kept if len(kept) == rows else [True] * rows
    cells = [row for row, keep in zip(zip(*columns, strict=True), kept, strict=True) if keep]
    header = tuple(tidy(text_of(field.get("name"))) for field in fields)
    grid = Grid([header, *cells], [1, *(i for i, keep in enumerate(kept, 2) if keep)])
    grid.notes.extend(_filtered(rows - len(cells)))
    return sheet_of(grid, source, header=True)


def _old_cell(value: float, labels: Labels) -> str:
    if isinstance(value, int):
        return "" if value == MISSING else labels.get(value, str(value))
    return "" if math.isnan(value) else number_text(value)


def _label_list(given: object) -> dict[int, str]:
    """Return labels by number, out of a list of lists ``[number, text, allowed by the filter]``."""
    labels: dict[int, str] = {}
    for each in _list(given):
        if isinstance(each, list) and len(each) >= 2 and isinstance(each[0], int):
            labels[each[0]] = text_of(each[1])
            require_short(labels[each[0]], "a label")
    return labels


def _document(parts: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    try:
        return _object(parse_json(parts[name]))
    except ValueError as error:
        raise ValueError(f"is a JASP file whose {quoted(name)} cannot be read: {named(str(error))}") from None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
