"""A program that writes what the package writes, and lets the n-th call of the system fail or be its last.

``python faulty_writes.py WORK EVERY`` tries each scenario with each kind of fault at every ``EVERY``-th call,
and prints what it found as JSON: how many faults there were, and what was lost. The calls are those of ``os``
that make, write, move and remove, counted where Python makes them.
"""

import errno
import json
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

CALLS = ("open", "write", "fsync", "mkdir", "link", "rename", "replace", "unlink", "rmdir", "chmod")
GROWING = {"open", "write", "fsync", "mkdir", "link", "rename", "replace"}  # what a full disk may refuse
ROOM = {"rename", "replace"}  # and need not, where the name is there already
MINE = "notes.txt"
CARELESS = "in place"  # what must be found out
KINDS = ("once", "full from here on", "interrupted", "killed")


class Scenario(NamedTuple):
    """What stands in a folder before, and what is then written there."""

    before: Callable[[Path], None]
    write: Callable[[Path], None]


class Faults:
    """Counts the calls, and lets the one numbered ``at`` fail, or be the last of the process."""

    def __init__(self, kind: str = "", at: int = 0) -> None:
        self.kind, self.at, self.count = kind, at, 0

    def meet(self, name: str) -> None:
        self.count += 1
        if self.kind == "killed" and self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind == "interrupted" and self.count == self.at:
            raise KeyboardInterrupt
        fails = self.count == self.at if self.kind == "once" else name not in ROOM and self.count >= self.at
        if self.kind in KINDS[:2] and fails and name in GROWING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextmanager
    def injected(self) -> Iterator[None]:
        real = {name: getattr(os, name) for name in CALLS}

        def faulty(name: str) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                reads = name == "open" and not arguments[1] & (os.O_WRONLY | os.O_CREAT)
                if not reads:
                    self.meet(name)
                return real[name](*arguments, **options)

            return call

        for name in CALLS:
            setattr(os, name, faulty(name))
        try:
            yield
        finally:
            for name, call in real.items():
                setattr(os, name, call)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def tried(scenario: Scenario, work: Path, kind: str, at: int) -> str:
    """Return what was lost when the call numbered ``at`` met a fault; an empty text where nothing was."""
    place = work / "place"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(work / "before", place)
    wrong = killed(scenario, place, at) if kind == "killed" else broken(scenario, place, Faults(kind, at))
    for folder in (place, *(path for path in place.rglob("*") if path.is_dir() and not is_ours(path.name))):
        sweep(folder)  # what the next run does first
    if wrong:
        return wrong
    if left := [str(path) for path in place.rglob("*") if is_ours(path.name)]:
        return f"left {left}"
    now = contents(place)
    whole = now in (contents(work / "before"), contents(work / "after"))
    return "" if whole else f"neither old nor new: {sorted(now)}"


def killed(scenario: Scenario, place: Path, at: int) -> str:
    """Write in a process of its own, which ends at that call; return what is wrong with that."""
    child = os.fork()
    if child == 0:
        with Faults("killed", at).injected():
            scenario.write(place)
        os.kill(os.getpid(), signal.SIGTERM)  # all was written
    _, status = os.waitpid(child, 0)
    return "" if os.waitstatus_to_exitcode(status) == -signal.SIGKILL else f"was not killed ({status})"


def broken(scenario: Scenario, place: Path, faults: Faults) -> str:
    """Write with faults; return what is wrong with the error that comes of it."""
    with faults.injected():
        try:
            scenario.write(place)
        except (OSError, BayesIvigError, KeyboardInterrupt):
            return ""
        except BaseException as error:
            return f"raised {error!r}"
    return ""


def measured(name: str, scenario: Scenario, work: Path, every: int) -> dict[str, Any]:
    """Return how many faults were met in a scenario, and what was lost."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "before").mkdir(parents=True)
    (work / "before" / MINE).write_text("mine")
    scenario.before(work / "before")
    shutil.copytree(work / "before", work / "after")
    counted = Faults()
    with counted.injected():
        scenario.write(work / "after")
    lost = {
        f"{name}, {kind}, call {at}": what
        for kind in KINDS
        for at in range(1, counted.count + 1, every)
        if (what := tried(scenario, work, kind, at))
    }
    injected = len(KINDS) * len(range(1, counted.count + 1, every))
    changed = contents(work / "before") != contents(work / "after")
    return {"calls": counted.count, "injected": injected, "lost": lost, "changed": changed}


def reports() -> Scenario:
    """A report in the place of another one, of which some files are not made again."""
    from dataclasses import replace

    from report_cases import THREE, own

    from bayes_ivig.reporting.report import write

    whole = own(THREE[:1])
    keys = [section.key for section in write.page_of(whole).sections]

    def of(*kept: str) -> Any:
        left_out = tuple(key for key in keys if key not in kept)
        return replace(whole, options=replace(whole.options, title=f"with {kept}", leave_out=left_out))

    made = ("page_of", "brief_page", "html_of", "markdown_of", "results_json", "docx_of", "xlsx_of")
    for name in made:  # the same every time; and a child must draw nothing, whose threads are not forked
        setattr(write, name, once(getattr(write, name)))
    old, new = of("answer", "findings"), of("answer")
    return Scenario(
        lambda folder: void(write.write_report(old, folder, force=True)),
        lambda folder: void(write.write_report(new, folder)),
    )


def saved_files() -> dict[str, Scenario]:
    """Posteriors, tables, and what is kept: one file, or one folder, in the place of another."""
    import pandas as pd

    import bayes_ivig as bi
    from bayes_ivig.cli.files import write_csv
    from bayes_ivig.files import writing
    from bayes_ivig.files.cache import write_kept

    table = bi.Dataset((bi.Study("A", 3, 10, 1, 10), bi.Study("B", 5, 20, 4, 22)), "two")
    one, other = (
        bi.fit(table, bi.Model(effects="common", mu=prior)) for prior in ("normal(0, 1)", "normal(0, 2)")
    )
    frames = [pd.DataFrame({"x": [float(i)] * 50}) for i in (1, 2)]
    return {
        "fit --save": Scenario(
            lambda folder: void(one.save(folder / "p.nc")), lambda folder: void(other.save(folder / "p.nc"))
        ),
        "--csv": Scenario(
            lambda folder: write_csv(frames[0], folder / "t.csv"),
            lambda folder: write_csv(frames[1], folder / "t.csv"),
        ),
        "a store": Scenario(
            lambda folder: writing.write_folder(folder / "p.zarr", {"a/b": b"old", "c": b"old"}),
            lambda folder: writing.write_folder(folder / "p.zarr", {"a/b": b"new", "d": b"new"}),
        ),
        "cache": Scenario(
            lambda folder: write_kept(folder / "c" / "k.json", folder / "c", b"old"),
            lambda folder: write_kept(folder / "c" / "k.json", folder / "c", b"new"),
        ),
        "a new cache": Scenario(
            lambda folder: None,
            lambda folder: write_kept(folder / "c" / "s" / "k.json", folder / "c", b"new"),
        ),
        CARELESS: Scenario(
            lambda folder: careless(folder / "t.csv", b"old"),
            lambda folder: careless(folder / "t.csv", b"new"),
        ),
    }


def careless(path: Path, content: bytes) -> None:
    """Write a file where it is to be, as it should not be done."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for i in range(len(content)):
        os.write(descriptor, content[i : i + 1])
    os.close(descriptor)


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that remembers its answers by what it was asked about, which need not be hashable."""
    made: dict[tuple[int, ...], Any] = {}

    def remembered(*asked: Any) -> Any:
        key = tuple(map(id, asked))
        if key not in made:
            made[key] = (asked, function(*asked))
        return made[key][1]

    return remembered


def void(_: object) -> None:
    return None


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(Path(__file__).parent / "reporting"))
    from bayes_ivig.errors import BayesIvigError
    from bayes_ivig.files.replacing import sweep
    from bayes_ivig.files.staging import is_ours

    all_of_them = {"report": reports(), **saved_files()}
    found = {
        name: measured(name, scenario, Path(sys.argv[1]) / "work", int(sys.argv[2]))
        for name, scenario in all_of_them.items()
    }
    print(json.dumps(found))
