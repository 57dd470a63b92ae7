"""What is shown of an effect that is no odds ratio speaks its measure: texts, keys, columns, axes."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.benefit.chart import plot_benefit
from bayes_ivig.reporting.counts.forest_chart import draw_forest
from bayes_ivig.results.posterior_tables import OneByOne, PriorComparison, Subsets

ODDS = re.compile(r"\bodds\b(?! of control)|\bOR\b|or[<>_]gt|\bor_|_or\b|or>|or<")
SCHOOLS = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
PRINTED = {
    "estimate": [0.82, 0.71, 1.05, 0.66], "lower": [0.6, 0.52, 0.78, 0.45], "upper": [1.12, 0.97, 1.41, 0.97],
}  # fmt: skip
PRIORS = {"HR": ("normal(0, 2.82)", "half_normal(0.5)"), "MD": ("normal(0, 20)", "half_cauchy(25)")}
SYMBOLS = {"HR": ("hazard ratio", "HR > 1", "hr_gt_1"), "MD": ("mean difference", "MD > 0", "md_gt_0")}


@cache
def data(code: str) -> bi.Dataset:
    if code == "MD":
        return bi.Effects(*SCHOOLS, measure="MD", event="good")
    return bi.Effects(**PRINTED, measure="HR", event="bad")


def model(code: str) -> bi.Model:
    return bi.Model(mu=PRIORS[code][0], tau=PRIORS[code][1], measure=code, likelihood="normal")


@cache
def fitted(code: str) -> bi.Posterior:
    return bi.fit(data(code), model(code))


def compared(code: str) -> Any:
    frame = bi.priors.compare(data(code), mu=[PRIORS[code][0], "normal(0, 1)"], tau=PRIORS[code][1])
    return PriorComparison(frame, data(code))


def subsets(code: str) -> Any:
    frame = bi.trials.subsets(data(code), model(code), size=3)
    return Subsets(frame, data(code), model(code), {})


MAKE: dict[str, Callable[[str], Any]] = {
    "Posterior": fitted,
    "PooledEstimate": lambda code: bi.pool(data(code), method="dl"),
    "Benefit": lambda code: bi.benefit(fitted(code)),
    "HowMuchPrior": lambda code: bi.tipping.how_much_prior(fitted(code)),
    "PosteriorSeries": lambda code: fitted(code).leave_one_out(),
    "Influence": lambda code: fitted(code).influence(),
    "PriorComparison": compared,
    "Subsets": subsets,
    "OneByOne": lambda code: OneByOne(
        bi.trials.without_each(data(code), model(code)), data(code), model(code), "leave-one-out"
    ),
    "TippingGrid": lambda code: bi.tipping.tipping_grid(fitted(code)),
}


@cache
def made(kind: str, code: str) -> Any:
    return MAKE[kind](code)


def keys_of(document: Any) -> list[str]:
    if isinstance(document, dict):
        return [*document, *(key for each in document.values() for key in keys_of(each))]
    return [key for each in document for key in keys_of(each)] if isinstance(document, list) else []


@pytest.mark.parametrize("code", ["HR", "MD"])
@pytest.mark.parametrize("kind", MAKE)
def test_no_text_and_no_key_speaks_of_odds(kind: str, code: str) -> None:
    result = made(kind, code)
    assert not ODDS.findall(shows.text(result))
    document = shows.document(result)
    assert not [key for key in keys_of(document) if ODDS.search(key) and key != "error.prob_or_gt_1"]
    assert not [name for name in map(str, shows.table(result).columns) if ODDS.search(name)]


@pytest.mark.parametrize("code", ["HR", "MD"])
def test_a_fit_is_on_the_measures_own_scale(code: str) -> None:
    name, above, key = SYMBOLS[code]
    posterior = fitted(code)
    document, measure = posterior.to_dict(thresholds=[2]), posterior.measure
    median, (lower, upper) = float(posterior["mu"].quantile(0.5)), posterior["mu"].interval(0.95)
    assert document["measure"] == code
    assert document["effect"] == {
        "median": pytest.approx(measure.own(median), rel=1e-6),
        "lower": pytest.approx(measure.own(lower), rel=1e-6),
        "upper": pytest.approx(measure.own(upper), rel=1e-6),
        "level": 0.95,
    }
    probability = document["probability"]
    beyond = {"HR": ("hr_gt_2", "hr_lt_0_5"), "MD": ("md_gt_2", "md_lt_minus_2")}[code]
    assert probability[key] == pytest.approx(float(posterior["mu"].prob_above(0.0)), abs=1e-6)
    at = measure.modelled(2.0)
    assert probability[beyond[0]] == pytest.approx(float(posterior["mu"].prob_above(at)), abs=1e-6)
    assert probability[beyond[1]] == pytest.approx(float(posterior["mu"].prob_below(-at)), abs=1e-6)
    text = posterior.text()
    assert name in text
    assert f"P({above})" in text


@pytest.mark.parametrize("code", ["HR", "MD"])
def test_axes_are_linear_for_differences_and_null_stands_at_no_effect(code: str) -> None:
    drawn = draw_forest(fitted(code), bi.pool(data(code), method="dl")).to_dict()
    scales = re.findall(r'"type": "(log|linear)", "zero": false', json.dumps(drawn))
    assert set(scales) == {"log" if code == "HR" else "linear"}
    benefit = json.dumps(plot_benefit(fitted(code)).to_dict())
    assert ('"type": "log"' in benefit) is (code == "HR")
    assert SYMBOLS[code][0] in benefit
    assert "odds" not in json.dumps(drawn) + benefit


def test_events_are_not_counted_where_there_are_none() -> None:
    drawn = json.dumps(draw_forest(fitted("HR"), bi.pool(data("HR"), method="dl")).to_dict())
    assert "Events" not in drawn
    assert bi.tipping.how_much_prior(fitted("HR")).fragility is None


def test_measures_do_not_mix() -> None:
    conclusion = bi.tipping.Conclusion(measure="HR", at=0.8)
    assert str(conclusion) == "P(HR > 0.8) >= 0.975"
    with pytest.raises(ModelError, match="about a hazard ratio, and the posterior about a mean difference"):
        conclusion.chance(fitted("MD"))
    with pytest.raises(ModelError, match="give those of one measure"):
        plot_benefit({"one": fitted("HR"), "other": fitted("MD")})
    with pytest.raises(ModelError, match="the pooled effect is a hazard ratio"):
        bi.plot.forest(fitted("MD"), bi.pool(data("HR"), method="dl"))


def test_a_negative_threshold_is_one_of_differences_only() -> None:
    assert "md_gt_3" in fitted("MD").to_dict(thresholds=[-3])["probability"]
    with pytest.raises(ModelError, match="each is a hazard ratio, above 0"):
        fitted("HR").to_dict(thresholds=[-3])


def test_nothing_is_said_of_cells_where_there_are_none() -> None:
    trials = bi.Effects([-0.3, 0.1, -0.5], [0.2, 0.25, 0.3], measure="HR")
    assert "0.5" not in bi.fit(trials, bi.Model()).text().partition("likelihood:")[2].partition("- study")[0]
    assert "0.5 added" in bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model("normal")).text()
