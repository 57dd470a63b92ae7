"""What a report asks of an outcome about the next trial: of all trials, and of every comparison by itself."""

from dataclasses import replace

from bayes_ivig.analyses.next_trial.next_trial import next_trial
from bayes_ivig.results.next_trial.next_trial import NextTrial
from bayes_ivig.results.next_trial.planned import PlannedOfOutcome
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

SIZES = (50, 200, 1_000)  # people in each arm, of all trials together
SIZE, INTO = 200, 4  # of each comparison; and how many trials share these people
DRAWS = 1_000
FEWEST = 2  # trials that can tell the arms apart: of fewer, how far they differ is the prior's word alone


def with_next_trial(outcome: CountsOutcome) -> CountsOutcome:
    """Return an outcome with what one trial more is expected to do; as it is for a complement, where trials
    have no counts of odds ratios, and where too few tell the arms apart.
    """
    whole = outcome.trial_set("all").posterior
    if outcome.about.complement_of or not outcome.usual or not _asked(whole):
        return outcome
    groups = [(each.key, each.result.posterior) for each in outcome.leading_comparisons]
    plans = [("all", _plan(whole, SIZES))]
    plans += [(key, _plan(each, (SIZE,))) for key, each in groups if _asked(each)]
    one = next(each for each in plans[0][1].sizes if each.control == SIZE)
    several = next_trial(whole, per_arm=SIZE, trials=INTO, draws=DRAWS).sizes[0]
    return replace(outcome, next_trial=PlannedOfOutcome(tuple(plans), (one, several)))


def _asked(posterior: Posterior) -> bool:
    return posterior.k_informative >= FEWEST and not posterior.dataset.design_effects


def _plan(posterior: Posterior, sizes: tuple[int, ...]) -> NextTrial:
    return next_trial(posterior, per_arm=sizes, draws=DRAWS)
