"""Surfaces of effects that have limits, such as risk differences: what of the between-study distribution
lies between them, by which it is divided.
"""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.smoothing import Mask, Matters
from bayes_ivig.engines.grid.student_t import Mixing
from bayes_ivig.formulas.scales.limited import Limits, log_inside

type Array = NDArray[np.float64]


def limits_of(axes: Axes) -> Limits | None:
    """Return the limits of effects, None where there are none."""
    theta = axes.theta
    return (theta.lower, theta.upper) if theta.link == "interval" else None


def log_shares(axes: Axes, mixed: Mixing | None, mu: Array | None = None) -> Array | None:
    """Return the log probability of the limits given every mu and tau, (mu, tau);
    None where there are no limits, or no tau.

    ``mu`` are other values than those of the axis.
    """
    limits = limits_of(axes)
    if limits is None or axes.tau is None:
        return None
    at = (axes.mu.x if mu is None else mu)[:, None]
    if mixed is None:
        return log_inside(at, axes.tau.x, limits)
    sds = np.multiply.outer(axes.tau.x, mixed.factors)
    return np.asarray(
        np.logaddexp.reduce(log_inside(at[..., None], sds, limits) + mixed.log_weights, axis=-1)
    )


def divided(values: Array, shares: Array | None) -> Array:
    """Return log likelihoods (K, mu, tau) under distributions divided by what lies between the limits."""
    return values if shares is None else values - shares


def asked_of(matters: Matters | None, shares: Array | None) -> Matters | None:
    """Return what decides where a surface must be right, asked of values that are divided."""
    if matters is None or shares is None:
        return matters

    def of_divided(values: Array, bounds: Mask) -> Mask:
        return matters(values - shares.T[:, None, :], bounds)

    return of_divided
