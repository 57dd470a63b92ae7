"""What every choice of trials does to an answer, in sentences made of its numbers."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from bayes_ivig.inputs.classes import class_name
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.reporting import words
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.results.choices import Choices
from bayes_ivig.results.contrast import ByClass
from bayes_ivig.results.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import pandas as pd

SIGNIFICANT = 0.05
FEWEST_PAIRS = 6  # of fewer than four trials, all but two are single trials
CLASSES = (
    "The table has each class of trials by itself, and the ratio of its odds ratio to that of the class with most trials. "
    "Classes overlap with each other, and nothing records that they were made before the results were known: a ratio describes "
    "these trials, it does not say what caused the difference."
)
NAMED = (
    "Nothing records that the named trial sets of this report were fixed before the results were known. This section therefore "
    "asks the same of every other choice."
)


def carrying_sentences(outcome: CountsOutcome, choices: Choices) -> list[str]:
    """Return which single trial moves the answer most: of all trials, and of those that were pooled."""
    found = [NAMED] if len(outcome.sets) > 1 else []
    found.append(carrying_sentence(outcome, choices))
    if choices.published_without is not None:
        phrase = words.set_phrase(outcome.trial_set(outcome.published_trials), outcome)
        found.append(_carrying(choices.published_without, f"the {phrase}"))
        found.append(_significance(choices.published_without, phrase))
    return [sentence for sentence in found if sentence]


def carrying_sentence(outcome: CountsOutcome, choices: Choices) -> str:
    """Return which single trial moves the answer of all trials most; empty where there is no choice."""
    return _carrying(choices.without, words.set_phrase(outcome.trial_set("all"), outcome))


def _carrying(frame: "pd.DataFrame", phrase: str) -> str:
    """Return the trial without which P(OR > 1) and the odds ratio move most, and how far the others move them."""
    whole, others = frame.iloc[0], frame.iloc[1:].dropna(subset=["or_ratio"])
    if len(others) < 2 or not math.isfinite(whole["or_q50"]):
        return ""
    first = int(np.argmax(np.abs(np.log(others["or_ratio"].to_numpy(float)))))
    row, rest = others.iloc[first], others.drop(index=others.index[first])
    ends = [probability(float(value)) for value in (rest["prob_or_gt_1"].min(), rest["prob_or_gt_1"].max())]
    between = f"between {ends[0]} and {ends[1]}" if ends[0] != ends[1] else f"at {ends[0]}"
    return (
        f"Of {phrase}, {words.name(str(row['left_out']))} moves the posterior most: the median odds ratio is "
        f"{words.ratio(float(whole['or_q50']))} with it and {words.ratio(float(row['or_q50']))} without it, and P(OR > 1) "
        f"{probability(float(whole['prob_or_gt_1']))} with it and {probability(float(row['prob_or_gt_1']))} without it. Without "
        f"any one of the others P(OR > 1) stays {between}."
    )


def _significance(frame: "pd.DataFrame", phrase: str) -> str:
    """Return whether a significant pooled result stays one without each trial."""
    whole, others = frame.iloc[0], frame.iloc[1:]
    if not whole["pooled_p"] < SIGNIFICANT:
        return ""
    lost = [words.name(str(row["left_out"])) for row in others.to_dict("records") if not row["pooled_p"] < SIGNIFICANT]
    stays = "whichever trial is left out" if not lost else f"unless {words.series(lost).replace(' and ', ' or ')} is left out"
    return (
        f"Pooled again, the {phrase} give {words.equals('P', words.p_value(float(whole['pooled_p'])))}, and P stays below 0.05 "
        f"{stays}."
    )


def pairs_sentence(choices: Choices) -> str:
    """Return the extremes without two trials; empty where there are none."""
    frame = choices.pairs
    known = None if frame is None else frame.dropna(subset=["prob_or_gt_1"])
    if known is None or len(known) < FEWEST_PAIRS:
        return ""
    medians = known["or_q50"].to_numpy(float)
    low, high = (known.iloc[int(which)].to_dict() for which in (np.argmin(medians), np.argmax(medians)))
    return f"With two trials left out, in {len(known):,} ways, the median odds ratio runs from {_pair(low)} to {_pair(high)}."


def _pair(row: Mapping[Any, Any]) -> str:
    names = words.series([words.name(name) for name in str(row["left_out"]).split("; ")])
    return f"{words.ratio(float(row['or_q50']))} (without {names}; P(OR > 1) {probability(float(row['prob_or_gt_1']))})"


def standing_sentence(choices: Choices) -> str:
    """Return where the published choice stands among all of its size."""
    found = choices.standing
    assert found is not None
    assert choices.every is not None
    trials = len(choices.every.attrs["studies"])
    left = trials - int(found["size"])
    ways = (
        f"There are {int(found['subsets']):,} ways of leaving {words.small(left)} of the {words.small(trials)} trials out. "
        f"Pooled again, {int(found['significant']):,} of them give{'s' if found['significant'] == 1 else ''} P < 0.05"
    )
    if not math.isfinite(found["pooled_p"]):
        return f"{ways}; the choice that was published cannot be pooled again."
    among = (
        "and the choice that was published is one of these"
        if found["pooled_p"] < SIGNIFICANT
        else (f"and the choice that was published is not one of these ({words.equals('P', words.p_value(found['pooled_p']))})")
    )
    return (
        f"{ways}, {among}. Its pooled odds ratio is number {int(found['rank_pooled_or'])} from the largest, its posterior median "
        f"number {int(found['rank_or_q50'])}."
    )


def left_out_sentence(choices: Choices) -> str:
    """Return why there is no map of all subsets."""
    trials = len(choices.cumulative)
    if trials <= choices.most:
        return "Subsets are not listed here: one trial's name is a part of another's, so a list of names could mean either."
    return (
        f"All {2**trials - 1:,} subsets of {trials} trials are not shown: a report shows them for up to {choices.most} trials, "
        "and a sample of them would not be all. The command bayes-ivig subsets computes up to 200,000."
    )


def steps_sentence(frame: "pd.DataFrame") -> str:
    """Return between which trials P(OR > 1) was smallest and largest as they came in; empty where it exists of fewer than two."""
    known = frame[np.isfinite(frame["prob_or_gt_1"])]
    if len(known) < 2:
        return ""
    chances = known["prob_or_gt_1"].to_numpy(float)
    low, high, last = (known.iloc[int(which)] for which in (np.argmin(chances), np.argmax(chances), len(known) - 1))
    told = [f"{probability(float(row['prob_or_gt_1']))} after {words.name(str(row['added']))}" for row in (low, high)]
    return (
        f"As the trials come in, P(OR > 1) is lowest, {told[0]}, and highest, {told[1]}; with all of them it is "
        f"{probability(float(last['prob_or_gt_1']))}."
    )


def contrast_sentence(choices: Choices) -> str:
    """Return the two classes, each of two trials or more, of which it is surest that they differ; empty where there are none."""
    found = [
        (abs(chance - 0.5), by_class, value, base, marginal, chance)
        for by_class in choices.classes
        for value, base, marginal in by_class.differences()
        if min(len(by_class.contrast.groups[name]) for name in (value, base)) > 1
        for chance in (float(marginal.prob_above(0.0)),)
    ]
    if not found:
        return ""
    _, by_class, value, base, marginal, chance = max(found, key=lambda each: each[0])
    alone = dict(zip(by_class.contrast.groups, by_class.alone.to_dict("records"), strict=True))
    each = [f"{words.ratio(float(alone[name]['or_q50']))} ({class_of(by_class, name)})" for name in (base, value)]
    ratio = words.posterior_ratio(marginal)
    return (
        f"Among classes of two trials or more, those by {class_label(by_class.column).lower()} are most clearly apart: posterior "
        f"median odds ratios {each[0]} and {each[1]}, their ratio {words.ratio(ratio.estimate)} (95% credible interval "
        f"{words.limits(ratio.lower, ratio.upper)}; {words.chance('ratio > 1', chance)})."
    )


def class_label(column: str) -> str:
    """Return a column of classes as a heading: ``"apl_share >= 1"`` without its cut."""
    name = column.partition(" >= ")[0]
    return COLUMNS.get(name) or words.name(words.first_upper(name.replace("_", " ")))


def class_value(column: str, value: str, dataset: Dataset | None = None) -> str:
    """Return a class of a column in words; with ``dataset``, by what a bundled class holds."""
    return words.name(class_name(column, value, dataset))


def class_of(found: ByClass, value: str) -> str:
    """Return one of the classes that were compared in words."""
    return class_value(found.column, value, found.contrast.dataset)


COLUMNS = {
    "randomised": "Randomised",
    "comparator_class": "Comparator",
    "apl_share": "Share of women with antibodies",
}
