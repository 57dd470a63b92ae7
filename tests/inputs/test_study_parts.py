"""Studies of people not seen, of person-time and of effective counts."""

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.study import Study


def test_counts_are_of_those_who_were_seen() -> None:
    study = Study("a", 10, 50, 8, 52, treatment_missing=5, control_missing=7)
    assert study.counts == (10, 45, 8, 45)
    assert (study.treatment_seen, study.control_seen, study.missing) == (45, 45, 12)
    assert study.complement().counts == (35, 45, 37, 45)
    assert study.complement().complement() == study
    assert study.counting(11, 45, 8, 45).counts == (11, 45, 8, 45)


@pytest.mark.parametrize("engine_answer", ["mu", "tau"])
def test_available_cases_are_fitted_where_nothing_is_said_of_the_others(engine_answer: str) -> None:
    lost = bi.Dataset((Study("a", 10, 50, 8, 52, treatment_missing=5), Study("b", 4, 30, 9, 40)))
    seen = bi.Dataset((Study("a", 10, 45, 8, 52), Study("b", 4, 30, 9, 40)))
    one, other = bi.fit(lost, bi.Model()), bi.fit(seen, bi.Model())
    assert one[engine_answer].mean == other[engine_answer].mean
    assert fingerprint(lost) != fingerprint(seen)


def test_an_arm_of_which_nobody_was_seen_is_not_estimable() -> None:
    study = Study("a", 0, 5, 3, 9, treatment_missing=5)
    assert not study.estimable
    assert not study.informative


def test_more_missing_than_the_arm_holds() -> None:
    with pytest.raises(DataError, match="45 people without an outcome and 10 events in an arm of 50"):
        Study("a", 10, 50, 8, 52, treatment_missing=45)
    with pytest.raises(DataError, match="is negative"):
        Study("a", 10, 50, 8, 52, treatment_missing=-1)


def test_rates_have_no_counts_of_people() -> None:
    study = Study("a", 12, 0, 7, 0, treatment_time=100.5, control_time=90)
    assert study.of_rates and not study.of_people
    assert study.estimable and study.informative
    assert study.rates == (12, 100.5, 7, 90.0)
    with pytest.raises(DataError, match="give the totals of both arms"):
        study.counts  # noqa: B018 - asking is the test
    assert not Study("a", 0, 0, 0, 0, treatment_time=1, control_time=2).informative


def test_events_and_person_time_beside_people() -> None:
    both = Study("a", 12, 40, 7, 41, treatment_time=100.5, control_time=90)
    assert both.counts == (12, 40, 7, 41)
    assert both.rates == (12, 100.5, 7, 90.0)
    with pytest.raises(DataError, match="no person-time"):
        Study("a", 1, 2, 1, 2).rates  # noqa: B018 - asking is the test


@pytest.mark.parametrize(
    "times", [(5, 0), (-1, 4), (float("nan"), 4), (float("inf"), 4), (True, 4), ("5", 4)]
)
def test_times_that_are_none(times: tuple[object, object]) -> None:
    with pytest.raises(DataError, match="person-time is a number above 0, in both arms or in neither"):
        Study("a", 1, 0, 1, 0, treatment_time=times[0], control_time=times[1])  # type: ignore[arg-type]


def test_effective_counts_where_asked_for() -> None:
    study = Study("a", 7.5, 30, 4, 20.25, fractional=True)
    assert study.counts == (7.5, 30, 4, 20.25)
    assert study.fractional
    with pytest.raises(DataError, match="whole people are needed"):
        study.whole_counts  # noqa: B018 - asking is the test
    with pytest.raises(DataError, match="--fractional, or fractional=True"):
        Study("a", 7.5, 30, 4, 20)
    with pytest.raises(DataError, match="events cannot exceed"):
        Study("a", 7.5, 7.25, 4, 20, fractional=True)
    with pytest.raises(DataError, match="negative"):
        Study("a", -0.5, 7.25, 4, 20, fractional=True)


def test_whole_numbers_are_whole_also_where_fractions_are_allowed() -> None:
    assert Study("a", 7.0, 30.0, 4, 20, fractional=True) == Study("a", 7, 30, 4, 20)
    assert Study("a", 7.0, 30.0, 4, 20, fractional=True).whole_counts == (7, 30, 4, 20)


@pytest.mark.parametrize("count", [float("nan"), float("inf"), True, "7", None])
def test_what_is_no_number_is_no_count_either(count: object) -> None:
    with pytest.raises(DataError, match="a count is a whole number"):
        Study("a", count, 30, 4, 20, fractional=True)  # type: ignore[arg-type]
