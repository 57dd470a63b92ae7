"""Datasets of statistics programs written by us: Stata, SPSS and R by libraries, JASP by hand."""

import io
import json
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

type Columns = Mapping[str, Sequence[Any]]


def _written(write: Any, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data{suffix}"
        write(path)
        return path.read_bytes()


def stata(columns: Columns, **about: Any) -> bytes:
    """A dataset of Stata, as pyreadstat writes it."""
    import pandas as pd
    import pyreadstat

    return _written(
        lambda path: pyreadstat.write_dta(pd.DataFrame(dict(columns)), str(path), **about), ".dta"
    )


def spss(columns: Columns, packed: bool = False, **about: Any) -> bytes:
    """A dataset of SPSS, as pyreadstat writes it."""
    import pandas as pd
    import pyreadstat

    return _written(
        lambda path: pyreadstat.write_sav(pd.DataFrame(dict(columns)), str(path), compress=packed, **about),
        ".zsav" if packed else ".sav",
    )


def r_frame(columns: Columns) -> Any:
    """A data frame in the one form that rdata writes."""
    import pandas as pd

    kinds = {str: "string[python]", int: "Int32", float: "Float64", bool: "boolean"}
    made: dict[str, Any] = {}
    for name, values in columns.items():
        is_factor = isinstance(values, pd.Categorical)
        made[name] = values if is_factor else pd.array(values, dtype=kinds[type(values[0])])
    return pd.DataFrame(made, index=pd.RangeIndex(1, len(next(iter(made.values()))) + 1))


def rda(objects: Mapping[str, Any], **how: Any) -> bytes:
    """An image of R's objects, as rdata writes it."""
    import rdata

    return _written(lambda path: rdata.write_rda(path, dict(objects), **how), ".rda")


def rds(value: Any, **how: Any) -> bytes:
    """One object of R's, as rdata writes it."""
    import rdata

    return _written(lambda path: rdata.write_rds(path, value, **how), ".rds")


MISSING = -(2**31)
TABLES = """
CREATE TABLE DataSets (id INTEGER PRIMARY KEY, dataFilePath TEXT, description TEXT);
CREATE TABLE Filters (id INTEGER PRIMARY KEY, dataSet INT, rFilter TEXT);
CREATE TABLE Columns
  (id INTEGER PRIMARY KEY, dataSet INT, name TEXT, title TEXT, columnType TEXT, colIdx INT);
CREATE TABLE Labels
  (id INTEGER PRIMARY KEY, columnId INT, value INT, ordering INT, filterAllows INT, label TEXT);
"""


def jasp_database(columns: Columns, left_out: Sequence[int] = (), more: str = "") -> bytes:
    """The database in a file of JASP: texts by their labels, numbers as such; ``more`` is run as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "internal.sqlite"
        database = sqlite3.connect(path)
        database.executescript(TABLES)
        database.execute("INSERT INTO DataSets VALUES (1, 'trials.csv', '')")
        database.execute("INSERT INTO Filters VALUES (1, 1, '')")
        parts = "".join(f", Column_{i}_DBL REAL, Column_{i}_INT INT" for i in range(1, len(columns) + 1))
        database.execute(
            f"CREATE TABLE DataSet_1 (rowNumber INTEGER PRIMARY KEY, Filter_1 INT DEFAULT 1{parts})"
        )
        size = len(next(iter(columns.values())))
        for row in range(size):
            database.execute(
                "INSERT INTO DataSet_1 (rowNumber, Filter_1) VALUES (?, ?)", (row + 1, row not in left_out)
            )
        for i, (name, values) in enumerate(columns.items(), 1):
            texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
            kind = "nominal" if texts else "scale"
            database.execute(
                "INSERT INTO Columns VALUES (?, 1, ?, ?, ?, ?)", (i, name, f"The {name}", kind, i - 1)
            )
            for j, text in enumerate(texts):
                database.execute(
                    "INSERT INTO Labels (columnId, value, ordering, label) VALUES (?, ?, ?, ?)",
                    (i, j, j, text),
                )
            for row, value in enumerate(values, 1):
                number = value if isinstance(value, int | float) else "NaN"
                label = texts.index(value) if isinstance(value, str) else -1 if value is not None else MISSING
                database.execute(
                    f"UPDATE DataSet_1 SET Column_{i}_DBL = ?, Column_{i}_INT = ? WHERE rowNumber = ?",
                    (number, label, row),
                )
        database.executescript(more)
        database.commit()
        database.close()
        return path.read_bytes()


def jasp_zip(parts: Mapping[str, bytes]) -> bytes:
    """A file of JASP with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nJASP-Archive-Version: 4.0.0\n")
        if "analyses.json" not in parts:
            archive.writestr("analyses.json", "{}")
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def jasp(columns: Columns, left_out: Sequence[int] = (), more: str = "") -> bytes:
    """A file of JASP since 0.17."""
    return jasp_zip({"internal.sqlite": jasp_database(columns, left_out, more)})


def old_jasp(columns: Columns, kept: Sequence[bool] = (), apart: bool = False) -> bytes:
    """A file of JASP before 0.17; its labels stand ``apart`` in later ones of these."""
    fields, data, labels = [], b"", {}
    for name, values in columns.items():
        texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
        field: dict[str, Any] = {"name": name, "measureType": "NominalText" if texts else "Continuous"}
        if texts:
            own = [[i, text, True] for i, text in enumerate(texts, 1)]
            field |= {} if apart else {"labels": own}
            labels[name] = {"labels": own}
            numbers = [texts.index(value) + 1 if isinstance(value, str) else MISSING for value in values]
            data += struct.pack(f"<{len(values)}i", *numbers)
        else:
            numbers = [float("nan") if value is None else float(value) for value in values]
            data += struct.pack(f"<{len(values)}d", *numbers)
        fields.append(field)
    about = {
        "rowCount": len(values),
        "columnCount": len(fields),
        "fields": fields,
        "filterVector": list(kept),
    }
    parts = {"metadata.json": json.dumps({"dataSet": about}).encode(), "data.bin": data}
    return jasp_zip(parts | ({"xdata.json": json.dumps(labels).encode()} if apart else {}))
