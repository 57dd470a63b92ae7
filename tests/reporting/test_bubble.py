"""The bubble plot of a regression: the trials where they are, the band that the posterior has."""

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting import shows

pytestmark = pytest.mark.slow

ROWS = (
    ("A", 5, 40, 12, 41, 1990, "x"),
    ("B", 4, 50, 9, 52, 1995, "x"),
    ("C", 2, 20, 3, 19, 2001, "y"),
    ("D", 7, 30, 9, 33, 2004, "y"),
    ("E", 12, 60, 8, 61, 2010, "y"),
    ("F", 3, 80, 9, 77, 1993, "y"),
    ("G", 9, 70, 11, 72, 2008, "x"),
    ("Nothing", 0, 20, 0, 20, 2000, "x"),
)
DATA = bi.Dataset(
    tuple(bi.Study(*row[:5]) for row in ROWS),
    columns=(("year", tuple(str(row[5]) for row in ROWS)), ("design", tuple(row[6] for row in ROWS))),
)
NORMAL = {"likelihood": "hypergeometric"}


@pytest.fixture(scope="module")
def by_year() -> bi.Posterior:
    return bi.fit(DATA, bi.models.MetaRegression(("year", "design"), **NORMAL))


@pytest.fixture(scope="module")
def crossed() -> bi.Posterior:
    return bi.fit(DATA, bi.models.MetaRegression(("year", "design", "year:design"), **NORMAL))


def test_trials_stand_where_they_were_observed(by_year: bi.Posterior) -> None:
    table = bi.plot.bubble_table(by_year, "year")
    trials = table[table["kind"] == "trial"].set_index("study")
    assert list(trials.index) == [
        row[0] for row in ROWS[:-1]
    ]  # in the order of the table, without the silent one
    for name, r1, n1, r0, n0, year, _ in ROWS[:-1]:
        assert trials.loc[name, "x"] == year
        own = r1 * (n0 - r0) / ((n1 - r1) * r0)
        assert trials.loc[name, "or_median"] == pytest.approx(own, rel=1e-12)
    variance = np.array([1 / a + 1 / (b - a) + 1 / c + 1 / (d - c) for _, a, b, c, d, *_ in ROWS[:-1]])
    weight = 1 / (variance + by_year["tau"].median ** 2)
    assert trials["weight"].to_numpy() == pytest.approx(weight / weight.max(), rel=1e-9)


def test_the_band_is_the_effect_at_every_place(by_year: bi.Posterior) -> None:
    table = bi.plot.bubble_table(by_year, "year", at={"design": "y"}, level=0.8)
    band = table[table["kind"] == "band"]
    assert band["x"].iloc[0] == 1990 and band["x"].iloc[-1] == 2010
    row = band.iloc[7]
    values = {"year": row["x"], "design": "y"}
    own = np.exp(bi.models.effect_at(by_year, values).quantile([0.1, 0.5, 0.9]))
    assert [row["or_lower"], row["or_median"], row["or_upper"]] == pytest.approx(own, rel=1e-9)
    new = np.exp(bi.models.effect_at(by_year, values, new_study=True).quantile([0.1, 0.9]))
    assert [row["prediction_lower"], row["prediction_upper"]] == pytest.approx(new, rel=1e-9)


def test_classes_stand_side_by_side(by_year: bi.Posterior) -> None:
    table = bi.plot.bubble_table(by_year, "design")
    band = table[table["kind"] == "band"]
    assert list(band["class_name"]) == ["x", "y"]
    trials = table[table["kind"] == "trial"]
    assert dict(zip(trials["study"], trials["class_name"], strict=True)) == {
        row[0]: row[6] for row in ROWS[:-1]
    }
    assert trials["x"].nunique() == len(trials)
    ticks = by_year.bubble("design").axes.get_xticklabels()
    assert [tick.get_text() for tick in ticks] == ["x", "y"]


@pytest.mark.mcmc
def test_classes_that_interact_have_a_line_each(crossed: bi.Posterior) -> None:
    table = bi.plot.bubble_table(crossed, "year")
    assert set(table["line"]) == {"x", "y"}
    last = table[(table["kind"] == "band") & (table["line"] == "y")].iloc[-1]
    own = bi.models.effect_at(crossed, {"year": 2010, "design": "y"}).median
    assert last["or_median"] == pytest.approx(np.exp(own), rel=1e-9)
    drawn = crossed.bubble("year")
    assert [text.get_text() for text in drawn.axes.get_legend().get_texts()] == ["x", "y"]
    held = bi.plot.bubble_table(crossed, "year", at={"design": "x"})
    assert set(held["line"]) == {""}


def test_names_are_written_beside_their_marks_and_can_be_others(by_year: bi.Posterior) -> None:
    words = [text.get_text() for text in by_year.bubble("year", labels={"A": "First"}).axes.texts]
    assert "First" in words and "A" not in words
    bare = [text.get_text() for text in by_year.bubble("year", labels=False).axes.texts]
    assert not {row[0] for row in ROWS} & set(bare)
    note = next(text for text in words if "bubble" in text).replace("\n", " ")
    assert "1 trial without information not drawn" in note and "Others at design x" in note


def test_the_figure_looks_as_it_is_asked_to(by_year: bi.Posterior) -> None:
    drawn = by_year.bubble("year", limits=(0.05, 20), prediction=False, colours=["#000000"])
    assert drawn.axes.get_ylim() == (0.05, 20)
    assert "light band" not in " ".join(text.get_text() for text in drawn.axes.texts)
    own = drawn.axes.figure.add_axes((0.1, 0.1, 0.3, 0.3))
    assert by_year.bubble("year", ax=own).axes is own


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": "yaer"}, "no covariate 'yaer'"),
        ({"by": "year", "at": {"year": 2000}}, "leave it out of at"),
        ({"by": "year", "at": {"desing": "x"}}, "no covariate 'desing'"),
        ({"by": "year", "limits": (2, 1)}, "limits"),
    ],
)
def test_what_cannot_be_drawn_is_one_message(by_year: bi.Posterior, arguments: dict, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        bi.plot.bubble(by_year, **arguments)


def test_the_chart_says_the_same(by_year: bi.Posterior) -> None:
    found = bi.models.regression(by_year, influence=False)
    drawing = shows.drawing(found)
    chart = drawing.plot().to_dict()
    assert len(chart["vconcat"]) == 2  # a drawing for each covariate
    median = np.exp(bi.models.effect_at(by_year, {"year": 2010}).median)
    assert f"year 2010: {median:.2f}" in drawing.alternative
    named = [row["text"] for rows in chart["datasets"].values() for row in rows if "text" in row]
    assert {row[0] for row in ROWS[:-1]} <= set(named)
    assert "Nothing" not in named
