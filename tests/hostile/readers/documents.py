"""TOML: models, the sidecars of tables, options of reports."""

import json
from pathlib import Path
from typing import Any

from edits import spoiled_trees, toml
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from readers.counts import THREE
from registry import Reader
from rule import Case

import bayes_ivig as bi
from bayes_ivig import resources
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions
from bayes_ivig.inputs.model.files import AnyModel, assumptions
from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.reporting.counts.text import counts_document, counts_lines
from bayes_ivig.reporting.wording.models import structure

# Models: those that are bundled


def bundled(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((resources.folder("models") / f"{name}.toml").read_text(encoding="utf-8"))


models = st.sampled_from(resources.names("models", ".toml")).map(bundled)


def read_model(folder: Path, case: Case) -> AnyModel:
    return bi.load_model(folder / "m.toml")


def model_holds(model: AnyModel) -> None:
    assert json.dumps(assumptions(model), allow_nan=False)
    assert structure(model)
    for name in model.PRIORS:
        prior = str(getattr(model, name, ""))
        assert not prior or prior.startswith("lkj") or str(bi.priors.parse_prior(prior)) == prior


# Sidecars


WORDS = {
    "people": "women",
    "columns": {"year": "Year"},
    "classes": {"kind": {"x": "first"}},
    "units": {"weight": "g"},
    "captions": {"prisma": "The search."},
    "glossary": {"aPL": "Antibodies."},
}
JUDGED = {
    "by": "A. Reader",
    "certainty": {"overall": "low", "imprecision": {"rating": "serious", "reason": "few events"}},
    "risk_of_bias": {"A": {"overall": "high", "domains": {"sequence": "low"}, "reason": "open"}},
    "important_difference": {"odds_ratio": 1.5, "reason": "asked"},
    "stated_before": {"source": "a protocol", "trial_sets": ["all"], "mu_priors": ["normal(0, 1)"]},
}
SIDECAR: dict[str, Any] = {
    "title": "A title", "outcome_title": "Deaths", "event": "bad", "treatment": "drug",
    "control": "placebo",
    "citation": "Somebody 2024", "licence": "CC0", "note": "A note.", "thresholds": [1.25, 2],
    "mu_priors": ["normal(0, 1)"], "tau_priors": ["half_normal(0.5)"], "stated_before": ["kind"],
    "classes": ["kind", "year >= 2000"],
    "trial_sets": {"published": ["A", "B"], "small": {"trials": ["A"], "title": "small ones",
    "of": "published"}},
    "main_sets": ["small"], "alternatives": {"other": {"title": "Other", "basis": "why",
    "counts": {"A": [2, 10, 1, 10]}, "drop": ["B"]}},
    "columns": {"kind": "what kind"}, "words": WORDS, "subgroup": {"counted": "kind", "share": "year",
    "people": "them"},
    "judgements": JUDGED,
    "pair": {"benefit": "live", "harm": "dead"}, "doi": "10.1/x", "extracted_by": "me", "source": "x2024",
}  # fmt: skip


@st.composite
def sidecars(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(sorted(SIDECAR)), unique=True, max_size=8))
    if "main_sets" in keys:
        keys.append("trial_sets")
    tree = {key: SIDECAR[key] for key in dict.fromkeys(keys)}
    if draw(st.integers(0, 3)) == 0:
        tree["outcomes"] = (
            {"": {"event": "bad"}} if draw(st.booleans()) else {"live": {"event": "good", "title": "Lives"}}
        )
    return tree


def read_sidecar(folder: Path, case: Case) -> tuple[Dataset, ...]:
    path = folder / "t.csv"
    return tuple(bi.load_dataset(path, outcome or None) for outcome in descriptions(path))


def described(datasets: tuple[Dataset, ...]) -> None:
    assert datasets
    for dataset in datasets:
        assert json.dumps(counts_document(dataset), allow_nan=False)
        assert counts_lines(dataset)
        for name in dataset.trial_sets:
            assert dataset.trials(name).selection == name
        for other in dataset.about.alternatives:
            assert _otherwise(dataset, other.name)


def _otherwise(dataset: Dataset, name: str) -> bool:
    """Whether a table counted otherwise can be had, or cannot for a reason that is said."""
    try:
        return len(bi.with_alternative(dataset, name)) > 0
    except DataError:
        return True


# Options of reports


OPTIONS: dict[str, Any] = {
    "title": "A report", "subtitle": "of something", "outcomes": ["live_birth"], "leave_out": ["search"],
    "order": "published",
    "thresholds": [1.25], "mu_priors": ["normal(0, 1)"], "tau_priors": ["half_normal(1)"], "citation": "x",
    "note": "y",
    "treatment": "drug", "control": "none", "event": "good", "baseline_risks": {"live_birth": 0.4},
    "important_difference": 50,
    "trial_sets": {"published": ["Branch 2000"]},
    "outcome": {"live_birth": {"outcome_title": "Births", "event": "good",
    "trial_sets": {"some": ["Branch 2000", "Triolo 2003"]}}},
}  # fmt: skip
options = st.lists(st.sampled_from(sorted(OPTIONS)), unique=True, max_size=8).map(
    lambda keys: {key: OPTIONS[key] for key in keys}
)


def read_options(folder: Path, case: Case) -> tuple[ReportOptions, Dataset]:
    asked = bi.read_report_options(folder / "o.toml")
    dataset = bi.load_dataset("ivig", "live_birth")
    asked.chosen(tuple(descriptions("ivig")))
    return asked, asked.dataset(dataset)


def options_hold(read: tuple[ReportOptions, Dataset]) -> None:
    asked, dataset = read
    hash(asked)
    assert repr(asked)
    assert counts_lines(dataset)
    assert json.dumps(counts_document(dataset), allow_nan=False)


def toml_file(name: str, content: SearchStrategy[bytes], **beside: bytes) -> SearchStrategy[Case]:
    return content.map(
        lambda made: Case({name: made, **{f"{key}.csv": value for key, value in beside.items()}})
    )


READERS = (
    Reader(
        "models",
        toml_file("m.toml", st.one_of(models.map(toml), spoiled_trees(models, most=2))),
        read_model,
        model_holds,
    ),
    Reader("sidecars", toml_file("t.toml", spoiled_trees(sidecars()), t=THREE), read_sidecar, described),
    Reader("report options", toml_file("o.toml", spoiled_trees(options)), read_options, options_hold),
)
