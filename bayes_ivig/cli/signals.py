"""Ctrl-C and being told to end: the work unwinds, what is half-made goes, and nobody sees a traceback.

The process then dies of the signal, so that a shell shows 130 (Ctrl-C), 143 (SIGTERM) or 129 (its terminal
is gone), and a loop around the command ends with it. Until the command's own modules are loaded there is
nothing to undo, and the system ends the process by itself. This module imports nothing that takes time.
"""

import os
import signal
import sys

TYPE_CHECKING = False  # of `typing`, which would be loaded for it
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    type Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
SAME = 0.5  # seconds in which a second one is the first again: `timeout` and some shells send it twice
PATIENCE = 20  # seconds of unwinding after which the process is ended: a lock may be held for ever
AGAIN = 0.05  # seconds after which an interrupt that came where Python cannot raise it comes again


class Signals:
    """The signals that ask the command to end, from ``with`` to the end of its block.

    At first the system ends the process. After ``unwind`` the first signal raises ``KeyboardInterrupt``,
    and a second one ends the process at once. What was ignored when the process began stays ignored
    (``nohup``, a job in the background), and nothing changes in a thread.
    """

    def __init__(self) -> None:
        self.first: int | None = None
        self._before: dict[int, Handler] = {}
        self._since = 0.0
        self._lost = False

    @property
    def status(self) -> int:
        """Return the exit status of the signal that came, as a shell shows it; 0 where none came."""
        return 0 if self.first is None else 128 + self.first

    def __enter__(self) -> "Signals":
        before = {number: signal.getsignal(number) for number in SIGNALS}
        handled = {n: handler for n, handler in before.items() if handler not in (signal.SIG_IGN, None)}
        try:
            for number, handler in handled.items():
                signal.signal(number, signal.SIG_DFL)
                self._before[number] = handler
        except ValueError:  # in a thread
            pass
        return self

    def unwind(self) -> None:
        """Let signals raise ``KeyboardInterrupt`` from here on."""
        import atexit

        # what is registered first runs last, when all else has been tidied up
        atexit.register(self._last, os.getpid())
        sys.unraisablehook = self._unraisable
        for number in self._before:
            signal.signal(number, self._received)

    def __exit__(self, *_: object) -> bool:
        """Return whether an error is only what became of the interrupt, such as an import cut short."""
        import atexit

        sys.unraisablehook = sys.__unraisablehook__
        for number, handler in self._before.items():
            signal.signal(number, handler if self.first is None else signal.SIG_DFL)
        if self.first is None:
            atexit.unregister(self._last)
        return self.first is not None

    def _last(self, process: int) -> None:
        if self.first is not None and process == os.getpid():  # not in a process forked from it
            _die_of(self.first)

    def _received(self, number: int, _: "FrameType | None") -> None:
        from time import monotonic

        if self.first is None or self._lost:
            if self.first is None:
                _later(PATIENCE, _die_of, number)
            self.first, self._since, self._lost = self.first or number, monotonic(), False
            raise KeyboardInterrupt
        if monotonic() - self._since > SAME:
            _die_of(self.first)

    def _unraisable(self, lost: "sys.UnraisableHookArgs") -> None:
        """Bring back an interrupt that came in a destructor or a callback, where Python only prints it."""
        if self.first is None or not issubclass(lost.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        self._lost = True
        _later(AGAIN, _interrupt, self.first)


def _later(seconds: float, act: "Callable[[int], None]", number: int) -> None:
    from threading import Timer

    timer = Timer(seconds, act, (number,))
    timer.daemon = True
    timer.start()


def _interrupt(number: int) -> None:
    """Send the main thread a signal that wakes it, too, where the system can do that."""
    from threading import main_thread

    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _die_of(number: int) -> None:
    """End this process by the signal itself, which goes to every thread of it, whatever they wait for."""
    try:
        signal.signal(number, signal.SIG_DFL)
    except ValueError:  # in a thread, where handlers cannot be changed
        os._exit(128 + number)
    os.kill(os.getpid(), number)
