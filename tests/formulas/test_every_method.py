"""Every way of pooling at once is, number for number, what ``pool`` gives one by one."""

import dataclasses
import math

import numpy as np
import pytest

from bayes_ivig import Dataset, Study, load_dataset, pool
from bayes_ivig.classical import Rules
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.conventions import CONVENTIONS
from bayes_ivig.formulas.every_method import FIXED, Recipe, every_result
from bayes_ivig.frequentist.pooling import METHODS

RULES = {
    "metafor": Rules.metafor(),
    "revman": Rules.revman5(),
    "half in every study": dataclasses.replace(Rules.metafor(), study_estimates="all studies"),
    "no study dropped": dataclasses.replace(
        Rules.metafor(), drop_no_events=(), drop_only_events=(), mantel_haenszel_q_drops=False
    ),
    "nothing added": dataclasses.replace(Rules.metafor(), study_estimates="none"),
}
SPARSE = Dataset(
    (
        Study("a", 0, 12, 3, 11), Study("b", 4, 9, 0, 8), Study("c", 0, 7, 0, 9), Study("d", 5, 5, 6, 6),
        Study("e", 3, 30, 9, 28), Study("f", 2, 6, 0, 0),
    )
)  # fmt: skip
ONE = Dataset((Study("a", 3, 12, 5, 11), Study("b", 0, 9, 0, 8)))
LARGE = Dataset(tuple(Study(str(i), 900 * i, 10**6, 1000 * i + 7, 10**6 + i) for i in range(1, 6)))
ALL: tuple[es.Measure, ...] = ("OR", "RR", "RD")
TABLES: dict[str, tuple[Dataset, tuple[es.Measure, ...]]] = {
    "live birth": (load_dataset("ivig", "live_birth"), ("RR",)),
    "sparse": (SPARSE, ALL),
    "one": (ONE, ("OR",)),
    "large": (LARGE, ("OR", "RD")),
}


def cells(dataset: Dataset) -> es.Cells:
    r1, n1, r0, n0 = np.array([study.counts for study in dataset.studies], dtype=float).T
    return es.to_cells(r1, n1, r0, n0)


def same(found: float, expected: float | None) -> bool:
    if expected is None:
        return math.isnan(found)
    return abs(found - expected) <= 1e-8 * max(1.0, abs(expected))


@pytest.mark.parametrize("name", TABLES)
def test_it_is_what_pool_gives(name: str) -> None:
    dataset, measures = TABLES[name]
    seen = 0
    for recipe, numbers in every_result(cells(dataset), measures):
        rules = RULES[recipe.convention]
        if recipe.quantile == "t truncated":
            rules = dataclasses.replace(rules, truncate_hartung_knapp=True)
        hartung_knapp = recipe.quantile != "z"
        one = pool(
            dataset, method=recipe.method, measure=recipe.measure, rules=rules, hartung_knapp=hartung_knapp
        )
        lower, upper, p_value = numbers.limits(0.95)
        pairs = {
            "estimate": (numbers.estimate, one.estimate),
            "ci_lower": (lower, one.ci_lower),
            "ci_upper": (upper, one.ci_upper),
            "p_value": (p_value, one.p_value),
            "i2": (numbers.i2, one.i2),
            "q_p_value": (numbers.q_p_value, one.q_p_value),
            "k": (numbers.k, one.k),
        }
        for field, (found, expected) in pairs.items():
            assert same(float(found), expected), (recipe, field, float(found), expected)
            seen += 1
    assert seen >= 7 * 5 * 23 * len(measures)


def test_many_tables_at_once_are_each_of_them() -> None:
    first, second = cells(SPARSE), cells(load_dataset("ivig", "live_birth").trials("published"))
    both: es.Cells = tuple(np.stack([x, y]) for x, y in zip(first, second, strict=True))  # type: ignore[assignment]
    alone = [dict(every_result(one, ("RR",))) for one in (first, second)]
    for recipe, numbers in every_result(both, ("RR",)):
        for index in (0, 1):
            single = alone[index][recipe]
            for field in numbers._fields:
                found, expected = getattr(numbers, field)[index], getattr(single, field)
                assert np.isclose(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True), (recipe, field)


def test_no_closed_form_of_pool_is_missing() -> None:
    """``eb`` equals ``pm``; the names with revman stand for Mantel-Haenszel and REML under its convention."""
    others = {"eb", "revman-fixed", "revman-2025"}
    recipes = [recipe for recipe, _ in every_result(cells(ONE))]
    assert {recipe.method for recipe in recipes} | others == {
        name for name in METHODS if not name.startswith("glmm")
    }
    assert len(set(recipes)) == len(recipes) == 3 * len(CONVENTIONS) * (len(FIXED) - 1 + 1 + 3 * 7) + 1
    assert Recipe("OR", "revman-random", "revman") in recipes
