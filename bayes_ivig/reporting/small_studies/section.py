"""Small studies and publication, as a part of an outcome: what selection by p-value would leave of the
effect, and what an infinitely large trial would show if small trials differ by their size.
"""

from functools import partial

from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.cells import CREDIBLE
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.small_studies import words as prose
from bayes_ivig.reporting.small_studies.chart import plot_selection, selection_alternative
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.small_studies.selection import SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies

TITLE = "Small studies and publication"
LEVEL, LINE = 0.95, 0.95
WHY_NOT = {
    "direction": "the data do not say which direction is good, so nobody knows which results would have been "
    "favoured",
    "few": "fewer than three trials can tell the arms apart",
    "measure": "it is asked of odds ratios from counts only",
    "priors": "it takes priors that are proper and made without the data",
}


def small_studies_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return what selection would leave of the effect, in a sentence for each trial set; else why it was
    not asked.
    """
    asked = outcome.small_studies
    if asked is None:
        return None
    if not asked.sets:
        return Section(f"{key}-small", TITLE, (Text(f"Not asked: {WHY_NOT[asked.refused]}."),))
    said = [_sentence(outcome, name, found) for name, found in asked.sets]
    last = f"{said[-1]} {prose.BODY}"
    leads = pointing(last, "small studies and publication", f"{appendix_key(key)}-small")
    return Section(f"{key}-small", TITLE, (*(Text(each) for each in said[:-1]), leads))


def small_studies_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return steps with their weights, the curve over fixed weights, PET and PEESE, and what limits them."""
    asked = outcome.small_studies
    if asked is None or not asked.sets:
        return None
    blocks: list[Block] = [Text(prose.introduction(asked.sets[0][1].selection))]
    for name, found in asked.sets:
        blocks += _of_set(outcome, name, found, key)
    return Section(f"{key}-small", TITLE, tuple(blocks))


def _sentence(outcome: CountsOutcome, name: str, found: SmallStudies) -> str:
    label = outcomes.set_label(outcome.trial_set(name), outcome)
    selected = found.selection
    chances = [prose.chance(selected, each) for each in (selected.uncorrected, selected.posterior)]
    limits = [
        f"{prose.chance(selected, row.posterior)} ({prose.LIMITS[row.adjustment]})"
        for row in found.rows
        if row.adjustment in prose.LIMITS
    ]
    return (
        f"{label}: P({selected.event}) is {chances[1]} instead of {chances[0]} if trials with p above "
        f"{numbers.stated(selected.steps[0].p_to)} ({prose.favoured(selected)}) were published less often, "
        f"the weight uniform{prose.turning(selected, LINE)}. In the limit of a large trial it is "
        f"{phrases.series(limits)}."
    )


def _of_set(outcome: CountsOutcome, name: str, found: SmallStudies, key: str) -> list[Block]:
    selected = found.selection
    title = f"{outcomes.title(outcome)}, {outcomes.set_phrase(outcome.trial_set(name), outcome)}"
    curve = Figure(
        f"{key}_small_{name}",
        f"{title}: {found.measure.name} with its 95% credible interval, and P({selected.event}), over "
        f"the weight with which {prose.later(selected)} was published; dots: no selection.",
        selection_alternative(selected),
        partial(plot_selection, selected),
    )
    said = (
        prose.evidence(selected.log_bayes_factor),
        prose.stays(selected),
        prose.missing(selected, LEVEL),
        prose.tipping(selected, LINE),
    )
    return [
        _adjusted_table(outcome, name, found, title),
        _steps_table(selected, title),
        Text(" ".join(each for each in said if each)),
        curve,
    ]


def _adjusted_table(outcome: CountsOutcome, name: str, found: SmallStudies, title: str) -> Table:
    columns = (
        Column("Assumed", "text"),
        Column(f"Posterior {found.measure.symbol}"),
        Column(CREDIBLE),
        Column(f"P({found.selection.event})"),
        Column("Slope"),
        Column("Bayes factor"),
    )
    rows = []
    for row in found.rows:
        label, median, limits, slope, factor = prose.of_adjusted(row, LEVEL)
        chance = prose.chance(found.selection, row.posterior)
        rows.append((phrases.first_upper(label), median, limits, chance, slope, factor))
    lines = (
        f"{phrases.first_upper(prose.NO_TRUTH)}.",
        f"{prose.SLOPE} Bayes factor: against none.",
        prose.BOTH,
        f"{prose.likelihood(found.selection)}.",
        details.trials(outcome.trial_set(name), outcome),
        details.CREDIBLE,
    )
    return Table(
        f"{title}: the effect under what may be assumed of small trials.", columns, tuple(rows), lines
    )


def _steps_table(found: SelectionAnalysis, title: str) -> Table:
    columns = (
        Column(f"p-value, {prose.favoured(found)}", "text"),
        Column("Trials"),
        Column("Weight before", "number"),
        Column("Weight after", "number"),
        Column("Which", "long"),
    )
    p_values = dict(found.p_values)
    rows = tuple(
        (
            phrases.first_upper(prose.interval(step)),
            numbers.count(len(step.studies)),
            prose.weight(step.prior_limits(LEVEL)),
            prose.weight(step.limits(LEVEL)),
            "; ".join(f"{phrases.name(each)}, p {numbers.p_value(p_values[each])}" for each in step.studies)
            or "none: its weight stays where its prior put it",
        )
        for step in found.steps
    )
    assumed = [f"{phrases.first_upper(line)}." for line in prose.assumed(found)]
    short = prose.unreachable(found)
    lines = (*assumed, *((f"{phrases.first_upper(short)}.",) if short else ()), details.CREDIBLE)
    return Table(
        f"{title}: trials by their p-value, and how often such trials are published.", columns, rows, lines
    )
