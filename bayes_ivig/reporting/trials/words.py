"""What every choice of trials does to an answer, in sentences made of its numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.ties import least, most, settled_one
from bayes_ivig.measures import OR, Measure, table_measure
from bayes_ivig.reporting.wording import classes, effects, numbers, outcomes, phrases
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import ByClass, Contrast
from bayes_ivig.results.reanalysis.choices import Choices
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.thresholds import (
    CHANCE_DECIMALS,
    P_DECIMALS,
    convincing_above,
    convincing_below,
    significant,
)

if TYPE_CHECKING:
    import pandas as pd

FEWEST_PAIRS = 6  # of fewer than four trials, all but two are single trials
CLASSES = (
    "The table has each class of trials by itself, and the {ratio} of its {name} {to} that of the class with "
    "most trials. Classes overlap with each other, and nothing records that they were made before the "
    "results were known: a {ratio} describes these trials, it does not say what caused the difference."
)
NAMED = (
    "Nothing records that the named trial sets of this report were fixed before the results were known. This "
    "section therefore asks the same of every other choice."
)


def compared(measure: Measure = OR) -> str:
    """Return how P-values and probabilities are compared with their lines."""
    return (
        f"compared after rounding, so that no count hangs on the last bits: P with 0.05 to {P_DECIMALS} "
        f"decimals, P({measure.above}) with 0.975 and 0.025 to {CHANCE_DECIMALS}"
    )


def about_classes(measure: Measure = OR) -> str:
    """Return what a table of classes has, and what it does not say."""
    ratio, to = ("ratio", "to") if measure.log else ("difference", "from")
    return CLASSES.format(ratio=ratio, name=measure.name, to=to)


def carrying_sentences(outcome: CountsOutcome, choices: Choices) -> list[str]:
    """Return which single trial moves the answer most: of all trials, and of those that were pooled."""
    sentences = [NAMED] if len(outcome.sets) > 1 else []
    sentences.append(carrying_sentence(outcome, choices))
    if choices.published_without is not None:
        phrase = outcomes.set_phrase(outcome.trial_set(outcome.published_trials), outcome)
        sentences.append(_carrying(choices.published_without, f"the {phrase}"))
        sentences.append(significance(choices.published_without, phrase))
    return [sentence for sentence in sentences if sentence]


def carrying_sentence(outcome: CountsOutcome, choices: Choices) -> str:
    """Return which single trial moves the answer of all trials most; empty where there is no choice."""
    return _carrying(choices.without, outcomes.set_phrase(outcome.trial_set("all"), outcome))


def _carrying(frame: "pd.DataFrame", phrase: str) -> str:
    """Return the trial without which P(OR > 1) and the odds ratio move most,
    and how far the others move them.
    """
    measure = table_measure(frame.columns)
    median, above, moved = measure.columns.median, measure.columns.above, measure.columns.moved
    whole, others = frame.iloc[0], frame.iloc[1:].dropna(subset=[moved])
    if len(others) < 2 or not math.isfinite(whole[median]):
        return ""
    far = others[moved].to_numpy(float)
    first = most(np.abs(np.log(far) if measure.log else far))
    row, rest = others.iloc[first], others.drop(index=others.index[first])
    ends = [numbers.probability(float(value)) for value in (rest[above].min(), rest[above].max())]
    between = f"between {ends[0]} and {ends[1]}" if ends[0] != ends[1] else f"at {ends[0]}"
    return (
        f"Of {phrase}, {phrases.name(str(row['left_out']))} moves the posterior most: the median "
        f"{measure.name} is {effects.cell(measure, float(whole[median]))} with it and "
        f"{effects.cell(measure, float(row[median]))} without it, and P({measure.above}) "
        f"{numbers.probability(float(whole[above]))} with it and "
        f"{numbers.probability(float(row[above]))} without it. "
        f"Without any one of the others P({measure.above}) stays {between}."
    )


def significance(frame: "pd.DataFrame", phrase: str) -> str:
    """Return whether a significant pooled result, and a convincing posterior, stay so without each trial."""
    measure = table_measure(frame.columns)
    p, chances = frame["pooled_p"].to_numpy(float), frame[measure.columns.above].to_numpy(float)
    without = [phrases.name(str(name)) for name in frame["left_out"][1:]]
    parts = []
    if significant(p[:1])[0]:
        shown = numbers.equals("P", numbers.p_value(float(p[0])))
        parts.append(
            f"pooled again, the {phrase} give {shown}, and P stays below 0.05 "
            f"{_unless(without, significant(p[1:]))}"
        )
    for convincing, bound in (
        (convincing_above, "at or above 0.975"),
        (convincing_below, "at or below 0.025"),
    ):
        if convincing(chances[:1])[0]:
            shown = numbers.chance(measure.above, float(chances[0]))
            stays = _unless(without, convincing(chances[1:]))
            whose = "their posterior has" if parts else f"the posterior of the {phrase} has"
            parts.append(f"{whose} {shown}, which stays {bound} {stays}")
    return f"{phrases.first_upper('; '.join(parts))}." if parts else ""


def _unless(without: Sequence[str], kept: NDArray[np.bool_]) -> str:
    """Return the trials without which a conclusion is lost."""
    lost = [name for name, holds in zip(without, kept, strict=True) if not holds]
    return (
        f"unless {phrases.series(lost).replace(' and ', ' or ')} is left out"
        if lost
        else "whichever trial is left out"
    )


def pairs_sentence(choices: Choices) -> str:
    """Return the extremes without two trials; empty where there are none."""
    frame = choices.pairs
    measure = OR if frame is None else table_measure(frame.columns)
    known = None if frame is None else frame.dropna(subset=[measure.columns.above])
    if known is None or len(known) < FEWEST_PAIRS:
        return ""
    medians = known[measure.columns.median].to_numpy(float)
    low, high = (known.iloc[which].to_dict() for which in (least(medians), most(medians)))
    return (
        f"With two trials left out, in {numbers.count(len(known))} ways, the median {measure.name} runs from "
        f"{_pair(low, measure)} to {_pair(high, measure)}."
    )


def _pair(row: Mapping[Any, Any], measure: Measure) -> str:
    names = phrases.series([phrases.name(name) for name in str(row["left_out"]).split("; ")])
    return (
        f"{effects.cell(measure, float(row[measure.columns.median]))} (without {names}; P({measure.above}) "
        f"{numbers.probability(float(row[measure.columns.above]))})"
    )


def standing_sentence(choices: Choices) -> str:
    """Return where the published choice stands among all of its size."""
    standing = choices.standing
    assert standing is not None
    assert choices.every is not None
    measure = table_measure(choices.every.columns)
    trials = len(choices.every.attrs["studies"])
    left = trials - int(standing["size"])
    ways = (
        f"There are {numbers.count(int(standing['subsets']))} ways of leaving {phrases.small(left)} of the "
        f"{phrases.small(trials)} trials out."
    )
    ranks = ""
    if math.isfinite(standing["pooled_p"]):
        pooled, median = (standing[f"rank_{key}"] for key in (measure.columns.pooled, measure.columns.median))
        ranks = (
            f" Its pooled {measure.name} is number {int(pooled)} from the largest, its posterior median "
            f"number {numbers.whole(median)}."
        )
    return (
        f"{ways} Pooled again, {counted_sentence(standing, 'the choice that was published', measure)}{ranks}"
    )


def counted_sentence(standing: Mapping[str, float], choice: str, measure: Measure = OR) -> str:
    """Return how many choices of one size have P < 0.05 and how many a convincing probability,
    each in both directions.

    ``standing`` is what ``standing`` returns; ``choice`` names the choice
    that it places among the others. Begins with a number.
    """
    number = {key: int(standing[key]) for key in standing if key.startswith(("significant", "convincing"))}
    has = "has" if number["convincing_above"] == 1 else "have"
    return (
        f"{numbers.count(number['significant'])} of them give{'s' if number['significant'] == 1 else ''} P < "
        f"0.05 ({numbers.count(number['significant_above'])} with {measure.one} above "
        f"{numbers.stated(measure.null)}, "
        f"{numbers.count(number['significant_below'])} below), and "
        f"{numbers.count(number['convincing_above'])} {has} a posterior P({measure.above}) of 0.975 or more, "
        f"{numbers.count(number['convincing_below'])} of 0.025 or less; {choice} {_among(standing, measure)}."
    )


def _among(standing: Mapping[str, float], measure: Measure) -> str:
    """Return whether a choice is one of the significant and one of the convincing, with its two numbers."""
    p, chance = float(standing["pooled_p"]), float(standing[measure.columns.above])
    if not math.isfinite(p) or not math.isfinite(chance):
        parts = [] if math.isfinite(p) else ["cannot be pooled again"]
        parts += [f"gives {numbers.equals('P', numbers.p_value(p))}"] if math.isfinite(p) else []
        parts += (
            [f"has {numbers.chance(measure.above, chance)}"]
            if math.isfinite(chance)
            else ["has no posterior"]
        )
        return phrases.series(parts)
    classical, bayesian = bool(significant(p)), bool(convincing_above(chance) or convincing_below(chance))
    place = {
        (True, True): "is one of the former and of the latter",
        (True, False): "is one of the former, not of the latter",
        (False, True): "is one of the latter, not of the former",
        (False, False): "is one of neither",
    }[classical, bayesian]
    return f"{place} ({numbers.equals('P', numbers.p_value(p))}, {numbers.chance(measure.above, chance)})"


def left_out_sentence(choices: Choices) -> str:
    """Return why there is no map of all subsets."""
    trials = len(choices.cumulative)
    if trials <= choices.most:
        return (
            "Subsets are not listed here: one trial's name is a part of another's, "
            "so a list of names could mean either."
        )
    return (
        f"All {numbers.count(2**trials - 1)} subsets of {trials} trials are not shown: a report shows them "
        f"for up to {choices.most} trials, and a sample of them would not be all. The command bayes-ivig "
        "subsets computes up to 200,000."
    )


def steps_sentence(frame: "pd.DataFrame") -> str:
    """Return between which trials P(OR > 1) was smallest and largest as they came in;
    empty where it exists of fewer than two.
    """
    measure = table_measure(frame.columns)
    above = measure.columns.above
    known = frame[np.isfinite(frame[above])]
    if len(known) < 2:
        return ""
    chances = known[above].to_numpy(float)
    low, high, last = (known.iloc[which] for which in (least(chances), most(chances), len(known) - 1))
    ends = [
        f"{numbers.probability(float(row[above]))} after {phrases.name(str(row['added']))}"
        for row in (low, high)
    ]
    return (
        f"As the trials come in, P({measure.above}) is lowest, {ends[0]}, and highest, {ends[1]}; with all "
        f"of them it is {numbers.probability(float(last[above]))}."
    )


def contrast_sentence(choices: Choices) -> str:
    """Return the two classes, each of two trials or more, of which it is surest that they differ;
    empty where there are none.

    A class of which no trial can tell the arms apart is left aside: its ratio is the prior's.
    """
    contrasts = [
        (abs(chance - 0.5), by_class, value, base, marginal, chance)
        for by_class in choices.classes
        for value, base, marginal in by_class.differences()
        if min(len(by_class.contrast.groups[name]) for name in (value, base)) > 1
        if by_class.contrast.fewest_informative(value, base)
        for chance in (float(marginal.prob_above(0.0)),)
    ]
    if not contrasts:
        return ""
    _, by_class, value, base, marginal, chance = max(contrasts, key=lambda each: settled_one(each[0]))
    alone = dict(zip(by_class.contrast.groups, by_class.alone.to_dict("records"), strict=True))
    measure = by_class.contrast.measure
    each = [
        f"{effects.cell(measure, float(alone[name][measure.columns.median]))} ({classes.of(by_class, name)})"
        for name in (base, value)
    ]
    ratio = posterior_effect(marginal, measure)
    wide = next(
        posterior_effect(other, measure)
        for name, against, other in by_class.differences(wide=True)
        if (name, against) == (value, base)
    )
    what = "ratio" if measure.log else "difference"
    above = "ratio > 1" if measure.log else "difference > 0"
    return (
        f"Among classes of two trials or more, those by {classes.label(by_class).lower()} are most "
        f"clearly apart ({when_stated(by_class)}, and chosen here as the most apart of several): posterior "
        f"median {measure.plural} {each[0]} and {each[1]}. Their {what} is "
        f"{effects.cell(measure, wide.estimate)} (95% credible interval "
        f"{effects.limits(measure, wide.lower, wide.upper)}) where each class has the prior of mu by itself, "
        f"and {effects.cell(measure, ratio.estimate)} "
        f"({effects.limits(measure, ratio.lower, ratio.upper)}; {numbers.chance(above, chance)}) under a "
        f"prior of the {what} ({prior_of_ratios(by_class)})."
    )


def prior_of_ratios(result: ByClass | Contrast) -> str:
    """Return which prior the ratios of odds ratios have, in one clause,
    and over which range it keeps 95% of them.
    """
    contrast = result.contrast if isinstance(result, ByClass) else result
    apart, measure = contrast.apart, contrast.measure
    ratio = "ratio" if measure.log else "difference"
    if apart is None:
        return (
            f"every class with the prior of mu by itself, so that a {ratio} has a wider prior than "
            f"{measure.one}"
        )
    low, high = (effects.cell(measure, measure.own(float(apart.quantile(p)))) for p in (0.025, 0.975))
    return (
        f"{'the log of ' if measure.log else ''}every {ratio} ~ {apart} (95% of {ratio}s {low} to {high}), "
        "around one centre with the prior of mu"
    )


def when_stated(result: ByClass | Contrast) -> str:
    """Return whether the comparison was stated before the results were known, or is post hoc."""
    if result.stated_before:
        return "stated before the results were known, as the description of the data says"
    return "post hoc: nothing says that the comparison was stated before the results were known"
