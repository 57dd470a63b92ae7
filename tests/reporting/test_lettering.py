"""Widths of texts against those a browser measures, what is cut and wrapped by them,
and how tables are set by them.
"""

import pytest

from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.table_width import parts, setting
from bayes_ivig.reporting.drawing.lettering import ELLIPSIS, FONT_SIZE, edges, ems, extent, fitted, wrapped

pytestmark = pytest.mark.slow

SENTENCE = (
    "Posterior of the pooled odds ratio: 3.67 [1.50, 11.61], "
    "P(OR > 1) = 0.997 & WAMMERSWIL-2015/16, ~100% \N{MINUS SIGN}0.5"
)
MEASURED = """([text, weight]) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} 1000px sans-serif`;
  return pen.measureText(text).width / 1000;
}"""


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_widths_are_those_of_the_wide_font_and_leave_an_eighth_beside_the_narrow_one(font_browser, weight):
    page = font_browser.new_page()
    page.set_content("<p>a</p>")
    measured = page.evaluate(MEASURED, [SENTENCE, weight])
    page.close()
    ours = ems(SENTENCE, bold=weight == "bold")
    assert measured <= 1.005 * ours  # kerning aside
    assert ours == pytest.approx(measured, rel=0.01) or ours > 1.12 * measured


def test_a_mark_above_a_letter_takes_no_room_and_an_ideograph_takes_an_em():
    assert ems("a\N{COMBINING RING ABOVE}") == ems("a") == ems("\N{LATIN SMALL LETTER A WITH RING ABOVE}")
    assert ems("\N{CJK UNIFIED IDEOGRAPH-4E2D}") == 1.0


def test_what_is_cut_has_room_and_says_so():
    assert fitted("Heilmann 2001", 200.0) == "Heilmann 2001"
    for text in ("W" * 50, "i" * 200, "a b c " * 30):
        cut = fitted(text, 100.0)
        assert cut.endswith("\N{HORIZONTAL ELLIPSIS}")
        assert 100.0 - 2 * FONT_SIZE <= extent(cut) <= 100.0


def test_a_name_of_any_length_is_cut_at_once():
    long = "word " * 20_000
    assert fitted(long, 186.0) == fitted(long[:200], 186.0)
    assert fitted(f"{'x' * 100_000}", 50.0).endswith(ELLIPSIS)


def test_lines_have_room_and_lose_nothing_but_behind_an_ellipsis():
    text = "estimate and lower limit are right, and " + "x" * 60
    lines = wrapped(text, 120.0, 20)
    assert all(extent(line) <= 120.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrapped(text, 120.0, 2)[-1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert wrapped("", 120.0) == []


def test_columns_stand_at_their_usual_places_until_one_needs_more():
    assert edges([["a"], ["b"]], [100.0, 200.0]) == [100.0, 200.0]
    wide = edges([["a"], ["W" * 20]], [100.0, 200.0], 10.0)
    assert wide == [100.0, 110.0 + extent("W" * 20, bold=True)]


def table(columns: int, cell: str) -> Table:
    heads = (Column("Trials", "text"), *(Column(f"P(x > {i})") for i in range(columns)))
    return Table("It.", heads, (("one", *[cell] * columns),))


@pytest.mark.parametrize(
    ("columns", "cell", "how"),
    [
        (4, "1.83 (0.70 to 5.43)", ""),
        (7, "1.83 (0.70 to 5.43)", "tight"),
        (13, "0.999", "tighter"),
        (11, "1.83 (0.70 to 5.43)", "tightest"),
    ],
)
def test_a_table_is_set_closer_the_wider_it_is(columns, cell, how):
    assert setting(table(columns, cell)) == how


def test_an_interval_in_brackets_is_told_from_its_estimate():
    assert parts("1.83 (0.70 to 5.43)") == ("1.83", "(0.70 to 5.43)")
    assert parts("0.70 to 5.43") == ("0.70 to 5.43", "")
