"""What a specification curve says, in sentences and names of its choices."""

from collections.abc import Sequence

from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.results.specification.curve import Choice, Specification, SpecificationCurve
from bayes_ivig.results.thresholds import convincing_above, convincing_below

SEVERAL = "several comparisons together"
ONE = "trial sets"
HEADINGS: dict[Choice, str] = {
    "trials": "Trials",
    "likelihood": "Likelihood",
    "effects": "Effects of trials",
    "mu": "Prior of the pooled effect (μ)",
    "tau": "Prior of the between-study SD (τ)",
}
MOVED = {True: "factor", False: "difference"}  # by whether the measure is a ratio
EFFECTS = {"random": "random, normal", "common": "one common effect"}


def option(curve: SpecificationCurve, choice: Choice, name: str) -> str:
    """Return what one option of a choice is called."""
    match choice:
        case "trials":
            return set_name(curve, name)
        case "likelihood":
            return name.replace("_", " ")
        case "effects":
            return EFFECTS.get(name) or f"random, {name.replace('student_t', 'Student-t')}"
        case "mu" | "tau":
            return prior_words.label(parse_prior(name), ratio=choice == "mu", measure=curve.measure)


def set_name(curve: SpecificationCurve, name: str) -> str:
    """Return what a trial set is called: all trials, the comparison, or its title."""
    if phrase := next((each.phrase for each in curve.sets if each.name == name and each.whole), ""):
        return phrases.name(phrase)
    if name == "all":
        return "all trials"
    about = curve.dataset.about
    base = about.part_of(name)
    if base and base in {each.name for each in curve.sets}:
        members = {each.name: set(each.trials) for each in curve.sets}
        dropped = [
            study for study in curve.dataset.study_names if study in members[base] - members.get(name, set())
        ]
        return f"{set_name(curve, base)}, without {phrases.names(dropped)}"
    title = dict(about.set_titles).get(name, "")
    return phrases.name(title or ("as published" if name == curve.published else name.replace("_", " ")))


def question_name(curve: SpecificationCurve, question: str) -> str:
    """Return what the trial sets of a question have in common."""
    if question:
        return phrases.name(next(each.phrase for each in curve.sets if each.question == question))
    return SEVERAL if len(curve.questions) > 1 else ONE


def count_sentence(curve: SpecificationCurve) -> str:
    """Return how many specifications there are, of which choices."""
    known = dict(curve.choices)
    models = list(dict.fromkeys((row.likelihood, row.effects) for row in curve.rows))
    parts = [
        f"{numbers.count(len(known['trials']))} trial set{_s(known['trials'])}",
        f"{numbers.count(len(models))} model{_s(models)}",
        f"{numbers.count(len(known['mu']))} prior{_s(known['mu'])} of the effect",
        f"{numbers.count(len(known['tau']))} of the between-study SD",
    ]
    return (
        f"{numbers.count(len(curve.rows))} specification{_s(curve.rows)}: every combination of "
        f"{phrases.series(parts)} (a common effect has no between-study SD)."
    )


def spread_sentence(curve: SpecificationCurve, question: str) -> str:
    """Return from where to where medians and probabilities go in the sets of one question, and how many
    intervals exclude no effect.
    """
    rows, measure = curve.of_question(question), curve.measure
    low, high = (effects.cell(measure, each) for each in (rows[0].median, rows[-1].median))
    least, most = (numbers.probability(each) for each in chance_range(rows))
    above, below = excluding(rows)
    outside = [
        f"{numbers.count(count)} {side}" for count, side in ((above, "above"), (below, "below")) if count
    ]
    verb = "excludes" if above + below == 1 else "exclude"
    found = f"{phrases.series(outside)} {verb} no effect" if outside else "none excludes no effect"
    return (
        f"{phrases.first_upper(question_name(curve, question))}: medians from {low} to {high}, "
        f"P({measure.above}) from {least} to {most}; of {numbers.count(len(rows))} 95% credible "
        f"interval{_s(rows)} {found}."
    )


def spread(curve: SpecificationCurve, question: str) -> str:
    """Return from where to where the medians of one question go, in a few words."""
    rows = curve.of_question(question)
    return (
        f"{question_name(curve, question)} {effects.limits(curve.measure, rows[0].median, rows[-1].median)}"
    )


def chance_range(rows: Sequence[Specification]) -> tuple[float, float]:
    """Return the least and the largest probability of an effect above none."""
    chances = [row.prob_above for row in rows]
    return min(chances), max(chances)


def excluding(rows: Sequence[Specification]) -> tuple[int, int]:
    """Return how many intervals lie above no effect, and how many below: those whose probability is at least
    0.975, or at most 0.025.
    """
    chances = [row.prob_above for row in rows]
    return int(convincing_above(chances).sum()), int(convincing_below(chances).sum())


def before_sentence(curve: SpecificationCurve) -> str:
    """Return what of it was stated before the results were known."""
    if not curve.source:
        return (
            "Not one of them is known to have been stated before: the description of the data names no "
            "protocol or registration (judgements.stated_before)."
        )
    marked = sum(row.stated_before for row in curve.rows)
    return (
        f"{phrases.first_upper(phrases.name(curve.source))} states every choice of {numbers.count(marked)} "
        "of them before the results were known; the others were made afterwards."
    )


def no_uncertainty() -> str:
    """Return how the spread is to be read, without a full stop: the sources follow."""
    return (
        "Specifications share trials and are not independent: their spread is no uncertainty, and the share "
        "of them on one side no probability. It says how far the answer hangs on choices"
    )


def left_out(curve: SpecificationCurve) -> list[str]:
    """Return a line for each trial set of which something has no posterior, or learns nothing."""
    reasons: dict[str, list[str]] = {}
    for name, why in curve.left_out:
        reasons.setdefault(name, []).append(why)
    return [
        f"Left out, {set_name(curve, name)}: {'; '.join(phrases.name(why).rstrip('.') for why in found)}."
        for name, found in reasons.items()
    ]


def _s(items: Sequence[object]) -> str:
    return "" if len(items) == 1 else "s"
