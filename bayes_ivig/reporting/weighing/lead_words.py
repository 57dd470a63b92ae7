"""Benefit against harm in sentences: what is expected, over what range, at which control risks,
and what a weight means.
"""

from bayes_ivig.reporting.weighing.words import (
    among_words,
    amount_words,
    benefit_name,
    break_even_span,
    break_even_words,
    harm_name,
    span,
    state_names,
)
from bayes_ivig.reporting.wording import information, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.results.benefit.findings import ControlSource
from bayes_ivig.results.reanalysis.harm_readings import HarmComparison, HarmReading
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis
from bayes_ivig.results.weighing.benefit_harm import Weighed

LABELS = ("(A)", "(B)")  # of the first ways in which a harm is known
SOURCES: dict[ControlSource, str] = {
    "control arms": "the median over its control arms",
    "known control arms": "the median over those control arms whose counts are known",
    "reconstructed control arms": (
        "the median over the reconstructed control arms (events averaged over the tables of each "
        "reading by their posterior probability, then over the readings), the same for every reading"
    ),
    "stated": "as stated",
    "unknown": "as stated",
}


def lead(comparison: HarmComparison, reanalysis: Reanalysis) -> str:
    """Return what is expected of 100 people under the first readings, with the model and the trials."""
    setting, first = comparison.main.setting, comparison.readings[:2]
    parts = [f"{benefit_name(setting)} {amount_words(dict(comparison.main.effects)['benefit'])}"]
    for name, title in (
        ("harm", harm_name(setting)),
        ("spared", phrases.lower_first(state_names(setting).get("unharmed", ""))),
    ):
        changes = [
            amount_words(amounts[name]) for each in first if name in (amounts := dict(each.weighed.effects))
        ]
        if len(changes) == len(first) > 1:
            labelled = (f"{name} {change}" for name, change in zip(LABELS, changes, strict=False))
            parts.append(f"{title} {', '.join(labelled)}")
        elif changes:
            parts.append(f"{title} {' or '.join(dict.fromkeys(changes))}")
    known = " or ".join(phrases.lower_first(reading_label(each)) for each in first)
    if len(first) > 1:
        labelled = (
            f"{name} from {phrases.lower_first(reading_label(each))}"
            for name, each in zip(LABELS, first, strict=False)
        )
        known = f"known in {phrases.small(len(first))} ways: {', '.join(labelled)}"
    trials = trials_words(comparison.readings[0], comparison, reanalysis)
    return _uninformed(comparison, reanalysis) + (
        f"Expected change per 100 {phrases.name(setting.people)} with "
        f"{phrases.name(reanalysis.about.treatment)}: {'; '.join(parts)}. In brackets 95% credible "
        f"intervals; {benefit_name(setting)} from {trials}, {models.short(reanalysis.model)}; "
        f"{harm_name(setting)} {'' if len(first) > 1 else 'from '}{known}."
    )


def _uninformed(comparison: HarmComparison, reanalysis: Reanalysis) -> str:
    """Return that nothing was learnt of the benefit, or of the harm; empty where trials tell of both."""
    benefit = next((each for each in reanalysis.outcomes if each.name == comparison.benefit), None)
    silent = isinstance(benefit, CountsOutcome) and benefit.trial_set("all").posterior.learnt_nothing
    sides = [benefit_name(comparison.main.setting)] * silent + [harm_name(comparison.main.setting)] * (
        not comparison.main.informed
    )
    return (
        f"{information.nothing()} of {phrases.series(sides)}: what rests on it is the prior. "
        if sides
        else ""
    )


def ranges(harm: HarmComparison, reanalysis: Reanalysis) -> str:
    """Return how far the net benefit depends on how the harm is known,
    and on the trials that the benefit is from.
    """
    weighed = [each.weighed for each in harm.readings]
    chances = span([numbers.probability(chance) for chance in sorted(_at_one(each) for each in weighed)])
    if len(weighed) == 1:
        text = (
            f"P(net benefit > 0) at weight 1 is {chances}; break-even weight: "
            f"{break_even_words(weighed[0].break_even)}."
        )
    else:
        text = (
            f"Over the {phrases.small(len(weighed))} ways in which the harm is known, P(net benefit > 0) at "
            f"weight 1 is {chances}; break-even weight: "
            f"{break_even_span([each.break_even for each in weighed])}."
        )
    if not harm.trial_sets:
        return text
    by_trials: dict[str, list[float]] = {each.trials: [] for each in harm.trial_sets}
    for each in harm.trial_sets:
        by_trials[each.trials].append(_at_one(each.weighed))
    first = {each.trials: each for each in reversed(harm.trial_sets)}
    parts = [
        f"{trials_words(first[trials], harm, reanalysis)} "
        f"{span([numbers.probability(chance) for chance in sorted(values)])}"
        for trials, values in by_trials.items()
    ]
    ways = max(map(len, by_trials.values()))
    same = (
        "the harm being the same"
        if ways == 1
        else f"over the first {phrases.small(ways)} of these ways, the harm being the same"
    )
    return (
        f"{text} P(net benefit > 0) at weight 1 by the trials that {benefit_name(harm.main.setting)} is "
        f"taken from, {same}: {'; '.join(parts)}."
    )


def _at_one(weighed: Weighed) -> float:
    return next(net.probability for net in weighed.nets if net.weight == 1.0)


def trials_words(reading: HarmReading, comparison: HarmComparison, reanalysis: Reanalysis) -> str:
    """Return the trials that the benefit is taken from, inside a sentence."""
    outcome = reanalysis.outcome(comparison.benefit)
    assert isinstance(outcome, CountsOutcome)
    return outcomes.set_phrase(outcome.trial_set(reading.trials), outcome)


def control_line(comparison: HarmComparison) -> str:
    """Return where the control risks come from, in one sentence."""
    setting = comparison.main.setting
    titles = (phrases.name(setting.benefit_title), phrases.name(phrases.lower_first(setting.harm_title)))
    benefit, harm = (SOURCES[source] for source in comparison.control)
    return f"Control risks, those of the summary of findings: {titles[0]}, {benefit}; {titles[1]}, {harm}."


def meaning(weighed: Weighed) -> str:
    """Return what the weight of a harm is, and the break-even weight."""
    setting = weighed.setting
    good, bad = benefit_name(setting), harm_name(setting)
    weighing = (
        f"How a {bad} weighs against a {good} is a judgement, and no data decide it. With weight w, the net "
        f"benefit of 100 {phrases.name(setting.people)} is the extra number with {good} less w times the "
        f"extra number with {bad}: w = 0 leaves the harm out, and with w = 1 one harm cancels one benefit."
    )
    counted = (
        " With w = 1 the net benefit is the extra number with "
        f"{phrases.lower_first(state_names(setting)['unharmed'])}."
        if setting.chained
        else ""
    )
    same = (
        "Control risks are those of the summary of findings: "
        f"{phrases.name(phrases.lower_first(setting.benefit_title))} "
        f"{numbers.percent(setting.benefit_risk)}, {phrases.name(phrases.lower_first(setting.harm_title))} "
        f"{numbers.percent(setting.harm_risk)} of {among_words(setting)}. Numbers of people are posterior "
        "means, which add up; there they are medians."
    )
    return f"{weighing}{counted} The break-even weight is that at which the expected net benefit is 0. {same}"


def selected(weighed: Weighed) -> str:
    """Return what it means that the harm is counted among some of the people."""
    setting = weighed.setting
    return (
        f"{phrases.name(phrases.first_upper(phrases.lower_first(setting.harm_title)))} is counted among "
        f"{among_words(setting)}. Where treatment changes who they are, the two arms compare different "
        "people, and randomisation does not protect the comparison (truncation by death). Numbers of all "
        "people, as in the table and the bars, do not need that comparison to be one of like with like, "
        "but rest on the same counts."
    )
