"""A report of what is in memory has the bytes of the report of the same trials in a file."""

from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, BayesIvigError

pytestmark = pytest.mark.slow

CSV = """\
study,outcome,treatment_events,treatment_total,control_events,control_total,year,design
A,cure,12,40,20,41,1999,blinded
B,cure,9,52,15,50,2004,open
C,cure,3,25,9,26,2011,blinded
"""
TOML = """\
title = "Three trials"
outcome_title = "Cure"
event = "good"
treatment = "drug"
control = "placebo"

[trial_sets]
early = ["A", "B"]
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "three.toml").write_text(TOML, encoding="utf-8")
    csv = folder / "three.csv"
    csv.write_text(CSV, encoding="utf-8")
    return csv


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_bytes_are_those_of_the_file(path: Path, tmp_path: Path) -> None:
    dataset = bi.load_dataset(path)
    written = bi.write_report(dataset, tmp_path / "memory")
    assert tmp_path / "memory" / "report.html" in written
    bi.write_report(bi.reanalyze(path), tmp_path / "file")
    memory, file = contents(tmp_path / "memory"), contents(tmp_path / "file")
    assert set(memory) == set(file)
    assert [name for name in file if memory[name] != file[name]] == []
    frame = dataset.to_dataframe()
    own = bi.Dataset.from_dataframe(frame, treatment="drug", control="placebo")
    assert bi.reanalyze(own).data_sha256 == bi.reanalyze(path).data_sha256


def test_a_folder_of_another_kind_is_refused_before_the_work(path: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(BayesIvigError, match=r"mine\.txt"):
        bi.write_report(bi.load_dataset(path), tmp_path)
    with pytest.raises(ArgumentError, match=r"write_report: reanalysis is a Posterior.*posterior.dataset"):
        bi.write_report(bi.fit(bi.load_dataset(path)), tmp_path)  # type: ignore[arg-type]


def test_a_complement_stands_for_itself_in_memory() -> None:
    lost = bi.load_dataset("ivig", "miscarriage")
    outcome = bi.reanalyze(lost).outcomes[0]
    assert outcome.name == "miscarriage"
    assert outcome.about.complement_of == ""
    alone = bi.fit(lost, "binomial_normal")
    sets = outcome.sets  # type: ignore[union-attr]
    assert next(each for each in sets if each.trials == "all").posterior.effect.median == alone.effect.median
