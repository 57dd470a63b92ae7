"""Study effects and Mantel-Haenszel sums under every zero-cell convention, for one table or many:
shape (..., K).

The conventions are those of ``bayes_ivig.frequentist.rules`` written for arrays with leading axes, and three
more that papers use: 0.5 in every study, 0.5 also in studies without events, and nothing added at all.
"""

from typing import Literal, NamedTuple

import numpy as np

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask, Measure

Where = Literal["zero", "all", "none"]


class Convention(NamedTuple):
    """What is done about zero cells: ``own`` in study estimates,
    ``summed`` in Mantel-Haenszel sums, 0.5 to each cell.

    ``drop_none`` and ``drop_only`` list the measures for which studies with no events, or only events, have
    no estimate; ``q_drops`` leaves both out of Q around the Mantel-Haenszel estimate. ``raw_difference``
    corrects the variance of a risk difference only; ``sato`` chooses the Sato-Greenland-Robins variance of
    the pooled one.
    """

    name: str
    own: Where = "zero"
    summed: Where = "none"
    drop_none: tuple[Measure, ...] = ("OR", "RR")
    drop_only: tuple[Measure, ...] = ("OR", "RR")
    q_drops: bool = True
    raw_difference: bool = False
    sato: bool = True


METAFOR = Convention("metafor")
REVMAN = Convention(
    "revman", summed="zero", drop_only=("OR",), q_drops=False, raw_difference=True, sato=False
)
CONVENTIONS = (
    METAFOR,
    REVMAN,
    Convention("half in every study", own="all"),
    Convention("no study dropped", drop_none=(), drop_only=(), q_drops=False),
    Convention("nothing added", own="none"),
)


class Prepared(NamedTuple):
    """Study effects with variances, (0, infinity) for studies left out,
    and the cells of Mantel-Haenszel sums.
    """

    y: Array
    v: Array
    summed: Cells
    in_sum: Mask
    uneventful: Mask
    raw: Cells


def prepare(cells: Cells, measure: Measure, convention: Convention) -> Prepared:
    """Apply a convention to tables given by their cells."""
    empty, none, only = es.has_empty_arm(cells), es.has_no_events(cells), es.has_only_events(cells)
    raw = es.keep_studies(cells, ~empty)
    idle = none & (measure in convention.drop_none) | only & (measure in convention.drop_only)
    keep = ~(empty | idle)
    adds = ~(empty | none & (measure != "RD") | only & (measure == "OR"))
    in_sum = np.asarray(keep | adds)
    corrected = es.add_to_cells(raw, _marked(raw, keep, convention.own))
    y, v = es.effect(corrected, measure)
    if measure == "RD" and convention.raw_difference:
        y, _ = es.risk_difference(raw)
    with np.errstate(invalid="ignore"):
        usable = keep & np.isfinite(y) & np.isfinite(v) & (v > 0)
    y, v = es.leave_out((y, v), usable)
    summed = es.add_to_cells(es.keep_studies(raw, in_sum), _marked(raw, in_sum, convention.summed))
    return Prepared(y, v, summed, in_sum, np.asarray(none | only), raw)


def _marked(cells: Cells, keep: Mask, where: Where) -> Mask:
    match where:
        case "none":
            return np.zeros_like(keep)
        case "all":
            return keep
        case "zero":
            return np.asarray(keep & es.has_zero_cell(cells))
