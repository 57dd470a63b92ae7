"""What a report asks of an outcome about small studies and publication."""

from dataclasses import replace

from bayes_ivig.analyses.small_studies.selection import selection
from bayes_ivig.analyses.small_studies.small_studies import beside
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome
from bayes_ivig.results.small_studies.asked import AskedOfOutcome, Refusal
from bayes_ivig.results.small_studies.small_studies import SmallStudies

FEWEST = 3  # trials that can tell the arms apart: of fewer, weights and slopes are those of their priors


def with_small_studies(outcome: CountsOutcome) -> CountsOutcome:
    """Return an outcome with its trials under selection by p-value, and in the limit of a large trial; a
    complement as it is, since its answers are those of what it mirrors.
    """
    if outcome.about.complement_of:
        return outcome
    refused = _refusal(outcome)
    sets = () if refused else _sets(outcome)
    return replace(outcome, small_studies=AskedOfOutcome(sets, refused))


def _refusal(outcome: CountsOutcome) -> Refusal:
    """Return why nothing is asked, blank where it is."""
    if not outcome.usual:
        return "measure"
    if outcome.about.event is None:
        return "direction"
    if outcome.k_informative < FEWEST:
        return "few"
    model: Model = outcome.trial_set("all").posterior.model
    return "" if _fit_for(model) else "priors"


def _sets(outcome: CountsOutcome) -> tuple[tuple[str, SmallStudies], ...]:
    """Return the answers of the published trials, and of all where there are others."""
    first, whole = outcome.trial_set(outcome.published_trials), outcome.trial_set("all")
    asked = [first] if first.posterior.k_informative >= FEWEST else []
    if set(whole.dataset.study_names) != set(first.dataset.study_names) or not asked:
        asked.append(whole)
    return tuple((each.trials, beside(selection(each.dataset, each.posterior.model))) for each in asked)


def _fit_for(model: Model) -> bool:
    """Whether the priors of a model are proper and wait for no data, as a selection model takes them."""
    try:
        Selection(effects=model.effects, mu=model.mu, tau=model.tau)
    except ModelError:
        return False
    return True
