"""The sentences of an audit about one pooled result, with the arithmetic in them:
what the other printed numbers imply.
"""

import math
from collections.abc import Sequence

from bayes_ivig.formulas.intervals import Range
from bayes_ivig.inputs.paper.claims import RATIOS, Claim, Printed
from bayes_ivig.reporting.wording import classical, numbers, phrases

NAMES = {
    "estimate": "the estimate",
    "ci_lower": "the lower limit",
    "ci_upper": "the upper limit",
    "effect_p": "the P-value of the effect",
    "i2_percent": "I2",
    "heterogeneity_p": "the P-value of heterogeneity",
    "k": "the number of trials",
    "n": "the number of participants",
}
CUT = "digits were cut off, not rounded"


def span(values: Range, printed: Printed | None) -> str:
    """Return a range with one decimal more than the number it is set against, as ``1.735 to 1.752``."""
    decimals = (printed.decimals if printed is not None else 2) + 1
    lower, upper = (numbers.beside_printed(value, decimals) for value in values)
    return lower if lower == upper else f"{lower} to {upper}"


def p_span(values: Range, printed: Printed | None) -> str:
    """Return a range of p-values, as ``P = 0.138 to 0.144`` or with a bound where it is next to 0."""
    decimals = max(3, (printed.decimals if printed is not None else 2) + 1)
    if values[1] < 0.5 * 10.0**-decimals:
        return f"P < {numbers.beside_printed(10.0**-decimals, decimals)}"
    lower, upper = (numbers.beside_printed(value, decimals) for value in values)
    return f"P = {lower}" if lower == upper else f"P = {lower} to {upper}"


def measure(claim: Claim) -> str:
    """Return the measure in words."""
    return "standardised mean difference" if claim.measure == "SMD" else classical.MEASURES[claim.measure]


def level(claim: Claim) -> str:
    """Return the level as a percentage."""
    return numbers.level(claim.level)


def effect(claim: Claim) -> str:
    """Return estimate, limits and p-value as printed, those that are."""
    limits = [str(limit) if limit else "not printed" for limit in (claim.ci_lower, claim.ci_upper)]
    parts = [f"{claim.measure} {claim.estimate}"] if claim.estimate else []
    parts += [f"{level(claim)} interval {' to '.join(limits)}"] if claim.ci_lower or claim.ci_upper else []
    return ", ".join([*parts, *([numbers.equals("P", str(claim.effect_p))] if claim.effect_p else [])])


def heterogeneity(claim: Claim) -> str:
    """Return I squared, its p-value and the number of trials as printed, those that are."""
    parts = [f"I2 {claim.i2_percent}%"] if claim.i2_percent else []
    parts += [numbers.equals("P", str(claim.heterogeneity_p))] if claim.heterogeneity_p else []
    parts += [f"{claim.k} trials"] if claim.k else []
    return ", ".join([*parts, *([f"{claim.k_estimable} of them estimable"] if claim.k_estimable else [])])


def needs(claim: Claim, fields: Sequence[str], count: int) -> str:
    """Say which numbers a check needs and does not find."""
    missing = [NAMES[field] for field in fields if getattr(claim, field) is None]
    return (
        f"Needs {'all of ' if count > 2 else ''}{phrases.series([NAMES[f] for f in fields])}; not printed: "
        f"{phrases.series(missing)}."
    )


def not_positive(claim: Claim) -> str:
    """Say that a ratio cannot be 0 or less."""
    return f"The {measure(claim)} and its limits must be above 0; printed is {effect(claim)}."


def _scale(claim: Claim) -> str:
    return " on the log scale" if claim.measure in RATIOS else ""


def central(claim: Claim) -> str:
    """Say that an estimate is where it should be."""
    return (
        f"The {measure(claim)} is the middle of its limits{_scale(claim)}, within rounding ({effect(claim)})."
    )


def central_if_cut(claim: Claim) -> str:
    """Say that an estimate is in the middle only if digits were cut off."""
    return f"The {measure(claim)} is the middle of its limits{_scale(claim)} only if {CUT} ({effect(claim)})."


def central_if_natural(claim: Claim) -> str:
    """Say that an estimate is in the middle of its limits as they are printed, not of their logarithms."""
    return (
        f"The {measure(claim)} is the middle of its limits only if they were computed on the scale of the "
        f"ratio itself, not of its logarithm as is usual ({effect(claim)})."
    )


def not_central(claim: Claim, implied: Range | None) -> str:
    """Say that an estimate is not in the middle, and where the middle is."""
    if claim.ci_lower and claim.ci_upper and claim.ci_lower.value > claim.ci_upper.value:
        return (
            f"The lower limit {claim.ci_lower} is above the upper limit {claim.ci_upper} ({effect(claim)})."
        )
    if implied is None:
        return f"The {measure(claim)} lies outside its own limit ({effect(claim)})."
    middle = span(implied, claim.estimate)
    return (
        f"The {measure(claim)} {claim.estimate} is not the middle of {claim.ci_lower} to "
        f"{claim.ci_upper}{_scale(claim)}: the middle of every pair of limits that print so is {middle}. An "
        f"interval that is symmetric{_scale(claim)}, as those of all usual methods are, "
        "cannot belong to this estimate."
    )


def needs_p(claim: Claim) -> str:
    """Say what is missing to compare interval and p-value."""
    if claim.effect_p is None:
        return "No P-value of the effect is printed to hold against the interval."
    return "The P-value needs two positive numbers among the estimate and its limits."


def p_agrees(claim: Claim, implied: Range) -> str:
    """Say that interval and p-value agree."""
    return (
        f"The interval implies {p_span(implied, claim.effect_p)}; printed is "
        f"{numbers.equals('P', str(claim.effect_p))}."
    )


def p_agrees_if(claim: Claim, implied: Range, reference: float, cut: bool) -> str:
    """Say under which condition interval and p-value agree."""
    conditions = (
        []
        if math.isinf(reference)
        else [f"interval and test come from a t distribution with {numbers.stated(reference)} df"]
    )
    conditions += [CUT] if cut else []
    implication = f"The interval then implies {p_span(implied, claim.effect_p)}"
    return (
        f"Agrees with the interval if {' and '.join(conditions)}. {implication}; printed is "
        f"{numbers.equals('P', str(claim.effect_p))}."
    )


def p_disagrees(claim: Claim, implied: Range, excludes: bool | None, one_sided: bool) -> str:
    """Say that interval and p-value exclude each other, and what the interval implies."""
    null = "1" if claim.measure in RATIOS else "0"
    hold = {True: f" The interval excludes {null}.", False: f" The interval includes {null}.", None: ""}[
        excludes
    ]
    half = " The printed P is half of that: it seems to be one-sided." if one_sided else ""
    printed = numbers.equals("P", str(claim.effect_p))
    return (
        f"Estimate and limits, any two of them, imply {p_span(implied, claim.effect_p)}; "
        f"{printed} is printed.{hold}{half}"
    )


def needs_heterogeneity(claim: Claim) -> str:
    """Say what is missing to compare I squared and its p-value."""
    return needs(claim, ("i2_percent", "heterogeneity_p"), 2)


def _from_i2(claim: Claim, k: int, implied: Range) -> str:
    return (
        f"I2 {claim.i2_percent}% with {k} trials means Q on {k - 1} df with "
        f"{p_span(implied, claim.heterogeneity_p)}"
    )


def heterogeneity_agrees(claim: Claim, k: int, implied: Range) -> str:
    """Say that I squared and its p-value agree."""
    return f"{_from_i2(claim, k, implied)}; printed is {numbers.equals('P', str(claim.heterogeneity_p))}."


def heterogeneity_disagrees(claim: Claim, k: int, implied: Range) -> str:
    """Say what I squared implies, and that something else is printed."""
    return f"{_from_i2(claim, k, implied)}; {numbers.equals('P', str(claim.heterogeneity_p))} is printed."


def heterogeneity_if(claim: Claim, k: int, fitting: int, implied: Range, cut: bool) -> str:
    """Say under which condition I squared and its p-value agree."""
    conditions = [] if fitting == k else [f"only {fitting} of the {k} trials are estimable"]
    conditions += [CUT] if cut else []
    return (
        f"They agree if {' and '.join(conditions)} ({fitting - 1} df: "
        f"{p_span(implied, claim.heterogeneity_p)})."
    )


def i2_from_tau2() -> str:
    """Say that some methods compute I squared otherwise."""
    return (
        "They agree for no smaller number of trials either, but may if I2 was computed from tau2 (as with "
        "REML and other estimators) instead of Q; the method is not stated."
    )


def no_fewer_trials(k: int) -> str:
    """Say that leaving trials out does not help."""
    return "Fewer estimable trials do not help." if k > 2 else ""


def fitting_trials(claim: Claim, fitting: Sequence[int]) -> str:
    """Say which numbers of trials would fit where none is printed."""
    if not fitting:
        return "The number of trials is not printed, and none would fit; I2 may have been computed from tau2."
    some = ", ".join(map(str, fitting[:5])) + (" or more" if len(fitting) > 5 else "")
    p = numbers.equals("P", str(claim.heterogeneity_p))
    return (
        f"The number of trials is not printed; I2 {claim.i2_percent}% "
        f"and {p} would fit {some} estimable trials."
    )


def no_number_of_trials(claim: Claim, most: int) -> str:
    """Say that no number of trials fits."""
    p = numbers.equals("P", str(claim.heterogeneity_p))
    return f"I2 {claim.i2_percent}% and {p} belong together for no number of trials up to {most}."


def one_trial(claim: Claim) -> str:
    """Say that one trial has no heterogeneity."""
    return f"One trial alone has no heterogeneity between trials; printed is {heterogeneity(claim)}."


def also_mended(texts: Sequence[str]) -> str:
    """Return the further changes that would mend a finding as a sentence; empty for none."""
    return f"It would also be mended by {', or '.join(texts)}." if texts else ""


def cut_off() -> str:
    """Return the condition that digits were cut off."""
    return CUT


def sentences(*texts: str) -> str:
    """Return texts one after the other, without those that are empty."""
    return " ".join(text for text in texts if text)
