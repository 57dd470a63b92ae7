"""The arithmetic of a pooling rule over candidate cells:
per-study terms once, then any number of tables by lookup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import mantel_haenszel as mh
from bayes_ivig.formulas.effect_sizes import Measure
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import of_counts
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

BLOCK, NUMBERS = 200_000, 4_000_000  # tables evaluated at once, and numbers of all their studies


@dataclass(frozen=True, slots=True)
class Rule:
    """How a rule pools: by which sums, around which centre Q is taken, and whether effects are random."""

    rules: Callable[[], Rules]
    mantel_haenszel: bool
    random: bool


RULES = {
    "revman-random": Rule(Rules.revman5, mantel_haenszel=True, random=True),
    "revman-fixed": Rule(Rules.revman5, mantel_haenszel=True, random=False),
    "dl": Rule(Rules.metafor, mantel_haenszel=False, random=True),
    "fixed": Rule(Rules.metafor, mantel_haenszel=False, random=False),
}  # by the names that ``pool`` has for them


@dataclass(frozen=True, slots=True)
class Way:
    """A rule and a measure: together they say how a table gives its numbers."""

    rule: str
    measure: Measure

    @property
    def ratio(self) -> bool:
        """Whether the measure is printed as a ratio and pooled as its logarithm."""
        return self.measure != "RD"


@dataclass(frozen=True, eq=False)
class Cells:
    """The candidate pairs of events of one study with their terms under one way,
    every array of shape (..., C).

    ``y`` and ``v`` are effect and variance, (0, infinity) where the study has no estimate. ``sums`` are the
    additive terms of the fixed estimate, shape (T, C): Mantel-Haenszel's, or w y and w of inverse variance.
    """

    y: Array
    v: Array
    sums: Array

    @property
    def estimable(self) -> "NDArray[np.bool_]":
        """Which candidates have an estimate of their own, and so count in k."""
        return np.isfinite(self.v)

    @property
    def centre(self) -> Array:
        """Numerator and denominator of the centre of Q, shape (2, C):
        their sums' ratio is e to the power of it (RD: it).
        """
        return self.sums[:2]


@dataclass(frozen=True, eq=False)
class Numbers:
    """What tables give under one way, every array of shape (N,), NaN where a number does not exist.

    ``estimate`` and ``standard_error`` are logarithms for ratios.
    """

    way: Way
    estimate: Array
    standard_error: Array
    k: Array
    tau2: Array
    q: Array
    q_p_value: Array
    i2: Array

    def printed(self, field: str, level: float) -> Array:
        """Return a field on the scale on which it is printed."""
        match field:
            case "i2":
                return self.i2
            case "heterogeneity_p":
                return self.q_p_value
            case "effect_p":
                return np.asarray(2 * special.ndtr(-np.abs(self.estimate / self.standard_error)))
        side = {"ci_lower": -1.0, "estimate": 0.0, "ci_upper": 1.0}[field]
        reach = side * float(special.ndtri((1 + level) / 2)) * self.standard_error if side else 0.0
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.estimate + reach) if self.way.ratio else self.estimate + reach)


def events_of(study: PartialStudy) -> tuple[Index, Index]:
    """Return the events of every candidate of a study, treatment and control, shape (C,) each,
    control running fastest.
    """
    ends = [np.arange(least, most + 1) for least, most in (study.treatment, study.control)]
    treatment, control = np.meshgrid(*ends, indexing="ij")
    return treatment.ravel(), control.ravel()


def picked_of(table: PartialTable, events: NDArray[np.integer]) -> Index:
    """Return which candidate of each study every table has, shape (N, K), from events of shape (N, K, 2)."""
    columns = [
        (events[:, i, 0] - s.treatment[0]) * (s.control[1] - s.control[0] + 1)
        + events[:, i, 1]
        - s.control[0]
        for i, s in enumerate(table.studies)
    ]
    return np.stack(columns, axis=-1).astype(np.intp)


def unravelled(number: Index, sizes: Sequence[int]) -> Index:
    """Return the candidates that numbers (N,) of tables stand for, shape (N, K), the last study running
    fastest: as ``numpy.unravel_index``, for any number of studies.
    """
    rest = np.array(number, np.intp)
    picked = np.zeros((rest.size, len(sizes)), np.intp)
    for i in range(len(sizes) - 1, -1, -1):
        if sizes[i] > 1:
            rest, picked[:, i] = np.divmod(rest, sizes[i])
    return picked


def cells_of(study: PartialStudy, way: Way) -> Cells:
    """Return the terms of every candidate of a study, exactly as ``pool`` prepares them."""
    rule = RULES[way.rule]
    n1, n0 = study.treatment_total, study.control_total
    r1, r0 = (events.astype(float) for events in events_of(study))
    tables = of_counts(
        np.stack([r1, np.full(r1.size, n1), r0, np.full(r0.size, n0)]), way.measure, rule.rules()
    )
    if not rule.mantel_haenszel:
        w = 1 / tables.v
        return Cells(tables.y, tables.v, np.stack([w * tables.y, w]))
    match way.measure:
        case "OR":
            sums = mh.odds_ratio_terms(tables.summed)
        case "RR":
            sums = mh.risk_ratio_terms(tables.summed)
        case "RD":
            raw = np.where(tables.in_sum, tables.y, 0.0) if rule.rules().raw_risk_difference else None
            sums = mh.risk_difference_terms(tables.summed, raw)
    return Cells(tables.y, tables.v, sums)


def numbers(way: Way, cells: Sequence[Cells], picked: Index) -> Numbers:
    """Return what tables give, ``picked`` of shape (N, K) naming each study's candidate;
    the formulas are those of ``pool``.
    """
    block = min(BLOCK, max(1, NUMBERS // len(cells)))
    parts = [_numbers(way, cells, picked[i : i + block]) for i in range(0, max(len(picked), 1), block)]
    return Numbers(way, *(np.concatenate(values) for values in zip(*parts, strict=True)))


def _numbers(way: Way, cells: Sequence[Cells], picked: Index) -> tuple[Array, ...]:
    rule = RULES[way.rule]
    y = np.stack([each.y[picked[:, i]] for i, each in enumerate(cells)], axis=-1)
    v = np.stack([each.v[picked[:, i]] for i, each in enumerate(cells)], axis=-1)
    sums = np.sum([each.sums[:, picked[:, i]] for i, each in enumerate(cells)], axis=0)
    k = het.studies(v)
    centre, variance = pooled_sums(way, sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.where(k > 1, het.q_statistic(y, v, centre), np.where(k == 1, 0.0, np.nan))
        tau2 = np.where(k > 0, het.dersimonian_laird(q, het.weight_sums(y, v), k), np.nan)
        estimate = centre
        if rule.random:
            estimate, variance = het.weighted_mean(y, v, tau2)
        exists = np.isfinite(estimate) & (variance >= 0) & np.isfinite(variance)
        error = np.sqrt(np.where(exists, variance, np.nan))
    p_value = np.where(k > 1, special.chdtrc(np.maximum(k - 1, 1), q), np.nan)
    i2 = np.where(k > 1, het.i_squared(q, k), np.nan)
    return np.where(np.isfinite(estimate), estimate, np.nan), error, k, tau2, q, p_value, i2


def pooled_sums(way: Way, sums: Array) -> tuple[Array, Array]:
    """Return the fixed estimate and its variance from summed terms."""
    if not RULES[way.rule].mantel_haenszel:
        with np.errstate(divide="ignore", invalid="ignore"):
            return sums[0] / sums[1], 1 / sums[1]
    match way.measure:
        case "OR":
            return mh.odds_ratio_from_sums(sums)
        case "RR":
            return mh.risk_ratio_from_sums(sums)
        case "RD":
            return mh.risk_difference_from_sums(sums, sato=False)
