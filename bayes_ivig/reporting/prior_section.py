"""By prior: combinations side by side, named families before and after the data, the estimate against the prior's width."""

import math
import re
from functools import partial

from bayes_ivig.reporting import details, models, tables, words
from bayes_ivig.reporting.cells import CREDIBLE, OR_ABOVE, ratio_cells
from bayes_ivig.reporting.charts.prior_width import plot_widths, widths_alternative
from bayes_ivig.reporting.charts.priors import plot_priors
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.reporting.page import Block, Column, Figure, Section, Table, Text
from bayes_ivig.results.estimate import Ratio
from bayes_ivig.results.prior_families import AfterData, PriorFamilies, PriorFamily
from bayes_ivig.results.reanalysis import CountsOutcome

SHOWN = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.82, 5.6, 10.0)
LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{4,}(?:e[-+]\d+)?")
Z = 1.959964


def prior_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the section, None where no priors are set side by side."""
    blocks: list[Block] = []
    title = words.outcome_title(outcome)
    if outcome.sensitivity:
        blocks.append(tables.prior_table(outcome))
        blocks.append(
            Figure(
                f"{key}_priors",
                f"{title}: posterior odds ratio under each combination of priors (95% credible intervals).",
                f"{title}: intervals of the odds ratio under each combination of priors; numbers in the table above.",
                partial(plot_priors, outcome),
            )
        )
    found = outcome.prior_families
    if found is not None:
        blocks += [Text(_intro(found)), *(_families_table(outcome, found, i) for i in range(len(found.curves)))]
        blocks += [*_weights(outcome, found), _width_figure(outcome, found, key), _width_table(outcome, found)]
    return Section(f"{key}-priors", "By prior", tuple(blocks)) if blocks else None


def _intro(found: PriorFamilies) -> str:
    text = "What each prior says before these trials, and what it says after them."
    if found.expected is None:
        return f"{text} Optimistic and pessimistic priors are left out: whether an event is good or bad is not stated."
    expected, other = words.threshold(found.expected), words.threshold(1 / found.expected)
    return (
        f"{text} The optimistic and the enthusiastic prior are about an odds ratio of {expected}, the pessimistic one about its "
        f"mirror image, {other}: a convention, since nobody stated an expected effect before these trials. They leave a "
        "probability of 0.15 (enthusiastic: 0.05) to the opposite direction; the sceptical prior leaves 0.05 to odds ratios "
        "above 2."
    )


def _families_table(outcome: CountsOutcome, found: PriorFamilies, which: int) -> Table:
    """Return the families before and after the data of one trial set."""
    result = outcome.trial_set(found.curves[which].trials)
    rows = tuple(_row(family, family.after[which]) for family in found.families)
    columns = (
        Column("Prior", "text"), Column("In numbers", "long"), Column("Before: P(OR > 1)"), Column("Before: 95% of OR"),
        Column("After: OR"), Column(CREDIBLE), Column(f"After: {OR_ABOVE}"), Column("Conflict, P"),
    )  # fmt: skip
    caption = (
        f"{words.outcome_title(outcome)}: families of priors before and after the data, {words.set_phrase(result, outcome)}."
    )
    model = result.posterior.model
    lines = (
        details.trials(result, outcome),
        models.details(model)[0],
        f"Priors: μ as in the row with τ ~ {model.tau}; rows that begin with τ: that prior with μ ~ {model.mu}, and the 95% "
        "range of τ in place of the odds ratio's.",
        "Conflict, P: two-sided tail of the trials' own estimate under what the prior predicts for it (Box 1980); small where "
        "the prior and the trials disagree.",
        details.CREDIBLE,
    )
    return Table(caption, columns, rows, lines)


def _row(family: PriorFamily, after: AfterData) -> tuple[str, ...]:
    label = f"τ: {family.label}" if family.of_tau else family.label
    before = words.limits(family.before_lower, family.before_upper)
    return (
        label,
        short(family.prior),
        words.NONE if family.before_prob is None else probability(family.before_prob),
        f"τ {before}" if family.of_tau else before,
        *ratio_cells(Ratio(after.or_median, after.or_lower, after.or_upper)),
        probability(after.prob_or_gt_1),
        words.NONE if after.conflict_p is None else words.p_value(after.conflict_p),
    )


def short(prior: str) -> str:
    """Return a prior's text with numbers of many digits cut to three figures."""
    return LONG_NUMBER.sub(lambda found: f"{float(found.group()):.3g}", prior)


def _weights(outcome: CountsOutcome, found: PriorFamilies) -> list[Block]:
    """Say how much weight the data leave to the informative part of every robust prior."""
    sentences = []
    for family in found.families:
        if family.part_weight is None:
            continue
        after = [
            f"{probability(each.part_weight)} ({words.set_phrase(outcome.trial_set(each.trials), outcome)})"
            for each in family.after
            if each.part_weight is not None
        ]
        sentences.append(
            f"{family.label}: the informative part has a weight of {probability(family.part_weight)} before the data and of "
            f"{words.series(after)} after them."
        )
    return [Text(" ".join(sentences))] if sentences else []


def _width_figure(outcome: CountsOutcome, found: PriorFamilies, key: str) -> Figure:
    results = [outcome.trial_set(curve.trials) for curve in found.curves]
    labels = [words.set_label(result, outcome) for result in results]
    phrases = [words.set_phrase(result, outcome) for result in results]
    lines = [f"Line in a band: {phrases[0]}."] + [f"Line between dashed limits: {phrase}." for phrase in phrases[1:]]
    caption = (
        f"{words.outcome_title(outcome)}: the estimate against the width of a normal prior on μ around no effect. Above: "
        f"posterior median odds ratio and 95% credible limits; below: {OR_ABOVE}. {' '.join(lines)} To the left the prior "
        "decides, to the right the trials."
    )
    return Figure(f"{key}_width", caption, widths_alternative(found.curves, labels), partial(plot_widths, found.curves, labels))


def _width_table(outcome: CountsOutcome, found: PriorFamilies) -> Table:
    first = found.curves[0]
    columns = [Column("SD of the prior"), Column("95% of prior OR")]
    for curve in found.curves:
        label = words.set_label(outcome.trial_set(curve.trials), outcome)
        columns += [Column(f"{label}: OR"), Column(CREDIBLE), Column(OR_ABOVE)]
    rows = []
    for i, width in enumerate(first.widths):
        if width in SHOWN:
            row = [f"{width:g}", words.limits(math.exp(-Z * width), math.exp(Z * width))]
            for curve in found.curves:
                row += [*ratio_cells(Ratio(curve.median[i], curve.lower[i], curve.upper[i])), probability(curve.prob_or_gt_1[i])]
            rows.append(tuple(row))
    model = outcome.trial_set(first.trials).posterior.model
    lines = (
        *(details.trials(outcome.trial_set(curve.trials), outcome) for curve in found.curves),
        models.details(model)[0],
        f"Priors: μ ~ normal(0, SD) as in the row, τ ~ {model.tau}.",
        details.CREDIBLE,
    )
    return Table(
        f"{words.outcome_title(outcome)}: the estimate against the width of the prior.", tuple(columns), tuple(rows), lines
    )
