"""What each study contributes, as rows for a terminal and as keys for JSON."""

from typing import Any

from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.terminal import figures
from bayes_ivig.results.posterior.influence import Influence
from bayes_ivig.results.posterior.posterior import Posterior

MOST = 100  # studies; beyond, the table is long and takes seconds: posterior.influence() gives it


def influence_of(posterior: Posterior) -> Influence | None:
    """Return every study's influence where the posterior can tell it in little time, else None."""
    exact = posterior.again is not None and posterior.answers.grid is not None
    return posterior.influence() if exact and posterior.k <= MOST else None


def influence_lines(influence: Influence | None, width: int, measure: Measure = OR) -> list[str]:
    """Return a table of weights and predictive checks, a blank line before it;
    nothing where there is none.
    """
    if influence is None:
        return []
    rows = [("", "weight", "p given the others", f"P({measure.above}) without")]
    rows += [
        (row.study, _percent(row.weight), _chance(row.predictive_p), _chance(row.prob_above_without))
        for row in influence.studies
    ]
    return ["", *figures([*rows, ("the prior of mu", _percent(influence.prior_weight), "", "")], width)]


def influence_notes(influence: Influence | None) -> list[str]:
    """Return what the columns are, for the details."""
    if influence is None:
        return []
    notes = [
        "weight: share of the information on mu, averaged over tau; p given the others: two-sided mid-p of a "
        "study's own result under the posterior of the other studies"
    ]
    reasons: dict[str, list[str]] = {}
    for row in influence.studies:
        if row.note:
            reasons.setdefault(row.note, []).append(row.study)
    return notes + [f"no p for {', '.join(studies)}: {reason}" for reason, studies in reasons.items()]


def influence_keys(influence: Influence | None, study: str, measure: Measure = OR) -> dict[str, Any]:
    """Return a study's weight and checks as JSON values; no keys where they were not computed."""
    if influence is None:
        return {}
    row = influence[study]
    keys: dict[str, Any] = {
        "weight": row.weight,
        "predictive_p": row.predictive_p,
        "log_predictive_density": row.log_predictive_density,
        "without": {
            "median": row.median_without,
            measure.beyond_key(">", measure.null): row.prob_above_without,
        },
    }
    return keys | ({"note": row.note} if row.note else {})


def _percent(share: float) -> str:
    return numbers.percent(share)


def _chance(value: float | None) -> str:
    if value is None:
        return "none"
    return numbers.probability(value)
