"""What was once passed over without a word, and is said now."""

from hashlib import sha256
from pathlib import Path

import pytest

from bayes_ivig.errors import DataError, ReadNote
from bayes_ivig.inputs.counts.dataset import load_dataset, outcomes
from bayes_ivig.inputs.model.files import load_model

COUNTS = b"study,treatment_events,treatment_total,control_events,control_total\nAlpha,1,10,2,10\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_bytes(COUNTS)
    return path


def refusal(source: str | Path, outcome: str | None = None) -> str:
    with pytest.raises(DataError) as caught:
        load_dataset(source, outcome)
    return str(caught.value)


def test_an_outcome_of_a_table_that_names_none(table: Path) -> None:
    assert "no outcome 'nope': the table has no column outcome" in refusal(table, "nope")
    assert load_dataset(table, "").outcome == ""
    assert outcomes(table) == ("",)
    table.with_suffix(".toml").write_text("[outcomes.death]\n")
    assert load_dataset(table, "death").outcome == "death", "the sidecar names it"


def test_a_sidecar_of_another_table(table: Path) -> None:
    sidecar = table.with_suffix(".toml")
    sidecar.write_text(f'sha256 = "{sha256(COUNTS).hexdigest().upper()}"\n')
    assert len(load_dataset(table)) == 1
    sidecar.write_text('sha256 = "0123"\n')
    assert "t.toml: sha256: found '0123', but t.csv has" in refusal(table)


def test_a_sidecar_that_is_none(table: Path) -> None:
    sidecar = table.with_suffix(".toml")
    sidecar.symlink_to("gone.toml")
    assert "t.toml: is a link to gone.toml, and nothing is there" in refusal(table)
    sidecar.unlink()
    sidecar.mkdir()
    assert "t.toml: is a folder" in refusal(table)


def test_a_sidecar_with_a_mark_of_utf_8(table: Path) -> None:
    table.with_suffix(".toml").write_bytes(b'\xef\xbb\xbftitle = "Mine"\n')
    assert load_dataset(table).about.title == "Mine"


def test_an_ending_is_the_same_in_capitals(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(table.parent)
    table.rename("T.CSV")
    assert len(load_dataset("T.CSV")) == 1
    Path("m.TOML").write_text((Path(__file__).parents[2] / "models" / "binomial_normal.toml").read_text())
    assert load_model("m.TOML").title


@pytest.mark.parametrize("name", ["t", "counts.doc"])
def test_a_file_of_an_unknown_ending(table: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(table.parent)
    table.rename(name)
    assert f"{name}: is there, but its name has no ending of a format that is read" in refusal(name)
    assert len(load_dataset(f"./{name}")) == 1


@pytest.mark.parametrize("name", ["t.xlsx", "counts.txt"])
def test_what_a_file_is_is_told_from_its_bytes(
    table: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    table.rename(name)
    with pytest.warns(ReadNote):
        assert len(load_dataset(name)) == 1


def test_a_prior_of_a_sidecar_that_is_none(table: Path) -> None:
    table.with_suffix(".toml").write_text('mu_priors = ["normal(0, 1)", "normal(0, -1)"]\n')
    assert "t.toml: mu_priors: prior 'normal(0, -1)'" in refusal(table)
