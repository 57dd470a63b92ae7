"""Posteriors as files: NetCDF, or Zarr where the path ends in ``.zarr``,
that load to the same answers to the last bit.

The file of a sampled posterior holds its draws as ArviZ reads them (groups ``posterior``, ``sample_stats``,
``observed_data``, ``constant_data``), that of an exact one its grid; group ``fit`` holds everything else,
down to dataset and model.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import BayesIvigError, DataError, ModelError
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.writing import beside
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.draws import arviz
from bayes_ivig.results.files.codec import Encoder, decode
from bayes_ivig.version import __version__

type Arrays = Mapping[str, NDArray[Any]]

FORMAT = "bayes_ivig posterior"
FORMAT_VERSION = 2  # raised when older programs could not read a file, or this one could not read theirs
READABLE = (1, FORMAT_VERSION)  # files of format 1 name classes by their modules of then
NETCDF, ZARR = (".nc", ".netcdf", ".h5"), ".zarr"
# the variable of group ``fit`` that holds the JSON, as bytes: an attribute of NetCDF ends at 64 kB
TEXT = "text"
MARKERS = ("zarr.json", ".zgroup")  # what a folder holds that is a Zarr store


def save(posterior: Fitted, path: str | Path) -> Path:
    """Write a posterior to a file and return its path; see ``Posterior.save``."""
    path = Path(path)
    check_path(path)
    drawn = posterior.answers.drawn
    held, stats = ({}, {}) if drawn is None else (drawn.values, drawn.stats)
    placed = _by_path(held, stats)
    encoder = Encoder({id(array): path for path, array in placed.items()})
    text = json.dumps(encoder.encode(posterior), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    attributes = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "bayes_ivig_version": __version__,
        "sha256": _checksum(text.encode(), {**placed, **encoder.arrays}),
    }
    kept = {**encoder.arrays, TEXT: np.frombuffer(text.encode(), np.uint8)}
    tree = arviz.saved_tree(posterior, (held, stats), kept, attributes)
    try:
        with beside(path) as made:
            arviz.write_tree(tree, made)
    except OSError as error:
        raise BayesIvigError(
            f"{path}: the posterior cannot be written: {error.strerror or error}; give another path"
        ) from None
    return path


def load[P](path: str | Path, kind: type[P]) -> P:
    """Return the posterior that ``save`` wrote, of the class ``kind``; see ``Posterior.load``."""
    path = Path(path)
    _require_known_kind(path)
    if not path.exists():
        raise DataError(f"{path}: no such file; give the path of a posterior saved with posterior.save(...)")
    try:
        attributes, arrays = arviz.read_arrays(path)
    except Exception as error:  # HDF5 and Zarr fail in as many ways as a file can be damaged
        raise _damaged(path, f"{type(error).__name__}: {error}") from None
    if attributes.get("format") != FORMAT:
        raise DataError(
            f"{path}: not a posterior saved by bayes_ivig; ArviZ files without its tag hold draws but no fit"
        )
    version = attributes.get("format_version")
    by = attributes.get("bayes_ivig_version", "another version")
    if version not in READABLE:
        raise DataError(
            f"{path}: saved in format {version} by bayes_ivig {by}, which this version ({__version__}, "
            f"format {FORMAT_VERSION}) cannot read; load it there, or fit again"
        )
    arrays = {name.removeprefix("fit/"): array for name, array in arrays.items()}
    text = arrays.pop(TEXT, np.zeros(0, np.uint8)).tobytes()
    if attributes.get("sha256") != _checksum(text, arrays):
        raise _damaged(path, "its contents do not match their checksum")
    posterior = _decoded(path, text, arrays, str(by))
    if not isinstance(posterior, kind):
        raise DataError(f"{path}: holds a {type(posterior).__name__}, not a posterior")
    return posterior


def _decoded(path: Path, text: bytes, arrays: Arrays, by: str) -> object:
    """Build what the file holds; an intact file can still name what this version does not have."""
    try:
        return decode(parse_json(text), arrays)
    except (ValueError, LookupError, TypeError, AttributeError, ModelError, DataError) as error:
        raise DataError(
            f"{path}: saved by bayes_ivig {by}, holds what this version ({__version__}) does not know: "
            f"{error}; load it there, or fit again"
        ) from None


def _damaged(path: Path, why: str) -> DataError:
    first = next(iter(why.splitlines()), "")[:200]
    return DataError(
        f"{path}: damaged, or not a posterior saved by bayes_ivig ({first}); save it again, or fit again"
    )


def _by_path(held: Arrays, stats: Arrays) -> dict[str, NDArray[Any]]:
    """Return draws and statistics by where ArviZ finds them in the file."""
    by_path = {f"posterior/{arviz.RENAMED.get(name, name)}": array for name, array in held.items()}
    return by_path | {f"sample_stats/{name}": array for name, array in stats.items()}


def _checksum(text: bytes, arrays: Arrays) -> str:
    """Return the SHA-256 of the text and of every array with its name, type and shape,
    in the order of their names.
    """
    digest = sha256(text)
    for name, array in sorted(arrays.items()):
        digest.update(f"\n{name} {array.dtype.str[1:]} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def check_path(path: str | Path) -> None:
    """Raise ``BayesIvigError`` where a posterior cannot be saved, before anything is computed:
    what it ends in, its folder.
    """
    path = Path(path)
    _require_known_kind(path)
    if not path.parent.is_dir():
        raise BayesIvigError(f"{path}: there is no folder {path.parent}; make it, or give another path")
    if path.is_dir() and not (
        path.suffix.lower() == ZARR and any((path / name).exists() for name in MARKERS)
    ):
        raise BayesIvigError(
            f"{path}: is a folder of something else, and is left as it is; give another path"
        )


def _require_known_kind(path: Path) -> None:
    """Raise ``BayesIvigError`` unless the path says what kind of file it is, and that kind can be had."""
    if path.suffix.lower() not in (*NETCDF, ZARR):
        raise BayesIvigError(f"{path}: a posterior is saved as NetCDF or Zarr; end the path in .nc or .zarr")
    if path.suffix.lower() == ZARR and find_spec("zarr") is None:
        raise BayesIvigError(
            f"{path}: Zarr needs a package that is not installed: pip install zarr; or end the path in .nc"
        )
