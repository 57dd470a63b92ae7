"""Whether an event is good or bad, where the labels of the plot leave no doubt of it."""

import re

from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.revman.analysis import Analysis, plain
from bayes_ivig.inputs.foreign.revman.arms import labels_of

FAVOURS = re.compile(r"^(favou?rs|favou?ring|in favou?r of)\b", re.IGNORECASE)
WELCOME = re.compile(
    r"\b(respon[sd]\w*|remission|cured?|surviv\w*|alive|success\w*|recover\w*|improve\w*|"
    r"heal(ed|ing)|resol(ved|ution)|abstinen\w*|cessation|patency)\b",
    re.IGNORECASE,
)
UNWELCOME = re.compile(
    r"\b(deaths?|mortality|died|dead|relapse\w*|recurren\w*|fail\w*|adverse|side effects?|complications?|"
    r"bleed\w*|infections?|strokes?|infarctions?|drop ?-?outs?|withdraw\w*|discontinu\w*|non-?respon\w*)\b",
    re.IGNORECASE,
)
GENERIC = ("experimental", "treatment", "intervention", "control")


def event_of(analysis: Analysis, stated: Stated) -> tuple[Event | None, str]:
    """Return whether an event is good or bad for the person, and how that is known.

    The label left of no effect says what a ratio below 1 favours. It counts only where both labels say so of
    the groups of this very outcome: RevMan's own (``Favours experimental``) stand wherever nobody changed
    them. Labels are carried from outcome to outcome, too: what the outcome's name contradicts is not taken.
    """
    if stated.event is not None:
        return stated.event, f"that an event is {stated.event} is stated"
    sides = [_side(label, analysis) for label in analysis.graph]
    shown = " | ".join(plain(label) for label in analysis.graph if plain(label))
    unknown = "whether an event is good or bad is not known"
    if None in sides or sides[0] == sides[1]:
        because = f"the labels of the plot ({shown}) do not say which group is favoured"
        return None, f"{unknown}: {because if shown else 'the plot is not labelled'}"
    # the plot is of the file's first group against its second, whichever of them is our treatment
    event: Event = "bad" if sides[0] == 0 else "good"
    if event == _contradicted(analysis):
        return None, (
            f"look at: {unknown}: by the labels of the plot ({shown}) it is {event}, and the outcome's name "
            f"({analysis.outcome}) reads otherwise; state it"
        )
    first, second = labels_of(analysis)
    favoured = first if event == "bad" else second
    return event, f"the plot is labelled {shown}: less of it in {first} than in {second} favours {favoured}"


def _contradicted(analysis: Analysis) -> Event | None:
    """Return what an event is not, by the words of the outcome's name; None where they leave it open."""
    welcome, unwelcome = (bool(words.search(analysis.outcome)) for words in (WELCOME, UNWELCOME))
    if welcome == unwelcome:
        return None
    return "bad" if welcome != analysis.swap else "good"


def _side(label: str, analysis: Analysis) -> int | None:
    """Return which group a label of the plot names, None for neither, both, or a label of RevMan's own."""
    favoured = FAVOURS.search(plain(label))
    text = plain(label)[favoured.end() :].strip(" []():").casefold() if favoured else ""
    groups = [plain(group).casefold() for group in analysis.labels]
    if not text or all(group in GENERIC for group in groups):
        return None
    fits = [bool(group) and (text == group or _within(text, group)) for group in groups]
    return fits.index(True) if sum(fits) == 1 else None


def _within(text: str, group: str) -> bool:
    """Whether one is a whole-word part of the other."""
    return any(
        len(part) > 2 and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", whole)
        for part, whole in ((text, group), (group, text))
    )
