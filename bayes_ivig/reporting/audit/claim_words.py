"""The sentences of an audit about percentages, sums, single studies, mirror images and stated rules."""

from collections.abc import Sequence

from bayes_ivig.formulas.intervals import Range
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.reporting.audit.words import CUT, NAMES, span
from bayes_ivig.reporting.wording import classical, numbers, phrases


def as_printed(claim: OtherClaim) -> str:
    """Return the printed numbers of a claim in short."""
    match claim.kind:
        case "percentage" if claim.printed:
            count = f"{claim.parts[0]} of {claim.total}" if claim.parts else f"of {claim.total}"
            return f"{claim.printed}% ({count})" if claim.total else f"{claim.printed}%"
        case "study_effect" if claim.estimate:
            limits = f" ({claim.ci_lower} to {claim.ci_upper})" if claim.ci_lower and claim.ci_upper else ""
            return f"{claim.measure} {claim.estimate}{limits}".strip()
        case "rule" | "complement":
            return claim.rule
        case _:
            return str(claim.printed or claim.total or "")


def needs_percentage(claim: OtherClaim) -> str:
    """Say what a percentage is to be checked against."""
    if claim.printed is None:
        return "No percentage is printed."
    return (
        "Needs the whole number that it is a percentage of, "
        "and the count as a whole number where it is printed."
    )


def percentage_fits(claim: OtherClaim, counts: Sequence[int], total: int, cut: bool) -> str:
    """Say which counts give a percentage."""
    decimals = (claim.printed.decimals if claim.printed else 0) + 1
    given = phrases.series(
        [f"{count} of {total} ({numbers.percentage(100 * count / total, decimals)})" for count in counts[:3]]
    )
    return f"{given} prints as {claim.printed}%{f' only if {CUT}' if cut else ''}."


def percentage_wrong(claim: OtherClaim, count: int | None, total: int, near: Sequence[int]) -> str:
    """Say what a count really is in percent, or that no whole count gives the printed percentage."""
    decimals = (claim.printed.decimals if claim.printed else 0) + 1
    if count is not None:
        return (
            f"{count} of {total} is {numbers.percentage(100 * count / total, decimals)}, "
            f"not {claim.printed}%."
        )
    nearest = phrases.series(
        [f"{each} ({numbers.percentage(100 * each / total, decimals)})" for each in near]
    )
    return f"No whole number out of {total} is {claim.printed}%; the nearest are {nearest}."


def needs_sum(claim: OtherClaim) -> str:
    """Say what is missing to add up."""
    missing = "The parts are not listed" if not claim.parts else "No total is printed"
    return f"{missing}, so there is nothing to add up."


def _sum(claim: OtherClaim, parts: Range) -> str:
    terms = " + ".join(part.text for part in claim.parts).replace("+ -", "- ")
    middle = numbers.beside_printed(0.5 * (parts[0] + parts[1]), max(part.decimals for part in claim.parts))
    exact = parts[1] - parts[0] < 1e-6 * max(1.0, abs(parts[1]))
    return (
        f"{terms} = {middle}"
        if exact
        else f"{terms} = {middle} (within rounding, {span(parts, claim.parts[0])})"
    )


def sum_right(claim: OtherClaim, parts: Range) -> str:
    """Say that a sum comes out."""
    return f"{_sum(claim, parts)}, as printed."


def sum_right_if(claim: OtherClaim, parts: Range) -> str:
    """Say that a sum comes out if digits were cut off."""
    return f"{_sum(claim, parts)}, as printed only if {CUT}."


def sum_wrong(claim: OtherClaim, parts: Range, wrong: Printed) -> str:
    """Say what the parts add up to."""
    return f"{_sum(claim, parts)}, not {wrong}."


def another_sum(claim: OtherClaim, counts: str, terms: Sequence[int]) -> str:
    """Say that the parts listed are not what a number counts, and which sum is."""
    listed = " + ".join(part.text for part in claim.parts)
    total = " + ".join(map(str, terms))
    return f"Not {listed}, but consistent if it counts {counts}: {total} = {sum(terms)}."


def another_number(counts: str, terms: Sequence[int]) -> str:
    """Say that a number of participants is another sum than that of the arms."""
    return f"It is consistent if it counts {counts}: {' + '.join(map(str, terms))} = {sum(terms)}."


def claimed_elsewhere(subject: str) -> str:
    """Return what another claimed sum counts."""
    return f"what stands as {subject!r}"


def counted_in_arms(what: str, outcome: str, trials: str) -> str:
    """Return what a sum over the arms of the counts counts."""
    people = {"people": "the people of both arms", "events": "the events of both arms"}
    arm = what.removesuffix(" people").removesuffix(" events")
    which = people.get(what, f"the {'people' if what.endswith('people') else 'events'} of the {arm} arms")
    return f"{which} in the table of counts{f' of {outcome}' if outcome else ''} (trial set {trials!r})"


def column_of(column: str, outcome: str, trials: str) -> str:
    """Return what a sum over a column of the counts counts."""
    return (
        f"the column {column!r} of the table of counts{f' of {outcome}' if outcome else ''} (trial set "
        f"{trials!r})"
    )


def equal_right(printed: Sequence[Printed]) -> str:
    """Say that numbers which should be one are."""
    return f"{phrases.series([str(each) for each in printed])} can be one number."


def equal_wrong(printed: Sequence[Printed]) -> str:
    """Say that numbers which should be one are not."""
    return f"{phrases.series(list(dict.fromkeys(str(each) for each in printed)))} should be one number."


def mirrored(first: Claim, second: Claim, compared: Sequence[str]) -> str:
    """Say that two outcomes are mirror images as far as printed."""
    names = phrases.series([NAMES[name] for name in compared])
    return f"{first.outcome} and {second.outcome} agree as mirror images in {names}."


def not_mirrored(first: Claim, second: Claim, field: str, other: str, implied: Range | Printed | int) -> str:
    """Say where two outcomes are no mirror images: what one of them implies for the other."""
    one, two = getattr(first, field), getattr(second, other)
    expected = span(implied, two) if isinstance(implied, tuple) else implied
    return (
        f"{phrases.first_upper(NAMES[field])} is {one} for {first.outcome}, so {NAMES[other]} of its mirror "
        f"image {second.outcome} must be {expected}; {two} is printed."
    )


def study(measure: str) -> str:
    """Return a measure with its article."""
    name = classical.MEASURES[measure]
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def no_total() -> str:
    """Say that there is nothing to be a percentage of."""
    return "There is no percentage of a total of 0."


def needs_two() -> str:
    """Say what is to be compared with what."""
    return "Needs two printed numbers that should be one."


def needs_outcomes(names: Sequence[str]) -> str:
    """Say which outcomes a pair of mirror images can be of."""
    return f"Needs two outcomes among the claims by their names, which are {', '.join(names) or 'none'}."


def nothing_implied() -> str:
    """Say that no number of one outcome can be compared with one of the other."""
    return "No number is printed for both that one of them implies for the other."


def agree_if_cut_off() -> str:
    """Say of two numbers that disagree when they would not."""
    return f"They agree if {CUT}."


def one_number() -> str:
    """Say why two numbers must be printed alike."""
    return "It is one number, and one rule of rounding prints it alike."


def both(first: Printed | int, second: Printed | int) -> str:
    """Return two numbers as printed."""
    return f"{first} and {second}"
