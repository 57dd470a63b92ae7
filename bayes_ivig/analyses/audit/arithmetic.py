"""Percentages of counts, parts of totals, and numbers that two places print:
exact counts, rounded percentages.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from bayes_ivig.analyses.audit.printed import Mend, nearest, printed_range, whole_change
from bayes_ivig.formulas.intervals import ROUNDING, Range, overlap
from bayes_ivig.inputs.paper.claims import Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding, Verdict
from bayes_ivig.results.coded import Coded, coded

MOST_LISTED = 3  # alternatives of the same size that a message names


def percentage(claim: OtherClaim) -> Finding:
    """Check a percentage against its count and total, or against all whole counts
    where the count is not printed (GRIM).
    """
    printed, total = claim.printed, whole(claim.total)
    if printed is None or total is None or (claim.parts and whole(claim.parts[0]) is None):
        return finding(claim, "cannot tell", coded("needs_percentage", claim))
    if total == 0:
        return finding(claim, "cannot tell", coded("no_total"))
    count = whole(claim.parts[0]) if claim.parts else None
    counts = [count] if count is not None else counts_near(printed, total)
    for cut in (False, True):
        if any(gives(printed, each, total, cut) for each in counts):
            verdict: Verdict = "consistent if" if cut else "consistent"
            fitting = [each for each in counts if gives(printed, each, total, cut)]
            return finding(claim, verdict, coded("percentage_fits", claim, fitting, total, cut))
    mends = _percentage_mends(printed, count, total)
    return finding(claim, "inconsistent", coded("percentage_wrong", claim, count, total, counts), mends)


def gives(printed: Printed, count: int, total: int, cut: bool = False) -> bool:
    """Whether a count of a total is a printed percentage."""
    exact = 100 * count / total
    return overlap((exact, exact), printed_range(printed, cut))


def counts_near(printed: Printed, total: int) -> list[int]:
    """Return the whole counts whose percentages are next to a printed one, below and above."""
    near = min(max(printed.value, 0.0), 100.0) * total / 100
    return [count for count in range(math.floor(near) - 1, math.ceil(near) + 2) if 0 <= count <= total]


def total(claim: OtherClaim) -> Finding:
    """Check the parts of a total: whole counts exactly, percentages and decimals within rounding."""
    wholes = [number for number in (claim.total, claim.printed) if number is not None]
    if not claim.parts or not wholes:
        return finding(claim, "cannot tell", coded("needs_sum", claim))
    exact = not claim.percent and all(number.decimals == 0 for number in (*claim.parts, *wholes))
    parts = sum_range(claim.parts, exact)
    wrong = [number for number in wholes if not overlap(parts, _range(number, exact))]
    if not wrong:
        return finding(claim, "consistent", coded("sum_right", claim, parts))
    cut = sum_range(claim.parts, exact, cut=True)
    if not exact and all(overlap(cut, printed_range(number, True)) for number in wholes):
        return finding(claim, "consistent if", coded("sum_right_if", claim, cut))
    return finding(
        claim,
        "inconsistent",
        coded("sum_wrong", claim, parts, wrong[0]),
        _sum_mends(claim, parts, wrong[0], exact),
    )


def sum_range(parts: Sequence[Printed], exact: bool, cut: bool = False) -> Range:
    """Return the range of a sum of printed numbers."""
    ranges = [_range(part, exact, cut) for part in parts]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def equal(claim: OtherClaim) -> Finding:
    """Check that numbers which should be one are, each within its own rounding."""
    numbers = [number for number in (claim.printed, *claim.parts, claim.total) if number is not None]
    if len(numbers) < 2:
        return finding(claim, "cannot tell", coded("needs_two"))
    lowest = max(_range(number, number.decimals == 0 and not claim.percent)[0] for number in numbers)
    highest = min(_range(number, number.decimals == 0 and not claim.percent)[1] for number in numbers)
    if lowest <= highest:
        return finding(claim, "consistent", coded("equal_right", numbers))
    first = numbers[0]  # what the claim itself prints comes first, and is the one to mend
    others = [number for number in numbers if number.text != first.text]
    ways = [(other, first) for other in others] + [(first, other) for other in others]
    mends = [
        Mend(f"{new} instead of {old}", abs(new.value - old.value), change=whole_change(old.value, new.value))
        for new, old in ways
    ]
    return finding(claim, "inconsistent", coded("equal_wrong", numbers), mends)


def finding(claim: OtherClaim, verdict: Verdict, reason: Coded, mends: Sequence[Mend] = ()) -> Finding:
    """Return a finding about a claim of another kind, with the smallest of its changes."""
    ordered = sorted(mends, key=lambda mend: mend.units)
    best = ordered[0].text if ordered else ""
    texts = list(dict.fromkeys(mend.text for mend in ordered if mend.text != best))[:MOST_LISTED]
    others = coded("also_mended", texts)
    looked_at = coded("as_printed", claim)
    changes = tuple(mend.change for mend in mends if mend.change is not None)
    whole_reason = coded("sentences", reason, others)
    return Finding(
        claim.subject,
        claim.kind,
        verdict,
        whole_reason,
        best,
        looked_at,
        claim.where,
        claim.about,
        changes=changes,
    )


def whole(printed: Printed | None) -> int | None:
    """Return a printed number that is a whole count; None for none, a bound,
    or one with decimals or below 0.
    """
    if printed is None or printed.bound or printed.decimals or printed.value < 0:
        return None
    return int(printed.value)


def _range(number: Printed, exact: bool, cut: bool = False) -> Range:
    room = ROUNDING * max(1.0, abs(number.value))
    return (number.value - room, number.value + room) if exact else printed_range(number, cut)


def _percentage_mends(printed: Printed, count: int | None, total: int) -> list[Mend]:
    """Return the percentage, the count and the total that the other two imply."""
    mends = []
    for near in [count] if count is not None else counts_near(printed, total):
        exact = 100 * near / total
        percentage = nearest(printed, (exact, exact))
        if percentage:
            text = f"{percentage[0]}% instead of {printed}%"
            mends.append(Mend(text if count is not None else f"{text} ({near} of {total})", percentage[1]))
    if count is None:
        return mends
    mends += _nearest_whole("count", count, lambda other: other <= total and gives(printed, other, total))
    return mends + _nearest_whole(
        "total", total, lambda other: other >= max(count, 1) and gives(printed, count, other)
    )


def _nearest_whole(name: str, here: int, fits: Callable[[int], bool]) -> list[Mend]:
    """Return the nearest other whole number that fits, none within the size of the number itself."""
    for step in range(1, max(here, 10) + 1):
        for other in (here + step, here - step):
            if other >= 0 and fits(other):
                return [
                    Mend(f"{name} {other} instead of {here}", float(step), change=whole_change(here, other))
                ]
    return []


def _sum_mends(claim: OtherClaim, parts: Range, wrong: Printed, exact: bool) -> list[Mend]:
    """Return the total that the parts give, and every part that could make up the difference by itself.

    All of these are of the same size; among them, the fewest digits to change come first, two digits that
    changed places counting as one change.
    """
    replacement = nearest(wrong, parts)
    if replacement is None:
        return []
    text, units = replacement
    unit = 2 * wrong.half_unit
    change = whole_change(wrong.value, float(text))
    mends = [
        Mend(
            f"total {text} instead of {wrong}", units + 0.01 * digits_changed(wrong.text, text), change=change
        )
    ]
    for part in claim.parts:
        moved = part.exact + Decimal(repr(round(units * unit, 9))) * (1 if wrong.value > parts[1] else -1)
        if moved >= 0 and (exact or part.decimals >= wrong.decimals):
            new = f"{moved:.{part.decimals}f}"
            size = units + 0.01 * digits_changed(part.text, new)
            mends.append(
                Mend(f"part {new} instead of {part}", size, change=whole_change(part.value, float(new)))
            )
    return mends


def digits_changed(first: str, second: str) -> int:
    """Return how many digits differ between two numbers, two neighbours exchanged counting
    as one (Damerau 1964).
    """
    rows = [[i + j if i * j == 0 else 0 for j in range(len(second) + 1)] for i in range(len(first) + 1)]
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            change = first[i - 1] != second[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change)
            if i > 1 and j > 1 and first[i - 2 : i] == second[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
