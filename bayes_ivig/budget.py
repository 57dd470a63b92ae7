"""The memory that one command or call may take, a refusal before the work begins, and the size of blocks.

Allowed is half of the memory that is free, of what a container (cgroup) or ``ulimit -v`` leaves where that
is less, or what ``BAYES_IVIG_MEMORY`` says. It decides what is refused, and nothing else. Blocks have the
same size on every machine, since sums in other blocks can end in other last bits.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from bayes_ivig.errors import BayesIvigError

VARIABLE = "BAYES_IVIG_MEMORY"  # an amount such as 8GB
MB, GB = 10**6, 10**9
FLOAT = 8  # bytes of a number
UNITS = {"MB": MB, "GB": GB, "TB": 1000 * GB}
SHARE = 2  # one in so many of what is free is allowed
LEAST = 300 * MB  # allowed at any rate: free memory is hard to know, and the work may fit after all
UNKNOWN = 4 * GB  # taken as free where the system does not say
BLOCK = 64 * MB  # held at once where work is done in blocks: more gains no time
MEMORY_OF_LINUX = Path("/proc/meminfo")
STATUS_OF_LINUX = Path("/proc/self/status")
CONTAINERS = (  # the limit of a container and what it has taken, in cgroup 2 and 1
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def allowed() -> int:
    """Return how many bytes one command or call may take, on top of what the process has;
    raises ``BayesIvigError`` where the variable is no amount.
    """
    stated = os.environ.get(VARIABLE, "").strip()
    return amount(stated) if stated else max(LEAST, _free() // SHARE)


def amount(text: str) -> int:
    """Return the bytes of an amount of memory as a user writes it, ``8GB`` or ``500 MB``;
    raises ``BayesIvigError``.
    """
    parts = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?([MGT]B)", text.strip(), re.IGNORECASE)
    size = int(float(parts[1]) * UNITS[parts[2].upper()]) if parts else 0
    if not size:
        raise BayesIvigError(
            f"{VARIABLE}: found {text[:40]!r}; give an amount of memory above 0 in MB, GB or TB, such as 8GB"
        )
    return size


def require(size: int, what: str, instead: str, error: type[BayesIvigError] = BayesIvigError) -> None:
    """Raise ``error`` where ``size`` bytes are more than allowed: before the work, with both numbers.

    ``what`` names the work (``a fit of 100,000 trials``), ``instead`` what to do (``use fewer trials``).
    """
    most = allowed()
    if size > most:
        raise error(
            f"{what} would take about {in_words(size)} of memory, and {in_words(most)} are allowed here; "
            f"{instead}, or allow more with {VARIABLE}={_rounded_up(size)}"
        )


def at_once(each: int) -> int:
    """Return how many things a block holds where each takes so many bytes: 1 at least."""
    return max(1, BLOCK // max(1, each))


def blocks(count: int, each: int) -> Iterator[slice]:
    """Yield the parts of ``count`` things, in order, each a block: one for all where they fit in one."""
    size = at_once(each)
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def in_words(size: int) -> str:
    """Return a number of bytes as ``560 MB`` or ``12.7 GB``."""
    if size < GB:
        return f"{max(1, size // MB)} MB"
    tenths = size * 10 // GB
    return f"{tenths // 10:,}.{tenths % 10} GB"


def _rounded_up(size: int) -> str:
    return f"{-(-size // GB)}GB" if size > GB else f"{-(-size // (100 * MB)) * 100}MB"


def _free() -> int:
    """Bytes that the process can still take, as far as is known."""
    known = [_of_machine(), *_of_containers(), _below_ulimit()]
    return max(0, min((size for size in known if size is not None), default=UNKNOWN))


def _of_machine() -> int | None:
    """Free memory of the machine; half of all there is where only that is known."""
    try:
        return _in_kilobytes(MEMORY_OF_LINUX, "MemAvailable")
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return None


def _of_containers() -> list[int]:
    """What the container leaves, by each version of its rules that is in force."""
    left = []
    for limit, taken in CONTAINERS:
        try:
            left.append(int(limit.read_text()) - int(taken.read_text()))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return left


def _below_ulimit() -> int | None:
    """What ``ulimit -v`` leaves; None without one."""
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        return None if most == resource.RLIM_INFINITY else most - _in_kilobytes(STATUS_OF_LINUX, "VmSize")
    except (ImportError, OSError, ValueError):
        return None


def _in_kilobytes(path: Path, name: str) -> int:
    """Return a value of a file of lines such as ``MemAvailable:  23949728 kB``, in bytes;
    raises ``ValueError`` where it is not there.
    """
    line = re.search(rf"^{name}:\s*(\d+) kB$", path.read_text(), re.MULTILINE)
    if line is None:
        raise ValueError(name)
    return int(line[1]) * 1024
