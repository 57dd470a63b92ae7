"""What a grid may be off by: how far its numbers move when every second node is left out."""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import Fine, moments, relative

type Array = NDArray[np.float64]
type Bounds = dict[str, float]

# the log marginal likelihood, a sum over studies, is held to ten tolerances for each hundred of them
EVIDENCE = 10.0
GAIN = 16.0  # accuracy claimed for halving a step; the eighth power would give 256
PROBABILITIES = np.array([0.025, 0.5, 0.975])
TWICE = math.log(2.0)  # weights of a sum over half the nodes


class Joint(Protocol):
    """A posterior of (mu, tau) on the nodes of a surface: log density per unit of mu and per node
    of tau, (mu, tau).
    """

    @property
    def surface(self) -> Surface:
        """The surface."""

    @property
    def log_joint(self) -> Array:
        """Log posterior at the nodes."""


def errors_of(fine: Joint, rough: Joint) -> dict[str, Bounds]:
    """Return, per axis, a bound of each number's error in posterior SDs;
    ``theta`` stands for smoothing and baseline together.

    ``rough`` is the posterior with every second node of everything. The bound is how far a number moves when
    every second node is left out, divided by ``GAIN``: sums and interpolation converge at least like the
    eighth power of the step, so the finer answer is about 250 times closer than the coarser.
    """
    _, mu, tau = fine.surface.axes
    joint = fine.log_joint + mu.log_weights[:, None]
    other = rough.log_joint + rough.surface.axes.mu.log_weights[:, None]
    by_mu, by_mu_other = log_sum(joint, axis=1), log_sum(other, axis=1)
    unit = EVIDENCE * max(1.0, len(fine.surface.studies) / 100)
    if tau is None:
        full, (thin, roughly) = (
            _of_mu(mu, by_mu[None])[0],
            _of_mu(mu.halved(), np.stack([by_mu[::2] + TWICE, by_mu_other])),
        )
        return {
            name: _bounds((a, b), None, unit)
            for name, (a, b) in (("mu", (thin, full)), ("theta", (roughly, thin)))
        }
    without = log_sum(joint[:, ::2], axis=1) + TWICE
    full, no_tau = _of_mu(mu, np.stack([by_mu, without]))
    no_mu, small, roughly = _of_mu(
        mu.halved(), np.stack([by_mu[::2] + TWICE, without[::2] + TWICE, by_mu_other])
    )
    by_tau, thin = log_sum(joint, axis=0), log_sum(joint[::2], axis=0) + TWICE
    tau_full, tau_no_mu = numbers_on(tau, np.stack([by_tau, thin]))
    rows = np.stack([by_tau[::2] + TWICE, thin[::2] + TWICE, log_sum(other, axis=0)])
    tau_no_tau, tau_small, tau_roughly = numbers_on(tau.halved(), rows)
    return {
        "mu": _bounds((no_mu, full), (tau_no_mu, tau_full), unit),
        "tau": _bounds((no_tau, full), (tau_no_tau, tau_full), unit),
        "theta": _bounds((roughly, small), (tau_roughly, tau_small), unit),
    }


def _of_mu(axis: Axis, log_mass: Array) -> Array:
    """Numbers of mu from rows of log posterior mass of its nodes,
    and P(OR > 1) and the log evidence, shape (R, 8).
    """
    numbers = numbers_on(axis, log_mass, above=0.0)
    return np.column_stack([numbers, log_sum(log_mass, axis=1)])


def numbers_on(axis: Axis, log_mass: Array, above: float | None = None) -> Array:
    """Unit (the SD, or a quarter of the 95% interval), quantiles, mean and SD, and a probability,
    shape (R, 6 or 7).
    """
    fine = Fine.of(axis, relative(log_mass))
    quantiles = axis.x_of(fine.u_below(PROBABILITIES))
    mean, sd = moments(axis, log_mass)
    numbers = np.zeros((log_mass.shape[0], 6 if above is None else 7))
    unit = np.where(np.isnan(sd), (quantiles[:, 2] - quantiles[:, 0]) / 4, sd)
    numbers[:, 0] = np.where(unit > 0, unit, 1.0)
    numbers[:, 1:4] = quantiles
    for place, moment in ((4, mean), (5, sd)):
        np.copyto(numbers[:, place], moment, where=~np.isnan(moment))
    if above is not None:
        numbers[:, 6] = fine.above_u(axis.u_of(above))
    return numbers


def _bounds(mu: tuple[Array, Array], tau: tuple[Array, Array] | None, unit: float) -> Bounds:
    """Bounds of the errors from numbers on fewer nodes and on more; those of tau are 0 where it is known."""
    coarse, fine = mu
    moved = np.abs(coarse - fine) / GAIN
    return {
        "prob_or_gt_1": float(moved[6]),
        "log_marginal_likelihood": float(moved[7] / unit),
        "mu": float(moved[1:6].max() / fine[0]),
        "tau": 0.0 if tau is None else float(np.abs(tau[0] - tau[1])[1:].max() / tau[1][0] / GAIN),
    }
