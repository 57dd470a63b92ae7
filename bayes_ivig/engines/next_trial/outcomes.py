"""What imagined trials make of an answer: averages over what they may find."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.next_trial.foreseen import Foreseen
from bayes_ivig.engines.next_trial.trials import Found
from bayes_ivig.formulas.ties import NOISE

type Array = NDArray[np.float64]

FINER = 8  # effects for each node where a trial without end shows its own
CERTAIN = 1e-12  # nearest to 0 and 1 that a distribution function is read


class Lines(NamedTuple):
    """What is asked of an answer, on the scale of the model: whether its benefit lies above ``zero`` or below
    it, how far benefit must reach to be important, and the probability from which it counts as reached.
    """

    above: bool
    zero: float
    important: float
    line: float
    level: float


@dataclass(frozen=True)
class Averages:
    """Averages over what a trial may find, and the Monte Carlo standard error of each; 0 where none is."""

    value: dict[str, float]
    error: dict[str, float]


def thresholds_of(nodes: Array, lines: Lines) -> Array:
    """Return the thresholds that ``averages`` reads, in rising order."""
    return np.unique(np.concatenate([nodes, [lines.zero, lines.important]]))


def averages(ahead: Foreseen, found: Found, lines: Lines, quantity: str, draws: int) -> Averages:
    """Return what a trial is expected to do to the probabilities of ``quantity``, ``"mu"`` or
    ``"theta_new"``.
    """
    each = statements(ahead, ahead.weights(found.log_curves)[0], lines, quantity)
    each["significant"] = _significant(found)
    return averaged(ahead, each, found.weight, (lines, quantity), 0 if found.every else draws)


def averaged(
    ahead: Foreseen, each: dict[str, Array], weight: Array, asked: tuple[Lines, str], draws: int
) -> Averages:
    """Return weighted means of statements (S,), with how often the conclusion turns; ``draws`` is 0 where
    these are all that there are.
    """
    lines, quantity = asked
    each["turns"] = _turns(ahead, each["benefit"], lines, quantity)
    value = {name: float(weight @ values) for name, values in each.items()}
    spread = {
        name: math.sqrt(max(0.0, float(weight @ (values - value[name]) ** 2)) / max(draws, 1))
        for name, values in each.items()
    }
    return Averages(value, spread if draws else dict.fromkeys(value, 0.0))


def statements(ahead: Foreseen, weights: Array, lines: Lines, quantity: str) -> dict[str, Array]:
    """Return, for posteriors of a trial's effect (S, J), the updated answer, (S,) each.

    ``benefit`` and ``important`` are probabilities; ``reached``, ``harm`` and ``importantly`` are 1 where
    that of a benefit, of a harm, or of an important benefit comes to the line, ``misleading`` is the
    probability that the effect lies on the other side of it where either does.
    """
    below = weights @ ahead.below(quantity)
    return stated(ahead.mu, below, (weights @ ahead.mu_moments, weights @ ahead.next_moments), lines)


def stated(thresholds: Array, below: Array, moments: tuple[Array, Array], lines: Lines) -> dict[str, Array]:
    """Return the statements of answers by their distribution functions (S, X) and moments (S, 2)."""
    at = {name: below[:, _place(thresholds, value)] for name, value in _asked(lines).items()}
    benefit, important = ((1 - each if lines.above else each) for each in (at["zero"], at["important"]))
    reached, harm = _reaches(benefit, lines.line), _reaches(1 - benefit, lines.line)
    width = _widths(thresholds, below, lines.level)
    return {
        "benefit": benefit,
        "important": important,
        "reached": reached,
        "harm": harm,
        "importantly": _reaches(important, lines.line),
        "misleading": reached * (1 - benefit) + harm * benefit,
        "width": width,
        "sd_mu": _sd(moments[0]),
        "sd_new": _sd(moments[1]),
    }


def benefit_after(ahead: Foreseen, log_curves: Array, lines: Lines, quantity: str) -> Array:
    """Return the updated probabilities of a benefit, (S,), from log likelihood curves (S, J)."""
    below = ahead.weights(log_curves)[0] @ ahead.below(quantity)
    at_zero = below[:, _place(ahead.mu, lines.zero)]
    return np.asarray(1 - at_zero if lines.above else at_zero)


def _asked(lines: Lines) -> dict[str, float]:
    return {"zero": lines.zero, "important": lines.important}


def _place(thresholds: Array, value: float) -> int:
    return int(np.argmin(np.abs(thresholds - value)))


def _reaches(probability: Array, line: float) -> Array:
    """Return 1 where a probability comes to a line, but for noise."""
    return (probability >= line * (1 - NOISE)).astype(float)


def _side(benefit: Array, line: float) -> NDArray[np.int64]:
    return np.asarray(_reaches(benefit, line) - _reaches(1 - benefit, line), np.int64)


def _sd(moments: Array) -> Array:
    return np.sqrt(np.maximum(moments[:, 1] - moments[:, 0] ** 2, 0.0))


def _widths(x: Array, below: Array, level: float) -> Array:
    """Return the width of central intervals from distribution functions (S, X), read in normal quantiles."""
    chance = np.clip(np.maximum.accumulate(below, axis=1), CERTAIN, 1 - CERTAIN)
    z: Array = np.array(special.ndtri(chance), dtype=np.float64) + NOISE * np.arange(x.size)
    lower, upper = (_crossing(x, z, float(end)) for end in special.ndtri([(1 - level) / 2, (1 + level) / 2]))
    return np.asarray(upper - lower)


def _crossing(x: Array, z: Array, end: float) -> Array:
    """Return where each row of z, (S, X), rising, comes to a value, on straight lines between nodes; the
    first or last node where it does not.
    """
    at = np.clip((z < end).sum(axis=1), 1, x.size - 1)
    rows = np.arange(z.shape[0])
    low, high = z[rows, at - 1], z[rows, at]
    share = np.clip((end - low) / (high - low), 0.0, 1.0)
    return np.asarray(x[at - 1] + share * (x[at] - x[at - 1]))


def _significant(found: Found) -> Array:
    """Return 1 where the trial alone is significant, two-sided at 0.05, by its Wald test."""
    return (np.abs(found.z) >= float(special.ndtri(0.975)) * (1 - NOISE)).astype(float)


def endless(ahead: Foreseen, lines: Lines, quantity: str) -> Averages:
    """Return the same of a trial without end, whose own effect is known, for ``FINER`` effects a node."""
    if ahead.known:
        return _settled(ahead, lines)
    u, finer = ahead.axis.u, ahead.axis.refined(FINER).u
    mass = np.interp(finer, u, ahead.mass)
    mass /= mass.sum()
    below = _between(finer, u, ahead.below(quantity))
    moments = _moments(finer, u, ahead.mu_moments), _moments(finer, u, ahead.next_moments)
    each = stated(ahead.mu, below, moments, lines)
    return averaged(ahead, each, mass, (lines, quantity), 0)


def _settled(ahead: Foreseen, lines: Lines) -> Averages:
    """Return what a trial without end does where its effect is every effect: nothing is left open."""
    today = statements(ahead, ahead.mass[None] / ahead.mass.sum(), lines, "mu")
    benefit, important = float(today["benefit"][0]), float(today["important"][0])
    value = {"benefit": benefit, "important": important, "reached": benefit, "harm": 1 - benefit}
    value |= {"importantly": important, "misleading": 0.0, "width": 0.0, "sd_mu": 0.0, "sd_new": 0.0}
    side = int(_side(today["benefit"], lines.line)[0])
    value["turns"] = {1: 1 - benefit, -1: benefit, 0: 1.0}[side]
    return Averages(value, dict.fromkeys(value, 0.0))


def _turns(ahead: Foreseen, benefit: Array, lines: Lines, quantity: str) -> Array:
    """Return 1 where the conclusion is another than today's."""
    today = statements(ahead, ahead.mass[None] / ahead.mass.sum(), lines, quantity)["benefit"]
    return np.asarray(_side(benefit, lines.line) != _side(today, lines.line)[0], float)


def _moments(u: Array, nodes: Array, moments: Array) -> Array:
    """Return means and mean squares in between, by way of the variance, which is nearly a straight line."""
    mean, square = moments.T
    known = _between(u, nodes, np.stack([mean, square - mean**2], axis=1))
    return np.stack([known[:, 0], known[:, 1] + known[:, 0] ** 2], axis=1)


def _between(u: Array, nodes: Array, columns: Array) -> Array:
    """Return columns (J, X), known at nodes (J,), at values of u in between."""
    at = np.clip(np.searchsorted(nodes, u) - 1, 0, nodes.size - 2)
    share = ((u - nodes[at]) / (nodes[at + 1] - nodes[at]))[:, None]
    return np.asarray((1 - share) * columns[at] + share * columns[at + 1])
