"""Which findings have one cause: the fewest single changes of printed numbers that would mend them all.

A finding knows the changes that would mend it, each a printed number and the values that would do. Two
outcomes that are mirror images print every number twice, so that a change of the one is the same change of
the other. Findings are shared out among changes from the change that mends most of them downwards (the greedy
cover of Chvatal 1979); a finding that no single change mends is a cause of its own. Only findings about the
same paper share one.
"""

from collections.abc import Sequence
from dataclasses import replace

from bayes_ivig.analyses.audit.complement import COUNTED, MIRRORED, SAME, mirror
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.results.audit import Change, Finding

type Pairs = Sequence[tuple[Claim, Claim]]


def with_causes(findings: Sequence[Finding], pairs: Pairs = ()) -> tuple[Finding, ...]:
    """Return the findings, the inconsistent ones with the number of their cause:
    1 for that of the first, and so on.
    """
    wrong = [position for position, finding in enumerate(findings) if finding.verdict == "inconsistent"]
    changes = {
        position: [_as_first(change, pairs) for change in findings[position].changes] for position in wrong
    }
    left, groups = set(wrong), []
    while left:
        best: set[int] = set()
        for position in sorted(left):
            alone = [{position}]
            shared = [
                _mended(change, findings[position].about, left, changes, findings)
                for change in changes[position]
            ]
            best = max([best, *alone, *shared], key=len)  # the first of the largest
        groups.append(best)
        left -= best
    ordered = sorted(groups, key=min)
    cause = {position: number for number, group in enumerate(ordered, 1) for position in group}
    return tuple(replace(finding, cause=cause.get(position)) for position, finding in enumerate(findings))


def _mended(
    change: Change, about: str, left: set[int], changes: dict[int, list[Change]], findings: Sequence[Finding]
) -> set[int]:
    """Return the findings left that one change mends."""
    return {
        position
        for position in left
        if findings[position].about == about and any(_one(change, other) for other in changes[position])
    }


def _one(first: Change, second: Change) -> bool:
    """Whether one new value of one printed number would do for both."""
    return first.number == second.number and first.low <= second.high and second.low <= first.high


def _as_first(change: Change, pairs: Pairs) -> Change:
    """Return a change of a mirror image as that of the outcome named first; others as they are."""
    for first, second in pairs:
        outcome, _, field = change.number.rpartition(".")
        if outcome != second.outcome:
            continue
        if field in (*SAME, *COUNTED):
            return replace(change, number=f"{first.outcome}.{field}")
        if field in MIRRORED and first.measure == second.measure:
            low, high = mirror(first.measure, (change.low, change.high))
            return Change(f"{first.outcome}.{MIRRORED[field]}", low, high)
    return change
