"""Cells of many habits: fractions, percentages, marks, separators, what is missing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layout_grids import counts, read

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.cells import UnreadableError

TWO = {"A": (12, 45, 7, 44), "B": (3, 20, 4, 21)}


@pytest.mark.parametrize(
    "text",
    [
        "Study,Treatment,Control\nA,12/45,7/44\nB,3/20 (15%),4/21 (19%)",
        "Study,Treatment,Control\nA,12 of 45,7 of 44\nB,3 (15%) of 20,4 (19%) of 21",
        "Study,Treatment n (%),Treatment N,Control n (%),Control N\nA,12 (27 %),45,7 (16%),44\n"
        "B,3 (15),20,4 (19),21",
        "Study,Treatment n/N,Control n/N\nA,12 / 45,7 / 44\nB,3/20,4/21",
        "Study,Treatment events,Control events\nA,12/45 (26.7%),7/44 (15.9%)\nB,3/20,4/21",
        "Study,Treatment %,Treatment N,Control %,Control N\nA,26.7,45,15.9,44\nB,15,20,19,21",
        "Study,Treatment (%),Treatment N,Control (%),Control N\nA,26.7%,45,15.9 %,44\nB,15%,20,19%,21",
        "Study,prop_t,n_t,prop_c,n_c\nA,0.267,45,0.159,44\nB,0.15,20,0.19,21",
        "Study,ai,n1i,ci,n2i\nA,12*,45,7†,44\nB,3.0,20.0,4^a,21",
    ],
)
def test_habits_of_cells(text: str) -> None:
    assert counts(read(text)) == TWO


def test_thousands() -> None:
    found = read('Study,ai,n1i,ci,n2i\nA,"1,234","12,345",1 200,12 000')
    assert counts(found) == {"A": (1234, 12345, 1200, 12000)}


def test_a_percentage_that_several_counts_fit_is_an_error_that_names_them() -> None:
    text = "Study,Treatment %,Treatment N,Control %,Control N\nA,27,450,16,44"
    with pytest.raises(DataError, match=r"'27' of 450, which 120, 121, 122, 123 events all round to"):
        read(text)
    with pytest.raises(DataError, match="the percentage of no whole number"):
        read(text.replace("27,450", "50.0,3"))


def test_a_percentage_beside_counts_that_does_not_fit_is_said() -> None:
    found = read("Study,Treatment n (%),Treatment N,Control n (%),Control N\nA,12 (77%),45,7 (16%),44")
    assert "row 2: 12 of 45 is not 77 percent" in found.notes


@pytest.mark.parametrize("gap", ["NA", "-", "n/a", ".", "", "not reported"])
def test_a_trial_with_gaps_is_left_out_and_said(gap: str) -> None:
    found = read(f"Study,ai,n1i,ci,n2i\nA,12,45,7,44\nC,{gap},45,7,44\nB,3,20,4,21")
    assert counts(found) == TWO
    assert [(each.where, each.code) for each in found.left_out] == [("row 3", "unreadable")]


@given(st.integers(1, 400), st.data(), st.integers(0, 3))
def test_a_count_comes_out_of_its_percentage_or_is_one_of_those_named(
    n: int, data: st.DataObject, d: int
) -> None:
    r = data.draw(st.integers(0, n))
    shown = f"{float(round(Fraction(100 * r, n), d)):.{d}f}"
    fits = {k for k in range(n + 1) if abs(Fraction(100 * k, n) - Fraction(shown)) <= Fraction(1, 2 * 10**d)}
    assert r in fits
    try:
        assert cells.count_of_share(shown, n) == r
        assert fits == {r}
    except UnreadableError as error:
        assert len(fits) > 1
        assert str(min(fits)) in str(error)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("0.55 (0.30 to 1.02)", ("0.55", "0.30", "1.02")),
        ("0.55 [0.30; 1.02]", ("0.55", "0.30", "1.02")),
        ("0.55 (0.30\u20131.02)", ("0.55", "0.30", "1.02")),
        ("0.55 (95% CI 0.30, 1.02)", ("0.55", "0.30", "1.02")),
        ("-0.55 (-0.90--0.02)", ("-0.55", "-0.90", "-0.02")),
    ],
)
def test_estimates_with_limits_in_one_cell(cell: str, parts: tuple[str, ...]) -> None:
    assert cells.with_interval(cell) == parts
