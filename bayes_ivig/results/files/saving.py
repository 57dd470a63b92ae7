"""Posteriors as files: NetCDF, or Zarr where the path ends in ``.zarr``,
that load to the same answers to the last bit.

The file of a sampled posterior holds its draws as ArviZ reads them (groups ``posterior``, ``sample_stats``,
``observed_data``, ``constant_data``), that of an exact one its grid; group ``fit`` holds everything else,
down to dataset and model.
"""

import errno
import json
import stat
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import BayesIvigError, DataError, ModelError, named
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.places import why, why_no_file, why_no_folder
from bayes_ivig.files.replacing import sweep
from bayes_ivig.files.writing import write_bytes, write_folder
from bayes_ivig.inputs.model.files import KINDS
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.draws import arviz
from bayes_ivig.results.files.codec import Encoder, decode
from bayes_ivig.results.files.sizes import FORMAT, is_ours, require_size
from bayes_ivig.version import __version__

type Arrays = Mapping[str, NDArray[Any]]

FORMAT_VERSION = 2  # raised when older programs could not read a file, or this one could not read theirs
READABLE = (1, FORMAT_VERSION)  # files of format 1 name classes by their modules of then
NETCDF, ZARR = (".nc", ".netcdf", ".h5"), ".zarr"
UNKNOWN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
# the variable of group ``fit`` that holds the JSON, as bytes: an attribute of NetCDF ends at 64 kB
TEXT = "text"


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
        "sha256": checksum(text.encode(), {**placed, **encoder.arrays}),
    }
    kept = {**encoder.arrays, TEXT: np.frombuffer(text.encode(), np.uint8)}
    tree = arviz.saved_tree(posterior, (held, stats), kept, attributes)
    try:
        if path.suffix.lower() == ZARR:
            write_folder(path, arviz.zarr_of(tree), check=_require_whole)
        else:
            write_bytes(path, arviz.netcdf_of(tree), check=_require_whole)
    except OSError as error:
        raise BayesIvigError(
            f"{path}: the posterior cannot be written: {error.strerror or error}; give another path"
        ) from None
    return path


def _require_whole(made: Path) -> None:
    """Read a file back before it takes its place; raises ``OSError`` where it is not what was written."""
    try:
        attributes, arrays, text = _contents(made)
    except Exception as error:  # as a damaged file is read
        raise OSError(errno.EIO, f"what was written cannot be read back ({error})") from None
    if attributes.get("sha256") != checksum(text, arrays):
        raise OSError(errno.EIO, "what was written does not come back")


def _contents(path: Path) -> tuple[Mapping[str, Any], Arrays, bytes]:
    """Return a file's attributes, its arrays, and its text."""
    attributes, arrays = arviz.read_arrays(path)
    arrays = {name.removeprefix("fit/"): array for name, array in arrays.items()}
    return attributes, arrays, arrays.pop(TEXT, np.zeros(0, np.uint8)).tobytes()


def load[P](path: str | Path, kind: type[P]) -> P:
    """Return the posterior that ``save`` wrote, of the class ``kind``; see ``Posterior.load``."""
    path = Path(path)
    _require_known_kind(path)
    _require_there(path)
    try:
        require_size(path)
        attributes, arrays, text = _contents(path)
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
    if attributes.get("sha256") != checksum(text, arrays):
        raise _damaged(path, "its contents do not match their checksum")
    posterior = _decoded(path, text, arrays, str(by))
    if not isinstance(posterior, kind):
        raise DataError(f"{path}: holds a {type(posterior).__name__}, not a posterior")
    _require_answers(path, posterior)
    return posterior


def _require_answers(path: Path, posterior: Any) -> None:
    """Raise ``DataError`` where a posterior that is made of the right parts gives no summary: a file that was
    changed, its checksum as well, can be wrong in more ways than there are checks.
    """
    try:
        if not isinstance(posterior.model, tuple(KINDS.values())):
            raise TypeError(f"its model is a {type(posterior.model).__name__}")
        posterior.summary()
        for study in posterior.theta:
            posterior.theta[study].quantile(0.5)
    except Exception as error:
        raise _damaged(path, f"it answers nothing: {type(error).__name__}: {error}") from None


def _require_there(path: Path) -> None:
    """Raise ``DataError`` where there is no file or folder: nothing, a pipe, a device."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        words = "no such file" if isinstance(error, FileNotFoundError) else why(error, path)
        raise DataError(
            f"{path}: {words}; give the path of a posterior saved with posterior.save(...)"
        ) from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise DataError(f"{path}: a pipe or a device, not a file; give the path of a saved posterior")


def _decoded(path: Path, text: bytes, arrays: Arrays, by: str) -> object:
    """Build what the file holds; an intact file can still name what this version does not have."""
    try:
        return decode(parse_json(text), arrays)
    except (*UNKNOWN, ModelError, DataError) as error:
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


def checksum(text: bytes, arrays: Arrays) -> str:
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
    try:
        if not path.is_dir():
            reason = why_no_file(path)
        elif path.suffix.lower() == ZARR and is_ours(path):
            reason = why_no_folder(path.resolve().parent)
        else:
            reason = "is a folder of something else, and is left as it is; give another path"
        sweep(path.parent)
    except (OSError, ValueError) as error:
        reason = why(error, path)
    if reason is not None:
        raise BayesIvigError(
            f"{named(path)}: the posterior cannot be written: {reason.removeprefix('cannot be written: ')}"
        )


def _require_known_kind(path: Path) -> None:
    """Raise ``BayesIvigError`` unless the path says what kind of file it is, and that kind can be had."""
    if path.suffix.lower() not in (*NETCDF, ZARR):
        raise BayesIvigError(f"{path}: a posterior is saved as NetCDF or Zarr; end the path in .nc or .zarr")
    if path.suffix.lower() == ZARR and find_spec("zarr") is None:
        raise BayesIvigError(
            f"{path}: Zarr needs a package that is not installed: pip install zarr; or end the path in .nc"
        )
