"""The interactive part of the page: the trials for the reader's browser, and what its controls offer."""

import math
from typing import Any

from bayes_ivig.measures import OR
from bayes_ivig.reporting.document.blocks import Explorer
from bayes_ivig.reporting.explorer.outcome_json import MOST_TRIALS, counts_document, summary_document
from bayes_ivig.reporting.explorer.priors_json import LIMITS, MU, TAU, start_of
from bayes_ivig.reporting.wording import outcomes
from bayes_ivig.reporting.wording.digits import PAGE, cut
from bayes_ivig.reporting.wording.information import nothing as nothing_learnt
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

CHECKSUM = 12  # characters that tell data apart in an address
INTRO = (
    "Every answer on this page depends on a prior and on a choice of trials. Put in your own, or add a "
    "trial: the posterior is computed anew in this page, from the counts of every trial, trials having "
    "normal effects around the pooled one. Nothing is sent anywhere. The page's address changes with the "
    "controls, so that it can be sent to others."
)


def explorer_of(reanalysis: Reanalysis) -> Explorer | None:
    """Return the interactive part, or None where it has no outcome to offer."""
    offered = [outcome for outcome in outcomes.in_order(reanalysis) if not _why_not(outcome)]
    counted = [outcome for outcome in offered if isinstance(outcome, CountsOutcome)]
    if not counted:
        return None
    start = start_of(reanalysis.model)
    payload: dict[str, Any] = {
        "data": reanalysis.data_sha256[:CHECKSUM],
        "source": reanalysis.source if reanalysis.bundled else reanalysis.file or f"{reanalysis.source}.csv",
        "outcomes": [_document(one, reanalysis) for one in offered],
        "start": start or MU | TAU,
        "limits": _limits(),
    }
    back = "Back to the reference model" if start else "Back to the start"
    intro = " ".join((INTRO, *left_out(reanalysis)))
    nothing = f"{nothing_learnt()}. What follows is the prior, but for what a baseline prior adds."
    return Explorer(payload, payload["limits"], intro, back, _rule(counted), nothing)


def _document(outcome: CountsOutcome | SummaryOutcome, reanalysis: Reanalysis) -> dict[str, Any]:
    if isinstance(outcome, CountsOutcome):
        return counts_document(outcome, reanalysis)
    return summary_document(outcome, reanalysis)


def _limits() -> dict[str, Any]:
    """Return between which values the numbers of the controls may lie, the centre as an odds ratio."""
    centre = tuple(math.exp(limit) for limit in LIMITS["mean"])
    found: dict[str, Any] = cut({**LIMITS, "mean": centre}, PAGE)
    return found


def left_out(reanalysis: Reanalysis) -> list[str]:
    """Return a sentence on every outcome that the interactive part cannot offer."""
    return [
        f"{outcomes.title(outcome)} is not offered here: {reason}."
        for outcome in outcomes.in_order(reanalysis)
        if (reason := _why_not(outcome))
    ]


def _why_not(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return why an outcome is not offered, empty where it is."""
    if isinstance(outcome, SummaryOutcome):
        return "" if outcome.claim.measure == OR.code else "it is told by no odds ratio"
    if not outcome.usual:
        return "its trials are not known from counts, or its effect is no odds ratio"
    trials = len(outcome.trial_set("all").dataset)
    return f"its {trials} trials are more than a page computes with" if trials > MOST_TRIALS else ""


def _rule(explored: list[CountsOutcome]) -> str:
    """Say how zero cells were treated in the observed odds ratios, and which trials have none."""
    rules = dict.fromkeys(outcome.trial_set("all").pooled.zero_cells.rule for outcome in explored)
    return (
        f"Observed odds ratios are those of the tables ({'; '.join(rules)}); a trial without events, or with "
        "nothing but events, has none."
    )
