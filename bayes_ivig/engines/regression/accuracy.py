"""What a regression may be off by: how far its numbers move when every second node is left out."""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.every_second_node import EVIDENCE, GAIN, numbers_on
from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Bounds = dict[str, float]
type Rows = list[tuple[Axis, Array]]  # of one quantity: the log masses of the nodes of an axis, by density


def errors_of(fine: RegressionDensity, rough: RegressionDensity) -> dict[str, Bounds]:
    """Return a bound of each number's error in posterior SDs, by what every second node was left out of: the
    ``"nodes"`` of coefficients, those of ``"tau"``, and curves and surface together, ``"theta"``.

    ``rough`` is the posterior on every second node of everything, as a rough surface has it. A bound is how
    far a number moves, divided by what halving a step is claimed to gain.
    """
    nodes = fine.thinned("nodes")
    all_of = {"full": fine, "nodes": nodes, "thin": nodes, "theta": rough}
    if fine.tau is not None:
        all_of |= {"tau": fine.thinned("tau"), "thin": nodes.thinned("tau")}
    numbers = _numbers(all_of)
    pairs = {"nodes": ("nodes", "full"), "tau": ("tau", "full"), "theta": ("theta", "thin")}
    return {
        part: {name: _moved(of[one], of[other], of["full"]) for name, of in numbers.items()}
        for part, (one, other) in pairs.items()
        if one in all_of
    }


def _moved(one: Array, other: Array, full: Array) -> float:
    """Return how far numbers, after their unit, moved at most, as a bound."""
    return float(np.abs(one - other)[1:].max() / full[0] / GAIN)


def _numbers(all_of: dict[str, RegressionDensity]) -> dict[str, dict[str, Array]]:
    """Return the checked numbers, each with its unit first, by quantity and by density: those of every
    coefficient and of tau, P(OR > 1) and the evidence.
    """
    full, numbers = all_of["full"], {}
    last = len(full.nodes.axes) - 1
    for j in range(last + 1):
        onto, _ = full.of_coefficient(j)
        rows = [density.of_coefficient(j, onto) for density in all_of.values()]
        found = dict(zip(all_of, _on_their_axes(rows, above=0.0), strict=True))
        name = "mu" if j == last else f"slope {j + 1}"
        numbers[name] = {key: values[:6] for key, values in found.items()}
        if j == last:
            numbers["prob_or_gt_1"] = {key: np.array([1.0, values[6]]) for key, values in found.items()}
    if full.tau is not None:
        rows = [(density.tau, density.by_tau) for density in all_of.values() if density.tau is not None]
        numbers["tau"] = dict(zip(all_of, _on_their_axes(rows, above=None), strict=True))
    numbers["log_marginal_likelihood"] = {
        key: np.array([EVIDENCE, density.log_evidence]) for key, density in all_of.items()
    }
    return numbers


def _on_their_axes(rows: Rows, above: float | None) -> list[Array]:
    """Return the numbers of every row, those on one axis found together."""
    out: dict[int, Array] = {}
    for axis in dict.fromkeys(axis for axis, _ in rows):
        at = [i for i, (own, _) in enumerate(rows) if own == axis]
        out |= dict(zip(at, numbers_on(axis, np.stack([rows[i][1] for i in at]), above), strict=True))
    return [out[i] for i in range(len(rows))]
