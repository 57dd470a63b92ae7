"""The effect in a new study where the prior of mu stops inside the posterior, against sums on plain nodes."""

import numpy as np
import pytest
from scipy import special

import bayes_ivig as bi
from bayes_ivig.priors.parsing import parse_prior

TRIALS = (("a", 0.3, 0.2), ("b", 0.5, 0.3), ("c", -0.1, 0.25), ("d", 0.8, 0.4))
PROBABILITIES = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
NODES, TAUS = 4_000, 600


def below(mu: str, tau: str, x: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return the probabilities below x of a new study's effect, with its mean and SD: midpoints of mu between
    its limits, held to +-4, and of tau, and the normal distribution between studies.
    """
    y, s = np.array([row[1:] for row in TRIALS]).T[:, :, None]
    low, high = np.clip(parse_prior(mu).support, -4.0, 4.0)
    m = low + (high - low) * (np.arange(NODES) + 0.5) / NODES
    prior = np.exp(parse_prior(mu).logpdf(m))
    most = float(parse_prior(tau).quantile(1 - 1e-9))
    sums, total, first, second = np.zeros(x.size), 0.0, 0.0, 0.0
    for t in most * (np.arange(TAUS) + 0.5) / TAUS:
        v = s**2 + t**2
        fit = np.exp(-0.5 * ((y - m) ** 2 / v + np.log(v)).sum(axis=0))
        mass = fit * prior * float(np.exp(parse_prior(tau).logpdf(np.array(t))))
        sums += special.ndtr((x[:, None] - m) / t) @ mass
        total, first, second = total + mass.sum(), first + mass @ m, second + mass @ (m**2 + t**2)
    return sums / total, first / total, float(np.sqrt(second / total - (first / total) ** 2))


@pytest.mark.parametrize("tau", ["half_normal(0.5)", "half_normal(0.1)"])
@pytest.mark.parametrize(
    "mu", ["uniform(-0.5, 0.25)", "truncated(normal(0, 1), -9, 0.1)", "truncated(normal(0, 1), -0.3, 9)"]
)
def test_the_effect_of_a_new_study_is_as_exact_as_stated(mu: str, tau: str) -> None:
    data = bi.Dataset(tuple(bi.Estimate(*row) for row in TRIALS))
    posterior = bi.fit(data, bi.Model(likelihood="normal", mu=parse_prior(mu), tau=parse_prior(tau)))
    effect, stated = posterior["theta_new"], dict(posterior.diagnostics.numbers)["error.mu"]
    probabilities, mean, sd = below(mu, tau, np.asarray(effect.quantile(PROBABILITIES)))
    own = 2e-5 + stated  # what the sums are right to, from twice as many nodes
    assert probabilities == pytest.approx(PROBABILITIES, abs=own)
    assert effect.mean == pytest.approx(mean, abs=own * sd)
    assert effect.sd == pytest.approx(sd, abs=own * sd)
