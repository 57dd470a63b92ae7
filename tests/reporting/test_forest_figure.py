"""Forest plots for papers: their numbers are those of the results, nothing is clipped and no text touches
another, in any layout, at any width, of any table.
"""

import math
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawn
from matplotlib.text import Text

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, DataError, ModelError
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.figures import paper

pytestmark = pytest.mark.slow

LAYOUTS = ("default", "revman", "bmj", "jama")
BCG = bi.Dataset(
    (
        bi.Study("Aronson, 1948", 4, 123, 11, 139),
        bi.Study("Ferguson & Simes, 1949", 6, 306, 29, 303),
        bi.Study("Rosenthal et al, 1960", 3, 231, 11, 220),
        bi.Study("Hart & Sutherland, 1977", 62, 13598, 248, 12867),
        bi.Study("Stein & Aronson, 1953", 180, 1541, 372, 1451),
        bi.Study("TPT Madras, 1980", 505, 88391, 499, 88391),
        bi.Study("Comstock & Webster, 1969", 5, 2498, 3, 2341),
    ),
    about=About(treatment="BCG", control="no vaccination", event="bad"),
    columns=(("allocation", ("random", "random", "random", "other", "other", "random", "other")),),
)
ARMS = About(
    treatment="intravenous immunoglobulin plus low molecular weight heparin",
    control="placebo infusion with standard of care",
    event="good",
)
RNG = np.random.default_rng(7)
TABLES = {
    "thirteen or so": BCG,
    "long names": bi.Dataset(
        (
            bi.Study(
                "The Collaborative Group Trial of Intravenous Immunoglobulin in Women 1998", 12, 99, 20, 99
            ),
            bi.Study("Short $1 to $2", 0, 50, 3, 55),
            bi.Study("Supercalifragilisticexpialidociousnessovereverythingelse", 5, 50, 0, 55),
        ),
        about=ARMS,
    ),
    "sixty": bi.Dataset(
        tuple(
            bi.Study(f"Author {i}", int(RNG.binomial(90, 0.2)), 90, int(RNG.binomial(90, 0.3)), 90)
            for i in range(60)
        )
    ),
    "one": bi.Dataset((bi.Study("Only", 3, 50, 8, 55),)),
    "no events": bi.Dataset(
        (bi.Study("Nobody", 0, 50, 0, 55), bi.Study("Half", 0, 60, 5, 66), bi.Study("All", 20, 20, 20, 20))
    ),
    "huge": bi.Dataset(
        tuple(bi.Study(f"Registry {i}", 123456 + i, 1234567, 223456, 2345678) for i in range(4))
    ),
    "means": bi.Effects([28, 8, -3], [15, 10, 16], measure="MD", names=["A", "B", "C"]),
}
MEANS = bi.Model(measure="MD", mu="normal(0, 50)", tau="half_cauchy(25)")


@pytest.fixture(scope="module")
def posteriors() -> dict[str, bi.Posterior]:
    return {name: bi.fit(data, MEANS if name == "means" else bi.Model()) for name, data in TABLES.items()}


def texts(figure: bi.plot.Figure) -> list[Text]:
    """The texts that are drawn, placed."""
    with paper.style():
        figure.figure.set_dpi(200)
        FigureCanvasAgg(figure.figure).draw()
    found = [each for each in figure.figure.findobj(Text) if isinstance(each, Text)]
    return [each for each in found if each.get_visible() and each.get_text().strip()]


def box_of(text: Text) -> Any:
    """Where a text stands, in pixels."""
    with paper.style():
        return text.get_window_extent()


def require_legible(figure: bi.plot.Figure) -> None:
    """Fail where a text touches another, or leaves the figure."""
    placed = [(each.get_text(), box_of(each)) for each in texts(figure)]
    edge = figure.figure.bbox
    for text, box in placed:
        inside = edge.x0 - 0.5 <= box.x0 and box.x1 <= edge.x1 + 0.5
        assert inside and edge.y0 - 0.5 <= box.y0 and box.y1 <= edge.y1 + 0.5, f"{text!r} is clipped"
    for (text, a), (other, b) in combinations(placed, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # lines stand closer than the tallest letters of a font; these have them not on top of each other
        assert across < 0.5 or high < 0.3 * min(a.height, b.height), f"{text!r} touches {other!r}"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", TABLES)
def test_no_text_touches_another_and_nothing_is_clipped(
    name: str, layout: Any, posteriors: dict[str, bi.Posterior]
) -> None:
    posterior, pooled = posteriors[name], bi.pool(TABLES[name], method="dl")
    for width in (85.0, 120.0, 180.0, None) if name != "sixty" else (85.0, None):
        figure = bi.plot.forest(posterior, pooled, layout=layout, width=width)
        require_legible(figure)
        assert figure.size[0] == pytest.approx(width) if width else figure.size[0] <= 180.1
    everything = ["study", "treatment", "control", "observed", "plot", "posterior", "weight"]
    if name == "sixty":
        return
    require_legible(bi.plot.forest(posterior, pooled, layout=layout, columns=everything))
    require_legible(bi.plot.forest(TABLES[name], layout=layout))
    require_legible(bi.plot.forest(pooled, layout=layout))


def test_numbers_are_those_of_the_results(posteriors: dict[str, bi.Posterior]) -> None:
    posterior, pooled = posteriors["thirteen or so"], bi.pool(BCG, method="reml")
    table = bi.plot.forest_table(posterior, pooled, level=0.9)
    trials = table[table["row"] == "trial"].set_index("label")
    for study in BCG.studies:
        row = trials.loc[study.name]
        low, middle, high = np.exp(posterior.theta[study.name].quantile([0.05, 0.5, 0.95]))
        assert [row["or_lower"], row["or_median"], row["or_upper"]] == pytest.approx([low, middle, high])
        a, n, c, m = study.cells
        log, error = (
            math.log(a / (n - a) / (c / (m - c))),
            math.sqrt(1 / a + 1 / (n - a) + 1 / c + 1 / (m - c)),
        )
        limits = [math.exp(log + z * error) for z in (-1.6448536269514722, 0, 1.6448536269514722)]
        assert [row["or_ci_lower"], row["or_estimate"], row["or_ci_upper"]] == pytest.approx(limits)
        assert [row["treatment_events"], row["control_total"]] == [a, m]
    assert trials["weight"].sum() == pytest.approx(100)
    rest = table.set_index("row")
    assert rest.loc["posterior", "or_median"] == pytest.approx(math.exp(posterior["mu"].quantile(0.5)))
    assert rest.loc["prediction", "or_upper"] == pytest.approx(
        math.exp(posterior["theta_new"].quantile(0.95))
    )
    assert rest.loc["classical", "or_ci_lower"] == pytest.approx(math.exp(pooled.effect(0.9)["ci_lower"]))
    assert rest.loc["posterior", "treatment_events"] == sum(study.treatment_events for study in BCG.studies)


def test_weights_of_a_posterior_are_its_shares_of_the_information(
    posteriors: dict[str, bi.Posterior],
) -> None:
    posterior = posteriors["thirteen or so"]
    trials = bi.plot.forest_table(posterior).query("row == 'trial'").set_index("label")
    shares = posterior.influence().table()["weight"]
    assert (trials["weight"] / 100).to_dict() == pytest.approx((shares / shares.sum()).to_dict())


def test_what_is_not_estimable_is_named_with_its_reason(posteriors: dict[str, bi.Posterior]) -> None:
    table = bi.plot.forest_table(posteriors["no events"]).set_index("label")
    assert table.loc["Nobody", "note"] == "no events in either arm"
    assert table.loc["All", "note"] == "only events in both arms"
    assert math.isnan(table.loc["Nobody", "or_estimate"])
    drawn = [each.get_text() for each in texts(bi.plot.forest(posteriors["no events"]))]
    assert drawn.count("Not estimable") == 2
    assert any("Nobody (no events in either arm); All (only events" in text for text in drawn)
    difference = bi.plot.forest_table(bi.pool(TABLES["no events"], method="dl", measure="RD")).set_index(
        "label"
    )
    assert difference.loc["Nobody", "rd_estimate"] == pytest.approx(0.5 / 51 - 0.5 / 56)


def test_labels_tell_credible_from_confidence(posteriors: dict[str, bi.Posterior]) -> None:
    pooled = bi.pool(BCG, method="reml")
    both = " ".join(each.get_text() for each in texts(bi.plot.forest(posteriors["thirteen or so"], pooled)))
    assert "95% credible" in both
    assert "Classical (REML), 95%" in both
    alone = " ".join(each.get_text() for each in texts(bi.plot.forest(pooled)))
    assert "credible" not in alone
    assert "Bayes" not in alone


def test_sides_follow_the_direction_of_the_outcome() -> None:
    def sides(event: Any) -> str:
        data = bi.Dataset(BCG.studies, about=About(treatment="T", control="C", event=event))
        return " ".join(
            each.get_text()
            for each in texts(bi.plot.forest(data))
            if "with" in each.get_text() or "Fav" in each.get_text()
        )

    assert sides("bad") == "← Favours T Favours C →"
    assert sides("good") == "← Favours C Favours T →"
    assert sides(None) == "← Fewer events with T More events with T →"


@pytest.mark.parametrize(
    ("name", "lower", "upper"), [("thirteen or so", 0.05, 10), ("huge", 0.95, 1.1), ("means", -40, 60)]
)
def test_the_axis_is_as_wide_as_its_content(
    name: str, lower: float, upper: float, posteriors: dict[str, bi.Posterior]
) -> None:
    axes = bi.plot.forest(posteriors[name]).axes
    assert axes.get_xlim() == pytest.approx((lower, upper))
    assert axes.get_xscale() == ("linear" if name == "means" else "log")


def test_intervals_beyond_the_ends_have_arrows() -> None:
    axes = bi.plot.forest(BCG, limits=(0.2, 2)).axes
    arrows = [line for line in axes.lines if line.get_marker() in ("<", ">")]
    table = bi.plot.forest_table(BCG).query("row == 'trial'")
    assert len(arrows) == (table["or_ci_lower"] < 0.2).sum() + (table["or_ci_upper"] > 2).sum() > 3


def test_rows_are_ordered_named_and_grouped_as_asked(posteriors: dict[str, bi.Posterior]) -> None:
    posterior = posteriors["thirteen or so"]
    by_effect = bi.plot.forest_table(posterior, order="effect").query("row == 'trial'")
    assert by_effect["or_estimate"].is_monotonic_increasing
    named = bi.plot.forest_table(posterior, order=["TPT Madras, 1980"], labels={"TPT Madras, 1980": "Madras"})
    assert list(named["label"][:2]) == ["Madras", "Aronson, 1948"]
    grouped = bi.plot.forest_table(posterior, by="allocation")
    assert list(grouped["row"][:5]) == ["trial"] * 4 + ["subtotal"]
    part = posterior.trials((*BCG.study_names[:3], BCG.study_names[5]))["mu"]
    assert grouped.loc[4, "or_median"] == pytest.approx(math.exp(part.quantile(0.5)))
    require_legible(bi.plot.forest(posterior, by="allocation", columns=["study", "allocation", "plot"]))


def test_a_plot_goes_into_axes_of_the_users_own(posteriors: dict[str, bi.Posterior]) -> None:
    figure = Drawn(figsize=(10, 4))
    left, right = figure.subplots(1, 2)
    box = right.get_position()
    drawn = bi.plot.forest(posteriors["thirteen or so"], ax=right)
    assert drawn.axes is right
    assert drawn.figure is figure
    limits = box.x0 * 10, box.x1 * 10, box.y0 * 4, box.y1 * 4
    for each in texts(drawn):
        if each.axes is right:
            x0, y0, x1, y1 = np.asarray(box_of(each).extents) / figure.dpi
            assert limits[0] - 0.01 <= x0 and x1 <= limits[1] + 0.01
            assert limits[2] - 0.01 <= y0 and y1 <= limits[3] + 0.01
    assert left.get_position().bounds == pytest.approx(
        Drawn(figsize=(10, 4)).subplots(1, 2)[0].get_position().bounds
    )


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_saved_bytes_repeat(ending: str, tmp_path: Path) -> None:
    one, other = (bi.plot.forest(BCG, layout="jama").save(tmp_path / f"{i}{ending}") for i in "ab")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.filterwarnings("ignore::bayes_ivig.errors.ReadNote")
def test_a_frame_of_metafor_becomes_a_figure(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"ai": [4, 6, 3], "n1i": [123, 306, 231], "ci": [11, 29, 11], "n2i": [139, 303, 220]}
    )
    posterior = bi.fit(bi.Dataset.from_dataframe(frame, treatment="BCG", control="none"))
    path = bi.plot.forest(posterior).save(tmp_path / "forest.pdf")
    assert path.read_bytes().startswith(b"%PDF")


def test_what_cannot_be_drawn_is_said(posteriors: dict[str, bi.Posterior]) -> None:
    posterior = posteriors["thirteen or so"]
    for asked, said in (
        ({"columns": ["study", "wieght"]}, "did you mean 'weight'"),
        ({"colours": {"diamond": "red"}}, "colours names 'diamond'"),
        ({"colours": {"text": "no colour"}}, "it must be a colour as Matplotlib reads it"),
        ({"limits": (2, 0.5)}, "the smaller one first"),
        ({"limits": (0, 2)}, "two values of an odds ratio"),
        ({"width": 5}, "width is 5; it must lie from 40 to 1000 mm"),
        ({"level": 95}, "level is 95"),
        ({"ax": 3}, "ax is 3"),
        ({"layout": "lancet"}, "layout is the text 'lancet'"),
        ({"order": ["Nobody"]}, "order names 'Nobody'"),
        ({"by": "alocation"}, "no column 'alocation'"),
    ):
        with pytest.raises((ModelError, DataError, ArgumentError), match=said):
            bi.plot.forest(posterior, **asked)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="pool the same measure"):
        bi.plot.forest(posterior, bi.pool(BCG, method="dl", measure="RR"))
    with pytest.raises(ModelError, match="pool the same trials"):
        bi.plot.forest(posterior, bi.pool(TABLES["one"], method="dl"))


def test_a_classical_result_says_how_its_interval_was_made() -> None:
    data = bi.Dataset(
        (bi.Study("A", 5, 40, 12, 41), bi.Study("B", 7, 35, 9, 40), bi.Study("C", 4, 50, 9, 52))
    )
    drawn = bi.plot.forest(bi.pool(data, method="dl", hartung_knapp=True), layout="revman")
    words = " ".join(text.get_text().replace("\n", " ") for text in drawn.figure.findobj(Text))
    assert "Classical (DerSimonian-Laird, Hartung-Knapp), 95% confidence interval" in words
