"""For all tests: memory that one file of tests no longer needs goes back before the next;
what the tests of ``hostile`` tried is counted at the end.
"""

import ctypes
import gc
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

# how busy a machine is decides no test, and a failure is one that can be repeated: the same inputs everywhere
settings.register_profile("ours", deadline=None, derandomize=True)
settings.load_profile("ours")


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of hostile inputs, by reader: tried, accepted, refused, and faults."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ())]
    totals: dict[str, Counter[str]] = {}
    for key, counts in (pair for report in reports for pair in report.user_properties):
        if key == "hostile":
            for reader, own in counts.items():
                totals.setdefault(reader, Counter()).update(own)
    if totals:
        terminalreporter.section("hostile inputs")
        totals["all readers"] = sum(totals.values(), Counter())
        kinds = ("accepted", "refused", "fault")
        terminalreporter.line(f"{'reader':20}" + "".join(f"{kind:>10}" for kind in ("tried", *kinds)))
        for reader, own in totals.items():
            numbers = (own.total(), *(own[kind] for kind in kinds))
            terminalreporter.line(f"{reader:20}" + "".join(f"{number:10}" for number in numbers))
