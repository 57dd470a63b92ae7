"""Sidecars: what a key may hold, and the answer to one that may not."""

from pathlib import Path

import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.description import EMPTY, About, read_sidecar


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "counts.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_no_sidecar_is_an_empty_one(tmp_path: Path) -> None:
    assert read_sidecar(tmp_path / "none.toml") == EMPTY
    assert EMPTY.about("anything") == About()


def test_an_outcome_overrules_the_file(tmp_path: Path) -> None:
    sidecar = read_sidecar(
        write(tmp_path, 'event = "bad"\ntreatment = "drug"\n[outcomes.life]\nevent = "good"\n')
    )
    assert sidecar.about("life") == About(event="good", treatment="drug")
    assert sidecar.about("death") == About(event="bad", treatment="drug")


def test_keys_of_the_file_alone_are_kept_out_of_an_outcome(tmp_path: Path) -> None:
    text = (
        'claims = "c.csv"\nextracted_on = 2024-05-01\nsource = "doe1999"\n[columns]\nyear = "of '
        'publication"\n'
    )
    sidecar = read_sidecar(write(tmp_path, text))
    assert sidecar.shared["claims"] == "c.csv"
    assert sidecar.about("") == About()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel = 'x'", "titel: unknown key (did you mean 'title'?); allowed are"),
        ("[outcomes.death]\nevnt = 'bad'", "outcomes.death.evnt: unknown key (did you mean 'event'?)"),
        ("[outcomes.death]\nsha256 = 'x'", "outcomes.death.sha256: unknown key"),
        ("partial = 'x.csv'", "partial: unknown key"),
        ("title = 3", "title: found 3; must be text"),
        ("trial_sets = 'x'", "trial_sets: found 'x'; must be a table"),
        ("thresholds = 1.25", "thresholds: found 1.25; must be a list"),
        ("event = 'fine'", 'event: found \'fine\'; must be "good" or "bad"'),
        ("thresholds = [1.25, 0]", "thresholds: found 0; each must be an odds ratio above 0"),
        ("thresholds = ['1']", "thresholds: found '1'; each must be"),
        ("thresholds = [true]", "thresholds: found True; each must be"),
        ("thresholds = [inf, nan]", "thresholds: found nan; each must be"),
        ("[trial_sets]\nlate = 'A'", "trial_sets.late: found 'A'; must be a list of one or more study names"),
        ("[trial_sets]\nlate = []", "trial_sets.late: found []; must be"),
        ("[trial_sets]\nlate = [1]", "trial_sets.late: found [1]; must be"),
        ("trial_sets = {late = {trials = []}}", "trial_sets.late: found {'trials': []}; must be a list of"),
        (
            "trial_sets = {late = {trials = ['A'], titel = 'x'}}",
            "trial_sets.late.titel: unknown key",
        ),
        ("trial_sets = {late = {trials = ['A'], title = 3}}", "trial_sets.late.title: found 3; must be text"),
        ("trial_sets = {a = {trials = ['A'], of = 'b'}}", "trial_sets.a.of: found 'b'; must be one of all"),
        ("trial_sets = {a = {trials = ['A'], of = 'b'}, b = ['B']}", "trial_sets.a.of: b does not hold A"),
        ("[words]\npeple = 'x'", "words.peple: unknown key (did you mean 'people'?)"),
        ("[words]\npeople = ''", "words.people: found ''; must be text"),
        ("[words]\nunits = 'g'", "words.units: found 'g'; must be a table of texts"),
        ("[words.classes]\nkind = 'x'", "words.classes.kind: found 'x'; must be a table of texts"),
        ("[words.glossary]\nRR = 3", "words.glossary.RR: found 3; must be text"),
        ("[subgroup]\ncounted = 'n'", "subgroup.share: found None; must be text"),
        ("[pair]\nbenefit = 'a'\nham = 'b'", "pair.ham: unknown key (did you mean 'harm'?)"),
        ("[outcomes.a.words]\npeople = 'x'", "outcomes.a.words: unknown key"),
        ("main_sets = ['b']\ntrial_sets = {a = ['A']}", "main_sets: no trial set 'b'; there are a"),
        (
            "[trial_sets]\nall = ['A']",
            "trial_sets.all: all is every study of the table; give the set another name",
        ),
        ("tau_priors = [3]", "tau_priors: found 3; each must be the text of a prior"),
        ("[columns]\nyear = 1999", "columns.year: found 1999; must be text"),
        ("outcomes = 'death'", "outcomes: found 'death'; must be a table"),
        ("[outcomes]\ndeath = 'x'", "outcomes.death: found 'x'; must be a table of keys"),
        ("title = ", "not a TOML file"),
        ("title = 'x'\ntitle = 'y'", "not a TOML file"),
        ("title = 'M\u00fcller'".encode("latin-1"), "not a TOML file"),
    ],
)
def test_a_broken_sidecar(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_sidecar(path)
    assert f"{path}: " in str(caught.value)
    assert said in str(caught.value)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = "titel = 'x'\nevent = 'fine'\n[outcomes.death]\nnote = 1\n"
    with pytest.raises(DataError) as caught:
        read_sidecar(write(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 3
