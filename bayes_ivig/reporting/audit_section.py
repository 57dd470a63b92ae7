"""The audit of printed numbers as part of a report."""

import re

from bayes_ivig.reporting import words
from bayes_ivig.reporting.audit_text import DETAILS, check_name
from bayes_ivig.reporting.page import Block, Column, Table, Text
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.reanalysis import Reanalysis

SHORT = 3  # letters: names so short may be words of the sentences


def audit_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return a sentence with the number of checks, and a table each of what is inconsistent and what is so under a condition."""
    audit = reanalysis.audit
    if audit is None or not audit.findings:
        return ()
    wrong, conditional, unknown = audit.of("inconsistent"), audit.of("consistent if"), audit.of("cannot tell")
    agreeing = len(audit) - len(wrong) - len(conditional) - len(unknown)
    sentence = (
        f"{len(audit)} checks of printed numbers against each other and against the counts: {len(wrong)} "
        f"{'is' if len(wrong) == 1 else 'are'} inconsistent, {len(conditional)} consistent under a condition, {agreeing} "
        f"consistent; for {len(unknown)} too little is printed."
    )
    blocks: list[Block] = [Text(sentence)]
    if wrong:
        mended = (Column("Smallest change that would mend it", "long"),)
        rows = tuple((*_row(reanalysis, each), _mend(reanalysis, each)) for each in sorted(wrong, key=_weight))
        lines = tuple(words.first_upper(line) + "." for line in DETAILS)
        caption = "Printed numbers that cannot be true together: results first, then numbers of women, then slips in the text."
        blocks.append(Table(caption, (*_columns(), *mended), rows, lines))
    if conditional:
        told = tuple(_row(reanalysis, each) for each in conditional)
        blocks.append(Table("Printed numbers that agree under a condition.", _columns("Arithmetic and condition"), told))
    return tuple(blocks)


def _weight(finding: Finding) -> int:
    """Return the place of a finding: what bears on a result comes before what bears on the text."""
    places = {"sum": 1, "equal": 1, "participants": 1, "trials": 1, "complement": 2, "percentage": 3}
    return places.get(finding.check, 0)


def _columns(last: str = "What stands against it") -> tuple[Column, ...]:
    return (Column("Subject", "text"), Column("Check", "text"), Column("Printed", "long"), Column(last, "long"))


def _row(reanalysis: Reanalysis, finding: Finding) -> tuple[str, str, str, str]:
    where = f" ({finding.where})" if finding.where else ""
    printed = _plain(f"{finding.printed}{where}".strip()) or words.NONE
    return (
        _titled(reanalysis, words.first_upper(finding.claim)),
        check_name(finding),
        printed,
        _titled(reanalysis, finding.message),
    )


def _mend(reanalysis: Reanalysis, finding: Finding) -> str:
    return _titled(reanalysis, finding.mend) or words.NONE


def _titled(reanalysis: Reanalysis, text: str) -> str:
    """Return a text fit to print, the names of outcomes and of columns as words."""
    said: dict[str, str] = {}
    for outcome in reanalysis.outcomes:
        if "_" in outcome.name or (outcome.about.outcome_title and len(outcome.name) > SHORT):
            title = words.outcome_title(outcome)
            said |= {words.first_upper(outcome.name): title, outcome.name: words.outcome_phrase(outcome) or title}
    if said:
        names = "|".join(re.escape(name) for name in sorted(said, key=len, reverse=True))
        text = re.sub(rf"\b({names})\b", lambda found: said[found.group()], text)
    return _plain(text)


def _plain(text: str) -> str:
    names = {"ci_lower": "lower limit", "ci_upper": "upper limit", "effect_p": "P of the effect", "i2_percent": "I²"}
    names |= {"heterogeneity_p": "P of heterogeneity", "k_estimable": "estimable trials", "I2 ": "I² "}
    for name, said in names.items():
        text = text.replace(name, said)
    return words.name(text)
