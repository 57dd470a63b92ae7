"""Both arms' log odds from a log risk ratio or a risk difference and the mean of the log odds, alpha.

The treatment arm's log odds are alpha + w, the control arm's alpha - w. On the odds ratio scale w is half the
log odds ratio. For a log risk ratio theta

    w = theta / 2 + arsinh(exp(alpha) sinh(theta / 2)),

and for a risk difference theta, with z = artanh(theta),

    w = z + arsinh(cosh(alpha) sinh(z)).

Twice alpha is the log of the odds product, which leaves both free: every pair of a ratio, or of a difference
in (-1, 1), and of an alpha is one pair of risks, and every pair of risks is one of these (Richardson, Robins
& Wang 2017, J Am Stat Assoc 112:1121). So a prior of alpha needs no bounds that depend on the effect.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type HalfDistance = Callable[[Array, Array], tuple[Array, Array]]

FARTHEST = 350.0  # of an argument of exp, whose square is a number


def of_log_risk_ratio(theta: Array, alpha: Array) -> tuple[Array, Array]:
    """Return w and its derivative in alpha at a log risk ratio."""
    half = theta / 2
    v, slope = _turned(half, alpha)
    return half + v, slope


def of_risk_difference(theta: Array, alpha: Array) -> tuple[Array, Array]:
    """Return w and its derivative in alpha at a risk difference in (-1, 1)."""
    z = np.arctanh(theta)
    size = np.minimum(np.abs(alpha), FARTHEST)
    # cosh = exp(|alpha|) (1 + exp(-2 |alpha|)) / 2
    v, slope = _turned(z, size + np.log1p(np.exp(-2 * size)) - np.log(2.0))
    return z + v, slope * np.tanh(alpha)


def _turned(x: Array, log_factor: Array) -> tuple[Array, Array]:
    """Return v = arsinh(exp(log_factor) sinh(x)) and its derivative in log_factor, tanh(v)."""
    size = np.abs(x)
    with np.errstate(divide="ignore"):
        logs = log_factor + size + np.log(-np.expm1(-2 * size)) - np.log(2.0)
    near = np.arcsinh(np.exp(np.minimum(logs, FARTHEST)))
    v = np.sign(x) * np.where(logs > FARTHEST, logs + np.log(2.0), near)
    return v, np.tanh(v)
