"""One trial refuses impossible counts, and says which."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.errors import BayesIvigError, DataError
from bayes_ivig.inputs.counts.study import LARGEST, Study


@st.composite
def studies(draw: st.DrawFn) -> Study:
    n1, n0 = draw(st.integers(0, 500)), draw(st.integers(0, 500))
    name = draw(st.text(min_size=1).filter(str.strip))
    return Study(name, draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0)


def test_keeps_its_counts_in_order() -> None:
    assert Study("a", 1, 2, 3, 4).counts == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("counts", "column", "said"),
    [
        ((8, 7, 0, 9), "treatment_events", "8 events in an arm of 7"),
        ((0, 7, 10, 9), "control_events", "10 events in an arm of 9"),
        ((-1, 7, 0, 9), "treatment_events", "-1 is negative"),
        ((0, 7, 0, -9), "control_total", "-9 is negative"),
        ((0.5, 7, 0, 9), "treatment_events", "0.5"),
        ((1.0, 7, 0, 9), "treatment_events", "1.0"),
        (("3", 7, 0, 9), "treatment_events", "'3'"),
        ((None, 7, 0, 9), "treatment_events", "None"),
        ((float("nan"), 7, 0, 9), "treatment_events", "nan"),
        ((True, 7, 0, 9), "treatment_events", "True"),
        ((0, 7, 0, LARGEST + 1), "control_total", "at most 1,000,000,000"),
    ],
)
def test_refuses_an_impossible_count(counts: tuple[object, ...], column: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        Study("Doe 1999", *counts)  # type: ignore[arg-type]
    assert "Doe 1999" in str(caught.value)
    assert column in str(caught.value)
    assert said in str(caught.value)


def test_reports_both_arms_at_once() -> None:
    with pytest.raises(DataError) as caught:
        Study("Doe 1999", 8, 7, "x", 9)  # type: ignore[arg-type]
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("name", ["", "  ", None])
def test_refuses_a_blank_name(name: str | None) -> None:
    with pytest.raises(DataError, match="needs a name"):
        Study(name, 1, 2, 1, 2)  # type: ignore[arg-type]


def test_numpy_integers_become_plain_ones() -> None:
    study = Study(" a ", np.int64(1), np.int32(2), np.uint8(3), np.int64(4))  # type: ignore[arg-type]
    assert study == Study("a", 1, 2, 3, 4)
    assert {type(count) for count in study.counts} == {int}


@pytest.mark.parametrize(
    ("counts", "estimable"), [((0, 22, 0, 0), False), ((0, 0, 0, 9), False), ((0, 1, 0, 1), True)]
)
def test_an_empty_arm_is_kept_as_not_estimable(counts: tuple[int, int, int, int], estimable: bool) -> None:
    assert Study("a", *counts).estimable is estimable


def test_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Study("a", 1, 2, 1, 2).treatment_events = 2  # type: ignore[misc]


def test_its_error_is_one_of_the_package() -> None:
    assert issubclass(DataError, BayesIvigError)
    assert not issubclass(DataError, ValueError)


@given(studies())
def test_complement_twice_is_the_study_itself(study: Study) -> None:
    assert study.complement().complement() == study


@given(studies())
def test_complement_shares_the_arm_out(study: Study) -> None:
    other = study.complement()
    assert study.treatment_events + other.treatment_events == study.treatment_total == other.treatment_total
    assert study.control_events + other.control_events == study.control_total == other.control_total


@pytest.mark.parametrize(
    ("counts", "informative"),
    [
        ((0, 100, 0, 100), False),
        ((7, 7, 9, 9), False),
        ((0, 10, 10, 10), True),  # mirror images: all of the events in one arm
        ((10, 10, 0, 10), True),
        ((1, 100, 0, 100), True),
        ((LARGEST, LARGEST, LARGEST - 1, LARGEST), True),
        ((0, 0, 3, 9), False),
    ],
)
def test_whether_the_counts_can_tell_the_arms_apart(
    counts: tuple[int, int, int, int], informative: bool
) -> None:
    assert Study("a", *counts).informative is informative


@given(studies())
def test_a_trial_is_informative_where_its_total_leaves_the_arms_a_choice(study: Study) -> None:
    """The witness counts the tables with the same totals: one alone means a flat conditional likelihood."""
    r1, n1, r0, n0 = study.counts
    tables = [x for x in range(n1 + 1) if 0 <= r1 + r0 - x <= n0]
    assert study.informative is (len(tables) > 1)
    assert study.complement().informative is study.informative
