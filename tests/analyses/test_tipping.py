"""Where conclusions turn: closed forms of the normal case, plain fits at every crossing,
and fragile tables by brute force.
"""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import optimize, stats

from bayes_ivig import Dataset, Model, Study, fit, load_dataset, pool
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.tipping import Conclusion, bayesian_fragility, credibility, tipping_grid, tipping_point

PUBLISHED = load_dataset("ivig", "live_birth").trials("published")
POSTERIOR = fit(PUBLISHED, Model())
Z = 1.959963984540054


@pytest.mark.parametrize("parameter", ["mu", "tau"])
def test_a_plain_fit_at_the_crossing_is_on_the_line(parameter: str) -> None:
    found = tipping_point(POSTERIOR, parameter)
    assert found.holds
    assert found.chance == pytest.approx(POSTERIOR["mu"].prob_above(0.0))
    (scale,) = found.crossings
    plain = fit(PUBLISHED, Model(**{parameter: found.prior(scale)}))
    assert plain["mu"].prob_above(0.0) == pytest.approx(0.975, abs=1e-5)
    table = found.table()
    assert table.loc[0, "holds"] == ("above" if parameter == "mu" else "below")
    assert table.loc[0, "scale"] == scale


def test_one_normal_trial_has_a_closed_form() -> None:
    """Under a common effect the sceptical prior is Held's: g = s^2 / (z_obs^2 / z^2 - 1)."""
    trial = Dataset((Study("one", 300, 600, 240, 600),))
    posterior = fit(trial, Model("normal", "common"))
    found = tipping_point(posterior, "mu", between=(0.05, 5))
    pooled = pool(trial, method="fixed")
    closed = credibility(pooled)
    assert found.crossings == (pytest.approx(closed.sceptical_sd, rel=1e-4),)
    assert found.table().loc[0, "or_range"] == pytest.approx(math.exp(closed.scepticism_limit), rel=1e-4)
    assert found.table().loc[0, "persons"] == pytest.approx((4 / closed.sceptical_sd) ** 2, rel=1e-3)


def test_a_conclusion_that_never_turns_has_no_crossing() -> None:
    found = tipping_point(POSTERIOR, "mu", conclusion=Conclusion(probability=0.5), between=(0.1, 5))
    assert found.crossings == ()
    assert list(found.table().columns) == ["prior", "scale", "holds", "or_range", "persons"]
    below = tipping_point(POSTERIOR, "mu", conclusion=Conclusion(1.25, 0.9, "above"))
    assert not math.isclose(below.crossings[0], tipping_point(POSTERIOR, "mu").crossings[0])


def test_bad_outcomes_tip_the_other_way() -> None:
    mirrored = fit(PUBLISHED.complement(), Model("hypergeometric"))
    found, other = tipping_point(mirrored, "mu"), tipping_point(fit(PUBLISHED, Model("hypergeometric")), "mu")
    assert found.conclusion.side == "below"
    assert found.crossings == pytest.approx(other.crossings, rel=1e-3)


def test_the_grid_is_made_of_plain_fits() -> None:
    found = tipping_grid(POSTERIOR, mu_scales=[0.1, 0.5, 3], tau_scales=[0.05, 1])
    for i, j in product(range(3), range(2)):
        plain = fit(
            PUBLISHED, Model(mu=f"normal(0, {found.mu_scales[i]})", tau=f"half_normal({found.tau_scales[j]})")
        )["mu"]
        assert found.chances[i, j] == pytest.approx(plain.prob_above(0.0), abs=1e-4)
        assert found.limits[i, j] == pytest.approx(math.exp(plain.interval(0.95)[0]), rel=1e-3)
    table = found.table()
    assert len(table) == 6
    assert list(table["holds"]) == [bool(c >= 0.975) for c in found.chances.ravel()]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: tipping_point(POSTERIOR, "alpha"), "mu or tau"),
        (lambda: tipping_point(POSTERIOR, between=(2, 1)), "increase"),
        (lambda: tipping_point(fit(PUBLISHED, Model(effects="common")), "tau"), "common effect"),
        (lambda: tipping_grid(fit(PUBLISHED, Model(effects="common"))), "common effect"),
        (lambda: tipping_grid(POSTERIOR, level=95), "between 0 and 1"),
        (lambda: Conclusion(odds_ratio=-1, probability=2), "odds_ratio is -1.*probability is 2"),
        (lambda: Conclusion(side="up"), "'above' or 'below'"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_tip_is_refused(ask, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        ask()


# The closed-form analysis of credibility


def posterior_limits(estimate: float, error: float, mean: float, sd: float) -> np.ndarray:
    precision = error**-2 + sd**-2
    return (estimate / error**2 + mean / sd**2) / precision + np.array([-Z, Z]) / math.sqrt(precision)


def test_the_sceptical_prior_makes_the_interval_touch_no_effect() -> None:
    found = credibility(0.8, 0.3)
    assert posterior_limits(0.8, 0.3, 0, found.sceptical_sd)[0] == pytest.approx(0, abs=1e-12)
    lower, upper = 0.8 - Z * 0.3, 0.8 + Z * 0.3
    assert found.scepticism_limit == pytest.approx((upper - lower) ** 2 / (4 * math.sqrt(upper * lower)))
    assert found.scepticism_limit == pytest.approx(Z * found.sceptical_sd)
    assert found.box_p == pytest.approx(2 * stats.norm.sf(0.8, 0, math.hypot(0.3, found.sceptical_sd)))
    assert found.advocacy_limit is None
    assert credibility(-0.8, 0.3).scepticism_limit == pytest.approx(found.scepticism_limit)


@pytest.mark.parametrize("estimate", [0.3, -0.3])
def test_the_advocacy_prior_makes_the_interval_touch_no_effect(estimate: float) -> None:
    found = credibility(estimate, 0.3)
    mean, sd = found.advocacy_limit / 2, abs(found.advocacy_limit) / (2 * Z)
    assert np.abs(posterior_limits(estimate, 0.3, mean, sd)).min() == pytest.approx(0, abs=1e-12)
    assert math.copysign(1, found.advocacy_limit) == math.copysign(1, estimate)
    assert (found.sceptical_sd, found.box_p) == (None, None)


def test_intrinsic_credibility_is_helds_threshold() -> None:
    """Credible at 5% exactly where the two-sided p-value is at most 0.0056 (Held 2019)."""
    edge = optimize.brentq(lambda z: credibility(z, 1.0).intrinsic_p - 0.05, 2, 4)
    assert 2 * stats.norm.sf(edge) == pytest.approx(0.0056, abs=5e-5)
    assert credibility(edge + 0.01, 1.0).intrinsically_credible
    assert not credibility(edge - 0.01, 1.0).intrinsically_credible


def test_what_has_no_credibility_is_refused() -> None:
    empty = Dataset((Study("nobody", 0, 10, 0, 10),))
    with pytest.raises(DataError, match="does not exist"):
        credibility(pool(empty, method="dl"))
    for wrong in ((0.3, 0), (0.3, None), (math.nan, 1), (True, 1)):
        with pytest.raises(ModelError, match=r"standard error|estimate is"):
            credibility(*wrong)


# Fragility


def all_changes(dataset: Dataset, most: int) -> dict[tuple[str, str, int], float]:
    """Plain fits of every table with up to so many events moved in one arm, either way."""
    found = {}
    for size, sign, study in product(range(1, most + 1), (-1, 1), dataset.studies):
        r1, n1, r0, n0 = study.counts
        events = sign * size
        for arm, counts in (("treatment", (r1 + events, n1, r0, n0)), ("control", (r1, n1, r0 + events, n0))):
            if 0 <= counts[0] <= n1 and 0 <= counts[2] <= n0:
                studies = tuple(Study(s.name, *counts) if s is study else s for s in dataset.studies)
                found[study.name, arm, events] = fit(replace(dataset, studies=studies), Model("normal"))[
                    "mu"
                ].prob_above(0.0)
    return found


def test_the_fewest_events_against_plain_fits_of_every_table() -> None:
    line = Conclusion(probability=0.95)
    found = bayesian_fragility(fit(PUBLISHED, Model("normal")), line)
    plain = all_changes(PUBLISHED, found.events)
    assert found.holds
    assert found.exhaustive
    turning = {change for change, chance in plain.items() if chance < 0.95}
    assert min(abs(events) for *_, events in turning) == found.events
    assert {(move.study, move.arm, move.events) for move in found.moves} == turning
    for move in found.tried:
        assert move.chance == pytest.approx(plain[move.study, move.arm, move.events], abs=1e-4)
    assert found.table()["turns"].sum() == len(turning)
    assert found.moves[0].chance == min(move.chance for move in found.moves)


def test_a_conclusion_that_does_not_hold_is_moved_towards() -> None:
    found = bayesian_fragility(fit(load_dataset("ivig", "live_birth"), Model()))
    assert not found.holds
    assert all(move.chance >= 0.975 for move in found.moves)
    mirrored = bayesian_fragility(
        fit(load_dataset("ivig", "live_birth").complement(), Model("hypergeometric"))
    )
    plain = bayesian_fragility(fit(load_dataset("ivig", "live_birth"), Model("hypergeometric")))
    assert (mirrored.events, mirrored.conclusion.side) == (plain.events, "below")
    assert [(m.study, m.arm, -m.events) for m in mirrored.moves] == [
        (m.study, m.arm, m.events) for m in plain.moves
    ]


def test_large_trials_are_searched_by_doubling() -> None:
    large = Dataset((Study("a", 900, 4000, 700, 4000), Study("b", 1200, 5000, 1000, 5000)))
    found = bayesian_fragility(fit(large, Model(tau="half_normal(0.05)")))
    assert found.holds and not found.exhaustive
    assert found.events > 32
    move = found.moves[0]
    assert move.chance < 0.975
    index = ["a", "b"].index(move.study)
    for events, turned in ((move.events, True), (move.events - int(math.copysign(1, move.events)), False)):
        counts = list(large.studies[index].counts)
        counts[0 if move.arm == "treatment" else 2] += events
        studies = list(large.studies)
        studies[index] = Study(move.study, *counts)
        chance = fit(Dataset(tuple(studies)), Model(tau="half_normal(0.05)"))["mu"].prob_above(0.0)
        assert (chance < 0.975) == turned


def test_nothing_can_turn_what_the_prior_decides() -> None:
    decided = bayesian_fragility(fit(Dataset((Study("tiny", 1, 2, 1, 2),)), Model(mu="normal(3, 0.2)")))
    assert decided.events is None
    assert decided.moves == ()
    assert decided.table().empty


def test_studies_that_say_nothing_may_be_made_to_speak() -> None:
    dataset = Dataset((Study("silent", 0, 30, 0, 30), Study("other", 12, 30, 5, 30)))
    found = bayesian_fragility(fit(dataset, Model("hypergeometric", "common")), Conclusion(probability=0.9))
    names = {(move.study, move.arm) for move in found.tried}
    assert ("silent", "control") in names
    plain = fit(
        Dataset((Study("silent", 0, 30, found.events, 30), dataset.studies[1])),
        Model("hypergeometric", "common"),
    )
    row = next(m for m in found.tried if (m.study, m.arm, m.events) == ("silent", "control", found.events))
    assert row.chance == pytest.approx(plain["mu"].prob_above(0.0), abs=1e-3)


@pytest.mark.parametrize("estimate", [0.0, 1e-16, -1e-12])
def test_an_estimate_of_0_but_for_noise_has_no_advocate(estimate: float) -> None:
    assert credibility(estimate, 20.0).advocacy_limit is None
    assert credibility(1e-6, 20.0).advocacy_limit == pytest.approx(4e-6, rel=1e-3)
