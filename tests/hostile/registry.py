"""The readers under fire: every module of the folder ``readers`` says in ``READERS`` what it adds."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from hypothesis.strategies import SearchStrategy
from rule import Case

FOLDER = Path(__file__).parent / "readers"


def nothing(_: object) -> None:
    """Ask nothing of what was read."""


def no_files(_: Case) -> Sequence[str]:
    """Name no file: readers write none."""
    return ()


@dataclass(frozen=True)
class Reader:
    """One thing that reads what others wrote.

    ``cases`` makes inputs; ``read`` is called with the folder that holds their files, and the case, and
    returns what it read or raises an error that a user can cause; ``holds`` asserts what is true of anything
    that was read. ``accepts`` is the least and the largest share of inputs that must be taken: one whose
    inputs are all refused at their first line tests nothing. ``share`` is how many inputs it gets, of the
    usual number: less where one takes long. ``writes`` names the files and folders that a case asks for:
    nothing else may change, and nothing at all where the case is refused.
    """

    name: str
    cases: SearchStrategy[Case]
    read: Callable[[Path, Case], object]
    holds: Callable[[object], None] = nothing
    accepts: tuple[float, float] = (0.15, 0.75)
    share: float = 1.0
    writes: Callable[[Case], Sequence[str]] = no_files


@cache
def readers() -> dict[str, Reader]:
    """Return every reader by its name."""
    sys.path.append(str(FOLDER.parents[1]))  # for what makes files there
    modules = [import_module(f"readers.{path.stem}") for path in sorted(FOLDER.glob("*.py"))]
    found = [reader for module in modules for reader in module.READERS]
    assert len({reader.name for reader in found}) == len(found)
    return {reader.name: reader for reader in found}
