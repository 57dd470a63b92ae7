"""A rule of publication on the nodes: its weights integrated out at every place that matters.

Sums go over places (mu, tau) times weights, which is much; almost all of it is done twice as roughly first,
and then only near what mattered there.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.averaged.nodes import CELLS, TWICE, Nodes, part
from bayes_ivig.engines.averaged.reading import Reading, relative
from bayes_ivig.formulas.selection_models import weights as formulas
from bayes_ivig.formulas.selection_models.weights import log_terms
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Mask = NDArray[np.bool_]

DEPTH = 30.0  # logs below the best place that a cell's evidence does not miss
PLACE, NODE = 1e-10, 1e-8  # shares of a place, and of a node of the weights, that are not missed either
ROWS, COLUMNS = 256, 256  # places and nodes together: products that stay in the cache


def selected(nodes: Nodes, chances: Array, at: Index, weights: formulas.Nodes) -> Reading:
    """Return what a rule makes of the nodes: ``chances`` (K, J, M + 1, T + 1) are log probabilities of the
    intervals, ``at`` (K,) those in which the trials are.
    """
    shape = nodes.log_prior.shape
    touched = np.isfinite(chances[:, :, 0, 0]).sum(axis=1) > 1  # the others have all their tables in one
    chances = np.exp(chances[touched]).reshape(touched.sum(), chances.shape[1], -1)
    counts = np.bincount(at[touched], minlength=chances.shape[1]).astype(float)
    base = nodes.base.reshape(-1)
    cells = [_cell(shape, cell) for cell in CELLS]
    wanted = _worth(base, (chances, at[touched]), weights, cells)
    on = wanted & nodes.every_second.reshape(-1)
    roughly, log_rough = _every_second(weights), base + nodes.doubled.reshape(-1)
    out, rough, shares, own = np.full(base.size, -np.inf), [], [], []
    for cell in cells:
        found, log_nodes = _summed((chances, counts), roughly, log_rough, np.flatnonzero(cell & on))
        masses = log_rough[cell & on] + found
        rough.append(special.logsumexp(masses))
        near = np.zeros(base.size, np.bool_)
        near[cell & on] = relative(masses) > PLACE
        places = np.flatnonzero(cell & wanted & _beside(near.reshape(shape)).reshape(-1))
        fine = _near_nodes(weights, log_nodes)
        out[places], log_nodes = _summed((chances, counts), fine, base, places)
        own.append(fine.omega)
        shares.append(log_nodes - special.logsumexp(log_nodes))
    for which in CELLS:
        part(out.reshape(shape), which)[:] = _filled(part(out.reshape(shape), which))
    log_likelihood = shaken(nodes.values.sum(axis=0) + out.reshape(shape))
    return Reading(log_likelihood, np.array(rough), tuple(own), tuple(shares))


def _filled(factors: Array) -> Array:
    """Return log factors (m, t) with those that were not computed, minus infinity, as in the nearest places
    of the column, or of the nearest column: little depends on them, but curves go on through them.
    """
    known = np.isfinite(factors)
    columns = np.flatnonzero(known.any(axis=0))
    rows, out = np.arange(len(factors)), np.empty(factors.shape)
    for j in range(factors.shape[1]):
        nearest = columns[np.abs(columns - j).argmin()]
        at = np.flatnonzero(known[:, nearest])
        out[:, j] = np.interp(rows, at, factors[at, nearest])
    return out


def _cell(shape: tuple[int, ...], cell: tuple[bool, bool]) -> Mask:
    """Mark the places of a cell, (P,)."""
    mask = np.zeros(shape, np.bool_)
    part(mask, cell)[:] = True
    return mask.reshape(-1)


def _worth(base: Array, trials: tuple[Array, Index], weights: formulas.Nodes, cells: list[Mask]) -> Mask:
    """Mark the places that may matter: a trial's weight over its probability of being published is at most 1
    over the probability of its own interval and the first together; and the latter is at most 1.
    """
    chances, at = trials
    if not weights.free:
        return np.ones(base.size, np.bool_)
    own = np.take_along_axis(chances, at[:, None, None], axis=1)[:, 0]
    most = -np.log(np.maximum(np.where(at[:, None] == 0, own, own + chances[:, 0]), 1e-300)).sum(axis=0)
    counts = np.bincount(at, minlength=chances.shape[1])
    least = special.logsumexp(weights.log_weights + counts @ np.log(weights.omega))
    wanted = np.zeros(base.size, np.bool_)
    for cell in cells:
        wanted |= cell & (base + most > base[cell].max() + least - DEPTH)
    return wanted


def _every_second(weights: formulas.Nodes) -> formulas.Nodes:
    """Return the weights on every second of their nodes."""
    own = weights.only(weights.rough)
    return own._replace(log_weights=own.log_weights + weights.free * TWICE)


def _summed(
    trials: tuple[Array, Array], weights: formulas.Nodes, base: Array, places: Index
) -> tuple[Array, Array]:
    """Return the log of what selection multiplies the likelihood by at some places, and the log posterior
    masses of the weights, (N,), over all of them.
    """
    chances, counts = trials
    out = np.full(places.size, -np.inf)
    by_node = np.full(weights.log_weights.size, -np.inf)
    blocks = [slice(start, start + ROWS) for start in range(0, places.size, ROWS)]
    for start in range(0, by_node.size, COLUMNS):
        some = slice(start, start + COLUMNS)
        own = _block(weights, some)
        for block in blocks:
            here = places[block]
            terms = log_terms(chances[:, :, here], counts, own)
            top = terms.max(axis=1)
            np.exp(np.subtract(terms, top[:, None], out=terms), out=terms)
            out[block] = np.logaddexp(out[block], np.log(terms.sum(axis=1)) + top)
            each = base[here] + top
            highest = each.max()
            with np.errstate(divide="ignore"):
                found = np.log(np.exp(each - highest) @ terms) + highest
            by_node[some] = np.logaddexp(by_node[some], found)
    return out, by_node


def _block(weights: formulas.Nodes, some: slice) -> formulas.Nodes:
    """Return nodes of weights that lie side by side."""
    return weights._replace(
        omega=weights.omega[:, some], log_weights=weights.log_weights[some], rough=weights.rough[some]
    )


def _near_nodes(weights: formulas.Nodes, log_rough: Array) -> formulas.Nodes:
    """Return the nodes of weights at or beside those of every second whose share is not negligible."""
    if not weights.free:
        return weights
    lattice = np.zeros(weights.log_weights.size, np.bool_)
    lattice[weights.rough] = relative(log_rough) > NODE
    kept = _beside(lattice.reshape((weights.scale.u.size,) * weights.free)).reshape(-1)
    return weights.only(kept)


def _beside(mask: Mask) -> Mask:
    """Mark what is marked and its neighbours, along every axis and across."""
    for axis in range(mask.ndim):
        moved = np.moveaxis(mask, axis, 0)
        wider = moved.copy()
        wider[1:] |= moved[:-1]
        wider[:-1] |= moved[1:]
        mask = np.moveaxis(wider, 0, axis)
    return mask
