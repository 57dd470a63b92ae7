"""Files of posteriors that were damaged, or changed and their checksum computed again: one message, quickly,
and no more memory than the file is large.
"""

import json
import os
import random
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.results.draws import arviz
from bayes_ivig.results.files import saving, sizes

pytestmark = pytest.mark.slow

TABLE = bi.Dataset(
    (bi.Study("A", 3, 10, 1, 10), bi.Study("B", 5, 20, 4, 22), bi.Study("C", 0, 7, 2, 9)), "three"
)
GONE = object()
TIMES = int(os.environ.get("BAYES_IVIG_HOSTILE", "1"))  # as many tries, by hand
OTHERS = (
    GONE, "text", None, -1, [], True, 10**30, {"kind": "tuple", "items": []},
    {"kind": "float", "text": "nan"},
)  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bi.fit(TABLE, bi.Model()).save(tmp_path_factory.mktemp("saved") / "p.nc")


def refused_or_used(path: Path) -> bool:
    """Load a file, and ask what it holds all that a user asks; return whether it was refused."""
    try:
        posterior = bi.Posterior.load(path)
    except DataError as error:
        assert len(str(error).splitlines()) == 1
        return True
    bi.text(posterior)
    posterior.without("A").summary()
    return False


def damaged(whole: bytes, dice: random.Random) -> Iterator[bytes]:
    """Yield the file cut short, with bits turned over, and with a block of zeros."""
    for kept in (*range(0, 200, 40), *(dice.randrange(len(whole)) for _ in range(10 * TIMES))):
        yield whole[:kept]
    for _ in range(30 * TIMES):
        content = bytearray(whole)
        for _ in range(dice.choice((1, 1, 3, 50))):
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        yield bytes(content)
    for _ in range(5 * TIMES):
        start = dice.randrange(len(whole))
        yield whole[:start] + bytes(len(whole[start : start + 512])) + whole[start + 512 :]


def test_whatever_is_damaged_is_refused(saved: Path, tmp_path: Path) -> None:
    path, tried, refused = tmp_path / "p.nc", 0, 0
    for content in damaged(saved.read_bytes(), random.Random(16)):
        path.write_bytes(content)
        tried, refused = tried + 1, refused + refused_or_used(path)
    assert tried == 5 + 45 * TIMES
    assert refused >= 0.9 * tried, "what lies outside of any array may change unseen"


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def changed(document: Any, path: tuple[str | int, ...], other: Any) -> Any:
    document = inner = json.loads(json.dumps(document))
    if not path:
        return other
    for key in path[:-1]:
        inner = inner[key]
    if other is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = other
    return document


def rewritten(whole: Path, path: Path, document: Any, arrays: dict[str, Any]) -> Path:
    """Write a file with other contents, and the checksum that they have."""
    path.write_bytes(whole.read_bytes())
    text = json.dumps(document).encode()
    with h5py.File(path, "r+") as file:
        for name, array in {**arrays, "text": np.frombuffer(text, np.uint8)}.items():
            del file["fit"][name]
            file["fit"].create_dataset(name, data=array)
        file.attrs["sha256"] = saving.checksum(text, arrays)
    return path


@pytest.fixture(scope="module")
def held(saved: Path) -> tuple[Any, dict[str, Any]]:
    arrays = {name.removeprefix("fit/"): array for name, array in arviz.read_arrays(saved)[1].items()}
    return json.loads(arrays.pop("text").tobytes()), arrays


def test_values_of_other_kinds_are_refused_though_their_checksum_fits(
    saved: Path, held: tuple[Any, dict[str, Any]], tmp_path: Path
) -> None:
    dice, (document, arrays) = random.Random(16), held
    everywhere = list(places(document))[1:]
    refused = sum(
        refused_or_used(
            rewritten(
                saved,
                tmp_path / "p.nc",
                changed(document, dice.choice(everywhere), dice.choice(OTHERS)),
                arrays,
            )
        )
        for _ in range(30 * TIMES)
    )
    assert refused > 15 * TIMES


def test_arrays_of_other_shapes_and_types_are_refused_though_their_checksum_fits(
    saved: Path, held: tuple[Any, dict[str, Any]], tmp_path: Path
) -> None:
    document, arrays = held
    for name, array in arrays.items():
        for other in (
            array[:0],
            array[..., :1],
            array[None],
            np.full(array.shape, b"x"),
            np.concatenate([array] * 2),
        ):
            path = rewritten(saved, tmp_path / "p.nc", document, {**arrays, name: other})
            assert refused_or_used(path), (name, other.shape, other.dtype)


def test_a_file_that_claims_to_be_large_is_not_read(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.nc"
    path.write_bytes(saved.read_bytes())
    with h5py.File(path, "r+") as file:
        file["fit"].create_dataset("more", shape=(10**10,), dtype="f8", chunks=(10**6,))  # none is written
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="says that it holds 80,0"):
        bi.Posterior.load(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


def test_a_store_that_claims_to_be_large_is_not_read(tmp_path: Path) -> None:
    store = bi.fit(TABLE, bi.Model()).save(tmp_path / "p.zarr")
    sizes.require_size(store)
    description = store / "fit" / "a0" / ".zarray"
    description.write_text(
        description.read_text().replace('"shape": [\n    3\n  ]', '"shape": [100000000000]')
    )
    with pytest.raises(DataError, match="says that it holds 800,0"):
        bi.Posterior.load(store)


def test_a_store_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    import zarr

    zarr.save_array(tmp_path / "p.zarr", np.arange(3))
    with pytest.raises(bi.errors.BayesIvigError, match="is a folder of something else"):
        bi.fit(TABLE, bi.Model()).save(tmp_path / "p.zarr")
    assert zarr.load(tmp_path / "p.zarr").tolist() == [0, 1, 2]
