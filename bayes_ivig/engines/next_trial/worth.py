"""What it is worth to know more before one of two decisions is taken: to treat, or not to treat.

With g the gain of treating over not treating, whoever decides today takes the decision with the larger mean,
and whoever learns first takes it by the mean that is then known. As the mean of that mean is the mean today,
what learning is worth is the mean of what today's decision then turns out to lose,

    E max(0, E[g | known]) - max(0, E g) = E max(0, -E[g | known]),   where E g > 0,
                                         = E max(0, E[g | known]),    where it is not,

which is never below 0 and cancels nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.smoothing import refined
from bayes_ivig.engines.next_trial.foreseen import Foreseen, factors_of, shares
from bayes_ivig.engines.next_trial.trials import ControlLogOdds, Size, estimates, imagined
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import most, settled_one
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

type Array = NDArray[np.float64]

RISKS = np.linspace(-7.0, 7.0, 71)  # normal quantiles at which a distribution of control risks is read
AWAY = np.linspace(-8.0, 8.0, 81)  # SDs of a new effect from its mean
STEEPEST, HALVINGS = 10.0, 40  # slopes of the log of that tilt for each SD, and steps to the one wanted
FARTHER = (1.0, 2.0, 4.0)  # times as far as where the decision turns
FINER = 32  # effects for each node of the prediction, between which the mean gain is a straight line


@dataclass(frozen=True, eq=False)
class Gain:
    """The gain of treating one person, (P, N) of effects (N,): a row for each control risk, with its
    ``chance``, (P,), adding up to one.
    """

    of: Callable[[Array], Array]
    chance: Array

    def mean(self, effects: Array) -> Array:
        """Return the mean over control risks, (N,)."""
        return np.asarray(self.chance @ self.of(effects))


def risk_gain(control: ControlLogOdds, sign: float, cost: float) -> Gain:
    """Return the gain where the effect is a log odds ratio: ``sign`` times the difference of risks, less what
    treating costs.
    """
    if control.distribution is None:
        assert control.value is not None
        log_odds, chance = np.array([control.value]), np.ones(1)
    else:
        log_odds = np.asarray(control.distribution.quantile(special.ndtr(RISKS)))
        chance = np.exp(-0.5 * RISKS**2)
    column = log_odds[:, None]

    def of(effects: Array) -> Array:
        return np.asarray(sign * (special.expit(column + effects) - special.expit(column)) - cost)

    return Gain(of, chance / chance.sum())


@dataclass(frozen=True, eq=False)
class Stake:
    """A posterior with a gain of ``quantity``, the effect that the decision rests on: ``"mu"`` or
    ``"theta_new"``.
    """

    answers: GridAnswers
    gain: Gain
    quantity: str

    def worth(self, mu: Array, tau: Array) -> Array:
        """Return the mean gain given mu (M,) and tau (T,), (M, T)."""
        if self.quantity == "mu" or self._common:
            return np.repeat(self.gain.mean(mu)[:, None], tau.size, axis=1)
        weights = np.exp(-0.5 * AWAY**2)
        weights /= weights.sum()
        at, known = self._table
        parts = [
            chance * (np.interp(mu[:, None, None] + sd * factor * AWAY, at, known) @ weights)
            for factor, chance in factors_of(self.answers)
            for sd in (tau[:, None],)
        ]
        return np.asarray(sum(parts))

    @property
    def _common(self) -> bool:
        return self.answers.surface.axes.tau is None

    @cached_property
    def _table(self) -> tuple[Array, Array]:
        at = self._prediction.axis.refined(FINER).x
        return at, self.gain.mean(at)

    @property
    def _prediction(self) -> GridMarginal:
        found = self.answers.marginal("theta_new")
        assert isinstance(found, GridMarginal)
        return found

    @cached_property
    def effects(self) -> tuple[Array, Array]:
        """Values of the effect that the decision rests on, and their mass."""
        if self.quantity == "mu" or self._common:
            axis, share = shares(self.answers)
            return axis.x, share.sum(axis=1)
        logs, axis = refined(self._prediction.log_density[None], self._prediction.axis)
        mass = np.exp(logs[0] - logs.max())
        return axis.x, mass / mass.sum()

    @cached_property
    def today(self) -> float:
        """The expected gain today."""
        effects, mass = self.effects
        return float(shaken(self.gain.mean(effects)) @ mass)

    @property
    def treats(self) -> bool:
        """Whether the decision today is to treat."""
        return settled_one(self.today) > 0

    def perfect(self) -> dict[str, float]:
        """Return what it is worth to know ``everything``, and each of ``mu``, ``theta_new`` where the
        decision rests on that, ``tau`` and ``control_risk``; without what is known already.
        """
        effects, mass = self.effects
        gains = self.gain.of(effects)
        value = {"everything": float(self.gain.chance @ losses(gains, mass, self.treats))}
        value |= self._of_parameters()
        if self.quantity == "theta_new" and not self._common:
            value["theta_new"] = float(losses(self.gain.chance @ gains, mass, self.treats))
        if self.gain.chance.size > 1:
            value["control_risk"] = float(losses(gains @ mass, self.gain.chance, self.treats))
        return value

    def _of_parameters(self) -> dict[str, float]:
        axis, share = shares(self.answers)
        tau: Axis | None = self.answers.surface.axes.tau
        weighted = share * self.worth(axis.x, np.zeros(1) if tau is None else tau.x)
        value = {"mu": _of_sums(weighted.sum(axis=1), share.sum(axis=1), self.treats)}
        if tau is not None:
            value["tau"] = _of_sums(weighted.sum(axis=0), share.sum(axis=0), self.treats)
        return value

    def endless(self, ahead: Foreseen) -> float:
        """Return what a trial without end is worth, which shows its own effect."""
        return float(losses(ahead.worth, ahead.mass / ahead.mass.sum(), self.treats))

    def of_estimate(self, ahead: Foreseen, error: float) -> float:
        """Return what a trial is worth that gives an estimate with this standard error."""
        found = estimates(ahead, error)
        return float(found.weight @ self._lost(ahead.weights(found.log_curves)[0] @ ahead.worth))

    def of_people(
        self, ahead: Foreseen, size: Size, control: ControlLogOdds, draws: int, rng: np.random.Generator
    ) -> tuple[float, float, bool]:
        """Return what a trial of this size is worth, its Monte Carlo standard error, and whether all that it
        may find was added up.

        Where tables are drawn, half of them come of effects tilted to where the decision turns, and each is
        weighted by its probability over that under the mixture. What would be lost to one who then learnt the
        trial's own effect has a mean that is known, the value of a trial without end; it goes along with what
        is lost without, and takes most of the chance away (a control variate).
        """
        mixture = replace(ahead, mass=self._mixture(ahead))
        found = imagined(ahead, size, control, draws, rng, mixture.mass)
        after, own = ahead.weights(found.log_curves)
        lost = self._lost(after @ ahead.worth)
        if found.every:
            return float(found.weight @ lost), 0.0, True
        shown = self._lost(ahead.worth)
        ratio = np.exp(own - mixture.weights(found.log_curves)[1])
        lost, beside = ratio * lost, ratio * (after @ shown)
        off = beside - float(found.weight @ beside)
        varies = float(found.weight @ off**2)
        slope = float(found.weight @ (lost * off)) / varies if varies > 0 else 0.0
        lost = lost - slope * (beside - float(shown @ ahead.mass / ahead.mass.sum()))
        value = float(found.weight @ lost)
        return max(value, 0.0), math.sqrt(float(found.weight @ (lost - value) ** 2) / draws), False

    def _lost(self, gains: Array) -> Array:
        """Return what today's decision loses, where its gains are these."""
        return np.asarray(np.maximum(-gains if self.treats else gains, 0.0))

    def _mixture(self, ahead: Foreseen) -> Array:
        """Return the prediction, half of it tilted so that its mean is where the decision turns, and beyond:
        the less a trial tells, the more extreme it must be. Left as it is where no effect turns the decision.
        """
        mass, theta = ahead.mass / ahead.mass.sum(), ahead.theta
        turns = np.flatnonzero((ahead.worth[:-1] < 0) != (ahead.worth[1:] < 0))
        if not turns.size:
            return np.asarray(mass)
        mean = float(mass @ theta)
        z = (theta - mean) / max(float(np.sqrt(mass @ (theta - mean) ** 2)), 1e-12)
        to = float(z[turns[most(mass[turns])]])
        tilted = [_tilted_to(mass, z, to * farther) for farther in FARTHER]
        return np.asarray((mass + sum(tilted) / len(tilted)) / 2)


def _tilted_to(mass: Array, z: Array, to: float) -> Array:
    """Return masses tilted so that the mean of z is ``to``, or as far as they can be."""
    low, high = -STEEPEST, STEEPEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _tilted(mass, z, middle) @ z > to else (middle, high)
    return _tilted(mass, z, low)


def _tilted(mass: Array, z: Array, slope: float) -> Array:
    """Return masses times exp(slope z), adding up to one."""
    logs = np.log(np.maximum(mass, 1e-300)) + slope * z
    tilted = np.exp(logs - logs.max())
    return np.asarray(tilted / tilted.sum())


def losses(gains: Array, mass: Array, treats: bool) -> Array:
    """Return the mean of what a decision loses, (...), for gains (..., N) at nodes on even steps of a
    coordinate with their mass (N,).

    A sum over such nodes is as good as an integral, but where the loss has its bend: that cell adds half the
    bend times B2(t) = t^2 - t + 1/6, t being where in the cell it is (Euler and Maclaurin).
    """
    loss = -gains if treats else gains
    left, right = loss[..., :-1], loss[..., 1:]
    step = right - left
    bends = ((left < 0) != (right < 0)) & (step != 0)
    t = np.where(bends, -left / np.where(step == 0, 1.0, step), 0.0)
    bend = np.abs(step) * ((1 - t) * mass[:-1] + t * mass[1:])
    more = np.where(bends, bend * (t * t - t + 1 / 6) / 2, 0.0).sum(axis=-1)
    return np.asarray(np.maximum(np.maximum(loss, 0.0) @ mass + more, 0.0))


def _of_sums(weighted: Array, mass: Array, treats: bool) -> float:
    """Return the mean loss where gains are sums over what is left open, beside the mass of each node."""
    gains = weighted / np.where(mass > 0, mass, 1.0)
    return float(losses(shaken(gains), mass, treats))
