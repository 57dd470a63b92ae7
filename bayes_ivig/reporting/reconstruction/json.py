"""Posteriors over reconstructed tables as a JSON document; not rounded here."""

from dataclasses import asdict
from typing import Any

from bayes_ivig.reporting.wording.json_values import summary
from bayes_ivig.results.reconstruction.posterior import WEIGHTS, ReconstructionPosterior


def posterior_document(found: ReconstructionPosterior) -> dict[str, Any]:
    """Return the posterior averaged over tables by each kind of weights, how it varies over them,
    and what knowing a count would tell. Averages are of log odds ratios.
    """
    averaged = {
        kind: summary(found.averaged(kind), 0.95)
        | {"prob_or_gt_1": float(found.averaged(kind).prob_above(0.0))}
        for kind in WEIGHTS
    }
    return {
        "denominators": found.denominators,
        "weights": found.answer,
        "effective_tables": found.effective(),
        "variance_between_tables": found.between_tables(),
        "averaged": averaged,
        "over_tables": found.distribution().to_dict(orient="index"),
        "importance": [asdict(cell) for cell in found.importance()],
    }
