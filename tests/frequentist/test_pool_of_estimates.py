"""Pooling studies of which only an estimate is known, beside those with counts.

The witness is metafor: an estimate and its standard error, computed here from the counts, pool to what its
``rma`` gives for the counts themselves.
"""

import math
from dataclasses import replace

import pytest
from frequentist_reference import number, rows, tables
from hypothesis import given
from hypothesis import strategies as st

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

INVERSE = [name for name, method in METHODS.items() if not method.of_counts]
NUMBERS = (
    "estimate",
    "standard_error",
    "ci_lower",
    "ci_upper",
    "p_value",
    "q",
    "q_p_value",
    "i2",
    "tau2",
    "k",
)
ROWS = [
    row
    for row in rows("frequentist")
    if row["method"] in ("IV-FE", "IV-DL", "IV-SJ", "IV-HE", "IV-DL-HKSJ") and int(row["k"]) > 1
]


def effect(study: Study, measure: str) -> tuple[float, float] | None:
    """The effect of one study and its standard error, 0.5 in every cell where one is 0; None where both arms
    have no events, or nothing else.
    """
    a, n1, c, n2 = study.counts
    b, d = n1 - a, n2 - c
    if not n1 or not n2 or (measure != "RD" and (a == c == 0 or b == d == 0)):
        return None
    if 0 in (a, b, c, d):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    n1, n2 = a + b, c + d
    if measure == "OR":
        return math.log(a * d / b / c), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    if measure == "RR":
        return math.log(a / n1 / (c / n2)), math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    return a / n1 - c / n2, math.sqrt(a * b / n1**3 + c * d / n2**3)


def known_by_estimate(dataset: Dataset, measure: str) -> Dataset:
    found = {study.name: own for study in dataset.studies if (own := effect(study, measure)) is not None}
    y, sigma = zip(*found.values(), strict=True)
    return bi.Effects(list(y), list(sigma), measure=measure, names=list(found))


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=[f"{r['dataset']}-{r['method']}-{r['measure']}" for r in ROWS])
def test_estimates_pool_to_what_metafor_gives_for_the_counts(row: dict[str, str]) -> None:
    estimates = known_by_estimate(tables()[row["dataset"]], row["measure"])
    method = {"IV-FE": "fixed", "IV-SJ": "sj", "IV-HE": "he"}.get(row["method"], "dl")
    found = pool(estimates, method=method, hartung_knapp=row["method"].endswith("HKSJ"))
    for theirs, ours in (
        ("estimate", "estimate"), ("se", "standard_error"), ("ci_lb", "ci_lower"), ("ci_ub", "ci_upper"),
        ("tau2", "tau2"), ("Q", "q"),
    ):  # fmt: skip
        assert getattr(found, ours) == pytest.approx(number(row, theirs), rel=1e-6, abs=1e-8)
    assert found.measure == row["measure"] and found.k_informative == found.k == found.k_listed


@pytest.mark.parametrize("method", INVERSE)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_table_of_counts_and_estimates_pools_as_one_of_counts(method: str, measure: str) -> None:
    counts = replace(tables()["bcg"], measure=measure)
    estimates = known_by_estimate(counts, measure)
    mixed = replace(counts, studies=(*counts.studies[:6], *estimates.studies[6:]))
    whole = pool(counts, method=method)
    for table in (mixed, estimates):
        found = pool(table, method=method)
        for name in NUMBERS:
            assert getattr(found, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-12)
        assert [each.study for each in found.studies] == [each.study for each in whole.studies]
        for own, other in zip(found.studies, whole.studies, strict=True):
            assert (own.estimate, own.weight) == pytest.approx((other.estimate, other.weight), rel=1e-9)


EIGHT = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])


def test_eight_schools_on_any_plain_measure() -> None:
    """Gelman et al., Bayesian Data Analysis, section 5.5: pooled 7.7 with standard error 4.1."""
    weights = [1 / s**2 for s in EIGHT[1]]
    mean = sum(w * y for w, y in zip(weights, EIGHT[0], strict=True)) / sum(weights)
    for measure in ("MD", "SMD", "DIFF"):
        found = pool(bi.Effects(*EIGHT, measure=measure), method="fixed")
        assert found.measure == measure
        assert found.estimate == pytest.approx(mean) == pytest.approx(7.7, abs=0.05)
        assert found.standard_error == pytest.approx(sum(weights) ** -0.5) == pytest.approx(4.1, abs=0.05)
        assert found.zero_cells.rule.startswith("nothing added")
        assert pool(bi.Effects(*EIGHT, measure=measure), method="dl").tau2 == 0
        assert measure in found.text() and "minus" in found.text()


def test_ratios_are_shown_as_ratios() -> None:
    found = pool(bi.Effects([-0.5, -0.3], [0.2, 0.25], measure="HR"), method="reml")
    assert found.measure == "HR" and "hazard ratio" in found.text() and "over" in found.text()
    assert found.to_dict()["measure"] == "HR"


estimates = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=6)


@given(estimates, st.sampled_from(["fixed", "dl", "he", "sj", "hs"]), st.randoms(use_true_random=False))
def test_signs_turn_and_order_does_not_matter(
    found: list[tuple[float, float]], method: str, chance: object
) -> None:
    y, sigma = zip(*found, strict=True)
    first = pool(bi.Effects(list(y), list(sigma), measure="MD"), method=method)
    turned = pool(bi.Effects([-each for each in y], list(sigma), measure="MD"), method=method)
    back = pool(bi.Effects(list(y)[::-1], list(sigma)[::-1], measure="MD"), method=method)
    assert turned.estimate == pytest.approx(-first.estimate, abs=1e-9)
    assert turned.ci_lower == pytest.approx(-first.ci_upper, abs=1e-9)
    assert back.estimate == pytest.approx(first.estimate, abs=1e-9)
    assert back.tau2 == pytest.approx(first.tau2, abs=1e-9)


def test_what_cannot_be_pooled_says_why() -> None:
    estimates, counts = bi.Effects(*EIGHT, measure="MD"), tables()["bcg"]
    for method in set(METHODS) - set(INVERSE):
        with pytest.raises(ModelError, match=r"pools counts, and 'Study 1' is known by its estimate only"):
            pool(bi.Effects([0.1, 0.2], [1, 1], measure="OR"), method=method)
    with pytest.raises(ModelError, match="known by its MD only"):
        pool(estimates, method="dl", measure="SMD")
    with pytest.raises(ModelError, match="no measure 'XR'"):
        pool(estimates, method="dl", measure="XR")
    with pytest.raises(ModelError, match="events and totals give no HR"):
        pool(counts, method="dl", measure="HR")
    mixed = Dataset((*counts.studies, *estimates.studies), measure="MD")
    with pytest.raises(DataError, match="events and totals give no mean difference"):
        pool(mixed, method="dl")
