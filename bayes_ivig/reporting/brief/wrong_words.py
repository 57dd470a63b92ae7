"""What was found wrong in the paper, a line for each cause; and what the brief does not say."""

from collections.abc import Iterator

from bayes_ivig.reporting.audit.section import titled, weight
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.audit import Finding
from bayes_ivig.results.brief.brief import Brief
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Line = tuple[Part, ...] | str

MOST = 4
SECTION = "contradictions"


def wrong_lines(reanalysis: Reanalysis, brief: Brief) -> tuple[Line, ...]:
    """Return one line for each cause of what is inconsistent in the paper, those that bear on a result
    first, at most four; empty where nothing was audited.
    """
    found: list[Line] = [_compares_nothing(reanalysis, name) for name in brief.verdict.compared_nothing]
    if reanalysis.audit is None:
        return tuple(found)
    causes: dict[int | None, Finding] = {}
    for finding in sorted(reanalysis.audit.of("inconsistent", "paper"), key=weight):
        causes.setdefault(finding.cause, finding)
    found += [_line(reanalysis, each) for each in causes.values()]
    if not found:
        return ("No printed number that was checked contradicts another.",)
    more = len(found) - MOST
    if more <= 0:
        return tuple(found)
    rest = Link(f"{phrases.first_upper(phrases.small(more + 1))} more", SECTION)
    return (*found[: MOST - 1], (rest, "."))


def _line(reanalysis: Reanalysis, finding: Finding) -> str:
    """Return the subject and the first sentence of the arithmetic."""
    subject = titled(reanalysis, phrases.first_upper(finding.claim)).replace("_", " ")
    first = titled(reanalysis, finding.message).partition(". ")[0].removesuffix(".")
    first = first.partition(": the middle of every")[0]
    return f"{subject}: {phrases.lower_first(first)}."


def _compares_nothing(reanalysis: Reanalysis, name: str) -> str:
    treatment = phrases.name(reanalysis.about.treatment)
    return f"{phrases.name(name)}, pooled, compares {treatment} with nothing else."


def limit_lines(reanalysis: Reanalysis, outcome: CountsOutcome | SummaryOutcome) -> tuple[Line, ...]:
    """Return the few limits that a reader of the brief must know."""
    return tuple(_limits(reanalysis, outcome))


def _limits(reanalysis: Reanalysis, outcome: CountsOutcome | SummaryOutcome) -> Iterator[Line]:
    judged = outcome.about.judgements
    if judged is None or judged.certainty is None or judged.certainty.overall is None:
        yield "Certainty of the evidence (GRADE): not judged."
    if isinstance(outcome, CountsOutcome):
        remade = [study for study, known, _ in outcome.provenance if "reconstructed" in known]
        if remade:
            yield f"Counts reconstructed: {phrases.names(remade)}."
    else:
        yield "No counts are known of this outcome."
    if not outcome.about.event:
        yield "Which direction is good is not stated, so no benefit is named."
    problems = len(reanalysis.problems)
    if problems:
        yield f"{phrases.first_upper(phrases.small(problems))} checks of the fits were not passed."
