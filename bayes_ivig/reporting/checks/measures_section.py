"""The same trials on other scales: what changes where they are alike in their risk ratios
and not in their odds ratios.
"""

from bayes_ivig.reporting.checks import measures_words as words
from bayes_ivig.reporting.document.blocks import Column, Section, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.wording import details, information, numbers, outcomes, per_thousand, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.checks.across_measures import MeasureComparison, OnMeasure
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

TITLE = "Sensitivity analysis: other effect measures"


def other_measures_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return what every scale says of benefit and of people; None for an outcome whose effects
    are not made of counts.
    """
    found = outcome.other_measures
    if found is None:
        return None
    leads = pointing(_change(found, outcome), "other effect measures", f"{appendix_key(key)}-scales")
    return Section(f"{key}-scales", TITLE, (leads,))


def other_measures_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every scale side by side; None for an outcome whose effects are not made of counts."""
    found = outcome.other_measures
    if found is None:
        return None
    return Section(f"{key}-scales", TITLE, (Text(_introduction(found)), _table(found, outcome)))


def _introduction(found: MeasureComparison) -> str:
    own, others = found.rows[0].measure, [row.measure.plural for row in found.rows[1:]]
    if not others:
        return (
            f"The model of this report takes the {own.plural} of the trials to be alike, and is the only one "
            "that the same priors give here; which others there are, and why they are left out, stands "
            "under the table."
        )
    return (
        f"The model of this report takes the {own.plural} of the trials to be alike; the same counts can be "
        f"read with {phrases.series(others)} alike instead. Where control risks differ between trials these "
        "are different assumptions, and the same numbers for the priors are different beliefs. Which is "
        "natural for these trials is not chosen here."
    )


def _change(found: MeasureComparison, outcome: CountsOutcome) -> str:
    """Return the probabilities, and the differences in events, on every scale in one sentence each."""
    known = outcome.about.event is not None
    chances = [
        f"{numbers.probability(row.prob_benefit if row.prob_benefit is not None else row.prob_above)} with "
        f"{row.measure.plural}"
        for row in found.rows
    ]
    what = "a benefit" if known else "an effect above none"
    trials = phrases.with_article(outcomes.set_phrase(outcome.trial_set("all"), outcome))
    text = f"In {trials} the probability of {what} is {phrases.series(chances)}."
    told = [row for row in found.rows if row.absolute is not None]
    if not told or found.control_risk is None:
        return f"{text} {phrases.first_upper(words.control(found))}."
    beyond = [f"{line}." for row in told if (line := words.held(row))]
    return " ".join((text, _people(found, told, outcome), *beyond))


def _people(found: MeasureComparison, told: list[OnMeasure], outcome: CountsOutcome) -> str:
    differences = []
    for row in told:
        _, _, more, limits = words.people(row)
        differences.append(f"{more} ({limits}) with {row.measure.plural}")
    risk = per_thousand.events(PER * (found.control_risk or 0.0))
    return (
        f"At a control risk of {risk} per {PER}, {phrases.name(outcome.about.treatment)} changes the events "
        f"per {PER} by {phrases.series(differences)}."
    )


def _table(found: MeasureComparison, outcome: CountsOutcome) -> Table:
    treatment = phrases.name(outcome.about.treatment)
    told = found.control_risk is not None
    stated = outcome.about.event is not None  # without which nobody knows what a benefit is
    columns = (
        Column("Trials alike in", "text"),
        Column("Pooled effect"),
        Column(CREDIBLE),
        Column("P(benefit)" if stated else "P(above no effect)"),
        Column("τ"),
        *((Column(f"Per {PER} with {treatment}"), Column(f"{CREDIBLE} of it")) if told else ()),
        *((Column(f"More per {PER}"), Column(f"{CREDIBLE} of more")) if told else ()),
    )
    rows = tuple(
        (
            information.marked(row.measure.name, row.posterior.k_informative),
            *words.effect(row),
            words.chances(row)[1 if stated else 0],
            words.tau(row),
            *(words.people(row) if told else ()),
        )
        for row in found.rows
    )
    caption = f"{outcomes.title(outcome)}: the same counts on several scales."
    return Table(caption, columns, rows, _lines(found, outcome))


def _lines(found: MeasureComparison, outcome: CountsOutcome) -> tuple[str, ...]:
    lines = [words.control(found), *words.translated(found), *words.left_out(found)]
    return (
        details.trials(outcome.trial_set("all"), outcome),
        *_assumed(found),
        "Of a ratio τ is the spread of its logarithms between trials.",
        *(f"{phrases.first_upper(line)}." for line in lines),
        *((_direction(found),) if outcome.about.event is not None else (_above(found),)),
        details.CREDIBLE,
        *(f"Failed check of {problem}" for problem in found.problems),
    )


def _assumed(found: MeasureComparison) -> tuple[str, ...]:
    """Return likelihood with study effects, once where they are the same for all, and the priors of each."""
    stated = [(row.measure.symbol, *models.details(row.model)) for row in found.rows]
    shared = {likelihood for _, likelihood, _ in stated}
    likelihoods = tuple(shared) if len(shared) == 1 else tuple(f"{code}: {text}" for code, text, _ in stated)
    priors = tuple(dict.fromkeys(priors for _, _, priors in stated))
    return (*likelihoods, *(priors if len(priors) == 1 else (f"{code}: {each}" for code, _, each in stated)))


def _direction(found: MeasureComparison) -> str:
    above = " and ".join(dict.fromkeys(row.measure.above for row in found.rows))
    return (
        f"P(benefit) is P({above}) where the event is good, and what is left of 1 where it is bad, as the "
        "description of the data says."
    )


def _above(found: MeasureComparison) -> str:
    above = " and ".join(dict.fromkeys(row.measure.above for row in found.rows))
    return f"P(above no effect) is that of {above}."
