"""The rule for every input: it is taken, or refused in one clear message, and nothing else happens.

A reader gets a folder of its own with the files of a case. It may return (what it read is then looked at),
or raise an error that a user can cause. Anything else is a fault: another exception, a message that prints
control characters or runs over pages, a warning of a library, a file that is changed, left or missing, more
memory or more time than is allowed.
"""

import re
import resource
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import FrameType

from bayes_ivig.errors import BayesIvigError

MEMORY = 1_500_000_000  # bytes beyond what the process has when a case begins
SECONDS = 8.0  # of the processor, for one case
WAITING = 90.0  # by the clock, for a case that waits for something; a machine may be busy with other things
LINES, WIDEST, LONGEST = 42, 2_100, 20_000  # of a message: lines, characters of one, characters of all
# characters that a terminal obeys, and those that turn text round
UNSEEN = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")


@dataclass(frozen=True)
class Case:
    """One input: files by name, to be laid in a folder of their own, and arguments."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


class Fault(AssertionError):  # noqa: N818 - of the program, not an error of the harness
    """What broke the rule; ``kind`` tells one fault from another, whatever input showed it."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


class TooSlow(BaseException):
    """Raised inside a case that used its time; no handler of ordinary errors catches it."""


type Read = Callable[[Path, Case], object]
type Holds = Callable[[object], None]


def judge(case: Case, read: Read, holds: Holds, folder: Path, written: Sequence[str] = ()) -> str:
    """Return ``"accepted"`` or ``"refused"``; raises ``Fault`` for anything that is neither.

    ``written`` are the files and folders that the case asks for: only these may change,
    and only where it is
    accepted.
    """
    lay(case, folder)
    before = contents(folder)
    verdict = "accepted"
    with bounded(), own_warnings():
        try:
            holds(read(folder, case))
        except BayesIvigError as error:
            verdict = "refused"
            problem = message_problem(str(error))
            if problem:
                where = origin(error) or re.sub(r"['\"].*|[^ -~]|\d+", "_", first_line(error))[:60]
                raise Fault(f"message {problem} ({where})", f"{shown(error, folder)!r}") from None
        except TooSlow:
            raise Fault(f"time: {place_of_the_last_call()}", f"no answer in {SECONDS:g} seconds") from None
        except Fault:
            raise
        except AssertionError as error:
            raise Fault(f"property: {first_line(error)}", f"what was read does not hold: {error}") from error
        except Exception as error:
            where = origin(error) or "the harness"
            raise Fault(
                f"{type(error).__name__} in {where}", f"{type(error).__name__}: {first_line(error)}"
            ) from error
    changed = sorted({name for name, _ in contents(folder).items() ^ before.items()})
    asked = () if verdict == "refused" else written
    strange = [
        name for name in changed if not any(name == each or name.startswith(f"{each}/") for each in asked)
    ]
    if strange:
        raise Fault(f"files ({verdict})", f"files changed that must not: {', '.join(strange)}")
    return verdict


def message_problem(message: str) -> str:
    """Return what is wrong with a message to the user, or an empty text."""
    lines = message.splitlines()
    if not message.strip():
        return "is empty"
    if UNSEEN.search(message):
        return "holds control characters"
    if len(lines) > LINES or len(message) > LONGEST or max(map(len, lines)) > WIDEST:
        return "is too long"
    if "Traceback (most recent call last)" in message:
        return "shows a traceback"
    return ""


def lay(case: Case, folder: Path) -> None:
    """Write the files of a case into an empty folder."""
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def contents(folder: Path) -> dict[str, str]:
    """Return everything below a folder with a checksum, folders and hidden files too."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


@contextmanager
def bounded() -> Iterator[None]:
    """Bound the memory and the processor's time of what runs inside;
    raises ``MemoryError`` or ``TooSlow`` in it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    former = {sign: signal.signal(sign, _too_slow) for sign in (signal.SIGPROF, signal.SIGALRM)}
    resource.setrlimit(resource.RLIMIT_DATA, (_taken() + MEMORY, hard))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WAITING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        for sign, handler in former.items():
            signal.signal(sign, handler)


@contextmanager
def own_warnings() -> Iterator[None]:
    """Let the notes of the package pass, and take a warning of any library for the error it would be."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for note in UserWarning.__subclasses__():
            if note.__module__.startswith("bayes_ivig."):
                warnings.simplefilter("ignore", note)
        yield


def origin(error: BaseException) -> str:
    """Return the last place of the package that an error came through
    (``inputs/counts/table.py whole_number``), empty where it came through none.
    """
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "/bayes_ivig/" in frame.filename
    ]
    frames = [frame for frame in frames if frame.name not in ("report", "report_all", "error")] or frames
    if not frames:
        return ""
    return f"{frames[-1].filename.rpartition('/bayes_ivig/')[2]} {frames[-1].name}"


def shown(error: BaseException, folder: Path) -> str:
    """Return what an error says, without the folder that a case happened to lie in."""
    return str(error).replace(f"{folder}/", "")[:2000]


def first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "")[:300]


_LAST = [""]


def place_of_the_last_call() -> str:
    return _LAST[0]


def _too_slow(_: int, frame: FrameType | None) -> None:
    while frame is not None and "/bayes_ivig/" not in frame.f_code.co_filename:
        frame = frame.f_back
    _LAST[0] = (
        f"{frame.f_code.co_filename.rpartition('/bayes_ivig/')[2]} {frame.f_code.co_name}"
        if frame
        else "elsewhere"
    )
    raise TooSlow


def _taken() -> int:
    """Return the memory that a process can write to, in bytes: what is only reserved does not count."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize()
