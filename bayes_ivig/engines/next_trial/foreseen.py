"""What a posterior of (mu, tau) says of the effect of one trial more, and what mu and the effect after that
would be if it were known.

Of the trials to come the posterior hears through their own effects alone. So with p(theta) the prediction and
h(theta) = P(mu <= x | data, theta), a trial whose likelihood is L(theta) leaves

    P(mu <= x | data, trial) = sum L(theta) p(theta) h(theta) / sum L(theta) p(theta),

and the same for every expectation under the posterior: an imagined trial costs one row of a matrix product,
and an infinitely large one, which shows its theta, is h itself.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.smoothing import at_points, refined
from bayes_ivig.formulas.interpolation import POINTS, cumulative, stencil
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

type Array = NDArray[np.float64]
type Worth = Callable[[Array, Array], Array]  # of mu (M,) and tau (T,), (M, T)

NEGLIGIBLE = 1e-14  # share of the posterior below which a node of tau or of mu is left out
COUNTS = 1e-9  # of the largest share, from which a node of (mu, tau) counts where several trials are imagined
PER_ERROR = 0.5  # steps of the axis of effects, in standard errors of the most precise trial
COARSEST = 0.05  # step in u
MOST = 6_000  # nodes of that axis
MOSTLY, WHOLE = 1e-3, 1e-10  # of the prediction beyond where its axis is fine, and beyond the axis


@dataclass(frozen=True, eq=False)
class Foreseen:
    """The effect theta of one trial more on the nodes of ``axis``, (J,), with its prediction ``mass``.

    ``mu`` are thresholds, (X,), with ``mu_below``, (J, X), the probability given theta that mu is at or below
    each; ``next_below``, the same of the effect in a trial after that, empty where that was not asked.
    ``mu_moments`` and ``next_moments``, (J, 2), are mean and mean square given theta; ``worth``, (J,), the
    expectation given theta of what was to be expected besides, 0 where nothing was. ``known`` says that theta
    is mu itself.
    """

    axis: Axis
    mass: Array
    mu: Array
    mu_below: Array
    next_below: Array
    mu_moments: Array
    next_moments: Array
    worth: Array
    known: bool = False

    @cached_property
    def theta(self) -> Array:
        """The nodes, (J,)."""
        return self.axis.x

    def below(self, quantity: str) -> Array:
        """Return the probabilities, (J, X), of ``"mu"`` or ``"theta_new"`` below the thresholds."""
        found = self.mu_below if quantity == "mu" else self.next_below
        assert found.shape[1] == self.mu.size, "not asked for: foreseen(after=True)"
        return found

    def weights(self, log_curves: Array) -> tuple[Array, Array]:
        """Return the posterior of a trial's effect on the nodes, (S, J), rows adding up to one, and the log
        probability of its data, (S,), from log likelihood curves (S, J).
        """
        top = log_curves.max(axis=1, keepdims=True)
        linear = np.exp(np.maximum(log_curves - top, -700.0)) * self.mass
        total = linear.sum(axis=1, keepdims=True)
        return linear / total, np.log(total[:, 0]) + top[:, 0]


def foreseen(
    answers: GridAnswers,
    thresholds: Array,
    smallest_error: float,
    worth: Worth | None = None,
    *,
    after: bool = False,
) -> Foreseen:
    """Return what a posterior foretells of one trial more, for thresholds (X,) of mu in rising order, and the
    expectation of ``worth``, a function of mu and tau; with ``after`` what it foretells of the effect in a
    trial after that, too.

    ``smallest_error`` is the standard error of the most precise trial that is to be imagined: nodes are as
    dense as its likelihood asks for, where the prediction lies.
    """
    axis, tau = _axis(answers, smallest_error), answers.surface.axes.tau
    if tau is None:
        return _known(answers, axis, thresholds, worth)
    mu, share = shares(answers)
    sds, factors = tau.x, factors_of(answers)
    besides = np.zeros(share.shape) if worth is None else worth(mu.x, sds)
    parts = _Sums(axis, mu, thresholds, after=after)
    for t in np.flatnonzero(share.sum(axis=0) > NEGLIGIBLE):
        for factor, weight in factors:
            parts.add((share[:, t], besides[:, t]), (float(sds[t]), factor, weight), factors)
    return parts.whole()


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of (mu, tau) that count, (N,), with their posterior ``mass``; ``sd`` is the SD of a new
    effect there, ``chances``, (J, N), those of the nodes of effects, the rest as in ``Foreseen``, (N, ...).
    """

    mu: Array
    sd: Array
    mass: Array
    chances: Array
    thresholds: Array
    mu_below: Array
    next_below: Array
    mu_moments: Array
    next_moments: Array


def nodes_of(answers: GridAnswers, ahead: Foreseen) -> Nodes:
    """Return the nodes of a posterior of (mu, tau), each width of a Student-t effect apart."""
    axis, tau = answers.surface.axes.mu, answers.surface.axes.tau
    factors = factors_of(answers)
    share = np.exp(answers.log_mass - answers.log_evidence)
    m, t = np.nonzero(share > COUNTS * share.max())
    sds = np.zeros(m.size) if tau is None else tau.x[t]
    columns = [_columns(axis, (m, sds), ahead.mu, factors)]
    each = [(sds * factor, share[m, t] * weight) for factor, weight in factors]
    sd, mass = (np.concatenate(parts) for parts in zip(*each, strict=True))
    whole = np.concatenate(columns * len(factors))
    x, centres = ahead.mu.size, np.tile(axis.x[m], len(factors))
    return Nodes(
        centres,
        sd,
        mass / mass.sum(),
        _normals(ahead.axis, centres, sd),
        ahead.mu,
        whole[:, :x],
        whole[:, x : 2 * x],
        whole[:, 2 * x : 2 * x + 2],
        whole[:, 2 * x + 2 :],
    )


def factors_of(answers: GridAnswers) -> list[tuple[float, float]]:
    """Return by how much a new effect is wider than tau, with the chance of each."""
    if (mixed := answers.surface.mixed) is None:
        return [(1.0, 1.0)]
    return [(float(f), float(w)) for f, w in zip(mixed.factors, np.exp(mixed.log_weights), strict=True)]


def _columns(
    axis: Axis, nodes: tuple[NDArray[np.intp], Array], thresholds: Array, factors: list[tuple[float, float]]
) -> Array:
    """Return, for nodes of (mu, tau), what is known there: (N, 2 X + 4) of mu and the next effect below the
    thresholds, and their means and mean squares.
    """
    kept, sds = nodes
    centres, squares = axis.x[kept], np.zeros(kept.size)
    for factor, chance in factors:
        squares += chance * (centres**2 + (sds * factor) ** 2)
    own = np.stack([centres, centres**2, centres, squares], axis=1)
    after = _after(centres, sds, thresholds, factors)
    return np.concatenate([_below(axis, kept, thresholds), after, own], axis=1)


def _after(centres: Array, sds: Array, thresholds: Array, factors: list[tuple[float, float]]) -> Array:
    """Return the probabilities, (N, X), of the next effect below the thresholds at nodes of (mu, tau)."""
    after = np.zeros((centres.size, thresholds.size))
    for factor, chance in factors:
        wide = np.maximum(sds * factor, 1e-300)
        after += chance * special.ndtr((thresholds - centres[:, None]) / wide[:, None])
    return after


class _Sums:
    """Sums over the nodes of (mu, tau), one tau after the other: the joint mass of the trial's effect and mu,
    (J, M), from which follows what is known of mu, and what of the effects after it hangs on tau besides.
    """

    def __init__(self, axis: Axis, mu: Axis, thresholds: Array, *, after: bool) -> None:
        self.axis, self.mu, self.thresholds = axis, mu, thresholds
        self.joint = np.zeros((axis.size, mu.size))
        self.variance, self.worth = np.zeros(axis.size), np.zeros(axis.size)
        self.next_below = np.zeros((axis.size, thresholds.size if after else 0))

    def add(
        self,
        nodes: tuple[Array, Array],
        width: tuple[float, float, float],
        factors: list[tuple[float, float]],
    ) -> None:
        """Add the nodes of mu at one tau, shares and worth, the trial's effect ``factor`` times as wide."""
        (share, worth), (tau, factor, weight) = nodes, width
        count = np.flatnonzero(share > NEGLIGIBLE * share.max())
        kept = slice(int(count[0]), int(count[-1]) + 1)
        centres = self.mu.x[kept]
        mass = _normals(self.axis, centres, tau * factor)
        mass *= weight * share[kept]
        self.joint[:, kept] += mass
        self.variance += mass.sum(axis=1) * sum(chance * (tau * each) ** 2 for each, chance in factors)
        self.worth += mass @ worth[kept]
        if self.next_below.size:
            self.next_below += mass @ _after(centres, np.full(centres.size, tau), self.thresholds, factors)

    def whole(self) -> Foreseen:
        """Return the sums as expectations given each effect."""
        mass, x = self.joint.sum(axis=1), self.mu.x
        below = self.joint @ _below(self.mu, np.arange(x.size), self.thresholds)
        moments = self.joint @ np.stack([x, x**2], axis=1)
        new = moments + np.stack([np.zeros(mass.size), self.variance], axis=1)
        safe = np.where(mass > 0, mass, 1.0)[:, None]
        parts = (below, self.next_below, moments, new, self.worth[:, None])
        below, after, moments, new, worth = (shaken(part / safe) for part in parts)
        return Foreseen(self.axis, mass, self.thresholds, below, after, moments, new, worth[:, 0])


def _known(answers: GridAnswers, axis: Axis, thresholds: Array, worth: Worth | None) -> Foreseen:
    """Return the same under a common effect: theta is mu, and so is every effect after it; what lies below
    thresholds are then weights of sums over the nodes.
    """
    logs = at_points(answers.log_joint.T, answers.surface.axes.mu, axis.x)[0] + axis.log_weights
    mass = np.exp(logs - logs.max())
    below = _below(axis, np.arange(axis.size), thresholds)
    moments = np.stack([axis.x, axis.x**2], axis=1)
    each = np.zeros(axis.size) if worth is None else worth(axis.x, np.zeros(1))[:, 0]
    return Foreseen(axis, mass / mass.sum(), thresholds, below, below, moments, moments, each, known=True)


def shares(answers: GridAnswers) -> tuple[Axis, Array]:
    """Return the axis of mu with nodes four times as dense, and the posterior mass there, (M, T)."""
    logs, mu = refined(answers.log_joint.T, answers.surface.axes.mu)
    logs = logs.T + mu.log_weights[:, None]
    share = np.exp(logs - logs.max())
    return mu, share / share.sum()


def _below(axis: Axis, nodes: NDArray[np.intp], thresholds: Array) -> Array:
    """Return the weight that the mass of each node has in a sum that is the integral up to each threshold,
    (N, X): 1 well below it, 0 well above.
    """
    position = np.clip((axis.u_of(thresholds) - axis.start) / axis.step, 0.0, axis.size - 1.0)
    up_to = cumulative(np.eye(axis.size), 1.0)
    first, (weights,) = stencil(position, axis.size)
    return np.asarray((up_to[nodes][:, first[:, None] + np.arange(POINTS)] * weights).sum(axis=2))


def _normals(axis: Axis, centres: Array, sd: float | Array) -> Array:
    """Return the chances of the nodes of an axis under normals, (J, C), each adding up to one.

    One narrower than a step of the axis is made as wide as the step.
    """
    widths = np.maximum(sd, axis.spacing(centres))
    z = (axis.x[:, None] - centres) / widths
    chances = np.exp(np.maximum(-0.5 * z * z, -700.0) + axis.log_weights[:, None])
    return np.asarray(chances / chances.sum(axis=0))


def _axis(answers: GridAnswers, smallest_error: float) -> Axis:
    """Return an axis of effects as fine as a trial of this standard error asks for where one may lie, and
    that reaches as far as the prediction does.
    """
    prediction = answers.marginal("theta_new")
    assert isinstance(prediction, GridMarginal)
    low, high = prediction.interval(1 - MOSTLY)
    per_error, whole = PER_ERROR * smallest_error, prediction.axis
    if whole.link != "identity":
        widest = float(whole.spacing(np.linspace(low, high, 65)).max())
        return whole.refined(max(1, min(math.ceil(settled_one(widest / per_error)), MOST // whole.size)))
    centre, scale = (low + high) / 2, max((high - low) / 2, per_error)
    reach = prediction.interval(1 - WHOLE)
    step = max(
        min(per_error / scale / math.sqrt(2), COARSEST), 2 * math.asinh((reach[1] - reach[0]) / scale) / MOST
    )
    return Axis.spanning("identity", (centre, scale), reach, step)
