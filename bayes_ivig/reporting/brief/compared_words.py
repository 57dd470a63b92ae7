"""The verdict where trials compare different things: a line for each direction that comparisons show."""

from collections.abc import Sequence
from typing import assert_never

from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.brief.paper_words import printed_by
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.brief.answers import Answer
from bayes_ivig.results.brief.codes import STEPS, Direction
from bayes_ivig.results.brief.verdict import Verdict
from bayes_ivig.results.comparisons.by_comparison import ComparisonContrast
from bayes_ivig.results.pooled import Ratio, posterior_effect
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

MOST_COMPARED = 6  # comparisons told of one by one
MOST_SIZED = 2  # with effect and interval; those of the others stand in the figure
FEW = 2  # trials that hardly show how trials differ
SURENESS = tuple(code for _, code in STEPS)


def by_comparison(outcome: CountsOutcome, verdict: Verdict) -> tuple[str, ...]:
    """Return whether the comparisons agree, what each says, and what all trials together would."""
    told = verdict.comparisons[:MOST_COMPARED]
    lines, shown = [], 0
    sized = _sized(told)
    for direction in _directions(told):
        of = [each for each in told if _direction(each) == direction]
        of.sort(key=lambda each: SURENESS.index(each.certainty) if each.certainty in SURENESS else 0)
        lines.append(_line(outcome, of, sized, first=not shown))
        shown += len(of)
    more = len(verdict.comparisons) - MOST_COMPARED
    stand = "stands" if more == 1 else "stand"
    rest = f"{phrases.first_upper(phrases.small(more))} more {stand} in the report." if more > 0 else ""
    apart = _apart(outcome, verdict)
    return (_agree(outcome, verdict), *lines, rest, apart, _mixed(outcome, verdict), _new_trials(verdict))


def _direction(answer: Answer) -> Direction | None:
    """Return the direction; None where nothing was learnt."""
    return None if answer.certainty == "nothing learnt" else answer.direction


def _directions(told: Sequence[Answer]) -> list[Direction | None]:
    """Return the directions that occur, in their order, those without any last."""
    found = dict.fromkeys(map(_direction, told))
    return sorted(found, key=lambda each: (each is None, each == "open"))


def _sized(told: Sequence[Answer]) -> tuple[str, ...]:
    """Return the comparisons whose effect is printed: those whose interval leaves out no effect, by key."""
    return tuple(each.key for each in told if each.excludes_no_effect)[:MOST_SIZED]


def _agree(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return whether the comparisons agree, and how many intervals leave out no effect."""
    answers, measure = verdict.comparisons, outcome.measure
    count, treatment = phrases.small(len(answers)), phrases.name(outcome.about.treatment)
    shown = sum(each.direction != "open" for each in answers)
    null = numbers.stated(measure.null)
    apart = sum(each.excludes_no_effect for each in answers)
    exclude = f"{phrases.small(apart) if apart else 'no'} 95% credible interval{'' if apart == 1 else 's'}"
    exclude = f"{exclude} exclude{'s' if apart == 1 else ''} it"
    match verdict.agreement:
        case "differs":
            return (
                f"It depends on what {treatment} is compared with: {count} {measure.plural} lie on both "
                f"sides of {null}; {exclude}."
            )
        case "same":
            every = phrases.first_upper(phrases.every(len(answers)))
            return f"{every} comparisons show the same direction from {null}, and {exclude}."
        case "some":
            one = "s" if shown == 1 else ""
            some = phrases.first_upper(phrases.small(shown))
            return f"{some} of {count} comparisons show{one} a direction from {null}, and {exclude}."
        case "none":
            of = f"{phrases.first_upper(phrases.none_of(len(answers)))} comparison"
            of += "" if len(answers) == 2 else "s"
            return f"{of} shows a direction from {null}, and {exclude}."
        case _:
            assert_never(verdict.agreement)


def _line(outcome: CountsOutcome, of: Sequence[Answer], sized: Sequence[str], *, first: bool) -> str:
    """Return the comparisons of one direction; the ``first`` line names what it is the direction of."""
    what = words.subject(outcome.measure, outcomes.phrase(outcome))
    text = what.text if first else what.pronoun
    parts = []
    for i, each in enumerate(of):
        said = _said(each, (text, what.verb, not first), before=bool(i))
        parts.append(
            f"{_against(each, outcome)}{'' if i else ','} {said}{_bracket(each, sized, first and not i)}"
        )
    return f"{phrases.first_upper('; '.join(parts))}."


def _bracket(answer: Answer, sized: Sequence[str], named: bool) -> str:
    """Return effect and interval of the clearest, probability, and number and design of trials; the first
    of all says in full what the probability is of.
    """
    size = words.size(answer, named=True) if answer.key in sized else ""
    chance = words.chance(answer, named=True) if named else words.short_chance(answer)
    trials = ", ".join(filter(None, (words.how_many(answer.trials), words.design(answer.design))))
    return f"({'; '.join(filter(None, (size, chance, trials)))})"


def _against(answer: Answer, outcome: CountsOutcome) -> str:
    """Return what a comparison is against, and in whom where these are not the people of the case."""
    own = answer.people not in ("", outcome.about.words.people)
    return phrases.name(answer.phrase) + (f" in {phrases.name(answer.people)}" if own else "")


def _said(answer: Answer, what: tuple[str, str, bool], *, before: bool) -> str:
    """Return what one comparison says: in full where it is the first of a line, else how sure it is."""
    text, verb, pronoun = what
    if before:
        return "" if answer.direction == "open" else f"{words.SURE[answer.certainty]} "
    if answer.certainty == "nothing learnt":
        return f"nothing was learnt of {text} "
    if answer.direction == "open":
        first = f"whether {text} {verb} {words.either(answer.of)} {words.NOT_TOLD} "
        return "no direction can be told " if pronoun else first
    return f"{text} {verb} {words.told(answer)} "


def _apart(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return how far the sides lie apart that show different directions, under both priors, and what may
    explain it; empty where none do.
    """
    found = outcome.comparisons
    if found is None or verdict.agreement != "differs":
        return ""
    ways = {each.key: each.direction for each in verdict.comparisons}
    for each in found.contrasts:
        sides = [{ways.get(key) for key in keys} for keys in (each.of, each.against)]
        turned = any("more" in one and "fewer" in other for one, other in (sides, sides[::-1]))
        if turned and not each.left_out:
            return f"{_contrast(each)}{_explained(verdict, (*each.of, *each.against))}."
    return ""


def _contrast(each: ComparisonContrast) -> str:
    measure = each.shrinking.measure
    wide, narrow = (posterior_effect(each.difference(wide=wide), measure) for wide in (True, False))

    def told(found: Ratio) -> str:
        limits = effects.limits(measure, found.lower, found.upper)
        return f"{effects.cell(measure, found.estimate)} ({limits})"

    what = "ratio" if measure.log else "difference"
    return (
        f"{phrases.first_upper(phrases.name(each.title))}: {what} {told(wide)} under a wide prior, "
        f"{told(narrow)} under a narrow one"
    )


def _explained(verdict: Verdict, keys: Sequence[str]) -> str:
    """Return what else differs between comparisons, so that it cannot be told what sets them apart."""
    of = [each for each in verdict.comparisons if each.key in keys]
    causes = ["comparison"]
    causes += ["people"] if len({each.people for each in of}) > 1 else []
    causes += ["design"] if len({each.design.how for each in of if each.design}) > 1 else []
    return f"; {phrases.series(causes)} cannot be separated" if len(causes) > 1 else ""


def _mixed(outcome: CountsOutcome, verdict: Verdict) -> str:
    """Return what the paper pooled, how many comparisons that mixes, and what all trials give."""
    answer = verdict.published
    every = next((each for each in verdict.sets if each.key == "all"), None)
    if answer is None:
        return ""
    printed = printed_by(outcome.claim)
    if answer.key == "all":
        paper = f"The paper printed {printed}. " if printed else ""
        trials = phrases.with_article(outcomes.set_phrase(outcome.trial_set("all"), outcome))
        give = _give(len(outcome.trial_set("all").dataset))
        return f"{paper}{phrases.first_upper(trials)} {give} {words.inline(answer)}{_mixing(verdict)}."
    pooled = outcome.trial_set(answer.key)
    whole = f", {_together(outcome, every)}" if every is not None else ""
    if not printed:
        trials = f"The {words.how_many(len(pooled.dataset))} that the paper pooled"
        return f"{trials} {_give(len(pooled.dataset))} {words.inline(answer)}{_mixing(verdict)}{whole}."
    over = len(verdict.pooled_over)
    mixes = f" mixes {phrases.small(over)} comparisons" if over > 1 else " is of one comparison"
    many = len(pooled.dataset)
    trials = f"its {words.how_many(many)} {_give(many)} {words.inline(answer)} here"
    return f"The paper's {printed.partition(' ')[2]}{mixes}; {trials}{whole}."


def _give(trials: int) -> str:
    return "gives" if trials == 1 else "give"


def _together(outcome: CountsOutcome, answer: Answer) -> str:
    trials = phrases.with_article(outcomes.set_phrase(outcome.trial_set(answer.key), outcome))
    return f"{trials} {words.inline(answer)}"


def _mixing(verdict: Verdict) -> str:
    over = len(verdict.pooled_over)
    few = phrases.small(over)
    return f", mixing {few} of these comparisons" if over > 1 else ""


def _new_trials(verdict: Verdict) -> str:
    """Return how few trials comparisons rest on, and in how many a new one may lie on either side."""
    every, count = len(verdict.comparisons), verdict.open_predictions
    most = max(each.trials or 0 for each in verdict.comparisons)
    rest = "One trial each" if most == 1 else "One or two trials each"
    few = f"{rest} cannot tell how far trials differ; " if most <= FEW else ""
    how = f"{phrases.small(count)} of {phrases.small(every)}" if count else phrases.none_of(every)
    how = f"in {phrases.every(every) if count == every else how}"
    null = numbers.stated(verdict.comparisons[0].of.null)
    return phrases.first_upper(f"{few}a new trial's effect may lie on either side of {null} {how}.")
