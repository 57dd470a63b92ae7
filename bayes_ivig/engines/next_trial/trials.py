"""Trials that a posterior foretells: every table that one may find, or many of them by chance, each with its
likelihood of the trial's own effect.

The log odds of the control arm come from a distribution; a trial's curve integrates them over that same one,
as somebody would who believes what the trials were drawn from. Then, whatever is found, the mean of the
updated probabilities is the probability: nothing is learnt from a plan.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.curves import OWN_SCALE, Drawn
from bayes_ivig.engines.next_trial.foreseen import Foreseen
from bayes_ivig.formulas.interpolation import POINTS
from bayes_ivig.formulas.likelihood import Baseline, Counts, binomial_twice, log_choose
from bayes_ivig.formulas.selection_models.p_values import wald
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.likelihoods.binomial import LIKELIHOOD
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]

EVERY = 4_000  # tables up to which every one is looked at
ESTIMATES, REACH = 4_001, 8.0  # values of an estimate that are looked at, and standard errors that they reach
TABLE = 2_001  # values of the log density of control log odds
ENDS = 1e-12  # of that distribution, beyond
BLOCK = 500  # trials whose curves are drawn at once
BEYOND = 30.0  # log odds on either side of the distribution where its density is followed in a straight line


@dataclass(frozen=True, eq=False)
class ControlLogOdds:
    """Log odds of the control arm of a trial to come: the ``new`` of a control risk, or one value known."""

    value: float | None
    distribution: Marginal | None

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws, (size,)."""
        if self.value is not None:
            return np.full(size, self.value)
        assert self.distribution is not None
        return np.asarray(self.distribution.quantile(rng.uniform(size=size)))

    @property
    def typical(self) -> float:
        """The median."""
        if self.value is not None:
            return self.value
        assert self.distribution is not None
        return self.distribution.median

    def baseline(self) -> Baseline:
        """Return the distribution as the likelihood's integral reads it: a table of its log density."""
        assert self.distribution is not None
        low, middle, high = np.asarray(self.distribution.quantile([ENDS, 0.5, 1 - ENDS]))
        at = np.linspace(low, high, TABLE)
        logs = np.log(np.maximum(np.asarray(self.distribution.density(at)), 1e-300))
        slopes = (logs[1] - logs[0]) / (at[1] - at[0]), (logs[-1] - logs[-2]) / (at[-1] - at[-2])
        at = np.concatenate([[low - BEYOND], at, [high + BEYOND]])
        logs = np.concatenate([[logs[0] - slopes[0] * BEYOND], logs, [logs[-1] + slopes[1] * BEYOND]])
        near = self.distribution.interval(0.6827)
        return Baseline(
            lambda alpha: np.interp(alpha, at, logs), float(middle), max((near[1] - near[0]) / 2, 1e-6)
        )


class Size(NamedTuple):
    """People whose outcome is seen, under treatment and control."""

    treatment: int
    control: int


class Found(NamedTuple):
    """What trials may find: log likelihoods (S, J) of their effects, the Wald statistic ``z`` of each alone,
    (S,), and its weight, adding up to one.

    ``every`` says whether this is all that there is, weighted by its probability.
    """

    log_curves: Array
    z: Array
    weight: Array
    every: bool


def imagined(
    ahead: Foreseen,
    size: Size,
    control: ControlLogOdds,
    draws: int,
    rng: np.random.Generator,
    mass: Array | None = None,
) -> Found:
    """Return all tables of a trial, where they are few, else ``draws`` of them by chance, effects drawn from
    ``mass`` instead of the prediction where it is given.
    """
    if (size.treatment + 1) * (size.control + 1) <= EVERY:
        r1, r0 = (
            each.reshape(-1).astype(float)
            for each in np.meshgrid(np.arange(size.treatment + 1), np.arange(size.control + 1), indexing="ij")
        )
        logs = curves(ahead, (r1, r0), size, control)
        chance = np.exp(ahead.weights(logs)[1])
        return Found(logs, wald(_cells(r1, r0, size)), chance / chance.sum(), every=True)
    theta = ahead.theta[systematic(ahead.mass if mass is None else mass, draws, rng)]
    log_odds = control.draw(rng, draws)
    r1 = rng.binomial(size.treatment, special.expit(log_odds + theta)).astype(float)
    r0 = rng.binomial(size.control, special.expit(log_odds)).astype(float)
    tables, which = np.unique(np.stack([r1, r0]), axis=1, return_inverse=True)
    weight = np.bincount(which.reshape(-1), minlength=tables.shape[1]) / draws
    logs = curves(ahead, (tables[0], tables[1]), size, control)
    return Found(logs, wald(_cells(tables[0], tables[1], size)), weight, every=False)


def _cells(r1: Array, r0: Array, size: Size) -> Array:
    return np.stack([r1, size.treatment - r1, r0, size.control - r0])


def estimates(ahead: Foreseen, error: float) -> Found:
    """Return all estimates of a trial whose standard error is known: on even steps, each with its
    probability.
    """
    low, high = ahead.theta[[0, -1]] + np.array([-REACH, REACH]) * error
    y = np.linspace(low, high, ESTIMATES)
    log_curves = shaken(-0.5 * ((y[:, None] - ahead.theta) / error) ** 2)
    chance = np.exp(ahead.weights(log_curves)[1])
    return Found(log_curves, y / error, chance / chance.sum(), every=True)


def systematic(mass: Array, draws: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return nodes drawn by chance, as evenly as their mass allows, in an order of chance."""
    places = (np.arange(draws) + rng.uniform()) / draws * mass.sum()
    at = np.minimum(np.searchsorted(np.cumsum(mass), places), mass.size - 1)
    return np.asarray(rng.permutation(at))


def curves(ahead: Foreseen, events: tuple[Array, Array], size: Size, control: ControlLogOdds) -> Array:
    """Return the log likelihood of the trial's effect for tables (S,), on the nodes of effects: (S, J)."""
    r1, r0 = events
    if control.value is not None:
        eta = control.value + ahead.theta
        logs = r1[:, None] * eta - size.treatment * np.logaddexp(0, eta)
        ways = log_choose(np.array(float(size.treatment)), r1) + log_choose(np.array(float(size.control)), r0)
        own = r0 * control.value - size.control * math.log1p(math.exp(control.value))
        return shaken(logs + (ways + own)[:, None])
    baseline = control.baseline()
    far = float(np.abs(ahead.theta[[0, -1]]).max())
    out = np.empty((r1.size, ahead.theta.size))
    for start in range(0, r1.size, BLOCK):
        part = slice(start, start + BLOCK)
        n1, n0 = np.full(r1[part].shape, float(size.treatment)), np.full(r1[part].shape, float(size.control))
        out[part] = _drawn(Counts(r1[part], n1, r0[part], n0), baseline, far).at(ahead.theta)
    return out


def _drawn(counts: Counts, baseline: Baseline, far: float) -> Drawn:
    """Draw curves on nodes of their own, dense around their estimates."""
    fineness, family = Fineness(), LIKELIHOOD
    y, s = family.estimates(counts)
    scale = OWN_SCALE * s[:, None]
    limit = np.arcsinh((far + np.abs(y[:, None])) / scale)
    half = max(POINTS, steps_to_cover(float(limit.max()), fineness.curve))
    nodes = y[:, None] + scale * np.sinh(limit * np.linspace(-1.0, 1.0, 2 * half + 1))
    fine, rough = binomial_twice(counts, nodes, baseline, fineness.nodes)
    return Drawn(family, (y, s), scale, limit, fine, rough[:, ::2], y[:, None], counts)
