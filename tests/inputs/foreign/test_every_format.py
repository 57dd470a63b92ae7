"""A file of every kind, end to end: the trials and the arms that come out of it, from every door."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from making.trials import FORMS, LABELLED, OURS, TRIALS, Rows, swapped, text

import bayes_ivig as bi
from bayes_ivig.errors import ReadNote
from bayes_ivig.inputs.counts.case import case_of
from bayes_ivig.results.imports.imported import Imported

REVMAN = {"review", "package", "exported"}
# whose columns are read one by one as columns of ours
NAMED = set(FORMS) - {"non-events", "long", "long, other order", "wide", "fractions"}


def laid(folder: Path, form: str, rows: Rows = TRIALS) -> Path:
    name, raw = FORMS[form](rows)
    path = folder / name
    path.write_bytes(raw)
    return path


def counts(dataset: bi.Dataset) -> list[tuple[str, ...]]:
    """The trials of a dataset, by name: a file of arms may have them in any order."""
    return sorted((study.name, *map(str, map(int, study.counts))) for study in dataset.studies)


def expected(rows: Rows) -> list[tuple[str, ...]]:
    return sorted((name, *map(str, four)) for name, *four in rows)


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_trials_and_arms_come_out_of_it(form: str, tmp_path: Path) -> None:
    found = bi.read(laid(tmp_path, form))
    assert counts(found.dataset) == expected(TRIALS)
    about = found.dataset.about
    labels = ("Drug", "Placebo") if form in LABELLED - {"fractions"} else ("treatment", "control")
    assert form == "fractions" or (about.treatment, about.control) == labels
    assert found.dataset.measure == "OR"
    assert list(found.datasets) == (["Death"] if form in REVMAN else [""])
    read = set(found.mapping["ours"])
    assert set(OURS[1:]) <= read or form not in NAMED, read


def test_exchanged_arms_are_exchanged_trials(form: str, tmp_path: Path) -> None:
    """Numbers that change places in the file change places in the dataset: no arm is told by its numbers."""
    dataset = bi.read(laid(tmp_path, form, swapped(TRIALS))).dataset
    assert counts(dataset) == expected(swapped(TRIALS))
    one, other = bi.pool(dataset, method="mh"), bi.pool(bi.read(laid(tmp_path, form)).dataset, method="mh")
    assert one.estimate == pytest.approx(-other.estimate, rel=1e-9)


def test_every_door_gives_the_same(form: str, tmp_path: Path) -> None:
    path = laid(tmp_path, form)
    found = bi.read(path).dataset
    if form == "ours":
        assert bi.load_dataset(path) == found
        return
    with pytest.warns(ReadNote, match=r"treatment = .*, control = .*; read: "):
        assert bi.load_dataset(str(path)) == found
    with pytest.warns(ReadNote):
        assert bi.load_dataset(case_of(path), found.outcome or None) == found


def test_what_is_written_is_loaded_as_it_was_read(form: str, tmp_path: Path) -> None:
    found = bi.read(laid(tmp_path, form), event="bad")
    written, sidecar = found.save(tmp_path / "trials.csv")
    assert (written.name, sidecar.name) == ("trials.csv", "trials.toml")
    again = bi.load_dataset(written)
    assert replace(again, name="t") == found.dataset
    assert again.about.event == "bad"
    said = sidecar.read_text("utf-8")
    assert found.sha256 in said
    assert bi.read(written).save(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == written.read_bytes()


def test_a_fit_of_it_is_that_of_our_csv(form: str, tmp_path: Path) -> None:
    ours = tmp_path / "ours.csv"
    dataset = bi.read(laid(tmp_path, form)).dataset
    by_name = {row[0]: row for row in TRIALS}
    ours.write_bytes(text([OURS, *(by_name[name] for name in dataset.study_names)]))
    plain = bi.load_dataset(ours)
    one, other = (bi.fit(each, bi.Model()).to_dict() for each in (dataset, plain))
    for document in (one, other):
        for key in ("dataset", "outcome", "arms", "title", "treatment", "control"):
            document.pop(key, None)
        document["probability"].pop("p_benefit", None)  # some formats say which direction that is
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_a_result_says_what_was_read(form: str, tmp_path: Path) -> None:
    found = bi.read(laid(tmp_path, form))
    lines = found.text().splitlines()
    said = " ".join(found.text().split())
    assert all(len(line) <= 80 for line in lines)
    assert f"treatment = '{found.outcomes[0].found.treatment or 'treatment'}'" in said
    for name, a, b, c, d in TRIALS:
        assert any(line.split() == [*name.split(), f"{a}/{b}", f"{c}/{d}"] for line in lines)
    document = found.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["outcomes"][0]["k"] == len(TRIALS)
    assert len(document["outcomes"][0]["rows"]) == len(TRIALS)


def test_a_total_is_left_out_and_said(tmp_path: Path) -> None:
    for form in ("metafor, tabs, a total", "xlsx", "xls", "ods"):
        left_out = bi.read(laid(tmp_path, form)).left_out
        (why,) = left_out[left_out.code == "total"].why
        assert "sum" in why


@pytest.mark.parametrize("form", ["review", "package", "exported"])
def test_stored_results_come_out_again(form: str, tmp_path: Path) -> None:
    """The files are made with totals of their own, computed by the tests' own formulas."""
    found = bi.read(laid(tmp_path, form))
    stored = found.stored_results
    assert len(stored) >= 5
    assert stored.agrees.all(), stored[~stored.agrees]
    said = f"{len(stored)} numbers stored in the file; {len(stored)} of them come out of its rows again"
    assert said in " ".join(found.text().split())


@pytest.mark.parametrize("program", ["metafor", "revman", "xlsx"])
@pytest.mark.parametrize("rows", [TRIALS, swapped(TRIALS)], ids=["as they are", "swapped"])
def test_what_is_exported_is_read_back(program: str, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(text([(*OURS, "year"), *((*row, row[0][-4:]) for row in rows)]))
    (tmp_path / "t.toml").write_text('treatment = "Drug"\ncontrol = "Placebo"\nevent = "bad"\n', "utf-8")
    dataset = bi.load_dataset(tmp_path / "t.csv")
    path = bi.export(dataset, tmp_path / f"x.{'xlsx' if program == 'xlsx' else 'csv'}", program)
    first = path.read_bytes()
    bi.export(dataset, path, program)
    assert path.read_bytes() == first, "the same dataset gives the same bytes"
    again = bi.read(path).dataset
    assert again.studies == dataset.studies
    assert again.columns == dataset.columns
    labels = (again.about.treatment, again.about.control)
    assert labels == (("treatment", "control") if program == "metafor" else ("Drug", "Placebo"))
    if program == "xlsx":
        assert replace(again, name=dataset.name) == dataset


@pytest.mark.parametrize("program", ["metafor", "revman", "xlsx"])
def test_estimates_are_exported_and_read_back(program: str, tmp_path: Path) -> None:
    dataset = bi.Effects(
        estimate=[0.5, 0.8, 1.1], lower=[0.2, 0.5, 0.7], upper=[1.25, 1.28, 1.73], measure="HR"
    )
    path = bi.export(dataset, tmp_path / f"x.{'xlsx' if program == 'xlsx' else 'csv'}", program)
    again = bi.read(path, measure="HR").dataset
    assert again.measure == "HR"
    for one, other in zip(dataset.studies, again.studies, strict=True):
        assert isinstance(one, bi.Estimate)
        assert isinstance(other, bi.Estimate)
        assert other.name == one.name
        assert other.y == pytest.approx(one.y, rel=1e-12)
        assert other.standard_error == pytest.approx(one.standard_error, rel=1e-12)


def test_counts_beside_estimates_have_no_place_in_other_programs(tmp_path: Path) -> None:
    rows = "study,treatment_events,treatment_total,control_events,control_total,estimate,lower,upper\n"
    (tmp_path / "t.csv").write_text(f"{rows}A,1,10,2,11,,,\nB,,,,,0.5,0.2,1.25\n", "utf-8")
    (tmp_path / "t.toml").write_text('measure = "OR"\n', "utf-8")
    found = bi.read(tmp_path / "t.csv")
    for program in ("metafor", "revman"):
        with pytest.raises(bi.errors.DataError, match="holds counts and estimates"):
            bi.export(found.dataset, tmp_path / "x.csv", program)
    bi.export(found.dataset, tmp_path / "x.xlsx", "xlsx")
    assert bi.read(tmp_path / "x.xlsx").dataset.studies == found.dataset.studies
    found.save(tmp_path / "again.csv")
    assert bi.load_dataset(tmp_path / "again.csv").studies == found.dataset.studies


def test_an_import_is_a_result(tmp_path: Path) -> None:
    found = bi.read(laid(tmp_path, "review"))
    assert isinstance(found, Imported)
    assert list(found.table().columns)[:4] == ["outcome", "comparison", "measure", "k"]
    assert found.datasets["Death"] is found.dataset
