"""The checks of one pooled result on its own, and the choice of what would mend it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bayes_ivig.analyses.audit.effect import centre, interval_p
from bayes_ivig.analyses.audit.heterogeneity import heterogeneity_p
from bayes_ivig.analyses.audit.numbers import Checked, Mend
from bayes_ivig.inputs.claims import Claim
from bayes_ivig.results.audit import Finding

type Check = Callable[[Claim], Checked]

CHECKS: tuple[Check, ...] = (centre, interval_p, heterogeneity_p)


def check_pooled(claim: Claim, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Return one finding per check of one pooled result."""
    return [with_mend(check(claim), claim, checks) for check in checks]


def with_mend(checked: Checked, claim: Claim, checks: Sequence[Check]) -> Finding:
    """Return the finding with the best of its changes: the one that leaves fewest checks failing, then the smallest."""
    finding, mends = checked.finding, checked.mends
    if finding.verdict != "inconsistent" or not mends:
        return finding
    best = min(mends, key=lambda mend: (_still_failing(mend.applied(claim), checks), mend.units))
    others = _others(best, mends)
    return replace(finding, mend=best.text, message=f"{finding.message}{others}")


def _still_failing(claim: Claim, checks: Sequence[Check]) -> int:
    return sum(check(claim).finding.verdict == "inconsistent" for check in checks)


def _others(best: Mend, mends: Sequence[Mend]) -> str:
    """Return the other single changes as a sentence."""
    texts = list(dict.fromkeys(mend.text for mend in mends if mend.text != best.text))
    return f" It would also be mended by {', or '.join(texts)}." if texts else ""
