"""Bias adjustment: its density, an integral that needs no sampling, and its two limits."""

from dataclasses import replace

import numpy as np
import pytest
from integral_witness import Weighted, agrees, log_surface
from scipy.special import expit
from scipy.stats import binom, norm

import bayes_ivig as bi
from bayes_ivig.engines.nuts import bias_adjusted, sampling

STUDIES = (
    bi.Study("R1", 12, 40, 9, 40), bi.Study("R2", 20, 50, 21, 52), bi.Study("R3", 7, 15, 5, 16),
    bi.Study("Refusers, 2000", 22, 24, 2, 7), bi.Study("Two centres", 41, 53, 20, 32),
)  # fmt: skip
DATA = bi.Dataset(STUDIES, "five")
FLAGGED = ("Refusers, 2000", "Two centres")
PRIORS = {"mu": "normal(0, 1)", "tau": "half_normal(0.5)", "alpha": "normal(0, 2)"}
MODEL = bi.models.BiasAdjusted(flagged=FLAGGED, beta0="normal(0.2, 0.4)", kappa="half_normal(0.6)", **PRIORS)
ENGINE = bi.NUTS(draws=1500, tune=700)


@pytest.mark.parametrize("baseline", ["midpoint", "control"])
def test_the_density_is_the_one_stated(baseline: str) -> None:
    """Between two points, since constants of the likelihood are left out."""
    r1, n1, r0, n0 = np.array([study.counts for study in STUDIES]).T
    share = 0.5 if baseline == "midpoint" else 0.0

    def both(
        mu: float, tau: float, beta0: float, kappa: float, turn: float
    ) -> tuple[dict[str, np.ndarray], float]:
        z, alpha = turn * np.linspace(-1, 1.5, 5), np.linspace(-1, 1, 5) - turn
        effect = mu + tau * z
        effect[3:] = mu + beta0 + np.hypot(tau, kappa) * z[3:]
        log = (
            norm.logpdf(mu) + norm.logpdf(beta0, 0.2, 0.4) + MODEL.tau.logpdf(tau) + MODEL.kappa.logpdf(kappa)
        )
        log += np.log(tau * kappa) + norm.logpdf(z).sum() + norm.logpdf(alpha, 0, 2).sum()
        log += binom.logpmf(r0, n0, expit(alpha - share * effect)).sum()
        log += binom.logpmf(r1, n1, expit(alpha + (1 - share) * effect)).sum()
        point = {
            "mu": mu,
            "tau_log__": np.log(tau),
            "beta0": beta0,
            "kappa_log__": np.log(kappa),
            "z": z,
            "alpha": alpha,
        }
        return {name: np.asarray(value) for name, value in point.items()}, float(log)

    density = (
        bias_adjusted.plan(DATA, replace(MODEL, baseline=baseline)).build().compile_logp(mode="FAST_COMPILE")
    )
    (one, log_one), (other, log_other) = both(0.3, 0.6, -0.2, 0.9, 1.0), both(-0.5, 0.2, 0.4, 0.3, -0.4)
    assert float(density(one) - density(other)) == pytest.approx(log_one - log_other, rel=1e-10)


def test_a_sum_is_split_into_effect_and_bias_as_their_priors_have_it() -> None:
    """The two add up to what the counts see, and (z, e) is turned, not stretched:
    both stay independent standard normals.
    """
    rng = np.random.default_rng(8)
    z, e = rng.standard_normal((1, 20_000, 3)), rng.standard_normal((1, 20_000, 2))
    stated = {"mu": 0.3, "tau": 0.6, "beta0": -0.2, "kappa": 0.9}
    values = {name: np.full((1, 20_000), value) for name, value in stated.items()} | {"z": z}
    theta, bias = bias_adjusted.split(values, e, (True, False, True))
    assert theta[..., 1] == pytest.approx(0.3 + 0.6 * z[..., 1])
    assert theta[..., [0, 2]] + bias == pytest.approx(0.3 - 0.2 + np.hypot(0.6, 0.9) * z[..., [0, 2]])
    own, tilt = (theta[..., [0, 2]] - 0.3) / 0.6, (bias + 0.2) / 0.9
    assert own**2 + tilt**2 == pytest.approx(z[..., [0, 2]] ** 2 + e**2)
    assert abs(np.corrcoef(own[..., 0].ravel(), tilt[..., 0].ravel())[0, 1]) < 4 / np.sqrt(20_000)
    assert own.std() == pytest.approx(1, abs=0.02)


@pytest.mark.mcmc
def test_against_the_integral_over_all_four_parameters() -> None:
    """Flagged trials have Normal(mu + beta0, tau^2 + kappa^2) for what they show:
    the whole model is a sum over four grids.
    """
    mu, tau = np.linspace(-2, 2.2, 57), np.linspace(0, 1.9, 24)
    beta0, kappa = np.linspace(-1.4, 1.8, 33), np.linspace(0, 2.2, 26)
    m, s, b, k = np.meshgrid(mu, tau, beta0, kappa, indexing="ij")
    log_weight = norm.logpdf(m) + MODEL.tau.logpdf(s) + norm.logpdf(b, 0.2, 0.4) + MODEL.kappa.logpdf(k)
    log_weight += -np.log(2) * (s == 0) - np.log(2) * (k == 0)  # trapezium at 0
    log_weight += log_surface(STUDIES[:3], 2, 3)(m, s) + log_surface(STUDIES[3:], 2, 3)(m + b, np.hypot(s, k))
    exact = Weighted(log_weight, mu=mu, tau=tau, beta0=beta0, kappa=kappa)
    posterior = bi.fit(DATA, MODEL, engine=ENGINE)
    assert posterior.diagnostics.ok
    for name in ("mu", "tau", "beta0", "kappa"):
        agrees(posterior, name, exact)
    # an odds ratio far above the others'
    assert posterior["bias[Refusers, 2000]"].mean > posterior["beta0"].mean
    assert posterior.remarks[0] == "flagged as at risk of bias: Refusers, 2000, Two centres"


@pytest.mark.mcmc
def test_next_to_no_bias_gives_the_plain_model() -> None:
    """Priors that leave hardly any room for bias, far less than the trials leave open;
    the exact engine is the witness.
    """
    model = bi.models.BiasAdjusted(
        flagged=FLAGGED, beta0="normal(0, 0.05)", kappa="half_normal(0.05)", **PRIORS
    )
    posterior, exact = bi.fit(DATA, model, engine=ENGINE), bi.fit(DATA, bi.Model(**PRIORS))
    assert posterior.diagnostics.ok, posterior.diagnostics.problems
    assert_close(posterior, exact, slack=0.02)
    errors = posterior.diagnostics["mcse.beta0.mean"]
    assert abs(posterior["beta0"].mean) < 4 * errors + 0.01, "the trials cannot move so narrow a prior"


@pytest.mark.mcmc
def test_a_bias_of_any_size_leaves_flagged_trials_out() -> None:
    """Priors under which a flagged trial may show anything;
    the exact engine on the other trials is the witness.
    """
    model = bi.models.BiasAdjusted(flagged=FLAGGED, beta0="normal(0, 8)", kappa="half_normal(8)", **PRIORS)
    assert_close(
        bi.fit(DATA, model, engine=bi.NUTS()),
        bi.fit(DATA.trials(["R1", "R2", "R3"]), bi.Model(**PRIORS)),
        slack=0.02,
    )


@pytest.mark.mcmc
def test_simulated_trials_give_their_truth_back() -> None:
    """30 trials, every second one flagged and biased by 0.8 on average;
    ignoring that, mu lands between the two kinds.
    """
    rng = np.random.default_rng(2)
    true = {"mu": -0.4, "tau": 0.25, "beta0": 0.8, "kappa": 0.3}
    flags = np.arange(30) % 2 == 1
    shown = rng.normal(true["mu"], true["tau"], 30) + flags * rng.normal(true["beta0"], true["kappa"], 30)
    alpha, totals = rng.normal(-0.5, 0.5, 30), rng.integers(80, 300, (2, 30))
    events = rng.binomial(totals, expit([alpha + shown, alpha]))
    rows = np.stack([events[0], totals[0], events[1], totals[1]], axis=1)
    studies = tuple(bi.Study(f"trial {i}", *row) for i, row in enumerate(rows))
    flagged = tuple(study.name for study, flag in zip(studies, flags, strict=True) if flag)
    data = bi.Dataset(studies, "thirty")
    model = bi.models.BiasAdjusted(flagged=flagged, beta0="normal(0, 1)", kappa="half_normal(0.6)", **PRIORS)
    posterior = bi.fit(data, model, engine=bi.NUTS(draws=600, tune=400, target_accept=0.95))
    assert posterior.diagnostics.ok
    for name, truth in true.items():
        assert 0.01 < posterior[name].prob_below(truth) < 0.99, name
    for name, widest in (("mu", 0.15), ("tau", 0.15), ("beta0", 0.25)):  # priors' SDs: 1, 0.3 and 1
        assert posterior[name].sd < widest, name
    assert posterior["mu"].prob_below(0) > 0.99
    assert posterior["beta0"].prob_below(0) < 0.01
    ignoring = bi.fit(data, bi.Model(**PRIORS))["mu"]
    assert ignoring.prob_below(true["mu"]) < 0.001
    assert ignoring.mean == pytest.approx(true["mu"] + true["beta0"] / 2, abs=0.2)


@pytest.mark.mcmc
def test_the_remedies_for_bad_draws_are_ones_this_model_has() -> None:
    """The exact engine cannot hold it, so that is no remedy; twelve draws are too few for any model."""
    problems = bi.fit(DATA, MODEL, engine=bi.NUTS(draws=12, tune=20)).diagnostics.problems
    assert any("or use tighter priors" in problem for problem in problems)
    assert not any("Quadrature" in problem for problem in problems)


def assert_close(posterior: bi.Posterior, exact: bi.Posterior, slack: float = 0.002) -> None:
    """Means and tails of mu and tau within 4 Monte Carlo standard errors and ``slack`` posterior SDs."""
    assert posterior.diagnostics.ok
    for name in ("mu", "tau"):
        error = posterior.diagnostics[f"mcse.{name}.mean"]
        assert abs(posterior[name].mean - exact[name].mean) < 4 * error + slack * exact[name].sd, name
        for key, p in (("q2.5", 0.025), ("q97.5", 0.975)):
            error = posterior.diagnostics[f"mcse.{name}.{key}"]
            assert (
                abs(posterior[name].quantile(p) - exact[name].quantile(p))
                < 4 * error + 2 * slack * exact[name].sd
            ), (name, p)


def test_no_flagged_study_is_refused_before_anything_is_compiled() -> None:
    data = bi.Dataset(STUDIES[:2], "two")
    model = bi.models.BiasAdjusted(flag_column="randomised", unflagged_values=("yes",), **PRIORS)
    for engine in (None, ENGINE):
        with pytest.raises(bi.errors.DataError, match="no study of the likelihood is flagged"):
            bi.fit(replace(data, columns=(("randomised", ("yes", "yes")),)), model, engine=engine)


def test_refusals_suggest_only_what_this_model_has(monkeypatch) -> None:
    """The exact engine holds the plain model alone, so it is no way out of one with a bias."""
    huge = bi.Dataset((*STUDIES, bi.Study("register", 40_000, 90_000, 38_000, 90_000)), "huge")
    with pytest.raises(bi.errors.ModelError, match=r"too slow to sample; use the binomial likelihood$"):
        bi.fit(huge, bi.models.BiasAdjusted(flagged=FLAGGED, likelihood="hypergeometric"), engine=ENGINE)

    def stuck(*_: object) -> None:
        raise sampling.CannotStartError("bad initial gradient")

    monkeypatch.setattr(sampling, "with_nutpie", stuck)
    with pytest.raises(
        bi.errors.ModelError, match=r"\(bad initial gradient\).* on the log odds scale, or use tighter ones$"
    ):
        bi.fit(DATA, MODEL, engine=ENGINE)
    with pytest.raises(bi.errors.ModelError, match=r"or check with Quadrature\(\)$"):
        bi.fit(DATA, bi.Model(**PRIORS), engine=ENGINE)
