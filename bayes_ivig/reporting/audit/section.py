"""The audit of printed numbers as part of a report."""

import re
from collections.abc import Mapping, Sequence

from bayes_ivig.inputs.paper.other_claims import About
from bayes_ivig.reporting.audit.text import DETAILS, check_name, same_cause
from bayes_ivig.reporting.document.blocks import Block, Column, Table, Text
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.audit import Audit, Finding
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

SHORT = 3  # letters: names so short may be words of the sentences


def audit_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return what the checks of the paper found: a sentence with their numbers,
    and a table of what is inconsistent.
    """
    audit = reanalysis.audit
    if audit is None or not audit.findings:
        return ()
    return (*_said(audit, "paper"), *_wrong_tables(reanalysis, audit, "paper"))


def audit_appendix(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the same for numbers that other papers print, and a table of what is consistent
    under a condition.
    """
    audit = reanalysis.audit
    if audit is None or not audit.findings:
        return ()
    blocks = [*_said(audit, "other"), *_wrong_tables(reanalysis, audit, "other")]
    if conditional := audit.of("consistent if"):
        rows = tuple(_row(reanalysis, each) for each in conditional)
        blocks.append(
            Table("Printed numbers that agree under a condition.", _columns("Arithmetic and condition"), rows)
        )
    return tuple(blocks)


def audit_sentence(audit: Audit, about: About) -> str:
    """Return what came out of the checks of the paper, or of what other papers print;
    empty where nothing was checked.
    """
    counts = audit.counts(about)
    return _sentence(counts, about) if counts["checks"] else ""


def _said(audit: Audit, about: About) -> list[Block]:
    sentence = audit_sentence(audit, about)
    return [Text(sentence)] if sentence else []


def _wrong_tables(reanalysis: Reanalysis, audit: Audit, about: About) -> list[Block]:
    wrong = audit.of("inconsistent", about)
    return [_wrong_table(reanalysis, sorted(wrong, key=weight), about)] if wrong else []


def _sentence(found: Mapping[str, int], about: About) -> str:
    wrong, causes, checks = found["inconsistent"], found["causes"], found["checks"]
    of = {
        "paper": "of the paper's printed numbers against each other and against the counts",
        "other": (
            "of numbers that other papers print (abstracts of trials, a news item), which are counted apart"
        ),
    }[about]
    few = f", with {phrases.small(causes)} cause{'' if causes == 1 else 's'}," if causes < wrong else ""
    return (
        f"{checks} check{'' if checks == 1 else 's'} {of}: "
        f"{wrong} {'is' if wrong == 1 else 'are'} inconsistent{few}"
        f"{'' if few else ','} {found['consistent if']} consistent under a condition, {found['consistent']} "
        f"consistent; for {found['cannot tell']} too little is printed."
    )


def _wrong_table(reanalysis: Reanalysis, wrong: Sequence[Finding], about: About) -> Table:
    """Return one row per inconsistent finding; one whose cause stands above says so."""
    rows = []
    for position, finding in enumerate(wrong):
        first = same_cause(finding, wrong[:position])
        shared = (
            f"; the cause is that of the row {titled(reanalysis, first.claim)}, {check_name(first)}"
            if first
            else ""
        )
        rows.append((*_row(reanalysis, finding), f"{_mend(reanalysis, finding)}{shared}"))
    captions = {
        "paper": (
            "Printed numbers that cannot be true together: results first, then numbers of "
            f"{reanalysis.about.words.people}, then slips in the text."
        ),
        "other": (
            "Numbers in other papers that cannot be true together; "
            "nothing against the paper that is reanalysed."
        ),
    }
    columns = (*_columns(), Column("Smallest change that would mend it, within rounding", "long"))
    return Table(
        captions[about], columns, tuple(rows), tuple(phrases.first_upper(line) + "." for line in DETAILS)
    )


def weight(finding: Finding) -> int:
    """Return the place of a finding: what bears on a result comes before what bears on the text."""
    places = {"sum": 1, "equal": 1, "participants": 1, "trials": 1, "complement": 2, "percentage": 3}
    return places.get(finding.check, 0)


def _columns(last: str = "What stands against it") -> tuple[Column, ...]:
    return (
        Column("Subject", "text"),
        Column("Check", "text"),
        Column("Printed", "long"),
        Column(last, "long"),
    )


def _row(reanalysis: Reanalysis, finding: Finding) -> tuple[str, str, str, str]:
    where = f" ({finding.where})" if finding.where else ""
    printed = _plain(f"{finding.printed}{where}".strip()) or numbers.NONE
    return (
        titled(reanalysis, phrases.first_upper(finding.claim)),
        check_name(finding),
        printed,
        titled(reanalysis, finding.message),
    )


def _mend(reanalysis: Reanalysis, finding: Finding) -> str:
    return titled(reanalysis, finding.mend) or numbers.NONE


def titled(reanalysis: Reanalysis, text: str) -> str:
    """Return a text fit to print, the names of outcomes and of columns as words."""
    titles: dict[str, str] = {}
    for outcome in reanalysis.outcomes:
        if "_" in outcome.name or (outcome.about.outcome_title and len(outcome.name) > SHORT):
            title = outcomes.title(outcome)
            titles |= {
                phrases.first_upper(outcome.name): title,
                outcome.name: outcomes.phrase(outcome) or title,
            }
    if titles:
        names = "|".join(re.escape(name) for name in sorted(titles, key=len, reverse=True))
        text = re.sub(rf"\b({names})\b", lambda match: titles[match.group()], text)
    return _plain(text)


def _plain(text: str) -> str:
    names = {
        "ci_lower": "lower limit",
        "ci_upper": "upper limit",
        "effect_p": "P of the effect",
        "i2_percent": "I²",
    }
    names |= {"heterogeneity_p": "P of heterogeneity", "k_estimable": "estimable trials", "I2 ": "I² "}
    for name, readable in names.items():
        text = text.replace(name, readable)
    return phrases.name(text)
