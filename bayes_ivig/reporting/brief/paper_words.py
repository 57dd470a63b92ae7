"""What a paper printed, in a few words."""

from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.reporting.wording import classical, numbers


def printed_by(claim: Claim | None) -> str:
    """Return a published effect as it is printed; empty where no estimate is."""
    if claim is None or not claim.estimate:
        return ""
    name = classical.MEASURES.get(claim.measure, "effect")
    one = f"{'an' if name[0] in 'aeiou' else 'a'} {name} of {claim.estimate}"
    if not (claim.ci_lower and claim.ci_upper):
        return one
    return f"{one} ({numbers.level(claim.level, 6)} confidence interval {claim.ci_lower} to {claim.ci_upper})"
