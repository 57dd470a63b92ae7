"""Benefit against harm by the trials that the benefit is taken from."""

from bayes_ivig.reporting.document.blocks import Cell, Column, Section, Table, Text
from bayes_ivig.reporting.weighing.lead_words import trials_words
from bayes_ivig.reporting.weighing.words import (
    PER_100,
    amount_words,
    benefit_name,
    effect_names,
    even_note,
    harm_name,
    short_break_even,
)
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.reporting.wording.readings import READINGS, reading_label
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


def trials_section(comparison: HarmComparison, reanalysis: Reanalysis, key: str) -> tuple[Section, ...]:
    """Return the section, or none where the benefit has but one set of trials."""
    if not comparison.trial_sets:
        return ()
    setting = comparison.main.setting
    good, bad = benefit_name(setting), harm_name(setting)
    text = (
        f"The rows differ in the trials that {good} is taken from. {phrases.first_upper(bad)} is in every "
        "row that of all trials with data on it, whichever are named: a row of fewer trials holds only as "
        "far as the odds ratio of the harm is the same in them. "
        "Control risks are those of all trials in every row."
    )
    return (Section(key, f"By trials of {good}", (Text(text), _table(comparison, reanalysis))),)


def _table(comparison: HarmComparison, reanalysis: Reanalysis) -> Table:
    names = effect_names(comparison.main.setting)
    columns = (
        Column("Trials of the benefit; harm", "text"),
        *(Column(name, unit=PER_100) for name in names.values()),
        Column("P(benefit and harm)"),
        Column("P(net benefit > 0), weight 1"),
        Column("Break-even weight"),
    )
    rows = tuple(_row(each, comparison, reanalysis, tuple(names)) for each in comparison.trial_sets)
    known = dict.fromkeys(phrases.lower_first(reading_label(each)) for each in comparison.trial_sets)
    lines = (
        f"Harm known from: {'; '.join(known)}.",
        "Model, priors, control risks and intervals are those of the first table of benefit against harm.",
        *even_note([each.weighed for each in comparison.trial_sets]),
        "Which trials each set holds stands under the outcome.",
    )
    return Table("The same by the trials that the benefit is taken from.", columns, rows, lines)


def _row(
    reading: HarmReading, comparison: HarmComparison, reanalysis: Reanalysis, names: tuple[str, ...]
) -> tuple[Cell | str, ...]:
    weighed = reading.weighed
    effects, table = dict(weighed.effects), weighed.relative
    chance = next(net.probability for net in weighed.nets if net.weight == 1.0)
    trials = phrases.first_upper(trials_words(reading, comparison, reanalysis))
    how = phrases.lower_first(READINGS.get(reading.code, reading.code))
    return (
        f"{trials}; {how}" if how else trials,
        *(amount_words(effects[name]) for name in names),
        numbers.probability(table.both),
        Cell(numbers.probability(chance), "strong"),
        short_break_even(weighed.break_even),
    )
