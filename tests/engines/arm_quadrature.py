"""A second implementation of the models of two arms' risks:
grids over the population, Gauss-Hermite over each study.

Written apart from the package's formulas and engines: counts and log prior densities in,
posterior moments out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

type Array = NDArray[np.float64]
type Counts = tuple[int, int, int, int]  # treatment events and total, control events and total


@dataclass(frozen=True, eq=False)
class Posterior:
    """Parameters and probabilities at the nodes of a grid, all of one shape."""

    values: Mapping[str, Array]
    probability: Array

    def moment(self, name: str, power: int) -> float:
        return float((self.values[name] ** power * self.probability).sum())


def half_line(upper: float, nodes: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes on (0, upper) and their log weights."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    return upper * (x + 1) / 2, np.log(upper * w / 2)


def normal(x: Array, sd: float) -> Array:
    return -0.5 * (x / sd) ** 2


def random_baselines(
    table: tuple[Counts, ...], mu_sd: float, tau: float, nu_sd: float, omega: float
) -> Posterior:
    """mu ~ normal(0, mu_sd), tau ~ half_normal(tau), nu ~ normal(0, nu_sd),
    omega ~ half_normal(omega); control baseline.
    """
    taus, log_wt = half_line(5 * tau, 14)
    omegas, log_wo = half_line(5 * omega, 22)
    t, o = (grid.ravel() for grid in np.meshgrid(taus, omegas, indexing="ij"))
    prior = (normal(taus, tau) + log_wt)[:, None] + (normal(omegas, omega) + log_wo)[None, :]
    return _bivariate(table, (o, o, t), {"tau": t, "omega": o}, prior.ravel(), (mu_sd, nu_sd))


def bivariate(table: tuple[Counts, ...], mu_sd: float, nu_sd: float, omega: float, eta: float) -> Posterior:
    """Both SDs ~ half_normal(omega), rho with density (1 - rho^2)^(eta - 1)."""
    sds, log_w = half_line(5 * omega, 12)
    x, w = np.polynomial.legendre.leggauss(10)
    w0, w1, rho = (grid.ravel() for grid in np.meshgrid(sds, sds, x, indexing="ij"))
    one = normal(sds, omega) + log_w
    prior = (
        one[:, None, None] + one[None, :, None] + ((eta - 1) * np.log1p(-(x**2)) + np.log(w))[None, None, :]
    )
    tau = np.sqrt(w0**2 + w1**2 - 2 * rho * w0 * w1)
    named = {"omega_control": w0, "omega_treatment": w1, "rho": rho, "tau": tau}
    return _bivariate(table, (w0, rho * w1, w1 * np.sqrt(1 - rho**2)), named, prior.ravel(), (mu_sd, nu_sd))


def _bivariate(
    table: tuple[Counts, ...],
    scales: tuple[Array, Array, Array],
    named: Mapping[str, Array],
    log_prior: Array,
    sds: tuple[float, float],
) -> Posterior:
    """Control log odds m0 + a x and treatment log odds m1 + b x + c y, x and y standard normal;
    (S,) each of a, b, c.

    Equal steps in m0 and m1 over (-7, 7); mu = m1 - m0 has SD ``sds[0]``, m0 has SD ``sds[1]``.
    """
    m = np.linspace(-7, 7, 33)
    a, b, c = scales
    pairs, which = np.unique(np.stack([b, c]), axis=1, return_inverse=True)
    singles, own = np.unique(a, return_inverse=True)
    x, w = np.polynomial.hermite.hermgauss(20)
    x, w = np.sqrt(2) * x, w / np.sqrt(np.pi)
    total = np.zeros((a.size, m.size, m.size))
    for r1, n1, r0, n0 in table:
        treatment = _likelihood(r1, n1, m[None, :, None, None] + (pairs[0][:, None] * x)[:, None, :, None] + (
            pairs[1][:, None] * x
        )[:, None, None, :]) @ w  # (pairs, m1, x)  # fmt: skip
        # (singles, m0, x)
        control = _likelihood(r0, n0, m[None, :, None] + (singles[:, None] * x)[:, None, :]) * w
        total += np.log(np.matmul(control[own], treatment[which].transpose(0, 2, 1)))  # (S, m0, m1)
    mu = m[None, :] - m[:, None]
    total += log_prior[:, None, None] + normal(mu, sds[0]) + normal(m, sds[1])[:, None]
    whole = np.exp(total - special.logsumexp(total))
    shape = whole.shape
    values = {name: np.broadcast_to(value[:, None, None], shape) for name, value in named.items()}
    values |= {"mu": np.broadcast_to(mu, shape), "nu": np.broadcast_to(m[:, None], shape)}
    return Posterior(values, whole)


def _likelihood(events: int, total: int, log_odds: Array) -> Array:
    return np.asarray(special.expit(log_odds) ** events * special.expit(-log_odds) ** (total - events))


def beta_binomial(table: tuple[Counts, ...], mu_sd: float, nu_sd: float, phi: float) -> Posterior:
    """One overdispersion phi ~ half_normal(phi); risks integrated out."""
    m = np.linspace(-7, 7, 121)
    phis, log_w = half_line(5 * phi, 60)
    logs = normal(m[:, None] - m[None, :], mu_sd) + normal(m[None, :], nu_sd)  # (m1, m0)
    total = logs[:, :, None] + normal(phis, phi) + log_w
    a, b = special.expit(m)[:, None] / phis, special.expit(-m)[:, None] / phis
    for r1, n1, r0, n0 in table:
        total = total + (special.betaln(a + r1, b + n1 - r1) - special.betaln(a, b))[:, None, :]
        total = total + (special.betaln(a + r0, b + n0 - r0) - special.betaln(a, b))[None, :, :]
    whole = np.exp(total - special.logsumexp(total))
    mu, nu, at = np.meshgrid(m, m, phis, indexing="ij")
    return Posterior({"mu": mu - nu, "nu": nu, "phi": at}, whole)
