"""The summary of findings of a report: odds ratios, what they mean per 1000 people,
and the probability of benefit.
"""

from collections.abc import Sequence
from functools import partial

from bayes_ivig.reporting.benefit import control_words, important_words
from bayes_ivig.reporting.benefit.absolute_chart import Group, absolute_chart, absolute_words
from bayes_ivig.reporting.document.blocks import Block, Cell, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.cells import Row, direction
from bayes_ivig.reporting.wording import numbers, outcomes, per_thousand, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.information import marked, nothing_learnt_at_all
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

PEOPLE = "per 1000 people"
ARM_CHARACTERS = 24
SETS = (
    "Which trials each set holds stands under its outcome. Trials and people are those that the likelihood "
    "of the odds ratio uses; where a set lists more trials, their number follows."
)


def findings_section(
    reanalysis: Reanalysis, findings: Sequence[Finding], key: str = "findings"
) -> Section | None:
    """Return the section with its two tables and the drawing; None where no outcome has an odds ratio."""
    if not findings:
        return None
    absolute = _posteriors(reanalysis, [each for each in findings if each.effects])
    nothing = nothing_learnt_at_all(_posteriors(reanalysis, findings), absolute)
    blocks: list[Block] = [Text(nothing)] if nothing else []
    blocks += [Text(_intro(findings)), summary_table(reanalysis, findings)]
    shown = _firsts(findings)
    if shown:
        groups = [Group(_label(reanalysis, each), _rows(each)) for each in shown]
        arms, level = (shown[0].about.treatment, shown[0].about.control), shown[0].level
        alternative = absolute_words(groups, arms)
        caption = (
            f"Events {PEOPLE} without and with treatment, at low, median and high control risk: "
            f"{phrases.name(arms[1])} (squares, taken as known) and {phrases.name(arms[0])} (circles, with "
            f"{_percent(shown[0])} credible intervals). The first row of every outcome in the table above."
        )
        figure = Figure(
            f"{key}_absolute", caption, alternative, partial(absolute_chart, groups, arms, level, alternative)
        )
        blocks += [figure, risks_table(reanalysis, shown), *_beside_harm(reanalysis)]
    return Section(key, "Summary of findings", tuple(blocks))


def summary_table(reanalysis: Reanalysis, findings: Sequence[Finding]) -> Table:
    """Return a row per outcome and trial set: people, odds ratio,
    events per 1000 at the median control risk, probabilities.
    """
    about = findings[0].about
    directed = any(each.about.event for each in findings)
    chances = ("P(benefit)", "Important benefit", "Important harm")
    undirected = ("P(OR > 1)", "Important increase", "Important decrease")
    sized = len({important_words.size_of(each) for each in findings}) > 1
    columns = (
        Column("Outcome and trials", "text"),
        Column("Trials (people)", "short"),
        Column(f"Posterior OR ({_percent(findings[0])} credible)"),
        *_arm_columns(about.treatment, about.control),
        *(Column(title) for title in (chances if directed else undirected)),
        *([Column("Important means", "short")] if sized else []),
    )
    rows = tuple(
        (
            *_summary_row(reanalysis, each, directed=directed),
            *([important_words.size_of(each)] if sized else []),
        )
        for each in findings
    )
    return Table(
        f"Summary of findings, {PEOPLE} at the median control risk.",
        columns,
        rows,
        _details(reanalysis, findings, directed),
    )


def risks_table(reanalysis: Reanalysis, findings: Sequence[Finding]) -> Table:
    """Return a row per outcome and control risk: events per 1000, numbers needed,
    and beyond the important difference.
    """
    about = findings[0].about
    sizes = list(dict.fromkeys(each.important_difference for each in findings))
    columns = (
        Column("Outcome and trials", "text"),
        Column("Control risk", "short"),
        *_arm_columns(about.treatment, about.control),
        Column("Number needed to treat", "short"),
        *(Column(title) for title in important_words.headings(sizes)),
    )
    rows: list[Row] = []
    for each in findings:
        for label, row in _rows(each).items():
            cells = (*_absolute_cells(row), per_thousand.number_needed(row, each.about.event))
            rows.append(
                (
                    _label(reanalysis, each),
                    phrases.name(label.removesuffix(" control risk")),
                    *cells,
                    *important_words.cells(each, row, sizes),
                )
            )
    lines = [
        "Model, priors, trials and intervals are those of the summary of findings.",
        _levels(findings),
        *dict.fromkeys(
            phrases.first_upper(per_thousand.number_needed_note(each.about.event)) + "." for each in findings
        ),
    ]
    return Table(
        f"Absolute effects {PEOPLE}, by control risk: the first row of every outcome above.",
        columns,
        tuple(rows),
        tuple(lines),
    )


def _intro(findings: Sequence[Finding]) -> str:
    if not any(each.effects for each in findings):
        refused = any(each.arms and each.arms.not_carried for each in findings)
        known = "carried by the control arms" if refused else "known"
        return f"No control risk is {known}, so the odds ratios cannot be turned into numbers of people."
    stated = all(each.control in ("stated", "unknown") for each in findings)
    source = "was stated" if stated else "is taken from the comparator arms"
    return (
        "What an odds ratio means for 1000 people depends on how many of them would have the event without "
        f"the treatment. That control risk {source}, and the odds ratio is taken to be the same at every "
        "control risk. Numbers are posterior medians."
    )


def _beside_harm(reanalysis: Reanalysis) -> tuple[Text, ...]:
    """Return how these numbers go with those of benefit against harm, where that is weighed."""
    harm = reanalysis.harm
    if harm is None:
        return ()
    setting = harm.main.setting
    title = phrases.name(setting.harm_title)
    other = (
        f" {title} is counted here per 1000 of those it is counted among, and there per 100 of all "
        f"{phrases.name(setting.people)}."
        if setting.chained
        else ""
    )
    text = (
        "The section on benefit against harm takes the same posteriors at the same control risks, but gives "
        "posterior means: only means add up over what can happen to the same people. Median and mean differ "
        f"where a posterior is skew; the intervals of the benefit are the same.{other}"
    )
    return (Text(text),)


def _summary_row(reanalysis: Reanalysis, finding: Finding, *, directed: bool) -> Row:
    ratio, main = finding.odds_ratio, finding.main
    absolute = (numbers.NONE,) * 3 if main is None else _absolute_cells(finding.row(main))
    mass = finding.important
    chances: tuple[float | None, ...] = (finding.prob_or_gt_1, mass.above, mass.below)
    if directed:
        chances = (finding.sides[0], *finding.important_sides)
    return (
        _label(reanalysis, finding),
        _size(reanalysis, finding),
        Cell(f"{numbers.ratio(ratio.estimate)} ({numbers.limits(ratio.lower, ratio.upper)})", "strong"),
        *absolute,
        *(numbers.NONE if chance is None else numbers.probability(chance) for chance in chances),
    )


def _absolute_cells(row: per_thousand.AbsoluteRow) -> tuple[str, str, str]:
    """Return events without treatment, with it, and the difference, each with its limits in brackets."""
    (middle, limits), (change, between) = per_thousand.treated(row), per_thousand.difference(row)
    return per_thousand.events(row["control_per_1000"]), f"{middle} ({limits})", f"{change} ({between})"


def _arm_columns(treatment: str, control: str) -> tuple[Column, Column, Column]:
    arms = (phrases.first_upper(phrases.cut(arm, ARM_CHARACTERS)) for arm in (control, treatment))
    without, given = (f"{arm}, {PEOPLE.removesuffix(' people')}" for arm in arms)
    return Column(without), Column(given), Column("Difference per 1000")


def _firsts(findings: Sequence[Finding]) -> list[Finding]:
    """Return the first row of each outcome, where its control risk is known:
    that of all trials, or of the first reading.
    """
    first: dict[str, Finding] = {}
    for each in findings:
        first.setdefault(each.outcome, each)
    return [each for each in first.values() if each.effects]


def _posteriors(reanalysis: Reanalysis, findings: Sequence[Finding]) -> dict[str, Posterior]:
    """Return the posteriors of the outcomes with counts, by outcome and trials."""
    counted = [(each, reanalysis.outcome(each.outcome)) for each in findings]
    results = [
        (outcome, outcome.trial_set(each.trials))
        for each, outcome in counted
        if isinstance(outcome, CountsOutcome)
    ]
    return {
        f"{outcomes.title(outcome)}: {outcomes.set_phrase(result, outcome)}": result.posterior
        for outcome, result in results
    }


def _rows(finding: Finding) -> dict[str, per_thousand.AbsoluteRow]:
    return per_thousand.distinct({name: finding.row(name) for name in finding.effects})


def _label(reanalysis: Reanalysis, finding: Finding) -> str:
    """Return outcome and trials, or outcome and how its counts are known."""
    outcome = reanalysis.outcome(finding.outcome)
    title = outcomes.title(outcome)
    if isinstance(outcome, CountsOutcome):
        result = outcome.trial_set(finding.trials)
        return marked(f"{title}: {outcomes.set_phrase(result, outcome)}", result.posterior.k_informative)
    reading = READINGS.get(finding.reading, finding.reading)
    return f"{title}: {finding.known_from}, {reading[:1].lower()}{reading[1:]}"


def _size(reanalysis: Reanalysis, finding: Finding) -> str:
    """Return trials and people that carry information, and of how many trials where the set lists more."""
    studies = "not stated" if finding.studies is None else numbers.count(finding.studies)
    outcome = reanalysis.outcome(finding.outcome)
    listed = (
        len(outcome.trial_set(finding.trials).dataset)
        if isinstance(outcome, CountsOutcome)
        else finding.studies
    )
    studies = (
        studies if listed is None or listed == finding.studies else f"{studies} of {numbers.count(listed)}"
    )
    return studies if finding.people is None else f"{studies} ({numbers.count(finding.people)})"


def _details(reanalysis: Reanalysis, findings: Sequence[Finding], directed: bool) -> tuple[str, ...]:
    summarised = any(each.known_from == "published summary" for each in findings)
    own = (
        "From a published summary: normal likelihood on the log odds ratio, one common effect, "
        "the prior of the effect as above."
    )
    lines = [
        *models.details(reanalysis.model),
        *([own] if summarised else []),
        SETS,
    ]
    lines += [
        *_people(reanalysis, findings),
        _levels(findings),
        *_other_sources(reanalysis, findings),
        *control_words.ranges(reanalysis, findings),
        *important_words.meaning(reanalysis, findings),
    ]
    lines.append("Control risks are taken as known, and as independent of the odds ratio.")
    credible = f"Intervals: posterior medians with central {_percent(findings[0])} credible intervals."
    return (*lines, *([direction()] if directed else []), credible)


def _people(reanalysis: Reanalysis, findings: Sequence[Finding]) -> list[str]:
    """Return whom the people are, where the data say so."""
    counted: dict[str, dict[str, None]] = {}
    for each in findings:
        if each.about.denominator:
            counted.setdefault(each.about.denominator, {})[
                outcomes.title(reanalysis.outcome(each.outcome))
            ] = None
    parts = [f"{phrases.name(whom)} ({phrases.series(list(titles))})" for whom, titles in counted.items()]
    return [f"People: {'; '.join(parts)}."] if parts else []


def _levels(findings: Sequence[Finding]) -> str:
    """Return where low, median and high control risks come from."""
    if all(each.control in ("stated", "unknown") for each in findings):
        return "Control risks: as stated; outcomes without one have no absolute effects."
    priors = dict.fromkeys(control_words.prior_of_risks(each.arms) for each in findings if each.arms)
    return (
        "Low, median and high control risk: the 10%, 50% and 90% quantiles, over all control arms of the "
        "outcome, of each arm's posterior median risk (random effects on the log odds, control arms alone; "
        f"{'; '.join(priors)}); the same for every row of an outcome. Quantiles of few arms move much with "
        f"each of them. {phrases.first_upper(control_words.criterion())}."
    )


def _other_sources(reanalysis: Reanalysis, findings: Sequence[Finding]) -> list[str]:
    """Return a line for every outcome whose control risks are not those of counted control arms."""
    names = {
        "known control arms": "of those control arms whose counts are known",
        "reconstructed control arms": (
            "of reconstructed control arms, the number of events averaged over the tables that agree "
            "with a reading by their posterior probability, then over the readings, and rounded"
        ),
        "stated": "as stated",
        "unknown": "not known, so there are no absolute effects",
    }
    titles = {each.outcome: outcomes.title(reanalysis.outcome(each.outcome)) for each in findings}
    lines = {titles[each.outcome]: names[each.control] for each in findings if each.control in names}
    sources = [f"{title}, control risks: {text}." for title, text in lines.items()]
    failed = {
        f"{titles[each.outcome]}, checks of the control arms FAILED: {what}."
        for each in findings
        for what in each.problems
    }
    return [*sources, *sorted(failed)]


def _percent(finding: Finding) -> str:
    return numbers.level(finding.level)
