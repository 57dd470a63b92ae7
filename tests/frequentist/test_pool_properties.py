"""Invariances every method must have, on random tables with zero cells and empty arms among them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayes_ivig.frequentist.pooling import METHODS, pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.results.pooled import PooledEstimate

pytestmark = pytest.mark.slow

CLOSED = ["mh", "peto", "fixed", "dl", "reml", "ml", "pm", "sj", "he", "eb", "hs"]
CLOSED += ["revman-fixed", "revman-random", "revman-2025"]
PLAIN = [name for name in CLOSED if name != "peto"]


@st.composite
def datasets(draw, least: int = 1) -> Dataset:
    studies = []
    for i in range(draw(st.integers(least, 6))):
        n1, n0 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
        studies.append(Study(f"S{i}", draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0))
    return Dataset(tuple(studies))


def swapped(dataset: Dataset) -> Dataset:
    return Dataset(
        tuple(Study(s.name, s.counts[2], s.counts[3], s.counts[0], s.counts[1]) for s in dataset.studies)
    )


def numbers(found: PooledEstimate, sign: int = 1) -> list[float | None]:
    ends = (found.ci_lower, found.ci_upper, found.prediction_lower, found.prediction_upper)
    lower, upper, low, high = ends if sign > 0 else (ends[1], ends[0], ends[3], ends[2])
    signed = [None if x is None else sign * x for x in (found.estimate, lower, upper, low, high)]
    return [*signed, found.standard_error, found.p_value, found.tau2, found.q, found.i2, found.k]


def assert_same(ours: list[float | None], theirs: list[float | None]) -> None:
    assert [x is None for x in ours] == [x is None for x in theirs]
    pairs = [(x, y) for x, y in zip(ours, theirs, strict=True) if x is not None]
    assert [x for x, _ in pairs] == pytest.approx([y for _, y in pairs], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("method", CLOSED)
@settings(deadline=None, max_examples=40)
@given(dataset=datasets())
def test_swapping_arms_and_counting_non_events_negate_the_log_odds_ratio(
    method: str, dataset: Dataset
) -> None:
    found = numbers(pool(dataset, method=method))
    assert_same(numbers(pool(swapped(dataset), method=method), -1), found)
    assert_same(numbers(pool(dataset.complement(), method=method), -1), found)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("method", PLAIN)
@settings(deadline=None, max_examples=25)
@given(dataset=datasets(), data=st.data())
def test_order_and_empty_arms_change_nothing(
    method: str, measure: str, dataset: Dataset, data: st.DataObject
) -> None:
    found = pool(dataset, method=method, measure=measure)
    shuffled = Dataset(tuple(data.draw(st.permutations(dataset.studies))))
    assert_same(numbers(pool(shuffled, method=method, measure=measure)), numbers(found))
    total = data.draw(st.integers(0, 30))
    longer = Dataset((*dataset.studies, Study("empty", 0, 0, min(1, total), total)))
    more = pool(longer, method=method, measure=measure)
    assert_same(numbers(more), numbers(found))
    assert more.k_listed == found.k_listed + 1
    assert not more.studies[-1].estimable


@pytest.mark.parametrize("measure", ["RR", "RD"])
@pytest.mark.parametrize("method", ["mh", "fixed", "dl", "revman-fixed", "revman-random"])
@settings(deadline=None, max_examples=25)
@given(dataset=datasets())
def test_swapping_arms_negates_log_risk_ratio_and_risk_difference(
    method: str, measure: str, dataset: Dataset
) -> None:
    found = pool(dataset, method=method, measure=measure)
    assert_same(numbers(pool(swapped(dataset), method=method, measure=measure), -1), numbers(found))


@pytest.mark.parametrize("method", sorted(METHODS))
@settings(deadline=None, max_examples=15)
@given(dataset=datasets())
def test_every_missing_number_has_a_note_and_nothing_is_nan(method: str, dataset: Dataset) -> None:
    found = pool(dataset, method=method).to_dict()
    values = [value for value in found.values() if isinstance(value, float)]
    assert all(math.isfinite(value) for value in values)
    if any(value is None for value in found.values()):
        assert found["note"]


@pytest.mark.parametrize("method", CLOSED)
@settings(deadline=None, max_examples=25)
@given(dataset=datasets(least=2))
def test_weights_add_up_to_100(method: str, dataset: Dataset) -> None:
    found = pool(dataset, method=method)
    weights = [study.weight for study in found.studies]
    assert sum(weights) == pytest.approx(100) or found.estimate is None
