"""One thread of BLAS while a public function works, and what was set before when it returns.

The matrix products here are small: threads wait for each other, which makes a fit four times as slow, and
their number changes the last bits. The setting belongs to the process, so that threads inside are counted:
the first to begin sets it, and the last to end gives back what was there. Under OpenMP each thread has its
own.
"""

import os
import sys
from threading import Lock, local
from typing import Any

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # by which a process states it
ONE = "1"

type Before = list[tuple[Any, int]]


class _Own(local):
    """How deep a thread is inside, and what it set that is its own."""

    depth = 0
    before: Before = []  # noqa: RUF012 - never changed, only replaced


class OneThread:
    """A context within which BLAS has one thread; it may be entered many times, and from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._own = _Own()
        self._inside = 0  # threads
        self._libraries: tuple[Any, ...] | None = None  # of threadpoolctl; None until they are looked for
        self._before: Before = []

    def __enter__(self) -> None:
        self._own.depth += 1
        if self._own.depth > 1:
            return
        with self._lock:
            if self._libraries is None and "numpy" in sys.modules:
                self._libraries = _libraries()
            if self._libraries:
                self._own.before = _limited([each for each in self._libraries if _by_thread(each)])
                if not self._inside:
                    self._before = _limited([each for each in self._libraries if not _by_thread(each)])
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        self._own.depth -= 1
        if self._own.depth:
            return
        with self._lock:
            self._inside -= 1
            _give_back(self._own.before)
            self._own.before = []
            if not self._inside:
                _give_back(self._before)
                self._before = []


def _libraries() -> tuple[Any, ...]:
    """Return the libraries of matrix products that are loaded, none where the process states one thread."""
    if all(os.environ.get(name) == ONE for name in VARIABLES):
        return ()
    from threadpoolctl import ThreadpoolController

    return tuple(ThreadpoolController().select(user_api="blas").lib_controllers)


def _by_thread(library: Any) -> bool:
    return getattr(library, "threading_layer", "") == "openmp"


def _limited(libraries: list[Any]) -> Before:
    """Give libraries one thread; returns those that had more, with how many they had."""
    before = [(each, number) for each in libraries if (number := each.get_num_threads()) and number > 1]
    for library, _ in before:
        _set(library, 1)
    return before


def _give_back(before: Before) -> None:
    for library, number in before:
        _set(library, number)


def _set(library: Any, number: int) -> None:
    """Set a number of threads, whichever thread set one last, and leave the next one to whoever wants it."""
    freed = getattr(library, "clear_controlling_thread", None)  # threadpoolctl lets one thread alone set it
    if freed:
        freed(force=True)
    library.set_num_threads(number)
    if freed:
        freed(force=True)


one_thread = OneThread()
