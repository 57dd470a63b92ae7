"""What an answer hangs on, and what would change it, a line each; its label links to the section."""

from collections.abc import Sequence

from bayes_ivig.priors.families import Normal
from bayes_ivig.reporting.brief import answer_words as words
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.other_models.words import model_name
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.digits import significant
from bayes_ivig.results.brief.brief import Brief
from bayes_ivig.results.brief.changes import PriorChange, TrialChange
from bayes_ivig.results.brief.factors import LEAST, Factor, Kind
from bayes_ivig.results.brief.new_trial import NewTrial
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

type Line = tuple[Part, ...]

MOST_NAMED = 4  # trials
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
    found, named = [], False
    for factor in brief.hangs_on:
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
    trials = phrases.with_article(outcomes.set_phrase(outcome.trial_set("all"), outcome))
    what = f"the {outcome.measure.name} of {trials} is {value}, not {base}" if first else f"it is {value}"
    return f"{_under(factor)} {what}."


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
            return f"under {name if '~' in name else _quoted(name)}"


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
        among = "" if prior is not None else f"of {_trials(outcome, trial.trials)}, "
        found.append((Link("A trial left out", f"{key}-choices"), f": {_trial(trial, among)}"))
    keys = dict.fromkeys(each.key for each in brief.new_trials)
    added = [[new for new in brief.new_trials if new.key == each] for each in keys]
    if added:
        said = [_new(each, outcome, brief, first=not i) for i, each in enumerate(added)]
        found.append((Link("A new trial", f"{key}-tipping"), f": {'; '.join(said)}."))
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
    weight = "" if change.persons is None else f", worth {numbers.persons(change.persons)} persons"
    if change.code == "lost":
        return f"a sceptical one ({prior}{weight}) takes {what} in {trials} below {least}."
    return f"{what} in {trials} reaches {least} with one that expects it by itself ({prior}{weight})."


def _conclusion(change: PriorChange, outcome: CountsOutcome) -> str:
    """Return what is probable: a benefit, harm, or effects on one side of none."""
    event, measure = outcome.about.event, outcome.measure
    if event is None:
        return f"P({measure.above if change.side == 'above' else measure.below})"
    benefit = (change.side == "above") == (event == "good")
    return f"the probability of {'benefit' if benefit else 'harm'}"


def _trial(change: TrialChange, among: str) -> str:
    """Return without which trials another direction is shown, ``among`` those that were left out in turn."""
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
        return f"{among}none changes the direction{open_}."
    return f"{'; '.join(parts)}."


def _any(names: Sequence[str]) -> str:
    """Return the trials of which each by itself does it; of many their number."""
    if len(names) > MOST_NAMED:
        return f"any one of {phrases.small(len(names))} of them"
    named = [f"trial {each}" if each.isdigit() else phrases.name(each) for each in names]
    return phrases.series(named).replace(" and ", " or ")


def _new(added: Sequence[NewTrial], outcome: CountsOutcome, brief: Brief, *, first: bool) -> str:
    """Return what one more trial would make of the probability, named where it stands ``first``."""
    new = added[0]
    added = added if first else added[-1:]
    answer = next(each for each in brief.verdict.leading if each.key == new.key)
    where = phrases.name(answer.phrase) if answer.phrase else f"added to {_trials(outcome, new.key)}"
    value = numbers.ratio(new.effect)
    finds = f"the opposite ({value})" if new.finds == "the opposite" else f"just {value}"
    what = "the probability of benefit" if answer.sided else f"P({outcome.measure.above})"
    before, *after = (numbers.probability(each) for each in (new.before, *(one.after for one in added)))
    arm = " per arm" if first else ""
    people = [f"{numbers.count(each.per_arm)}{'' if i else arm}" for i, each in enumerate(added)]
    taken = f"leaves {what if first else 'it'} at {before}"
    if after[0] != before:
        taken = f"takes {what if first else 'it'} from {before} to {after[0]}"
    steps = "".join(f", to {a} with {n}" for a, n in zip(after[1:], people[1:], strict=True))
    return f"{where}, one that finds {finds} {taken} with {people[0]}{steps}"
