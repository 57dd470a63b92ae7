"""The likelihood of publication with its weights integrated out: everywhere at once for one weight or two, in
stages for three, where most places and most weights do not count.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.selection_models import weights as formulas
from bayes_ivig.formulas.selection_models.weights import Nodes, Scale
from bayes_ivig.inputs.model.selected import CUMULATIVE, Selection

type Array = NDArray[np.float64]

AT_ONCE = 6_000_000  # pairs of a place and of weights up to which all are summed
COARSE = 0.25  # of the usual density, nodes by which to see where a posterior lies
FAR = 40.0  # logs below the best place at which no more than that is asked
SEEN = 40  # places by which to see which weights count
FAINT = 1e-11  # share of the posterior, at all those, of weights that do not


def nodes_of(model: Selection, trials: int, finer: float = 1.0, pivot: int = 1) -> Nodes:
    """Return the nodes of a model's weights, as dense as so many trials need, or ``finer``."""
    if model.fixed is not None:
        return formulas.fixed(model.fixed)
    scale = Scale.of(model.intervals - 1, trials, finer)
    if model.weights == CUMULATIVE:
        return formulas.cumulative(model.intervals, scale, pivot)
    return formulas.uniform(model.intervals, scale)


def integrated(
    chances: Array, counts: Array, of: tuple[Callable[[float], Nodes], float], log_base: Array
) -> tuple[Array, Array]:
    """Return the log of what selection multiplies the likelihood by, its weights integrated out, (P,), and
    the same from every second node of each weight.

    ``chances`` (K, J, P) are those of affected trials, ``counts`` (J,) say how many lie in each interval;
    ``of`` makes nodes of a density relative to the usual one, and is the density wanted. ``log_base`` (P,)
    is the log posterior without selection.
    """
    make, finer = of
    nodes = make(finer)
    if not chances.shape[0]:
        return np.zeros(log_base.size), np.zeros(log_base.size)
    if nodes.omega.shape[1] * log_base.size <= AT_ONCE or nodes.free < 3:
        return formulas.log_selected(chances, counts, nodes)
    coarse, _ = formulas.log_selected(chances, counts, make(COARSE))
    logs = log_base + coarse
    places = np.flatnonzero(logs > logs.max() - FAR)
    kept = counting(chances, counts, nodes, (logs, places))
    fine, rough = coarse.copy(), coarse.copy()
    fine[places], rough[places] = formulas.log_selected(chances[:, :, places], counts, kept)
    return fine, rough


def counting(chances: Array, counts: Array, nodes: Nodes, at: tuple[Array, NDArray[np.intp]]) -> Nodes:
    """Return those of the nodes that count at any of some places, chosen by their posterior."""
    logs, places = at
    share = np.exp(logs[places] - logs.max())
    order = places[np.argsort(-share, kind="stable")]
    below = np.cumsum(np.sort(share)[::-1]) / share.sum()
    wanted = (np.arange(SEEN) + 0.5) / SEEN
    chosen = np.unique(order[np.minimum(np.searchsorted(below, wanted), order.size - 1)])
    extremes = order[[0, -1]]  # the most probable place, and one of the least
    some = np.unique(np.concatenate([chosen, extremes]))
    count = formulas.shares_of(chances[:, :, some], counts, nodes) > FAINT
    return nodes.only(count)
