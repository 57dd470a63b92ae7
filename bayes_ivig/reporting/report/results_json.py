"""The report's numbers as JSON: sorted keys, six significant figures, null for what does not exist.

The document is described by ``schema/results-VERSION.json``; ``VERSION`` rises with every change of its form,
its first part when something that was there goes away or changes its meaning. A field that is new on
``CountsOutcome``, ``SummaryOutcome`` or ``Reanalysis`` enters by itself, under ``sections`` of the outcome or
of the document and by the field's name, as ``described`` turns it into JSON (a ``to_dict`` of its class
decides); say in the schema what it holds, a test asks for that. What is only an intermediate result, or
large, belongs into ``NOT_SHOWN``.
"""

import json
import math
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from bayes_ivig import resources
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import content
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.any_result_json import described
from bayes_ivig.reporting.document_versions import headed
from bayes_ivig.reporting.fit.json import reported_document
from bayes_ivig.reporting.reconstruction.json import posterior_document
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.reporting.wording.digits import DOCUMENT, rounded
from bayes_ivig.reporting.wording.order import as_row
from bayes_ivig.results.brief.brief import brief_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, ReconstructionPosterior

VERSION = "2.0"
FORMER = "1.1"  # what ``to_dict(version=1)`` gives for one more release
FORM = "bayes-ivig results"  # what a document says that it is
SCHEMA = "reporting/schema/results-2.json"  # in the package


NOT_SHOWN: dict[type, tuple[str, ...]] = {
    SummaryOutcome: ("partial",),  # a table of the data, not a result
    Reanalysis: ("tables", "options", "bundled", "file"),  # evidence as it was read; what was asked for
}
WRITTEN = {  # fields that have a document of their own below
    CountsOutcome: (
        "name", "about", "claim", "published_trials", "as_published", "sets", "sensitivity",
        "provenance", "alternatives",
    ), SummaryOutcome: ("name", "about", "claim", "mu_prior", "readings", "reconstructed", "possible"),
    Reanalysis: ("source", "about", "model", "outcomes", "version", "data_sha256", "audit", "versions",
    "model_sha256"),
}  # fmt: skip


def results_json(reanalysis: Reanalysis) -> str:
    """Return every number of the report as a JSON document;
    ratios are on the log scale unless their key says otherwise.
    """
    return (
        json.dumps(
            results_document(reanalysis), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False
        )
        + "\n"
    )


def results_document(reanalysis: Reanalysis) -> dict[str, Any]:
    """Return what results.json holds, rounded as there."""
    return headed(with_provenance(reanalysis, former_document(reanalysis)), reanalysis)


def with_provenance(_: Reanalysis, document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with all that identifies the run in one part, as version 2 has it."""
    made_by = ("version", "libraries", "data_sha256", "model_sha256")
    rest = {key: each for key, each in document.items() if key not in made_by}
    return rest | {"schema_version": VERSION, "provenance": {key: document[key] for key in made_by}}


def former_document(reanalysis: Reanalysis) -> dict[str, Any]:
    """Return what results.json held before version 2, rounded as there."""
    document: dict[str, Any] = {
        "schema": FORM,
        "schema_version": FORMER,
        "source": reanalysis.source,
        "title": reanalysis.about.title,
        "citation": reanalysis.about.citation,
        "model": {"name": reanalysis.model.name, **model_dict(reanalysis.model)},
        "outcomes": [
            _counts(o) if isinstance(o, CountsOutcome) else _summary(o) for o in reanalysis.outcomes
        ],
        "audit": None if reanalysis.audit is None else shows.reported(reanalysis.audit),
        "brief": brief_of(reanalysis).to_dict(),
        "sections": _sections(reanalysis),
        "version": reanalysis.version,
        "libraries": dict(reanalysis.versions),
        "data_sha256": reanalysis.data_sha256,
        "model_sha256": reanalysis.model_sha256 or None,
    }
    found: dict[str, Any] = plain(document)
    return found


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that results.json follows, with a description of every key.

    >>> import bayes_ivig as bi
    >>> bi.results_schema()["title"]
    'results.json of a bayes_ivig report, version 2'
    """
    schema: dict[str, Any] = parse_json(content(resources.part(SCHEMA)))
    return schema


def _sections(part: CountsOutcome | SummaryOutcome | Reanalysis) -> dict[str, Any]:
    """Return the results that have no document of their own, by the field they come from;
    what is absent is left out.
    """
    known = (*NOT_SHOWN.get(type(part), ()), *WRITTEN[type(part)])
    rest = {field.name: getattr(part, field.name) for field in fields(part) if field.name not in known}
    return {name: described(value) for name, value in rest.items() if not _absent(value)}


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, tuple) and not value)


def plain(value: Any) -> Any:
    """Return a value made of JSON's own types, numbers rounded, infinities and not-a-numbers null."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return rounded(value, DOCUMENT)
    return value


def _counts(outcome: CountsOutcome) -> dict[str, Any]:
    return {
        "outcome": outcome.name,
        "title": outcome.about.outcome_title,
        "event": outcome.about.event,
        "known_from": "counts",
        "published": _claim(outcome.claim),
        "published_trials": outcome.published_trials,
        "as_published": shows.reported(outcome.as_published),
        "trial_sets": [_trial_set(result) for result in outcome.sets],
        "sensitivity": [row.to_dict() for row in outcome.sensitivity],
        "alternatives": [described(row) for row in outcome.alternatives],
        "sections": _sections(outcome),
        "provenance": [
            dict(zip(("study", "status", "basis"), row, strict=True)) for row in outcome.provenance
        ],
    }


def _trial_set(result: TrialSetResult) -> dict[str, Any]:
    document = reported_document(result.posterior)
    document["diagnostics"] = {name: _bound(value) for name, value in document["diagnostics"].items()}
    thresholds = result.dataset.about.thresholds
    return {
        "trials": result.trials,
        "studies": [{"study": study.name, **as_row(study)} for study in result.dataset.studies],
        "pooled": shows.reported(result.pooled),
        "posterior": document,
        "thresholds": list(thresholds),
        "baseline": None
        if result.baseline is None
        else {**asdict(result.baseline), "decides": result.baseline.decides},
    }


def _summary(outcome: SummaryOutcome) -> dict[str, Any]:
    readings = [
        {
            "reading": reading.code,
            "estimate": reading.estimate,
            "lower": reading.lower,
            "upper": reading.upper,
            "standard_error": reading.standard_error,
            "posterior": json_values.summary(reading.marginal, outcome.claim.level),
            "probability": {
                "below_no_effect": float(reading.marginal.prob_below(0.0)),
                "above_no_effect": float(reading.marginal.prob_above(0.0)),
            },
        }
        for reading in outcome.readings
    ]
    return {
        "outcome": outcome.name,
        "title": outcome.about.outcome_title,
        "event": outcome.about.event,
        "known_from": "published summary",
        "published": _claim(outcome.claim),
        "mu_prior": str(outcome.mu_prior),
        "readings": readings,
        "possible_tables": outcome.possible or None,
        "sections": _sections(outcome),
        "reconstructed": [
            _reconstructed(reading, each) for reading in outcome.reconstructed for each in reading.posteriors
        ],
    }


def _reconstructed(reading: ReconstructedReading, each: ReconstructionPosterior) -> dict[str, Any]:
    own = {"reading": reading.code, "narrowed": reading.narrowed, "tables": reading.tables}
    return own | posterior_document(each)


def _claim(claim: Claim | None) -> dict[str, Any] | None:
    """Return a claim with its numbers as they are printed, trailing zeros kept, hence as text."""
    if claim is None:
        return None
    values = {key: getattr(claim, key) for key in claim.__dataclass_fields__}
    return {key: str(value) if is_dataclass(value) else value for key, value in values.items()}


def _bound(value: Any) -> Any:
    """Round an error bound up to a power of ten: its digits are noise and differ between machines."""
    return 10.0 ** math.ceil(math.log10(value)) if isinstance(value, float) and value > 0 else value
