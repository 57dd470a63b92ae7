"""How the outcomes of a report and their trial sets are called, and in which order they come."""

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult


def title(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the outcome's name as a heading."""
    return title_of(outcome.name, outcome.about)


def title_of(outcome: str, about: About) -> str:
    """Return an outcome's title from its description, else from its name, else a word for it."""
    return phrases.name(
        about.outcome_title or phrases.first_upper(outcome.replace("_", " ")) or "The outcome"
    )


def phrase(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the outcome's name inside a sentence; empty where it has none."""
    heading = title(outcome)
    return "" if heading == "The outcome" else phrases.lower_first(heading)


def main_outcome(reanalysis: Reanalysis) -> CountsOutcome | None:
    """Return the outcome that a report is about first: the first one with counts."""
    return next((each for each in reanalysis.outcomes if isinstance(each, CountsOutcome)), None)


def fitted_model(reanalysis: Reanalysis) -> Model:
    """Return the reference model as it was fitted to the main outcome: its measure and likelihood are those
    that the data decide where the model leaves them open.
    """
    outcome = main_outcome(reanalysis)
    if outcome is None or outcome.usual:
        return reanalysis.model
    fitted: Model = outcome.trial_set("all").posterior.model
    return fitted


def in_order(reanalysis: Reanalysis) -> tuple[CountsOutcome | SummaryOutcome, ...]:
    """Return the outcomes with every mirror image right after the outcome it mirrors."""
    mirrored = {o.about.complement_of: o for o in reanalysis.outcomes if o.about.complement_of}
    known = {o.name for o in reanalysis.outcomes}
    ordered: list[CountsOutcome | SummaryOutcome] = []
    for outcome in reanalysis.outcomes:
        if outcome.about.complement_of and outcome.about.complement_of in known:
            continue
        ordered += [outcome, mirrored[outcome.name]] if outcome.name in mirrored else [outcome]
    return tuple(ordered)


def ordered_sets(outcome: CountsOutcome) -> tuple[TrialSetResult, ...]:
    """Return the trial sets with the one that was published first, then all trials, then the others."""
    first = {outcome.published_trials: 0, "all": 1}
    return tuple(sorted(outcome.sets, key=lambda result: first.get(result.trials, 2)))


def set_label(result: TrialSetResult, outcome: CountsOutcome) -> str:
    """Return a trial set's name for a table; one of which no trial can tell the arms apart is marked."""
    return marked(phrases.first_upper(set_phrase(result, outcome)), result.posterior.k_informative)


def set_phrase(result: TrialSetResult, outcome: CountsOutcome) -> str:
    """Return a trial set's name inside a sentence, without ``the``."""
    return _set_phrase(result.trials, result.dataset, outcome)


def _set_phrase(trials: str, dataset: Dataset, outcome: CountsOutcome) -> str:
    count = len(dataset)
    base = outcome.about.part_of(trials)
    if base in {each.trials for each in outcome.sets}:
        whole = outcome.trial_set(base)
        dropped = [study for study in whole.dataset.study_names if study not in dataset.study_names]
        return f"{_set_phrase(base, whole.dataset, outcome)}, without {phrases.names(dropped)}"
    if trials == "all":
        return "the only trial" if count == 1 else f"{phrases.every(count)} trials"
    stated = dict(outcome.about.set_titles).get(trials, "")
    if trials == "published" and not stated:
        return f"{phrases.small(count)} trials the paper pooled"
    text = phrases.name(stated or trials.replace("_", " "))
    return text if text.endswith("trials") else f"{text} trials"


def direction(about: About, measure: Measure = OR) -> str:
    """Return one clause on which values of the measure speak for the treatment."""
    if about.event is None:
        what = "an event" if measure.of_events else "more of it"
        return f"whether {what} is good or bad is not stated, so neither is which side favours the treatment"
    what = "an event" if measure.of_events else "more"
    side = measure.above if about.event == "good" else measure.below
    return f"{what} is {about.event}, so {side} favours {about.treatment}"


def sides(about: About) -> tuple[str, str] | None:
    """Return the arms favoured by effects below and above no effect, from whether an event is good or bad;
    None if not stated.
    """
    match about.event:
        case "good":
            return about.control, about.treatment
        case "bad":
            return about.treatment, about.control
        case None:
            return None
