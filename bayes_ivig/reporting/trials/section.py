"""Choices of trials, for the report: which one carries the answer, where the published choice stands,
classes; and every choice of them, for the appendix.
"""

from functools import partial

from bayes_ivig.reporting.document.blocks import Block, Figure, Section, Text
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.trials import choices_table as shown
from bayes_ivig.reporting.trials import words as prose
from bayes_ivig.reporting.trials.chart import (
    cut_off,
    one_by_one_alternative,
    plot_one_by_one,
    plot_standing,
    standing_alternative,
)
from bayes_ivig.reporting.trials.map_chart import dividing_trial, plot_subsets, subsets_alternative
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.choices import Choices
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

TITLE = "Leave-one-out, and where the chosen trials stand"
CLASSES = "Subgroup analysis: by design class"
FEWEST_DRAWN = 5  # trials; of fewer, the tables say all
FEWEST_RANKED = 5  # subsets of one size


def subsets_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return which trial carries the answer, where the published choice stands, and by class;
    None where an outcome has too few for a choice.
    """
    choices = outcome.choices
    if choices is None:
        return None
    blocks: list[Block] = [Text(sentence) for sentence in prose.carrying_sentences(outcome, choices)]
    blocks.append(shown.without_table(outcome, choices))
    standing = prose.standing_sentence(choices) if _ranked(choices) else ""
    blocks.append(pointing(standing, "every choice of trials", f"{appendix_key(key)}-choices"))
    inner: tuple[Section, ...] = ()
    if choices.classes:
        said = prose.contrast_sentence(choices)
        leads = pointing(said, "every class of trials", f"{appendix_key(key)}-classes")
        inner = (Section(f"{key}-classes", CLASSES, (leads,)),)
    return Section(f"{key}-choices", TITLE, tuple(blocks), inner)


def subsets_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every choice of trials in full; None where an outcome has too few for a choice."""
    choices = outcome.choices
    if choices is None:
        return None
    sentence = prose.pairs_sentence(choices)
    blocks: list[Block] = [Text(sentence)] if sentence else []
    blocks += _standing(outcome, choices, key)
    blocks += _map(outcome, choices, key)
    blocks += _steps(outcome, choices, key)
    inner = (_classes(outcome, choices, key),) if choices.classes or choices.not_classed else ()
    return Section(f"{key}-choices", "Every choice of trials", tuple(blocks), inner)


def _ranked(choices: Choices) -> bool:
    """Whether the published choice can be placed among enough others of its size."""
    return (
        choices.every is not None
        and choices.standing is not None
        and choices.standing["subsets"] >= FEWEST_RANKED
    )


def _standing(outcome: CountsOutcome, choices: Choices, key: str) -> list[Block]:
    """Where the published choice stands among all as large."""
    if choices.every is None:
        return [Text(prose.left_out_sentence(choices), "note")]
    if not _ranked(choices):
        return []
    title = outcomes.title(outcome)
    frame, trials = choices.every, choices.published
    caption = (
        f"{title}: pooled odds ratios of all choices of {phrases.small(len(trials))} trials with 95% "
        "confidence intervals, the largest first. Thickest: the choice that was published; heavy: other "
        "choices with P < 0.05; thin: the rest."
        f"{' Limits beyond 0.01 and 100 are cut off.' if cut_off(frame, trials) else ''}"
    )
    chart = Figure(
        f"{key}_choices_ranked",
        caption,
        standing_alternative(frame, trials),
        partial(plot_standing, frame, trials),
    )
    return [chart, shown.ranked_table(outcome, choices)]


def _map(outcome: CountsOutcome, choices: Choices, key: str) -> list[Block]:
    frame = choices.every
    if frame is None or len(frame.attrs["studies"]) < FEWEST_DRAWN:
        return []
    trial = dividing_trial(frame)
    ring = " The ring marks the choice that was published." if choices.published else ""
    caption = (
        f"{outcomes.title(outcome)}: posterior medians of the odds ratio and of τ under every one of the "
        f"{numbers.count(len(frame))} subsets of the trials. Dots: subsets with {phrases.name(trial)}, the "
        "trial that divides them most; dashes: those without it. Lines above and beside: histograms of both "
        f"groups.{ring} Subsets share trials, so that how far the points spread does not measure the "
        "uncertainty of the odds ratio."
    )
    draw = partial(plot_subsets, frame, colour_by=trial, marked=choices.published)
    return [Figure(f"{key}_choices_map", caption, subsets_alternative(frame, trial), draw)]


def _steps(outcome: CountsOutcome, choices: Choices, key: str) -> list[Block]:
    """Trials coming in one by one."""
    order = (
        f"in the order of their {phrases.name(choices.order)}"
        if choices.order
        else "in the order of the table"
    )
    caption = (
        f"{outcomes.title(outcome)}: the odds ratio as the trials come in, {order}; the sign + names the "
        "trial that came in. Squares: pooled again, with 95% confidence intervals. Circles: posteriors, with "
        "95% credible intervals. An interval that runs off the axis ends in an arrow with its limit."
    )
    draw = partial(plot_one_by_one, None, choices.cumulative, outcome.about)
    alternative = one_by_one_alternative(None, choices.cumulative)
    figure = (
        (Figure(f"{key}_choices_steps", caption, alternative, draw),)
        if len(choices.cumulative) >= FEWEST_DRAWN
        else ()
    )
    sentence = prose.steps_sentence(choices.cumulative)
    return [*([Text(sentence)] if sentence else []), *figure, shown.cumulative_table(outcome, choices, order)]


def _classes(outcome: CountsOutcome, choices: Choices, key: str) -> Section:
    label = f"{outcome.trial_set('all').dataset.label}: "
    blocks: list[Block] = []
    if choices.classes:
        blocks += [Text(prose.about_classes(outcome.measure)), shown.classes_table(outcome, choices)]
    blocks += [
        Text(f"Not compared: {phrases.name(reason.removeprefix(label))}.", "note")
        for _, reason in choices.not_classed
    ]
    return Section(f"{key}-classes", CLASSES, tuple(blocks))
