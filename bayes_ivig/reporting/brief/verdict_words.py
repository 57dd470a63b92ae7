"""The verdict of a brief in plain words: what the trials say, what the paper made of them, what is open."""

from collections.abc import Sequence
from typing import assert_never

from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.brief.compared_words import FEW, by_comparison
from bayes_ivig.reporting.brief.paper_words import printed_by
from bayes_ivig.reporting.wording import effects, information, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.verdict import Verdict
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome


def question(outcome: CountsOutcome | SummaryOutcome, verdict: Verdict) -> str:
    """Return the question that the brief answers."""
    measure = verdict.leading[0].of
    treatment, control = words.arms(outcome.about)
    people = phrases.name(outcome.about.words.population or outcome.about.denominator)
    what = words.subject(measure, outcomes.phrase(outcome))
    verb = what.verb if people else phrases.first_upper(what.verb)
    asked = (
        f"{verb} {what.text} {words.either(measure)} with {treatment}"
        f"{', against what' if verdict.comparisons else f' than with {control}'}, and how sure?"
    )
    return f"Among {people}, {asked}" if people else asked


def verdict_sentences(outcome: CountsOutcome | SummaryOutcome, verdict: Verdict) -> tuple[str, ...]:
    """Return the verdict, a line each: by comparison where there are some, else at most three."""
    return tuple(filter(None, _parts(outcome, verdict)))


def _parts(outcome: CountsOutcome | SummaryOutcome, verdict: Verdict) -> tuple[str, ...]:
    if isinstance(outcome, SummaryOutcome):
        return _of_summary(outcome, verdict)
    if verdict.comparisons:
        return by_comparison(outcome, verdict)
    return _of_trials(outcome, verdict), _of_paper(outcome, verdict), _new_trial(outcome, verdict)


def _said(answer: Answer, what: words.Subject, *, verb: bool = False) -> str:
    """Return what is told of a direction, without its numbers: ``probably less frequent``, after what it is
    the direction of with its ``verb``.
    """
    if answer.certainty == "nothing learnt":
        return "nothing learnt"
    if answer.direction == "open":
        return f"{words.either(answer.of)} {words.NOT_TOLD}" if verb else words.NOT_TOLD
    return f"{what.verb} {words.told(answer)}" if verb else words.told(answer)


def _sentence(clause: str) -> str:
    """Return a clause as a sentence; empty where there is none."""
    return f"{clause}." if clause else ""


def _of_trials(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return what all trials together say."""
    answer = verdict.sets[0]
    result = outcome.trial_set(answer.key)
    if answer.certainty == "nothing learnt":
        return f"{information.nothing_learnt(result.posterior)}"
    trials = phrases.with_article(outcomes.set_phrase(result, outcome))
    return f"In {trials}, {_compared(answer, outcome)}{_size(answer, outcome)}."


def _compared(answer: Answer, outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the direction between the two arms, with its numbers."""
    treatment, control = words.arms(outcome.about)
    what = words.subject(answer.of, outcomes.phrase(outcome))
    numbers_ = words.bracket(answer, named=True, trials=False)
    if answer.direction != "open":
        return f"{what.text} {what.verb} {words.told(answer)} with {treatment} than with {control} {numbers_}"
    if answer.size == "within":
        differs = "hardly differs" if what.verb == "is" else "hardly differ"
        return f"{what.text} {differs} between {treatment} and {control} {numbers_}"
    asked = f"whether {what.text} {what.verb} {words.either(answer.of)} with {treatment} than with {control}"
    return f"{asked} {words.NOT_TOLD} {numbers_}"


def _size(answer: Answer, outcome: CountsOutcome) -> str:
    """Return how the interval lies to the margin that matters, as the end of a sentence."""
    low, high = usual_zone(outcome.about, answer.of)
    match answer.size:
        case "within":
            zone = f"{numbers.stated(low)} and {numbers.stated(high)}"
            return f"; the whole interval lies between {zone}, where no difference is called important"
        case "beyond":
            edge = numbers.stated(high if answer.direction == "more" else low)
            return f"; the whole interval lies beyond {edge}, the margin of an important difference"
        case "both":
            return "; the interval leaves an important difference open both ways"
        case "some":
            return ""
        case _:
            assert_never(answer.size)


def _of_paper(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return what the paper pooled, and what other leading sets of trials say."""
    first, *rest = verdict.sets
    published = verdict.published
    text = ""
    if published is not None and (published is not first or outcome.claim is not None):
        text = _sentence(_paper(outcome, published))
    others = [each for each in rest if each is not published]
    return " ".join(filter(None, (text, _others(outcome, others, verdict))))


def _others(outcome: CountsOutcome, others: Sequence[Answer], verdict: Verdict) -> str:
    """Return what further sets of trials say, and whether the direction depends on the choice."""
    if not others:
        return ""
    parts, what = [], words.subject(others[0].of, outcomes.phrase(outcome))
    for each in others:
        trials = phrases.with_article(outcomes.set_phrase(outcome.trial_set(each.key), outcome))
        parts.append(f"in {trials} {_said(each, what)} {words.bracket(each, named=False, trials=False)}")
    start = "The direction depends on the choice of trials: " if verdict.agreement == "differs" else ""
    return phrases.first_upper(f"{start}{'; '.join(parts)}.")


def _paper(outcome: CountsOutcome, answer: Answer) -> str:
    """Return what the paper printed of the trials it pooled, and what the model gives of the same."""
    many = len(outcome.trial_set(answer.key).dataset)
    trials = words.how_many(many)
    printed = printed_by(outcome.claim)
    if answer.key == "all":
        return f"The paper printed {printed} for all these trials" if printed else ""
    if not printed:
        return f"The {trials} that the paper pooled {'gives' if many == 1 else 'give'} {words.inline(answer)}"
    return f"The paper pooled {trials} into {printed}; the model gives {words.inline(answer)}"


def _new_trial(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return what the leading answer foretells of a new trial."""
    answer = verdict.sets[0]
    posterior = outcome.trial_set(answer.key).posterior
    if answer.prediction is None or posterior.learnt_nothing or not posterior.model.heterogeneous:
        return ""
    lower, upper = (effects.cell(answer.of, limit) for limit in answer.prediction[1:])
    side = "so it may go either way"
    if answer.foretold not in (None, "open"):
        side = f"{words.SURE[answer.foretold]} on the same side"
    few = posterior.k_informative
    known = f"; with {words.how_many(few)} to go by, little shows how far trials differ" if few <= FEW else ""
    return (
        f"In a new trial the {answer.of.name} would lie between {lower} and {upper} "
        f"(95% prediction interval), {side}{known}."
    )


def _of_summary(outcome: SummaryOutcome, verdict: Verdict) -> tuple[str, ...]:
    """Return what the published summary of an outcome without counts says, under each reading of it."""
    first, *rest = verdict.sets
    source = (
        "reconstructed counts" if first.kind == "tables" else "the published summary alone, not from counts"
    )
    reading = phrases.lower_first(READINGS.get(first.key, first.key))
    start = f"From {source} ({reading}), {_compared(first, outcome)}."
    if not rest:
        return (start,)
    what = words.subject(first.of, outcomes.phrase(outcome))
    others = "; ".join(
        f"if {phrases.lower_first(READINGS.get(each.key, each.key))}, {_said(each, what)} "
        f"{words.bracket(each, named=False, trials=False)}"
        for each in rest
    )
    return start, f"{phrases.first_upper(others)}."
