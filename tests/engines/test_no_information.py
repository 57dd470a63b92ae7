"""Trials without events, or with only events, in both arms:
flat by themselves, and what the baseline prior makes of them.
"""

import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.special import expit
from scipy.stats import binom, norm

import bayes_ivig as bi

pytestmark = pytest.mark.slow

MU, TAU = 2.82, 0.5
SILENT = (bi.Study("A", 0, 100, 0, 100), bi.Study("B", 0, 50, 0, 50), bi.Study("C", 0, 200, 0, 200))
LOPSIDED = (bi.Study("D", 0, 50, 0, 200),)
MIDPOINT = bi.Model(baseline="midpoint")


def brute_force(studies: tuple[bi.Study, ...], sd: float, share: float) -> tuple[float, float, float]:
    """Mean and SD of mu and P(mu > 0): alpha, theta, mu and tau summed over grids, nothing of the engine.

    ``share`` says where alpha lies between the arms' log odds: 0.5 the midpoint, 0 the control arm.
    """
    theta, mu = np.linspace(-60, 60, 1201), np.linspace(-18, 18, 361)
    tau = np.linspace(1e-3, 3, 40)
    alpha = np.linspace(-7 * sd, 7 * sd, 1401)
    prior = norm.pdf(alpha, 0, sd)
    log_joint = norm.logpdf(mu, 0, MU)[:, None] + norm.logpdf(tau, 0, TAU)
    for study in studies:
        r1, n1, r0, n0 = study.counts
        treated = binom.pmf(r1, n1, expit(alpha[:, None] + (1 - share) * theta))
        control = binom.pmf(r0, n0, expit(alpha[:, None] - share * theta))
        curve = trapezoid(prior[:, None] * treated * control, alpha, axis=0)
        # a kernel no narrower than the steps
        spread = norm.pdf(theta[:, None, None], mu[:, None], np.maximum(tau, 0.1))
        log_joint = log_joint + np.log(trapezoid(curve[:, None, None] * spread, theta, axis=0))
    density = trapezoid(np.exp(log_joint - log_joint.max()), tau, axis=1)
    density /= trapezoid(density, mu)
    mean = trapezoid(mu * density, mu)
    above = np.where(mu > 0, 1.0, np.where(mu == 0, 0.5, 0.0))
    return (
        float(mean),
        float(np.sqrt(trapezoid((mu - mean) ** 2 * density, mu))),
        float(trapezoid(above * density, mu)),
    )


def test_three_silent_trials_narrow_mu_through_the_baseline_prior_alone() -> None:
    posterior = bi.fit(bi.Dataset(SILENT), MIDPOINT)
    mean, sd, above = brute_force(SILENT, 10, 0.5)
    assert posterior["mu"].sd == pytest.approx(sd, abs=2e-3)
    assert posterior["mu"].sd == pytest.approx(2.38, abs=5e-3)  # of a prior SD of 2.82
    assert above == pytest.approx(0.5, abs=1e-6)
    assert float(posterior["mu"].prob_above(0.0)) == pytest.approx(0.5, abs=1e-6)
    assert (mean, posterior["mu"].mean) == pytest.approx((0, 0), abs=1e-6)
    assert (posterior.k, posterior.k_informative, posterior.learnt_nothing) == (3, 0, True)


@pytest.mark.parametrize(("baseline", "share", "stated"), [("midpoint", 0.5, 0.526), ("control", 0.0, None)])
def test_arms_of_unlike_size_tilt_it(baseline: str, share: float, stated: float | None) -> None:
    posterior = bi.fit(bi.Dataset(LOPSIDED), bi.Model(baseline=baseline))
    _, sd, above = brute_force(LOPSIDED, 10, share)
    found = float(posterior["mu"].prob_above(0.0))
    assert found == pytest.approx(above, abs=1e-3)
    assert posterior["mu"].sd == pytest.approx(sd, abs=2e-3)
    if stated is not None:
        assert found == pytest.approx(stated, abs=5e-4)


@pytest.mark.parametrize("likelihood", ["hypergeometric", "normal"])
def test_the_other_likelihoods_leave_them_out(likelihood: str) -> None:
    """Adding or dropping such trials changes nothing, to the last bit, as they enter no array."""
    model = bi.Model(likelihood=likelihood)  # type: ignore[arg-type]
    live = bi.load_dataset("ivig", outcome="live_birth")
    posteriors = [bi.fit(each, model) for each in (live, live.trials("-uninformative"))]
    p = np.array([0.025, 0.5, 0.975])
    for name in ("mu", "tau", "theta_new"):
        assert np.array_equal(*(posterior[name].quantile(p) for posterior in posteriors))
    assert [posterior.k for posterior in posteriors] == [8, 8]
    assert [posterior.uninformative for posterior in posteriors] == [(), ()]
    with pytest.raises(bi.errors.DataError, match="no study carries information"):
        bi.fit(bi.Dataset(SILENT), model)


def test_the_conditional_curve_of_a_silent_trial_is_flat() -> None:
    """Its total of events leaves one table: Fisher's noncentral hypergeometric gives it probability 1
    whatever the odds ratio.
    """
    from scipy.stats import nchypergeom_fisher

    for study in (*SILENT, *LOPSIDED, bi.Study("E", 7, 7, 9, 9)):
        r1, n1, r0, n0 = study.counts
        chances = [nchypergeom_fisher.pmf(r1, n1 + n0, r1 + r0, n1, odds) for odds in (0.01, 1, 100)]
        assert chances == pytest.approx([1, 1, 1])
        assert not study.informative


def test_which_trials_of_the_case_cannot_tell() -> None:
    live = bi.load_dataset("ivig", outcome="live_birth")
    posterior = bi.fit(live, MIDPOINT)
    assert posterior.uninformative == ("Branch 2000",)
    assert (posterior.k, posterior.k_informative, len(live)) == (9, 8, 9)
    assert not posterior.learnt_nothing
    assert posterior.without("Branch 2000").k_informative == 8
    assert posterior.trials("-uninformative").uninformative == ()
    assert posterior.trials("Branch 2000").learnt_nothing


# The baseline prior, where it still takes part


@pytest.mark.parametrize(
    ("outcome", "baseline", "pair", "decides"),
    [
        ("live_birth", "midpoint", (0.886, 0.874), True),
        ("live_birth", "control", (0.892, 0.916), True),
        ("obstetric_complication", "midpoint", (0.645, 0.650), False),
        ("obstetric_complication", "control", (0.640, 0.575), True),
        ("neonatal_outcome", "midpoint", (0.744, 0.725), True),
        ("neonatal_outcome", "control", (0.734, 0.588), True),
    ],
)
def test_what_a_tighter_baseline_prior_does(
    outcome: str, baseline: str, pair: tuple[float, float], decides: bool
) -> None:
    model = bi.Model(baseline=baseline)
    dataset = bi.load_dataset("ivig", outcome=outcome)
    check = bi.fit(dataset, model).baseline_check()
    assert check is not None
    assert (check.prob_or_gt_1, check.other_prob_or_gt_1) == pytest.approx(pair, abs=5.1e-4)
    assert check.decides is decides
    fresh = bi.fit(dataset, bi.Model(baseline=baseline, alpha=bi.priors.Normal(0, 2.5)))
    assert check.other_prob_or_gt_1 == pytest.approx(float(fresh["mu"].prob_above(0.0)), abs=1e-6)


def test_the_check_holds_to_the_weights_and_to_a_loaded_posterior(tmp_path) -> None:  # type: ignore[no-untyped-def]
    live = bi.load_dataset("ivig", outcome="live_birth")
    model, weights = bi.Model(baseline="midpoint"), {"Stricker 2000": 0.3}
    posterior = bi.fit(live, model, weights=weights)
    check = posterior.baseline_check()
    assert check is not None
    fresh = bi.fit(live, bi.Model(baseline="midpoint", alpha=bi.priors.Normal(0, 2.5)), weights=weights)
    assert check.other_prob_or_gt_1 == pytest.approx(float(fresh["mu"].prob_above(0.0)), abs=1e-5)
    assert bi.Posterior.load(posterior.save(tmp_path / "kept.nc")).baseline_check() == check


@pytest.mark.parametrize("likelihood", ["hypergeometric", "normal"])
def test_without_a_baseline_there_is_no_check(likelihood: str) -> None:
    from bayes_ivig.results.posterior.baseline_check import why_unchecked

    posterior = bi.fit(bi.load_dataset("ivig", outcome="live_birth"), bi.Model(likelihood=likelihood))  # type: ignore[arg-type]
    assert posterior.baseline_check() is None
    assert "no baseline prior" in why_unchecked(posterior)


def test_the_last_bits_do_not_decide() -> None:
    from bayes_ivig.results.posterior.baseline_check import BaselineCheck

    for other in (0.51, 0.51 + 1e-14, 0.51 - 1e-14, 0.49, 0.49 - 1e-14):
        assert not BaselineCheck("a", "b", 0.5, other).decides
    assert BaselineCheck("a", "b", 0.5, 0.5102).decides
