import math

import pytest
from report_cases import ivig

from bayes_ivig.reporting.counts.table import compared_table, study_table
from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Cell, Column, Table
from bayes_ivig.reporting.wording import numbers, phrases

pytestmark = pytest.mark.slow

NOTHING = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, NOTHING),
        (3.674, "3.67"),
        (0.0996, "0.10"),
        (0.0074, "0.007"),
        (0.0002, "< 0.001"),
        (3140.336, "> 999"),
        (135.0, "135"),
        (99.99, "99.99"),
        (99.996, "100"),
        (999.4, "999"),
        (999.6, "> 999"),
        (12000, "> 999"),
    ],
)
def test_ratio(value, shown):
    assert numbers.ratio(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.8921, "P(x) = 0.892"), (0.99996, "P(x) > 0.999"), (0.0001, "P(x) < 0.001")]
)
def test_chance(value, shown):
    assert numbers.chance("x", value) == shown


def test_bounds_take_no_equals_sign():
    assert numbers.equals("P", "<0.05") == "P < 0.05"
    assert numbers.equals("P", "0.07") == "P = 0.07"


def test_names_are_kept_from_doing_harm():
    assert phrases.name("Smith 2001") == "Smith 2001"
    turned = phrases.name("\N{RIGHT-TO-LEFT OVERRIDE}evil")
    assert turned[0] == "\N{FIRST STRONG ISOLATE}" and turned[-1] == "\N{POP DIRECTIONAL ISOLATE}"
    assert "\x07" not in phrases.name("bell\x07")
    assert phrases.cut("x" * 200, 26) == "x" * 25 + "…"


def test_limits_stand_under_each_other():
    table = Table(
        "t",
        (Column("a", "text"), Column("b")),
        (("x", "1.50 to 11.61"), ("y", "0.12 to 0.77"), ("z", Cell(NOTHING))),
    )
    shown = [row[1].text for row in table.cells]
    assert shown == ["1.50 to 11.61", f"0.12 to {FIGURE_SPACE}0.77", NOTHING]


def test_small_numbers_are_words_and_lists_are_sentences():
    assert phrases.small(6) == "six" and phrases.small(40) == "40"
    assert (
        phrases.series(["a"]) == "a"
        and phrases.series(["a", "b", "c"]) == "a, b and c"
        and phrases.series([]) == ""
    )
    assert numbers.amount(-186.71, 1) == "\N{MINUS SIGN}186.7"
    assert math.isclose(float(numbers.threshold(0.8)), 0.8)


def test_tables_say_how_counts_were_pooled_and_which_trials_say_nothing():
    neonatal, live = ivig().outcome("neonatal_outcome"), ivig().outcome("live_birth")
    fixed, random = compared_table(neonatal), compared_table(live)
    assert "Pooled again (fixed effect)" in [row[0] for row in fixed.rows]
    assert "Pooled again (random effects)" in [row[0] for row in random.rows]
    assert fixed.caption.endswith("all four trials, without information from Stricker 2000.")
    assert random.caption.endswith("six trials the paper pooled.")
    again = {row[0]: row[5] for table in (fixed, random) for row in table.rows}
    assert "τ" not in again["Pooled again (fixed effect)"]
    assert "τ = 0.85" in again["Pooled again (random effects)"]
    assert any(
        line.startswith("Weight: ")
        for line in study_table(live.trial_set("all"), live, live.as_published).details
    )
