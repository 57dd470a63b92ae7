"""What words in the name of a column mean: of which arm it is, and what it counts or measures."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


def listing(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


TREATMENT = frozenset(
    listing(
        "treatment treatments treat treated trt trtmt tx experimental experiment exper exp "
        "intervention interventions interv int active drug exposed verum therapy vaccine "
        "vaccinated vaccination test"
    )
)
CONTROL = frozenset(
    listing(
        "control controls ctrl ctl contr con cont cntl placebo placebos plac plcb plc pbo pla "
        "usualcare comparator comparators comparison comp reference standard sham unexposed "
        "untreated unvaccinated usual soc tau waitlist observation"
    )
)
# words for an arm that are no name of what it gets
PLAIN_ARMS = frozenset(
    listing(
        "treatment treatments treat treated trt trtmt tx experimental experiment exper exp intervention "
        "interventions interv int test exposed control controls ctrl ctl contr con cont cntl comparator "
        "comparators comparison comp reference unexposed arm group"
    )
)
GENERIC = frozenset(("treatment", "treat", "trt", "intervention", "therapy", "drug", "test"))
LETTERS = {"t": "treatment", "e": "treatment", "i": "treatment", "c": "control"}

EVENTS = frozenset(
    listing(
        "event events evt evts ev case cases r x count counts pos positive positives affected "
        "yes responder responders response responses responded success successes"
    )
)
# words for events that say which: they name the outcome as well
SPECIFIC = frozenset(
    listing(
        "death deaths died dead dies mortality cure cured cures relapse relapses relapsed "
        "infected infection infections failure failures failed recurrence recurrences "
        "remission remissions bleeds bleeding stroke strokes dropout dropouts discontinuation "
        "discontinuations hospitalisations hospitalizations"
    )
)
TOTALS = frozenset(
    listing(
        "total totals n size ss sample samplesize patients participants subjects people "
        "persons randomised randomized nobs denominator number num analysed analyzed itt "
        "ntotal tot obs"
    )
)
NON_EVENTS = frozenset(
    listing(
        "nonevent nonevents noncase noncases neg negative negatives survived survivors alive "
        "nodeath nodeaths nonresponders nonresponder"
    )
)
NO_EVENTS = frozenset(("noevent", "noevents", "nocase", "nocases"))  # without events, or "no. of events"
PERCENT = frozenset(listing("percent pct perc percentage percentages proportion proportions prop"))
MEANS = frozenset(listing("mean means avg average m y"))
SDS = frozenset(listing("sd sds std stdev stddev"))
TIMES = frozenset(listing("py pys pyr pyrs pyears personyears patientyears persontime ptime time"))
LOST = frozenset(["missing", "lost", "unseen"])
FILLERS = frozenset(
    listing(
        "of in the per for with and group groups grp arm arms no nr to a an at on or all by "
        "among who had having"
    )
)
WHAT = {
    **dict.fromkeys(EVENTS | SPECIFIC, "events"),
    **dict.fromkeys(TOTALS, "total"),
    **dict.fromkeys(NON_EVENTS, "nonevents"),
    **dict.fromkeys(NO_EVENTS, "noevents"),
    **dict.fromkeys(PERCENT, "percent"),
    **dict.fromkeys(MEANS, "mean"),
    **dict.fromkeys(SDS, "sd"),
    **dict.fromkeys(TIMES, "time"),
    **dict.fromkeys(LOST, "missing"),
}
ARMS = {**dict.fromkeys(TREATMENT, "treatment"), **dict.fromkeys(CONTROL, "control")}
# of several things in one name, the first of these is what the column holds: "number of events"
FIRST = ("noevents", "nonevents", "missing", "time", "events", "percent", "mean", "sd", "total")
# what people are like before a trial is no outcome of it
CHARACTERISTICS = frozenset(
    listing("age ages bmi female females male males sex weight height baseline duration followup dose men")
)
ARM_WORDS = TREATMENT | CONTROL
LINKS = frozenset(listing("of in the per for with and group groups arm arms no number patients"))
GLUED = (
    "r",
    "n",
    "x",
    "e",
    "m",
    "y",
    "sd",
    "mean",
)  # whats of one or a few letters before the letter of an arm
NOT_GLUED = frozenset(("te", "ce", "ct", "mi", "yi", "me"))
MOST = 200  # letters of a name that are read
LONGEST = 40  # letters of a word that two words may be glued in
PHRASES = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"\bnon[\s_.-]*(events?|cases?|responders?|deaths?)\b", " nonevents "),
        (r"\b(without|free of)\s+(the\s+|an\s+)?(events?|outcome|disease)\b", " nonevents "),
        (r"\b(no|number|nr)[\s_.]+of\b|\bnos?\.\s|#", " number "),
        (r"\bno[\s_-]+(events?|cases?)\b", r" no\1 "),
        (r"\bno[\s_-]+(deaths?)\b", " nonevents "),
        (r"\b(standard|std|st)[\s_.]*dev(iation)?s?\b", " sd "),
        (r"\b(standard|std|st)[\s_.]*err(or)?s?\b", " se "),
        (
            r"\b(person|patient|subject|child)s?[\s_.-]*(years?|yrs?|time|months?|days?)\b",
            " time ",
        ),
        (r"\b(years|time)\s+at\s+risk\b|\bfollow[\s_-]*up\s+time\b", " time "),
        (r"\b(usual|routine|standard)[\s_]+(of[\s_]+)?(care|treatment|therapy|practice)\b", " usualcare "),
        (r"\b(no|non|not)[\s_-]+(treatment|intervention|therapy|treated|prophylaxis)\b", " untreated "),
        (r"\b(non|not|un)[\s_-]*(exposed|vaccinated)\b", r" un\2 "),
        (r"\bwait(ing)?[\s_-]*list\b|\bwatchful waiting\b", " waitlist "),
        (r"\btreatment[\s_]+as[\s_]+usual\b", " tau "),
        (r"\bsample[\s_.]+size\b", " total "),
        (r"%", " percent "),
    )
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the name of a column says: arm (``treatment``, ``control``, a number or letter, other words, or
    blank), what it holds, and what is left of the name, which names an outcome; ``why`` names the words.
    """

    arm: str = ""
    what: str = ""
    group: str = ""


NOTHING = Meaning()


def key(name: str) -> str:
    """Return a name without case, spaces and punctuation: ``event.e``, ``Event_E`` and ``eventE`` are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name, numbers and words that are glued together apart."""
    text = unicodedata.normalize("NFKC", name[:MOST])
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    for pattern, instead in PHRASES:
        text = pattern.sub(instead, text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", text)
    found: list[str] = []
    for word in re.split(r"[\W_]+", text):
        found += _apart(word) if word else ()
    return tuple(found)


def _apart(word: str) -> tuple[str, ...]:
    """Return a word, or the arm and the thing of which it is glued: ``tdeath``, ``ntreat``, ``ec``."""
    known = word in WHAT or word in ARMS or word in NOT_GLUED or word in FILLERS
    if known or not 1 < len(word) <= LONGEST:
        return (word,)
    found = []
    for cut in range(1, len(word)):
        head, tail = word[:cut], word[cut:]
        long = len(head) > 1 or len(tail) > 1
        if _arm(head) and tail in WHAT and (long or tail in GLUED):
            found.append((head, tail))
        if head in WHAT and _arm(tail) and (long or head in GLUED):
            found.append((head, tail))
        if head in LETTERS and head == "e" and tail in LETTERS and len(word) == 2:
            found.append((head, tail))
    found = [pair for pair in dict.fromkeys(found) if not (pair[0] == "con" and len(word) > 5)]
    if not found and len(word) > 2 and word[-1] == "i":
        return (
            _apart(word[:-1]) if len(_apart(word[:-1])) > 1 else (word,)
        )  # "nti": metafor's letter for a row
    return found[0] if len({frozenset(pair) for pair in found}) == 1 else (word,)


def _arm(word: str) -> str:
    return ARMS.get(word) or LETTERS.get(word, "")


@lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """Return what the name of a column says of its arm and of what it holds; blank where it does not say.

    Only words of the lists above count; all other words stand in ``group``.
    """
    name = name[:MOST]
    words = list(tokens(name))
    fraction = re.search(r"\b(n|r|x|events?|cases?|deaths?)\s*/\s*(n|total|patients)\b", name.casefold())
    whats = [word for word in words if word in WHAT]
    arms, rest = _arms(words, bool(whats))
    if "e" in words and arms is not None and (words.count("e") > 1 or "e" not in arms):
        whats = [*whats, "events"]
    if whats and whats[0] in SPECIFIC and re.search(r"\b(N|[Tt]otals?|TOTALS?)\W*$", name):
        whats = [word for word in whats if word not in SPECIFIC]  # "Deaths, total": of that outcome
    found = {WHAT[word] for word in whats}
    if fraction:
        what = "fraction"
    elif {"mean", "sd"} <= found:
        what = "mean_sd"
    elif found == {"total", "percent"}:
        what = "events"  # "n (%)"
    else:
        what = next((each for each in FIRST if each in found), "")
    if arms is None:
        return NOTHING
    groups = [
        w
        for w in rest
        if w not in WHAT or (w in SPECIFIC and what in ("events", "nonevents", "fraction", "total"))
    ]
    return Meaning(_one_arm(arms), what, " ".join(w for w in groups if w not in FILLERS))


def _arms(words: list[str], named: bool) -> tuple[list[str] | None, list[str]]:
    """Return the arms that words name, None where they name both, and the other words.

    An e is an arm where no other word is one; beside another it stands for events.
    """
    arms: list[str] = []
    rest: list[str] = []
    numbers = [i for i, word in enumerate(words) if word.isdigit() and len(word) <= 2 and _indexes(words, i)]
    others = bool(numbers) or any(word in ARMS or word in ("t", "i", "c") for word in words)
    for place, word in enumerate(words):
        of_e = word == "e" and not others
        lettered = place > 0 and words[place - 1] in GENERIC | {"drug", "arm", "group"}  # "Drug A"
        letter = (word in LETTERS and word != "e") or (
            word in ("a", "b", "d") and named and (lettered or not others) and not numbers
        )
        if word in ARMS or place in numbers or of_e or letter:
            arms.append(word)
        elif word != "e":
            rest.append(word)
    return (None if _one_arm(arms) == "both" else arms), rest


def _indexes(words: list[str], place: int) -> bool:
    """Whether a number numbers an arm: the last of a name, or behind a word for an arm or a thing."""
    return place == len(words) - 1 or (place > 0 and words[place - 1] in {*WHAT, *ARMS, "arm", "group"})


def _one_arm(words: list[str]) -> str:
    """Return the arm that all words agree on, ``both`` where they do not, blank without any."""
    numbers = [word for word in words if word.isdigit() or word in ("a", "b", "d")]
    sides = {_arm(word) for word in words if _arm(word)}
    if sides == {"treatment", "control"} and all(w in GENERIC for w in words if _arm(w) == "treatment"):
        sides = {"control"}  # "control treatment"
    if len(sides) > 1 or len(set(numbers)) > 1:
        return "both"
    if numbers:
        generic = sides <= {"treatment"} and all(w in GENERIC | {"t"} for w in words if _arm(w))
        return numbers[0] if generic else "both"
    return next(iter(sides), "")


def called(names: Sequence[str], outcome: str) -> str:
    """Return what columns of one arm call it, in their own letters: the words they share, but for those of
    what is counted and of the outcome; blank where it is only a word such as treatment or control.
    """
    for split in (False, True):
        parts = [
            re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", n) if split else n) for n in names
        ]
        shared = set.intersection(*({word.casefold() for word in words} for words in parts))
        drop = {*WHAT, *LINKS, *outcome.casefold().split()} - ARM_WORDS
        words = [word for word in parts[0] if word.casefold() in shared - drop]
        if words and not all(word.casefold() in PLAIN_ARMS or len(word) == 1 for word in words):
            return " ".join(dict.fromkeys(words))
    return ""
