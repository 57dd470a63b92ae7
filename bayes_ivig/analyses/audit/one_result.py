"""The checks of one pooled result on its own, and the choice of what would mend it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bayes_ivig.analyses.audit.effect import centre, interval_p
from bayes_ivig.analyses.audit.heterogeneity import heterogeneity_p
from bayes_ivig.analyses.audit.printed import Checked, Mend
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.coded import Coded, coded

type Check = Callable[[Claim], Checked]

CHECKS: tuple[Check, ...] = (centre, interval_p, heterogeneity_p)


def check_pooled(claim: Claim, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Return one finding per check of one pooled result, an inconsistent one with what would mend it."""
    checked = [check(claim) for check in checks]
    mends = list(dict.fromkeys(mend for each in checked if _wrong(each) for mend in each.mends))
    after = {mend: [_wrong(check(mend.applied(claim))) for check in checks] for mend in mends}
    return [
        _mended(each, position, after) if _wrong(each) else each.finding
        for position, each in enumerate(checked)
    ]


def _wrong(checked: Checked) -> bool:
    return checked.finding.verdict == "inconsistent"


def _mended(checked: Checked, position: int, after: dict[Mend, list[bool]]) -> Finding:
    """Return the finding with the best change that mends it:
    the one that leaves fewest checks failing, then the smallest.

    ``after`` says per change which checks still fail; a change that another check suggests counts too.
    """
    helping = [mend for mend, failing in after.items() if not failing[position]]
    if not helping:
        return checked.finding
    best = min(helping, key=lambda mend: (sum(after[mend]), mend.units))
    reason = coded("sentences", checked.finding.reason, _others(best, checked.mends))
    changes = tuple(mend.change for mend in helping if mend.change is not None)
    return replace(checked.finding, mend=best.text, reason=reason, changes=changes)


def _others(best: Mend, mends: Sequence[Mend]) -> Coded:
    """Return the other single changes as a sentence, one per number."""
    texts = {mend.text.partition(" ")[0]: mend.text for mend in reversed(mends)}
    texts.pop(best.text.partition(" ")[0], None)
    return coded("also_mended", list(reversed(texts.values())))
