"""What the weights of reconstructed tables are, what equal ones would give,
and what the baseline has to do with it.
"""

import math

from bayes_ivig.reporting.document.blocks import Block, Column, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE, OR_ABOVE, Row, above_one
from bayes_ivig.reporting.reconstruction.chart import narrowing
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, TablesUnder

WEIGHED = {
    "evidence": (
        "each by its marginal likelihood, the posterior probability of the table (counts as latent data)"
    ),
    "uniform": "all alike",
}
OTHER = {"evidence": "uniform", "uniform": "evidence"}


def reading_words(reading: ReconstructedReading) -> str:
    """Return a reading with what is asked beyond it."""
    text = READINGS.get(reading.code, phrases.first_upper(reading.code))
    more = narrowing(reading.narrowed)
    return f"{text}, {more}" if more else text


def weights_sentence(outcome: SummaryOutcome) -> str:
    """Say what the tables' weights are, and what the other weights would give."""
    first = outcome.reconstructed[0].posteriors[0]
    other, parts = OTHER[first.answer], []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        own = reading.posteriors[0]
        used, instead = own.averaged(), own.averaged(other)
        ratios = [numbers.ratio(math.exp(float(each.quantile(0.5)))) for each in (instead, used)]
        parts.append(
            f"{ratios[0]} instead of {ratios[1]}, and P(OR > 1) {above_one(instead)} instead of "
            f"{above_one(used)}, if {phrases.lower_first(reading_words(reading))} (about "
            f"{numbers.count(own.effective('evidence'))} of {numbers.count(reading.tables)} tables carry the "
            "weight by marginal likelihood)"
        )
    why = (
        "The counts are unknown data, and the model says how probable each table is: its marginal "
        "likelihood, so that the mixture is the posterior given what is printed. Equal weights, which no "
        "model of the counts gives, are the sensitivity analysis"
        if other == "uniform"
        else (
            "This likelihood is of estimates, not of counts, and gives no probability of a table: "
            "every table counts the same"
        )
    )
    return (
        f"{why}: with {'equal weights' if other == 'uniform' else 'weights by it'} the odds ratio is "
        f"{phrases.series(parts)}."
    )


def averaging_table(outcome: SummaryOutcome) -> Table:
    """Return, for the outcome's own denominators, both weightings,
    over each reading's tables and what else may be asked.
    """
    rows: list[Row] = []
    for reading in outcome.reconstructed:
        each = reading.posteriors[0]
        cells: list[str] = []
        for kind in ("evidence", "uniform"):
            marginal = each.averaged(kind)
            cells += [numbers.ratio(math.exp(float(marginal.quantile(0.5)))), above_one(marginal)]
        rows.append(
            (
                reading_words(reading),
                numbers.count(reading.tables),
                *cells,
                numbers.count(each.effective("evidence")),
            )
        )
    columns = (
        Column("What is taken as right", "text"),
        Column("Tables"),
        Column("Posterior OR, by marginal likelihood"),
        Column(f"{OR_ABOVE}, by marginal likelihood"),
        Column("Posterior OR, equal weights"),
        Column(f"{OR_ABOVE}, equal weights"),
        Column("Tables that carry it"),
    )
    lines = (
        "Denominators: "
        f"{phrases.name(outcome.reconstructed[0].posteriors[0].denominators) or 'as in the table'}.",
        "By marginal likelihood: tables weighted by their posterior probability under the model. Tables that "
        "carry it: the effective number then, one over the sum of squared weights.",
    )
    caption = f"{outcomes.title(outcome)}: the same with more required of a table, and with equal weights."
    return Table(caption, columns, tuple(rows), lines)


def baseline_blocks(outcome: SummaryOutcome) -> tuple[Block, ...]:
    """Return how far the answer rests on the baseline, in a sentence and a table;
    nothing where that was not asked.
    """
    if not outcome.baselines:
        return ()
    return Text(_baseline_sentence(outcome.baselines)), _baseline_table(outcome)


def _baseline_sentence(rows: tuple[TablesUnder, ...]) -> str:
    """Say how the weighted answer moves with the baseline prior in both places of it,
    for the first reading.
    """
    own = [each for each in rows if each.code == rows[0].code and each.model.has_baseline]
    parts = []
    for place in dict.fromkeys(each.model.baselines.place for each in own):
        ends = [each.by_evidence for each in own if each.model.baselines.place == place]
        parts.append(
            f"{numbers.ratio(ends[0][0])} to {numbers.ratio(ends[-1][0])} (P(OR > 1) "
            f"{numbers.probability(ends[0][3])} to {numbers.probability(ends[-1][3])}) with the baseline "
            f"{place.at}"
        )
    first, last = own[0].model.alpha, own[-1].model.alpha
    return (
        f"Under baseline priors from {first} to {last}, the odds ratio weighted by marginal likelihood goes "
        f"from {'; from '.join(parts)}. Which tables carry the weight does rest on that prior, as the last "
        "column shows: a wide one favours tables whose risks are near 0 or 1."
    )


def _baseline_table(outcome: SummaryOutcome) -> Table:
    rows: list[Row] = []
    for each in outcome.baselines:
        median, lower, upper, above = each.by_evidence
        rows.append(
            (
                READINGS.get(each.code, phrases.first_upper(each.code)),
                _baseline(each),
                numbers.ratio(median),
                numbers.limits(lower, upper),
                numbers.probability(above),
                numbers.ratio(each.alike[0]),
                numbers.probability(each.alike[3]),
                f"{numbers.count(each.effective)} of {numbers.count(each.tables)}",
            )
        )
    columns = (
        Column("What is taken as right", "text"),
        Column("Baseline", "text"),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
        Column("Posterior OR, equal weights"),
        Column(f"{OR_ABOVE}, equal weights"),
        Column("Tables that carry it"),
    )
    prior = models.prior_line(outcome.baselines[-1].model)
    lines = (
        f"Priors: {prior}. Tables weighted by marginal likelihood, and alike where it says equal weights.",
        *dict.fromkeys(
            each.model.family.words.tables for each in outcome.baselines if each.model.conditions_on_events
        ),
        "Counts are reconstructed; intervals central credible.",
    )
    return Table(
        f"{outcomes.title(outcome)}: reconstructed counts under other baselines.", columns, tuple(rows), lines
    )


def _baseline(each: TablesUnder) -> str:
    model = each.model
    if not model.has_baseline:
        return f"none: {model.likelihood} likelihood"
    return f"{phrases.first_upper(model.baselines.place.at)}, {model.alpha}"
