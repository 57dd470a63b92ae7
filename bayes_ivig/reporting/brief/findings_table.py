"""The brief's summary of findings: how many of 100 people, in words, and how certain somebody judged it."""

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.judgements.judged import Certainty
from bayes_ivig.reporting.brief.comparison_words import compared
from bayes_ivig.reporting.brief.trial_words import behind, counted_only
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import Row
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.reporting.wording.per_thousand import NO_RISK, AbsoluteRow
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

MOST = 8  # rows of the main outcome
OF = 100
NOT_JUDGED = "not judged"
PRINTED = {  # what of a published result is taken as right, by the reading
    "as printed": "the printed estimate and limits",
    "interval": "the printed limits",
    "estimate and lower": "the printed estimate and lower limit",
    "estimate and upper": "the printed estimate and upper limit",
}
OWN = "With {control}: the median over the row's own control arms{others}, taken as known."
ALL = "With {control}: the median over all control arms of the outcome, taken as known."
STATED = "With {control}: as stated, and taken as known."
OTHERS = ", of the other outcomes over all of theirs"
SAME = (
    "The effect is taken to be the same at every number with {control}. In brackets 95% credible intervals."
)


def findings_table(reanalysis: Reanalysis) -> Table | None:
    """Return a row per comparison or trial set of the main outcome, then one per other outcome;
    None where no number of people is known.

    There is a column of the certainty of the evidence where somebody judged that of an outcome.
    """
    main, others = _main(reanalysis), _others(reanalysis)
    if not any(each.effects for each in (*main, *others)):
        return None
    rows = [_row(reanalysis, each) for each in (*main, *others)]
    columns = [
        Column("Outcome", "text"),
        Column("Trials", "long"),
        Column(f"Of {OF} people", "long"),
        Column("Certainty", "short"),
    ]
    if all(row[-1] == NOT_JUDGED for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    lines = (
        SAME.format(control=phrases.name(reanalysis.about.control)),
        *_readings(reanalysis, others),
        *(_judged(reanalysis) or (f"Certainty of the evidence: {NOT_JUDGED}.",)),
    )
    caption = f"What the effects mean for {OF} people. {_source(reanalysis, main, others)}"
    return Table(caption, tuple(columns), tuple(rows), lines)


def _source(reanalysis: Reanalysis, main: list[Finding], others: list[Finding]) -> str:
    """Return where the numbers without the treatment come from."""
    control = phrases.name(reanalysis.about.control)
    if any(each.control == "stated" for each in (*main, *others)):
        return STATED.format(control=control)
    if any(each in reanalysis.comparison_findings for each in main):
        return OWN.format(control=control, others=OTHERS if others else "")
    return ALL.format(control=control)


def _main(reanalysis: Reanalysis) -> list[Finding]:
    """Return what is found of the outcome that the report is about first: by comparison, else by set."""
    main = outcomes.main_outcome(reanalysis)
    name = None if main is None else main.name
    compared = isinstance(main, CountsOutcome) and main.leading_comparisons
    found = [each for each in reanalysis.comparison_findings if compared and each.outcome == name]
    found = found or [each for each in reanalysis.findings if each.outcome == name and each.effects]
    return found[:MOST]


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


def _row(reanalysis: Reanalysis, finding: Finding) -> Row:
    """Return label, trials, people in words, and the certainty of the evidence as somebody judged it."""
    about, certainty = finding.about, _certainty(finding.about)
    rating = certainty.overall.rating if certainty and certainty.overall and not certainty.of else NOT_JUDGED
    outcome = reanalysis.outcome(finding.outcome)
    title = outcomes.title(outcome)
    if not isinstance(outcome, CountsOutcome):
        trials = counted_only(finding.studies, finding.people, _people(about))
        return f"{title} ({_known(finding)})", trials, _said(finding), rating
    group = outcome.comparisons.group(finding.trials) if outcome.comparisons else None
    if group is not None and finding in reanalysis.comparison_findings:
        label, result = f"{title}, {compared(group, outcome)}", group.result
    else:
        result = outcome.trial_set(finding.trials)
        label = marked(f"{title}, {outcomes.set_phrase(result, outcome)}", result.posterior.k_informative)
    trials = behind(result.dataset, finding.people, _people(about))
    return label, trials, _said(finding), rating


def _said(finding: Finding) -> str:
    """Return how many of 100 people, or why there is no such number."""
    if finding.main is not None:
        return of_100(finding.about, finding.row(finding.main))
    refused = finding.arms.not_carried if finding.arms else None
    why = NO_RISK[refused.reason].replace("arms", "arm" if refused.arms == 1 else "arms") if refused else ""
    return f"no number of people: {why}" if why else "no number of people: no control risk is known"


def _people(about: About) -> str:
    """Return whom the events are counted among."""
    return phrases.name(about.denominator or about.words.people)


def of_100(about: About, row: AbsoluteRow) -> str:
    """Return how many of 100 have the event, with control and with treatment, as a clause."""
    control, treated, lower, upper = (
        numbers.of_100(OF * row[name] / PER)
        for name in ("control_per_1000", "treated_per_1000", "treated_lower", "treated_upper")
    )
    people = _people(about)
    arms = phrases.name(about.control), phrases.name(about.treatment)
    return f"of {OF} {people}, {control} with {arms[0]} and {treated} ({lower} to {upper}) with {arms[1]}"


def _known(finding: Finding) -> str:
    """Return what an outcome without counts is known from."""
    printed = PRINTED.get(finding.reading, "the published result")
    if finding.known_from == "published summary":
        return f"from {printed} alone"
    return f"counts worked back from {printed}"


def _readings(reanalysis: Reanalysis, findings: list[Finding]) -> tuple[str, ...]:
    """Return a sentence per outcome on which of the published numbers are taken as right."""
    return tuple(
        f"{outcomes.title(reanalysis.outcome(each.outcome))}: {_known(each)}, whatever else is printed."
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
