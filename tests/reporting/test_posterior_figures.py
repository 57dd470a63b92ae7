"""Figures of posteriors: what is drawn is what the results say, held to closed forms; no words collide."""

import numpy as np
import pytest
from figure_cases import MEAN, SD, fitted, normal, trials
from figure_texts import cut_off, overlaps, texts
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, ModelError

pytestmark = pytest.mark.slow

TAU = ("half_normal(0.5)", "half_cauchy(0.5)", "log_normal(-1.07, 0.87)")
MU = ("normal(0, 0.4)", "normal(0, 2.82)", "mixture(0.5: normal(0.22, 0.4), 0.5: normal(0.123, 2.5))")


def words(drawn: bi.plot.Figure) -> list[str]:
    return [text.get_text() for text in texts(drawn.figure)]


# Densities


def test_the_density_is_that_of_the_closed_form_on_the_ratio_scale() -> None:
    """A normal posterior of the log odds ratio, whose curve is drawn against the odds ratio."""
    table = bi.plot.density_table(normal(), limits=(0.5, 5))
    at = np.log(table["x"])
    assert table["density"].to_numpy() == pytest.approx(stats.norm.pdf(at, MEAN, SD), abs=2e-4)
    assert np.trapezoid(table["density"], at) == pytest.approx(1, abs=1e-3)
    inside = table[table["inside"]]
    assert np.trapezoid(inside["density"], np.log(inside["x"])) == pytest.approx(0.95, abs=1e-3)
    ends = np.exp(MEAN + SD * stats.norm.ppf([0.025, 0.975]))
    assert inside["x"].iloc[[0, -1]].to_numpy() == pytest.approx(ends, rel=1e-3)


def test_what_is_drawn_is_the_table_a_row_for_each_posterior() -> None:
    both = {"all": fitted(13), "first three": fitted(3)}
    drawn, table = bi.plot.density(both), bi.plot.density_table(both)
    curves = [line for line in drawn.axes.lines if len(line.get_xdata()) > 100]
    tallest = table["density"].max()
    for i, (label, line) in enumerate(zip(both, curves, strict=True)):
        rows = table[table["posterior"] == label]
        assert np.asarray(line.get_xdata()) == pytest.approx(rows["x"].to_numpy())
        height = np.asarray(line.get_ydata()) - (1 - i)
        assert height == pytest.approx(0.92 * rows["density"].to_numpy() / tallest)
    own = fitted(13).odds_ratio
    assert f"{own.median:.2f} [{own.interval()[0]:.2f}, {own.interval()[1]:.2f}]" in words(drawn)
    assert "P(OR < 1)" in words(drawn)
    assert any("CrI" in word and "benefit" in word for word in words(drawn))


def test_shades_divide_the_curve_at_no_effect_and_at_the_limits() -> None:
    drawn = bi.plot.density(normal(), limits=(0.5, 5), colours=["tab:orange"])
    ends = [np.exp(MEAN + SD * z) for z in stats.norm.ppf([0.025, 0.975])]
    edges = sorted(
        {round(float(x), 3) for part in drawn.axes.collections for x in part.get_paths()[0].vertices[[0], 0]}
    )
    assert edges == pytest.approx(sorted([0.5, 1.0, *ends]), abs=2e-3)
    strengths = [part.get_facecolor()[0].sum() for part in drawn.axes.collections]
    assert np.argmin(strengths) == 2, "the side of benefit within the interval is the darkest"


def test_quantities_and_marginals_have_axes_of_their_own() -> None:
    spread = bi.plot.density(fitted(13), quantity="tau")
    assert spread.axes.get_xscale() == "linear"
    assert spread.axes.get_xlim()[0] == 0
    assert "τ" in spread.axes.get_xlabel()
    mine = bi.plot.density({"OR": fitted(13).odds_ratio})
    assert mine.axes.get_xscale() == "linear"
    with pytest.raises(ModelError, match="give posteriors of one measure"):
        bi.plot.density({"a": fitted(3), "b": bi.fit(bi.Effects([1, 2], [1, 1], measure="HR"))})
    with pytest.raises(ModelError, match="known exactly"):
        bi.plot.density(normal(), quantity="tau")
    with pytest.raises(
        ModelError, match=r"plot\.density: limits are \(0, 5\); they must be two numbers above 0"
    ):
        bi.plot.density(fitted(3), limits=(0, 5))
    with pytest.raises(ModelError, match="found the colour 'blau'"):
        bi.plot.density(fitted(3), colours=["blau"])
    with pytest.raises(ArgumentError, match=r"plot\.density: posteriors is a Dataset"):
        bi.plot.density(trials(3))  # type: ignore[arg-type]


# Prior and posterior


def test_prior_and_posterior_are_those_of_the_model() -> None:
    table = bi.plot.prior_posterior_table(fitted(13)).set_index("parameter")
    mu, tau = table.loc["mu"], table.loc["tau"]
    assert mu["prior"].to_numpy() == pytest.approx(stats.norm.pdf(np.log(mu["x"]), 0, 2.82))
    assert tau["prior"].to_numpy() == pytest.approx(stats.halfnorm.pdf(tau["x"], 0, 0.5))
    known = bi.plot.prior_posterior_table(normal())
    assert known["parameter"].unique().tolist() == ["mu"], "tau is known under a common effect"
    assert known["posterior"].to_numpy() == pytest.approx(
        stats.norm.pdf(np.log(known["x"]), MEAN, SD), abs=2e-4
    )


def test_bars_are_the_intervals_and_an_improper_prior_is_named() -> None:
    drawn = bi.plot.prior_posterior(normal(), level=0.8, quantities=["mu"])
    dots = [line for line in drawn.axes["mu"].lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == pytest.approx([np.exp(MEAN), 1], abs=1e-3)
    bars = [line for line in drawn.axes["mu"].lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] < 0]
    ends = [list(np.exp(MEAN + SD * stats.norm.ppf([0.1, 0.9]))), list(np.exp(stats.norm.ppf([0.1, 0.9])))]
    low, high = drawn.axes["mu"].get_xlim()
    assert [list(map(float, bar.get_xdata())) for bar in bars] == [
        pytest.approx(np.clip(each, low, high), abs=2e-3) for each in ends
    ]
    flat = bi.plot.prior_posterior(normal().under(mu="flat()"))
    assert "Prior: flat() (no density of its own, not drawn)" in words(flat)
    with pytest.raises(ModelError, match=r"no prior of 'nu'.*there are those of mu, tau"):
        bi.plot.prior_posterior(fitted(3), quantities=["nu"])
    with pytest.raises(ModelError, match="ax has 1 axes, and 2 are needed"):
        bi.plot.prior_posterior(fitted(3), ax=drawn.axes["mu"])


# Priors compared


def test_a_row_for_each_combination_with_its_median_limits_and_probability() -> None:
    table = bi.priors.compare(trials(13), mu=MU, tau=TAU)
    drawn = bi.plot.prior_sensitivity(table, trials(13).about)
    dots = [float(line.get_xdata()[0]) for line in drawn.axes.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(table["or_median"].tolist())
    bars = [line.get_xdata() for line in drawn.axes.lines if line.get_linewidth() == 1.2]
    assert np.array(bars, float) == pytest.approx(table[["or_lower", "or_upper"]].to_numpy())
    seen = words(drawn)
    assert sum(word.startswith("μ ~") for word in seen) == 3
    assert sum(word.startswith("τ ~") for word in seen) == 9
    assert "P(OR < 1)" in seen
    assert f"{1 - table['prob_or_gt_1'].iloc[0]:.3f}" in " ".join(seen) or "> 0.999" in seen


def test_names_many_rows_and_blank_rows() -> None:
    table = bi.priors.compare(trials(3), mu=MU[:2], tau=TAU[:1])
    table["mu_name"] = ["sceptical", "vague"]
    assert "μ sceptical: normal(0, 0.4)" in words(bi.plot.prior_sensitivity(table))
    many = bi.priors.compare(trials(3), mu=[f"normal(0, {0.1 + i / 20})" for i in range(80)], tau=TAU[0])
    many.loc[3, "or_median"] = np.nan
    drawn = bi.plot.prior_sensitivity(many)
    assert sum(line.get_marker() == "o" for line in drawn.axes.lines) == 60
    assert any(
        "60 of 79 rows" in word.replace("\n", " ") and "1 without" in word.replace("\n", " ")
        for word in words(drawn)
    )
    cut = bi.plot.prior_sensitivity(many.iloc[:3], limits=(0.9, 1.1))
    assert any("Arrow: beyond the axis" in word for word in words(cut))
    with pytest.raises(ModelError, match="no row of the table has a posterior"):
        bi.plot.prior_sensitivity(many.iloc[[3]])


# Benefit


def test_the_curve_of_benefit_is_that_of_the_closed_form() -> None:
    table = bi.plot.benefit_table(normal(), limits=(0.5, 4))
    assert table["probability"].to_numpy() == pytest.approx(
        stats.norm.sf(np.log(table["x"]), MEAN, SD), abs=1e-4
    )
    drawn = bi.plot.benefit(normal(), limits=(0.5, 4))
    (curve,) = [line for line in drawn.axes.lines if len(line.get_xdata()) > 100]
    assert np.asarray(curve.get_ydata()) == pytest.approx(table["probability"].to_numpy())
    (dot,) = [line for line in drawn.axes.lines if line.get_marker() == "o"]
    assert float(dot.get_ydata()[0]) == pytest.approx(stats.norm.sf(0, MEAN, SD), abs=1e-4)
    assert {"OR < 0.8", "0.8 to 1.25", "OR > 1.25", "OR > 1"} <= set(words(drawn))
    below = stats.norm.cdf(np.log(0.8), MEAN, SD)
    assert f"{below:.3f}" in words(drawn) or "< 0.001" in words(drawn)


def test_where_an_event_is_bad_the_curve_rises() -> None:
    table = bi.plot.benefit_table({"one": fitted(3), "two": fitted(13)})
    assert table.groupby("posterior")["probability"].apply(lambda each: each.is_monotonic_increasing).all()
    assert bi.plot.benefit(bi.benefit(fitted(13))).axes.get_ylabel() == "P(OR < x), benefit"


# Words


def drawings(count: int) -> dict[str, bi.plot.Figure]:
    posterior = fitted(count)
    label = "A long description of what was done with the trials, and of those that were left out of it"
    several = {label: posterior, "sceptical": posterior.under(mu="normal(0, 0.4)"), "x": posterior}
    table = bi.priors.compare(trials(count), mu=MU, tau=TAU)
    return {
        "density": bi.plot.density(several),
        "one density": bi.plot.density(posterior),
        "tau": bi.plot.density(posterior, quantity="tau"),
        "many densities": bi.plot.density({f"{i}": posterior for i in range(40)}),
        "prior_posterior": bi.plot.prior_posterior(posterior.under(mu=MU[2])),
        "prior_sensitivity": bi.plot.prior_sensitivity(table, trials(count).about),
        "benefit": bi.plot.benefit(several),
        "new setting": bi.plot.benefit(bi.benefit(posterior)),
    }


@pytest.mark.parametrize("count", [3, 13, 60])
def test_no_words_cover_each_other_and_none_are_cut(count: int) -> None:
    for name, drawn in drawings(count).items():
        assert overlaps(drawn.figure) == [], name
        assert cut_off(drawn.figure) == [], name
        assert drawn.size[0] <= 180.001, name


def test_figures_are_drawn_on_axes_of_ones_own(tmp_path) -> None:
    from matplotlib.figure import Figure

    own = Figure(figsize=(7, 7))
    axes = own.subplots(2, 2)
    assert bi.plot.density(fitted(3), ax=axes[0, 0]).figure is own
    assert bi.plot.benefit(fitted(3), ax=axes[0, 1]).figure is own
    assert list(bi.plot.prior_posterior(fitted(3), ax=[*axes[1]]).axes) == ["mu", "tau"]
    assert bi.plot.benefit(fitted(3), ax=axes[0, 1]).axes.get_legend() is not None
    files = [bi.plot.density(fitted(3)).save(tmp_path / f"{i}.svg").read_bytes() for i in range(2)]
    assert files[0] == files[1]
