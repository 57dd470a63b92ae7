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


def refits_document(series: Refits) -> dict[str, Any]:
    """Return a series of analyses: each study left out or added, with the document of the estimate."""
    return {"analyses": [{"study": each.study, **pool_document(each.pooled)} for each in series]}
