"""The same four trials in a file of every kind that is read, each written by us."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from making import datasets, r_text, spreadsheets
from making.revman import Line, Outcome, Review, comma_separated, export, package, review

type Row = tuple[str, int, int, int, int]
type Rows = Sequence[Row]
type Made = tuple[str, bytes]

TRIALS: Rows = (
    ("Adams 2011", 2, 20, 3, 19),
    ("Berg 2003", 4, 50, 9, 52),
    ("Cole 2015", 5, 40, 12, 41),
    ("Dahl 2018", 0, 30, 2, 31),
)
METAFOR = ("slab", "ai", "n1i", "ci", "n2i")
META = ("studlab", "event.e", "n.e", "event.c", "n.c")
OURS = ("study", "treatment_events", "treatment_total", "control_events", "control_total")
LABELS = ("Drug", "Placebo")


def swapped(rows: Rows) -> Rows:
    """The same trials with the numbers of their arms exchanged."""
    return [(name, c, d, a, b) for name, a, b, c, d in rows]


def text(rows: Sequence[Sequence[object]], mark: str = ",", codec: str = "utf-8") -> bytes:
    """A table of text."""
    held = io.StringIO()
    csv.writer(held, delimiter=mark, lineterminator="\n").writerows(rows)
    return held.getvalue().encode(codec)


def columns(rows: Rows, names: Sequence[str] = METAFOR) -> dict[str, list[Any]]:
    """The columns of a table by name."""
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


def long(rows: Rows) -> list[list[object]]:
    """One row for each arm, as MetaInsight takes them, the placebo first."""
    header: list[object] = ["Study", "T", "R", "N"]
    arms = [[(name, LABELS[1], c, d), (name, LABELS[0], a, b)] for name, a, b, c, d in rows]
    return [header, *(list(arm) for pair in arms for arm in pair)]


def wide(rows: Rows) -> list[list[object]]:
    """One row for each trial, as MetaInsight takes them, the placebo first."""
    header: list[object] = ["Study", "T.1", "R.1", "N.1", "T.2", "R.2", "N.2"]
    return [header, *([name, LABELS[1], c, d, LABELS[0], a, b] for name, a, b, c, d in rows)]


def of_arms(rows: Rows) -> list[list[object]]:
    """Cells such as ``4/50`` under the labels of the arms."""
    return [["Study", *LABELS], *([name, f"{a}/{b}", f"{c}/{d}"] for name, a, b, c, d in rows)]


def dead_and_alive(rows: Rows) -> list[list[object]]:
    """Events and non-events, as metafor takes them too."""
    return [["slab", "ai", "bi", "ci", "di"], *([name, a, b - a, c, d - c] for name, a, b, c, d in rows)]


def outcome(rows: Rows) -> Outcome:
    """The trials as RevMan has them."""
    return Outcome("Death", tuple(Line(name, (a, b, c, d), year=name[-4:]) for name, a, b, c, d in rows))


def review_of(rows: Rows) -> bytes:
    """A review of RevMan 5 with this one outcome."""
    return review(Review({"Drug versus placebo": [outcome(rows)]}))


def exported(rows: Rows) -> bytes:
    """The table that RevMan 5 exports."""
    header, *body = export({"Drug versus placebo": [outcome(rows)]}).rows
    return comma_separated([dict(zip(header, row, strict=True)) for row in body])


def r_file(rows: Rows) -> str:
    """A data frame as R writes it."""
    by_name: Mapping[str, list[Any]] = columns(rows)
    return r_text.frame({name: r_text.vector(values) for name, values in by_name.items()}, len(rows))


def total(rows: Rows) -> Row:
    """The row of sums that people put below a table."""
    _, *numbers = zip(*rows, strict=True)
    a, b, c, d = (sum(each) for each in numbers)
    return ("Total", a, b, c, d)


def sheet(rows: Rows) -> dict[str, list[list[object]]]:
    """A workbook of one sheet: a title, the table, its total, a note."""
    return {
        "Data": [
            ["Deaths in four trials"],
            list(METAFOR),
            *map(list, rows),
            list(total(rows)),
            ["Source: the papers."],
        ]
    }


# how a file is made, by its name; the ending of the name is that of the file
FORMS: dict[str, Callable[[Rows], Made]] = {
    "ours": lambda rows: ("t.csv", text([OURS, *rows])),
    "metafor": lambda rows: ("t.csv", text([METAFOR, *rows])),
    "metafor, semicolons": lambda rows: ("t.csv", text([METAFOR, *rows], ";")),
    "metafor, tabs, a total": lambda rows: ("t.tsv", text([METAFOR, *rows, total(rows)], "\t")),
    "meta": lambda rows: ("t.csv", text([META, *rows])),
    "non-events": lambda rows: ("t.csv", text(dead_and_alive(rows))),
    "long": lambda rows: ("t.csv", text(long(rows))),
    "long, other order": lambda rows: ("t.csv", text([long(rows)[0], *long(rows)[:0:-1]])),
    "wide": lambda rows: ("t.csv", text(wide(rows))),
    "fractions": lambda rows: ("t.csv", text(of_arms(rows))),
    "xlsx": lambda rows: ("t.xlsx", spreadsheets.xlsx(sheet(rows))),
    "xls": lambda rows: ("t.xls", spreadsheets.xls(sheet(rows))),
    "ods": lambda rows: ("t.ods", spreadsheets.ods(sheet(rows))),
    "stata": lambda rows: ("t.dta", datasets.stata(columns(rows))),
    "spss": lambda rows: ("t.sav", datasets.spss(columns(rows))),
    "rda": lambda rows: ("t.rda", r_text.rda({"dat": r_file(rows)})),
    "rds": lambda rows: ("t.rds", r_text.rds(r_file(rows))),
    "jasp": lambda rows: ("t.jasp", datasets.jasp(columns(rows))),
    "old jasp": lambda rows: ("t.jasp", datasets.old_jasp(columns(rows))),
    "review": lambda rows: ("t.rm5", review_of(rows)),
    "package": lambda rows: ("t.zip", package({"Drug versus placebo": [outcome(rows)]})),
    "exported": lambda rows: ("t.csv", exported(rows)),
}
LABELLED = {"long", "long, other order", "wide", "fractions", "review", "package", "exported"}
