"""Trials known by an estimate only: what is read of printed numbers, what is refused, what is carried on."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.measures import MEASURES, measure_of

Z = stats.norm.ppf(0.975)


def only(**columns: object) -> bi.Estimate:
    """The one study of a table of hazard ratios."""
    measure = str(columns.pop("measure", "HR"))
    (study,) = bi.Effects(**{c: [x] for c, x in columns.items()}, measure=measure).studies  # type: ignore[arg-type]
    assert isinstance(study, bi.Estimate)
    return study


def test_limits_give_the_standard_error_of_the_handbook() -> None:
    study = only(estimate=0.85, lower=0.70, upper=1.03)
    plain = (math.log(1.03) - math.log(0.70)) / (2 * Z)
    # half a unit of the last digit to either side, uniform: variance width^2 / 12
    of_estimate = (math.log(0.855) - math.log(0.845)) ** 2 / 12
    of_error = ((math.log(1.035 / 1.025) + math.log(0.705 / 0.695)) / (2 * Z)) ** 2 / 12
    assert study.y == math.log(0.85)
    assert study.rounding == pytest.approx(math.sqrt(of_estimate + of_error), rel=1e-6)
    assert study.standard_error == pytest.approx(math.sqrt(plain**2 + of_estimate + of_error), rel=1e-6)
    assert study.how == "limits"


def test_what_is_given_on_the_scale_of_the_model_is_taken_as_it_is() -> None:
    assert only(y=0.1, sigma=0.25) == bi.Estimate(
        "Study 1", 0.1, 0.25, given=(("yi", "0.1"), ("sei", "0.25"))
    )
    by_variance = bi.Dataset.from_dataframe(pd.DataFrame({"study": ["A"], "yi": [0.1], "vi": [0.0625]}))
    assert by_variance.studies[0].standard_error == 0.25  # type: ignore[union-attr]


def test_more_digits_leave_less_open() -> None:
    coarse, fine = only(estimate=0.8, lower=0.6, upper=1.1), only(estimate=0.80, lower=0.60, upper=1.065)
    exact = only(estimate=0.8, lower=0.6, upper=0.64 / 0.6)
    assert coarse.rounding > fine.rounding > exact.rounding
    assert exact.rounding < 1e-6


def test_a_p_value_gives_the_standard_error_of_altman_and_bland() -> None:
    # Altman & Bland 2011, BMJ 343:d2090: ratio 0.81, P = 0.03 -> z = 2.17, SE = 0.097
    study = only(estimate=0.81, p_value=0.03)
    assert study.standard_error == pytest.approx(abs(math.log(0.81)) / stats.norm.isf(0.015), rel=0.01)
    bound = only(estimate=0.81, p_value="<0.001")
    assert bound.how == "p_bound"
    assert bound.standard_error == pytest.approx(abs(math.log(0.81)) / stats.norm.isf(0.0005), rel=0.01)


def test_one_limit_is_enough_and_one_sided_limits_are_known() -> None:
    upper = only(estimate=0.85, upper=1.03)
    assert upper.how == "upper_limit"
    assert upper.standard_error == pytest.approx(math.log(1.03 / 0.85) / Z, rel=0.01)
    lower = only(estimate=0.85, lower=0.70)
    assert lower.standard_error == pytest.approx(math.log(0.85 / 0.70) / Z, rel=0.01)
    table = pd.DataFrame({"study": ["A"], "estimate": [0.85], "upper": [1.03], "sides": [1]})
    one_sided = bi.Dataset.from_dataframe(table, measure="HR").studies[0]
    expected = math.log(1.03 / 0.85) / stats.norm.ppf(0.95)
    assert one_sided.standard_error == pytest.approx(expected, rel=0.01)  # type: ignore[union-attr]
    both = only(estimate=0.9, lower=0, upper=3.1)  # 0 is a small limit rounded: the other one tells
    assert both.how == "upper_limit"


def test_levels_and_degrees_of_freedom_move_the_quantile() -> None:
    ninety = only(estimate=0.85, upper=1.03, level=0.9)
    assert ninety.standard_error == pytest.approx(math.log(1.03 / 0.85) / stats.norm.ppf(0.95), rel=0.01)
    t = only(estimate=2.0, lower=0.5, upper=3.5, df=9, measure="MD")
    assert t.df == 9
    assert t.standard_error == pytest.approx(1.5 / stats.t.ppf(0.975, 9), rel=0.01)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"estimate": 0.85, "lower": 0.6, "upper": 1.03}, "middle on the log scale is 0.78"),
        ({"estimate": 2.0, "lower": 1.0, "upper": 3.0}, "symmetric as plain numbers"),
        ({"estimate": 0.85, "lower": 1.03, "upper": 0.7}, "not below the upper limit"),
        ({"estimate": -0.85, "lower": -1.0, "upper": -0.7}, "a hazard ratio is above 0"),
        ({"estimate": 1.0, "lower": 1.0, "upper": 1.1}, "too coarse"),
        ({"estimate": 1.0, "p_value": 0.9}, "too coarse"),
        ({"estimate": 0.85, "lower": 0.70, "upper": 1.03, "p_value": 0.02}, "standard errors .* differ"),
        ({"estimate": 0.85, "p_value": 0}, "no P value is 0"),
        ({"estimate": 0.85, "p_value": 1.3}, "a P value is a number between 0 and 1"),
        ({"estimate": 0.85}, "no standard error can be told"),
        ({"upper": 0.85}, "give estimate .*, or both limits"),
        ({"y": 35.0, "sigma": 0.1}, "yi is the log of the ratio"),
        ({"y": 0.1, "sigma": 0}, "above 0"),
        ({"y": 0.1, "sigma": -1}, "above 0"),
        ({"y": "abc", "sigma": 1}, "found 'abc'"),
        ({"estimate": 1.2, "sigma": 0.1, "measure": "RD"}, "lies between -1 and 1"),
        ({"y": 0.5, "estimate": 0.85, "sigma": 0.1}, "its log is -0.1684 to -0.1567"),
        ({"estimate": 0.85, "lower": 0.7, "upper": 1.03, "level": 0.3}, "between 0.5 and 0.9999"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_was_found(columns: dict[str, object], said: str) -> None:
    with pytest.raises(DataError, match=said):
        only(**columns)


@given(
    st.floats(-2, 2), st.floats(0.02, 1.5), st.sampled_from(["OR", "HR", "MD", "RATIO"]), st.integers(2, 6)
)
def test_whatever_prints_true_numbers_is_taken_and_told_within_its_digits(
    y: float, sigma: float, code: str, digits: int
) -> None:
    own = measure_of(code).own
    texts = [f"{own(value):.{digits}f}" for value in (y, y - Z * sigma, y + Z * sigma)]
    assume(len(set(texts)) == 3)
    try:
        study = only(estimate=texts[0], lower=texts[1], upper=texts[2], measure=code)
    except DataError as error:
        assert "too coarse" in str(error) or "above 0" in str(error)
        return
    assert abs(study.y - y) <= 3 * study.rounding + 1e-12
    assert abs(study.standard_error - sigma) <= 3 * study.rounding + 1e-12
    assert study.rounding <= study.standard_error


def test_turning_the_arms_round_negates_the_estimate() -> None:
    one = only(estimate=0.8, lower=0.5, upper=1.28, measure="OR")
    other = only(estimate=1 / 0.8, lower=1 / 1.28, upper=1 / 0.5, measure="OR")
    assert other.y == pytest.approx(-one.y)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-3)
    assert one.complement().y == -one.y


def mixed() -> bi.Dataset:
    return bi.Dataset.from_dataframe(
        pd.DataFrame(
            {
                "study": ["A", "B", "C"],
                "treatment_events": [3, None, None],
                "treatment_total": [20, None, 40],
                "control_events": [6, None, None],
                "control_total": [21, None, 41],
                "estimate": [None, 0.85, None],
                "lower": [None, 0.70, None],
                "upper": [None, 1.03, None],
                "yi": [None, None, -0.3],
                "sei": [None, None, 0.2],
                "year": ["1999", "2001", "2003"],
            }
        )
    )


def test_one_table_holds_counts_and_estimates() -> None:
    dataset = mixed()
    kinds = [type(study).__name__ for study in dataset.studies]
    assert kinds == ["Study", "Estimate", "Estimate"]
    assert dataset.estimated == ("B", "C")
    assert dict(dataset.columns) == {"year": ("1999", "2001", "2003")}
    y, s = effects_of(dataset.studies, measure_of("OR"))
    assert y[0] == pytest.approx(math.log(3 * 15 / (17 * 6)))
    assert s[0] == pytest.approx(math.sqrt(1 / 3 + 1 / 17 + 1 / 6 + 1 / 15))
    assert tuple(y[1:]) == (math.log(0.85), -0.3)


def test_a_table_of_both_comes_back_from_a_frame_and_a_file(tmp_path: Path) -> None:
    dataset = mixed()
    again = bi.Dataset.from_dataframe(dataset.to_dataframe())
    assert again == dataset
    assert hash(again) == hash(dataset)
    path = tmp_path / "mixed.csv"
    dataset.to_dataframe().to_csv(path, index=False)
    assert bi.load_dataset(str(path)).studies == dataset.studies
    held = bi.Dataset((bi.Estimate("A", 0.1, 0.2, df=7),), measure="SMD")
    assert bi.Dataset.from_dataframe(held.to_dataframe()).studies[0].df == 7  # type: ignore[union-attr]


def test_selections_keep_estimates_and_their_columns() -> None:
    dataset = mixed()
    kept = dataset.trials("-A")
    assert kept.study_names == ("B", "C")
    assert dict(kept.columns)["year"] == ("2001", "2003")
    assert dataset.trials(("B",)).studies == (dataset.studies[1],)


def test_who_asks_for_counts_is_refused_and_never_gets_zeros() -> None:
    study = only(estimate=0.85, lower=0.70, upper=1.03)
    for ask in ("counts", "whole_counts", "treatment_events", "control_total", "control_seen", "rates"):
        with pytest.raises(DataError, match=r"Study 1 is known by its estimate only; .* needs counts"):
            getattr(study, ask)
    with pytest.raises(DataError, match="needs counts"):
        study.counting(1, 2, 1, 2)


def test_the_complement_is_told_only_where_an_estimate_tells_it() -> None:
    flipped = mixed().complement()
    assert flipped.studies[1].y == -math.log(0.85)  # type: ignore[union-attr]
    assert flipped.complement().studies[0] == mixed().studies[0]
    with pytest.raises(DataError, match="RR of events does not tell"):
        bi.Effects([0.1], [0.2], measure="RR").complement()


def test_the_fingerprint_knows_measure_estimate_and_error_but_not_the_order() -> None:
    dataset = bi.Effects([0.1, 0.2], [0.3, 0.4], measure="SMD")
    turned = replace(dataset, studies=dataset.studies[::-1])
    assert fingerprint(dataset) == fingerprint(turned)
    others = [
        bi.Effects([0.1, 0.2], [0.3, 0.4], measure="MD"),
        bi.Effects([0.1, 0.2], [0.3, 0.41], measure="SMD"),
        bi.Effects([0.1, 0.21], [0.3, 0.4], measure="SMD"),
        bi.Effects([0.1, 0.2], [0.3, 0.4], measure="SMD", df=5),
    ]
    assert len({fingerprint(each) for each in (dataset, *others)}) == 5


def test_design_effects_multiply_the_standard_error_by_their_root() -> None:
    dataset = bi.Effects([0.1, 0.2], [0.3, 0.4], measure="SMD").with_design_effects([4, 1])
    _, s = effects_of(dataset.studies, measure_of("SMD"))
    assert tuple(s) == (0.6, 0.4)
    assert dataset.design_effects == {"Study 1": 4.0}


def test_effects_takes_lists_arrays_and_series() -> None:
    expected = bi.Effects([0.1, 0.2], [0.3, 0.4], measure="SMD")
    assert bi.Effects(np.array([0.1, 0.2]), np.array([0.3, 0.4]), measure="SMD") == expected
    frame = pd.DataFrame({"y": [0.1, 0.2], "s": [0.3, 0.4]}, index=["A", "B"])
    named = bi.Effects(frame.y, frame.s, measure="SMD", names=list(frame.index), title="T", event="good")
    assert named.study_names == ("A", "B")
    assert (named.about.title, named.about.event) == ("T", "good")
    with pytest.raises(DataError, match="2 of yi, 1 of sei"):
        bi.Effects([0.1, 0.2], [0.3], measure="SMD")
    with pytest.raises(DataError, match="no estimates"):
        bi.Effects(measure="SMD")


def test_counts_that_give_no_hazard_ratio_say_so() -> None:
    with pytest.raises(DataError, match="give no hazard ratio"):
        effects_of(mixed().studies, measure_of("HR"))
    assert {m.code for m in MEASURES if m.from_counts} == {"OR", "RR", "RD"}


def test_an_estimate_of_fewer_digits_than_its_limits_fits_them() -> None:
    """0.58 beside 0.372 and 0.898, whose middle is 0.578: printed with two decimals, they with three."""
    table = bi.Effects(estimate=[0.58], lower=[0.372], upper=[0.898], measure="OR")
    assert table.studies[0].y == pytest.approx(math.log(0.58))
    with pytest.raises(bi.errors.DataError, match="they do not fit"):
        bi.Effects(estimate=[0.59], lower=[0.372], upper=[0.898], measure="OR")
