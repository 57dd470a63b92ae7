"""Control arms: their pooled risk against adaptive sums,
and absolute effects with its uncertainty against draws.
"""

import math

import numpy as np
import pytest
from scipy import special, stats

from bayes_ivig import Dataset, Model, Study, control_risk, fit, load_dataset
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.results.marginals.averaged import AveragedMarginal, nodes
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.posterior.absolute import absolute_effects

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
POSTERIOR = fit(LIVE, Model())
CONTROL = control_risk(LIVE)
HERMITE, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


def test_the_pooled_control_risk_against_a_double_sum() -> None:
    """Gauss-Hermite over each arm's log odds at every point of a dense grid of mean and spread."""
    mean, spread = np.linspace(-3, 5, 81)[:, None, None], np.linspace(0.025, 4.975, 100)[None, :, None]
    logs = np.log(special.expit(mean[..., 0]) * special.expit(-mean[..., 0])) + stats.halfnorm.logpdf(
        spread[..., 0]
    )
    for study in LIVE.studies:
        risk = special.expit(mean + spread * HERMITE)
        logs = logs + np.log(stats.binom.pmf(study.control_events, study.control_total, risk) @ WEIGHTS)
    mass = np.exp(logs - logs.max())
    mass /= mass.sum()
    assert CONTROL.mean.mean == pytest.approx((mass * mean[..., 0]).sum(), abs=1e-3)
    assert CONTROL.spread.mean == pytest.approx((mass * spread[..., 0]).sum(), abs=2e-3)
    assert CONTROL.new.prob_above(1.0) == pytest.approx(
        (mass * stats.norm.sf(1.0, mean, spread)[..., 0]).sum(), abs=1e-3
    )
    assert CONTROL.diagnostics.ok


def test_huge_arms_that_lie_far_apart_against_normals() -> None:
    """Each arm's log odds are known almost exactly: normals around the mean with the spread,
    summed on a dense grid.
    """
    events = np.array([900, 4_000, 30_000, 120_000, 350_000, 610_000, 880_000, 990_000])
    found = control_risk(
        Dataset(tuple(Study(f"arm {i}", 1, 2, int(r), 1_000_000) for i, r in enumerate(events)))
    )
    y, s = np.log(events / (1e6 - events)), np.sqrt(1 / events + 1 / (1e6 - events))
    mean, spread = np.linspace(-7, 7, 561)[:, None], np.linspace(0.01, 9, 450)[None, :]
    logs = np.log(special.expit(mean) * special.expit(-mean)) + stats.halfnorm.logpdf(spread)
    for one, error in zip(y, s, strict=True):
        logs = logs + stats.norm.logpdf(one, mean, np.hypot(spread, error))
    mass = np.exp(logs - logs.max())
    mass /= mass.sum()
    sd = math.sqrt((mass * mean**2).sum() - (mass * mean).sum() ** 2)
    assert found.mean.mean == pytest.approx((mass * mean).sum(), abs=1e-3 * sd)
    assert found.mean.sd == pytest.approx(sd, rel=1e-3)
    assert found.spread.mean == pytest.approx((mass * spread).sum(), rel=1e-3)
    assert found.levels()["median"] == pytest.approx((0.12 + 0.35) / 2, abs=1e-3)
    assert found.diagnostics.ok


def test_arms_without_events_are_drawn_to_the_others() -> None:
    levels = CONTROL.levels()
    assert 0 < levels["low"] < levels["median"] < levels["high"] < 1
    assert 0.02 < special.expit(CONTROL.arms["Stricker 2000"].quantile(0.5)) < 0.4
    assert list(CONTROL.table().index)[:2] == ["typical study", "new study"]
    nobody = Dataset(tuple(Study(f"t{i}", 3, 20, 0, 25) for i in range(3)))
    assert 0 < control_risk(nobody).risk().quantile(0.5) < 0.05
    alone = control_risk(Dataset((Study("one", 1, 9, 4, 10),)), spread="half_normal(0.0001)")
    assert alone.risk().quantile([0.025, 0.5]) == pytest.approx(stats.beta(5, 7).ppf([0.025, 0.5]), abs=2e-4)


@pytest.mark.parametrize("kind", ["conditional", "marginal"])
@pytest.mark.parametrize("quantity", ["mu", "theta_new"])
def test_absolute_effects_against_draws(kind: str, quantity: str) -> None:
    effects = POSTERIOR.absolute(CONTROL, kind=kind, quantity=quantity)
    rng = np.random.default_rng(20)
    size = 200_000
    shares = (np.arange(size) + 0.5) / size
    theta = rng.permutation(np.asarray(POSTERIOR[quantity].quantile(shares)))
    at = np.asarray(CONTROL.log_odds(kind).quantile(shares))
    p0, p1 = special.expit(at), special.expit(at + theta)
    p = np.array([0.025, 0.25, 0.5, 0.975])
    for marginal, draws in (
        (effects.risk, p1),
        (effects.risk_difference, p1 - p0),
        (effects.per_1000, 1000 * (p1 - p0)),
        (effects.risk_ratio, p1 / p0),
    ):
        assert marginal.quantile(p) == pytest.approx(np.quantile(draws, p), abs=0.03 * float(draws.std()))
    difference = effects.risk_difference
    assert difference.mean == pytest.approx((p1 - p0).mean(), abs=1e-3)
    assert difference.sd == pytest.approx((p1 - p0).std(), abs=1e-3)
    assert difference.prob_above(0.0) == pytest.approx(POSTERIOR[quantity].prob_above(0.0), abs=1e-6)
    assert difference.prob_between(0.05, 0.2) == pytest.approx(
        ((p1 - p0 > 0.05) & (p1 - p0 < 0.2)).mean(), abs=3e-3
    )
    assert effects.baseline == kind
    assert effects.risk_ratio.mean is None


def test_a_certain_baseline_is_a_known_one() -> None:
    dataset = Dataset((Study("huge", 300_000, 1_000_000, 400_000, 1_000_000),))
    sure = POSTERIOR.absolute(control_risk(dataset, spread="half_normal(0.0001)"))
    known = POSTERIOR.absolute(0.4)
    assert sure.baseline_risk == pytest.approx(0.4, abs=1e-4)
    assert sure.risk_difference.interval() == pytest.approx(known.risk_difference.interval(), abs=1e-3)
    needed, plain = sure.number_needed(), known.number_needed()
    assert needed.through_infinity and plain.through_infinity
    assert (needed.lower, needed.upper) == (
        pytest.approx(plain.lower, rel=0.01),
        pytest.approx(plain.upper, rel=0.01),
    )


def test_a_precise_effect_on_a_vague_baseline_is_still_smooth() -> None:
    """The odds ratio is known to 1%: the difference follows the baseline,
    and its probabilities the odds ratio.
    """
    axis = Axis.spanning("identity", (0.2, 0.02), (-3, 3), 0.12)
    precise = GridMarginal(axis, stats.norm.logpdf(axis.x, 0.2, 0.01) + axis.log_slope(axis.u))
    effects = absolute_effects(precise, CONTROL, "marginal")
    at = np.asarray(CONTROL.new.quantile((np.arange(200_000) + 0.5) / 200_000))
    difference = special.expit(at + 0.2) - special.expit(at)
    for x in (0.01, 0.03, 0.049):
        assert effects.risk_difference.prob_below(x) == pytest.approx((difference < x).mean(), abs=0.01)
    assert effects.risk_difference.prob_above(0.0) == pytest.approx(1.0, abs=1e-9)


def test_sums_of_normals() -> None:
    """forward = x + a: the average is the normal with both variances."""
    axis = Axis.spanning("identity", (0.0, 1.0), (-30, 30), 0.12)
    one, other = (
        GridMarginal(axis, stats.norm.logpdf(axis.x, mean, sd) + axis.log_slope(axis.u))
        for mean, sd in ((0.3, 0.4), (-1, 0.9))
    )
    at, share = nodes(other, 0.4)
    summed = AveragedMarginal(one, at, share, lambda x, a: x + a, lambda y, a: y - a)
    expected = stats.norm(-0.7, math.hypot(0.4, 0.9))
    p = np.array([0.001, 0.025, 0.5, 0.975])
    assert summed.quantile(p) == pytest.approx(expected.ppf(p), abs=1e-5)
    assert (summed.mean, summed.sd) == (
        pytest.approx(-0.7, abs=1e-5),
        pytest.approx(expected.std(), abs=1e-4),
    )
    assert summed.density(np.array([-1.0, 0.5])) == pytest.approx(expected.pdf([-1.0, 0.5]), abs=1e-5)
    assert summed.shortest_interval(0.9) == pytest.approx(expected.interval(0.9), abs=1e-2)


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda: control_risk(Dataset((Study("x", 1, 9, 0, 0),))), DataError, "no study has a control arm"),
        (lambda: control_risk(LIVE, mean="flat()"), ModelError, "improper"),
        (lambda: control_risk(LIVE, spread="normal(0, 1)"), ModelError, "reaches below 0"),
        (lambda: POSTERIOR.absolute(CONTROL, kind="typical"), ModelError, "'conditional' or 'marginal'"),
        (lambda: POSTERIOR.absolute("0.4"), ModelError, "control_risk"),
    ],
)
def test_what_is_no_baseline_is_refused(ask, error, said: str) -> None:
    with pytest.raises(error, match=said):
        ask()


def test_more_arms_than_memory_is_allowed_for_are_refused_with_what_to_do(monkeypatch) -> None:
    monkeypatch.setenv("BAYES_IVIG_MEMORY", "1MB")
    with pytest.raises(DataError, match=r"control risk of 9 trials .* --baseline-risk"):
        control_risk(load_dataset("ivig", "live_birth"))
