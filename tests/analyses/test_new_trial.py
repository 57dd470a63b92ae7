"""One more trial added to an answer: the closed form of a common effect of log odds ratios beside it."""

import math

import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.analyses.brief.new_trial import LARGE, new_trials
from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.results.brief.new_trial import NewTrial

HEADER = "study,treatment_events,treatment_total,control_events,control_total\n"
ROWS = ((5, 40, 12, 41), (4, 50, 9, 52), (2, 20, 3, 19))
SD = 2.82
CLOSED = bi.Model(likelihood="normal", effects="common", mu=f"normal(0, {SD})")


def added(tmp_path, rows=ROWS, sidecar='event = "bad"\n', model=CLOSED) -> tuple[NewTrial, ...]:
    path = tmp_path / "mine.csv"
    lines = [",".join(map(str, (f"T{i}", *row))) for i, row in enumerate(rows)]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".toml").write_text(sidecar, encoding="utf-8")
    return tuple(new_trials(reanalyze(path, model=model).outcomes[0].trial_set("all"), "all"))


def closed_form(rows) -> tuple[float, float]:
    """Mean and SD of the common log odds ratio under a normal prior around 0."""
    precision, weighted = 1 / SD**2, 0.0
    for r1, n1, r0, n0 in rows:
        variance = 1 / r1 + 1 / (n1 - r1) + 1 / r0 + 1 / (n0 - r0)
        effect = math.log(r1 * (n0 - r0) / (r0 * (n1 - r1)))
        precision, weighted = precision + 1 / variance, weighted + effect / variance
    return weighted / precision, precision**-0.5


def benefit(rows) -> float:
    mean, sd = closed_form(rows)
    return float(stats.norm.cdf(-mean / sd))


def test_the_probability_after_is_that_of_the_closed_form(tmp_path) -> None:
    risk = (24 + 0.5) / (112 + 1)
    opposite = math.exp(-closed_form(ROWS)[0])
    for new, per_arm in zip(added(tmp_path), (52, LARGE), strict=True):
        odds = opposite * risk / (1 - risk)
        counts = round(per_arm * odds / (1 + odds)), per_arm, round(per_arm * risk), per_arm
        assert (new.per_arm, new.finds, new.as_large) == (per_arm, "the opposite", per_arm == 52)
        assert new.effect == pytest.approx(opposite, rel=1e-4)
        assert new.control_risk == pytest.approx(risk)
        assert new.before == pytest.approx(benefit(ROWS), abs=1e-4)
        assert new.after == pytest.approx(benefit((*ROWS, counts)), abs=1e-4)


def test_where_no_direction_is_shown_it_finds_what_just_matters(tmp_path) -> None:
    even = ((10, 40, 10, 40), (9, 50, 9, 50))
    bad, good, neither = (
        added(tmp_path, even, sidecar) for sidecar in ('event = "bad"\n', 'event = "good"\n', "")
    )
    assert {new.finds for new in (*bad, *good, *neither)} == {"the margin"}
    assert [new.effect for new in (bad[0], good[0], neither[0])] == [0.8, 1.25, 1.25]
    assert good[0].after == pytest.approx(neither[0].after)
    assert bad[1].after > bad[0].after > bad[0].before


def test_nothing_is_added_where_nothing_was_learnt_or_no_counts_are_known(tmp_path) -> None:
    assert added(tmp_path, ((0, 40, 0, 41), (0, 30, 0, 9)), model=None) == ()


def test_the_control_risk_is_of_people_whose_outcome_is_known(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    head = HEADER.strip() + ",treatment_missing,control_missing\n"
    path.write_text(head + "A,5,40,12,41,10,11\nB,4,50,9,52,0,2\n", encoding="utf-8")
    (first, _) = new_trials(reanalyze(path, model=CLOSED).outcomes[0].trial_set("all"), "all")
    assert first.control_risk == pytest.approx((21 + 0.5) / (30 + 50 + 1))


def test_a_trial_of_the_largest_arms_there_may_be(tmp_path) -> None:
    largest = 10**9
    found = added(tmp_path, ((largest // 2, largest, largest // 2 - 9, largest), (3, 9, 4, 9)))
    assert [new.per_arm for new in found] == [largest, largest]


def test_a_trial_of_that_name_is_no_trouble(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADER}one more trial,5,40,12,41\nB,4,50,9,52\n", encoding="utf-8")
    outcome = reanalyze(path, model=CLOSED).outcomes[0]
    assert len(outcome.new_trials) == 2
