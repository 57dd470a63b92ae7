"""Benefit against harm in one or two sentences."""

from collections.abc import Sequence

from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.weighing.lead_words import trials_words
from bayes_ivig.reporting.weighing.words import benefit_name, harm_name
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.codes import STEPS, Certainty
from bayes_ivig.results.brief.harm import Harm, Net
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

MOST = 2  # outcomes that are named where nothing is weighed
KNOWN = {"tables": "reconstructed counts", "reading": "published summary"}


def harm_sentence(reanalysis: Reanalysis, harm: Harm) -> str:
    """Return what is said of harm, weighed against the benefit where that can be."""
    if reanalysis.harm is not None and harm.net is not None:
        named = [_said(reanalysis, harm, harm.answers[0][0])] if harm.answers else []
        return " ".join((*named, _weighed(reanalysis, reanalysis.harm, harm.net)))
    if not harm.answers:
        return "No outcome is described as a harm, so nothing is weighed."
    said = [_said(reanalysis, harm, name) for name, _ in harm.answers[:MOST]]
    return f"{' '.join(said)} Not weighed against the benefit."


def _said(reanalysis: Reanalysis, harm: Harm, name: str) -> str:
    """Return the direction of one harm with its numbers, over every reading of a published result."""
    outcome, found = reanalysis.outcome(name), harm.of(name)
    first = found[0]
    what = words.subject(first.of, outcomes.phrase(outcome))
    if first.certainty == "nothing learnt":
        return f"Nothing was learnt of {what.text}."
    known = KNOWN.get(first.kind, "")
    named = f"{what.text} ({known})" if known else what.text
    if {each.direction for each in found} & {"open"} or len({each.direction for each in found}) > 1:
        asked = f"whether {named} {what.verb} {words.either(first.of)} {words.NOT_TOLD}"
        return f"{phrases.first_upper(asked)} ({_numbers(found)})."
    more, fewer = words.ways(first.of)
    way = more if first.direction == "more" else fewer
    said = f"{named} {what.verb} {_sure(found)} {way} ({_numbers(found)})"
    return f"{phrases.first_upper(said)}."


def _sure(found: Sequence[Answer]) -> str:
    """Return how sure a direction is: ``probably to very probably``."""
    order: list[Certainty] = [code for _, code in STEPS][::-1]
    codes = sorted({each.certainty for each in found}, key=order.index)
    return " to ".join(dict.fromkeys(words.SURE[code] for code in (codes[0], codes[-1])))


def _numbers(found: Sequence[Answer]) -> str:
    """Return effect, limits and the probability of more, or of several answers how far they reach."""
    first = found[0]
    more, fewer = ("more", "fewer") if words.ways(first.of) == words.OFTEN else words.AMOUNT
    up = first.direction != "fewer"
    # what is told of is harm: its probability, not that of a benefit
    chances = sorted(_above(each) if up else 1 - _above(each) for each in found)
    chance = _span([numbers.probability(each) for each in (chances[0], chances[-1])])
    if len(found) == 1:
        size = words.effect(first.of, first.effect, named=True)
    else:
        estimates = sorted(each.effect.estimate for each in found if each.effect.estimate is not None)
        size = f"{first.of.name} {_span([effects.cell(first.of, each) for each in estimates])}"
    return f"{size}; probability of {more if up else fewer} {chance}"


def _above(answer: Answer) -> float:
    """Return the probability above no effect; that of a harm, of which less is the benefit."""
    return 1 - answer.probability if answer.sided else answer.probability


def _span(texts: Sequence[str]) -> str:
    """Return the first and the last, once where they print alike."""
    return " to ".join(dict.fromkeys((texts[0], texts[-1])))


def _weighed(reanalysis: Reanalysis, comparison: HarmComparison, net: Net) -> str:
    """Return how probable a net benefit is where one harm cancels one benefit, over what is known of harm."""
    setting = comparison.main.setting
    chance = _span([numbers.probability(each) for each in net.readings])
    trials = trials_words(comparison.readings[0], comparison, reanalysis)
    return (
        f"If one {harm_name(setting)} cancels one {benefit_name(setting)} (an example), "
        f"by {phrases.with_article(trials)} benefit outweighs harm with probability {chance}."
    )
