"""What each study contributes, as the command prints it."""

import re

import pytest

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.reporting.fit.json import fit_document
from bayes_ivig.reporting.fit.text import fit_text

LIVE = load_dataset("ivig", "live_birth")
POSTERIOR = fit(LIVE, Model())
FOUND = POSTERIOR.influence()


def test_the_text_prints_weights_that_add_up_and_each_check() -> None:
    text = fit_text(POSTERIOR)
    percents = [float(value) for value in re.findall(r"(\d+\.\d)%", text)]
    assert len(percents) == 10
    assert sum(percents) == pytest.approx(100, abs=0.5)
    row = next(
        line for line in text.split("P(OR > 1) without")[1].splitlines() if line.startswith("Triolo 2003")
    )
    triolo = FOUND["Triolo 2003"]
    assert row.split()[2:] == [
        f"{100 * triolo.weight:.1f}%",
        f"{triolo.predictive_p:.3f}",
        f"{triolo.prob_above_without:.3f}",
    ]
    assert "no p for Branch 2000: given its total of events the study had no choice" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_the_document_holds_the_same_numbers() -> None:
    studies = fit_document(POSTERIOR)["studies"]
    for row, study in zip(FOUND.studies, studies, strict=True):
        assert study["study"] == row.study
        assert study["weight"] == row.weight
        assert study["predictive_p"] == row.predictive_p
        assert study["without"] == {"median": row.median_without, "or>1": row.prob_above_without}
        assert study.get("note", "") == row.note


def test_many_studies_are_not_listed_and_one_has_no_others() -> None:
    many = fit(
        Dataset(tuple(Study(f"t{i}", 3 + i % 5, 20, 4, 20) for i in range(101))), Model("normal", "common")
    )
    assert "weight" not in fit_text(many)
    assert list(fit_document(many)["studies"][0]) == ["study", "theta"]
    one = fit(Dataset((Study("alone", 3, 9, 2, 9),)), Model())
    assert fit_document(one)["studies"][0]["predictive_p"] is None
    assert "no p for alone: the only study" in " ".join(fit_text(one).split())


def test_a_study_that_counts_in_part_is_said_to() -> None:
    half = POSTERIOR.weighted({"Stricker 2000": 0.5})
    assert "weights Stricker 2000 0.5" in " ".join(fit_text(half).split())
    document = fit_document(half)
    assert document["log_marginal_likelihood"] is None
    assert "counts in part" in document["note"]
