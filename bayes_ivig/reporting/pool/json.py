"""The JSON document of one pooled estimate, as ``bayes-ivig pool --json`` prints it; not rounded here."""

from typing import Any

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
