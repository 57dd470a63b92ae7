"""What the printed numbers leave possible: ranges of estimate, standard error, Q and tau squared,
and slices of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import special

from bayes_ivig.analyses.reconstruction.arithmetic import RULES, Cells, Way
from bayes_ivig.analyses.reconstruction.requirements import Requirement

type Range = tuple[float, float]

ROOM = 1e-9
# relative to the smallest variance plus tau squared: how far a study's weight moves within a slice
TAU_STEP = 0.05
MIDDLE_STEP = 0.04  # of the centre of Q, in log units or as a difference
MOST_MIDDLES = 400
SWEEPS = 8


class Slice(NamedTuple):
    """A part of the search, over tables of ``k`` estimable studies:
    ranges of Q and of what the part is about.

    ``tau2`` is None for a slice of the centre. Lower ends belong to a slice and upper ends to the next,
    except the last (``closed``), so that every table lies in exactly one.
    """

    k: int
    q: Range
    centre: Range
    tau2: Range | None
    closed: bool


@dataclass(frozen=True)
class Box:
    """Ranges over all tables of one arithmetic, whatever they reproduce: what no table can exceed."""

    way: Way
    cells: tuple[Cells, ...]

    @property
    def effects(self) -> Range:
        """Least and largest effect of any candidate: every weighted mean lies between."""
        estimates = [each.y[each.estimable] for each in self.cells if each.estimable.any()]
        return (
            (min(float(y.min()) for y in estimates), max(float(y.max()) for y in estimates))
            if estimates
            else (0.0, 0.0)
        )

    @property
    def centres(self) -> Range:
        """Least and largest centre of Q: a ratio of sums lies between the ratios of its terms."""
        ratios = [np.concatenate([each.sums[:2] for each in self.cells], axis=1)]
        numerator, denominator = ratios[0][:, (ratios[0] != 0).any(axis=0)]
        with np.errstate(divide="ignore"):
            linked = self.link(numerator, denominator)
        return (float(linked.min()), float(linked.max())) if linked.size else (0.0, 0.0)

    @property
    def exponential(self) -> bool:
        """Whether the sums' ratio is e to the power of the centre."""
        return RULES[self.way.rule].mantel_haenszel and self.way.ratio

    def link(
        self, numerator: "np.typing.NDArray[np.float64]", denominator: "np.typing.NDArray[np.float64]"
    ) -> "np.typing.NDArray[np.float64]":
        """Return the centre of Q from the two sums."""
        ratio = numerator / denominator
        return np.log(ratio) if self.exponential else ratio

    def smallest_variance(self) -> float:
        """Smallest variance of any candidate."""
        return min((float(each.v.min()) for each in self.cells), default=math.inf)

    def scaling(self, k: int) -> Range:
        """Range of W - sum w^2 / W, the divisor of tau squared, over tables of ``k`` estimable studies.

        It grows with every weight, so its ends are at the ends of the weights; of the studies that may be
        left out, the heaviest are for the lower end and the lightest for the upper.
        """
        heavy = sorted(
            (float(1 / each.v.min()) for each in self.cells if each.estimable.any()), reverse=True
        )[:k]
        light = sorted(
            float(1 / each.v[each.estimable].max()) for each in self.cells if each.estimable.any()
        )[:k]
        return _divisor(light), _divisor(heavy)

    def largest_q(self) -> float:
        """No Q is larger: every study at its worst candidate, the centre at its worst end."""
        ends = self.centres
        far = [
            np.maximum(np.abs(each.y - ends[0]), np.abs(each.y - ends[1])) ** 2 / each.v
            for each in self.cells
        ]
        return float(sum(terms.max() for terms in far))

    def total_weights(self, k: int, tau2: Range) -> Range:
        """Range of the sum of weights 1/(v + tau2)."""
        heavy = sorted(
            (float(1 / (each.v.min() + tau2[0])) for each in self.cells if each.estimable.any()), reverse=True
        )[:k]
        light = sorted(
            float(1 / (each.v[each.estimable].max() + tau2[1])) for each in self.cells if each.estimable.any()
        )[:k]
        return sum(light), sum(heavy)


def _divisor(weights: list[float]) -> float:
    total = sum(weights)
    return total - sum(w * w for w in weights) / total if total > 0 else 0.0


def pooled_ranges(requirements: Sequence[Requirement], estimate: Range, error: Range) -> tuple[Range, Range]:
    """Return what estimate and standard error can be where limits are estimate plus
    or minus z standard errors.

    Starts from the ranges given and narrows each by the others until nothing moves; an empty range (least
    above most) means that the numbers contradict each other. Logarithms for ratios.
    """
    limits = [each for each in requirements if each.field in ("estimate", "ci_lower", "ci_upper")]
    for lower in (each for each in limits if each.field == "ci_lower"):
        for upper in (each for each in limits if each.field == "ci_upper" and each.level == lower.level):
            outer, z = (_working(lower), _working(upper)), float(special.ndtri((1 + lower.level) / 2))
            estimate = _within(estimate, ((outer[0][0] + outer[1][0]) / 2, (outer[0][1] + outer[1][1]) / 2))
            error = _within(
                error, ((outer[1][0] - outer[0][1]) / (2 * z), (outer[1][1] - outer[0][0]) / (2 * z))
            )
    for _ in range(SWEEPS):
        for each in limits:
            low, high = _working(each)
            reach = {"ci_lower": -1.0, "estimate": 0.0, "ci_upper": 1.0}[each.field] * float(
                special.ndtri((1 + each.level) / 2)
            )
            shifts = sorted((reach * error[0], reach * error[1]))
            estimate = max(estimate[0], low - shifts[1] - ROOM), min(estimate[1], high - shifts[0] + ROOM)
            if reach:
                ends = sorted(((low - estimate[1]) / reach, (high - estimate[0]) / reach))
                other = sorted(((low - estimate[0]) / reach, (high - estimate[1]) / reach))
                error = (
                    max(error[0], min(ends[0], other[0]) - ROOM),
                    min(error[1], max(ends[1], other[1]) + ROOM),
                )
    return estimate, error


def _within(known: Range, new: Range) -> Range:
    """Return what two ranges share, with room for rounding."""
    return max(known[0], new[0] - ROOM), min(known[1], new[1] + ROOM)


def _working(requirement: Requirement) -> Range:
    """Return a requirement's limits on the working scale."""
    low, high = requirement.limits
    if not requirement.way.ratio:
        return low, high
    return (math.log(low) if low > 0 else -math.inf), (math.log(high) if high > 0 else -math.inf)


def q_range(requirements: Sequence[Requirement], k: int) -> Range:
    """Return what Q can be for ``k`` studies, given I squared and the heterogeneity p-value."""
    low, high, df = 0.0, math.inf, k - 1
    for each in requirements:
        least, most = each.limits
        if each.field == "i2" and df > 0:
            low = max(low, df / (1 - least / 100)) if 0 < least < 100 else low if least <= 0 else math.inf
            high = min(high, df / (1 - most / 100) if most < 100 else math.inf) if most >= 0 else -math.inf
        elif each.field == "heterogeneity_p" and df > 0:
            low = max(low, float(special.chdtri(df, min(most, 1.0)))) if most > 0 else math.inf
            high = (
                min(high, float(special.chdtri(df, least)) if least > 0 else math.inf)
                if least <= 1
                else -math.inf
            )
        elif each.field in ("i2", "heterogeneity_p"):
            return math.inf, -math.inf
    return low * (1 - ROOM) - ROOM, high * (1 + ROOM) + ROOM


def tau_slices(box: Box, k: int, q: Range) -> list[Slice]:
    """Return slices of tau squared that together hold every table of ``k`` studies with Q in the range."""
    df, everywhere = k - 1, (-math.inf, math.inf)
    first = [Slice(k, (q[0], min(q[1], df)), everywhere, (0.0, 0.0), closed=True)] if q[0] <= df else []
    least, most = box.scaling(k)
    largest = min(q[1], box.largest_q() * (1 + ROOM))
    if k < 2 or largest <= df or most <= 0 or least <= 0:
        return first
    start, end = max(0.0, q[0] - df) / most * (1 - 1e-6), (largest - df) / least * (1 + ROOM)
    variance = box.smallest_variance()
    edges = [start]
    while edges[-1] < end:
        edges.append(min(end, edges[-1] + TAU_STEP * (variance + edges[-1])))
    pairs = list(pairwise(edges))
    return first + [
        Slice(
            k,
            (max(q[0], df, df + low * least * (1 - ROOM)), min(q[1], df + high * most * (1 + ROOM))),
            everywhere,
            (low, high),
            i == len(pairs) - 1,
        )
        for i, (low, high) in enumerate(pairs)
    ]


def centre_slices(k: int, q: Range, centre: Range) -> list[Slice]:
    """Return slices of the centre of Q; one alone where the centre is narrow already,
    or Q may be anything.
    """
    width = centre[1] - centre[0]
    bounded = q[1] < math.inf or q[0] > 0
    pieces = (
        min(MOST_MIDDLES, max(1, math.ceil(width / MIDDLE_STEP))) if bounded and math.isfinite(width) else 1
    )
    edges = np.linspace(centre[0], centre[1], pieces + 1).tolist() if pieces > 1 else list(centre)
    return [Slice(k, q, (low, high), None, i == pieces - 1) for i, (low, high) in enumerate(pairwise(edges))]
