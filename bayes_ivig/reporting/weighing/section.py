"""Benefit against harm in the report: people of 100, net benefit by weight,
other control risks and other harms.
"""

from collections.abc import Sequence
from functools import partial

from bayes_ivig.reporting.document.blocks import Block, Cell, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.pointers import appendix_key, as_appendix, pointing
from bayes_ivig.reporting.weighing.chart import (
    net_alternative,
    people_alternative,
    plot_net_benefit,
    plot_people,
)
from bayes_ivig.reporting.weighing.lead_words import (
    control_line,
    lead,
    meaning,
    ranges,
    selected,
    trials_words,
)
from bayes_ivig.reporting.weighing.trials_section import trials_section
from bayes_ivig.reporting.weighing.words import (
    PER_100,
    among_words,
    amount_words,
    benefit_name,
    choices,
    effect_names,
    even_note,
    short_break_even,
    state_names,
)
from bayes_ivig.reporting.wording import numbers, outcomes, per_thousand, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis
from bayes_ivig.results.weighing.benefit_harm import Weighed

TITLE = "Benefit against harm"


def harm_section(reanalysis: Reanalysis, key: str = "harm") -> Section | None:
    """Return what is expected and how far that goes, with the net benefit by weight; None where the
    descriptions of the data name no benefit and harm that can be weighed.
    """
    comparison = reanalysis.harm
    if comparison is None:
        return None
    blocks: tuple[Block, ...] = (
        Text(lead(comparison, reanalysis), "lead"),
        Text(ranges(comparison, reanalysis)),
        Text(meaning(comparison.main)),
        _net_figure(comparison, key),
        pointing("", f"{phrases.lower_first(TITLE)} in full", appendix_key(key)),
    )
    return Section(key, TITLE, blocks)


def harm_appendix(reanalysis: Reanalysis, key: str = "harm") -> Section | None:
    """Return every table of benefit against harm; None where there is nothing to weigh."""
    comparison = reanalysis.harm
    if comparison is None:
        return None
    blocks: list[Block] = [
        _people_table(comparison, reanalysis),
        _people_figure(_shown(comparison), reanalysis, key),
        _chances_table(comparison, reanalysis),
    ]
    if comparison.main.setting.among != "all":
        blocks.append(Text(selected(comparison.main)))
    inner = [*trials_section(comparison, reanalysis, f"{key}-trials")]
    if comparison.risks:
        inner.append(Section(f"{key}-risks", "At other control risks", (_risks_table(comparison),)))
    if comparison.joint or comparison.unsampled:
        inner.append(Section(f"{key}-joint", "Both outcomes in one model", _joint(comparison)))
    if comparison.others or comparison.not_weighed:
        table = (_others_table(comparison),) if comparison.others else ()
        inner.append(Section(f"{key}-others", "Other harms", (*table, *_not_weighed(comparison, reanalysis))))
    parts = tuple(as_appendix(section, key) for section in inner)
    return Section(appendix_key(key), f"{TITLE} in full", tuple(blocks), parts, appendix=True)


def _shown(comparison: HarmComparison) -> tuple[HarmReading, ...]:
    """Return the readings that a figure has: those that count the harm among the same people."""
    among = comparison.main.setting.among
    return tuple(each for each in comparison.readings if each.weighed.setting.among == among)


def _not_weighed(comparison: HarmComparison, reanalysis: Reanalysis) -> list[Text]:
    """Return which harms are not weighed, because their control arms carry no control risk."""
    return [
        Text(
            f"{outcomes.title(reanalysis.outcome(name))} is not weighed: "
            f"{per_thousand.no_absolute_effect(why)}.",
            "note",
        )
        for name, why in comparison.not_weighed
    ]


def _people_table(comparison: HarmComparison, reanalysis: Reanalysis) -> Table:
    """Return people of 100 and the net benefit, one row per reading."""
    setting = comparison.main.setting
    names = effect_names(setting)
    columns = _net_columns("Harm known from", names)
    rows = tuple(
        (reading_label(reading), *_cells(reading.weighed, tuple(names))) for reading in comparison.readings
    )
    trials = trials_words(comparison.readings[0], comparison, reanalysis)
    caption = (
        f"{phrases.name(setting.benefit_title)} ({trials}) against "
        f"{phrases.name(phrases.lower_first(setting.harm_title))}: change in the number of 100 "
        f"{phrases.name(setting.people)}, posterior mean and 95% credible interval, "
        "and the probability of a net benefit."
    )
    shared = [phrases.first_upper(f"{line}.") for line in _all_choices(comparison.readings)]
    lines = (*shared, *even_note([each.weighed for each in comparison.readings]), control_line(comparison))
    return Table(caption, columns, rows, (*lines, *models.details(reanalysis.model)))


def _all_choices(readings: Sequence[HarmReading]) -> list[str]:
    """Return the choices behind all rows once, and those that not all rows share
    with whom their harm is counted among.
    """
    setting = readings[0].weighed.setting
    main = [reading.weighed for reading in readings if reading.weighed.setting.among == setting.among]
    lines = list(dict.fromkeys(line for weighed in main for line in choices(weighed)))
    for reading in readings:
        own = [line for line in choices(reading.weighed) if line not in lines]
        whom = among_words(reading.weighed.setting)
        lines += [f"rows that count the harm among {whom}: {line}" for line in own]
    return list(dict.fromkeys(lines))


def _cells(weighed: Weighed, names: tuple[str, ...]) -> tuple[Cell | str, ...]:
    effects = dict(weighed.effects)
    people = [amount_words(effects[name]) if name in effects else numbers.NONE for name in names]
    nets = {net.weight: numbers.probability(net.probability) for net in weighed.nets}
    even = short_break_even(weighed.break_even)
    return (*people, nets.get(0.5, numbers.NONE), Cell(nets.get(1.0, numbers.NONE), "strong"), even)


def _people_figure(readings: tuple[HarmReading, ...], reanalysis: Reanalysis, key: str) -> Figure:
    setting = readings[0].weighed.setting
    treatment, control = reanalysis.about.treatment, reanalysis.about.control
    people = (
        f"What is expected of 100 {phrases.name(setting.people)} (posterior means), with "
        f"{phrases.name(reanalysis.about.control)} at the "
        f"stated control risks and with {phrases.name(treatment)}"
    )
    several = ", a bar for each way in which the harm is known" if len(readings) > 1 else ""
    if setting.chained:
        names = state_names(setting)
        lines = (
            "Lines below a bar are 95% credible intervals: the upper of the number with "
            f"{phrases.lower_first(names['unharmed'])}, the lower of all with {benefit_name(setting)}."
        )
    else:
        lines = (
            "A bar each for what may happen to the same people; "
            "the line below it is its 95% credible interval."
        )
    draw = partial(plot_people, readings, treatment, control)
    return Figure(
        f"{key}_people", f"{people}{several}. {lines}", people_alternative(readings, treatment, control), draw
    )


def _net_figure(comparison: HarmComparison, key: str) -> Figure:
    readings = _shown(comparison)
    ways = f"the {phrases.small(len(readings))} ways in which the harm is known"
    if len(readings) < len(comparison.readings):
        whom = among_words(comparison.main.setting)
        ways = (
            f"{phrases.small(len(readings))} of the {phrases.small(len(comparison.readings))} ways in which "
            f"the harm is known, {'the one that counts' if len(readings) == 1 else 'those that count'} it "
            f"among {whom}"
        )
    elif len(readings) == 1:
        ways = "the way in which the harm is known"
    caption = (
        "The probability that the net benefit is above 0, by the weight of one harm against one benefit, for "
        f"{ways}. At weight 0 it is the probability of benefit alone. Below: the "
        "probability at two weights, and the weight at which the expected net benefit is 0."
    )
    caption = " ".join((caption, *even_note([each.weighed for each in readings])))
    return Figure(f"{key}_net", caption, net_alternative(readings), partial(plot_net_benefit, readings))


def _chances_table(comparison: HarmComparison, reanalysis: Reanalysis) -> Table:
    """Return the joint probabilities of benefit and harm, by odds ratios and,
    for benefit without harm, by numbers too.
    """
    columns = (
        Column("Harm known from", "text"),
        Column("P(benefit, no harm)"),
        Column("P(benefit and harm)"),
        Column("P(harm, no benefit)"),
        Column("P(neither)"),
        Column("P(benefit, no harm), by numbers"),
    )
    rows = []
    for reading in comparison.readings:
        table, people = reading.weighed.relative, reading.weighed.absolute
        cells = (
            table.benefit_without_harm,
            table.both,
            table.harm_without_benefit,
            table.neither,
            people.benefit_without_harm,
        )
        rows.append((reading_label(reading), *(numbers.probability(cell) for cell in cells)))
    lines = (
        "Benefit and harm are odds ratios on the good and on the bad side of 1. By numbers: no more people "
        "harmed of all; where the harm is counted among those with the benefit, "
        "more of these alone mean more who are harmed.",
    )
    good, trials = (
        benefit_name(comparison.main.setting),
        trials_words(comparison.readings[0], comparison, reanalysis),
    )
    caption = f"Benefit and harm together: posterior probabilities, {good} from {trials}."
    return Table(caption, columns, tuple(rows), lines)


def _net_columns(first: str, names: dict[str, str]) -> tuple[Column, ...]:
    """Return the columns of people of 100 and of the net benefit behind one of what the rows are."""
    return (
        Column(first, "text"),
        *(Column(name, unit=PER_100) for name in names.values()),
        Column("P(net benefit > 0), weight 0.5"),
        Column("P(net benefit > 0), weight 1"),
        Column("Break-even weight"),
    )


def _risks_table(comparison: HarmComparison) -> Table:
    setting = comparison.main.setting
    names = effect_names(setting)
    columns = _net_columns("Control risks", names)
    titles = {
        "benefit": phrases.name(phrases.lower_first(setting.benefit_title)),
        "harm": phrases.name(phrases.lower_first(setting.harm_title)),
    }
    rows = [(f"As above: {_risks(comparison.main)}", *_cells(comparison.main, tuple(names)))]
    for name, weighed in comparison.risks:
        level, _, side = name.partition(" ")
        rows.append(
            (
                f"{phrases.first_upper(level)} for {titles[side]}: {_risks(weighed)}",
                *_cells(weighed, tuple(names)),
            )
        )
    lines = (
        f"Control risks: of {titles['benefit']}, and of {titles['harm']} among {among_words(setting)}. Low "
        "and high are the 10% and 90% quantiles over the control arms, where the main ones are the medians: "
        "those of the summary of findings.",
        f"Harm known from: {phrases.lower_first(reading_label(comparison.readings[0]))}.",
        *even_note([weighed for _, weighed in comparison.risks]),
    )
    return Table("The same posteriors at other control risks.", columns, tuple(rows), lines)


ONE_MODEL = (
    "The readings above take the two posteriors as independent. In one model of both, trials with a larger "
    "effect on one may have a larger or a smaller one on the other. It needs one table of counts: where they "
    "are reconstructed it is given the table in the middle of their posterior probability, by its posterior "
    "median odds ratio, and the same table is shown as independent too."
)


def _joint(comparison: HarmComparison) -> tuple[Block, ...]:
    """Return the joint model's answers, each above the same counts taken as independent,
    and say what is not sampled.
    """
    missing = (
        Text(f"The joint model of both outcomes has not been sampled for these counts. {phrases.TO_SAMPLE}"),
    )
    if not comparison.joint:
        return missing
    setting = comparison.joint[0].weighed.setting
    names = effect_names(setting)
    columns = (
        Column("Counts", "text"),
        Column("Correlation of the log odds ratios"),
        *(Column(name, unit=PER_100) for name in names.values()),
        Column("P(benefit, no harm)"),
        Column("P(net benefit > 0), weight 1"),
    )
    rows = []
    for reading in comparison.joint:
        weighed = reading.weighed
        joint = weighed.dependence == "joint"
        correlation = numbers.amount(weighed.correlation[0]) if joint else "0, assumed"
        people = _cells(weighed, tuple(names))
        chance = numbers.probability(weighed.relative.benefit_without_harm)
        rows.append((reading_label(reading), correlation, *people[: len(names)], chance, people[-2]))
    nets = [net for reading in comparison.joint for net in reading.weighed.nets]
    errors = [net.mcse for net in nets if net.mcse is not None]
    lines = (
        f"Largest Monte Carlo error of P(net benefit > 0): {numbers.plain(max(errors, default=0.0), 3)}. "
        f"Control risks: {_risks(comparison.main)}.",
        "One model: study effects on both outcomes are normal with a correlation between studies of prior "
        "LKJ(2); priors as in the model above, for either outcome. "
        "Sampled by NUTS, and stored with its settings.",
    )
    problems = tuple(dict.fromkeys(problem for reading in comparison.joint for problem in reading.problems))
    table = Table(
        "One joint model beside two independent ones, of the same counts.",
        columns,
        tuple(rows),
        (*lines, *problems),
    )
    return Text(ONE_MODEL), table, *(missing if comparison.unsampled else ())


def _risks(weighed: Weighed) -> str:
    return f"{numbers.percent(weighed.setting.benefit_risk)} and {numbers.percent(weighed.setting.harm_risk)}"


def _others_table(comparison: HarmComparison) -> Table:
    columns = (
        Column("Harm", "text"),
        Column("Counted among", "text"),
        Column("Control risk"),
        Column("Extra with the harm", unit=PER_100),
        Column("P(benefit, no harm)"),
        Column("P(net benefit > 0), weight 0.5"),
        Column("P(net benefit > 0), weight 1"),
        Column("Break-even weight"),
    )
    rows = []
    for reading in comparison.others:
        setting = reading.weighed.setting
        chance = numbers.probability(reading.weighed.relative.benefit_without_harm)
        risk = numbers.percent(setting.harm_risk)
        cells = _cells(reading.weighed, ("harm",))
        rows.append(
            (phrases.name(setting.harm_title), among_words(setting), risk, cells[0], chance, *cells[1:])
        )
    caption = (
        f"Other harms against {phrases.name(phrases.lower_first(comparison.main.setting.benefit_title))}, "
        "one at a time, by the same model."
    )
    lines = (
        "Control risk: the median over the harm's control arms, as in the summary of findings. Harms "
        "overlap, so that their numbers must not be added.",
        *even_note([each.weighed for each in comparison.others]),
    )
    return Table(caption, columns, tuple(rows), lines)
