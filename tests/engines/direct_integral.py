"""A witness for the exact engine: the posterior of (mu, tau) by adaptive cells and Gauss-Legendre nodes,
none of its ideas.

Nothing here is planned from an approximation of the trials: cells of (mu, tau) are halved until the log
posterior changes little within each, the integrals over a study's own effect and over its baseline find their
own mode by bisection, and their ends. Priors are the package's own densities. For normal study effects and
normal baseline priors, whose integrands have one mode.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.interpolate import CubicSpline

import bayes_ivig as bi

type Array = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
CELL_NODES, CELL_WEIGHTS = np.polynomial.legendre.leggauss(8)
# of the way from a mode to where the integrand has ended
PARTS = np.array([0.0, 0.02, 0.06, 0.14, 0.3, 0.6, 1.0])
DEEP = 35.0
HALVINGS = 45
ROUGH = np.array([-0.9, 0.0, 0.9])
LEVEL = 4.0  # logs that may change within a cell
COUNTS = 25.0  # logs below the best that count


def one_mode(
    log: Callable[[Array], Array], slope: Callable[[Array], Array], low: Array, high: Array
) -> Array:
    """Log integral of exp(log) for log-concave integrands, shape (N,),
    whose modes lie between ``low`` and ``high``.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rising = slope(middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    mode = (low + high) / 2
    top = log(mode)
    total = np.zeros(mode.shape)
    for side in (-1.0, 1.0):
        far = np.full(mode.shape, 1e-6)
        for _ in range(70):
            inside = top - log(mode + side * far) < DEEP
            if not inside.any():
                break
            far = np.where(inside, 2 * far, far)
        near = far / 2
        for _ in range(4):
            middle = (near + far) / 2
            inside = top - log(mode + side * middle) < DEEP
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        for start, end in itertools.pairwise(PARTS):
            half = (end - start) / 2 * far
            for node, weight in zip(NODES, WEIGHTS, strict=True):
                total += weight * half * np.exp(log(mode + side * (start * far + half * (node + 1))) - top)
    return top + np.log(total)


def binomial_curve(study: bi.Study, model: bi.Model, theta: Array) -> Array:
    """Log likelihood of a study's log odds ratio with its baseline, normal beforehand, integrated out."""
    r1, n1, r0, n0 = study.counts
    share = 0.5 if model.baseline == "midpoint" else 0.0
    mean, sd = model.alpha.mean, model.alpha.sd

    def arms(alpha: Array) -> tuple[Array, Array]:
        return alpha + (1 - share) * theta, alpha - share * theta

    def log(alpha: Array) -> Array:
        one, zero = arms(alpha)
        return (
            r1 * one - n1 * np.logaddexp(0, one) + r0 * zero - n0 * np.logaddexp(0, zero)
            - 0.5 * ((alpha - mean) / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))
        )  # fmt: skip

    def slope(alpha: Array) -> Array:
        one, zero = arms(alpha)
        return r1 - n1 * special.expit(one) + r0 - n0 * special.expit(zero) - (alpha - mean) / sd**2

    # no further for an SD of 1 or more: there the binomials pull harder than the prior
    reach = np.abs(theta) + 60 + abs(mean)
    ways = sum(
        special.gammaln(n + 1) - special.gammaln(r + 1) - special.gammaln(n - r + 1)
        for r, n in ((r1, n1), (r0, n0))
    )
    return one_mode(log, slope, -reach, reach) + ways


def hypergeometric_curve(study: bi.Study, theta: Array) -> Array:
    """Log likelihood given the study's total of events, every term of the support summed."""
    r1, n1, r0, n0 = study.counts
    x = np.arange(max(0, r1 + r0 - n0), min(n1, r1 + r0) + 1.0)
    terms = (
        special.gammaln(n1 + 1) - special.gammaln(x + 1) - special.gammaln(n1 - x + 1)
        + special.gammaln(n0 + 1) - special.gammaln(r1 + r0 - x + 1) - special.gammaln(n0 - r1 - r0 + x + 1)
    )  # fmt: skip
    own = terms[int(r1 - x[0])]
    return own + theta * r1 - np.array([special.logsumexp(terms + t * x) for t in theta])


def curve(study: bi.Study, model: bi.Model, reach: float) -> tuple[CubicSpline, float, float]:
    """Log likelihood curve as a spline in a stretched theta, and the study's estimate and standard error."""
    r1, n1, r0, n0 = study.counts
    add = 0.5 if min(r1, n1 - r1, r0, n0 - r0) == 0 else 0.0
    cells = np.array([r1, n1 - r1, r0, n0 - r0]) + add
    y, s = float(np.log(cells[0] * cells[3] / cells[1] / cells[2])), float(np.sqrt((1 / cells).sum()))
    u = np.linspace(-1, 1, 1601) * np.arcsinh((reach + abs(y)) / s)
    theta = y + s * np.sinh(u)
    match model.likelihood:
        case "binomial":
            logs = binomial_curve(study, model, theta)
        case "hypergeometric":
            logs = hypergeometric_curve(study, theta)
        case _:
            logs = -0.5 * ((theta - y) / s) ** 2 - np.log(s * np.sqrt(2 * np.pi))
    return CubicSpline(u, logs), y, s


def smoothed(known: tuple[CubicSpline, float, float], mu: Array, tau: Array) -> Array:
    """Log of a curve averaged over Normal(mu, tau^2), shape (N,)."""
    spline, y, s = known
    ends, derivative = spline.x[[0, -1]], spline.derivative()

    def u_of(theta: Array) -> Array:
        return np.clip(np.arcsinh((theta - y) / s), *ends)

    def log(theta: Array) -> Array:
        return spline(u_of(theta)) - 0.5 * ((theta - mu) / tau) ** 2

    def slope(theta: Array) -> Array:
        return derivative(u_of(theta)) / np.hypot(s, theta - y) - (theta - mu) / tau**2

    low, high = y + s * np.sinh(ends[0]), y + s * np.sinh(ends[1])
    found = one_mode(log, slope, np.minimum(low, mu), np.maximum(high, mu))
    return found - np.log(tau * np.sqrt(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Direct:
    """Posterior on nodes: mu, log tau and probability, shape (N,); ``log_evidence`` of proper priors."""

    mu: Array
    log_tau: Array
    probability: Array
    log_evidence: float

    @property
    def mean(self) -> float:
        return float(self.probability @ self.mu)

    @property
    def sd(self) -> float:
        return float(np.sqrt(self.probability @ (self.mu - self.mean) ** 2))


def direct(dataset: bi.Dataset, model: bi.Model) -> Direct:
    """Return the posterior under proper priors and normal random effects."""
    studies = [s for s in dataset.studies if s.estimable]
    if model.likelihood != "binomial":
        studies = [
            s
            for s in studies
            if 0 < s.treatment_events + s.control_events < s.treatment_total + s.control_total
        ]
    ends = _ends(model, studies)
    known = [curve(study, model, 5 + 2 * max(abs(ends[0]), abs(ends[1]))) for study in studies]

    def log(mu: Array, z: Array) -> Array:
        tau = np.exp(z)
        prior = model.mu.logpdf(mu) + model.tau.logpdf(tau) + z
        found = np.full(mu.shape, -np.inf)
        inside = np.isfinite(prior)
        if inside.any():
            found[inside] = prior[inside] + sum(smoothed(each, mu[inside], tau[inside]) for each in known)
        return found

    return _integrated(log, ends)


def _ends(model: bi.Model, studies: list[bi.Study]) -> tuple[float, float, float, float]:
    """Limits of mu and of log tau."""
    low, high = (float(q) for q in model.mu.quantile(np.array([1e-11, 1 - 1e-11])))
    if not np.isfinite(model.mu.support[0]):
        low, high = min(low, -40.0), max(high, 40.0)
    upper = model.tau.support[1]
    tau_high = upper if np.isfinite(upper) else max(200.0, float(model.tau.quantile(1 - 1e-11)))
    tau_low = max(1e-7 * min(1.0, tau_high), model.tau.support[0])
    return low, high, float(np.log(tau_low)), float(np.log(tau_high))


def _integrated(log: Callable[[Array, Array], Array], ends: tuple[float, float, float, float]) -> Direct:
    """Halve cells until the log posterior changes little within each that counts;
    then Gauss-Legendre nodes in all of them.
    """
    low, high, z_low, z_high = ends
    x, z = np.linspace(low, high, 25), np.linspace(z_low, z_high, 17)
    centre = np.array([(a, b) for a in (x[:-1] + x[1:]) / 2 for b in (z[:-1] + z[1:]) / 2])
    half = np.tile([(x[1] - x[0]) / 2, (z[1] - z[0]) / 2], (len(centre), 1))
    leaves, best = [], -np.inf
    for _ in range(60):
        if not len(centre):
            break
        grid = np.stack(np.meshgrid(ROUGH, ROUGH, indexing="ij"), -1).reshape(-1, 2)
        at = centre[:, None] + half[:, None] * grid
        values = log(at[..., 0].ravel(), at[..., 1].ravel()).reshape(len(centre), -1)
        best = max(best, values.max())
        change = np.where(np.isfinite(values), values, -1e300).max(axis=1) - values.min(axis=1)
        change = np.where(np.isfinite(change), change, 1e9)
        counts = values.max(axis=1) + np.minimum(change, 1e6) > best - COUNTS
        even = counts & (change <= LEVEL)
        leaves.append((centre[even], half[even], values[even].max(axis=1)))
        # split the sides along which it changes, in two
        uneven = counts & ~even
        box = values[uneven].reshape(-1, 3, 3)
        along = [
            np.nan_to_num(np.ptp(np.clip(box, -1e30, None), axis=axis).max(axis=1), nan=1e9)
            for axis in (1, 2)
        ]
        first = along[0] >= along[1]
        shift = half[uneven] / 2 * np.column_stack([first, ~first])
        smaller = np.where(np.column_stack([first, ~first]), half[uneven] / 2, half[uneven])
        centre = np.concatenate([centre[uneven] - shift, centre[uneven] + shift])
        half = np.concatenate([smaller, smaller])
    centre, half, tops = (np.concatenate(parts) for parts in zip(*leaves, strict=True))
    kept = tops > best - COUNTS
    nodes = np.stack(np.meshgrid(CELL_NODES, CELL_NODES, indexing="ij"), -1).reshape(-1, 2)
    at = centre[kept][:, None] + half[kept][:, None] * nodes
    weights = np.log(np.outer(CELL_WEIGHTS, CELL_WEIGHTS).ravel() * half[kept].prod(axis=1)[:, None])
    logs = (log(at[..., 0].ravel(), at[..., 1].ravel()).reshape(weights.shape) + weights).ravel()
    evidence = float(special.logsumexp(logs))
    return Direct(at[..., 0].ravel(), at[..., 1].ravel(), np.exp(logs - evidence), evidence)
