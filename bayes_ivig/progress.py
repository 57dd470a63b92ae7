"""How far long work has come: who does it says so here, and who waits for it may listen.

Nobody listens unless a command does; no number depends on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

type Listener = Callable[[str, int, int], None]  # what is done, how many parts of it are, of how many

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Tell ``listener`` of all progress while the block runs."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(work: str, done: int, total: int) -> None:
    """Say that ``done`` of ``total`` parts of some work are done."""
    if (listener := _LISTENER.get()) is not None:
        listener(work, done, total)
