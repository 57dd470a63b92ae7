"""``calibrate``: simulation-based calibration of the exact engine, in batches that survive a kill.

Every simulation has a random stream of its own (seed, batch, number), so that the result does not depend on
the number of processes, on the order in which batches finish, or on whether a run was interrupted.
"""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple, TypedDict

import numpy as np

from bayes_ivig.analyses.calibration.one_simulation import place
from bayes_ivig.analyses.calibration.uniformity import band_of, uniformity
from bayes_ivig.analyses.processes import beginning, processes
from bayes_ivig.engines.grid.canaries import engine_sha256
from bayes_ivig.errors import BayesIvigError, DataError, ModelError
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import MOST_KEPT, content
from bayes_ivig.files.replacing import sweep
from bayes_ivig.files.typed import fits
from bayes_ivig.files.writing import write_text
from bayes_ivig.results.calibration import QUANTITIES, Calibration, Setup
from bayes_ivig.version import __version__

BATCH = 250  # simulations: some seconds of work, the most that a kill can cost each process
FIRST = 60  # transforms kept as they are, per quantity
# of a stored transform: below the engine's tolerance, above what the arithmetic library could change
DECIMALS = 9

type Progress = Callable[[int], None]


class Batch(NamedTuple):
    """Transforms of one batch, a row per simulation and a column per quantity, and two counts."""

    pit: list[list[float]]
    without_information: int
    checks_failed: int


class Stored(TypedDict):
    """The form of a batch in a file."""

    setup: dict[str, Any]
    pit: list[list[float]]
    without_information: int
    checks_failed: int


def calibrate(
    setup: Setup,
    *,
    folder: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Simulate, fit, and return coverage and uniformity of every quantity;
    raises ``ModelError`` and ``DataError``.

    With a ``folder`` every finished batch is kept there, and found again by the next run. ``workers`` is the
    number of processes, 0 for none but this one, by default one per core. ``progress`` is told how many
    simulations are done.
    """
    if workers is not None and (isinstance(workers, bool) or workers < 0):
        raise ModelError(f"workers: found {workers!r}; must be a whole number of 0 or more")
    stamp = setup.stated() | {"version": __version__, "engine_sha256": engine_sha256()}
    shelf = None if folder is None else _Shelf(Path(folder) / f"{setup.name}-batches", stamp)
    sizes = [min(BATCH, setup.simulations - start) for start in range(0, setup.simulations, BATCH)]
    batches = (
        {} if shelf is None else {i: kept for i, size in enumerate(sizes) if (kept := shelf.read(i, size))}
    )
    done = sum(len(batch.pit) for batch in batches.values())
    todo = [(i, size) for i, size in enumerate(sizes) if i not in batches]
    if progress:
        progress(done)
    for i, batch in _computed(setup, todo, workers):
        if shelf is not None:
            shelf.write(i, batch)
        batches[i] = batch
        done += len(batch.pit)
        if progress:
            progress(done)
    return summarize(setup, [batches[i] for i in range(len(sizes))])


def summarize(setup: Setup, batches: list[Batch]) -> Calibration:
    """Return coverage and uniformity from the transforms of all batches, in order."""
    values = np.array([row for batch in batches for row in batch.pit])
    band = band_of(len(values))
    return Calibration(
        setup=setup,
        band=band,
        quantities=tuple(uniformity(name, values[:, i], band) for i, name in enumerate(QUANTITIES)),
        without_information=sum(batch.without_information for batch in batches),
        checks_failed=sum(batch.checks_failed for batch in batches),
        first=tuple((name, tuple(values[:FIRST, i].tolist())) for i, name in enumerate(QUANTITIES)),
        version=__version__,
        engine_sha256=engine_sha256(),
    )


def run_batch(setup: Setup, number: int, size: int) -> Batch:
    """Run the first ``size`` simulations of one batch."""
    placed = [place(setup, number, i) for i in range(size)]
    pit = [[round(value, DECIMALS) for value in one.pit] for one in placed]
    return Batch(pit, sum(not one.informed for one in placed), sum(not one.ok for one in placed))


def _computed(setup: Setup, todo: list[tuple[int, int]], workers: int | None) -> Iterator[tuple[int, Batch]]:
    """Compute batches, here or in processes of their own, and yield each as it is finished."""
    workers = min(len(todo), (os.cpu_count() or 1) if workers is None else workers)
    if workers < 1 or (workers == 1 and len(todo) == 1):
        yield from ((i, run_batch(setup, i, size)) for i, size in todo)
        return
    with processes(workers) as pool:
        finished: SimpleQueue[Future[Batch]] = SimpleQueue()  # an interrupt leaves no lock of it behind
        with beginning():
            futures = {pool.submit(run_batch, setup, i, size): i for i, size in todo}
        for future in futures:
            future.add_done_callback(finished.put)
        for _ in futures:
            future = finished.get()
            try:
                batch = future.result()
            except BrokenProcessPool:
                raise BayesIvigError(
                    "a process was killed, perhaps for want of memory; batches that were kept are kept"
                ) from None
            yield futures[future], batch


class _Shelf:
    """Finished batches in a folder, each file put in place whole;
    raises ``DataError`` for those of another calibration.
    """

    def __init__(self, folder: Path, stamp: dict[str, Any]) -> None:
        self.folder, self.stamp = folder, stamp
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder)
        except OSError as error:
            raise self._unusable(error) from None

    def read(self, number: int, size: int) -> Batch | None:
        """Return a batch if it is here with all its simulations."""
        path = self._path(number)
        try:
            document = parse_json(content(path, MOST_KEPT))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from None
        except ValueError:
            document = None
        if not fits(document, Stored) or any(len(row) != len(QUANTITIES) for row in document["pit"]):
            raise DataError(f"{path}: not a batch of a calibration; give another folder, or remove it")
        batch = Batch(document["pit"], document["without_information"], document["checks_failed"])
        stamp, complete = document["setup"], len(batch.pit) == size
        if stamp != self.stamp:
            other = ", ".join(key for key in self.stamp if stamp.get(key) != self.stamp[key])
            raise DataError(
                f"{path}: a batch of another calibration ({other} differ); give another folder, or remove it"
            )
        return batch if complete else None

    def write(self, number: int, batch: Batch) -> None:
        """Keep a batch as a file, whole or not at all."""
        document = {"setup": self.stamp, **batch._asdict()}
        try:
            write_text(self._path(number), json.dumps(document, allow_nan=False) + "\n")
        except OSError as error:
            raise self._unusable(error) from None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04d}.json"

    def _unusable(self, error: OSError) -> DataError:
        return DataError(
            f"{self.folder}: batches cannot be kept there: {error.strerror or error}; give another folder"
        )
