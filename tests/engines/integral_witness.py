"""A second implementation of a study's likelihood of (mu, tau):
sums over grids and Gauss-Hermite nodes, nothing of the engine.

L_i(theta) is the two binomials summed over a fine grid of the control log odds;
L_i(m, s) is its mean over Normal(m, s^2).
"""

from collections.abc import Callable

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, RectBivariateSpline
from scipy.stats import binom, norm

import bayes_ivig as bi

type Array = NDArray[np.float64]

THETA = np.linspace(-14, 14, 1401)
NODES, WEIGHTS = hermegauss(48)


def log_curve(study: bi.Study, alpha_sd: float) -> CubicSpline:
    """Log of the study's likelihood of its own log odds ratio, alpha ~ Normal(0, alpha_sd^2) summed out."""
    r1, n1, r0, n0 = study.counts
    alpha = np.linspace(-6 * alpha_sd, 6 * alpha_sd, 6001) if alpha_sd < 5 else np.linspace(-40, 40, 4001)
    control = np.exp(binom.logpmf(r0, n0, 1 / (1 + np.exp(-alpha))) + norm.logpdf(alpha, 0, alpha_sd))
    kept = control > control.max() * 1e-13
    alpha, control = alpha[kept], control[kept]
    step = alpha[1] - alpha[0]
    treated = binom.pmf(r1, n1, 1 / (1 + np.exp(-(alpha[:, None] + THETA))))
    return CubicSpline(THETA, np.log(np.maximum(control @ treated * step, 1e-300)))


def smoothed(curve: CubicSpline, m: Array, s: Array) -> Array:
    """Log of the mean of a curve over Normal(m, s^2), for m and s of one shape."""
    theta = np.clip(m[..., None] + s[..., None] * NODES, THETA[0], THETA[-1])
    return np.log(np.exp(curve(theta)) @ (WEIGHTS / WEIGHTS.sum()))


def log_surface(
    studies: tuple[bi.Study, ...], alpha_sd: float, spread: float
) -> Callable[[Array, Array], Array]:
    """Log likelihood of several studies as a function of (m, s), for |m| < 8 and 0 <= s <= spread."""
    m, s = np.linspace(-8, 8, 161), np.linspace(0, spread, 61)
    grid_m, grid_s = np.meshgrid(m, s, indexing="ij")
    total = sum(smoothed(log_curve(study, alpha_sd), grid_m, grid_s) for study in studies)
    return RectBivariateSpline(m, s, total).ev


class Weighted:
    """Points with weights that add up to 1: a posterior on a grid."""

    def __init__(self, log_weight: Array, **axes: Array) -> None:
        weight = np.exp(log_weight - log_weight.max())
        self.joint, self.axes = weight / weight.sum(), axes

    def margin(self, name: str) -> Array:
        where = list(self.axes).index(name)
        return self.joint.sum(axis=tuple(i for i in range(self.joint.ndim) if i != where))

    def mean(self, name: str) -> float:
        return float(self.margin(name) @ self.axes[name])

    def sd(self, name: str) -> float:
        return float(np.sqrt(self.margin(name) @ (self.axes[name] - self.mean(name)) ** 2))

    def below(self, name: str, x: float) -> float:
        """Probability below x, half a grid cell allowed for."""
        values = self.axes[name]
        cumulative = np.cumsum(self.margin(name)) - self.margin(name) / 2
        return float(np.interp(x, values, cumulative))


def agrees(posterior: bi.Posterior, name: str, exact: Weighted, mcse: float = 4.0) -> None:
    """Mean and two probabilities within ``mcse`` Monte Carlo standard errors,
    and half a per cent for the grid.
    """
    error = posterior.diagnostics[f"mcse.{name}.mean"]
    assert abs(posterior[name].mean - exact.mean(name)) < mcse * error + 0.005 * exact.sd(name), name
    size = posterior.diagnostics[f"ess_bulk.{name}"]
    for x in (exact.mean(name) - exact.sd(name), exact.mean(name) + exact.sd(name)):
        p = exact.below(name, x)
        assert abs(posterior[name].prob_below(x) - p) < mcse * np.sqrt(p * (1 - p) / size) + 0.005, (name, x)
