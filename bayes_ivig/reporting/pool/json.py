"""Pooled estimates as JSON documents, as ``bayes-ivig pool --json`` prints one; not rounded here."""

from typing import Any

from bayes_ivig.results.classical import Refits
from bayes_ivig.results.pooled import CONTRACT, PooledEstimate


def pool_document(estimate: PooledEstimate) -> dict[str, Any]:
    """Return an estimate as numbers, None, text and lists, no NaN: log scale for OR and RR."""
    found: dict[str, Any] = {key: getattr(estimate, key) for key in CONTRACT}
    zero_cells = {
        "rule": estimate.zero_cells.rule,
        "studies_altered": list(estimate.zero_cells.studies_altered),
    }
    cautions = [{"code": caution.code, "value": caution.value} for caution in estimate.cautions]
    return found | {"zero_cells": zero_cells, "note": estimate.note, "cautions": cautions}


def with_settings(estimate: PooledEstimate, document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with every choice that was made, and with estimate, confidence limits and
    prediction limits on the measure's own scale.
    """
    settings = {key: getattr(estimate, key) for key in ("hartung_knapp", "rules", "level", "interval")}
    own = {"effect": estimate.own, "prediction": estimate.own_prediction}
    own |= {"odds_ratio": estimate.own} if estimate.measure == "OR" else {}
    limits = {name: {**ratio._asdict(), "level": estimate.level} for name, ratio in own.items()}
    return {"method": estimate.method, "measure": estimate.measure, **settings, **document, **limits}


def refits_document(series: Refits) -> dict[str, Any]:
    """Return a series of analyses: each study left out or added, with the document of the estimate."""
    return {"analyses": [{"study": each.study, **pool_document(each.pooled)} for each in series]}
