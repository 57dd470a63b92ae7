"""Tables of the outcomes known only through their published summary,
and how each reading of it is put in words.
"""

import math

import numpy as np

from bayes_ivig.inputs.counts.statuses import COLUMNS as STATUS_COLUMNS
from bayes_ivig.inputs.counts.statuses import status_words
from bayes_ivig.inputs.paper.claims import RATIOS, Printed
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import (
    CONFIDENCE,
    CREDIBLE,
    Row,
    above_one,
    benefit_cell,
    status_meanings,
)
from bayes_ivig.reporting.wording import classical, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome, SummaryReading

LABEL = "from the published summary, not from counts"


def answer_rows(outcome: SummaryOutcome) -> list[Row]:
    """Return the rows of the answer table: one per reading of a ratio, none for a difference."""
    if outcome.claim.measure not in RATIOS:
        return []
    return [
        (
            outcomes.title(outcome),
            f"Published summary, not counts: {reading_phrase(reading)}",
            *effect_cells(outcome, (reading.estimate, reading.lower, reading.upper)),
            *effect_cells(outcome, posterior_numbers(reading)),
            above_one(reading.marginal),
            benefit_cell(reading.marginal, outcome),
        )
        for reading in outcome.readings
    ]


def posteriors_sentence(outcome: SummaryOutcome) -> str:
    """Return the posterior: of a difference by reading, of a ratio its range over all readings,
    those of reconstructed counts among them.
    """
    if outcome.claim.measure != "OR":
        return " ".join(_posterior_sentence(outcome, reading) for reading in outcome.readings)
    marginals = [reading.marginal for reading in outcome.readings]
    marginals += [each.averaged() for reading in outcome.reconstructed for each in reading.posteriors]
    if len(marginals) == 1:
        return _posterior_sentence(outcome, outcome.readings[0])
    medians = sorted(math.exp(float(each.quantile(0.5))) for each in marginals)
    chances = sorted(float(each.prob_above(0.0)) for each in marginals)
    limits = [math.exp(each.interval(0.95)[i]) for each in marginals for i in (0, 1)]
    known = ", from the summary and from reconstructed counts" if outcome.reconstructed else ""
    return (
        f"Over every reading of what is printed{known}: posterior median odds ratio "
        f"from {numbers.ratio(medians[0])} to {numbers.ratio(medians[-1])}, P(OR > 1) "
        f"from {numbers.probability(chances[0])} to {numbers.probability(chances[-1])}, 95% credible limits "
        f"between {numbers.ratio(min(limits))} and {numbers.ratio(max(limits))}."
    )


def _posterior_sentence(outcome: SummaryOutcome, reading: SummaryReading) -> str:
    estimate, interval = effect_cells(outcome, posterior_numbers(reading))
    ratio = outcome.claim.measure in RATIOS
    side = f"{outcome.claim.measure} > 1" if ratio else "difference < 0"
    chance = numbers.chance(
        side, float((reading.marginal.prob_above if ratio else reading.marginal.prob_below)(0.0))
    )
    measure = classical.MEASURES.get(outcome.claim.measure, "effect")
    return f"Posterior {measure} {estimate} (95% credible interval {interval}; {chance})."


def reading_phrase(reading: SummaryReading) -> str:
    """Return a reading inside a sentence."""
    text = READINGS.get(reading.code, reading.code)
    return text[:1].lower() + text[1:]


def readings_table(outcome: SummaryOutcome) -> Table:
    """Return one row per reading: what it takes as right, what must then be wrong, the posterior."""
    null = "OR" if outcome.claim.measure == "OR" else classical.MEASURES.get(outcome.claim.measure, "effect")
    at = "1" if outcome.claim.measure in RATIOS else "0"
    rows: list[Row] = []
    for reading in outcome.readings:
        below, above = float(reading.marginal.prob_below(0.0)), float(reading.marginal.prob_above(0.0))
        rows.append(
            (
                READINGS.get(reading.code, reading.code),
                *effect_cells(outcome, (reading.estimate, reading.lower, reading.upper)),
                *effect_cells(outcome, posterior_numbers(reading)),
                numbers.probability(below),
                numbers.probability(above),
            )
        )
    columns = (
        Column("What is taken as right", "text"),
        Column("Estimate so read"),
        Column(CONFIDENCE),
        Column("Posterior"),
        Column(CREDIBLE),
        Column(f"P({null} < {at})"),
        Column(f"P({null} > {at})"),
    )
    title = f"{outcomes.title(outcome)}, {LABEL}: the posterior under each reading."
    return Table(title, columns, tuple(rows), _readings_details(outcome))


def _readings_details(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Return what stands behind the numbers of ``readings_table``."""
    claim = outcome.claim
    scale = "log ratio" if claim.measure in RATIOS else "difference, in its own units"
    return (
        f"Published: {printed(outcome)}{f', {claim.where}' if claim.where else ''}; k = "
        f"{claim.k or 'not stated'} studies printed.",
        f"Likelihood: normal on the {scale}, with the estimate and standard error of the reading; {LABEL}.",
        f"Prior: mu ~ {outcome.mu_prior}; one common effect, the published pooling having been done already.",
        "Zero cells: none seen, there being no counts. Intervals: "
        "published ones confidence, posterior ones central credible.",
    )


def printed(outcome: SummaryOutcome) -> str:
    """Return the published numbers in one phrase, as printed."""
    claim = outcome.claim
    measure = classical.MEASURES.get(claim.measure, claim.measure)
    unit = outcome.about.words.unit(outcome.name)
    parts = [f"{measure} {claim.estimate}{f' {unit}' if unit else ''}"]
    parts.append(f"{numbers.level(claim.level, 6)} confidence interval {claim.ci_lower} to {claim.ci_upper}")
    if claim.i2_percent:
        parts.append(f"I² = {claim.i2_percent}%")
    if claim.heterogeneity_p:
        parts.append(numbers.equals("P of heterogeneity", str(claim.heterogeneity_p)))
    if claim.effect_p:
        parts.append(numbers.equals("P of the effect", str(claim.effect_p)))
    return ", ".join(parts).replace(" -", " \N{MINUS SIGN}")


def reading_sentences(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Return one sentence per reading: which printed numbers are taken as right,
    and which must then be wrong.

    After these, what holds for all of them: a printed P-value that none gives, and what a flat prior does.
    """
    sentences = [_sentence(outcome, reading) for reading in outcome.readings]
    return (*sentences, *(sentence for sentence in (_p_value(outcome), _flat(outcome)) if sentence))


def _p_value(outcome: SummaryOutcome) -> str:
    """Say that no reading gives the printed P-value of the effect;
    empty where one does, and where none is printed.
    """
    printed = outcome.claim.effect_p
    # two-sided, normal
    values = [math.erfc(abs(r.estimate / r.standard_error) / math.sqrt(2)) for r in outcome.readings]
    if printed is None or not values or any(printed.met_by(value) for value in values):
        return ""
    given = phrases.series([numbers.p_value(value) for value in sorted(values, reverse=True)])
    named = numbers.equals("P", str(printed))
    if len(values) == 1:
        return (
            f"The printed {named} of the effect does not agree with this: "
            f"estimate and limits so read give {given}."
        )
    return f"The printed {named} of the effect agrees with none of these readings: they give {given}."


def _flat(outcome: SummaryOutcome) -> str:
    """Say what a posterior under a flat prior adds to the printed numbers, which is nothing."""
    if not isinstance(outcome.mu_prior, Flat):
        return ""
    spread = f" (I² = {outcome.claim.i2_percent}%)" if outcome.claim.i2_percent else ""
    return (
        "The prior is flat, so the credible interval repeats the confidence interval, and the probability of "
        f"a direction is one minus its one-sided P-value. Heterogeneity{spread} enters only as far as the "
        "published pooling took it in: the results of the single trials are not known here."
    )


def _sentence(outcome: SummaryOutcome, reading: SummaryReading) -> str:
    claim = outcome.claim
    estimate, lower, upper = effect_numbers(outcome, (reading.estimate, reading.lower, reading.upper))
    match reading.code:
        case "as printed":
            return (
                "All three numbers as printed: the estimate lies in the middle of its interval, "
                "so nothing has to be wrong."
            )
        case "interval":
            return (
                f"Both limits are right: the estimate, being the middle of its interval, is then {estimate}, "
                f"and the printed {claim.estimate} must be wrong."
            )
        case "estimate and lower":
            return f"Estimate and lower limit are right: {_then('upper', upper, claim.ci_upper)}"
        case "estimate and upper":
            return f"Estimate and upper limit are right: {_then('lower', lower, claim.ci_lower)}"
        case code:
            return f"{phrases.first_upper(code)}."


def _then(which: str, limit: str, printed_limit: Printed | None) -> str:
    return f"the {which} limit is then {limit}, and the printed {printed_limit} must be wrong."


def partial_table(outcome: SummaryOutcome) -> Table | None:
    """Return what is known of the counts per arm, or None where nothing is."""
    if len(outcome.partial) < 2:
        return None
    header, *records = outcome.partial
    rows = []
    for record in (dict(zip(header, cells, strict=True)) for cells in records):
        arms = [
            f"{record.get(f'{arm}_events') or 'unknown'} of {record.get(f'{arm}_total') or 'unknown'}"
            for arm in ("treatment", "control")
        ]
        rows.append((phrases.name(record.get("study", "")), *arms, _known(record), record.get("basis", "")))
    about = outcome.about
    columns = (
        Column("Study", "text"),
        Column(phrases.first_upper(phrases.name(about.treatment))),
        Column(phrases.first_upper(phrases.name(about.control))),
        Column("Known", "short"),
        Column("Basis", "long"),
    )
    statuses = [
        cell
        for row in outcome.partial[1:]
        for column, cell in zip(header, row, strict=True)
        if "status" in column
    ]
    return Table(
        f"{outcomes.title(outcome)}: what is known of the events per arm.",
        columns,
        tuple(rows),
        status_meanings(statuses),
    )


def _known(record: dict[str, str]) -> str:
    """Return how the counts of a row are known: each of them where the table says so,
    else the row as a whole.
    """
    own = tuple(record.get(column, "") for column in STATUS_COLUMNS)
    return phrases.name(status_words(own) or record.get("status", ""))


def effect_numbers(outcome: SummaryOutcome, values: tuple[float, float, float]) -> tuple[str, ...]:
    """Return numbers on the working scale as text in the measure's own units."""
    if outcome.claim.measure in RATIOS:
        return tuple(numbers.ratio(math.exp(value)) for value in values)
    return tuple(numbers.amount(value, 1) for value in values)


def effect_cells(outcome: SummaryOutcome, values: tuple[float, float, float]) -> tuple[str, str]:
    """Return an estimate with its unit, and its limits."""
    estimate, lower, upper = effect_numbers(outcome, values)
    unit = outcome.about.words.unit(outcome.name)
    return f"{estimate}{f' {unit}' if unit else ''}", f"{lower} to {upper}"


def posterior_numbers(reading: SummaryReading) -> tuple[float, float, float]:
    """Return posterior median and central 95% limits on the working scale."""
    lower, median, upper = (float(x) for x in np.asarray(reading.marginal.quantile([0.025, 0.5, 0.975])))
    return median, lower, upper
