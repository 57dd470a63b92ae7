"""Work in processes of their own, one thread each: in order, part after part, none left behind.

Processes are spawned, and do not read the script of the first one again: it needs no ``if __name__``.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from types import ModuleType

from bayes_ivig.errors import BayesIvigError
from bayes_ivig.one_thread import ONE, VARIABLES

AHEAD = 3  # parts for each process that are waiting or done and not yet fetched


def in_order[Part, Result](
    work: Callable[[Part], Result], parts: Iterable[Part], workers: int
) -> Iterator[Result]:
    """Yield what ``work`` makes of every part, in the order of the parts, which are fetched as they are
    needed; raises ``BayesIvigError`` where a process is killed.
    """
    with processes(workers) as pool:
        finished: SimpleQueue[Future[Result]] = SimpleQueue()  # an interrupt leaves no lock of it behind
        waiting: deque[Future[Result]] = deque()
        for part in parts:
            with beginning():
                future = pool.submit(work, part)
            future.add_done_callback(finished.put)
            waiting.append(future)
            if len(waiting) > AHEAD * workers:
                yield _first(waiting, finished)
        while waiting:
            yield _first(waiting, finished)


def _first[Result](waiting: deque[Future[Result]], finished: SimpleQueue[Future[Result]]) -> Result:
    while not waiting[0].done():
        finished.get()
    try:
        return waiting.popleft().result()
    except BrokenProcessPool:
        raise BayesIvigError("a process was killed, perhaps for want of memory; give fewer workers") from None


@contextlib.contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start processes with one thread each, and leave none behind, whatever happens."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    others = set(multiprocessing.active_children())
    os.environ.update(dict.fromkeys(VARIABLES, ONE))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:  # an interrupt, too: what runs is given up
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def beginning() -> Iterator[None]:
    """Hold an interrupt back until the end of the block, as processes that are started in it do until they
    are ready, since one that is only beginning would answer with a traceback; and let them begin without the
    script of this one.
    """
    script = sys.modules["__main__"]
    masked = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masked else set()
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
        if masked:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Make a worker leave without a word on an interrupt, and when its parent is gone."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        sys.stderr.close()
        os._exit(1)
