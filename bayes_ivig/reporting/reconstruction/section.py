"""What all tables of counts that agree with a published result say together:
sentences, tables and a figure for the report.
"""

import math
from functools import partial

import numpy as np

from bayes_ivig.inputs.counts.statuses import COLUMNS as STATUS_COLUMNS
from bayes_ivig.reporting.document.blocks import Block, Cell, Column, Figure, Items, Section, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE, OR_ABOVE, Row, above_one, benefit_cell
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.reconstruction.chart import plot_reconstruction
from bayes_ivig.reporting.reconstruction.weights_section import (
    WEIGHED,
    averaging_table,
    baseline_blocks,
    reading_words,
    weights_sentence,
)
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import (
    CellImportance,
    ReconstructedReading,
    ReconstructionPosterior,
)

TITLE = "From reconstructed counts"
MOST_CELLS = 10
LITTLE = 0.1  # of the posterior variance: without it the SD is 5% smaller, which changes no conclusion


def reconstruction_section(outcome: SummaryOutcome, key: str) -> Section | None:
    """Return what the feasible tables say, or None where there are none."""
    if not outcome.reconstructed:
        return None
    leads = pointing(weights_sentence(outcome), "every table of counts", f"{appendix_key(key)}-reconstructed")
    blocks = (Text(_lead(outcome), "lead"), posterior_table(outcome), leads)
    return Section(f"{key}-reconstructed", TITLE, blocks)


def reconstruction_appendix(outcome: SummaryOutcome, key: str) -> Section | None:
    """Return how the tables were found, and how far the answer rests on them; None where there are none."""
    if not outcome.reconstructed:
        return None
    title = outcomes.title(outcome)
    figure = Figure(
        f"{key}_reconstructed",
        f"{title} from reconstructed counts: the posterior over all tables that agree with a reading "
        "(circle, 95% credible interval), and how far the posterior median moves from table "
        "to table (pale bar, least to most).",
        f"{title}: posterior odds ratio over the feasible tables of every reading; "
        "the tables have every number.",
        partial(plot_reconstruction, outcome),
    )
    blocks: tuple[Block, ...] = (
        Text(_meaning(outcome)),
        Items(_counts(outcome)),
        figure,
        averaging_table(outcome),
        *baseline_blocks(outcome),
        Text(_request(outcome)),
        importance_table(outcome),
    )
    return Section(f"{key}-reconstructed", TITLE, blocks)


def answer_rows(outcome: SummaryOutcome) -> list[Row]:
    """Return the rows of the answer table: the whole set of tables of every reading,
    with the outcome's own denominators.
    """
    rows: list[Row] = []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        marginal = reading.posteriors[0].averaged()
        rows.append(
            (
                outcomes.title(outcome),
                f"Reconstructed counts, over {numbers.count(reading.tables)} tables: "
                f"{phrases.lower_first(reading_words(reading))}",
                numbers.NONE,
                numbers.NONE,
                *_ratio(marginal.quantile([0.025, 0.5, 0.975])),
                above_one(marginal),
                benefit_cell(marginal, outcome),
            )
        )
    return rows


def posterior_table(outcome: SummaryOutcome) -> Table:
    """Return one row per reading and way to count: the average over its tables,
    and the range of their own posteriors.
    """
    rows = [
        _row(reading, each)
        for reading in outcome.reconstructed
        if not reading.narrowed
        for each in reading.posteriors
    ]
    columns = (
        Column("What is taken as right", "text"),
        Column("Tables"),
        Column("Of", "text"),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
        Column(f"{OR_ABOVE}, least to most", ends=("least", "most")),
    )
    first = outcome.reconstructed[0].posteriors[0]
    lines = (
        *models.details(first.model),
        f"Posterior OR, interval and P(OR > 1): the tables' posteriors mixed, {WEIGHED[first.answer]}. Least "
        "to most: of the tables' own posteriors. Of: whom the totals of the arms count.",
        "Counts found so are reconstructed: they agree with what was printed, "
        "nobody has read them. Intervals: central credible.",
        "Numerical error: below "
        f"{numbers.error_in_powers(max(each.error for r in outcome.reconstructed for each in r.posteriors))} "
        "posterior SDs.",
    )
    caption = (
        f"{outcomes.title(outcome)}: the posterior over all reconstructed tables, "
        "by reading and denominators."
    )
    return Table(caption, columns, tuple(rows), lines)


def _row(reading: ReconstructedReading, each: ReconstructionPosterior) -> Row:
    marginal = each.averaged()
    least, most = (each.over_tables("prob_or_gt_1", p) for p in (0.0, 1.0))
    estimate, interval = _ratio(marginal.quantile([0.025, 0.5, 0.975]))
    return (
        reading_words(reading),
        numbers.count(reading.tables),
        phrases.name(each.denominators) or numbers.NONE,
        Cell(estimate, "strong"),
        Cell(interval, "strong"),
        Cell(above_one(marginal), "strong"),
        f"{numbers.probability(least)} to {numbers.probability(most)}",
    )


def importance_table(outcome: SummaryOutcome) -> Table:
    """Return the unknown numbers of events that matter most, over the first reading's tables."""
    reading = outcome.reconstructed[0]
    own = reading.posteriors[0]
    importance = own.importance()
    columns = (
        Column("Unknown number of events", "text"),
        Column("Of the posterior variance of log OR"),
        Column("Between tables, of its posterior mean"),
        Column(f"Between tables, of {OR_ABOVE}"),
    )
    arms = _arms(outcome)
    rows = tuple(
        (
            f"{phrases.name(each.study)}, {arms[each.arm]}",
            numbers.NONE if each.of_posterior is None else numbers.percent(each.of_posterior),
            numbers.percent(each.of_effect, 0),
            numbers.percent(each.of_probability, 0),
        )
        for each in importance[:MOST_CELLS]
    )
    lines = (
        *_assumed(outcome),
        f"Over the {numbers.count(reading.tables)} tables of the reading: "
        f"{phrases.lower_first(reading_words(reading))}; denominators: "
        f"{phrases.name(own.denominators) or 'as in the table'}; tables weighted {WEIGHED[own.answer]}.",
        "Of the posterior variance: of the log odds ratio, removed on average if the number were known (law "
        "of total variance). The other columns: the share of the variance between tables. Numbers depend on "
        "each other, so shares do not add up.",
    )
    return Table(f"{outcomes.title(outcome)}: what knowing a number would tell.", columns, rows, lines)


def _lead(outcome: SummaryOutcome) -> str:
    parts: list[str] = []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        marginal = reading.posteriors[0].averaged()
        estimate, interval = _ratio(marginal.quantile([0.025, 0.5, 0.975]))
        chance = numbers.chance("OR > 1", float(marginal.prob_above(0.0)))
        parts.append(
            f"{estimate} (95% credible interval {interval}; {chance}) over {numbers.count(reading.tables)} "
            f"tables if {phrases.lower_first(reading_words(reading))}"
        )
    model = outcome.reconstructed[0].posteriors[0].model
    return (
        "Over every table of counts that agrees with what was printed, the counts being reconstructed and "
        f"not read, the posterior odds ratio is {phrases.series(parts)} ({models.short(model)})."
    )


def _meaning(outcome: SummaryOutcome) -> str:
    return (
        f"The known counts leave {numbers.count(outcome.possible)} possible tables. A search of all of them "
        "keeps those whose pooled result, computed as Review Manager does (random effects), rounds to the "
        "numbers that a reading takes as right, I² among them; what is printed beside these must then be a "
        "misprint. Each table is fitted, and the posteriors are mixed, "
        "each with the probability of its table."
    )


def _counts(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Return how many tables agree with each reading and with what else may be asked,
    and which readings have none.
    """
    bases = {other.label: other.basis for other in outcome.about.alternatives}
    counts = []
    for reading in outcome.reconstructed:
        basis = f" ({phrases.name(bases[reading.narrowed])})" if bases.get(reading.narrowed) else ""
        counts.append(
            f"{reading_words(reading)}: {numbers.count(reading.tables)} "
            f"table{'s' if reading.tables != 1 else ''}{basis}."
        )
    agreeing = {reading.code for reading in outcome.reconstructed}
    none = [code for code, _ in outcome.about.feasible if code not in agreeing]
    return (*counts, *(f"{READINGS.get(code, phrases.first_upper(code))}: no table at all." for code in none))


def _request(outcome: SummaryOutcome) -> str:
    """Say what knowing the counts would tell, and ask for a trial's report only where that is much."""
    reading = outcome.reconstructed[0]
    own = reading.posteriors[0]
    first: CellImportance = own.importance()[0]
    named = f"{phrases.name(first.study)}, {_arms(outcome)[first.arm]}"
    between = own.between_tables()
    if between is None or first.of_posterior is None:
        return (
            f"The unknown number that moves the posterior mean most from table to table is that of {named}."
        )
    text = (
        f"If {phrases.lower_first(reading_words(reading))}, knowing every unknown number would remove "
        f"{_share(between)} of the posterior variance of the log odds ratio, on average; the rest is what "
        f"trials of this size leave open. What matters most is {named}: knowing that alone would remove "
        f"{_share(first.of_posterior)} (it explains {_share(first.of_effect)} "
        "of the differences between tables)."
    )
    if first.of_posterior < LITTLE:
        return f"{text} No single trial's report would settle this outcome."
    return f"{text} Ask for that trial's report first."


def _arms(outcome: SummaryOutcome) -> dict[str, str]:
    about = outcome.about
    return {
        "treatment": phrases.name(about.treatment),
        "control": phrases.name(about.control),
        "": "both arms",
    }


def _share(value: float) -> str:
    """Return a share in percent; below one percent as such."""
    return numbers.percent(value, 0) if value >= 0.01 else "less than 1%"


def _assumed(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Say which numbers taken as known are assumptions: all that the table finds rests on them."""
    header, *rows = outcome.partial or ((),)
    assumed = [
        f"{phrases.name(record['study'])} ({phrases.name(record.get('basis', '')) or 'no basis given'})"
        for record in (dict(zip(header, row, strict=True)) for row in rows)
        if "imputed" in (*(record.get(column, "") for column in STATUS_COLUMNS), record.get("status", ""))
    ]
    return (f"Rests on numbers that are assumed, not read: {'; '.join(assumed)}.",) if assumed else ()


def _ratio(logs: object) -> tuple[str, str]:
    lower, middle, upper = (math.exp(x) for x in np.asarray(logs, float).tolist())
    return numbers.ratio(middle), numbers.limits(lower, upper)
