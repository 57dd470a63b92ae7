import numpy as np
import pytest
from report_cases import BAD_EVENT, GOOD_EVENT, THREE, hostile, ivig, own

from bayes_ivig import Dataset, Model, Study, fit, pool
from bayes_ivig.analyses.benefit.benefit import benefit
from bayes_ivig.reporting.benefit.chart import benefit_caption, plot_benefit
from bayes_ivig.reporting.counts.forest_chart import draw_forest
from bayes_ivig.reporting.counts.sets_chart import plot_trial_sets
from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Diamond, Interval, clipped, diamond_outline
from bayes_ivig.reporting.drawing.palette import ACCENT, LINE, PAPER
from bayes_ivig.reporting.drawing.render import svg_file, svg_in_page
from bayes_ivig.reporting.priors.combinations_chart import plot_priors
from bayes_ivig.reporting.reconstruction.readings_chart import plot_readings

pytestmark = pytest.mark.slow


def values(chart):
    return [record for records in chart.to_dict()["datasets"].values() for record in records]


def texts(chart):
    return [record["text"] for record in values(chart) if "text" in record]


@pytest.fixture(scope="module")
def forest():
    outcome = ivig().outcome("live_birth")
    return draw_forest(outcome.trial_set("published").posterior, outcome.as_published, claim=outcome.claim)


def test_forest_has_the_columns_of_review_manager_and_both_bars(forest):
    found = texts(forest)
    assert [found.count(word) for word in ("Study", "Events", "Total", "Weight", "Odds ratio")] == [
        1,
        2,
        3,
        1,
        1,
    ]
    assert {"2.60 [1.15, 5.86]", "2.87 [1.37, 6.06]", "30.1%", "Yamada 2022"} <= set(found)
    assert found.count("2.86 [1.04, 7.90]") == 2  # as published and pooled again
    assert "3.66 [1.50, 11.57]" in found
    assert {"← Favours comparator", "Favours IVIG →"} <= set(found)


def test_an_interval_off_the_axis_ends_in_an_arrow_with_its_limit(forest):
    assert "3140" in texts(forest)
    assert {r["shape"] for r in values(forest) if "shape" in r} >= {"triangle-right"}
    assert max(r["x2"] for r in values(forest) if "x2" in r and "width" in r) <= 100


def test_of_hundreds_of_trials_the_heaviest_are_drawn():
    trials = tuple(
        Study(f"trial {i}", 9 + i % 5, 40 + (i * 37) % 250, 12, 50 + (i * 37) % 250) for i in range(260)
    )
    table = Dataset(trials)
    posterior, pooled = fit(table, Model("normal", effects="common")), pool(table, method="revman-random")
    chart = draw_forest(posterior, pooled)
    found = texts(chart)
    drawn = [text for text in found if text.startswith("trial ")]
    weight = {each.study: each.weight for each in pooled.studies}
    assert len(drawn) == 200
    assert min(weight[name] for name in drawn) >= max(weight[t.name] for t in trials if t.name not in drawn)
    assert "and 60 trials of less weight, not drawn" in found
    assert f"{sum(trial.treatment_events for trial in trials)}" in found
    assert chart.to_dict()["height"] < 8000


def test_favours_follows_the_sidecar():
    def sides(sidecar):
        result = own(THREE, sidecar).outcomes[0].trial_set("all")
        return {text for text in texts(draw_forest(result.posterior, result.pooled)) if "Favours" in text}

    assert sides(BAD_EVENT) == {"← Favours drug", "Favours placebo →"}
    assert sides(GOOD_EVENT) == {"← Favours placebo", "Favours drug →"}
    assert sides("") == set()


def test_a_study_without_an_odds_ratio_says_so():
    outcome = ivig().outcome("neonatal_outcome")
    result = outcome.trial_set("all")
    found = texts(draw_forest(result.posterior, outcome.as_published))
    assert found.count("Not estimable") == 1 and "Stricker 2000" in found


def test_benefit_curves_are_the_posteriors_and_mirror_images_for_mirror_events():
    """Between the points kept, straight lines stay within a fifth of a pixel
    of the posterior's own probabilities.
    """

    def curve(name):
        posterior = ivig().outcome(name).trial_set("published").posterior
        records = values(plot_benefit({"x": posterior}))
        points = sorted((r["x"], r["p"]) for r in records if "p" in r and "colour" not in r)
        (dot,) = (r["p"] for r in records if "p" in r and "colour" in r)
        return posterior["mu"], np.array(points).T, dot

    at = np.linspace(-2, 2, 401)
    (mu, (x, p), good), (loss, (y, q), bad) = curve("live_birth"), curve("miscarriage")
    assert len(x) < 60
    assert np.interp(at, np.log(x), p) == pytest.approx(mu.prob_above(at), abs=0.2 / 230)
    assert np.interp(at, np.log(y), q) == pytest.approx(loss.prob_below(at), abs=0.2 / 230)
    assert np.interp(-at, np.log(y), q) == pytest.approx(np.interp(at, np.log(x), p), abs=0.4 / 230)
    assert good == bad == pytest.approx(0.9966, abs=1e-4)


def test_masses_stand_in_rows_with_a_bar_whose_filled_end_is_benefit():
    outcome = ivig().outcome("neonatal_outcome")
    posterior = outcome.trial_set("all").posterior
    chart = plot_benefit(benefit(posterior, zone=2, baseline=0.1))
    assert {"OR < 0.5", "0.5 to 2", "OR > 2", "OR < 1", "Pooled odds ratio", "A new setting"} <= set(
        texts(chart)
    )
    bars = [r for r in values(chart) if "fill" in r]
    assert [r["fill"] for r in bars] == [ACCENT, LINE, PAPER] * 2
    whole = bars[2]["x2"] - bars[0]["x"]
    assert (bars[0]["x2"] - bars[0]["x"]) / whole == pytest.approx(
        posterior["mu"].prob_below(np.log(0.5)), abs=1e-3
    )
    assert (bars[5]["x2"] - bars[5]["x"]) / whole == pytest.approx(
        posterior["theta_new"].prob_above(np.log(2)), abs=1e-3
    )
    several = {f"prior {i} {'n' * 200}": posterior for i in range(14)}
    assert "The first 12 of 14 are drawn" in benefit_caption(several)
    assert sum(text.startswith("prior") for text in texts(plot_benefit(several))) == 12
    assert max(map(len, texts(plot_benefit(several)))) <= 36
    silent = own(THREE).outcomes[0].trial_set("all").posterior
    assert {
        r["fill"] for r in values(plot_benefit(silent)) if r.get("x") == bars[0]["x"] and "fill" in r
    } == {PAPER}
    assert "above filled, below empty" in benefit_caption(silent) and "benefit" not in benefit_caption(silent)


def test_every_chart_is_valid_vega_lite_and_draws():
    outcome = ivig().outcome("miscarriage")
    posteriors = {result.trials: result.posterior for result in outcome.sets}
    for chart in (plot_trial_sets(outcome), plot_priors(outcome), plot_benefit(posteriors)):
        assert chart.to_dict(validate=True)["description"]
        assert svg_file(chart, "alternative").startswith('<svg role="img" aria-label="alternative" ')


def test_readings_draw_on_their_own_scale():
    ratios = texts(plot_readings(ivig().outcome("preterm_birth")))
    grams = texts(plot_readings(ivig().outcome("birth_weight")))
    assert "1.74 [0.58, 5.24]" in ratios
    assert "\N{MINUS SIGN}186.7 [\N{MINUS SIGN}398.8, 25.3]" in grams and "Lower with IVIG" in grams


def test_svg_is_the_same_each_time_and_hostile_names_stay_text():
    result = hostile().outcomes[0].trial_set("all")
    first, second = (
        svg_file(draw_forest(result.posterior, result.pooled), 'a "quoted" <alternative>') for _ in range(2)
    )
    assert first == second
    assert "<script" not in first and "<img" not in first and "nnnnn…" in first
    assert 'aria-label="a &quot;quoted&quot; &lt;alternative&gt;"' in first


def test_in_a_page_colours_are_variables_and_ids_its_own(forest):
    inside = svg_in_page(svg_file(forest, "alternative"), "live")
    assert "#1f5fa8" not in inside and "var(--accent)" in inside and 'aria-label="alternative"' not in inside
    coloured_name = '<svg width="9"><text fill="#1f5fa8">fill="#1f5fa8"</text></svg>'
    assert svg_in_page(coloured_name, "p").endswith('<text fill="var(--accent)">fill="#1f5fa8"</text></svg>')


def test_a_diamond_is_cut_off_where_the_axis_ends():
    axis = Axis(0, 100)
    corners = diamond_outline(Diamond(50, 10.0, 1.0, 1000.0, hollow=True), axis, 0)
    assert max(c["x"] for c in corners) == 100 and {c["fill"] for c in corners} == {PAPER}
    at_end = sorted(c["y"] for c in corners if c["x"] == 100)
    # half way down from its full height of 7 each way
    assert at_end == [pytest.approx(46.5), pytest.approx(53.5)]
    assert clipped(Interval(0, 1, 0.001, 1000), axis) == [(0.01, "left"), (100.0, "right")]
