"""What it is worth to know more: closed forms where all is normal and the gain linear, nested Monte Carlo,
and what theory says of order and of mirrors.
"""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial import trials
from bayes_ivig.engines.next_trial.foreseen import foreseen
from bayes_ivig.engines.next_trial.worth import Gain, Stake, losses

CLOSED = 1e-3  # relative
SIZES = (5, 15, 40, 60)  # whose tables are all added up
DRAWN = 400_000


def table(arms: list[tuple[int, int, int, int]]) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(f"T{i}", *row) for i, row in enumerate(arms)))


@cache
def few() -> bi.Dataset:
    return table([(4, 40, 12, 42), (9, 50, 9, 52), (6, 22, 5, 19), (11, 60, 14, 63)])


@cache
def own() -> bi.Posterior:
    return bi.fit(few(), bi.Model(mu="normal(0, 1)"))


def described(dataset: bi.Dataset, event: str) -> bi.Dataset:
    return replace(dataset, about=replace(dataset.about, event=event))  # type: ignore[arg-type]


def expected_loss(mean: float, sd: float) -> float:
    """What a normal gain is worth to know: its SD times the unit normal loss of |mean| / SD."""
    away = abs(mean) / sd
    return float(sd * (stats.norm.pdf(away) - away * stats.norm.sf(away)))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("effects", "tau"), [("common", 0.0), ("random", 0.05), ("random", 0.3)])
def test_closed_forms_where_everything_is_normal_and_the_gain_linear(
    effects: str, tau: float, sign: float
) -> None:
    spread = f"uniform({tau - 1e-4:g}, {tau + 1e-4:g})" if tau else "half_normal(1)"
    post = bi.fit(few(), bi.Model(likelihood="normal", effects=effects, mu="normal(0.6, 0.4)", tau=spread))
    mean, sd = post["mu"].mean, post["mu"].sd
    assert mean is not None and sd is not None and isinstance(post.answers, GridAnswers)
    for quantity, spread_of_it in (("mu", sd), ("theta_new", math.hypot(sd, tau))):
        stake = Stake(post.answers, Gain(lambda effect: sign * effect[None], np.ones(1)), quantity)
        assert stake.today == pytest.approx(sign * mean, abs=1e-6)
        assert stake.treats is (sign * mean > 0)
        perfect = stake.perfect()
        assert perfect["everything"] == pytest.approx(expected_loss(mean, spread_of_it), rel=CLOSED)
        assert perfect["mu"] == pytest.approx(expected_loss(mean, sd), rel=CLOSED)
        assert perfect.get("tau", 0.0) == pytest.approx(0, abs=1e-9)
        ahead = foreseen(post.answers, np.empty(0), 0.1, stake.worth)
        for error in (0.1, 0.3, 0.6):
            moves = sd**2 / math.sqrt(sd**2 + error**2 + tau**2)  # SD of the mean after the trial
            found = stake.of_estimate(ahead, error)
            assert found == pytest.approx(expected_loss(mean, moves), rel=CLOSED)
        moves = sd**2 / math.hypot(sd, tau)
        assert stake.endless(ahead) == pytest.approx(expected_loss(mean, moves), rel=CLOSED)


def test_a_sum_over_nodes_is_the_integral_wherever_the_bend_lies() -> None:
    step, exact = 0.25, expected_loss(0.7, 1.0)
    off, plain = [], []
    for shift in np.linspace(0, 1, 9):
        x = step * (np.arange(-40, 41) + shift)
        mass = stats.norm.pdf(x) * step
        off += [
            losses(x + 0.7, mass, treats=True) / exact - 1,
            losses(-x - 0.7, mass, treats=False) / exact - 1,
        ]
        plain.append(np.maximum(-x - 0.7, 0) @ mass / exact - 1)
    assert max(map(abs, off)) < CLOSED < 5e-3 < max(map(abs, plain))


def posterior_draws(post: bi.Posterior, rng: np.random.Generator) -> NDArray[np.float64]:
    """Nodes of (mu, tau) drawn by their mass, (DRAWN, 2)."""
    assert isinstance(post.answers, GridAnswers) and post.answers.surface.axes.tau is not None
    mass = np.exp(post.answers.log_mass - post.answers.log_evidence)
    at = rng.choice(mass.size, DRAWN, p=mass.reshape(-1) / mass.sum())
    m, t = np.unravel_index(at, mass.shape)
    return np.stack([post.answers.surface.axes.mu.x[m], post.answers.surface.axes.tau.x[t]], axis=1)


def worth_of(groups: NDArray[np.intp], gain: NDArray[np.float64]) -> float:
    """Nested Monte Carlo: what it is worth to know the group before one decides by its mean gain."""
    sums = np.bincount(groups, gain)
    return float(np.maximum(sums, 0).sum() / gain.size - max(0.0, gain.mean()))


@pytest.mark.parametrize("quantity", ["mu", "theta_new"])
@pytest.mark.parametrize("more", [-0.002, 0.0, 0.002])
def test_nested_monte_carlo(quantity: str, more: float) -> None:
    """Trials of six against six, simulated: gains are averaged over the draws of the same table; decisions
    are close, the cost being near what treating gains.
    """
    rng, size = np.random.default_rng(5), 6
    post, risk = own(), bi.control_risk(few())
    asked = {"per_arm": size, "control_risk": risk, "quantity": quantity, "event": "bad"}
    cost = bi.planning.value_of_information(post, **asked).today + more  # type: ignore[arg-type]
    found = bi.planning.value_of_information(post, cost=cost, **asked)  # type: ignore[arg-type]
    mu, tau = posterior_draws(post, rng).T
    trial, later = (mu + tau * rng.standard_normal(DRAWN) for _ in range(2))
    own_risk, theirs = (risk.new.quantile(rng.uniform(size=DRAWN)) for _ in range(2))
    effect = mu if quantity == "mu" else later
    gain = special.expit(theirs) - special.expit(theirs + effect) - cost
    tables = rng.binomial(size, special.expit(own_risk + trial)) * (size + 1)
    tables += rng.binomial(size, special.expit(own_risk))
    error = gain.std() / math.sqrt(DRAWN)  # of means of what is taken of it or left
    assert found.today == pytest.approx(gain.mean(), abs=4 * error)
    assert found.sizes[0].every
    assert found.sizes[0].evsi == pytest.approx(worth_of(tables, gain), abs=4 * error)
    assert found.evpi == pytest.approx(worth_of(np.arange(DRAWN), gain), abs=4 * error)
    assert 4 * error < found.sizes[0].evsi / 3


def test_perfect_information_on_the_control_risk_and_on_tau_by_sums_over_nodes() -> None:
    post, risk, cost = own(), bi.control_risk(few()), -0.03
    found = bi.planning.value_of_information(
        post, per_arm=5, control_risk=risk, event="bad", cost=cost, quantity="theta_new"
    )
    p = (np.arange(4000) + 0.5) / 4000
    risks = special.expit(risk.new.quantile(p))
    theta = np.asarray(post["theta_new"].quantile(p))
    gain = risks[:, None] - special.expit(special.logit(risks)[:, None] + theta) - cost
    for axis, name in ((1, "control_risk"), (0, "theta_new")):
        means = gain.mean(axis=axis)
        exact = np.maximum(means, 0).mean() - max(0.0, gain.mean())
        assert found.evppi[name] == pytest.approx(exact, rel=5e-3, abs=2e-7)
    assert 0 <= found.evppi["tau"] <= found.evppi["mu"] <= found.evppi["theta_new"]


@pytest.mark.parametrize("quantity", ["mu", "theta_new"])
@pytest.mark.parametrize("control", [0.25, None])
def test_more_people_are_worth_more_and_nothing_more_than_to_know_all(
    quantity: str, control: float | None
) -> None:
    asked = {"per_arm": SIZES, "control_risk": control, "quantity": quantity, "event": "bad", "cost": 0.02}
    found = bi.planning.value_of_information(own(), **asked)  # type: ignore[arg-type]
    assert all(each.every for each in found.sizes)
    known = [found.evppi["mu"]] if quantity == "mu" else []
    worths = [0.0, *(each.evsi for each in found.sizes), found.endless.evsi, *known, found.evpi]
    assert worths == sorted(worths) and worths[1] > 0
    assert all(0 <= each <= found.evpi * (1 + 1e-9) for each in found.evppi.values())


@pytest.mark.parametrize("cost", [0.0, 0.05])
def test_tables_drawn_give_what_all_tables_do(monkeypatch: pytest.MonkeyPatch, cost: float) -> None:
    asked = {"per_arm": [40], "event": "bad", "cost": cost, "draws": 4000}
    every = bi.planning.value_of_information(own(), **asked).sizes[0]  # type: ignore[arg-type]
    monkeypatch.setattr(trials, "EVERY", 0)
    drawn = bi.planning.value_of_information(own(), **asked).sizes[0]  # type: ignore[arg-type]
    assert every.every and not drawn.every
    assert abs(drawn.evsi - every.evsi) < 4 * drawn.error
    assert drawn.error < 0.1 * every.evsi


def test_drawn_sizes_rise_towards_a_trial_without_end() -> None:
    asked = {"per_arm": [100, 400, 4000], "event": "bad", "cost": 0.02, "control_risk": 0.3}
    found = bi.planning.value_of_information(own(), **asked)  # type: ignore[arg-type]
    worths = [each.evsi for each in (*found.sizes, found.endless)]
    errors = [each.error for each in found.sizes]
    assert not any(each.every for each in found.sizes) and worths == sorted(worths)
    assert max(errors) < 0.1 * worths[0] and errors[-1] < 0.02 * worths[-2]
    assert abs(worths[-2] - worths[-1]) < 0.05 * worths[-1]


def test_effects_with_heavy_tails() -> None:
    """One factor of the width of an effect after the other, against draws of (mu, tau) and t with 4 df."""
    post, rng = bi.fit(few(), bi.Model(effects="student_t(4)", mu="normal(0, 1)")), np.random.default_rng(8)
    found = bi.planning.value_of_information(
        post, per_arm=10, event="bad", control_risk=0.3, quantity="theta_new", cost=0.02
    )
    mu, tau = posterior_draws(post, rng).T
    at = special.logit(0.3)
    gain = 0.3 - special.expit(at + mu + tau * rng.standard_t(4, DRAWN)) - 0.02
    tables = rng.binomial(10, special.expit(at + mu + tau * rng.standard_t(4, DRAWN)))
    error = gain.std() / math.sqrt(DRAWN)
    assert found.today == pytest.approx(gain.mean(), abs=4 * error)
    assert found.sizes[0].evsi == pytest.approx(worth_of(tables, gain), abs=4 * error)
    assert found.evpi == pytest.approx(worth_of(np.arange(DRAWN), gain), abs=4 * error)


def test_a_standard_error_stands_for_people() -> None:
    """With a normal likelihood a trial is its standard error: the smaller, the more it is worth."""
    found = bi.planning.value_of_information(
        own(), standard_errors=[1.0, 0.3, 0.03], event="bad", population=100
    )
    worths = [each.evsi for each in (*found.sizes, found.endless)]
    assert worths == sorted(worths)
    assert worths[2] == pytest.approx(worths[3], rel=2e-2)
    assert found.sizes[0].cost == 0


def test_what_is_the_same_mirrored_is_worth_the_same() -> None:
    """Those without the event counted, and the event's sign turned, nothing is another decision; and with no
    cost, good and bad exchanged, the other decision is the better one, and by as much.
    """
    asked = {"per_arm": [12], "population": 10.0}
    one = bi.planning.value_of_information(own(), event="bad", cost=0.02, control_risk=0.25, **asked)  # type: ignore[arg-type]
    turned = table([(n1 - r1, n1, n0 - r0, n0) for r1, n1, r0, n0 in (s.counts for s in few().studies)])  # type: ignore[misc]
    post = bi.fit(turned, bi.Model(mu="normal(0, 1)"))
    other = bi.planning.value_of_information(post, event="good", cost=0.02, control_risk=0.75, **asked)  # type: ignore[arg-type]
    assert other.today == pytest.approx(one.today, rel=1e-5)
    assert other.perfect == pytest.approx(one.perfect, rel=1e-4, abs=1e-9)
    assert other.sizes[0].evsi == pytest.approx(one.sizes[0].evsi, rel=1e-4)
    good, bad = (bi.planning.value_of_information(own(), event=event, **asked) for event in ("good", "bad"))  # type: ignore[arg-type]
    assert good.today == pytest.approx(-bad.today, rel=1e-9)
    assert good.perfect == pytest.approx(bad.perfect, rel=1e-9)
    assert good.sizes[0].evsi == pytest.approx(bad.sizes[0].evsi, rel=1e-6)
    assert {good.decision, bad.decision} == {"treat", "do not treat"}


def test_mirrored_trials_leave_nothing_to_choose() -> None:
    arms = [(5, 30, 9, 30), (9, 30, 5, 30)]
    found = bi.planning.value_of_information(
        bi.fit(table(arms), bi.Model("normal", mu="normal(0, 1)")), per_arm=10, control_risk=0.5, event="good"
    )
    assert found.decision is None and abs(found.today) < 1e-9
    assert found.evpi > found.endless.evsi > found.sizes[0].evsi > 0


def test_people_discount_worth_and_costs() -> None:
    asked = {"per_arm": [10, 40], "control_risk": 0.25, "event": "bad"}
    one = bi.planning.value_of_information(own(), **asked)  # type: ignore[arg-type]
    assert one.people is None and one.best is None and one.sizes[0].enbs is None
    many = bi.planning.value_of_information(
        own(),
        population=1000,
        horizon=2.5,
        discount=0.1,
        worth=20,
        cost_per_person=0.1,
        fixed_cost=5,
        **asked,  # type: ignore[arg-type]
    )
    people = 1000 * (1 / 1.1 + 1 / 1.21 + 0.5 / 1.331)
    assert many.people == pytest.approx(people)
    for each, plain, randomised in zip(many.sizes, one.sizes, (20, 80), strict=True):
        assert each.evsi == pytest.approx(20 * plain.evsi)
        assert each.cost == pytest.approx(5 + 0.1 * randomised)
        assert each.enbs == pytest.approx(20 * plain.evsi * people - 5 - 0.1 * randomised)
    assert many.best is max(many.sizes, key=lambda each: each.enbs or -1e9)
    dear = bi.planning.value_of_information(own(), population=1, fixed_cost=1e6, **asked)  # type: ignore[arg-type]
    assert dear.best is None
    frame = many.table()
    assert list(frame["known"]) == ["trial", "trial", "trial without end", *many.perfect]
    assert frame["population_value"].iloc[-1] == pytest.approx(people * frame["value"].iloc[-1])


def test_the_event_of_the_dataset_is_asked_for_where_it_is_not_stated() -> None:
    with pytest.raises(bi.errors.ModelError, match="good or bad"):
        bi.planning.value_of_information(own())
    post = bi.fit(described(few(), "bad"), bi.Model(mu="normal(0, 1)"))
    found = bi.planning.value_of_information(post, per_arm=5, control_risk=0.2)
    stated = bi.planning.value_of_information(own(), per_arm=5, control_risk=0.2, event="bad")
    assert found.perfect == stated.perfect


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"per_arm": []}, "value_of_information: per_arm: found no size"),
        ({"worth": 0.0}, "worth"),
        ({"cost": -1e300}, "cost: found -1e\\+300; give a number below"),
        ({"population": 0.0}, "population"),
        ({"population": 10.0, "horizon": 0.0}, "horizon"),
        ({"population": 10.0, "discount": 1.0}, "discount"),
        ({"population": 10.0, "fixed_cost": -1.0}, "fixed_cost"),
        ({"fixed_cost": 1.0}, "people affected a year"),
        ({"population": 10.0, "standard_errors": 0.2, "cost_per_person": 1.0}, "give fixed_cost"),
        ({"control_risk": 1.0}, "between 0 and 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_stakes_that_are_none(asked: dict[str, object], said: str) -> None:
    with pytest.raises(bi.errors.ModelError, match=said):
        bi.planning.value_of_information(own(), event="bad", **asked)  # type: ignore[arg-type]


def test_a_control_risk_is_asked_for_where_arms_are_not_known(tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text("study,yi,sei\nA,0.8,0.3\nB,0.7,0.2\n", encoding="utf-8")
    (tmp_path / "known.toml").write_text('measure = "OR"\nevent = "bad"\n', encoding="utf-8")
    with pytest.warns(bi.errors.ReadNote):
        post = bi.fit(bi.load_dataset(tmp_path / "known.csv"))
    with pytest.raises(bi.errors.ModelError, match=r"A is known by its estimate only.*give control_risk"):
        bi.planning.value_of_information(post, standard_errors=0.3)
    found = bi.planning.value_of_information(post, standard_errors=0.3, control_risk=0.3)
    assert found.decision == "do not treat" and found.evpi > found.sizes[0].evsi > 0


def test_only_of_odds_ratios_and_whole_exact_posteriors() -> None:
    risk = bi.fit(few(), bi.Model(measure="RR"))
    with pytest.raises(bi.errors.ModelError, match="fit the odds ratio"):
        bi.planning.value_of_information(risk, event="bad", standard_errors=0.3)
    with pytest.raises(
        bi.errors.ModelError, match="value_of_information: not for studies that count in part"
    ):
        bi.planning.value_of_information(own().weighted({"T0": 0.5}), event="bad")
