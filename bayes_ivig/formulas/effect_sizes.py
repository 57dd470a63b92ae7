"""Study effects from 2x2 tables: log odds ratio, log risk ratio, risk difference,
and corrections for zero cells.

Every function takes and gives float arrays of shape (..., K), K studies, and is vectorised over leading axes
(subsets, candidate tables). A table is four such arrays, its cells ``(a, b, c, d)``: treatment events and
non-events, control events and non-events. Counts become floats before any product is taken: products of
integer margins pass 2**63 once arms exceed about 55,000, and NumPy does not warn.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Cells = tuple[Array, Array, Array, Array]

Measure = Literal["OR", "RR", "RD"]


def to_cells(r1: ArrayLike, n1: ArrayLike, r0: ArrayLike, n0: ArrayLike) -> Cells:
    """Return the cells of tables given as events and totals, treatment (1) then control (0)."""
    a, total1, c, total0 = (np.asarray(x, dtype=np.float64) for x in (r1, n1, r0, n0))
    return a, total1 - a, c, total0 - c


def add_to_cells(cells: Cells, where: Mask, amount: float = 0.5) -> Cells:
    """Return the cells with ``amount`` added to all four cells of the studies marked in ``where``."""
    extra = np.where(where, amount, 0.0)
    a, b, c, d = (x + extra for x in cells)
    return a, b, c, d


def keep_studies(cells: Cells, where: Mask) -> Cells:
    """Return the cells with those of studies outside ``where`` set to 0, so
    that they add nothing to any sum.
    """
    a, b, c, d = (np.where(where, x, 0.0) for x in cells)
    return a, b, c, d


def has_empty_arm(cells: Cells) -> Mask:
    """Mark studies with nobody in one arm: not estimable by any measure."""
    a, b, c, d = cells
    return np.asarray((a + b == 0) | (c + d == 0))


def has_zero_cell(cells: Cells) -> Mask:
    """Mark studies in which at least one of the four cells is 0."""
    a, b, c, d = cells
    return np.asarray((a == 0) | (b == 0) | (c == 0) | (d == 0))


def has_no_events(cells: Cells) -> Mask:
    """Mark studies without an event in either arm."""
    a, _, c, _ = cells
    return np.asarray((a == 0) & (c == 0))


def has_only_events(cells: Cells) -> Mask:
    """Mark studies in which everybody in both arms had the event."""
    _, b, _, d = cells
    return np.asarray((b == 0) & (d == 0))


def informative(cells: Cells) -> Mask:
    """Mark studies whose counts can tell the arms apart: events as well as non-events,
    and somebody in either arm.
    """
    return np.asarray(~(has_empty_arm(cells) | has_no_events(cells) | has_only_events(cells)))


def log_odds_ratio(cells: Cells) -> tuple[Array, Array]:
    """Return log odds ratios and their variances 1/a + 1/b + 1/c + 1/d (Woolf 1955);
    infinite or NaN at a zero cell.
    """
    a, b, c, d = cells
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(a) - np.log(b) - np.log(c) + np.log(d), 1 / a + 1 / b + 1 / c + 1 / d


def log_risk_ratio(cells: Cells) -> tuple[Array, Array]:
    """Return log risk ratios and their variances 1/a - 1/n1 + 1/c - 1/n0;
    infinite or NaN without events in an arm.
    """
    a, b, c, d = cells
    n1, n0 = a + b, c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(a) - np.log(n1) - np.log(c) + np.log(n0), 1 / a - 1 / n1 + 1 / c - 1 / n0


def risk_difference(cells: Cells) -> tuple[Array, Array]:
    """Return risk differences and their binomial variances ab/n1^3 + cd/n0^3; NaN at an empty arm."""
    a, b, c, d = cells
    n1, n0 = a + b, c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        return a / n1 - c / n0, a * b / n1**3 + c * d / n0**3


def effect(cells: Cells, measure: Measure) -> tuple[Array, Array]:
    """Return study effects and variances on the log scale for ``"OR"`` and ``"RR"``,
    as a difference for ``"RD"``.
    """
    chosen = {"OR": log_odds_ratio, "RR": log_risk_ratio, "RD": risk_difference}[measure]
    return chosen(cells)


def leave_out(effects: tuple[Array, Array], keep: Mask) -> tuple[Array, Array]:
    """Return effects and variances with (0, infinity) outside ``keep``:
    weight 0 in every inverse-variance sum.
    """
    y, v = effects
    return np.where(keep, y, 0.0), np.where(keep, v, np.inf)
