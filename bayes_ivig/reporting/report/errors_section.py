"""What the paper prints that cannot be so: in the body what bears on it,
in the appendix all other findings.
"""

from bayes_ivig.reporting.audit.section import audit_appendix, audit_blocks
from bayes_ivig.reporting.document.blocks import Section
from bayes_ivig.reporting.document.pointers import appendix_key, as_appendix, pointing
from bayes_ivig.reporting.evidence.contradictions_section import facts_table
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

KEY = "contradictions"
OTHERS = "Other printed numbers that disagree"


def errors_section(reanalysis: Reanalysis) -> Section | None:
    """Return the printed numbers that cannot be true together, and the statements that the studies
    contradict; None where there are none.
    """
    facts = facts_table(reanalysis)
    blocks = (*audit_blocks(reanalysis), *((facts,) if facts else ()))
    if not blocks:
        return None
    leads = pointing("", "other printed numbers", appendix_key(KEY))
    return Section(KEY, "Errors in the paper: printed numbers that disagree", (*blocks, leads))


def errors_appendix(reanalysis: Reanalysis) -> Section | None:
    """Return what else the audit found; None where that is nothing."""
    blocks = audit_appendix(reanalysis)
    return as_appendix(Section(KEY, OTHERS, blocks), KEY) if blocks else None
