"""What commands once did without a word: trials left out, another order, a file not written, long silence."""

import os
import sys
from pathlib import Path

import pytest
from command import Ask

import bayes_ivig as bi
from bayes_ivig.cli.progress import steps
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.foreign.notes import ReadNote

HEADER = "study,treatment_events,treatment_total,control_events,control_total,year,where\n"
ROWS = (
    "A,12,50,20,52,2001,x\nB,30,101,33,99,,x\nC,8,40,15,41,1999,y\nD,9,41,12,40,2004,\nE,5,41,9,40,2004,y\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def flat(text: str) -> str:
    return " ".join(text.split())


def test_trials_in_no_class_are_named(ask: Ask, table: Path) -> None:
    assert "in no class, and left out: D" in flat(ask("contrast", str(table), "--by", "where").out)
    document = ask("contrast", str(table), "--by", "where", "--json", "--level", "0.9").document
    assert (document["aside"], document["level"]) == (["D"], 0.9)
    assert ask("subsets", str(table), "--by", "where", "--json").document["aside"] == ["D"]
    assert bi.trials.contrast(bi.load_dataset(table).trials("-D"), "where").aside == ()


def test_text_and_json_give_ratios_of_classes_in_one_direction(ask: Ask, tmp_path: Path) -> None:
    """The class with most trials comes first in neither: it is the second in its pair here."""
    path = tmp_path / "places.csv"
    last = "F,6,40,9,40,2006,y\n"
    path.write_text(HEADER + ROWS + last, encoding="utf-8")
    documents = [
        ask(*command, str(path), "--by", "where", "--json").document
        for command in (["subsets"], ["contrast"])
    ]
    ratio = documents[0]["rows"][-1]
    assert (ratio["class"], documents[1]["rows"][-1]["group"]) == ("x / y", "x / y")
    assert ratio["shared_median"] == pytest.approx(documents[1]["rows"][-1]["median"])
    for command in ("subsets", "contrast"):
        text = flat(ask(command, str(path), "--by", "where").out)
        assert f"x / y {ratio['shared_median']:.2f}" in text
        assert "y / x" not in text
    assert [row["class"] for row in documents[0]["independent_means"]] == ["x / y"]


def test_a_blank_year_is_said_where_trials_come_in(ask: Ask, table: Path) -> None:
    told = ask("subsets", str(table), "--cumulative")
    assert "since B have no year" in flat(told.err) and "--order" in told.err
    assert "no year" not in ask("subsets", str(table), "--cumulative", "--order", "where").err
    assert "no year" not in ask("subsets", str(table), "--cumulative", "--trials", "-B").err


@pytest.mark.parametrize("option", ["--csv", "--plot"])
@pytest.mark.parametrize("joined", [True, False])
def test_no_file_is_asked_for_twice(ask: Ask, table: Path, option: str, joined: bool, tmp_path: Path) -> None:
    names = [str(tmp_path / f"{name}.svg") for name in "ab"]
    twice = [part for name in names for part in ([f"{option}={name}"] if joined else [option, name])]
    refused = ask("fit", str(table), *twice)
    assert refused.status == 2 and "given twice" in flat(refused.err)
    assert not any(Path(name).exists() for name in names)


def test_a_report_of_standard_input_is_refused_as_such(ask: Ask) -> None:
    refused = ask("report", "-")
    assert refused.status == 2
    assert "not of standard input" in flat(refused.err)


def test_what_comes_through_a_pipe_is_imported_from_there(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.write(write, b"hello\n")
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert "bayes-ivig import - --map" in flat(ask("fit", "-").err)


@pytest.mark.parametrize("name", ["Study", "Trial", "STUDY"])
def test_a_column_of_studies_is_taken_under_its_other_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text((HEADER + ROWS).replace("study", name, 1), encoding="utf-8")
    with pytest.warns(ReadNote, match=f"study = {name}"):
        read = bi.load_dataset(path)
    assert read.study_names == tuple("ABCDE")
    assert [study.treatment_events for study in read.studies] == [12, 30, 8, 9, 5]


def test_messages_say_what_to_write_instead(table: Path) -> None:
    data = bi.load_dataset(table)
    posterior = bi.fit(data)
    with pytest.raises(ModelError, match=r"without\(\*names\)"):
        posterior.without(["A", "B"])  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="hartung_knapp=True"):
        bi.pool(data, method="HKSJ")
    with pytest.raises(ModelError, match=r"no method 'DL' \(did you mean 'dl'\?\)"):
        bi.pool(data, method="DL")
    with pytest.raises(DataError, match="labels names 'zzz', not in the table; trials are A, B"):
        bi.plot.forest(posterior, labels={"zzz": "b"})
    with pytest.raises(ModelError, match=r"priors.Density\(FUNCTION\)$"):
        bi.Model(mu=lambda x: x)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"priors.Density\(FUNCTION, support=\(0, inf\)\)$"):
        bi.Model(tau=lambda x: x)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"of tau.*support=\(0, inf\)"):
        bi.priors.Density(lambda x: x)
    with pytest.raises(ModelError, match=r"never below 0$"):
        bi.priors.Density(lambda x: 1 - x, support=(0, 3))


def test_a_benefit_whose_direction_is_not_stated_says_how_to_state_it(ask: Ask, table: Path) -> None:
    assert 'event = "bad"' in flat(ask("benefit", str(table)).out)
    table.with_suffix(".toml").write_text('event = "bad"\n', encoding="utf-8")
    assert "to state it" not in flat(ask("benefit", str(table)).out)


def test_pooled_tables_name_their_scale() -> None:
    live = bi.load_dataset("ivig", "live_birth")
    assert set(bi.pool(live).table()["scale"]) == {"log odds ratio"}
    assert set(bi.pool(live, measure="RD", method="mh").table()["scale"]) == {"risk difference"}


def test_long_work_says_that_it_began_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("reanalysing mine", "this takes long") as step:
        step("writing")
    with steps("short"):
        pass
    assert capsys.readouterr().err == "note: reanalysing mine; this takes long\n"
