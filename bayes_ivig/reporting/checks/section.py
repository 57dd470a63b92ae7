"""Checks of the reference model: every trial beside what the others foresee,
and what the priors imply before any data.
"""

import math
from collections.abc import Iterator
from functools import partial

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.reporting.checks.chart import Group, foreseen_alternative, plot_foreseen
from bayes_ivig.reporting.document.blocks import Block, Cell, Column, Figure, Prose, Section, Table, Text
from bayes_ivig.reporting.document.inline import Cite
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.checks.outlook import ForeseenStudy, TrialSetCheck
from bayes_ivig.results.checks.predictive import Foretold
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

TITLE = "Posterior predictive check: each trial as the others foresee it"
PRIOR_TITLE = "Prior predictive check: what the priors imply before any data"
LOG_DENSITY = (
    "Log predictive density of all data, each trial's given the others', "
    "to set models of one likelihood side by side"
)
MOST_DRAWN = 40  # rows of a figure
MOST_NAMED = 5


def model_checks_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return which trials the others do not foresee; None where there are no two trials
    that say something.
    """
    groups = _groups(outcome)
    if not groups:
        return None
    *first, last = [_finding(group, outcome) for group in groups]
    leads = pointing(last, "each trial as the others foresee it", f"{appendix_key(key)}-checks")
    blocks: tuple[Block, ...] = (
        _introduction(),
        *(Text(text) for text in first),
        leads,
    )
    return Section(f"{key}-checks", TITLE, blocks)


def model_checks_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return every trial beside what the others foresee; None where there are no two trials
    that say something.
    """
    groups = _groups(outcome)
    if not groups:
        return None
    blocks: list[Block] = []
    drawn = groups if sum(len(group.check.rows) for group in groups) <= MOST_DRAWN else groups[:1]
    if sum(len(group.check.rows) for group in drawn) <= MOST_DRAWN:
        blocks.append(_figure(outcome, drawn, key))
    return Section(f"{key}-checks", TITLE, (*blocks, _table(outcome, groups)))


def _groups(outcome: CountsOutcome) -> list[Group]:
    return [
        Group(outcomes.set_label(outcome.trial_set(check.trials), outcome), check)
        for check in (outcome.checks.sets if outcome.checks else ())
    ]


def prior_checks_section(reanalysis: Reanalysis) -> Section | None:
    """Return what the reference model's priors imply before any data;
    None where they are improper and imply nothing.
    """
    by_quantities: dict[tuple[Foretold, ...], list[str]] = {}
    levels: tuple[float, ...] = ()
    for outcome in reanalysis.outcomes:
        if isinstance(outcome, CountsOutcome) and outcome.checks is not None and outcome.checks.prior:
            by_quantities.setdefault(outcome.checks.prior, []).append(outcomes.title(outcome))
            levels = outcome.checks.levels
    if not by_quantities:
        return None
    rows = []
    for prior, titles in by_quantities.items():
        whose = f"{phrases.series(titles)}: " if len(by_quantities) > 1 else ""
        rows += [_implied(each, levels, whose) for each in prior]
    columns = (
        Column("Quantity", "text"), Column("Median"), Column("Middle 50%"), Column("Middle 95%"),
        Column("P(extreme)"), Column("What is extreme", "short"),
    )  # fmt: skip
    text = (
        "With all parameters from their priors alone, these are the odds ratios and event rates of a trial. "
    )
    text += (
        "They are the same for every outcome."
        if len(by_quantities) == 1
        else "A prior depends on the data: each outcome has its own."
    )
    if any(
        each.scale == "event rate" and (each.prob_extreme or 0.0) > 0.5
        for prior in by_quantities
        for each in prior
    ):
        text += (
            " Most of the baseline prior lies next to event rates of 0 and 1: so wide a prior on the log "
            "odds is no forecast, it leaves the baseline of each trial to the trial's own counts."
        )
    lines = (f"Priors: {models.prior_line(reanalysis.model)}{models.baseline(reanalysis.model)}.",)
    return Section(
        "prior-predictive", PRIOR_TITLE, (Text(text), Table(f"{PRIOR_TITLE}.", columns, tuple(rows), lines))
    )


def _implied(row: Foretold, levels: tuple[float, ...], whose: str) -> tuple[str, ...]:
    at = dict(zip(levels, row.quantiles, strict=True))
    chance = numbers.NONE if row.prob_extreme is None else numbers.probability(row.prob_extreme)
    shown = partial(_plain, rate=row.scale == "event rate")
    return (
        f"{whose}{_quantity(row)}",
        shown(at[0.5]),
        f"{shown(at[0.25])} to {shown(at[0.75])}",
        f"{shown(at[0.025])} to {shown(at[0.975])}",
        chance,
        row.extreme or numbers.NONE,
    )


def _quantity(row: Foretold) -> str:
    return "Between-study SD τ" if row.quantity == "tau" else phrases.first_upper(row.quantity)


def _plain(value: float, *, rate: bool) -> str:
    """Return two figures: these numbers are read off evenly spread points of the priors."""
    if rate:
        return numbers.foretold_rate(value)
    return numbers.foretold(value)


def _introduction() -> Prose:
    return Prose(("Does each trial look like one that the others foresee", Cite(("marshall2007",)), "?"))


def _finding(group: Group, outcome: CountsOutcome) -> str:
    """Return which trials stand out, and whether one would under the model."""
    check, of = group.check, phrases.small(len(group.check.foreseen))
    if not check.foreseen or check.smallest_p_chance is None:
        return (
            f"{group.title}: the others foretell nothing of any trial, "
            "which either had no choice or no posterior of the others."
        )
    beyond = [row for row in check.rows if row.outside]
    named = [_named(row, outcome) for row in beyond[:MOST_NAMED]]
    more = [f"{phrases.small(len(beyond) - MOST_NAMED)} more"] if len(beyond) > MOST_NAMED else []
    which = f": {'; '.join([*named, *more])}" if named else ""
    count, expected = (
        phrases.small(check.outside) if check.outside else "none",
        numbers.plain(check.expected_outside),
    )
    lies = "lies" if check.outside < 2 else "lie"
    least = min(check.foreseen, key=lambda row: settled_one(row.replicated_p or 0.0))
    return (
        f"{group.title}: {count} of {of} {lies} outside the {numbers.level(check.level, 6)} limits, where "
        f"{expected} would be expected{which}. With results replicated from all these trials together, the "
        f"smallest P is that of {phrases.name(least.study)}, {numbers.p_value(least.replicated_p)}; if the "
        f"model holds, the smallest of {of} is as small as that, or smaller, with probability "
        f"{numbers.probability(check.smallest_p_chance)}."
    )


def _named(row: ForeseenStudy, outcome: CountsOutcome) -> str:
    foreseen, seen = _limits(row), _seen(row)
    arm = f" under {phrases.name(outcome.about.treatment)}" if row.total is not None else ""
    return f"{phrases.name(row.study)} ({seen}{arm}, {foreseen} foreseen)"


def _seen(row: ForeseenStudy) -> str:
    if row.total is None:
        return f"odds ratio {numbers.ratio(_exp(row.observed))}"
    return f"{numbers.whole(row.observed)} event{'' if row.observed == 1 else 's'} of {row.total}"


def _limits(row: ForeseenStudy) -> str:
    if row.lower is None or row.upper is None:
        return numbers.NONE
    if row.total is None:
        return numbers.limits(_exp(row.lower), _exp(row.upper))
    return f"{numbers.whole(row.lower)} to {numbers.whole(row.upper)}"


def _exp(log_ratio: float) -> float:
    return math.exp(min(max(log_ratio, -700.0), 700.0))


def _figure(outcome: CountsOutcome, groups: list[Group], key: str) -> Figure:
    treatment = phrases.name(outcome.about.treatment)
    what = "odds ratio" if groups[0].check.uses_estimates else f"share of the {treatment} arm with the event"
    caption = (
        f"{outcomes.title(outcome)}: {what} in each trial, as observed (squares) and as the other trials "
        f"foresee it (thin line: {numbers.level(groups[0].check.level, 6)} predictive limits, thick: the "
        "middle half). P in bold: outside the limits."
    )
    draw = partial(plot_foreseen, groups, outcome.about.treatment)
    return Figure(f"{key}_checks", caption, foreseen_alternative(groups), draw)


def _table(outcome: CountsOutcome, groups: list[Group]) -> Table:
    """Return every trial's counts and what the others foresee, set by set."""
    about, level = outcome.about, numbers.level(groups[0].check.level, 6)
    by_set = [{row.study: row for row in group.check.rows} for group in groups]
    counts = {study.name: study.counts for study in outcome.trial_set("all").dataset.studies}
    shown = [name for name in counts if any(name in rows for rows in by_set)]
    columns = [
        Column("Trial", "text"),
        Column(phrases.name(about.treatment)),
        Column(phrases.name(about.control)),
    ]
    for group in groups:
        columns += [
            Column(f"{group.title}: foreseen, {level}"),
            Column("P given the others"),
            Column("P replicated"),
        ]
    rows = []
    for name in shown:
        r1, n1, r0, n0 = counts[name]
        row: list[Cell | str] = [phrases.name(name), f"{r1}/{n1}", f"{r0}/{n0}"]
        for quantities in by_set:
            row += _cells(quantities.get(name))
        rows.append(tuple(row))
    rows.append(
        ("All", numbers.NONE, numbers.NONE, *(cell for group in groups for cell in _overall(group.check)))
    )
    what = (
        "odds ratio"
        if groups[0].check.uses_estimates
        else f"events in the {phrases.name(about.treatment)} arm"
    )
    caption = f"{outcomes.title(outcome)}: each trial as observed, and {what} as the other trials foresee it."
    return Table(caption, tuple(columns), tuple(rows), _lines(outcome, groups))


def _cells(row: ForeseenStudy | None) -> tuple[Cell | str, ...]:
    if row is None:
        return numbers.NONE, numbers.NONE, numbers.NONE
    tone = "strong" if row.outside else ""
    return _limits(row), Cell(numbers.p_value(row.p_value), tone), numbers.p_value(row.replicated_p)  # type: ignore[arg-type]


def _overall(check: TrialSetCheck) -> Iterator[str]:
    yield f"{check.outside} outside, {numbers.plain(check.expected_outside)} expected"
    yield numbers.NONE
    yield numbers.p_value(check.smallest_p_chance)


def _lines(outcome: CountsOutcome, groups: list[Group]) -> tuple[str, ...]:
    model = outcome.trial_set(groups[0].check.trials).posterior.model
    rows = [row for group in groups for row in group.check.rows]
    reasons = {
        note: dict.fromkeys(row.study for row in rows if row.note == note)
        for note in dict.fromkeys(r.note for r in rows)
    }
    given = (
        "Foreseen: central predictive limits of the odds ratio, given the trial's standard error."
        if model.uses_estimates
        else (
            "Foreseen: central predictive limits of the events under "
            f"{phrases.name(outcome.about.treatment)}, given both totals and all events of the trial, so "
            "that the events in the other arm are what is left of them."
        )
    )
    densities = [
        f"{numbers.amount(group.check.log_predictive_density)} ({group.title[:1].lower()}{group.title[1:]})"
        for group in groups
        if group.check.log_predictive_density is not None
    ]
    return (
        *(details.trials(outcome.trial_set(group.check.trials), outcome) for group in groups),
        *models.details(model),
        given,
        "P given the others: two-sided mid-p-value of the trial under the posterior without it. P "
        "replicated: the same under the posterior of all trials, a new effect taken for the trial, and "
        "larger because its own counts shaped that posterior; in the last row the probability, under the "
        "same posterior, that the smallest of so many is as small.",
        *([f"{LOG_DENSITY}: {', '.join(densities)}."] if densities else []),
        *(
            f"Nothing foreseen of {phrases.names(studies)}: {note}."
            for note, studies in reasons.items()
            if note
        ),
    )
