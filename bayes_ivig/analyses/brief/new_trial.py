"""One more trial added to an answer: fitted again with counts that find just what it is to find."""

from collections.abc import Iterator
from dataclasses import replace

from bayes_ivig.engines.fitting import fit
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import LARGEST, Study
from bayes_ivig.measures import OR
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.brief.answers import answer_of_set
from bayes_ivig.results.brief.new_trial import Finds, NewTrial
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult

LARGE = 1_000  # people in each arm
NAME = "one more trial"


def with_new_trials(outcome: CountsOutcome) -> CountsOutcome:
    """Return the outcome with what one more trial would make of it; as it is where trials have no counts of
    odds ratios.
    """
    if not outcome.usual:
        return outcome
    groups = outcome.comparisons.groups if outcome.comparisons else ()
    asked = [("all", outcome.trial_set("all")), *((each.key, each.result) for each in groups)]
    return replace(outcome, new_trials=tuple(new for key, result in asked for new in new_trials(result, key)))


def new_trials(result: TrialSetResult, key: str) -> Iterator[NewTrial]:
    """Yield one more trial as large as the largest arm among these, and a large one; none where nothing was
    learnt, or nothing is known of an arm.
    """
    dataset = result.dataset
    if result.posterior.learnt_nothing or dataset.estimated or dataset.design_effects:
        return
    risk = _control_risk(dataset)
    finds, effect = _found(result)
    before = _quoted(result.posterior)
    largest = round(max(max(study.treatment_seen, study.control_seen) for study in dataset.studies))
    for per_arm, as_large in ((largest, True), (min(max(LARGE, 10 * largest), LARGEST), False)):
        study = _study(per_arm, risk, effect)
        name = NAME if NAME not in dataset.study_names else f"{NAME} ({len(dataset)})"
        study = replace(study, name=name)
        more = replace(dataset, studies=(*dataset.studies, study), columns=())
        after = _quoted(fit(more, result.posterior.model))
        yield NewTrial(key, finds, effect, per_arm, as_large, risk, before, after)


def _found(result: TrialSetResult) -> tuple[Finds, float]:
    """Return what the new trial finds, an odds ratio."""
    answer, about = answer_of_set(result), result.dataset.about
    if answer.direction != "open" and answer.effect.estimate is not None:
        return "the opposite", OR.mirrored(answer.effect.estimate)
    low, high = usual_zone(about)
    return "the margin", low if about.event == "bad" else high


def _quoted(posterior: Posterior) -> float:
    """Return the probability of a benefit, or that above no effect where its direction is not stated."""
    mu = posterior["mu"]
    return float(mu.prob_below(0.0) if posterior.dataset.about.event == "bad" else mu.prob_above(0.0))


def _control_risk(dataset: Dataset) -> float:
    """Return the control arms' risk taken together, of people whose outcome is known, half an event and half
    a non-event added.
    """
    events = sum(study.control_events for study in dataset.studies)
    people = sum(study.control_seen for study in dataset.studies)
    return (events + 0.5) / (people + 1)


def _study(per_arm: int, risk: float, odds_ratio: float) -> Study:
    """Return a trial with the events that are expected, rounded."""
    odds = odds_ratio * risk / (1 - risk)
    treated = odds / (1 + odds)
    events = [round(settled_one(per_arm * chance)) for chance in (treated, risk)]
    return Study(NAME, events[0], per_arm, events[1], per_arm)
