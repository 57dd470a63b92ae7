"""Random baselines, the bivariate and the beta-binomial model:
densities by hand, a second integral, known truth.
"""

import arm_quadrature as witness
import numpy as np
import pytest
from arviz_stats.base.array import array_stats
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.engines.nuts import beta_binomial, bivariate, centring, random_baselines

TABLE = ((5, 12, 3, 11), (8, 14, 4, 13), (2, 10, 2, 12), (9, 12, 6, 12), (0, 9, 1, 10), (7, 15, 7, 14))
WITHIN = 4.0  # Monte Carlo standard errors: one comparison in 16,000 fails by chance, and the seed is fixed
SHORT = bi.NUTS(draws=400, tune=400, chains=2)


def dataset(table: tuple[tuple[int, int, int, int], ...]) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(f"study {i}", *counts) for i, counts in enumerate(table)), "made up")


STUDIES = dataset(TABLE).studies
RISKS = bi.models.RandomBaselines(
    mu="normal(0, 2.82)",
    tau="half_normal(0.5)",
    nu="normal(0, 2)",
    omega="half_normal(1)",
    baseline="control",
)
PAIRS = bi.models.Bivariate(
    mu="normal(0, 2.82)",
    nu_control="normal(0, 2)",
    omega_control="half_normal(0.7)",
    omega_treatment="half_normal(0.7)",
)
BETAS = bi.models.BetaBinomial(mu="normal(0, 2.82)", nu="normal(0, 2)", phi="half_normal(0.5)")


# Densities, by hand


def kernel(log_odds: np.ndarray) -> float:
    """Binomial log likelihood of TABLE without constants; log odds of treatment and control, shape (K, 2)."""
    counts = np.array(TABLE)
    r, n = counts[:, [0, 2]], counts[:, [1, 3]]
    return float((stats.binom.logpmf(r, n, special.expit(log_odds)) - np.log(special.comb(n, r))).sum())


def log_density(built: object, point: dict[str, object]) -> float:
    return float(
        built.compile_logp(mode="FAST_COMPILE")({name: np.asarray(value) for name, value in point.items()})
    )  # type: ignore[attr-defined]


THETA = np.array([0.3, -1.0, 2.0, 0.4, -0.2, 0.1])
ALPHA = np.array([-0.2, 0.9, -1.3, 0.6, -2.0, 0.2])


@pytest.mark.parametrize("baseline", ["control", "midpoint"])
def test_density_of_random_baselines(baseline: str) -> None:
    """Prior, studies and counts by scipy; what is sampled is the studies' own parameters,
    moved and scaled by the weights.
    """
    model = bi.models.RandomBaselines(
        mu=RISKS.mu, tau=RISKS.tau, nu=RISKS.nu, omega=RISKS.omega, baseline=baseline
    )
    mu, tau, nu, omega = 0.4, 0.7, -0.5, 1.3
    w, v = centring.effect_weights(STUDIES), centring.baseline_weights(STUDIES, baseline)
    z, a = w * mu + (THETA - mu) / tau ** (1 - w), v * nu + (ALPHA - nu) / omega ** (1 - v)
    point = {"mu": mu, "tau_log__": np.log(tau), "nu": nu, "omega_log__": np.log(omega), "z": z, "a": a}
    expected = stats.norm(0, 2.82).logpdf(mu) + stats.norm(0, 2).logpdf(nu) + np.log(tau * omega)
    expected += stats.halfnorm(scale=0.5).logpdf(tau) + stats.halfnorm(scale=1).logpdf(omega)
    expected += (stats.norm(mu, tau).logpdf(THETA) + (1 - w) * np.log(tau)).sum()
    expected += (stats.norm(nu, omega).logpdf(ALPHA) + (1 - v) * np.log(omega)).sum()
    control = ALPHA - THETA / 2 if baseline == "midpoint" else ALPHA
    expected += kernel(np.stack([control + THETA, control], axis=1))
    assert log_density(random_baselines.build(STUDIES, model), point) == pytest.approx(expected, rel=1e-9)


def test_density_of_the_bivariate_model() -> None:
    mu, nu, w0, w1, rho = 0.4, -0.5, 1.3, 0.8, 0.6
    w, v = centring.effect_weights(STUDIES), centring.baseline_weights(STUDIES, "control")
    beta, residual = ALPHA + THETA, w1 * np.sqrt(1 - rho**2)
    middle = nu + mu + rho * w1 * (ALPHA - nu) / w0
    z, a = w * middle + (beta - middle) / residual ** (1 - w), v * nu + (ALPHA - nu) / w0 ** (1 - v)
    share = (rho + 1) / 2
    point = {
        "mu": mu,
        "nu_control": nu,
        "omega_control_log__": np.log(w0),
        "omega_treatment_log__": np.log(w1),
    }
    point |= {"rho_share_logodds__": special.logit(share), "z": z, "a": a}
    pair = stats.multivariate_normal([nu, nu + mu], [[w0**2, rho * w0 * w1], [rho * w0 * w1, w1**2]])
    expected = stats.norm(0, 2.82).logpdf(mu) + stats.norm(0, 2).logpdf(nu) + np.log(w0 * w1)
    expected += stats.halfnorm(scale=0.7).logpdf([w0, w1]).sum()
    expected += bi.priors.LKJ(2).logpdf(rho) + np.log(2) + np.log(share * (1 - share))
    expected += pair.logpdf(np.stack([ALPHA, beta], axis=1)).sum()
    expected += ((1 - w) * np.log(residual) + (1 - v) * np.log(w0)).sum()
    expected += kernel(np.stack([beta, ALPHA], axis=1))
    assert log_density(bivariate.build(STUDIES, PAIRS), point) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("dispersion", ["common", "by_treatment"])
def test_density_of_the_beta_binomial_model(dispersion: str) -> None:
    model = bi.models.BetaBinomial(mu=BETAS.mu, nu=BETAS.nu, phi=BETAS.phi, dispersion=dispersion)
    mu, nu = 0.4, -0.5
    phi = {"phi": 0.3} if dispersion == "common" else {"phi_treatment": 0.3, "phi_control": 0.7}
    point = {"mu": mu, "nu": nu} | {f"{name}_log__": np.log(value) for name, value in phi.items()}
    expected = stats.norm(0, 2.82).logpdf(mu) + stats.norm(0, 2).logpdf(nu)
    expected += sum(stats.halfnorm(scale=0.5).logpdf(value) + np.log(value) for value in phi.values())
    for (r, n), centre, own in (
        ((0, 1), nu + mu, phi.get("phi_treatment", 0.3)),
        ((2, 3), nu, phi.get("phi_control", 0.3)),
    ):
        counts, p = np.array(TABLE), special.expit(centre)
        expected += stats.betabinom(counts[:, n], p / own, (1 - p) / own).logpmf(counts[:, r]).sum()
    assert log_density(beta_binomial.build(STUDIES, model), point) == pytest.approx(float(expected), rel=1e-9)


# Weights of centring


def test_studies_are_centred_as_far_as_their_counts_tell_them_apart() -> None:
    alike = dataset(tuple((3, 100, 3, 100) for _ in range(5))).studies
    assert not centring.effect_weights(alike).any() and not centring.baseline_weights(alike, "control").any()
    apart = dataset(
        ((900, 1000, 100, 1000), (100, 1000, 900, 1000), (500, 1000, 500, 1000), (1, 10, 5, 10))
    ).studies
    for weights in (centring.effect_weights(apart), centring.baseline_weights(apart, "midpoint")):
        assert weights.shape == (4,) and (weights >= 0).all() and (weights <= 1).all()
    assert (centring.effect_weights(apart)[:3] > 0.9).all() and centring.effect_weights(apart)[3] < 0.95
    assert centring.effect_weights(apart[:1]).tolist() == [0.0]


# A second integral, and known truth


def random_risks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    control = rng.normal(-0.4, 0.8, 6)
    return control + rng.normal(0.7, 0.4, 6), control, {"mu": 0.7, "tau": 0.4, "nu": -0.4, "omega": 0.8}


def bivariate_risks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    w0, w1, rho = 0.8, 0.5, 0.6
    control, treatment = rng.multivariate_normal(
        [-0.4, 0.3], [[w0**2, rho * w0 * w1], [rho * w0 * w1, w1**2]], 6
    ).T
    truth = {"mu": 0.7, "nu_control": -0.4, "omega_control": w0, "omega_treatment": w1, "rho": rho}
    return treatment, control, truth | {"tau": np.sqrt(w0**2 + w1**2 - 2 * rho * w0 * w1)}


def beta_risks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    phi, p0, p1 = 0.15, special.expit(-0.4), special.expit(0.3)
    treatment, control = (special.logit(rng.beta(p / phi, (1 - p) / phi, 6)) for p in (p1, p0))
    return treatment, control, {"mu": 0.7, "nu": -0.4, "phi": phi}


MODELS = {
    "random_baselines": (RISKS, lambda: witness.random_baselines(TABLE, 2.82, 0.5, 2, 1), {}, random_risks),
    "bivariate": (
        PAIRS,
        lambda: witness.bivariate(TABLE, 2.82, 2, 0.7, 2),
        {"nu": "nu_control"},
        bivariate_risks,
    ),
    "beta_binomial": (BETAS, lambda: witness.beta_binomial(TABLE, 2.82, 2, 0.5), {}, beta_risks),
}


@pytest.mark.mcmc
@pytest.mark.parametrize("kind", MODELS)
def test_draws_agree_with_a_second_integral(kind: str) -> None:
    """First and second moments of every parameter, within Monte Carlo error of grids written apart."""
    model, integral, names, _ = MODELS[kind]
    posterior, exact = bi.fit(dataset(TABLE), model, engine=bi.NUTS(seed=3)), integral()
    assert posterior.diagnostics.ok, posterior.diagnostics.problems
    numbers = dict(posterior.diagnostics.numbers)
    assert min(numbers[f"ess_{part}.{name}"] for part in ("bulk", "tail") for name in ("mu", "tau")) >= 2000
    for name in exact.values:
        draws = posterior.answers.values[names.get(name, name)]
        for power in (1, 2):
            error = float(array_stats.mcse(draws**power, method="mean"))
            assert abs(float((draws**power).mean()) - exact.moment(name, power)) < WITHIN * error, (
                name,
                power,
            )


@pytest.mark.mcmc
@pytest.mark.parametrize("kind", MODELS)
def test_the_truth_is_found(kind: str) -> None:
    """80% intervals hold the true values of 8 simulated tables, 24 or more, about as often as they should."""
    model, _, _, simulate = MODELS[kind]
    found = []
    for seed in range(8):
        rng = np.random.default_rng([seed, 20])
        treatment, control, truth = simulate(rng)
        sizes = rng.integers(20, 120, (6, 2))
        events = rng.binomial(sizes, special.expit(np.stack([treatment, control], axis=1)))
        table = tuple(
            (int(e[0]), int(n[0]), int(e[1]), int(n[1])) for e, n in zip(events, sizes, strict=True)
        )
        posterior = bi.fit(dataset(table), model, engine=SHORT)
        for name, value in truth.items():
            lower, upper = posterior[name].interval(0.8)
            found.append(lower < value < upper)
    assert 0.6 < np.mean(found) <= 1.0
