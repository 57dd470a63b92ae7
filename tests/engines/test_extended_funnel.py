"""The extended funnel: what every result of one trial more would make of the answer, against refits."""

import math
from dataclasses import replace

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.engines.next_trial.foreseen import foreseen
from bayes_ivig.engines.next_trial.outcomes import Lines
from bayes_ivig.engines.next_trial.trials import ControlLogOdds, Size, imagined
from bayes_ivig.errors import ModelError

Y, SE = [0.4, 0.9, -0.2, 0.5], [0.3, 0.4, 0.5, 0.25]


def estimates(*more: tuple[float, float], sign: int = 1) -> bi.Posterior:
    y = [sign * each for each in (*Y, *(each for each, _ in more))]
    errors = [*SE, *(error for _, error in more)]
    return bi.fit(bi.Effects(y, errors, measure="OR"))


def counts() -> bi.Posterior:
    rows = ((12, 40, 7, 41), (9, 30, 6, 31), (20, 60, 15, 58))
    return bi.fit(bi.Dataset(tuple(bi.Study(f"T{i}", *row) for i, row in enumerate(rows))))


@pytest.mark.parametrize("result", [(0.0, 0.1), (-0.8, 0.2), (1.5, 0.6), (0.4, 2.0)])
def test_a_result_is_what_a_fit_with_it_says(result: tuple[float, float]) -> None:
    funnel = bi.planning.extended_funnel(estimates(), results=[(math.exp(result[0]), result[1])])
    again = estimates(result)["mu"].prob_above(0)
    assert funnel.results[0].prob_benefit == pytest.approx(again, abs=1e-4)
    assert funnel.today == pytest.approx(estimates()["mu"].prob_above(0), abs=1e-5)


def test_the_picture_turns_with_the_arms() -> None:
    errors = [0.1, 0.4, 0.9]
    one = bi.planning.extended_funnel(estimates(), standard_errors=errors)
    other = bi.planning.extended_funnel(estimates(sign=-1), standard_errors=errors)
    assert other.x == pytest.approx(-one.x[::-1], abs=1e-6)
    assert other.prob == pytest.approx(1 - one.prob[:, ::-1], abs=1e-6)


def test_where_the_line_is_crossed_the_probability_is_the_line() -> None:
    post = estimates()
    funnel = bi.planning.extended_funnel(post, line=0.99)
    edges = [
        (math.exp(end), row.y)
        for row in funnel.needed
        for ends in (*row.benefit, *row.harm)
        for end in ends
        if end is not None
    ]
    assert len(edges) > 10
    laid = bi.planning.extended_funnel(post, line=0.99, results=edges).results
    reached = [max(each.prob_benefit, 1 - each.prob_benefit) for each in laid]
    assert reached == pytest.approx([0.99] * len(edges), abs=2e-4)


def test_of_events_the_chances_of_all_tables_add_up_to_what_next_trial_says() -> None:
    post, risk = counts(), 0.25
    funnel = bi.planning.extended_funnel(post, per_arm=20, control_risk=risk, line=0.95)
    plan = bi.next_trial(post, per_arm=[20], control_risk=risk, line=0.95).sizes[0]
    lines = Lines(True, 0.0, 0.1, 0.95, 0.95)
    ahead = foreseen(post.answers, np.array([lines.zero, lines.important]), 0.4)
    known = ControlLogOdds(math.log(risk / (1 - risk)), None)
    weight = imagined(ahead, Size(20, 20), known, 100, np.random.default_rng(1)).weight
    by_treatment = funnel.prob.T.reshape(-1)
    assert weight @ by_treatment == pytest.approx(funnel.today, abs=2e-4)
    assert weight @ (by_treatment >= 0.95) == pytest.approx(plan.value["reached"], abs=1e-3)
    for row in funnel.needed:  # more events under treatment, more of an effect
        for low, high in row.benefit:
            assert high is None
            if low is not None:
                at = int(low)
                assert funnel.prob[int(row.y), at] >= 0.95 > funnel.prob[int(row.y), at - 1]


def test_a_benefit_lies_below_where_the_event_is_bad() -> None:
    dataset = counts().dataset
    bad = bi.fit(replace(dataset, about=replace(dataset.about, event="bad")))
    good = bi.planning.extended_funnel(counts(), standard_errors=[0.2, 0.4])
    turned = bi.planning.extended_funnel(bad, standard_errors=[0.2, 0.4])
    assert turned.prob == pytest.approx(1 - good.prob, abs=1e-9)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"standard_errors": [0.2, 0.3], "per_arm": 20}, "not both"),
        ({"standard_errors": [0.2]}, "two or more"),
        ({"standard_errors": [0.2, -0.3]}, "above 0"),
        ({"per_arm": 151}, "1 to 150"),
        ({"results": [(1.5, 0.0)]}, "standard error above 0"),
        ({"results": [(-1.5, 0.2)]}, "estimate"),
        ({"per_arm": 10, "results": [(11, 2)]}, "whole numbers up to 10 and 10"),
        ({"line": 0.4}, "above 0.5"),
    ],
)
def test_what_no_trial_has_is_refused(choices: dict[str, object], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        bi.planning.extended_funnel(counts(), **choices)  # type: ignore[arg-type]
