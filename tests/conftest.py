"""For all tests: memory that one file of tests no longer needs goes back before the next."""

import ctypes
import gc
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _memory_goes_back() -> Iterator[None]:
    """Without this the heap keeps what a sampler or a search freed,
    and two workers grow to 2 GB each over the whole suite.

    What stays is compiled code: some 300 MB for PyMC with numba, which nothing unloads,
    and 15 to 40 MB for each model compiled.
    """
    yield
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU C library alone
        if trim is not None:
            trim(0)
