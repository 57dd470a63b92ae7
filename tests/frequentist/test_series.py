"""Leave-one-out, cumulative pooling, fragility."""

import pytest
from frequentist_reference import tables

from bayes_ivig.errors import DataError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.series import cumulative, fragility, leave_one_out
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

CASE = "ivig_live_published"


def test_leave_one_out_of_the_case() -> None:
    found = {step.study: step.pooled for step in leave_one_out(tables()[CASE], method="revman-random")}
    assert list(found) == list(tables()[CASE].study_names)
    assert found["Stricker 2000"].ratio == pytest.approx((1.99, 1.11, 3.57), abs=5e-3)
    assert found["Stricker 2000"].i2 == pytest.approx(0, abs=1e-9)
    assert found["Yamada 2022"].ratio == pytest.approx((3.65, 0.76, 17.5), abs=5e-2)
    assert leave_one_out(Dataset((Study("a", 1, 2, 1, 3),)), method="mh") == ()


def test_cumulative_ends_with_everything() -> None:
    dataset = tables()["bcg"]
    steps = cumulative(dataset, method="dl", measure="RR", hartung_knapp=True)
    assert [step.pooled.k for step in steps] == list(range(1, 14))
    assert steps[-1].pooled == pool(dataset, method="dl", measure="RR", hartung_knapp=True)
    backwards = cumulative(dataset, method="dl", order=dataset.study_names[::-1])
    assert backwards[0].study == dataset.study_names[-1]
    assert backwards[-1].pooled.estimate == pytest.approx(pool(dataset, method="dl").estimate)
    with pytest.raises(DataError, match="not among the studies"):
        cumulative(dataset, method="dl", order=["Nobody 1999"])
    with pytest.raises(DataError, match="twice"):
        cumulative(dataset, method="dl", order=[dataset.study_names[0]] * 2)


def test_one_event_decides_the_published_result() -> None:
    found = fragility(tables()[CASE])
    assert (found.significant, found.index) == (True, 1)
    ((study, arm, step),) = found.changes
    assert (arm, step) in {("treatment", -1), ("control", 1)}
    assert study in tables()[CASE].study_names
    assert found.pooled.p_value > 0.05


def test_towards_significance_and_without_any_number() -> None:
    up = fragility(Dataset((Study("a", 5, 20, 9, 21), Study("b", 3, 20, 7, 20))), method="mh")
    assert not up.significant
    assert up.index == len(up.changes) > 0
    assert up.pooled.p_value < 0.05
    nothing = fragility(Dataset((Study("a", 0, 20, 0, 21),)), method="mh")
    assert (nothing.index, nothing.changes, nothing.pooled.estimate) == (None, (), None)
