"""How a text of the user's stands in a message: nothing a terminal would obey, and never much of it."""

import pytest

import bayes_ivig as bi
from bayes_ivig import errors
from bayes_ivig.errors import DataError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Müller 1999", "'Müller 1999'"),
        ("a\x1b[31mb\n\u202ec\0", r"'a\x1b[31mb\n\u202ec\x00'"),
        (1.5, "1.5"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_a_short_value_is_shown_as_python_writes_it(value: object, shown: str) -> None:
    assert errors.quoted(value) == shown


def test_a_long_text_is_cut_and_counted() -> None:
    shown = errors.quoted("x" * 130_000)
    assert len(shown) < 150
    assert "129,921 more characters" in shown


def test_what_python_cannot_write_is_named() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert errors.quoted(10**5000) == "a int that cannot be shown"
    assert "cannot be shown" in errors.quoted(deep)
    while deep:
        deep = deep[0]  # type: ignore[assignment]  # taken apart from outside, as Python could not


def test_lists_are_cut_and_counted() -> None:
    assert errors.listed(["a", "b"]) == "a, b"
    assert errors.listed([]) == "none"
    assert errors.listed(["x"] * 15_000).endswith("x and 14,980 more")


def test_a_message_is_fit_for_a_terminal_whatever_it_was_made_of() -> None:
    error = DataError("a\x1b]0;title\x07\u2028b\u202e\ud800\u00a0c\r\n" + "y" * 3_000_000 + "\n" * 1_000)
    shown = str(error)
    assert all(letter.isprintable() or letter in "\n\u00a0" for letter in shown)
    assert shown.startswith(r"a\x1b]0;title\x07\u2028b\u202e\ud800" + "\u00a0" + r"c\r" + "\n")
    assert len(shown) < 5_000
    assert shown.count("\n") <= 40
    assert str(DataError(shown)) == shown, "what was shown already stays as it is"


def test_problems_are_cut_and_counted() -> None:
    with pytest.raises(DataError) as caught:
        errors.report_all([f"a.csv: row {i}: x" for i in range(1_500)], DataError, "a.csv")
    lines = str(caught.value).split("\n")
    assert (len(lines), lines[-1]) == (21, "a.csv: and 1,480 more problems")


def test_no_name_is_looked_for_beside_a_text_that_is_none() -> None:
    assert errors.suggestion("x" * 10_000, ["x" * 9_999]) == ""
    assert errors.suggestion("tau", ["mu", "Tau"]) == " (did you mean 'Tau'?)"


def test_a_cell_of_many_characters_gives_a_short_message() -> None:
    frame = bi.load_dataset("ivig", "live_birth").to_dataframe().astype(object)
    frame["treatment_events"] = "x\x1b[2J" * 6_000
    with pytest.raises(DataError) as caught:
        bi.Dataset.from_dataframe(frame)
    assert len(str(caught.value)) < 5_000
    assert "\x1b" not in str(caught.value)
