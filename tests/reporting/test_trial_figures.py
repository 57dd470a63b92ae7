"""Figures of trials: what is drawn is what the results say; words do not collide."""

import numpy as np
import pytest
from figure_cases import BCG, fitted, trials
from figure_texts import cut_off, overlaps, texts

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, DataError, ModelError

pytestmark = pytest.mark.slow


def words(drawn: bi.plot.Figure) -> list[str]:
    return [text.get_text() for text in texts(drawn.figure)]


def points(axes) -> np.ndarray:
    """The largest set of round marks."""
    lines = [line for line in axes.lines if line.get_marker() == "o"]
    return np.column_stack(max((line.get_data() for line in lines), key=lambda data: len(data[0])))


# Funnel


def test_the_funnel_has_the_studies_the_pooled_line_and_its_limits() -> None:
    found = bi.classical.funnel(trials(13))
    drawn = bi.plot.funnel(found)
    table = found.table()
    assert points(drawn.axes) == pytest.approx(
        np.column_stack([np.exp(table["estimate"]), table["standard_error"]])
    )
    most = 1.05 * table["standard_error"].max()
    assert drawn.axes.get_ylim() == pytest.approx((most, 0))
    lines = [line for line in drawn.axes.lines if line.get_linestyle() == "--" or len(line.get_xdata()) == 41]
    ends = sorted(float(line.get_xdata()[-1]) for line in lines)
    assert ends == pytest.approx(list(np.exp(found.centre + np.array([-1, 1]) * 1.959964 * most)), rel=1e-6)
    solid = [line.get_xdata()[0] for line in drawn.axes.lines if line.get_linewidth() == 0.9]
    assert solid == pytest.approx([np.exp(found.centre)])


def test_contours_are_where_a_study_has_that_p_value() -> None:
    drawn = bi.plot.funnel(bi.pool(trials(13), method="reml"), contours=(0.95,))
    (region,) = drawn.axes.collections
    vertices = region.get_paths()[0].vertices
    error = drawn.axes.get_ylim()[0]
    widest = vertices[np.isclose(vertices[:, 1], error)][:, 0]
    assert [widest.min(), widest.max()] == pytest.approx(np.exp(1.959964 * error * np.array([-1, 1])))
    keys = [text.get_text() for text in drawn.axes.get_legend().get_texts()]
    assert keys == ["P > 0.05", "P < 0.05"]
    three = bi.plot.funnel(bi.pool(trials(13), method="reml")).axes.get_legend().get_texts()
    assert [text.get_text() for text in three] == ["P > 0.1", "0.05 to 0.1", "0.01 to 0.05", "P < 0.01"]
    bare = bi.plot.funnel(bi.pool(trials(13), method="dl", measure="RD"), contours=())
    assert bare.axes.get_legend() is None
    assert bare.axes.get_xscale() == "linear"


def test_what_cannot_be_a_funnel() -> None:
    nothing = bi.Dataset((bi.Study("a", 0, 20, 0, 20),))
    with pytest.raises(ModelError, match=r"plot\.funnel: no study has an effect"):
        bi.plot.funnel(bi.pool(nothing, method="reml"))
    with pytest.raises(
        ArgumentError, match=r"plot\.funnel: result is a Posterior; .* write posterior\.dataset"
    ):
        bi.plot.funnel(bi.fit(trials(3)))  # type: ignore[arg-type]


def test_a_table_of_trials_is_drawn_as_what_is_computed_of_it() -> None:
    data = trials(5)
    for name, computed in {
        "funnel": bi.classical.funnel(data), "baujat": bi.classical.baujat(data)
    }.items():  # fmt: skip
        draw = getattr(bi.plot, name)
        own, theirs = (draw(each).axes.lines for each in (data, computed))
        assert len(own) == len(theirs) > 0
        for one, other in zip(own, theirs, strict=True):
            assert np.array_equal(one.get_xydata(), other.get_xydata())


# L'Abbe


def test_risks_are_events_over_people() -> None:
    table = bi.plot.labbe_table(trials(13))
    counts = np.array(BCG, float)
    assert table["treatment_risk"].to_numpy() == pytest.approx(counts[:, 0] / counts[:, 1])
    assert table["control_risk"].to_numpy() == pytest.approx(counts[:, 2] / counts[:, 3])
    assert table["participants"].to_numpy() == pytest.approx(counts[:, 1] + counts[:, 3])
    (circles,) = bi.plot.labbe(trials(13)).axes.collections
    assert np.asarray(circles.get_offsets()) == pytest.approx(
        table[["control_risk", "treatment_risk"]].to_numpy()
    )
    areas, people = circles.get_sizes(), table["participants"].to_numpy()
    large = people > people.max() / 4
    assert areas[large] / areas.max() == pytest.approx(people[large] / people.max())


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_lines_are_of_equal_effect(measure: str) -> None:
    pooled = bi.pool(trials(13), method="reml", measure=measure)
    drawn = bi.plot.labbe(pooled, lines=[0.5 if measure != "RD" else 0.1])
    curves = [line.get_data() for line in drawn.axes.lines if len(line.get_xdata()) > 2]
    for (x, y), effect in zip(curves, [0.5 if measure != "RD" else 0.1, pooled.own.estimate], strict=True):
        inner = (x > 0) & (x < 1)
        effects = {"OR": y * (1 - x) / (x * (1 - y) + (x == 0)), "RR": y / (x + (x == 0)), "RD": y - x}[
            measure
        ]
        assert effects[inner] == pytest.approx(np.full(inner.sum(), effect))


def test_a_posterior_draws_its_median_and_what_has_no_risks_is_refused() -> None:
    drawn = bi.plot.labbe(fitted(13))
    x, y = next(line.get_data() for line in drawn.axes.lines if line.get_linewidth() == 1.4)
    assert y[50] * (1 - x[50]) / (x[50] * (1 - y[50])) == pytest.approx(
        fitted(13).odds_ratio.median, rel=1e-6
    )
    with pytest.raises(DataError, match="none has two risks"):
        bi.plot.labbe_table(bi.Effects([0.1], [0.2], measure="OR"))
    with pytest.raises(ModelError, match="two risks give no hazard ratio"):
        bi.plot.labbe(bi.Effects([0.1], [0.2], measure="HR"))
    with pytest.raises(ModelError, match=r"lines has -1\.0; an odds ratio is above 0"):
        bi.plot.labbe(trials(3), lines=[-1.0])


# Baujat


def test_the_points_are_those_of_the_table_and_the_farthest_is_named() -> None:
    found = bi.classical.baujat(trials(13))
    drawn, table = bi.plot.baujat(found), found.table()
    pairs = table[["q_contribution", "influence"]].to_numpy()
    assert sorted(map(tuple, points(drawn.axes))) == [
        pytest.approx(pair) for pair in sorted(map(tuple, pairs))
    ]
    short = {study.name: str(i) for i, study in enumerate(trials(13).studies)}
    seen = words(bi.plot.baujat(found, labels=short))
    assert {"7", "3"} <= set(seen), "TPT Madras 1980 and Hart & Sutherland 1977"
    assert any("studies named" in word.replace("\n", " ") for word in seen)
    assert len(words(bi.plot.baujat(found, labels=False))) < len(seen)
    with pytest.raises(ModelError, match="two studies with effects, or more"):
        bi.plot.baujat(bi.classical.baujat(trials(1)))


# Subsets


def test_every_subset_is_a_point_and_the_chosen_one_has_a_ring() -> None:
    data = trials(8)
    table = bi.trials.subsets(data)
    names = data.study_names
    drawn = bi.plot.subsets(table, colour_by=names[7], marked=names[:5], label="published")
    both = [np.column_stack(line.get_data()) for line in drawn.axes["map"].lines if len(line.get_xdata()) > 2]
    inside = table["trials"].str.contains(names[7], regex=False)
    for part, which in zip(both, (~inside, inside), strict=True):
        assert part == pytest.approx(table.loc[which, ["or_median", "tau_median"]].to_numpy())
    chosen = table[table["trials"] == "; ".join(names[:5])].iloc[0]
    (ring,) = [line.get_data() for line in drawn.axes["map"].lines if line.get_markersize() == 8]
    assert (float(ring[0][0]), float(ring[1][0])) == pytest.approx(
        (chosen["or_median"], chosen["tau_median"])
    )
    assert "published choice" in words(drawn)
    classical = bi.plot.subsets(table, against="i2")
    assert classical.axes["map"].get_ylabel() == "I² (%)"
    with pytest.raises(DataError, match="no trial 'x'"):
        bi.plot.subsets(table, colour_by="x")
    with pytest.raises(ArgumentError, match="must be 'tau' or 'i2'"):
        bi.plot.subsets(table, against="q")  # type: ignore[arg-type]


def test_histograms_count_every_subset() -> None:
    drawn = bi.plot.subsets(bi.trials.subsets(trials(6)))
    counted = sum(
        float(np.diff(patch.get_xy()[:, 0]) @ (patch.get_xy()[1:, 1] > 0)) > 0
        for patch in drawn.axes["above"].patches
    )
    assert counted == 2
    assert drawn.axes["above"].get_xlim() == drawn.axes["map"].get_xlim()


# Words


def drawings(count: int) -> dict[str, bi.plot.Figure]:
    data = trials(count)
    pooled = bi.pool(data, method="reml")
    size = None if count < 13 else 1 if count > 13 else 12
    return {
        "funnel": bi.plot.funnel(pooled, labels=True),
        "bare funnel": bi.plot.funnel(bi.classical.funnel(data), contours=()),
        "labbe": bi.plot.labbe(pooled, labels=True),
        "labbe of counts": bi.plot.labbe(data),
        "baujat": bi.plot.baujat(bi.classical.baujat(data)),
        "baujat with tau": bi.plot.baujat(bi.classical.baujat(data, method="reml")),
        "subsets": bi.plot.subsets(bi.trials.subsets(data, size=size), marked=data.study_names[:2]),
    }


@pytest.mark.parametrize("count", [3, 13, 60])
def test_no_words_cover_each_other_and_none_are_cut(count: int, tmp_path) -> None:
    for name, drawn in drawings(count).items():
        assert overlaps(drawn.figure) == [], name
        assert cut_off(drawn.figure) == [], name
    files = [drawings(3)["subsets"].save(tmp_path / f"{i}.pdf").read_bytes() for i in range(2)]
    assert files[0] == files[1]


def test_figures_are_drawn_on_axes_of_ones_own() -> None:
    from matplotlib.figure import Figure

    own = Figure(figsize=(7, 7))
    axes = own.subplots(2, 2)
    data = trials(3)
    assert bi.plot.funnel(bi.classical.funnel(data), ax=axes[0, 0]).figure is own
    assert bi.plot.labbe(data, ax=axes[0, 1]).axes is axes[0, 1]
    assert bi.plot.baujat(bi.classical.baujat(data), ax=axes[1, 0]).axes is axes[1, 0]
    assert list(bi.plot.subsets(bi.trials.subsets(data), ax=axes[1, 1]).axes) == ["map"]
