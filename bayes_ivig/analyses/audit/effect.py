"""An estimate and its interval: is it in the middle, and does the interval agree with the stated p-value?"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from bayes_ivig.analyses.audit.printed import (
    EFFECT,
    Checked,
    Mend,
    mend_of,
    printed_range,
    probability_range,
    working_ranges,
)
from bayes_ivig.formulas import intervals
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.intervals import Plane, Range
from bayes_ivig.frequentist.pooling import METHODS
from bayes_ivig.inputs.paper.claims import RATIOS, Claim, Printed
from bayes_ivig.results.audit import Finding, Verdict
from bayes_ivig.results.coded import Coded, coded

MOST_DF = 60  # of t intervals looked at one by one; beyond it, every tenth is
type Ranges = dict[str, Range]


def centre(claim: Claim) -> Checked:
    """Check that the estimate is the middle of its limits, on the log scale for ratios."""
    ranges = working_ranges(claim)
    if ranges is None:
        return _finding(claim, "centre", "inconsistent", coded("not_positive", claim))
    possible = not _crossed(claim) and (len(ranges) < 2 or _corners(ranges).size > 0)
    if possible and len(ranges) < 3:
        return _finding(claim, "centre", "cannot tell", coded("needs", claim, EFFECT, 3))
    if possible:
        return _finding(claim, "centre", "consistent", coded("central", claim))
    if condition := _condition_of_centre(claim):
        return _finding(claim, "centre", "consistent if", condition)
    reason = coded("not_central", claim, _implied_centre(claim, ranges))
    return _finding(claim, "centre", "inconsistent", reason, _centre_mends(claim, ranges))


def _crossed(claim: Claim) -> bool:
    """Whether the lower limit is printed above the upper one to as many decimals:
    neither rounding nor cutting does that.
    """
    lower, upper = claim.ci_lower, claim.ci_upper
    return (
        lower is not None
        and upper is not None
        and lower.decimals == upper.decimals
        and lower.value > upper.value
    )


def _condition_of_centre(claim: Claim) -> Coded | None:
    """Return the condition under which the estimate is in the middle; None where there is none."""
    if _crossed(claim):
        return None
    shortened = working_ranges(claim, cut=True)
    if shortened is not None and _corners(shortened).size:
        return coded("central_if_cut", claim)
    natural = working_ranges(replace(claim, measure="MD"))
    if claim.measure in RATIOS and natural is not None and _corners(natural).size:
        return coded("central_if_natural", claim)
    return None


def interval_p(claim: Claim) -> Checked:
    """Check that the p-value of the effect is the one that estimate and limits imply, by z or by t."""
    ranges = working_ranges(claim)
    if claim.effect_p is None or ranges is None or len(ranges) < 2:
        return _finding(claim, "interval_p", "cannot tell", coded("needs_p", claim))
    polygons = {False: _polygons(ranges), True: _polygons(working_ranges(claim, cut=True) or ranges)}
    for cut, reference in _readings(claim):
        p = probability_range(claim.effect_p, cut)
        p_values = [intervals.p_value_range(points, claim.level, reference) for points in polygons[cut]]
        if any(intervals.overlap(each, p) for each in p_values):
            if not cut and math.isinf(reference):
                return _finding(claim, "interval_p", "consistent", coded("p_agrees", claim, _hull(p_values)))
            return _finding(
                claim,
                "interval_p",
                "consistent if",
                coded("p_agrees_if", claim, _hull(p_values), reference, cut),
            )
    implied = _hull([intervals.p_value_range(points, claim.level, math.inf) for points in polygons[False]])
    reason = coded("p_disagrees", claim, implied, excludes_none(claim), one_sided(claim.effect_p, implied))
    return _finding(claim, "interval_p", "inconsistent", reason, _p_mends(claim, ranges, implied))


def null_value(claim: Claim) -> float:
    """Return the value of no effect on the printed scale."""
    return 1.0 if claim.measure in RATIOS else 0.0


def excludes_none(claim: Claim) -> bool | None:
    """Whether the printed interval excludes no effect for certain (True),
    includes it for certain (False), or neither.
    """
    if claim.ci_lower is None or claim.ci_upper is None:
        return None
    null = null_value(claim)
    lower, upper = printed_range(claim.ci_lower), printed_range(claim.ci_upper)
    if lower[0] > null or upper[1] < null:
        return True
    return False if lower[1] < null < upper[0] else None


def one_sided(printed: Printed, implied: Range) -> bool:
    """Whether twice the stated p-value would agree: a one-sided p beside a two-sided interval."""
    lower, upper = probability_range(printed)
    return not printed.bound and intervals.overlap((2 * lower, 2 * upper), implied)


def _finding(
    claim: Claim, check: str, verdict: Verdict, reason: Coded, mends: Iterable[Mend] = ()
) -> Checked:
    looked_at = coded("effect", claim)
    finding = Finding(claim.outcome, check, verdict, reason, looked_at=looked_at, where=claim.where)
    return Checked(finding, tuple(mends))


def _corners(ranges: Ranges, planes: Iterable[Plane] = ()) -> Array:
    """Return the corners of what estimate and limits allow, with further half-planes where given."""
    strips = [plane for name, values in ranges.items() for plane in intervals.strip(name, values)]
    return intervals.corners([*strips, *planes])


def _polygons(ranges: Ranges) -> list[Array]:
    """Return the corners of what the printed numbers allow;
    where they exclude each other, of every two of them.
    """
    whole = _corners(ranges)
    if whole.size:
        return [whole]
    pairs = [
        {name: values for name, values in ranges.items() if name != left}
        for left in ranges
        if len(ranges) > 2
    ]
    return [points for points in map(_corners, pairs) if points.size]


def _hull(ranges: list[Range]) -> Range:
    return (min(each[0] for each in ranges), max(each[1] for each in ranges)) if ranges else (0.0, 1.0)


def _readings(claim: Claim) -> Iterator[tuple[bool, float]]:
    """Yield whether digits were cut off and the degrees of freedom behind interval and test,
    the usual ones first.
    """
    method = METHODS.get(claim.method)
    t_possible = claim.model not in ("fixed", "common") if method is None else method.hartung_knapp
    most = (claim.k or MOST_DF) - 1
    dfs = sorted(
        {*range(max(1, most - MOST_DF), most + 1), *range(1, min(most, MOST_DF) + 1), *range(1, most + 1, 10)}
    )
    t = [float(df) for df in reversed(dfs)] if t_possible else []
    yield from ((cut, df) for cut in (False, True) for df in (math.inf, *t))


def _back(claim: Claim, values: Range) -> Range:
    return intervals.exp_range(values) if claim.measure in RATIOS else values


def _implied_centre(claim: Claim, ranges: Ranges) -> Range | None:
    """Return the middle of the printed limits on the printed scale."""
    limits = {name: values for name, values in ranges.items() if name != "estimate"}
    points = _corners(limits) if len(limits) == 2 else np.empty((0, 2))
    return _back(claim, intervals.span(points, "estimate")) if points.size else None


def _centre_mends(claim: Claim, ranges: Ranges) -> list[Mend]:
    """Return per number the value that the others imply, and the exchange of limits
    that stand the wrong way round.
    """
    mends: list[Mend] = []
    if claim.ci_lower and claim.ci_upper and claim.ci_lower.value > claim.ci_upper.value:
        swapped = (("ci_lower", claim.ci_upper), ("ci_upper", claim.ci_lower))
        text = f"ci_lower {claim.ci_upper} and ci_upper {claim.ci_lower}, exchanged"
        mend = Mend(text, 0.0, swapped)
        if (again := working_ranges(mend.applied(claim))) and _corners(again).size:
            mends.append(mend)
    return [*mends, *_moved(claim, ranges, ((),)), *_moved(claim, ranges, _p_planes(claim))]


def _p_mends(claim: Claim, ranges: Ranges, implied: Range) -> list[Mend]:
    """Return the p-value that the interval implies, and per number of the effect the value
    that the p-value implies.
    """
    if claim.effect_p is None:
        return []
    return [*mend_of(claim, "effect_p", implied), *_moved(claim, ranges, _p_planes(claim))]


def _p_planes(claim: Claim) -> list[tuple[Plane, ...]]:
    """Return the half-planes of the stated p-value for effects of either sign, tested by z;
    none where it is not printed.
    """
    if claim.effect_p is None:
        return []
    p = probability_range(claim.effect_p)
    return [intervals.p_value_planes(p, math.inf, claim.level, sign) for sign in (1, -1)]


def _moved(claim: Claim, ranges: Ranges, alternatives: Iterable[tuple[Plane, ...]]) -> list[Mend]:
    """Return for each printed number of the effect the nearest value that the rest allows."""
    mends: list[Mend] = []
    for planes in alternatives:
        for name in ranges:
            others = {key: values for key, values in ranges.items() if key != name}
            points = _corners(others, planes) if len(others) == 2 else np.empty((0, 2))
            if points.size:
                mends += mend_of(claim, name, _back(claim, intervals.span(points, name)))
    return mends
