"""What was found wrong in the paper, a line for each cause; and what the brief does not say."""

from collections.abc import Iterator, Sequence

from bayes_ivig.reporting.audit.section import titled, weight
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.evidence.contradictions_section import SHARE, facts_table
from bayes_ivig.reporting.evidence.table import records
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.brief.brief import Brief
from bayes_ivig.results.brief.verdict import main_outcome
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Line = tuple[Part, ...] | str

MOST = 4
SECTION = "contradictions"

type Counted = tuple[Line, int]  # a line, and how many rows of the report's tables it stands for


def wrong_lines(reanalysis: Reanalysis, brief: Brief) -> tuple[Line, ...]:
    """Return what was found wrong in the paper, what bears on all of its trials first, at most four lines and
    how many more rows the report has; empty where nothing was audited and nothing else found.
    """
    facts = facts_table(reanalysis)
    audited = reanalysis.audit.of("inconsistent", "paper") if reanalysis.audit else ()
    found = [*_of_studies(reanalysis, brief), *_of_numbers(reanalysis, audited)]
    if not found:
        return ("No printed number that was checked contradicts another.",) if reanalysis.audit else ()
    shown = [line for line, _ in found[:MOST]]
    rows = len(audited) + (len(facts.rows) if facts else 0)
    more = rows - sum(count for _, count in found[:MOST])
    if more <= 0:
        return tuple(shown)
    link = Link(f"{phrases.first_upper(phrases.small(more))} more", SECTION)
    return (*shown, (link, f", of {phrases.small(rows)} in all."))


def _of_studies(reanalysis: Reanalysis, brief: Brief) -> Iterator[Counted]:
    """Give what the studies contradict: who took part, how groups were formed, what was compared."""
    studies = records(reanalysis, "characteristics")
    subgroup = reanalysis.about.subgroup
    if subgroup is not None:
        counted = [row[subgroup.counted] for row in studies if row.get(subgroup.counted, "").isdigit()]
        shares = [
            float(row[subgroup.share]) for row in studies if SHARE.fullmatch(row.get(subgroup.share, ""))
        ]
        whole = sum(share >= 1 for share in shares)
        if counted and whole < len(shares):
            yield (
                f"{numbers.count(sum(map(int, counted)))} {phrases.name(subgroup.people)} in "
                f"{phrases.small(len(counted))} {'study' if len(counted) == 1 else 'studies'}: "
                f"{f'only {phrases.small(whole)}' if whole else 'none'} had such "
                f"{phrases.name(reanalysis.about.words.people)} alone.",
                1,
            )
    cells = [row.get("randomised", "") for row in studies]
    known = cells.count("yes")
    if known + cells.count("no") + cells.count("unclear") == len(cells) > known:
        every = (
            f"{phrases.first_upper(phrases.every(len(cells)))} are" if len(cells) > 1 else "The one study is"
        )
        yield f"{every} called randomised; {_known(known)} known to be.", 1
    listed = {row["study"] for row in studies if row.get("comparator_class") == "not_a_control"}
    for name in brief.verdict.compared_nothing:
        yield _compares_nothing(reanalysis, name), int(name in listed)


def _known(count: int) -> str:
    """Return how many, with the verb."""
    return f"{phrases.small(count) if count else 'none'} {'is' if count < 2 else 'are'}"


def _of_numbers(reanalysis: Reanalysis, audited: Sequence[Finding]) -> Iterator[Counted]:
    """Give a line for each subject whose printed numbers contradict each other, results first."""
    by_claim: dict[str, list[Finding]] = {}
    for finding in sorted(audited, key=weight):
        by_claim.setdefault(finding.claim, []).append(finding)
    for claim, findings in by_claim.items():
        subject = titled(reanalysis, phrases.first_upper(claim)).replace("_", " ")
        yield f"{subject}: {_said(reanalysis, findings[0])}.", 1


def _said(reanalysis: Reanalysis, finding: Finding) -> str:
    """Return the first sentence of the arithmetic."""
    first = titled(reanalysis, finding.message).partition(". ")[0].removesuffix(".")
    return phrases.lower_first(first.partition(": the middle of every")[0])


def _compares_nothing(reanalysis: Reanalysis, name: str) -> str:
    """Return that a trial was pooled without comparing anything, in the words of its description."""
    about = main_outcome(reanalysis).about
    cell = dict(about.comparisons.cells).get(name, "")
    said = f"\N{LEFT DOUBLE QUOTATION MARK}{cell}\N{RIGHT DOUBLE QUOTATION MARK}"
    return f"{phrases.name(name)} was pooled: {said if cell else 'it compares nothing'}."


def limit_lines(reanalysis: Reanalysis, outcome: CountsOutcome | SummaryOutcome) -> tuple[Line, ...]:
    """Return the few limits that a reader of the brief must know."""
    return tuple(_limits(reanalysis, outcome))


def _limits(reanalysis: Reanalysis, outcome: CountsOutcome | SummaryOutcome) -> Iterator[Line]:
    if isinstance(outcome, CountsOutcome):
        remade = [study for study, known, _ in outcome.provenance if "reconstructed" in known]
        if remade:
            of = outcomes.phrase(outcome)
            named = f"{of}, " if of else ""
            yield f"Counts worked back from publications: {named}{phrases.names(remade)}."
    else:
        yield "No counts are known of this outcome."
    if not outcome.about.event:
        yield "Which direction is good is not stated, so no benefit is named."
    problems = len(reanalysis.problems)
    if problems:
        checks = "check of the fits was" if problems == 1 else "checks of the fits were"
        yield f"{phrases.first_upper(phrases.small(problems))} {checks} not passed."
