"""The sentences of an audit about the effect of a single study."""

from collections.abc import Sequence

from bayes_ivig.formulas.effect_sizes import Measure
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.reporting.audit.claim_words import study as measure_words
from bayes_ivig.reporting.wording import classical, numbers, phrases

CONDITIONS = {
    "half_added": "0.5 is added to every cell because one is 0",
    "half_always": "0.5 is added to every cell",
    "peto": "it is Peto's odds ratio",
    "arms_exchanged": "it is control over treatment",
    "without_event": "it counts the people without the event",
}
type Values = Sequence[tuple[str, float]]


def is_a(measure: str) -> str:
    """Return the condition that the effect is of one measure."""
    return f"it is {measure_words(measure)}"


def of_study(name: str) -> str:
    """Return what must hold for a formula to fit."""
    return CONDITIONS[name]


def with_conditions(found: Sequence[str]) -> str:
    """Return conditions as a sentence."""
    return f"This holds if {phrases.series(list(found))}." if found else ""


def _counts(claim: OtherClaim) -> str:
    r1, n1, r0, n0 = ("?" if count is None else count for count in claim.counts)
    return f"{r1}/{n1} against {r0}/{n0}"


def _effect(claim: OtherClaim, values: Values) -> str:
    decimals = (
        max(
            (printed.decimals for printed in (claim.estimate, claim.ci_lower, claim.ci_upper) if printed),
            default=2,
        )
        + 1
    )
    estimate, lower, upper = (
        numbers.beside_printed(dict(values)[name], decimals) for name in ("estimate", "ci_lower", "ci_upper")
    )
    return f"{estimate} ({lower} to {upper})"


def fits(
    claim: OtherClaim,
    measure: Measure,
    values: Values,
    among: tuple[int, float, float] | None,
) -> str:
    """Say that counts give the printed effect; where events are unknown, how many pairs of them do."""
    effect = f"{measure_words(measure)} of {_effect(claim, values)}"
    if among is None:
        return f"The counts {_counts(claim)} give {effect}."
    count, treatment, control = among
    pair = (
        f"{numbers.whole(treatment)}/{claim.treatment_total} against "
        f"{numbers.whole(control)}/{claim.control_total}"
    )
    return (
        f"{count} pair{'s' if count > 1 else ''} of event counts fit these arm sizes, "
        f"the first {pair}: {effect}."
    )


def another_measure(claim: OtherClaim, measure: Measure) -> str:
    """Say that the number is of another measure than it is called."""
    return f"What is printed as {measure_words(claim.measure)} is {measure_words(measure)}."


def no_formula(claim: OtherClaim, usual: Sequence[tuple[Measure, Values]]) -> str:
    """Say that no measure fits, and what each would be."""
    if not usual:
        return (
            "No numbers of events in arms of these sizes give it, as an odds ratio, risk ratio or risk "
            "difference by the usual formulas, with or without 0.5 added."
        )
    listed = phrases.series(
        [f"{classical.MEASURES[measure]} {_effect(claim, values)}" for measure, values in usual]
    )
    return (
        f"The counts {_counts(claim)} give {listed}; none is what is printed, "
        "with or without 0.5 added, nor Peto's."
    )


def needs_counts(claim: OtherClaim) -> str:
    """Say which counts are missing."""
    return f"The counts are not known well enough to compute it ({_counts(claim)})."


def nothing_printed() -> str:
    """Say that there is nothing to check."""
    return "No estimate or limit is printed."
