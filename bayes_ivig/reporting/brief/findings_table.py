"""The brief's summary of findings: how many of 100 people, in words."""

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import Row
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.reporting.wording.per_thousand import AbsoluteRow
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

MOST = 8  # rows of the main outcome
OF = 100
CONTROL = (
    "The number with {control} is the median over the outcome's control arms, taken as known; the effect is "
    "taken to be the same at every such number. In brackets 95% credible intervals."
)


def findings_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per comparison or trial set of the main outcome, then one per other outcome;
    None where no number of people is known.
    """
    rows = [*_main_rows(reanalysis), *_other_rows(reanalysis)]
    if not rows:
        return None
    columns = (Column("Outcome", "text"), Column(f"Of {OF} people", "long"))
    control = phrases.name(reanalysis.about.control)
    lines = (CONTROL.format(control=control), "Certainty of the evidence: not judged.")
    return Table(f"What the effects mean for {OF} people.", columns, tuple(rows), lines)


def _main_rows(reanalysis: Reanalysis) -> list[Row]:
    """Return the rows of the outcome that the report is about first."""
    main = outcomes.main_outcome(reanalysis)
    found = [each for each in reanalysis.findings if main and each.outcome == main.name]
    return [_row(reanalysis, each) for each in found[:MOST] if each.effects]


def _other_rows(reanalysis: Reanalysis) -> list[Row]:
    """Return a row for each other outcome: all its trials, or the first reading of what was published."""
    main = outcomes.main_outcome(reanalysis)
    first: dict[str, Finding] = {}
    for each in reanalysis.findings:
        if main is None or each.outcome != main.name:
            first.setdefault(each.outcome, each)
    return [_row(reanalysis, each) for each in first.values() if each.effects]


def _row(reanalysis: Reanalysis, finding: Finding) -> Row:
    assert finding.main is not None
    return _label(reanalysis, finding), of_100(
        finding.about, finding.row(finding.main), _people(finding.about)
    )


def of_100(about: About, row: AbsoluteRow, people: str) -> str:
    """Return how many of 100 have the event, with control and with treatment, as a clause."""
    control, treated, lower, upper = (
        numbers.of_100(OF * row[name] / PER)
        for name in ("control_per_1000", "treated_per_1000", "treated_lower", "treated_upper")
    )
    arms = phrases.name(about.control), phrases.name(about.treatment)
    return f"of {OF} {people}, {control} with {arms[0]} and {treated} ({lower} to {upper}) with {arms[1]}"


def _people(about: About) -> str:
    """Return whom the events are counted among."""
    return phrases.name(about.denominator or about.words.people)


def _label(reanalysis: Reanalysis, finding: Finding) -> str:
    outcome = reanalysis.outcome(finding.outcome)
    title = outcomes.title(outcome)
    if isinstance(outcome, CountsOutcome):
        result = outcome.trial_set(finding.trials)
        return marked(f"{title}, {outcomes.set_phrase(result, outcome)}", result.posterior.k_informative)
    reading = phrases.lower_first(READINGS.get(finding.reading, finding.reading))
    return f"{title}, {finding.known_from}: {reading}"
