"""Draws of every study's mean log odds given its risk ratio or difference:
what integration took out, put back.

Its density given theta_i is tabulated on the nodes that integrate it, closer together, and inverted.
"""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.inversion import invert, parts_of
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.scales.odds_product import HalfDistance
from bayes_ivig.formulas.scales.two_risks import Table, tabulated
from bayes_ivig.likelihoods.baselines import Baselines

type Array = NDArray[np.float64]

NODES = 257


def draw_two_risks(
    counts: Counts, theta: Array, how: tuple[Baselines, HalfDistance], rng: np.random.Generator
) -> Array:
    """Return one draw of each study's alpha for each draw of its theta, both (S, K)."""
    baselines, half = how
    drawn = np.empty_like(theta)
    for i in range(theta.shape[1]):
        own = counts.take([i])._replace(design_effect=1.0, given=None, missing=None)
        which, shares = rng.random(len(theta)), rng.random(len(theta))
        for part in parts_of(len(theta)):
            tables = [
                (weight, tabulated(own, theta[None, part, i], (leaf, half), NODES))
                for weight, leaf in baselines.parts()
            ]
            drawn[part, i] = drawn_from(tables, which[part], shares[part])
    return drawn


def drawn_from(tables: list[tuple[float, Table]], which: Array, shares: Array) -> Array:
    """Draw one baseline for each draw of the effect, part by part of a mixture prior."""
    sizes = np.stack([math.log(w) + np.logaddexp.reduce(table.logs[0], axis=1) for w, table in tables])
    below = np.cumsum(np.exp(sizes - np.logaddexp.reduce(sizes, axis=0)), axis=0)
    chosen = np.minimum((below <= which * below[-1]).sum(axis=0), len(tables) - 1)
    drawn = np.empty_like(shares)
    for leaf, (_, table) in enumerate(tables):
        rows = np.flatnonzero(chosen == leaf)
        if rows.size:
            share = 2 * invert(table.logs[0, rows], shares[rows]) / (NODES - 1) - 1
            u = share * table.limit[0, rows]
            drawn[rows] = table.mode[0, rows] + table.spread[0, rows] * np.sinh(u)
    return drawn
