import pytest
from report_cases import BAD_EVENT, GOOD_EVENT, THREE, hostile, ivig, own

from bayes_ivig.reporting import plot_benefit, plot_forest, plot_priors, plot_readings, plot_trial_sets
from bayes_ivig.reporting.charts.canvas import Axis, Diamond, Interval, _outline, clipped
from bayes_ivig.reporting.charts.palette import PAPER
from bayes_ivig.reporting.charts.render import svg_file, svg_in_page


def values(chart):
    return [record for records in chart.to_dict()["datasets"].values() for record in records]


def texts(chart):
    return [record["text"] for record in values(chart) if "text" in record]


@pytest.fixture(scope="module")
def forest():
    outcome = ivig().outcome("live_birth")
    return plot_forest(outcome.trial_set("published").posterior, outcome.as_published, claim=outcome.claim)


def test_forest_has_the_columns_of_review_manager_and_both_bars(forest):
    found = texts(forest)
    assert [found.count(word) for word in ("Study", "Events", "Total", "Weight", "Odds ratio")] == [1, 2, 3, 1, 1]
    assert {"2.60 [1.15, 5.86]", "2.87 [1.38, 6.06]", "30.1%", "Yamada 2022"} <= set(found)
    assert found.count("2.86 [1.04, 7.90]") == 2  # as published and pooled again
    assert "3.67 [1.50, 11.61]" in found
    assert {"← Favours comparator", "Favours IVIG →"} <= set(found)


def test_an_interval_off_the_axis_ends_in_an_arrow_with_its_limit(forest):
    assert "3140" in texts(forest)
    assert {r["shape"] for r in values(forest) if "shape" in r} >= {"triangle-right"}
    assert max(r["x2"] for r in values(forest) if "x2" in r and "width" in r) <= 100


def test_favours_follows_the_sidecar():
    def sides(sidecar):
        result = own(THREE, sidecar).outcomes[0].trial_set("all")
        return {text for text in texts(plot_forest(result.posterior, result.pooled)) if "Favours" in text}

    assert sides(BAD_EVENT) == {"← Favours drug", "Favours placebo →"}
    assert sides(GOOD_EVENT) == {"← Favours placebo", "Favours drug →"}
    assert sides("") == set()


def test_a_study_without_an_odds_ratio_says_so():
    outcome = ivig().outcome("neonatal_outcome")
    result = outcome.trial_set("all")
    found = texts(plot_forest(result.posterior, outcome.as_published))
    assert found.count("Not estimable") == 1 and "Stricker 2000" in found


def test_benefit_curves_are_mirror_images_for_mirror_events():
    def curve(name):
        posterior = ivig().outcome(name).trial_set("published").posterior
        points = [r for r in values(plot_benefit({"x": posterior})) if "p" in r and "set" in r]
        return [r["p"] for r in sorted(points, key=lambda r: r["x"])]  # x runs from 1/4 to 4, evenly on the log scale

    good, bad = curve("live_birth"), curve("miscarriage")
    assert good[40] == bad[40] == pytest.approx(0.9966, abs=1e-4)
    assert bad[::-1] == pytest.approx(good, abs=1.1e-4)
    assert good == sorted(good, reverse=True)


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
    first, second = (svg_file(plot_forest(result.posterior, result.pooled), 'a "quoted" <alternative>') for _ in range(2))
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
    corners = _outline(Diamond(50, 10.0, 1.0, 1000.0, hollow=True), axis, 0)
    assert max(c["x"] for c in corners) == 100 and {c["fill"] for c in corners} == {PAPER}
    at_end = sorted(c["y"] for c in corners if c["x"] == 100)
    assert at_end == [pytest.approx(46.5), pytest.approx(53.5)]  # half way down from its full height of 7 each way
    assert clipped(Interval(0, 1, 0.001, 1000), axis) == [(0.01, "left"), (100.0, "right")]
