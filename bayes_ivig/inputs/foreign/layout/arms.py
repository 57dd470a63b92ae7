"""Which arm is the treatment, and how that is known; where it is not, the two readings side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bayes_ivig.errors import DataError, cut, listed, quoted, suggestion
from bayes_ivig.inputs.foreign.found import Known, Stated
from bayes_ivig.inputs.foreign.layout.rows import Values
from bayes_ivig.inputs.foreign.layout.trials import Trial, Trials, pair_of
from bayes_ivig.inputs.foreign.layout.witness import crude, side_of
from bayes_ivig.inputs.foreign.layout.words import (
    CONTROL,
    GENERIC,
    LETTERS,
    TREATMENT,
    called,
    listing,
    tokens,
)

SHOWN = 3  # trials of a reading in a message
MOST_PAIRS = 12
NOTHING = ("0", "no", "none", "nothing", "nil")
# labels that stand for the control whatever the other arm is, and those that may be a treatment of their own
FIRM = frozenset(
    listing(
        "placebo placebos plac plcb plc pbo pla control controls ctrl ctl sham untreated observation waitlist"
    )
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The keys of both arms in ``Trial.arms``, their names, how the treatment is known and why."""

    treatment: str
    control: str
    known: Known
    why: str
    names: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()


def decide(
    source: str, trials: Trials, stated: Stated, estimates: Sequence[tuple[int, float]] = ()
) -> Decision:
    """Return which arm is the treatment; raises ``DataError`` where that is not known.

    ``estimates`` are (position, log ratio) of rows that hold an odds ratio beside counts: a witness for arms
    without a name.
    """
    keys = _keys(trials)
    if trials.labelled:
        return _labelled(source, trials, keys, stated)
    if set(keys) >= {"treatment", "control"} and not _other_arms(keys):
        return _worded(source, trials, stated)
    if stated.treatment or stated.control:
        return _stated(source, trials, keys, stated, "arms")
    if len(keys) == 2:
        found = _witness(trials, keys, estimates)
        if found:
            return found
    if "control" in keys and len(keys) == 2:
        other = next(key for key in keys if key != "control")
        names = (_called(trials, other) or other, _called(trials, "control"))
        why = f"the columns of the other arm, {quoted(names[0])}, stand beside those of a control"
        return Decision(other, "control", "name", why, names)
    raise _unknown(source, trials, keys)


def _keys(trials: Trials) -> list[str]:
    """Return the keys of all arms that have numbers, one spelling of each, in order."""
    first: dict[str, str] = {}
    for trial in trials.trials:
        for key, arm in trial.arms.items():
            if arm.values is not None:
                first.setdefault(key.casefold(), key)
    return list(first.values())


def _other_arms(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key not in ("treatment", "control")]


def _program(trials: Trials) -> str:
    """Return why arm 1 is the treatment where the columns are those of a program that says so."""
    names = {column.program for column in trials.group.columns() if column.program}
    return f"these are the names of {names.pop()}, whose first arm is the treatment" if names else ""


# Arms that columns are named for


def _worded(source: str, trials: Trials, stated: Stated) -> Decision:
    """Return the decision where columns are named for treatment and control; labels must not contradict."""
    names = {arm: _common(trials, arm) or _called(trials, arm) for arm in ("treatment", "control")}
    turned = [
        trial
        for trial in trials.trials
        if _is_control(_label_of(trial, "treatment")) and not _is_control(_label_of(trial, "control"))
    ]
    if turned and not stated.columns:
        first = turned[0]
        raise DataError(
            f"{source}: the columns of the treatment are labelled {quoted(_label_of(first, 'treatment'))} in "
            f"{len(turned)} of {len(trials.trials)} rows, which is the control's name, against "
            f"{quoted(_label_of(first, 'control') or 'control')}\n"
            f"{_readings(trials, 'treatment', 'control')}\nsay which with --map treatment_events=NAME "
            "--map control_events=NAME (and the totals)"
        )
    columns = [column for arm in ("treatment", "control") for column in trials.group.arms[arm].values()]
    told = [column for column in columns if column.known == "stated"]
    for label, arm in ((stated.treatment, "control"), (stated.control, "treatment")):
        if _means(label) == arm and not told:
            raise DataError(
                f"{source}: {quoted(label)} is stated for the "
                f"{'treatment' if arm == 'control' else 'control'}, but columns are named for the arms, and "
                f"that one is the {arm}'s; map the columns instead: "
                "--map treatment_events=NAME --map control_events=NAME"
            )
    given = (stated.treatment or names["treatment"], stated.control or names["control"])
    program = _program(trials)
    if told:
        mapped = any(column.why.startswith("--map") for column in told)
        why = (
            "--map names the columns of both arms" if mapped else "--treatment and --control name the columns"
        )
        return Decision("treatment", "control", "stated", why, given)
    shown = ", ".join(column.name for column in columns if column.what not in ("time", "missing"))
    why = program or f"columns are named for treatment and control ({cut(shown, 160)})"
    return Decision("treatment", "control", "name", why, given)


def _label_of(trial: Trial, key: str) -> str:
    arm = trial.arms.get(key)
    return arm.label if arm else ""


def _called(trials: Trials, key: str) -> str:
    """Return what the columns of an arm call it, blank in a table with a row for each arm."""
    whats = trials.group.arms.get(key, {})
    return called([column.name for column in whats.values()], trials.group.name) if whats else ""


def _common(trials: Trials, key: str) -> str:
    """Return the label that an arm has in every row, blank where it differs."""
    found = {_label_of(trial, key) for trial in trials.trials}
    return found.pop() if len(found) == 1 else ""


# Arms that are known by labels


def _labelled(source: str, trials: Trials, keys: list[str], stated: Stated) -> Decision:
    if stated.treatment or stated.control:
        return _stated(source, trials, keys, stated, "labels of arms")
    if len(keys) > 2:
        raise _network(source, trials, keys)
    if len(keys) < 2:
        raise DataError(
            f"{source}: there is one arm only, {quoted((keys or ['?'])[0])}: nothing to compare it with"
        )
    sides = {key: _means(key) for key in keys}
    for one, other in (keys, keys[::-1]):
        firm = sides[one] == "control" and sides[other] != "control"
        only = sides[one] == "control" and _firm(one) and not _firm(other)
        if firm or only or (sides[other] == "treatment" and sides[one] != "treatment"):
            turned = next(iter(trials.trials[0].arms)) == one and not trials.long
            note = (
                f"the first arm is {quoted(one)}: turned round, so that {quoted(other)} is the treatment",
            )
            word = f"{quoted(one)} is a control" if firm or only else f"{quoted(other)} is a treatment"
            return Decision(other, one, "name", f"by its label {word}", (other, one), note if turned else ())
    raise _unknown(source, trials, keys)


def _means(label: str) -> str:
    """Return whether a label is of a treatment or of a control by its words, blank where they do not say."""
    words = [word for word in tokens(label) if not word.isdigit()]
    if label.strip().casefold() in NOTHING or label.casefold().startswith(("no ", "without ", "non-")):
        return "control"
    if any(word in CONTROL or word in FIRM or word == "c" for word in words) and "plus" not in words:
        extra = [
            w for w in words if w not in CONTROL and w not in GENERIC and w not in FIRM and w in TREATMENT
        ]
        return "" if extra else "control"
    if words and all(word in TREATMENT or word in LETTERS or word in ("arm", "group") for word in words):
        return "treatment"
    return ""


def _is_control(label: str) -> bool:
    """Whether a label of more than a letter is that of a control."""
    return len(label) > 1 and _means(label) == "control"


def _firm(label: str) -> bool:
    return any(word in FIRM for word in tokens(label))


def _stated(source: str, trials: Trials, keys: list[str], stated: Stated, what: str) -> Decision:
    """Return the arms that the user states; one alone will do where there are two."""
    found = {
        side: side if _told(trials, side) else _match(source, getattr(stated, side), keys, what)
        for side in ("treatment", "control")
    }
    if found["treatment"] == found["control"]:
        raise DataError(f"{source}: --treatment and --control are both {quoted(found['control'])}")
    for side, other in (("treatment", "control"), ("control", "treatment")):
        if not found[side]:
            rest = [key for key in keys if key != found[other]]
            if len(rest) != 1:
                raise _network(source, trials, keys)
            found[side] = rest[0]
    words = [f"--{side} {quoted(getattr(stated, side))}" for side in found if getattr(stated, side)]
    pair = (found["treatment"], found["control"])
    one, other = (key if trials.labelled else _called(trials, key) or key for key in pair)
    return Decision(*pair, "stated", " ".join(words), (one, other))


def _told(trials: Trials, side: str) -> bool:
    """Whether columns are of an arm because the user states its label."""
    return any(column.known == "stated" for column in trials.group.arms.get(side, {}).values())


def _match(source: str, wanted: str, keys: list[str], what: str) -> str:
    """Return the key that the user means, by the whole of it or as ``arm 1`` or ``group 1``."""
    if not wanted:
        return ""
    plain = wanted.strip().casefold()
    for prefix in ("arm ", "group ", "row "):
        if plain.removeprefix(prefix) in [key.casefold() for key in keys]:
            plain = plain.removeprefix(prefix)
    for key in keys:
        if key.casefold() == plain or (tokens(key) and tokens(key) == tokens(wanted)):
            return key
    raise DataError(
        f"{source}: no arm {quoted(wanted)}{suggestion(wanted, keys)}; {what} are {listed(sorted(keys))}; "
        "state both, --treatment and --control, as the file writes them"
    )


# What is said where it is not known


def _witness(trials: Trials, keys: list[str], estimates: Sequence[tuple[int, float]]) -> Decision | None:
    """Return the arms that odds ratios in the same rows agree with, None where they do not tell."""
    first, second = keys
    side = side_of(trials, first, second, estimates)
    if not side:
        return None
    treatment, control = (first, second) if side > 0 else (second, first)
    why = f"the odds ratios in the table are those of arm {treatment} against arm {control}"
    return Decision(treatment, control, "numbers", why)


def _unknown(source: str, trials: Trials, keys: list[str]) -> DataError:
    """Return the error about arms of which neither is known to be the treatment."""
    if len(keys) > 2:
        return _network(source, trials, keys)
    if len(keys) < 2:
        return DataError(f"{source}: there is one arm only: nothing to compare it with")
    one, other = keys
    if trials.labelled:
        found = f"arms are called {quoted(one)} and {quoted(other)}"
    elif trials.long:
        found = "each trial has two rows, and no column says which is the treatment"
    else:
        shown = [
            ", ".join(c.name or f"column {c.place + 1}" for c in trials.group.arms[k].values()) for k in keys
        ]
        found = f"columns of one arm are {shown[0]}, of the other {shown[1]}"
    return DataError(
        f"{source}: which arm is the treatment is not known: {found}\n{_readings(trials, one, other)}\n"
        f"say which: --treatment {_quoted(one)} --control {_quoted(other)}, or the other way round"
    )


def _quoted(label: str) -> str:
    return label if label.isalnum() else f'"{label}"'


def _readings(trials: Trials, one: str, other: str) -> str:
    """Return both readings, a line each: the effect that each would give, and the first trials."""
    return "\n".join(
        f"reading {i}: treatment {quoted(t)}, control {quoted(c)}: {_effect(trials, t, c)}; "
        f"{'; '.join(_rows(trials, t, c))}"
        for i, (t, c) in enumerate(((one, other), (other, one)), 1)
    )


def _rows(trials: Trials, treatment: str, control: str) -> list[str]:
    found: list[str] = []
    for trial in trials.trials:
        pair = pair_of(trial, treatment, control)
        if pair and len(found) < SHOWN:
            found.append(f"{cut(trial.study, 40)} {_shown(pair[0])} against {_shown(pair[1])}")
    return found


def _shown(values: Values) -> str:
    return "/".join(values) if len(values) == 2 else f"{values[0]} (SD {values[1]}, n {values[2]})"


def _effect(trials: Trials, treatment: str, control: str) -> str:
    pairs = [pair for trial in trials.trials if (pair := pair_of(trial, treatment, control))]
    return crude(trials.group.kind, pairs)


def _network(source: str, trials: Trials, keys: list[str]) -> DataError:
    """Return the error about more than two treatments, with every pair and its number of trials."""
    times: Counter[tuple[str, str]] = Counter()
    for trial in trials.trials:
        have = {key.casefold() for key, arm in trial.arms.items() if arm.values is not None}
        times.update(
            pair
            for pair in combinations(keys, 2)
            if pair[0].casefold() in have and pair[1].casefold() in have
        )
    pairs: list[str] = [
        "  --treatment {} --control {} ({} {})".format(
            *map(_quoted, _control_last(pair)), number, "trial" if number == 1 else "trials"
        )
        for pair, number in sorted(times.items(), key=lambda item: (-item[1], item[0]))
    ]
    more = [f"  and {len(pairs) - MOST_PAIRS} more pairs"] if len(pairs) > MOST_PAIRS else []
    return DataError(
        "\n".join(
            (
                f"{source}: {len(keys)} treatments ({listed(sorted(keys))}): a network, of which one "
                "comparison can be read; choose one",
                *pairs[:MOST_PAIRS],
                *more,
            )
        )
    )


def _control_last(pair: tuple[str, str]) -> tuple[str, str]:
    one, other = pair
    return (other, one) if _is_control(one) and not _is_control(other) else pair
