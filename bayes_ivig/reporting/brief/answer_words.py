"""One answer of a brief in words: the direction with how sure it is, and its numbers."""

import re
from typing import NamedTuple, assert_never

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.codes import STEPS, Certainty
from bayes_ivig.results.brief.design import Design
from bayes_ivig.results.pooled import Ratio

SURE: dict[Certainty, str] = {
    "almost certain": "almost certainly",
    "very probable": "very probably",
    "probable": "probably",
}
OFTEN = ("more frequent", "less frequent")  # by measure: of more, of less
AMOUNT = ("higher", "lower")
RATES = ("HR", "IRR")
NOT_TOLD = "cannot be told"
PREPOSITIONS = "after|at|before|by|during|for|from|in|of|on|per|to|under|until|with|within|without"


class Subject(NamedTuple):
    """What is more or less in a sentence, with its verb and the pronoun for it."""

    text: str
    verb: str
    pronoun: str


def subject(measure: Measure, outcome: str) -> Subject:
    """Return what is more or less: the event, its rate, or what is measured; ``outcome`` may be empty."""
    if measure.code in RATES:
        return Subject(f"the rate of {outcome or 'the event'}", "is", "it")
    if outcome and _plural(outcome):
        return Subject(outcome, "are", "they")
    return Subject(outcome or ("the event" if measure.of_events else "the value"), "is", "it")


def _plural(outcome: str) -> bool:
    """Whether the name of an outcome reads as a plural: its last word, or that before the first preposition,
    ends as plurals do.
    """
    head = re.split(rf"\s(?:{PREPOSITIONS})\s", outcome, maxsplit=1)[0].rstrip()
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def ways(measure: Measure) -> tuple[str, str]:
    """Return the words for more of it and for less."""
    return OFTEN if measure.of_events and measure.code not in RATES else AMOUNT


def either(measure: Measure) -> str:
    """Return both as a question: ``more or less frequent``, ``higher or lower``."""
    more, fewer = ways(measure)
    return f"{more.removesuffix(' frequent')} or {fewer}"


def steps() -> str:
    """Return what the words of certainty mean, and what they do not count in."""
    (first, *rest) = [f"{SURE[code]}: {numbers.stated(least)}" for least, code in STEPS]
    return f"{first} or more under the model, before risk of bias; {'; '.join(rest)}"


def told(answer: Answer) -> str:
    """Return the direction with how sure it is: ``almost certainly less frequent``."""
    more, fewer = ways(answer.of)
    way = {"more": more, "fewer": fewer}[answer.direction]
    return f"{SURE[answer.certainty]} {way}"


def short_chance(answer: Answer) -> str:
    """Return the probability with the shortest name of what it is of: ``benefit 0.938``."""
    return (
        f"benefit {numbers.probability(answer.probability)}" if answer.sided else chance(answer, named=True)
    )


def chance(answer: Answer, *, named: bool) -> str:
    """Return the probability, ``named`` with what it is of."""
    text = numbers.probability(answer.probability)
    if not named:
        return text
    if answer.sided:
        return f"probability of benefit {text}"
    return numbers.chance(answer.of.above, answer.probability)


def size(answer: Answer, *, named: bool) -> str:
    """Return effect and limits, ``named`` with what they are: ``odds ratio 0.25, 0.09 to 0.69``."""
    return effect(answer.of, answer.effect, named=named)


def effect(measure: Measure, found: Ratio, *, named: bool) -> str:
    """Return an estimate with its limits, ``named`` after the name of the measure."""
    estimate = effects.cell(measure, found.estimate)
    limits = effects.limits(measure, found.lower, found.upper)
    return f"{f'{measure.name} ' if named else ''}{estimate}, {limits}"


def how_many(count: int | None) -> str:
    """Return how many trials: ``one trial``, ``two trials``; empty where that is not known."""
    if count is None:
        return ""
    return f"{phrases.small(count)} trial{'' if count == 1 else 's'}"


def design(found: Design | None) -> str:
    """Return how trials were formed: ``randomised``, ``not known to be randomised``; empty where nothing
    says it.
    """
    if found is None:
        return ""
    match found.how:
        case "all":
            return "randomised"
        case "some":
            return f"{phrases.small(found.known)} of them known to be randomised"
        case "none":
            return "not randomised"
        case "not known":
            return "not known to be randomised"
        case _:
            assert_never(found.how)


def bracket(answer: Answer, *, named: bool, trials: bool = True) -> str:
    """Return size, probability and number of trials in brackets."""
    count = how_many(answer.trials) if trials else ""
    parts = [size(answer, named=named), chance(answer, named=named), count]
    return f"({'; '.join(filter(None, parts))})"


def inline(answer: Answer) -> str:
    """Return an effect in running text: ``3.66 (1.50 to 11.57; benefit 0.997)``."""
    limits = effects.limits(answer.of, answer.effect.lower, answer.effect.upper)
    return f"{effects.cell(answer.of, answer.effect.estimate)} ({limits}; {short_chance(answer)})"


def arms(about: About) -> tuple[str, str]:
    """Return the names of treatment and control, fit to print."""
    return phrases.name(about.treatment), phrases.name(about.control)
