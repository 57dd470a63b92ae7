"""Printed numbers as ranges, and changes of them: what every check of an audit shares."""

import math
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bayes_ivig.formulas import intervals
from bayes_ivig.formulas.intervals import Range
from bayes_ivig.inputs.paper.claims import EXACT, MOST_DECIMALS, MOST_WHOLE, RATIOS, Claim, Printed
from bayes_ivig.results.audit import Change, Finding

# below it, two findings that the same change would mend may well be about different numbers
FEWEST_SHARED = 10
EFFECT = ("estimate", "ci_lower", "ci_upper")


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to mend a claim: new values of fields, in words,
    and its size in units of the last printed digit.

    ``change`` names the single printed number and all values that would do;
    None where more than one number changes.
    """

    text: str
    units: float
    fields: tuple[tuple[str, object], ...] = ()
    change: Change | None = None

    def applied(self, claim: Claim) -> Claim:
        """Return the claim with the change made."""
        return replace(claim, **dict(self.fields))  # type: ignore[arg-type]  # each field with its own type


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding with the changes that would mend it, to choose from."""

    finding: Finding
    mends: tuple[Mend, ...] = ()


def printed_range(printed: Printed, cut: bool = False) -> Range:
    """Return the values a printed number may stand for; of a bound, all that meet it."""
    match printed.bound:
        case "<" | "<=":
            return -math.inf, printed.value
        case ">" | ">=":
            return printed.value, math.inf
        case _:
            shape = intervals.cut_off if cut else intervals.rounded
            return shape(printed.value, printed.half_unit)


def probability_range(printed: Printed, cut: bool = False, most: float = 1.0) -> Range:
    """Return the values of a p-value (or of I squared, ``most`` 100)
    that may stand behind what is printed.
    """
    lower, upper = printed_range(printed, cut)
    return max(lower, 0.0), min(upper, most)


def working_ranges(claim: Claim, cut: bool = False) -> dict[str, Range] | None:
    """Return estimate and limits, those printed, on the working scale (log for ratios);
    None if a ratio is not positive.
    """
    ranges: dict[str, Range] = {}
    for name in EFFECT:
        printed = getattr(claim, name)
        if printed is None:
            continue
        values: Range | None = printed_range(printed, cut)
        if claim.measure in RATIOS and values is not None:
            values = intervals.log_range(values)
        if values is None:
            return None
        ranges[name] = values
    return ranges


def as_fraction(claim: Claim) -> Claim:
    """Return a risk difference that is printed in percent, as one beyond 1 must be, as a fraction;
    other claims as they are.
    """
    size = abs(claim.estimate.value) - claim.estimate.half_unit if claim.estimate else 0.0
    if claim.measure != "RD" or size <= 1:
        return claim
    moved = {name: _hundredth(printed) for name in EFFECT if (printed := getattr(claim, name)) is not None}
    return replace(claim, **moved)  # type: ignore[arg-type]  # fields of printed numbers only


def _hundredth(printed: Printed) -> Printed:
    kept = min(printed.decimals, MOST_DECIMALS - 2)
    return Printed(f"{Decimal(repr(printed.value)).quantize(_unit(kept), context=EXACT).scaleb(-2, EXACT):f}")


def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def nearest(printed: Printed, wanted: Range) -> tuple[str, float] | None:
    """Return the number nearest to a printed one that stands for a value in ``wanted``,
    and how many units away it is.

    Units are those of the last printed digit; None where no number that can be printed will do.
    """
    unit = _unit(printed.decimals)
    here = Decimal(repr(printed.value)).quantize(unit, context=EXACT)
    low, high = wanted[0] - printed.half_unit, wanted[1] + printed.half_unit
    if printed.value < low < 10.0**MOST_WHOLE:
        there = Decimal(repr(low)).quantize(unit, ROUND_CEILING, EXACT)
    elif printed.value > high > -(10.0**MOST_WHOLE):
        there = Decimal(repr(high)).quantize(unit, ROUND_FLOOR, EXACT)
    else:
        return None
    return f"{there:.{printed.decimals}f}", abs(float((there - here) / unit))


def mend_of(claim: Claim, field: str, wanted: Range) -> tuple[Mend, ...]:
    """Return the smallest change of one printed number of a claim that brings it into ``wanted``;
    none where there is none.
    """
    printed = getattr(claim, field)
    if printed is None:
        return ()
    if printed.bound:
        return _mended_bound(claim, field, wanted)
    replacement = nearest(printed, wanted)
    if replacement is None:
        return ()
    text, units = replacement
    change = change_of(claim, field, wanted)
    return (Mend(f"{field} {text} instead of {printed}", units, ((field, Printed(text)),), change),)


def change_of(claim: Claim, field: str, wanted: Range) -> Change:
    """Return the change of one printed number of a pooled result to whatever prints a value in ``wanted``."""
    printed = getattr(claim, field)
    half = printed.half_unit if isinstance(printed, Printed) else 0.0
    return Change(f"{claim.outcome}.{field}", wanted[0] - half, wanted[1] + half)


def whole_change(old: float, new: float) -> Change | None:
    """Return the change of a bare number; None for numbers of one digit, which many numbers are."""
    return Change(f"the number {old:g}", new, new) if min(abs(old), abs(new)) >= FEWEST_SHARED else None


def _mended_bound(claim: Claim, field: str, wanted: Range) -> tuple[Mend, ...]:
    """Turn a bound round where the values lie beyond it."""
    printed = getattr(claim, field)
    turned = {"<": ">", "<=": ">", ">": "<", ">=": "<"}[printed.bound]
    beyond = wanted[1] >= printed.value if turned == ">" else wanted[0] <= printed.value
    text = f"{turned}{printed.text.lstrip('<>=≤≥ ')}"
    change = change_of(claim, field, wanted)
    return (
        (Mend(f"{field} {text} instead of {printed}", 1.0, ((field, Printed(text)),), change),)
        if beyond
        else ()
    )
