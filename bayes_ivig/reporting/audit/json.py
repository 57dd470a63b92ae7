"""The JSON document of an audit, as ``bayes-ivig audit --json`` prints it; not rounded here."""

from typing import Any

from bayes_ivig.results.audit import ABOUT, Audit


def audit_document(audit: Audit) -> dict[str, Any]:
    """Return findings, their counts, and per claim the ways of pooling that come nearest."""
    matches = [
        {
            "claim": m.claim,
            "measure": m.measure,
            "method": m.method,
            "zero_cells": m.convention,
            "quantile": m.quantile,
        }
        | {"met": list(m.met), "missed": list(m.missed), "recomputed": dict(m.recomputed)}
        for m in audit.matches
    ]
    counts = {about: audit.counts(about) for about in ABOUT}
    return {
        "findings": [finding.to_dict() for finding in audit.findings],
        "counts": counts,
        "matches": matches,
    }
