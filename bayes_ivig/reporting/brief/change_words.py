"""What an answer hangs on, and what would change it, a line each; its label links to the section."""

import math
from collections.abc import Sequence

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.priors.families import Normal
from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.other_models.words import model_name
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.digits import significant
from bayes_ivig.results.brief.brief import Brief
from bayes_ivig.results.brief.changes import PriorChange, TrialChange
from bayes_ivig.results.brief.codes import EVEN, printed_probability
from bayes_ivig.results.brief.factors import LEAST, Factor, Kind
from bayes_ivig.results.brief.new_trial import NewTrial
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

type Line = tuple[Part, ...]

MOST_NAMED = 4  # trials
THESE = "these trials"
MOST_BESIDE = 3  # choices beside the comparison
USUAL = 200  # people in each arm of the trial whose chances are told
NO_MEAN = 5e-13  # the mean of a prior that is 0 but for noise

LABELS: dict[Kind, tuple[str, str]] = {  # and the part of the outcome's section where it stands
    "comparison": ("What it was compared with", "comparisons"),
    "trial": ("One trial", "choices"),
    "effect prior": ("Prior of the effect", "priors"),
    "tau prior": ("Prior of how trials differ", "priors"),
    "model": ("Model", "models"),
    "counting": ("Way of counting", "alternatives"),
}


def hangs_on(outcome: CountsOutcome, brief: Brief, key: str) -> tuple[Line, ...]:
    """Return what the answer hangs on, what moves it most first; ``key`` is that of the outcome's section.

    None where nothing was learnt, and where moves cannot be measured, the posterior having no SD.
    """
    posterior = outcome.trial_set("all").posterior
    if posterior.learnt_nothing or not posterior["mu"].sd:
        return ()
    if not brief.hangs_on:
        share = numbers.stated(LEAST)
        return ((f"No prior, model, trial or count asked about moves it by {share} of its posterior SD.",),)
    lead = brief.verdict.agreement == "differs" and bool(brief.verdict.comparisons)
    # that the comparisons differ is the verdict then, and all trials together answer nothing
    factors = [each for each in brief.hangs_on if each.kind != "comparison"][:MOST_BESIDE]
    found, named = [], False
    for factor in factors if lead else brief.hangs_on:
        label, part = LABELS[factor.kind]
        if factor.kind == "comparison":
            text = _between(factor, outcome)
        else:
            text, named = _moved(factor, outcome, first=not named), True
        found.append((Link(label, f"{key}-{part}"), f": {text}"))
    return tuple(found)


def _between(factor: Factor, outcome: CountsOutcome) -> str:
    low, high = (effects.cell(outcome.measure, value) for value in (factor.base, factor.effect))
    return f"{outcome.measure.plural} from {low} to {high}."


def _moved(factor: Factor, outcome: CountsOutcome, *, first: bool) -> str:
    """Return the effect under one choice; the first of them says of which trials, and what it is else."""
    value, base = (effects.cell(outcome.measure, each) for each in (factor.effect, factor.base))
    trials = _trials(outcome, "all")
    what = f"the {outcome.measure.name} of {trials} is {value}, not {base}" if first else f"it is {value}"
    return f"{_under(factor)} {what}{_chance(factor, outcome)}."


def _chance(factor: Factor, outcome: CountsOutcome) -> str:
    """Return in brackets the probability under a choice, after a space."""
    if factor.above is None or not math.isfinite(factor.above):
        return ""
    event = outcome.about.event
    if event is None:
        return f" ({numbers.chance(outcome.measure.above, factor.above)})"
    chance = factor.above if event == "good" else 1 - factor.above
    return f" (benefit {numbers.probability(chance)})"


def _under(factor: Factor) -> str:
    name = factor.which[0]
    match factor.kind:
        case "trial":
            return f"without {_any((name,))}"
        case "model":
            return f"under {_quoted(model_name(name))}"
        case "counting":
            return f"counted otherwise ({phrases.name(name)})"
        case _:
            gloss = ", from another meta-analysis," if factor.borrowed else ""
            return f"under {name if '~' in name else _quoted(name)}{gloss}"


def _quoted(text: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"


def would_change(outcome: CountsOutcome, brief: Brief, key: str) -> tuple[Line, ...]:
    """Return what would change the answer: a prior, a trial left out, a new trial."""
    if brief.changes is None:
        return ()
    prior, trial = brief.changes.prior, brief.changes.trial
    found: list[Line] = []
    if prior is not None:
        found.append((Link("A prior", f"{key}-tipping"), f": {_prior(prior, outcome)}"))
    if trial is not None:
        among = (
            THESE if prior is not None and prior.trials == trial.trials else _trials(outcome, trial.trials)
        )
        whole = brief.changes.of_all
        more = "" if whole is None else f"; {_trial(whole, _trials(outcome, whole.trials))}"
        found.append((Link("A trial left out", f"{key}-choices"), f": {_trial(trial, among)}{more}."))
    first = [each for each in brief.new_trials if each.key == brief.new_trials[0].key]
    if first:
        new = f"{_new(first[-1], outcome, brief)}{_chances(first[-1], outcome)}"
        found.append((Link("A new trial", f"{key}-tipping"), f": {new}."))
    return tuple(found)


def _trials(outcome: CountsOutcome, trials: str) -> str:
    return phrases.with_article(outcomes.set_phrase(outcome.trial_set(trials), outcome))


def _prior(change: PriorChange, outcome: CountsOutcome) -> str:
    """Return the prior at which a conclusion is lost, or reached."""
    least, trials = numbers.stated(change.probability), _trials(outcome, change.trials)
    what = _conclusion(change, outcome)
    match change.code:
        case "never lost":
            return f"no sceptical prior asked about takes {what} in {trials} below {least}."
        case "never reached":
            return f"no prior asked about takes {what} in {trials} to {least}."
    assert change.mean is not None and change.sd is not None
    mean = 0.0 if abs(change.mean) < NO_MEAN else significant(change.mean, 3)
    prior = f"mu ~ {numbers.shortened(str(Normal(mean, significant(change.sd, 3))))}".replace(
        "-", numbers.MINUS
    )
    if change.code == "lost":
        strong = f" ({prior})"
        if change.persons is not None and not mean:
            strong = f" as strong as a trial of {numbers.persons(change.persons)} people"
        return f"a sceptical one{strong} takes {what} in {trials} below {least}."
    weight = "" if change.persons is None else f", worth {numbers.persons(change.persons)} persons"
    return f"{what} in {trials} reaches {least} with one that expects it by itself ({prior}{weight})."


def _conclusion(change: PriorChange, outcome: CountsOutcome) -> str:
    """Return what is probable: a benefit, harm, or effects on one side of none."""
    event, measure = outcome.about.event, outcome.measure
    if event is None:
        return f"P({measure.above if change.side == 'above' else measure.below})"
    benefit = (change.side == "above") == (event == "good")
    return f"P({'benefit' if benefit else 'harm'})"


def _trial(change: TrialChange, trials: str) -> str:
    """Return without which trials another direction is shown; ``trials`` are those left out in turn."""
    parts = [
        f"without {_any(names)} {what}"
        for names, what in (
            (change.turned, "the direction turns"),
            (change.lost, f"the direction {words.NOT_TOLD}"),
            (change.gained, "a direction is shown"),
        )
        if names
    ]
    if not parts:
        open_ = f", which {words.NOT_TOLD}" if change.shown == "open" else ""
        return f"none of {trials} changes the direction{open_}"
    return "; ".join(parts) if trials == THESE else f"of {trials}, {'; '.join(parts)}"


def _any(names: Sequence[str]) -> str:
    """Return the trials of which each by itself does it; of many their number."""
    if len(names) > MOST_NAMED:
        return f"any one of {phrases.small(len(names))} of them"
    named = [f"trial {each}" if each.isdigit() else phrases.name(each) for each in names]
    return phrases.series(named, "or")


def _chances(new: NewTrial, outcome: CountsOutcome) -> str:
    """Return, where nothing is shown yet, the chance that a trial of one size shows a benefit, or the
    likelier harm; after a semicolon.
    """
    plans = dict(outcome.next_trial.plans) if outcome.next_trial else {}
    if new.key not in plans or outcome.about.event is None:
        return ""
    plan = plans[new.key]
    if settled_one(max(plan.before["benefit"], 1 - plan.before["benefit"])) >= plan.line:
        return ""
    after = next((each for each in plan.sizes if each.control == USUAL), plan.sizes[-1])
    benefit, harm = (settled_one(after.value[name]) for name in ("reached", "harm"))
    side = "harm" if harm > benefit else "benefit"
    chance = numbers.probability(max(benefit, harm))
    return f"; chance of showing {side} with {numbers.count(after.control or 0)}: {chance}"


def _new(new: NewTrial, outcome: CountsOutcome, brief: Brief) -> str:
    """Return what one more trial, a large one, would make of the probability."""
    answer = next(each for each in brief.verdict.leading if each.key == new.key)
    where = phrases.name(answer.phrase) if answer.phrase else f"in {_trials(outcome, new.key)}"
    value = numbers.ratio(new.effect)
    finds = f"the opposite ({value})" if new.finds == "the opposite" else f"just {value}"
    what = "P(benefit)" if answer.sided else f"P({outcome.measure.above})"
    before, after = (numbers.probability(each) for each in (new.before, new.after))
    one = f"one of {numbers.count(new.per_arm)} per arm finding {finds}"
    if after == before:
        return f"{one} leaves {what} {where} at {before}"
    sides = [printed_probability(each) > EVEN for each in (new.before, new.after)]
    if new.finds == "the opposite" and sides[0] == sides[1]:
        return f"even {one} takes {what} {where} from {before} to {after}"
    return f"{one} takes {what} {where} from {before} to {after}"
