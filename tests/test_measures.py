"""Effect measures: their names, their scale, and the keys made of them."""

import math

import pytest

from bayes_ivig.errors import ModelError
from bayes_ivig.measures import MEASURES, OR, Measure, checked_thresholds, measure_of


def test_an_odds_ratio_keeps_every_name_it_had() -> None:
    assert OR.above == "OR > 1"
    assert OR.below == "OR < 1"
    assert OR.above_key == "or_gt_1"
    assert OR.columns[:4] == ("or_median", "or_lower", "or_upper", "prob_or_gt_1")
    assert (OR.scale, OR.one, OR.plural) == ("log odds ratio", "an odds ratio", "odds ratios")


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.code)
def test_a_value_goes_to_the_scale_of_the_model_and_back(measure: Measure) -> None:
    for value in (0.25, 1.0, 3.0):
        assert measure.own(measure.modelled(value)) == pytest.approx(value, rel=1e-15)
    assert measure.modelled(measure.null) == 0.0
    assert measure.holds(-1.0) is not measure.log
    assert not measure.holds(math.inf)
    assert measure.own(1e9) < math.inf


@pytest.mark.parametrize("measure", MEASURES[1:], ids=lambda each: each.code)
def test_no_other_measure_speaks_of_odds(measure: Measure) -> None:
    texts = (measure.name, measure.scale, measure.one, measure.plural, measure.symbol, measure.above)
    assert not [text for text in texts if "odds" in text or "OR " in text]
    key = measure.code.lower()
    assert measure.columns[:3] == (f"{key}_median", f"{key}_lower", f"{key}_upper")
    assert measure.columns.pooled == f"pooled_{key}"


@pytest.mark.parametrize(
    ("code", "above", "key"),
    [("HR", "HR > 1", "hr_gt_1"), ("MD", "MD > 0", "md_gt_0"), ("RATIO", "ratio > 1", "ratio_gt_1"),
     ("DIFF", "difference > 0", "diff_gt_0"), ("irr", "IRR > 1", "irr_gt_1")],
)  # fmt: skip
def test_the_sides_of_no_effect(code: str, above: str, key: str) -> None:
    measure = measure_of(code)
    assert (measure.above, measure.above_key, measure.columns.above) == (above, key, f"prob_{key}")
    assert measure.below == above.replace(">", "<")


def test_a_measure_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="measures are OR, RR"):
        measure_of("XX")


def test_keys_of_probabilities_need_no_quoting() -> None:
    assert [OR.beyond_key(">", 1.25), OR.beyond_key("<", 0.8)] == ["or>1.25", "or<0.8"]
    assert measure_of("RR").beyond_key(">", 1.25) == "rr_gt_1_25"
    assert measure_of("MD").beyond_key("<", -2.5) == "md_lt_minus_2_5"
    assert measure_of("DIFF").beyond_key(">", 1e-7) == "diff_gt_1eminus_07"


def test_a_value_has_a_mirror_image_about_no_effect() -> None:
    assert measure_of("HR").mirrored(1.25) == 0.8
    assert measure_of("MD").mirrored(2.0) == -2.0
    assert str(measure_of("MD").mirrored(0.0)) == "0.0"


def test_a_value_that_the_measure_cannot_have_is_refused() -> None:
    assert checked_thresholds(measure_of("MD"), (-2, 0), "thresholds") == (-2.0, 0.0)
    with pytest.raises(ModelError, match="thresholds: found -1; each is a hazard ratio, above 0"):
        checked_thresholds(measure_of("HR"), (2, -1), "thresholds")
    with pytest.raises(ModelError, match="found inf; each is a mean difference, a finite number"):
        checked_thresholds(measure_of("MD"), (math.inf,), "thresholds")
