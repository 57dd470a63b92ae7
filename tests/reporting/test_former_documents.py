"""Documents of version 1: rows of tables with the columns that the last release gave them."""

import pytest
from result_examples import example

from bayes_ivig.measures import measure_of
from bayes_ivig.reporting.former_documents import former

pytestmark = pytest.mark.slow

COLUMNS = {
    "AbsoluteEffects": [
        "effect", "median", "lower_0.95", "upper_0.95",
    ],
    "ControlRisk": [
        "control risk of", "median", "lower_0.95", "upper_0.95",
    ],
    "Funnel": [
        "study", "estimate", "standard_error", "ci_lower", "ci_upper", "weight", "reason",
    ],
    "Marginal": [
        "mean", "sd", "median", "lower_0.95", "upper_0.95",
    ],
    "MissingOutcomes": [
        "assumption", "or_median", "or_lower", "or_upper", "prob_conclusion", "imor",
    ],
    "ModelAverage": [
        "over", "quantity", "mean", "sd", "median", "lower_0.95", "upper_0.95",
    ],
    "PosteriorCheck": [
        "study", "arm", "observed", "total", "expected", "lower", "upper", "prob_above", "p_value", "mcse",
    ],
    "PosteriorSeries": [
        "step", "k", "k_informative", "or_median", "or_lower_0.95", "or_upper_0.95", "prob_or_gt_1",
        "tau_median", "note",
    ],
    "PriorCheck": [
        "quantity", "scale", "q2.5", "q25", "q50", "q75", "q97.5", "prob_extreme", "extreme",
    ],
    "TermEffects": [
        "effect", "mean", "sd", "median", "lower_0.95", "upper_0.95",
    ],
    "Contrast": [
        "row", "scale", "trials", "median", "lower_0.95", "upper_0.95", "prob_above_1",
    ],
    "Standing": [
        "size", "subsets", "pooled_p", "or_q50", "prob_or_gt_1", "significant", "significant_above",
        "significant_below", "convincing_above", "convincing_below", "rank_pooled_or",
        "rank_or_q50",
    ],
    "SpecificationCurve": [
        "trials", "question", "likelihood", "effects", "mu", "tau", "k", "k_informative", "or_q2.5",
        "or_q50", "or_q97.5", "prob_or_gt_1", "stated_before", "reference", "numerical_error",
    ],
}  # fmt: skip
PLACES = {"Contrast": "rows", "SpecificationCurve": "specifications"}


@pytest.mark.parametrize("kind", COLUMNS)
def test_rows_have_their_former_columns_in_their_former_order(kind: str) -> None:
    result = example(kind)
    old, new = (result.to_dict(version=version)[PLACES.get(kind, "table")] for version in (1, 2))
    assert list(old[0]) == COLUMNS[kind]
    assert len(old) == len(new)
    assert set(map(str, old[0].values())) <= set(map(str, new[0].values()))


@pytest.mark.parametrize("code", ["RR", "MD"])
def test_another_measure_was_called_effect(code: str) -> None:
    columns = measure_of(code).columns
    row = {columns.median: 2, columns.lower: 1, columns.upper: 3, "level": 0.95, columns.pooled: 4}
    row |= {"tau_median": 5, columns.moved: 6, columns.above: 7}
    moved = "effect_ratio" if code == "RR" else "effect_change"
    assert former({"rows": [row]}, "Subsets")["rows"] == [
        {
            "effect_lower": 1, "effect_median": 2, "effect_upper": 3, "pooled_effect": 4, "tau_q50": 5,
            moved: 6, columns.above: 7,
        },
    ]  # fmt: skip
