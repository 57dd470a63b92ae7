"""Benefit against harm in one sentence."""

from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.weighing.lead_words import trials_words
from bayes_ivig.reporting.weighing.words import amount_words, benefit_name, harm_name
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.harm import Harm, Net
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

MOST = 2  # outcomes that are named where nothing is weighed
KNOWN = {"tables": "reconstructed counts", "reading": "published summary"}


def harm_sentence(reanalysis: Reanalysis, harm: Harm) -> str:
    """Return what is said of harm, weighed against the benefit where that can be."""
    if reanalysis.harm is not None and harm.net is not None:
        named = [_said(reanalysis, *harm.answers[0])] if harm.answers else []
        return f"{phrases.first_upper('; '.join([*named, _weighed(reanalysis, reanalysis.harm, harm.net)]))}."
    if not harm.answers:
        return "No outcome is described as a harm, so nothing is weighed."
    said = [_said(reanalysis, *each) for each in harm.answers[:MOST]]
    return f"{phrases.first_upper('; '.join(said))}; not weighed against the benefit."


def _said(reanalysis: Reanalysis, name: str, answer: Answer) -> str:
    """Return the direction of one harm with its numbers."""
    outcome = reanalysis.outcome(name)
    what = words.subject(answer.of, outcomes.phrase(outcome))
    treatment, _ = words.arms(outcome.about)
    if answer.certainty == "nothing learnt":
        return f"of {what.text} nothing was learnt"
    known = KNOWN.get(answer.kind, "")
    estimate = words.effect(answer.of, answer.effect, named=True)
    bracket = f"({estimate}; {words.chance(answer, named=True)})"
    named = f"{what.text} ({known})" if known else what.text
    if answer.direction == "open":
        return f"the direction of {named} {words.NOT_TOLD} {bracket}"
    return f"{named} {what.verb} {words.told(answer)} with {treatment} {bracket}"


def _weighed(reanalysis: Reanalysis, comparison: HarmComparison, net: Net) -> str:
    """Return what is expected of 100 people, and how probable a net benefit is."""
    setting, changes = comparison.main.setting, dict(comparison.main.effects)
    trials = trials_words(comparison.readings[0], comparison, reanalysis)
    amounts = (
        f"{benefit_name(setting)} {amount_words(changes['benefit'])}, {harm_name(setting)} "
        f"{amount_words(changes['harm'])}"
    )
    least, most = numbers.probability(net.least), numbers.probability(net.most)
    span = "" if least == most else f" ({least} to {most} by trial set and reading)"
    return (
        f"of 100 {phrases.name(setting.people)}, by {phrases.with_article(trials)}, {amounts}; if one harm "
        f"cancels one benefit, a net benefit has probability {numbers.probability(net.probability)}{span}"
    )
