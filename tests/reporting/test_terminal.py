"""Tables for a terminal, with more rows and longer names than anybody reads there."""

from bayes_ivig.reporting.wording.terminal import MOST_LETTERS, MOST_ROWS, figures


def test_of_thousands_of_rows_the_ends_are_shown_and_the_rest_counted():
    rows = [("trial", "OR"), *((f"S{i}", "1.00") for i in range(5_000)), ("all", "2.00")]
    lines = figures(rows)
    assert len(lines) == MOST_ROWS + 1
    assert lines[1].startswith("S0 ") and lines[-1].startswith("all ")
    (gap,) = (line for line in lines if "more rows" in line)
    assert f"{len(rows) - MOST_ROWS:,} more rows" in gap and "--json" in gap


def test_a_name_of_any_length_takes_a_few_lines():
    lines = figures([("trial", "OR"), ("x" * 10_000, "1.00")])
    assert sum(line.count("x") for line in lines) == MOST_LETTERS
    assert all(len(line) <= 80 for line in lines)
