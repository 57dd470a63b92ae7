"""The brief's summary of findings: how many of 100 people, in words, and how certain somebody judged it."""

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.judgements.judged import Certainty
from bayes_ivig.reporting.brief.comparison_words import compared
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import Row
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.reporting.wording.per_thousand import AbsoluteRow
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.benefit.zones import absolute_row
from bayes_ivig.results.comparisons.by_comparison import ComparisonResult
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

MOST = 8  # rows of the main outcome
OF = 100
NOT_JUDGED = "not judged"
CONTROL = (
    "The number with {control} is the median over the outcome's control arms, taken as known; the effect is "
    "taken to be the same at every such number. In brackets 95% credible intervals."
)


def findings_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per comparison or trial set of the main outcome, then one per other outcome;
    None where no number of people is known.

    There is a column of the certainty of the evidence where somebody judged that of an outcome.
    """
    others = _others(reanalysis)
    rows = [*_main_rows(reanalysis), *(_row(reanalysis, each) for each in others)]
    if not rows:
        return None
    columns = [Column("Outcome", "text"), Column(f"Of {OF} people", "long"), Column("Certainty", "short")]
    if all(row[-1] == NOT_JUDGED for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    control = CONTROL.format(control=phrases.name(reanalysis.about.control))
    lines = (
        control,
        *_readings(reanalysis, others),
        *(_judged(reanalysis) or (f"Certainty of the evidence: {NOT_JUDGED}.",)),
    )
    return Table(f"What the effects mean for {OF} people.", tuple(columns), tuple(rows), lines)


def _main_rows(reanalysis: Reanalysis) -> list[Row]:
    """Return the rows of the outcome that the report is about first: its comparisons, else its trial sets."""
    main = outcomes.main_outcome(reanalysis)
    found = [each for each in reanalysis.findings if main and each.outcome == main.name and each.effects]
    if main is None or not found or main.comparisons is None:
        return [_row(reanalysis, each) for each in found[:MOST]]
    first = found[0]
    assert first.main is not None
    risk = first.effects[first.main].baseline_risk
    return [_of_comparison(main, each, risk, first.level) for each in main.comparisons.groups[:MOST]]


def _others(reanalysis: Reanalysis) -> list[Finding]:
    """Return what is found of each other outcome: by all its trials, or the first reading of what was
    published.
    """
    main = outcomes.main_outcome(reanalysis)
    first: dict[str, Finding] = {}
    for each in reanalysis.findings:
        if main is None or each.outcome != main.name:
            first.setdefault(each.outcome, each)
    return [each for each in first.values() if each.effects]


def _of_comparison(outcome: CountsOutcome, group: ComparisonResult, risk: float, level: float) -> Row:
    """Return the row of a comparison at the outcome's control risk."""
    label = f"{outcomes.title(outcome)}, {compared(group, outcome)}"
    row = absolute_row(group.result.posterior.absolute(risk), level, None, outcome.about.event)
    return _cells(label, outcome.about, row)


def _row(reanalysis: Reanalysis, finding: Finding) -> Row:
    assert finding.main is not None
    return _cells(_label(reanalysis, finding), finding.about, finding.row(finding.main))


def _cells(label: str, about: About, row: AbsoluteRow) -> Row:
    """Return label, people in words, and the certainty of the evidence as somebody judged it."""
    certainty = _certainty(about)
    rating = certainty.overall.rating if certainty and certainty.overall and not certainty.of else NOT_JUDGED
    return label, of_100(about, row), rating


def of_100(about: About, row: AbsoluteRow) -> str:
    """Return how many of 100 have the event, with control and with treatment, as a clause."""
    control, treated, lower, upper = (
        numbers.of_100(OF * row[name] / PER)
        for name in ("control_per_1000", "treated_per_1000", "treated_lower", "treated_upper")
    )
    people = phrases.name(about.denominator or about.words.people)
    arms = phrases.name(about.control), phrases.name(about.treatment)
    return f"of {OF} {people}, {control} with {arms[0]} and {treated} ({lower} to {upper}) with {arms[1]}"


def _label(reanalysis: Reanalysis, finding: Finding) -> str:
    outcome = reanalysis.outcome(finding.outcome)
    title = outcomes.title(outcome)
    if isinstance(outcome, CountsOutcome):
        result = outcome.trial_set(finding.trials)
        return marked(f"{title}, {outcomes.set_phrase(result, outcome)}", result.posterior.k_informative)
    return f"{title}, from {_known(finding)}"


def _known(finding: Finding) -> str:
    """Return what an outcome without counts is known from."""
    return "a published summary" if finding.known_from == "published summary" else finding.known_from


def _readings(reanalysis: Reanalysis, findings: list[Finding]) -> tuple[str, ...]:
    """Return a sentence per outcome on which of the published numbers are taken as right."""
    return tuple(
        f"{outcomes.title(reanalysis.outcome(each.outcome))}: {_known(each)}; "
        f"{phrases.lower_first(READINGS.get(each.reading, each.reading))}."
        for each in findings
        if each.reading
    )


def _certainty(about: About) -> Certainty | None:
    return about.judgements.certainty if about.judgements else None


def _judged(reanalysis: Reanalysis) -> tuple[str, ...]:
    """Return a sentence per outcome on what was judged of its certainty, by whom and of what evidence."""
    found = []
    for outcome in reanalysis.outcomes:
        certainty = _certainty(outcome.about)
        if certainty and certainty.overall:
            judged = certainty.overall
            of = f" of {phrases.name(certainty.of)}" if certainty.of else ""
            on = f" on {phrases.name(judged.on)}" if judged.on else ""
            found.append(
                f"{outcomes.title(outcome)}, certainty of the evidence{of}: {judged.rating}, judged by "
                f"{phrases.name(judged.by)}{on}."
            )
    return tuple(found)
