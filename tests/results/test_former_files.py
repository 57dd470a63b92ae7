"""Posteriors saved by earlier versions: read to the same answers as the code that wrote them read."""

import json
import lzma
import warnings
from pathlib import Path

import h5py
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import StoredNote
from bayes_ivig.results.files.stable_names import FORMER

pytestmark = pytest.mark.slow

SAVED = Path(__file__).parents[1] / "reference" / "saved"
FILES = sorted(SAVED.glob("*/*.nc.xz"))


def unpacked(path: Path, folder: Path) -> Path:
    made = folder / path.name.removesuffix(".xz")
    made.write_bytes(lzma.decompress(path.read_bytes()))
    return made


@pytest.mark.parametrize(
    "path", FILES, ids=[f"{path.parent.name}-{path.name.partition('.')[0]}" for path in FILES]
)
def test_a_file_of_an_earlier_version_says_the_same(path: Path, tmp_path: Path) -> None:
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))[
        path.name.partition(".")[0]
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoredNote)  # of models that state no baseline
        found = bi.Posterior.load(unpacked(path, tmp_path))
    assert type(found.model).__name__ == expected["model"]
    assert found.log_marginal_likelihood == expected["log_marginal_likelihood"]
    assert set(expected["quantiles"]) == {*found.names, *(f"theta[{study}]" for study in found.studies)}
    for name, values in expected["quantiles"].items():
        study = name.removeprefix("theta[").removesuffix("]")
        marginal = found.theta[study] if name.startswith("theta[") else found[name]
        assert marginal.quantile([0.025, 0.5, 0.975]) == pytest.approx(values, rel=1e-12, abs=1e-12)
    again = bi.Posterior.load(found.save(tmp_path / "again.nc"))  # in today's format
    assert again.model == found.model and again["mu"].quantile(0.9) == found["mu"].quantile(0.9)


def kinds(plain: object) -> set[str]:
    """All that a saved text names as a class."""
    if isinstance(plain, list):
        return set().union(*map(kinds, plain))
    if not isinstance(plain, dict):
        return set()
    own = {plain["kind"]} if "fields" in plain else set()
    return own.union(*map(kinds, plain.values()))


def test_the_files_name_classes_by_their_former_modules(tmp_path: Path) -> None:
    """So that the test above is one of names of the past; and today's files hold short names only."""
    named = set()
    for path in FILES:
        with h5py.File(unpacked(path, tmp_path)) as file:
            assert file.attrs["format_version"] == 1
            named |= kinds(json.loads(file["fit/text"][:].tobytes()))
    assert named <= set(FORMER)
    assert len(FILES) == 18 and len(named) > 25
    saved = bi.Posterior.load(unpacked(FILES[0], tmp_path)).save(tmp_path / "today.nc")
    with h5py.File(saved) as file:
        assert not any("." in kind for kind in kinds(json.loads(file["fit/text"][:].tobytes())))
