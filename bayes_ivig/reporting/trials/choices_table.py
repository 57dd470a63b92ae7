"""The tables of every choice of trials: without each, ranked, study by study, by class."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.document.cells import CONFIDENCE, CREDIBLE, Row
from bayes_ivig.reporting.trials.chart import effect_of, same_size
from bayes_ivig.reporting.trials.words import compared, prior_of_ratios, when_stated
from bayes_ivig.reporting.wording import classes, details, effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.reanalysis.choices import Choices
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.thresholds import convincing_above, convincing_below, significant

MOST_RANKED = 12  # rows of the ranked table besides the first, the last and the published one
MOST_NAMED = 12  # trials up to which the details name those of every class


def _heads(measure: Measure) -> tuple[Column, ...]:
    """Return the columns of ``_numbers``."""
    return (
        Column(f"Pooled again, {measure.symbol}"),
        Column(CONFIDENCE),
        Column("P"),
        Column(f"Posterior {measure.symbol}"),
        Column(CREDIBLE),
        Column(f"P({measure.above})"),
    )


def without_table(outcome: CountsOutcome, choices: Choices) -> Table:
    """Return all trials and without each: pooled, posterior, and what the trial counts for."""
    rows: list[Row] = []
    for record in choices.without.to_dict("records"):
        first = not rows
        label = (
            outcomes.set_label(outcome.trial_set("all"), outcome)
            if first
            else f"without {phrases.name(record['left_out'])}"
        )
        label = label if first else marked(label, record["k_informative"])
        change = (
            numbers.NONE
            if first or not math.isfinite(record["prob_change"])
            else numbers.change(record["prob_change"])
        )
        own = (_percent(record["weight"]), _chance(record["predictive_p"]))
        rows.append((label, *_numbers(record), change, *own))
    columns = (
        Column("Trials", "text"),
        *_heads(outcome.measure),
        Column(f"Change of P({outcome.measure.above})"),
        Column("Share of information"),
        Column("P of the trial given the others"),
    )
    lines = (
        f"Share of information: how much of all information on the pooled {outcome.measure.scale} comes "
        "from this trial, the remainder coming from the others and the prior; "
        "not the weight of Review Manager, which goes with its own estimates.",
        "P given the others: two-sided probability of a result as far out as the trial's, "
        "foreseen by the other trials.",
    )
    caption = f"{outcomes.title(outcome)}: without each trial in turn, pooled again and posterior."
    return Table(caption, columns, tuple(rows), (*_details(outcome), *lines))


def ranked_table(outcome: CountsOutcome, choices: Choices) -> Table:
    """Return the choices of the published size that are significant or convincing, the first,
    the last and the published one.
    """
    assert choices.every is not None
    frame = same_size(choices.every, choices.published)
    measure = table_measure(frame.columns)
    chances = frame[measure.columns.above]
    telling = np.flatnonzero(
        significant(frame["pooled_p"]) | convincing_above(chances) | convincing_below(chances)
    )
    chosen = sorted(
        {0, len(frame) - 1, *np.flatnonzero(frame["own"]).tolist(), *telling[:MOST_RANKED].tolist()}
    )
    names = choices.every.attrs["studies"]
    rows: list[Row] = []
    for i in chosen:
        record = frame.iloc[i].to_dict()
        left = phrases.names(name for name in names if f"; {name}; " not in f"; {record['trials']}; ")
        label = Cell(f"{left} (as published)", "strong") if record["own"] else Cell(left)
        rows.append((str(i + 1), label, *_numbers(record)))
    hidden = len(telling) - len(telling[:MOST_RANKED])
    more = f" {hidden} more of the former are not listed." if hidden else ""
    caption = (
        f"{outcomes.title(outcome)}: choices of {phrases.small(len(choices.published))} trials with P < "
        f"0.05, or with P({measure.above}) at least 0.975 or at most 0.025, and the first and the last of "
        f"{len(frame)} by pooled {measure.name}.{more}"
    )
    columns = (Column("Rank", "text"), Column("Left out", "text"), *_heads(outcome.measure))
    return Table(
        caption,
        columns,
        tuple(rows),
        (*_details(outcome), f"{phrases.first_upper(compared(outcome.measure))}."),
    )


def cumulative_table(outcome: CountsOutcome, choices: Choices, order: str) -> Table:
    """Return the answers after each trial."""
    values = dict(zip(*_column(outcome, choices.order), strict=True)) if choices.order else {}
    rows: list[Row] = []
    for record in choices.cumulative.to_dict("records"):
        label = f"{'+ ' if rows else ''}{phrases.name(record['added'])}"
        when = (phrases.name(values[record["added"]]),) if values else ()
        tau = (
            numbers.standard_deviation(record["tau_median"])
            if math.isfinite(record["tau_median"])
            else numbers.NONE
        )
        rows.append((marked(label, record["k_informative"]), *when, *_numbers(record), tau))
    when_columns = (Column(phrases.first_upper(phrases.name(choices.order))),) if values else ()
    columns = (Column("Trials", "text"), *when_columns, *_heads(outcome.measure), Column("τ, median"))
    caption = f"{outcomes.title(outcome)}: as the trials come in, {order}, pooled again and posterior."
    return Table(caption, columns, tuple(rows), _details(outcome))


def _column(outcome: CountsOutcome, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    dataset = outcome.trial_set("all").dataset
    return dataset.study_names, dict(dataset.columns)[name]


def classes_table(outcome: CountsOutcome, choices: Choices) -> Table:
    """Return every class of every column by itself, and its ratio to the largest class of the column."""
    measure = outcome.measure
    ratio, over = ("ratio", "over") if measure.log else ("difference", "minus")
    rows = [row for by_class in choices.classes for row in _class_rows(by_class)]
    columns = (
        Column("Class", "text"),
        Column("Trials"),
        *_heads(outcome.measure),
        Column(phrases.first_upper(measure.contrast)),
        Column(CREDIBLE),
        Column("P(ratio > 1)" if measure.log else "P(difference > 0)"),
    )
    named = len(outcome.trial_set("all").dataset) <= MOST_NAMED
    lines = [line for by_class in choices.classes for line in _members(by_class)] if named else []
    lines += [
        f"{classes.label(by_class)}: without a class that says something: {phrases.names(by_class.aside)}."
        for by_class in choices.classes
        if by_class.aside
    ]
    shared = (
        f"{phrases.first_upper(measure.contrast)}: of the class {over} the reference class, under one τ for "
        "all classes; each class by itself has a τ of its own.",
        *dict.fromkeys(f"Prior of a {ratio}: {prior_of_ratios(by_class)}." for by_class in choices.classes),
        *(
            f"{classes.label(by_class)}: {when_stated(by_class)}.{_wide(by_class)}"
            for by_class in choices.classes
        ),
    )
    caption = (
        f"{outcomes.title(outcome)}: classes of trials, each by itself and against the class "
        "with most trials."
    )
    return Table(caption, columns, tuple(rows), (*_details(outcome), *shared, *lines))


def _wide(by_class: ByClass) -> str:
    """Return the ratios with independent means, as a sensitivity."""
    if by_class.contrast.apart is None:
        return ""
    shown, measure = [], by_class.contrast.measure
    for name, base, marginal in by_class.differences(wide=True):
        ratio = posterior_effect(marginal, measure)
        label = marked(classes.of(by_class, name), by_class.contrast.fewest_informative(name, base))
        limits = effects.limits(measure, ratio.lower, ratio.upper)
        shown.append(f"{label} {effects.cell(measure, ratio.estimate)} ({limits})")
    what = "ratio" if measure.log else "difference"
    return f" With the prior of μ for each class by itself, a wide one for a {what}: {'; '.join(shown)}."


def _class_rows(by_class: ByClass) -> Iterable[Row]:
    measure = by_class.contrast.measure
    ratios = {name: (base, marginal) for name, base, marginal in by_class.differences()}
    for (value, trials), record in zip(
        by_class.contrast.groups.items(), by_class.alone.to_dict("records"), strict=True
    ):
        cells: tuple[str, ...] = ("reference", numbers.NONE, numbers.NONE)
        if value in ratios:
            base, marginal = ratios[value]
            ratio, above = (
                posterior_effect(marginal, measure),
                numbers.probability(float(marginal.prob_above(0.0))),
            )
            median = marked(
                effects.cell(measure, ratio.estimate), by_class.contrast.fewest_informative(value, base)
            )
            cells = (median, effects.limits(measure, ratio.lower, ratio.upper), above)
        label = marked(f"{classes.label(by_class)}: {classes.of(by_class, value)}", record["k_informative"])
        yield (label, str(len(trials)), *_numbers(record), *cells)


def _members(by_class: ByClass) -> list[str]:
    label = classes.label(by_class)
    return [
        f"{label}, {classes.of(by_class, value)}: {phrases.names(trials)}."
        for value, trials in by_class.contrast.groups.items()
    ]


def _numbers(record: Mapping[Any, Any]) -> tuple[str, ...]:
    """Pooled odds ratio, limits and P, posterior median, limits and P(OR > 1),
    out of a row of ``subsets``.
    """
    pooled, posterior = (effect_of(dict(record), kind) for kind in ("pooled", "posterior"))
    cells: list[str] = []
    measure = table_measure(record)
    cells += (
        (effects.cell(measure, pooled.estimate), effects.limits(measure, pooled.lower, pooled.upper))
        if pooled
        else ("not estimable", numbers.NONE)
    )
    cells.append(numbers.p_value(record["pooled_p"]) if math.isfinite(record["pooled_p"]) else numbers.NONE)
    cells += (
        (effects.cell(measure, posterior.estimate), effects.limits(measure, posterior.lower, posterior.upper))
        if posterior
        else ("none exists", numbers.NONE)
    )
    return (*cells, _chance(record[measure.columns.above]))


def _details(outcome: CountsOutcome) -> tuple[str, ...]:
    whole = outcome.trial_set("all")
    return (
        details.trials(whole, outcome),
        *models.details(whole.posterior.model),
        *details.altered_by_set(outcome),
        details.INTERVALS,
    )


def _chance(value: float) -> str:
    return numbers.probability(float(value)) if math.isfinite(value) else numbers.NONE


def _percent(value: float) -> str:
    return numbers.percent(value) if math.isfinite(value) else numbers.NONE
