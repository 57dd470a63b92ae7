"""An audit as text for a terminal: what cannot be true first, then what holds under a condition, then the rest."""

from bayes_ivig.reporting.terminal import WIDTH, dashes, notes, paragraph
from bayes_ivig.results.audit import Audit, Finding, Verdict

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
    "every printed number stands for all values that round to it, halves either way; ranges are compared, never points",
    "inconsistent: no such values are true together, under the conditions that the message names",
    "cut off: further digits dropped instead of rounded",
    "mend: the smallest change of one printed number that would mend it, in units of its last digit; the error may be another",
)


def audit_text(audit: Audit, width: int = WIDTH) -> str:
    """Return findings grouped by verdict; those that are consistent, and cannot be told, in one line each."""
    if not audit.findings:
        return f"{audit.source}: nothing to check."
    counted = ", ".join(f"{len(audit.of(verdict))} {verdict}" for verdict in HEADINGS)
    lines = paragraph(f"Audit of {audit.source}: {len(audit)} checks: {counted}", width)
    for verdict, heading in HEADINGS.items():
        found = audit.of(verdict)
        if found:
            lines += [
                "",
                heading,
                *(_full(found, width) if verdict in ("inconsistent", "consistent if") else _short(found, width)),
            ]
    return "\n".join([*lines, "", "Details", *dashes(DETAILS, width)])


def check_name(finding: Finding) -> str:
    """Return a check in words."""
    return CHECKS.get(finding.check, finding.check)


def _full(found: tuple[Finding, ...], width: int) -> list[str]:
    lines: list[str] = []
    for finding in found:
        where = f" [{finding.where}]" if finding.where else ""
        lines += ["", *paragraph(f"{finding.claim} ({check_name(finding)}){where}", width)]
        lines += paragraph(f"  {finding.message}", width, "  ")
        lines += paragraph(f"  mend: {finding.mend}", width, "        ") if finding.mend else []
    return lines


def _short(found: tuple[Finding, ...], width: int) -> list[str]:
    """Return one row per finding, the message wrapped."""
    return ["", *notes([(_clipped(finding.claim), check_name(finding), finding.message) for finding in found], width)]


def _clipped(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 3].rstrip()}..."
