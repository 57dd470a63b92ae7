"""What all tables of counts that agree with a published result say together: sentences, tables and a figure for the report."""

import math
from functools import partial

import numpy as np

from bayes_ivig.inputs.provenance import COLUMNS as STATUS_COLUMNS
from bayes_ivig.reporting import models, words
from bayes_ivig.reporting.cells import CREDIBLE, OR_ABOVE, Row, above_one, benefit_cell
from bayes_ivig.reporting.charts.readings import READINGS
from bayes_ivig.reporting.charts.reconstruction import narrowing, plot_reconstruction
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.reporting.page import Block, Cell, Column, Figure, Items, Section, Table, Text
from bayes_ivig.results.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction_posterior import CellImportance, ReconstructedReading, ReconstructionPosterior

MOST_CELLS = 10


def reconstruction_section(outcome: SummaryOutcome, key: str) -> Section | None:
    """Return what the feasible tables say, or None where there are none."""
    if not outcome.reconstructed:
        return None
    title = words.outcome_title(outcome)
    figure = Figure(
        f"{key}_reconstructed",
        f"{title} from reconstructed counts: the posterior averaged over all tables that agree with a reading (circle, 95% "
        "credible interval), and how far the posterior median moves from table to table (pale bar, least to most).",
        f"{title}: posterior odds ratio averaged over the feasible tables of every reading; numbers in the table above.",
        partial(plot_reconstruction, outcome),
    )
    blocks: tuple[Block, ...] = (
        Text(_lead(outcome), "lead"),
        Text(_meaning(outcome)),
        Items(_counts(outcome)),
        posterior_table(outcome),
        figure,
        Text(_choice(outcome)),
        averaging_table(outcome),
        Text(_request(outcome)),
        importance_table(outcome),
    )
    return Section(f"{key}-reconstructed", "From reconstructed counts", blocks)


def answer_rows(outcome: SummaryOutcome) -> list[Row]:
    """Return the rows of the answer table: the whole set of tables of every reading, with the outcome's own denominators."""
    rows: list[Row] = []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        marginal = reading.posteriors[0].averaged()
        rows.append(
            (
                words.outcome_title(outcome),
                f"Reconstructed counts, averaged over {reading.tables:,} tables: {words.first_lower(_reading(reading))}",
                words.NONE,
                words.NONE,
                *_ratio(marginal.quantile([0.025, 0.5, 0.975])),
                above_one(marginal),
                benefit_cell(marginal, outcome),
            )
        )
    return rows


def posterior_table(outcome: SummaryOutcome) -> Table:
    """Return one row per reading and way to count: the average over its tables, and the range of their own posteriors."""
    rows = [_row(reading, each) for reading in outcome.reconstructed if not reading.narrowed for each in reading.posteriors]
    columns = (
        Column("What is taken as right", "text"),
        Column("Tables"),
        Column("Of", "text"),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
        Column(f"{OR_ABOVE}, least to most"),
    )
    first = outcome.reconstructed[0].posteriors[0]
    lines = (
        *models.details(first.model),
        "Posterior OR, interval and P(OR > 1): averaged over the tables, every table with the same weight. Least to most: of the "
        "tables' own posteriors. Of: whom the totals of the arms count.",
        "Counts found so are reconstructed: they agree with what was printed, nobody has read them. Intervals: central credible.",
        f"Numerical error: below {max(each.error for r in outcome.reconstructed for each in r.posteriors):.0e} posterior SDs.",
    )
    caption = f"{words.outcome_title(outcome)}: the posterior over all reconstructed tables, by reading and denominators."
    return Table(caption, columns, tuple(rows), lines)


def _row(reading: ReconstructedReading, each: ReconstructionPosterior) -> Row:
    uniform = each.averaged()
    least, most = (each.over_tables("prob_or_gt_1", p) for p in (0.0, 1.0))
    estimate, interval = _ratio(uniform.quantile([0.025, 0.5, 0.975]))
    return (
        _reading(reading),
        f"{reading.tables:,}",
        words.name(each.denominators) or words.NONE,
        Cell(estimate, "strong"),
        Cell(interval, "strong"),
        Cell(above_one(uniform), "strong"),
        f"{probability(least)} to {probability(most)}",
    )


def averaging_table(outcome: SummaryOutcome) -> Table:
    """Return, for the outcome's own denominators, both ways to average, over each reading's tables and what else may be asked."""
    rows: list[Row] = []
    for reading in outcome.reconstructed:
        each = reading.posteriors[0]
        uniform, weighted = each.averaged(), each.averaged("evidence")
        rows.append(
            (
                _reading(reading),
                f"{reading.tables:,}",
                words.ratio(math.exp(float(uniform.quantile(0.5)))),
                above_one(uniform),
                words.ratio(math.exp(float(weighted.quantile(0.5)))),
                above_one(weighted),
                f"{_effective(each):,.0f}",
            )
        )
    columns = (
        Column("What is taken as right", "text"),
        Column("Tables"),
        Column("Posterior OR, equal weights"),
        Column(f"{OR_ABOVE}, equal weights"),
        Column("Posterior OR, by marginal likelihood"),
        Column(f"{OR_ABOVE}, by marginal likelihood"),
        Column("Tables that carry it"),
    )
    lines = (
        f"Denominators: {words.name(outcome.reconstructed[0].posteriors[0].denominators) or 'as in the table'}.",
        "By marginal likelihood: tables weighted by how well the model predicts them; the last column is the effective number of "
        "tables that then carry the weight (one over the sum of squared weights). The baseline prior decides much of it.",
    )
    caption = f"{words.outcome_title(outcome)}: the same with more required of a table, and with tables weighted by the model."
    return Table(caption, columns, tuple(rows), lines)


def _effective(each: ReconstructionPosterior) -> float:
    return 1 / float(np.sum(each.weights("evidence") ** 2))


def importance_table(outcome: SummaryOutcome) -> Table:
    """Return the unknown numbers of events that matter most, over the first reading's tables."""
    reading = outcome.reconstructed[0]
    own = reading.posteriors[0]
    found = own.importance()
    about = outcome.about
    columns = (
        Column("Unknown number of events", "text"),
        Column("Variance of the posterior mean of log OR explained"),
        Column(f"Variance of {OR_ABOVE} explained"),
    )
    arms = {"treatment": words.name(about.treatment), "control": words.name(about.control), "": "both arms"}
    rows = tuple(
        (f"{words.name(each.study)}, {arms[each.arm]}", f"{100 * each.of_effect:.0f}%", f"{100 * each.of_probability:.0f}%")
        for each in found[:MOST_CELLS]
    )
    lines = (
        *_assumed(outcome),
        f"Over the {reading.tables:,} tables of the reading: {words.first_lower(_reading(reading))}; denominators: "
        f"{words.name(own.denominators) or 'as in the table'}; every table with the same weight.",
        "The share of the variance between tables that would go if the number were known. Numbers depend on each other, so the "
        "shares do not add up to 100%.",
    )
    return Table(f"{words.outcome_title(outcome)}: which trial report would settle most.", columns, rows, lines)


def _lead(outcome: SummaryOutcome) -> str:
    parts: list[str] = []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        marginal = reading.posteriors[0].averaged()
        estimate, interval = _ratio(marginal.quantile([0.025, 0.5, 0.975]))
        chance = words.chance("OR > 1", float(marginal.prob_above(0.0)))
        parts.append(
            f"{estimate} (95% credible interval {interval}; {chance}) over {reading.tables:,} tables if "
            f"{words.first_lower(_reading(reading))}"
        )
    model = outcome.reconstructed[0].posteriors[0].model
    return (
        "Averaged over every table of counts that agrees with what was printed, the posterior odds ratio is "
        f"{words.series(parts)} ({models.short(model)})."
    )


def _meaning(outcome: SummaryOutcome) -> str:
    return (
        f"The known counts leave {outcome.possible:,} possible tables. A search of all of them keeps those whose pooled result, "
        "computed as Review Manager does (random effects), rounds to the numbers that a reading takes as right, I² among them; "
        "what is printed beside these must then be a misprint. Each table is fitted, and the posteriors are averaged."
    )


def _counts(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Return how many tables agree with each reading and with what else may be asked, and which readings have none."""
    bases = {other.label: other.basis for other in outcome.about.alternatives}
    found = []
    for reading in outcome.reconstructed:
        basis = f" ({words.name(bases[reading.narrowed])})" if bases.get(reading.narrowed) else ""
        found.append(f"{_reading(reading)}: {reading.tables:,} table{'s' if reading.tables != 1 else ''}{basis}.")
    agreeing = {reading.code for reading in outcome.reconstructed}
    none = [code for code, _ in outcome.about.feasible if code not in agreeing]
    return (*found, *(f"{READINGS.get(code, words.first_upper(code))}: no table at all." for code in none))


def _choice(outcome: SummaryOutcome) -> str:
    """Say what the weights of the tables decide."""
    parts = []
    for reading in (each for each in outcome.reconstructed if not each.narrowed):
        own = reading.posteriors[0]
        uniform, weighted = own.averaged(), own.averaged("evidence")
        ratios = [words.ratio(math.exp(float(each.quantile(0.5)))) for each in (uniform, weighted)]
        parts.append(
            f"{ratios[1]} instead of {ratios[0]}, and P(OR > 1) {above_one(weighted)} instead of {above_one(uniform)}, if "
            f"{words.first_lower(_reading(reading))} (the weight of about {_effective(own):,.0f} of {reading.tables:,} tables)"
        )
    return (
        "That every table counts the same is a choice. Were tables weighted by how well the model predicts them, the odds ratio "
        f"would be {words.series(parts)}."
    )


def _request(outcome: SummaryOutcome) -> str:
    found = outcome.reconstructed[0].posteriors[0].importance()
    cells = [each for each in found if each.arm]
    first: CellImportance = cells[0]
    about = outcome.about
    arm = words.name(about.treatment if first.arm == "treatment" else about.control)
    return (
        f"The unknown number that matters most is that of {words.name(first.study)}, {arm}: knowing it would explain "
        f"{100 * first.of_effect:.0f}% of the variance between tables of the posterior mean of the log odds ratio, and "
        f"{100 * first.of_probability:.0f}% of that of {OR_ABOVE}. To settle this outcome, ask for that trial first."
    )


def _assumed(outcome: SummaryOutcome) -> tuple[str, ...]:
    """Say which numbers taken as known are assumptions: all that the table finds rests on them."""
    header, *rows = outcome.partial or ((),)
    assumed = [
        f"{words.name(record['study'])} ({words.name(record.get('basis', '')) or 'no basis given'})"
        for record in (dict(zip(header, row, strict=True)) for row in rows)
        if "imputed" in (*(record.get(column, "") for column in STATUS_COLUMNS), record.get("status", ""))
    ]
    return (f"Rests on numbers that are assumed, not read: {'; '.join(assumed)}.",) if assumed else ()


def _reading(reading: ReconstructedReading) -> str:
    """Return a reading with what is asked beyond it."""
    text = READINGS.get(reading.code, words.first_upper(reading.code))
    more = narrowing(reading.narrowed)
    return f"{text}, {more}" if more else text


def _ratio(logs: object) -> tuple[str, str]:
    lower, middle, upper = (math.exp(x) for x in np.asarray(logs, float).tolist())
    return words.ratio(middle), words.limits(lower, upper)
