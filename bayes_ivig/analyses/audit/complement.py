"""Mirror images: an outcome and its opposite, counted from the same tables,
whose printed numbers determine each other.

Swapping events and non-events turns an odds ratio into its reciprocal and a risk difference into its
negative, with the limits exchanged; Q, I squared and both p-values stay (for every method that adds the same
amount to all four cells, or none). A risk ratio has no such symmetry: there, only trials and participants are
compared.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bayes_ivig.analyses.audit.arithmetic import finding
from bayes_ivig.analyses.audit.printed import change_of, nearest, printed_range
from bayes_ivig.formulas.intervals import Range, overlap
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.coded import coded

MIRRORED = {"estimate": "estimate", "ci_lower": "ci_upper", "ci_upper": "ci_lower"}
SAME = ("i2_percent", "heterogeneity_p", "effect_p")
COUNTED = ("k", "n")
SYMMETRIC = ("OR", "RD")


def complement(pair: OtherClaim, claims: Sequence[Claim]) -> list[Finding]:
    """Return the findings about two outcomes that a row calls mirror images,
    one per number that does not fit.
    """
    mirrored = two_named(pair, claims)
    if mirrored is None:
        names = tuple(dict.fromkeys(claim.outcome for claim in claims))
        return [finding(pair, "cannot tell", coded("needs_outcomes", names))]
    first, second = mirrored
    wrong = [*_mirrored(pair, first, second), *_same(pair, first, second), *_counted(pair, first, second)]
    if wrong:
        return wrong
    compared = [name for name in (*MIRRORED, *SAME) if _comparable(first, second, name)]
    compared += [name for name in COUNTED if getattr(first, name) and getattr(second, name)]
    if not compared:
        return [finding(pair, "cannot tell", coded("nothing_implied"))]
    return [finding(pair, "consistent", coded("mirrored", first, second, compared))]


def two_named(pair: OtherClaim, claims: Sequence[Claim]) -> tuple[Claim, Claim] | None:
    """Return the two claims whose outcomes a row names in its parts or its subject,
    in the order of their names there.
    """
    text = pair.rule or pair.subject
    whole = {claim.outcome: re.search(rf"(?<!\w){re.escape(claim.outcome)}(?!\w)", text) for claim in claims}
    names = sorted((name for name, place in whole.items() if place), key=lambda name: whole[name].start())  # type: ignore[union-attr]
    if len(names) != 2:
        return None
    first, second = (next(claim for claim in claims if claim.outcome == name) for name in names)
    return first, second


def same_number(first: Printed, second: Printed) -> bool:
    """Whether two printed numbers may be one: with as many decimals they must be printed alike,
    else their ranges meet.
    """
    if first.bound == second.bound == "" and first.decimals == second.decimals:
        return Decimal(repr(first.value)) == Decimal(repr(second.value))
    return overlap(printed_range(first), printed_range(second))


def mirror(measure: str, values: Range) -> Range:
    """Return the range of the mirrored effect: reciprocal for odds ratios, negative for differences."""
    lower, upper = values
    if measure == "RD":
        return -upper, -lower
    return (1 / upper if upper > 0 else float("inf")), (1 / lower if lower > 0 else float("inf"))


def _comparable(first: Claim, second: Claim, field: str) -> bool:
    alike = first.measure == second.measure and first.measure in SYMMETRIC and first.level == second.level
    return (
        alike
        and getattr(first, field) is not None
        and getattr(second, MIRRORED.get(field, field)) is not None
    )


def _mirrored(pair: OtherClaim, first: Claim, second: Claim) -> list[Finding]:
    """Return what is wrong with estimate and limits."""
    wrong = []
    for field, other in MIRRORED.items():
        if not _comparable(first, second, field):
            continue
        one, two = getattr(first, field), getattr(second, other)
        expected = mirror(first.measure, printed_range(one))
        cut = mirror(first.measure, printed_range(one, True))
        if overlap(expected, printed_range(two)):
            continue
        reason = coded("not_mirrored", first, second, field, other, expected)
        wrongly = replace(finding(pair, "inconsistent", reason), looked_at=coded("both", one, two))
        if overlap(cut, printed_range(two, True)):
            conditional = coded("sentences", reason, coded("agree_if_cut_off"))
            wrongly = replace(wrongly, verdict="consistent if", reason=conditional)
        elif moved := nearest(two, expected):
            turned = mirror(first.measure, printed_range(two))
            changes = change_of(second, other, expected), change_of(first, field, turned)
            wrongly = replace(wrongly, mend=_mend(second, other, moved[0], two), changes=changes)
        wrong.append(wrongly)
    return wrong


def _same(pair: OtherClaim, first: Claim, second: Claim) -> list[Finding]:
    """Return what is wrong with I squared and the p-values, which are the same numbers twice."""
    wrong = []
    for field in SAME:
        if not _comparable(first, second, field):
            continue
        one, two = getattr(first, field), getattr(second, field)
        if not same_number(one, two):
            reason = coded("not_mirrored", first, second, field, field, one)
            other = coded("also_mended", [_mend(first, field, str(two), one)])
            differing = finding(pair, "inconsistent", coded("sentences", reason, coded("one_number"), other))
            changes = (
                change_of(second, field, printed_range(one)),
                change_of(first, field, printed_range(two)),
            )
            mend = _mend(second, field, str(one), two)
            wrong.append(replace(differing, mend=mend, looked_at=coded("both", one, two), changes=changes))
    return wrong


def _counted(pair: OtherClaim, first: Claim, second: Claim) -> list[Finding]:
    """Return what is wrong with the numbers of trials and participants."""
    wrong = []
    for field in COUNTED:
        one, two = getattr(first, field), getattr(second, field)
        if one and two and one != two:
            reason = coded("not_mirrored", first, second, field, field, one)
            mend = f"{field} of {second.outcome} {one} instead of {two}"
            changes = change_of(second, field, (one, one)), change_of(first, field, (two, two))
            differing = finding(pair, "inconsistent", reason)
            wrong.append(replace(differing, mend=mend, looked_at=coded("both", one, two), changes=changes))
    return wrong


def _mend(claim: Claim, field: str, text: str, printed: Printed) -> str:
    return f"{field} of {claim.outcome} {text} instead of {printed}"
