"""The specification curve in a report: the picture with what it says, and its tables."""

from functools import partial

from bayes_ivig.reporting.document.blocks import Column, Figure, Prose, Section, Table, Text
from bayes_ivig.reporting.document.cells import Row
from bayes_ivig.reporting.document.inline import Cite
from bayes_ivig.reporting.document.pointers import appendix_key, pointing
from bayes_ivig.reporting.specification import words
from bayes_ivig.reporting.specification.chart import (
    cut_off,
    letter,
    plot_specifications,
    specifications_alternative,
)
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.specification.curve import CHOICES, SpecificationCurve

SOURCES = ("simonsohn2020", "steegen2016")
TITLE = "Sensitivity analysis: every specification (specification curve)"


def specifications_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the picture, and from where to where it goes; None where no curve was computed."""
    curve = outcome.specifications
    if curve is None:
        return None
    intro = (
        "Whoever analyses these trials has to choose trials, a model and priors. Here all combinations stand "
        f"side by side (multiverse analysis). {words.count_sentence(curve)} {words.before_sentence(curve)}"
    )
    figure = Figure(
        f"{key}_specifications",
        _caption(outcome, curve),
        specifications_alternative(curve),
        partial(plot_specifications, curve),
    )
    leads = pointing("", "every specification", f"{appendix_key(key)}-specifications")
    last = Prose((words.no_uncertainty(), Cite(SOURCES), ". ", *leads.parts))
    return Section(f"{key}-specifications", TITLE, (Text(intro), figure, spread_table(curve), last))


def specifications_appendix(outcome: CountsOutcome, key: str) -> Section | None:
    """Return what moves the answer most, and every specification; None where no curve was computed."""
    curve = outcome.specifications
    if curve is None:
        return None
    return Section(f"{key}-specifications", "Every specification", (moves_table(curve), every_table(curve)))


def spread_table(curve: SpecificationCurve) -> Table:
    """Return a row per question: trial sets, specifications, medians, probabilities, intervals that exclude
    no effect.
    """
    measure = curve.measure
    rows: list[Row] = []
    for question in curve.questions:
        found = curve.of_question(question)
        name, which = words.question_name(curve, question), letter(curve, question)
        least, most = words.chance_range(found)
        above, below = words.excluding(found)
        rows.append(
            (
                f"{which}: {name}" if which else phrases.first_upper(name),
                numbers.count(len({row.trials for row in found})),
                numbers.count(len(found)),
                effects.limits(measure, found[0].median, found[-1].median),
                f"{numbers.probability(least)} to {numbers.probability(most)}",
                numbers.count(above),
                numbers.count(below),
            )
        )
    columns = (
        Column("Trials that are compared", "text"),
        Column("Trial sets"),
        Column("Specifications"),
        Column(f"Posterior medians, {measure.symbol}"),
        Column(f"P({measure.above})"),
        Column(f"Intervals above {numbers.stated(measure.null)}"),
        Column(f"Intervals below {numbers.stated(measure.null)}"),
    )
    lines = (
        f"An interval counts as above where P({measure.above}) is at least 0.975, as below where it is at "
        "most 0.025.",
        *words.left_out(curve),
    )
    return Table("From the smallest to the largest, over all specifications.", columns, tuple(rows), lines)


def moves_table(curve: SpecificationCurve) -> Table:
    """Return how far the median moves at most where one choice alone changes."""
    measure = curve.measure
    rows = tuple(
        (words.HEADINGS[choice], numbers.count(len(options)), effects.cell(measure, curve.moved(choice)))
        for choice, options in curve.choices
    )
    columns = (
        Column("Choice", "text"),
        Column("Options"),
        Column(f"Median moves by, {words.MOVED[measure.log]}"),
    )
    lines = (
        "The largest move between two specifications that differ in this choice alone, trial sets within "
        "what they compare; a common effect is held against the others under each prior of τ.",
    )
    return Table("What moves the answer most.", columns, rows, lines)


def every_table(curve: SpecificationCurve) -> Table:
    """Return all specifications in the order of the picture."""
    measure = curve.measure
    headings = [words.HEADINGS[choice] for choice in CHOICES]
    columns = (
        *(Column(title, "text") for title in headings),
        Column("Trials with information"),
        Column(f"Median, {measure.symbol}"),
        Column("95% credible interval"),
        Column(f"P({measure.above})"),
        *([Column("Stated before", "short")] if curve.source else []),
    )
    rows = tuple(
        (
            *(
                words.option(curve, choice, value) if (value := getattr(row, choice)) else numbers.NONE
                for choice in CHOICES
            ),
            numbers.count(row.k_informative),
            effects.cell(measure, row.median),
            effects.limits(measure, row.lower, row.upper),
            numbers.probability(row.prob_above),
            *(["yes" if row.stated_before else "no"] if curve.source else []),
        )
        for row in curve.rows
    )
    return Table("Every specification, in the order of the picture.", columns, rows)


def _caption(outcome: CountsOutcome, curve: SpecificationCurve) -> str:
    panels = (
        " Each letter is a panel: trial sets that compare different things."
        if len(curve.questions) > 1
        else ""
    )
    cut = " Intervals that run off the axis are cut." if cut_off(curve) else ""
    stated = " In colour: stated before, as is each choice with a star." if curve.source else ""
    return (
        f"{outcomes.title(outcome)}, specification curve. Above: posterior median and 95% credible interval "
        f"of the {curve.measure.name} under each specification, sorted. Below: which choices each has. "
        f"Thick lines: the reference model and priors.{stated}{panels}{cut}"
    )
