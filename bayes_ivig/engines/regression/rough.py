"""What a posterior of coefficients looks like, about: normal at each of a few tau.

From estimates, standard errors and priors at first; from the sums over nodes once there are some. It only has
to be about right: it says where to put the nodes, and the engine checks the result.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid import tau_axes
from bayes_ivig.engines.grid.tau_axes import Scale, Seen, centre_and_spread
from bayes_ivig.priors.composite import Prior

type Array = NDArray[np.float64]

LOOKED = 120  # values of tau looked at
# probabilities of tau at which coefficients are looked at
KEPT = np.array([1e-4, 0.02, 0.16, 0.5, 0.84, 0.98, 1 - 1e-4])


class Task(NamedTuple):
    """A regression: estimates and standard errors (K,), the design (K, D), the prior of every coefficient,
    (D,), and that of tau, None under a common effect. The intercept is the last of the D.
    """

    estimates: tuple[Array, Array]
    design: Array
    priors: tuple[Prior, ...]
    tau: Prior | None

    @property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """Between which values the prior of each coefficient lies."""
        return tuple(prior.support for prior in self.priors)


@dataclass(frozen=True, eq=False)
class Rough:
    """Means (T, D) and covariances (T, D, D) of coefficients at a few tau in order, and what was seen of
    tau, None under a common effect.
    """

    means: Array
    covariances: Array
    seen: Seen | None
    scale: Scale | None

    @property
    def middle(self) -> int:
        """Place of the tau in the middle."""
        return len(self.means) // 2


def rough(task: Task) -> Rough:
    """Return what the normal approximation of every study says."""
    priors = _normal_priors(task)
    if task.tau is None:
        means, covariances, _ = _given(task, priors, np.zeros(1))
        priors = _within(task, priors, (means[0], covariances[0]))
        means, covariances, _ = _given(task, priors, np.zeros(1))
        return Rough(means, covariances, None, None)
    parts = [[(float(priors[0][-1]), float(priors[1][-1]))]]
    scale = tau_axes.scale([task.tau], task.estimates, parts)
    for _ in range(2):  # the second time with coefficients where their priors let them be
        seen = _look(task, priors, scale)
        taus = taus_of(seen, scale)
        means, covariances, _ = _given(task, priors, taus)
        middle = len(taus) // 2
        moved = _within(task, priors, (means[middle], covariances[middle]))
        if moved is priors:
            break
        priors = moved
    return Rough(means, covariances, seen, scale)


def taus_of(seen: Seen, scale: Scale) -> Array:
    """Return the tau of probabilities ``KEPT``."""
    below = np.cumsum(seen.shares) - seen.shares / 2
    return np.asarray(scale.tau(np.interp(KEPT, below, seen.z)))


def seen_again(scale: Scale, reach: tuple[float, float], tau: Array, shares: Array) -> Seen:
    """Return what was found of tau: shares of its nodes, that add up to one."""
    inside = (tau > scale.lower) & (tau < scale.upper)
    tau, shares = tau[inside], shares[inside]
    if scale.bounded:
        z = special.logit(np.clip((tau - scale.lower) / (scale.upper - scale.lower), 1e-15, 1 - 1e-15))
    else:
        z = np.log(tau)
    return Seen(z, shares / shares.sum(), tau[shares > np.exp(tau_axes.NEGLIGIBLE) * shares.max()], reach)


def _normal_priors(task: Task) -> tuple[Array, Array]:
    """Centre and spread of every coefficient's prior, (D,) each."""
    centres, spreads = [], []
    for prior in task.priors:
        parts = centre_and_spread(prior)
        middle = float(np.mean([centre for centre, _ in parts]))
        centres.append(middle)
        spreads.append(max(spread + abs(centre - middle) for centre, spread in parts))
    return np.array(centres), np.array(spreads)


def _within(task: Task, priors: tuple[Array, Array], found: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return priors that hold coefficients at the limit that they would pass, as closely as what is let in
    decays from it; the same ones where none would.
    """
    centres, spreads = priors
    mean, covariance = found
    low, high = np.array(task.limits).T
    at = np.clip(mean, low, high)
    away = np.abs(mean - at)
    if not (away > 0).any():
        return priors
    variance = np.diag(covariance)
    decay = variance / np.maximum(away, np.sqrt(variance))
    return np.where(away > 0, at, centres), np.where(away > 0, decay, spreads)


def _given(task: Task, priors: tuple[Array, Array], taus: Array) -> tuple[Array, Array, Array]:
    """Return means and covariances of coefficients given each tau, and the log of tau's likelihood."""
    y, s = task.estimates
    centre, spread = priors
    x, d = task.design, task.design.shape[1]
    v = s * s + taus[:, None] ** 2
    w = 1 / v
    precision = (w @ (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)).reshape(-1, d, d)
    precision = precision + np.diag(spread**-2.0)
    right = (w * y) @ x + centre * spread**-2.0
    covariances = np.linalg.inv(precision)
    means = np.einsum("tij,tj->ti", covariances, right)
    logs = -0.5 * (np.log(v) + (y - means @ x.T) ** 2 * w).sum(axis=1)
    logs -= 0.5 * (((means - centre) / spread) ** 2).sum(axis=1)
    return means, covariances, logs - 0.5 * np.linalg.slogdet(precision)[1]


def _look(task: Task, priors: tuple[Array, Array], scale: Scale) -> Seen:
    """Return the posterior of tau, of its logarithm or its place between limits, by the normal
    approximation.
    """
    return tau_axes.looked_at(lambda z: _log_posterior(task, priors, scale, z), scale, LOOKED)


def _log_posterior(task: Task, priors: tuple[Array, Array], scale: Scale, z: Array) -> Array:
    assert task.tau is not None
    taus = np.asarray(scale.tau(z))
    logs = _given(task, priors, taus)[2] + task.tau.logpdf(taus) + scale.log_slope(z)
    if np.isneginf(logs).all():  # a prior so narrow that it falls between two values
        logs = -1e6 * np.abs(taus - float(task.tau.quantile(0.5)))
    return np.asarray(logs - logs.max())
