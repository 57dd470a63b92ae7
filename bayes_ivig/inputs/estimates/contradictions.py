"""What in a row of an estimate cannot be, contradicts itself, or is printed with too few digits."""

from collections.abc import Iterator

from bayes_ivig.formulas.intervals import Range, overlap
from bayes_ivig.inputs.estimates.estimate import FARTHEST, FINEST
from bayes_ivig.inputs.estimates.row import NATURAL, Row, Spread, middle

FARTHEST_LOG = 20.0  # a ratio of 500 million
APART = 1.10  # ratio of two standard errors of one row beyond which they contradict each other
COARSE = 2.0  # ratio of the largest to the smallest standard error beyond which digits are too few


def impossible(row: Row) -> Iterator[tuple[str, str]]:
    """Say what no estimate or limit of this measure can be, and what is missing."""
    yield from _no_ratio(row) if row.measure.log else _no_difference(row)
    has = row.numbers
    for column in ("sei", "vi"):
        if column in has and not FINEST**2 <= has[column].value <= FARTHEST:
            yield column, f"found {has[column].value:g}; it is a number above 0, at most {FARTHEST:g}"
    if {"lower", "upper"} <= has.keys() and has["lower"].value >= has["upper"].value:
        found = f"found {has['lower'].value:g}, not below the upper limit {has['upper'].value:g}"
        yield "lower", f"{found}; are the limits exchanged, or equal when rounded?"
    if not row.placed and not {"lower", "upper"} <= has.keys():
        yield "estimate", "missing; give estimate (or yi), or both limits"
    elif not row.placed and not row.usable("lower"):
        yield "lower", "found a limit of 0 and no estimate; give the estimate, or more digits"
    if not {"sei", "vi", "lower", "upper", "p_value"} & has.keys():
        yield "sei", "no standard error can be told: give sei, vi, limits (lower, upper) or p_value"


def _no_ratio(row: Row) -> Iterator[tuple[str, str]]:
    for column in NATURAL:
        value = row.numbers[column].value if column in row.numbers else 1.0
        if value < 0 or (value == 0 and column != "lower"):  # a lower limit of 0 may be a small one rounded
            found = f"found {value:g}; {row.measure.one} is above 0"
            yield column, f"{found}: a log belongs in yi, a difference needs another measure"
    yi = row.numbers.get("yi")
    if yi is not None and abs(yi.value) > FARTHEST_LOG:
        yield "yi", f"found {yi.value:g}; yi is the log of the ratio: give the ratio as estimate"


def _no_difference(row: Row) -> Iterator[tuple[str, str]]:
    low, high = row.measure.low, row.measure.high
    for column in ("estimate", "yi"):
        if column in row.numbers and not low <= row.numbers[column].value <= high:
            found = f"found {row.numbers[column].value:g}"
            yield column, f"{found}; {row.measure.one} lies between {low:g} and {high:g}"


def unfit(row: Row, y: float, within: Range, spreads: list[Spread]) -> Iterator[tuple[str, str]]:
    """Say where the numbers of a row do not go together; the first thing only, which explains others."""
    yield from list(_misplaced(row, y, within) or _vague(row, spreads) or _unlike(row, spreads))[:1]


def _misplaced(row: Row, y: float, within: Range) -> list[tuple[str, str]]:
    if {"yi", "estimate"} <= row.numbers.keys():
        own = row.on_scale("estimate")[1]
        if not own[0] <= y <= own[1]:
            log = "its log" if row.measure.log else "it"
            return [("yi", f"found {y:g} beside an estimate for which {log} is {own[0]:.4g} to {own[1]:.4g}")]
    if row.placed and row.usable("lower") and row.usable("upper"):
        half_way = middle(row.on_scale("lower")[1], row.on_scale("upper")[1])
        widest = middle(row.as_printed("lower"), row.as_printed("upper"))
        if not overlap(widest, row.as_printed("estimate") if "estimate" in row.numbers else within):
            return [("estimate", _off_centre(row, y, half_way))]
    return []


def _off_centre(row: Row, y: float, half_way: Range) -> str:
    """Say that an estimate is not midway between its limits, and where that is."""
    own, has = row.measure.own, row.numbers
    scale, hint = " on the log scale" if row.measure.log else "", ""
    if row.measure.log and "estimate" in has:
        plain = (has["lower"].value + has["upper"].value) / 2
        if abs(has["estimate"].value - plain) <= 10.0 ** -has["estimate"].decimals:
            hint = "; they are symmetric as plain numbers, so perhaps differences or logs (yi), not ratios"
    limits = f"{has['lower'].value:g} and {has['upper'].value:g}"
    return (
        f"found {own(y):.4g} with limits {limits}, whose middle{scale} is {own(half_way[0]):.4g} to "
        f"{own(half_way[1]):.4g}: they do not fit{hint}; look at the three numbers again, or, where limits "
        "are exact or of a profile, give yi with sei"
    )


def _vague(row: Row, spreads: list[Spread]) -> list[tuple[str, str]]:
    if not spreads:
        return [("lower", "a limit of 0 alone tells no standard error; give more digits, upper, or sei")]
    how, _, (low, high) = spreads[0]
    if low > 0 and high <= COARSE * low:
        return []
    what = (
        f"the printed digits leave the standard error ({row.measure.scale}) between {max(low, 0.0):.3g} and "
        f"{high:.3g}, which is too coarse; give more digits, or sei"
    )
    return [("p_value" if how.startswith("p_") else "lower" if "lower" in row.numbers else "upper", what)]


def _unlike(row: Row, spreads: list[Spread]) -> list[tuple[str, str]]:
    first, problems = spreads[0], []
    for other in spreads[1:]:
        too_large = first.within[0] > APART * other.within[1]
        too_small = other.within[0] > APART * first.within[1] and other.how != "p_bound"  # of no lower end
        if too_large or too_small:
            what = (
                f"the standard errors ({row.measure.scale}) differ: {first.value:.4g} "
                f"({first.how.replace('_', ' ')}) and {other.value:.4g} ({other.how.replace('_', ' ')}); "
                f"look at the level of the limits ({row.level:g}) and the digits, and leave out what is wrong"
            )
            problems.append(("p_value" if other.how.startswith("p_") else "lower", what))
    return problems
