"""Weights of intervals of the p-value: nodes under their priors, and the likelihood added up over them;
arrays in, arrays out.

Nodes are equally spaced on the logit of a weight, or of the ratio of a weight to another, stretched: sums
over them converge exponentially wherever between 0 and 1 the likelihood puts its mass. Only the last of three
weights' nodes is given as a product: all are held.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]

CELLS = 60_000  # products held at once
DEPTH = 290.0  # decades that products may reach down to before their logarithm is taken
REACHES, SCALES = (
    (30.0, 20.0),
    (6.0, 4.0),
)  # logits to either side; where steps begin to grow: one weight, several
STEPS = (1.3, 2.0), (0.6, 0.8)  # logits of a step, times the root of the number of trials, and at most
LEAST = 1e-300


class Scale(NamedTuple):
    """Equally spaced nodes u of one of the dimensions, an odd number, with 0 in the middle; logits are
    ``scale`` sinh(u).
    """

    u: Array
    scale: float

    @classmethod
    def of(cls, free: int, trials: int, finer: float = 1.0) -> "Scale":
        """Return the nodes for each of ``free`` weights, ``finer`` times as dense as usual."""
        several = int(free > 1)
        reach, scale = REACHES[several], SCALES[several]
        step = min(STEPS[1][several], STEPS[0][several] / math.sqrt(max(trials, 1))) / scale / finer
        half = 2 * math.ceil(math.asinh(reach / scale) / step / 2)
        return cls(step * np.arange(-half, half + 1.0), scale)

    def shares(self) -> tuple[Array, Array, Array]:
        """Return shares between 0 and 1, what is left of 1, and log weights of a uniform one, (n,)."""
        logit = self.scale * np.sinh(self.u)
        slope = np.log(self.scale * np.cosh(self.u) * (self.u[1] - self.u[0]))
        log_weights = special.log_expit(logit) + special.log_expit(-logit) + slope
        return special.expit(logit), special.expit(-logit), log_weights


class Nodes(NamedTuple):
    """Nodes of all weights: ``omega`` (intervals, N), the first row 1; ``log_weights`` (N,), in which the
    prior is; ``rough`` marks every second node of each dimension. ``scale`` is each dimension's own, and
    ``pivot`` the interval whose weight is the first of them; 0 where weights are fixed.
    """

    omega: Array
    log_weights: Array
    rough: Mask
    scale: Scale
    pivot: int

    @property
    def free(self) -> int:
        """How many weights are free."""
        return self.omega.shape[0] - 1 if self.pivot else 0

    def only(self, which: Mask) -> "Nodes":
        """Return some of the nodes."""
        return self._replace(
            omega=self.omega[:, which], log_weights=self.log_weights[which], rough=self.rough[which]
        )


def fixed(omega: tuple[float, ...]) -> Nodes:
    """Return one node: stated weights of all intervals."""
    return Nodes(np.array(omega)[:, None], np.zeros(1), np.ones(1, np.bool_), Scale(np.zeros(1), 1.0), 0)


def uniform(intervals: int, scale: Scale) -> Nodes:
    """Return nodes of weights that are independent and uniform on (0, 1)."""
    free = intervals - 1
    below, _, log_weights = scale.shares()
    at = _each(scale.u.size, free)
    omega = np.concatenate([np.ones((1, at.shape[1])), below[at]])
    return Nodes(omega, log_weights[at].sum(axis=0), (at % 2 == 0).all(axis=0), scale, 1)


def cumulative(intervals: int, scale: Scale, pivot: int = 1) -> Nodes:
    """Return nodes of weights that are the sums of shares from each interval on, the shares Dirichlet(1, ...,
    1): uniform on all weights that never rise.

    The weight of interval ``pivot`` (from 1) is the first dimension; those between 1 and it, and those below
    it, are largest and smallest ones of as many uniform numbers, each a power of a uniform one times what is
    left.
    """
    free = intervals - 1
    below, above, log_weights = scale.shares()
    at = _each(scale.u.size, free)
    omega = np.ones((intervals, at.shape[1]))
    omega[pivot] = below[at[0]]
    between, beyond = pivot - 1, free - pivot
    # the density of the pivot: between of free - 1 others lie above it
    logs = log_weights[at[0]] + math.log(
        math.factorial(free) / math.factorial(between) / math.factorial(beyond)
    )
    logs = logs + between * np.log(above[at[0]]) + beyond * np.log(below[at[0]])
    share = np.ones(at.shape[1])
    for k in range(between):  # the largest of so many that are left, each time
        own, left = at[1 + k], between - k
        share = share * below[own]
        omega[1 + k] = omega[pivot] + above[at[0]] * share
        logs = logs + log_weights[own] + math.log(left) + (left - 1) * np.log(below[own])
    share = np.ones(at.shape[1])
    for k in range(beyond):
        own, left = at[1 + between + k], beyond - k
        share = share * below[own]
        omega[pivot + 1 + k] = omega[pivot] * share
        logs = logs + log_weights[own] + math.log(left) + (left - 1) * np.log(below[own])
    return Nodes(omega, logs, (at % 2 == 0).all(axis=0), scale, pivot)


def _each(size: int, free: int) -> NDArray[np.intp]:
    """Return the place of every node along each of the dimensions, (free, size^free)."""
    return np.indices((size,) * free, np.intp).reshape(free, -1)


def log_published(chances: Array, omega: Array) -> Array:
    """Return the sum over trials of the log probability of being published, (P,): of the weights (J,) that a
    trial's result gets, by the ``chances`` (K, J, P) of each.
    """
    group = _group(omega[:, None])
    total = np.zeros(chances.shape[2])
    for start in range(0, chances.shape[0], group):
        product = np.tensordot(chances[start : start + group], omega, axes=(1, 0)).prod(axis=0)
        total += np.log(np.maximum(product, LEAST))
    return total


def log_selected(chances: Array, counts: Array, nodes: Nodes) -> tuple[Array, Array]:
    """Return the log of what selection multiplies the likelihood of all trials by, its weights integrated
    out, at each of P places, (P,), and the same from every second node of each weight.

    ``chances`` (K, J, P) are those of the intervals of each trial; ``counts`` (J,) say how many trials lie in
    each. Trials whose tables all lie in one interval must be left out: selection cannot touch them.
    """
    places = chances.shape[2]
    fine, rough = np.empty(places), np.empty(places)
    twice = nodes.free * math.log(2.0)
    chunk = max(1, CELLS // nodes.omega.shape[1])
    for start in range(0, places, chunk):
        part = slice(start, start + chunk)
        logs = log_terms(chances[:, :, part], counts, nodes)
        fine[part] = _log_sum(logs)
        rough[part] = _log_sum(logs[:, nodes.rough]) + twice
    return shaken(fine), shaken(rough)


def shares_of(chances: Array, counts: Array, nodes: Nodes) -> Array:
    """Return the largest share that each node has of the sum at any of P places, (N,)."""
    largest = np.zeros(nodes.omega.shape[1])
    chunk = max(1, CELLS // nodes.omega.shape[1])
    for start in range(0, chances.shape[2], chunk):
        logs = log_terms(chances[:, :, start : start + chunk], counts, nodes)
        largest = np.maximum(largest, np.exp(logs - _log_sum(logs)[:, None]).max(axis=0))
    return largest


def log_weights_given(chances: Array, counts: Array, nodes: Nodes, log_base: Array) -> Array:
    """Return the log posterior of every node, (N,), given the log posterior mass without selection at P
    places.
    """
    total = np.full(nodes.omega.shape[1], -np.inf)
    chunk = max(1, CELLS // nodes.omega.shape[1])
    for start in range(0, chances.shape[2], chunk):
        part = slice(start, start + chunk)
        logs = log_terms(chances[:, :, part], counts, nodes) + log_base[part, None]
        total = np.logaddexp(total, _log_sum(logs.T))
    return shaken(total)


def log_terms(chances: Array, counts: Array, nodes: Nodes) -> Array:
    """Log of prior times selection at places and nodes, (P, N): products over trials before logarithms."""
    omega = nodes.omega
    group = _group(omega)
    out = np.broadcast_to(
        nodes.log_weights + counts @ np.log(omega), (chances.shape[2], omega.shape[1])
    ).copy()
    rows = np.ascontiguousarray(np.moveaxis(chances, 2, 1))  # (K, P, J)
    for start in range(0, rows.shape[0], group):
        product = rows[start] @ omega
        for row in rows[start + 1 : start + group]:
            product *= row @ omega
        out -= np.log(np.maximum(product, LEAST, out=product), out=product)
    return out


def _group(omega: Array) -> int:
    """How many trials' probabilities of being published can be multiplied without leaving the range of
    numbers.
    """
    widest = float(np.abs(np.log10(omega)).max())
    return max(1, int(DEPTH / max(widest, 1.0)))


def _log_sum(logs: Array) -> Array:
    top = logs.max(axis=1)
    top = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(logs - top[:, None]).sum(axis=1)) + top)
