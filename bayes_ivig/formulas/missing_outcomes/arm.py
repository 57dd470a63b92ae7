"""One arm's log likelihood of the log odds of everybody in it, its IMOR averaged out; drawn once, then read.

The log IMOR is mean + sd (sqrt|c| z + sqrt(1 - |c|) e), with z what both arms of a trial share and e the
arm's own, standard normal. Here e is summed over, for each z of a trapezoid sum of the caller's.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.interpolation import interpolate
from bayes_ivig.formulas.missing_outcomes.risks import of_all, of_seen

type Array = NDArray[np.float64]

REACH = 7.5  # SDs to which normal distributions are summed
STEP = 0.35  # of a sum, in SDs of what is summed or of the events, whichever is narrower
MOST = 2001  # nodes of a sum
BEYOND = 45.0  # log odds beyond which a curve is a straight line, but for what the IMOR adds
WIDTH = 2.0  # of the stretched nodes of a curve, in its standard errors
CELLS = 400_000  # numbers held at once
TINY = 1e-300


class People(NamedTuple):
    """Events, people seen and people not seen of one arm."""

    events: float
    seen: float
    missing: float

    @property
    def share(self) -> float:
        """The share of the arm that was not seen."""
        return self.missing / (self.seen + self.missing)

    @property
    def known(self) -> tuple[float, float]:
        """Log odds of the seen and their standard error, half an event and half a non-event added."""
        r, f = self.events + 0.5, self.seen - self.events + 0.5
        return math.log(r / f), math.sqrt(1 / r + 1 / f)


class LogImor(NamedTuple):
    """Mean and SD of an arm's log IMOR given z; means have shape (Z,)."""

    means: Array
    sd: float


class Drawn(NamedTuple):
    """Log likelihoods on stretched nodes, (Z, n), and the same from a rougher sum; straight lines beyond
    them, of the slopes events and minus non-events.
    """

    centre: float
    scale: float
    limit: float
    rows: Array
    rough: Array
    people: People

    def at(self, eta: Array, *, roughly: bool = False) -> Array:
        """Return the log likelihood at log odds of any shape (...), as (Z, ...)."""
        rows = self.rough if roughly else self.rows
        edge = self.scale * math.sinh(self.limit)
        away = eta - self.centre
        inside = np.clip(away, -edge, edge)
        position = (np.arcsinh(inside / self.scale) / self.limit + 1) * ((rows.shape[1] - 1) / 2)
        values = interpolate(rows, np.broadcast_to(position, (rows.shape[0], *eta.shape)))
        events, seen, _ = self.people
        values += np.minimum(away + edge, 0) * events - np.maximum(away - edge, 0) * (seen - events)
        return values


def steps(sd: float, error: float) -> int:
    """Return how many nodes a sum over a normal distribution needs, 4 n + 1,
    where what is summed is at least as wide as ``error``.
    """
    if sd == 0:
        return 1
    narrowest = min(1.0, error / sd)
    return 1 + 4 * math.ceil(min(MOST - 1, 2 * REACH / (STEP * narrowest)) / 4)


def normal_nodes(count: int) -> tuple[Array, Array, Array]:
    """Return standard normal nodes, their log weights, and those of every second one alone."""
    if count == 1:
        return np.zeros(1), np.zeros(1), np.zeros(1)
    u = np.linspace(-REACH, REACH, count)
    logs = -0.5 * u**2
    rough = np.full(count, -np.inf)
    rough[::2] = logs[::2] - special.logsumexp(logs[::2])
    return u, logs - special.logsumexp(logs), rough


def drawn(people: People, imor: LogImor, step: float) -> Drawn:
    """Draw an arm's log likelihood, on nodes in steps of ``step``, binomial coefficient left out."""
    at, error = people.known
    centre = float(of_all(at, people.share, float(np.mean(imor.means))))
    scale = WIDTH * error * max(1 - people.share, 0.02)
    edge = BEYOND + abs(centre) + float(np.max(np.abs(imor.means))) + REACH * imor.sd
    limit = math.asinh(edge / scale)
    half = math.ceil(limit / step)
    eta = centre + scale * np.sinh(limit * np.linspace(-1, 1, 2 * half + 1))
    rows, rough = np.empty((2, imor.means.size, eta.size))
    nodes, fine, coarse = _log_imors(imor, error)
    together = max(1, CELLS // nodes.size)
    for start in range(0, eta.size, together):
        part = slice(start, start + together)
        logs = binomial(people, of_seen(eta[part, None], people.share, nodes))
        if imor.sd == 0:
            rows[:, part] = rough[:, part] = logs.T
            continue
        top = logs.max(axis=1)
        shares = np.exp(logs - top[:, None]).T
        for weights, into in ((fine, rows), (coarse, rough)):
            into[:, part] = top + np.log(np.maximum(weights @ shares, TINY))
    return Drawn(centre, scale, limit, rows, rough, people)


def _log_imors(imor: LogImor, error: float) -> tuple[Array, Array, Array]:
    """Return nodes of an arm's log IMOR, (n,), and the weights of each given z, (Z, n), those of a rougher
    sum after them.
    """
    if imor.sd == 0:
        return imor.means, np.eye(imor.means.size), np.eye(imor.means.size)
    low, high = float(imor.means.min()) - REACH * imor.sd, float(imor.means.max()) + REACH * imor.sd
    count = steps(imor.sd * (high - low) / (2 * REACH * imor.sd), error)
    nodes = np.linspace(low, high, count)
    weights = np.exp(-0.5 * ((nodes - imor.means[:, None]) / imor.sd) ** 2)
    rough = np.where(np.arange(count) % 2 == 0, weights, 0.0)
    return nodes, weights / weights.sum(axis=1, keepdims=True), rough / rough.sum(axis=1, keepdims=True)


def binomial(people: People, log_odds: Array) -> Array:
    """Return the log likelihood of the events among the people seen, at the log odds of those people."""
    return np.asarray(people.events * log_odds - people.seen * np.logaddexp(0.0, log_odds))
