"""An audit as text for a terminal: what cannot be true first,
then what holds under a condition, then the rest.
"""

from collections.abc import Sequence

from bayes_ivig.inputs.paper.other_claims import About
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, notes, paragraph
from bayes_ivig.results.audit import ABOUT, Audit, Finding, Verdict

CHECKS = {
    "centre": "estimate in its interval",
    "interval_p": "interval and P",
    "heterogeneity_p": "I2, trials and P",
    "model_rule": "stated rule",
    "trials": "number of trials",
    "participants": "participants",
    "recomputed": "counts pooled again",
    "percentage": "percentage",
    "sum": "sum",
    "equal": "one number twice",
    "study_effect": "effect of one study",
    "complement": "mirror images",
}
HEADINGS: dict[Verdict, str] = {
    "inconsistent": "Inconsistent: these printed numbers cannot be true together",
    "consistent if": "Consistent under a condition",
    "cannot tell": "Cannot tell",
    "consistent": "Consistent",
}
DETAILS = (
    "every printed number stands for all values that round to it, halves either way; "
    "ranges are compared, never points",
    "inconsistent: no such values are true together, under the conditions that the message names",
    "cause: inconsistent findings that one change of one printed number would mend have one cause, "
    "and count once",
    "other papers: a trial's abstract or a news item (column about of the claims); "
    "counted apart from the paper audited",
    "cut off: further digits dropped instead of rounded",
    "mend: the smallest change of one printed number that would mend it, in units of its last digit; "
    "the error may be another",
)


def audit_text(audit: Audit, width: int = WIDTH) -> str:
    """Return findings grouped by verdict; those that are consistent, and cannot be told, in one line each."""
    if not audit.findings:
        return f"{audit.source}: nothing to check."
    lines: list[str] = []
    for about in ABOUT:
        if audit.counts(about)["checks"]:
            lines += paragraph(f"Audit of {audit.source}, {counted(audit, about)}", width)
    for verdict, heading in HEADINGS.items():
        for about in ABOUT:
            findings = audit.of(verdict, about)
            if findings:
                title = heading if about == "paper" else f"{heading.partition(':')[0]}, in other papers"
                full = verdict in ("inconsistent", "consistent if")
                lines += ["", title, *(_full(findings, width) if full else _short(findings, width))]
    return "\n".join([*lines, "", "Details", *dashes(DETAILS, width)])


def counted(audit: Audit, about: About) -> str:
    """Return how many checks of the paper, or of what others print, came to which verdict,
    and how many causes there are.
    """
    counts = audit.counts(about)
    checks, wrong, causes = counts["checks"], counts["inconsistent"], counts["causes"]
    whose = "the paper audited" if about == "paper" else "what other papers print"
    few = f" with {causes} cause{'' if causes == 1 else 's'}" if causes < wrong else ""
    rest = [f"{counts[verdict]} {verdict}" for verdict in HEADINGS if verdict != "inconsistent"]
    return (
        f"{checks} check{'' if checks == 1 else 's'} of {whose}: {wrong} inconsistent{few}, {', '.join(rest)}"
    )


def same_cause(finding: Finding, before: Sequence[Finding]) -> Finding | None:
    """Return the first of the findings before with the same cause."""
    return (
        next((each for each in before if each.cause == finding.cause), None)
        if finding.cause is not None
        else None
    )


def check_name(finding: Finding) -> str:
    """Return a check in words."""
    return CHECKS.get(finding.check, finding.check)


def _full(findings: tuple[Finding, ...], width: int) -> list[str]:
    lines: list[str] = []
    for position, finding in enumerate(findings):
        where = f" [{finding.where}]" if finding.where else ""
        lines += ["", *paragraph(f"{finding.claim} ({check_name(finding)}){where}", width)]
        lines += paragraph(f"  {finding.message}", width, "  ")
        lines += paragraph(f"  mend: {finding.mend}", width, "        ") if finding.mend else []
        if first := same_cause(finding, findings[:position]):
            lines += paragraph(
                f"  same cause as {first.claim} ({check_name(first)}): one change mends both", width, "  "
            )
    return lines


def _short(findings: tuple[Finding, ...], width: int) -> list[str]:
    """Return one row per finding, the message wrapped."""
    return [
        "",
        *notes(
            [(_clipped(finding.claim), check_name(finding), finding.message) for finding in findings], width
        ),
    ]


def _clipped(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 3].rstrip()}..."
