"""Data packages of RevMan Web, and the tables that RevMan 5 exports: the same outcomes as in a review of the
same description, to the last number.
"""

import io
import zipfile

import pytest
from making.revman import Line, Outcome, Review, export, package, review

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.revman.tables import csv_tables, is_revman, is_revman_csv, tables

GROUPED = (
    Line("Adams 1990", (4, 40, 9, 41), "young", "1990"),
    Line("Berg 1995", (0, 25, 3, 26), "young", "1995"),
    Line("Cole 1999", (12, 60, 11, 58), "old", "1999", "a note"),
    Line("Dahl 2001", (7, 33, 5, 35), "old", "2001"),
)
MADE = {
    "Drug v placebo": (
        Outcome("Death", GROUPED, measure="RR", random=True),
        Outcome("Alive", GROUPED, swap=True, totals="SUB"),
        Outcome(
            "Pain",
            (Line("Adams 1990", (5.5, 1.25, 20, 7, 1.5, 22)), Line("Berg 1995", (4, 2, 30, 4.5, 2.5, 31))),
            "CONT",
            "SMD",
            "IV",
        ),
    ),
    "Drug v usual care": (
        Outcome(
            "Survival",
            (Line("Adams 1990", (-0.25, 0.125)), Line("Berg 1995", (0.5, 0.25))),
            "IV",
            "Hazard Ratio",
            "IV",
            labels=("Drug", "Usual care"),
        ),
        Outcome("Relapse", (Line("Adams 1990", (-2.5, 8.25)),), "IPD", "Hazard Ratio", "IV", level=0.99),
        Outcome("Death", GROUPED, measure="PETO_OR", method="PETO", totals="NO"),
    ),
}
NOTHING = Stated()


def told(table: FoundTable) -> tuple[object, ...]:
    """What must be the same whichever file it came from."""
    names = ("name", "outcome", "comparison", "treatment", "control", "measure", "classes")
    columns = {
        name: table.table.column(name) for name in table.table.columns if name not in ("footnote", "year")
    }
    return tuple(getattr(table, name) for name in names), columns


def numbers(table: FoundTable) -> dict[tuple[str, ...], float]:
    """Every stored number by where it is, standard errors left out, which packages lack."""
    found = {}
    for each in table.stored:
        key = (each.method, each.measure, str(each.level), each.group)
        found |= {(*key, name): value for name, value in each.values}
        found |= {(*key, study, n): v for study, n, v in each.each if n != "standard_error"}
    return found


REVIEWED = tables(review(Review(MADE)), "made.rm5", NOTHING)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_a_package_holds_what_the_review_holds(nested: bool, version: int) -> None:
    raw = package(MADE, nested=nested, version=version)
    assert is_revman(raw)
    found = tables(raw, "made.zip", NOTHING)
    assert [told(table) for table in found] == [told(table) for table in REVIEWED]
    for table, other in zip(found, REVIEWED, strict=True):
        assert numbers(table) == pytest.approx(numbers(other), rel=1e-12, abs=1e-12)
        assert table.event == (other.event if version == 2 else None)
    assert found[0].mapping[0].theirs == "Experimental cases"


def test_zeros_in_the_columns_of_other_kinds_are_never_trials() -> None:
    found = {table.name: table for table in tables(package(MADE), "made.zip", NOTHING)}
    for name in ("Pain", "Survival", "Relapse"):
        assert "treatment_events" not in found[name].table.columns


def test_an_outcome_of_an_unknown_kind_or_without_settings_is_left_out() -> None:
    raw = unpacked = package(MADE)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    settings = next(name for name in members if "settings" in name)
    members[settings] = members[settings].replace(b"Continuous", b"Network")
    found = tables(_zip(members), "made.zip", NOTHING)
    assert [table.name for table in found].count("Pain") == 0
    assert ("Pain", "other_type") in {(each.what, each.code) for each in found[0].left_out}
    del members[settings]
    with pytest.raises(DataError, match=r"made.zip: the package lacks its .*which says what kind of data"):
        tables(_zip(members), "made.zip", NOTHING)
    with pytest.raises(DataError, match="a zip without rows of a data package"):
        tables(_zip({"a.csv": b"x,y\n1,2\n"}), "made.zip", NOTHING)
    assert unpacked == raw


def test_a_zipped_review_is_read_as_the_review() -> None:
    raw = _zip({"a/r.rm5": review(Review(MADE))})
    assert is_revman(raw)
    assert [told(table) for table in tables(raw, "r.zip", NOTHING)] == [told(table) for table in REVIEWED]
    with pytest.raises(DataError, match=r"holds 2 reviews \(a.rm5, b.rm5\); unpack the one that is meant"):
        tables(_zip({"a.rm5": b"", "b.rm5": b""}), "r.zip", NOTHING)


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def rows_alone() -> Sheet:
    with zipfile.ZipFile(io.BytesIO(package(MADE))) as archive:
        name = next(each for each in archive.namelist() if each.endswith("data-rows.csv"))
        lines = archive.read(name).decode("utf-8-sig").splitlines()
    import csv

    rows = tuple(map(tuple, csv.reader(lines)))
    return Sheet("CD1-data-rows.csv", rows, tuple(range(1, len(rows) + 1)))


def test_rows_without_their_settings_are_read_as_far_as_they_tell_and_say_what_is_missing() -> None:
    assert is_revman_csv(rows_alone())
    found = csv_tables(rows_alone(), NOTHING)
    assert [table.measure for table in found] == ["OR", "OR", "MD", "DIFF", "OR", "OR"]
    assert found[0].table.column("treatment_events") == ("4", "0", "12", "7")
    assert found[2].table.column("treatment_mean") == ("5.5", "4")
    assert all(any("import the whole package" in note for note in table.notes) for table in found)


# The exported table


def test_an_export_holds_what_the_review_holds_to_eight_decimals() -> None:
    sheet = export(MADE)
    assert is_revman_csv(sheet)
    found = csv_tables(sheet, NOTHING)
    assert len(found) == len(REVIEWED)
    for table, other in zip(found, REVIEWED, strict=True):
        if table.name == "Survival":  # estimates are exported as ratios
            logs = [float(cell) for cell in table.table.column("yi")]
            assert logs == pytest.approx([-0.25, 0.5], abs=1e-8)
        else:
            assert told(table) == told(other)
        assert numbers(table) == pytest.approx(numbers(other), rel=1e-6, abs=1e-6)
        assert table.event == other.event


@pytest.mark.parametrize(
    "leave",
    [
        ("Comparison Number", "Outcome Number", "Subgroup Number"),
        ("Q", "P(Q)", "df", "Z", "P(Z)", "Tau²", "I²(Q)"),
        ("Year of study", "Entered data are on log scale"),
    ],
)
def test_an_export_without_some_columns_holds_the_same_rows(leave: tuple[str, ...]) -> None:
    full, part = csv_tables(export(MADE), NOTHING), csv_tables(export(MADE, leave), NOTHING)
    for table, other in zip(full, part, strict=True):
        assert told(table)[1] == told(other)[1]
        assert table.measure == other.measure


def test_totals_of_an_export_are_left_out_and_named() -> None:
    table = csv_tables(export(MADE), NOTHING)[0]
    assert [(each.what, each.code) for each in table.left_out] == [
        ("Death", "total"),
        ("young", "total"),
        ("old", "total"),
    ]
    assert "young" not in table.table.column("study")


def test_an_export_that_cannot_tell_a_subgroup_from_a_study_is_refused() -> None:
    leave = ("Subgroup Number", "Q", "P(Q)", "df", "Z", "P(Z)", "Tau²", "I²(Q)")
    with pytest.raises(DataError, match="'young' is the sum of rows under it"):
        csv_tables(export(MADE, leave), NOTHING)
    plain = {"x": (Outcome("Death", tuple(Line(row.study, row.numbers) for row in GROUPED)),)}
    (table,) = csv_tables(export(plain, leave), NOTHING)
    assert len(table.table.rows) == 4


def test_other_tables_are_not_taken_for_revmans() -> None:
    sheet = Sheet("t.csv", (("study", "events", "total"), ("a", "1", "2")), (1, 2))
    assert not is_revman_csv(sheet) and not is_revman_csv(Sheet("t.csv", (), ()))
    assert not is_revman(b"study,a,b\n") and not is_revman(_zip({"xl/workbook.xml": b"<x/>"}))
    assert not is_revman(b"PK\x03\x04 damaged")
    with pytest.raises(DataError, match="is no table that RevMan exports"):
        csv_tables(sheet, NOTHING)
