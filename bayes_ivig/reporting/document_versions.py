"""JSON documents in the versions that can be asked for: 2, and 1 for one more release.

A document of version 1 is what the functions of ``shows`` make. Version 2 says first which data, which
measure and which level it is of, and last which program made it; its keys are those of ``document_keys``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.document_keys import plain_keys
from bayes_ivig.reporting.former_documents import former
from bayes_ivig.reporting.trials.choices_text import independent_means
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.version import __version__

type Version = Literal[1, 2]

CURRENT: Version = 2
HOLDERS = ("posterior", "benefit", "start", "pooled")  # parts of results that know what they are of
UNNEEDED = "seed null"  # a note of version 1: version 2 has no seed where nothing was sampled


def versioned(document: dict[str, Any], result: object = None, version: Version = CURRENT) -> dict[str, Any]:
    """Return a document in a version; ``result`` is what it is of, a dataset or a result of this package."""
    if version == 1:
        if isinstance(result, ByClass):  # every class over the largest, as it was then
            document["independent_means"] = independent_means(result, result.differences(wide=True))
        return former(document, getattr(result, "KIND", "") or type(result).__name__)
    found: dict[str, Any] = with_both(headed(document, result))
    return found


def headed(document: dict[str, Any], result: object) -> dict[str, Any]:
    """Return the document in version 2, a pooled odds ratio under that name only."""
    rest = dict(document)
    datasets = list(_datasets(result))
    dataset = next(iter(datasets), None)
    about, measure = _data_keys(rest, result, dataset), _measure(rest, result, dataset)
    provenance = _provenance(rest, dataset)
    settings: dict[str, Any] = {
        key: provenance.pop(key) for key in ("level", "interval") if key in provenance
    }
    if about is not None and len({each.selection for each in datasets}) > 1:  # parts are of their own each
        about["trials"], provenance["data_sha256"] = None, None
    about_it = {"dataset": about, "measure": measure, "data_sha256": provenance["data_sha256"]}
    note = _note(str(rest.pop("note", "")), [name for name, value in about_it.items() if value is None])
    found: dict[str, Any] = {
        "dataset": about,
        "measure": measure,
        **settings,
        **rest,
        **note,
        "provenance": provenance,
    }
    named: dict[str, Any] = plain_keys(found, found.get("level"))
    return {"json": CURRENT, **named}


def _parts(result: object) -> Iterator[object]:
    """Yield a result and the parts of it that may know what it is of."""
    if isinstance(result, Mapping | tuple):
        for each in result.values() if isinstance(result, Mapping) else result:
            yield from _parts(each)
    yield result
    for name in HOLDERS:
        if (part := getattr(result, name, None)) is not None:
            yield from _parts(part)


def _datasets(result: object) -> Iterator[Dataset]:
    """Yield the data that a result holds."""
    for part in _parts(result):
        try:
            own = part if isinstance(part, Dataset) else getattr(part, "dataset", None)
        except DataError:  # of a file with several outcomes
            continue
        if isinstance(own, Dataset):
            yield own


def _data_keys(document: dict[str, Any], result: object, dataset: Dataset | None) -> dict[str, Any] | None:
    """Take from a document what it says of its data, and return all of it; None of what has no data."""
    own = document.pop("dataset", None)
    if isinstance(own, str):
        own = {"name": own} | {key: document.pop(key) for key in ("outcome", "trials") if key in document}
    if dataset is not None:
        return json_values.dataset_keys(dataset)
    source = getattr(result, "source", None)
    if own is None and isinstance(source, str):
        own = {"name": source}
    if own is None and (table := getattr(result, "partial", None)) is not None:
        own = {"name": table.name, "outcome": table.outcome, "trials": "all"}
    return None if own is None else {"name": None, "outcome": None, "trials": None} | own


def _measure(document: dict[str, Any], result: object, dataset: Dataset | None) -> str | None:
    """Take the measure from a document, or find it in the result, and return its code."""
    if (own := document.pop("measure", None)) is not None:
        return str(own)
    for part in _parts(result):
        if (frame := getattr(part, "frame", None)) is not None:
            return table_measure(frame.columns).code
        if (known := None if isinstance(part, Dataset) else getattr(part, "measure", None)) is not None:
            return known.code if isinstance(known, Measure) else str(known)
    return None if dataset is None else dataset.measure


def _provenance(document: dict[str, Any], dataset: Dataset | None) -> dict[str, Any]:
    """Take from a document what made it, and return that: the program, the data, a seed where there is one.

    The kind of the intervals and their level, which are settings, stand among it, too.
    """
    own = dict(document.pop("provenance", {}))
    if own.get("seed", 0) is None:
        del own["seed"]
    sha256 = document.pop("data_sha256", None if dataset is None else fingerprint(dataset))
    kind, _, level = str(own.get("interval", "")).partition(", ")
    if level:
        own["interval"] = kind
        own["level"] = float(level.removesuffix("%")) / (100 if level.endswith("%") else 1)
    return {"version": __version__, "data_sha256": sha256, **own}


def _note(text: str, missing: list[str]) -> dict[str, str]:
    parts = [part for part in text.split("; ") if part and not part.startswith(UNNEEDED)]
    parts += [f"{', '.join(missing)} null: this is not tied to one table of counts"] if missing else []
    return {"note": "; ".join(parts)} if parts else {}


def with_both(value: Any) -> Any:
    """Return a document in which a pooled odds ratio stands under ``effect``, too, as other measures do."""
    if isinstance(value, list):
        return [with_both(each) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, each in value.items():
        if (
            key == "odds_ratio"
            and isinstance(each, dict)
            and {"lower", "upper"} < set(each)
            and "effect" not in value
        ):
            found["effect"] = each
        found[key] = with_both(each)
    return found
