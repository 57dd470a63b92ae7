"""Grids of cells in many habits, spoiled: header, arms, totals, cells that hold more than a number."""

import math
from pathlib import Path
from typing import get_args

from edits import Rows, spoiled_tables
from hypothesis import strategies as st
from registry import Reader
from rule import Case

from bayes_ivig.files.reading import content
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import FoundTable, Known, Stated
from bayes_ivig.inputs.foreign.layout.tables import tables

CODES = {
    "total", "blank", "note", "repeat", "other_outcome", "other_treatment", "other_type", "unreadable",
    "unused",
}  # fmt: skip
HABITS: tuple[Rows, ...] = (
    [["author", "year", "ai", "n1i", "ci", "n2i", "dose"], ["A", "2001", "1", "10", "2", "12", "high"],
     ["B", "2002", "3", "11", "4", "15", "low"], ["Total", "", "4", "21", "6", "27", ""]],
    [["Table 1", "", "", "", ""], ["", "Aspirin", "", "Placebo", ""], ["Study", "n", "N", "n", "N"],
     ["A", "1", "10", "2", "12"], ["B", "3", "1,100", "4", "15"], ["Note", "", "", "", ""]],
    [["Study", "T", "R", "N"], ["A", "Placebo", "2", "12"], ["A", "Drug", "1", "10"],
     ["B", "Drug", "3", "11"],
     ["B", "Placebo", "4", "15"]],
    [["Study", "T.1", "R.1", "N.1", "T.2", "R.2", "N.2"], ["A", "Drug", "1", "10", "Placebo", "2", "12"]],
    [["trial", "tpos", "tneg", "cpos", "cneg"], ["A", "1", "9", "2", "10"], ["B", "3", "8", "4", "11"]],
    [["Trial", "Intervention", "Control"], ["A", "12/45 (26.7%)", "7 (16%) of 44"], ["B", "3/20", "4/21"]],
    [["Study", "Treatment %", "Treatment N", "Control %", "Control N"], ["A", "26.7", "45", "15.9%", "44"]],
    [["Study", "Odds ratio (95% CI)", "p"], ["A", "0.5 (0.2 to 1.2)", "0.1"],
     ["B", "0.8 [0.4; 1.6]", "<0.5"]],
    [["study", "logOR", "se"], ["A", "-0.5", "0.1"], ["B", "0.2", "0.3"]],
    [["Study", "mean.e", "sd.e", "n.e", "mean.c", "sd.c", "n.c"],
     ["A", "5.1", "1.2", "30", "4.8", "1.1", "31"]],
    [["Study", "Events T", "Person-years T", "Events C", "Person-years C"], ["A", "1", "100.5", "2", "120"]],
    [["Outcome", "Study", "event.e", "n.e", "event.c", "n.c"], ["Death", "A", "1", "10", "2", "12"],
     ["Pain", "A", "3", "10", "4", "12"]],
    [["Study", "ai", "n1i", "ci", "n2i", "OR", "lower", "upper"], ["A", "1", "10", "2", "12", "", "", ""],
     ["B", "NA", "NA", "NA", "NA", "0.8", "0.4", "1.6"]],
)  # fmt: skip
NUMBERED: tuple[Rows, ...] = (
    [["study", "r1", "n1", "r2", "n2"], ["A", "1", "10", "2", "12"], ["B", "3", "11", "4", "15"]],
    [["Study", "Events", "Total"], ["A", "1", "10"], ["A", "2", "12"]],
)
STATED = st.sampled_from(
    (("", "", "", ""),) * 8 + (("1", "2", "", ""), ("Drug", "", "", ""), ("", "", "OR", ""))
)
MAPS = st.sampled_from(("",) * 8 + ("treatment_events=2", "study=author", "control_total=n2i", "x=\x1b"))


def _stated(arguments: tuple[str, ...]) -> Stated:
    treatment, control, measure, outcome, mapped = arguments
    columns = dict([mapped.split("=", 1)]) if mapped else {}
    return Stated(columns=columns, treatment=treatment, control=control, measure=measure, outcome=outcome)


def read_layout(folder: Path, case: Case) -> tuple[FoundTable, ...]:
    stated = _stated(case.arguments)
    found = sheets(content(folder / "t.csv"), "t.csv", stated)
    return tuple(table for sheet in found for table in tables(sheet, stated))


def layout_holds(found: tuple[FoundTable, ...]) -> None:
    assert len({table.name for table in found}) == len(found)
    for table in found:
        records = table.table.records()
        assert records
        assert len({record["study"] for record in records}) == len(records)
        assert {left.code for left in table.left_out} <= CODES
        assert {reading.known for reading in table.mapping} <= set(get_args(Known))
        assert table.arms_why
        for record in records:
            _row_holds(record)


def _row_holds(record: dict[str, str]) -> None:
    for arm in ("treatment", "control"):
        if record.get(f"{arm}_total"):
            assert 0 <= int(record[f"{arm}_events"]) <= int(record[f"{arm}_total"])
    for name in ("estimate", "lower", "upper", "yi", "sei", "treatment_time", "control_sd"):
        assert math.isfinite(float(record.get(name) or 0))
    told = ("treatment_events", "treatment_mean", "estimate", "yi", "o_minus_e")
    assert any(record.get(name) for name in told)


good = st.sampled_from((*HABITS, *HABITS, *NUMBERED))
cases = st.builds(
    lambda raw, stated, mapped: Case({"t.csv": raw}, (*stated, mapped)), spoiled_tables(good), STATED, MAPS
)
READERS = (Reader("layout of grids", cases, read_layout, layout_holds, accepts=(0.15, 0.8)),)
