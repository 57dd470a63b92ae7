"""What a file says that it holds, looked at before any of it is read: a small file can claim any size."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import content

FORMAT = "bayes_ivig posterior"  # what a file of ours says that it is
MOST = 2**31  # bytes of all arrays together, however small the file is
MOST_DESCRIPTION = 2**20  # bytes of a description of an array in a Zarr store
DESCRIPTIONS = (".zarray", "zarr.json")


def require_size(path: Path) -> None:
    """Raise ``ValueError`` where the arrays in a file are larger than the file, and than ``MOST``."""
    if path.is_dir():
        claimed, there = sum(_of_zarr(path)), sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    else:
        claimed, there = _of_netcdf(path), path.stat().st_size
    if claimed > max(MOST, there):
        raise ValueError(f"says that it holds {claimed:,} bytes; a file of {there:,} may hold {MOST:,}")


def is_ours(store: Path) -> bool:
    """Whether a folder is a Zarr store of a posterior that this program saved."""
    return _described(store / ".zattrs").get("format") == FORMAT


def _of_netcdf(path: Path) -> int:
    import h5py

    sizes: list[int] = []

    def visit(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            sizes.append(math.prod(item.shape or ()) * item.dtype.itemsize)

    with h5py.File(path) as file:
        file.visititems(visit)
    return sum(sizes)


def _of_zarr(store: Path) -> Iterator[int]:
    for path in store.rglob("*"):
        if path.name in DESCRIPTIONS:
            shape = _described(path).get("shape", ())
            if all(isinstance(length, int) and length >= 0 for length in shape):
                yield 8 * math.prod(shape)


def _described(path: Path) -> dict[str, Any]:
    """Return a JSON object of a store; an empty one where there is none."""
    try:
        document = parse_json(content(path, MOST_DESCRIPTION)) if path.is_file() else {}
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
