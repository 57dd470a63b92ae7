"""No file of a case is opened twice while it is reanalysed, and what a file becomes meanwhile is not seen."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig import resources
from bayes_ivig.files import reading
from bayes_ivig.inputs.counts.case import case_of
from bayes_ivig.inputs.counts.dataset import load_dataset

pytestmark = pytest.mark.slow

# counts of five trials; tables of a search
SOME = bi.ReportOptions(outcomes=("obstetric_complication", "preterm_birth"))
opened: list[str] = []
watched: list[Path] = []


def _notice(event: str, arguments: tuple[object, ...]) -> None:
    if watched and event == "open" and isinstance(arguments[0], str):
        path = Path(arguments[0]).absolute()
        if any(path.is_relative_to(folder) for folder in watched):
            opened.append(path.as_posix())


sys.addaudithook(_notice)  # for good: a hook cannot be taken away again


@contextmanager
def files_of(*folders: Path) -> Iterator[Counter[str]]:
    """Count how often each file below some folders is opened in the block;
    the numbers are there at its end.
    """
    opened.clear()
    watched.extend(folders)
    count: Counter[str] = Counter()
    try:
        yield count
        count.update(opened)
    finally:
        watched.clear()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A case of one's own: counts, sidecar, claims, partial counts, tables of a search, evidence."""
    data = resources.folder("data")
    shutil.copytree(data / "ivig", tmp_path / "ivig", ignore=shutil.ignore_patterns("sampled"))
    shutil.copy(data / "ivig.csv", tmp_path / "mine.csv")
    sidecar = (data / "ivig.toml").read_text(encoding="utf-8")
    tables = '[evidence]\nprisma = "ivig/prisma.csv"\nrisk_of_bias = "ivig/risk_of_bias.csv"\n\n[columns]'
    (tmp_path / "mine.toml").write_text(sidecar.replace("[columns]", tables, 1), encoding="utf-8")
    return tmp_path / "mine.csv"


def test_no_file_of_a_case_of_ones_own_is_opened_twice(own: Path) -> None:
    with files_of(own.parent, resources.folder("models")) as count:
        reanalysis = bi.reanalyze(own, options=SOME)
    assert [outcome.name for outcome in reanalysis.outcomes] == list(SOME.outcomes or ())
    names = {Path(path).name for path in count}
    assert {"mine.csv", "mine.toml", "claims.csv", "preterm.csv", "interval.csv", "prisma.csv"} <= names
    assert {path: times for path, times in count.items() if times > 1} == {}


def test_no_file_of_the_bundled_case_is_opened_twice() -> None:
    reading.bundled_bytes.cache_clear()
    with files_of(resources.folder("data"), resources.folder("models")) as count:
        bi.reanalyze("ivig", options=SOME)
    names = {Path(path).name for path in count}
    assert {
        "ivig.csv",
        "ivig.toml",
        "claims.csv",
        "other_claims.csv",
        "preterm.csv",
        "binomial_normal.toml",
    } <= names
    assert {path: times for path, times in count.items() if times > 1} == {}


def test_a_case_is_of_the_bytes_that_were_read_first(own: Path) -> None:
    case = case_of(own)
    first = load_dataset(case, "obstetric_complication")
    counted = own.read_bytes()
    own.write_text("study\n", encoding="utf-8")
    own.with_suffix(".toml").unlink()
    assert load_dataset(case, "obstetric_complication") == first
    assert case.sha256 == sha256(counted).hexdigest()
    with pytest.raises(bi.errors.DataError):
        load_dataset(own, "obstetric_complication")


def test_own_files_are_read_anew_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total\n"
    for events in (3, 4):
        path.write_text(f"{header}A,{events},10,2,10\n", encoding="utf-8")
        assert load_dataset(path).studies[0].treatment_events == events
