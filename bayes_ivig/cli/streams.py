"""Standard streams that cannot surprise: none is missing, none fails where nobody asks.

A reader that has gone away (``head``) is no error: what is left is written nowhere and the work goes on.
A full disk or a closed standard output is one line and status 2. What cannot be written to standard error
is lost.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from bayes_ivig.errors import BayesIvigError

WIDTHS = ("COLUMNS", "TERMINAL_WIDTH")  # as Rich and Typer read them
NARROWEST, WIDEST = 20, 500  # columns: pages of help are laid out in them, blanks included


class OutputError(BayesIvigError):
    """Standard output is closed, full, or cannot be written to."""


class Stream(io.TextIOWrapper):
    """A standard stream whose readers may leave, with characters it cannot write escaped."""

    def __init__(self, stream: io.TextIOWrapper, required: bool) -> None:
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors="backslashreplace",
            newline="" if os.linesep == "\n" else None,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        self._required = required
        self._failure: str | None = None

    def write(self, text: str) -> int:
        """Write; raises ``OutputError`` where standard output cannot be written."""
        with self._checked():
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Write what waits; raises ``OutputError`` where standard output cannot be written."""
        with self._checked():
            super().flush()

    def forget(self) -> None:
        """Write what waits if that can be done; say no more of what could not be written."""
        with suppress(OutputError):
            self.flush()
        self._required, self._failure = False, None

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Send nowhere what can no longer be written, so that leaving Python does not fail on it again."""
        try:
            yield
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if self._required and not isinstance(error, BrokenPipeError):
                self._failure = error.strerror or str(error)
        if self._failure:  # every time: who only tries what a stream can do (Click) catches all errors
            raise OutputError(f"standard output cannot be written: {self._failure}")


@contextmanager
def kept() -> Iterator[bool]:
    """Keep standard streams whole inside the block; yields whether standard output is closed.

    Those that a caller in Python has put in their place are left as they are.
    """
    is_closed = sys.stdout is None
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:  # the next file opened would take its number, and its output
            setattr(sys, name, _nowhere(number))
    own = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper and stream is getattr(sys, f"__{name}__"):
            own.append(Stream(stream, required=name == "stdout"))
            setattr(sys, name, own[-1])  # for good: whoever logs holds on to it
    _bound_widths()
    try:
        yield is_closed
    finally:
        for stream in own:
            stream.forget()


def _nowhere(number: int) -> TextIO:
    """Return a stream to and from nowhere; the system gives it the lowest number that is free."""
    opened = os.open(os.devnull, os.O_RDWR)
    return os.fdopen(opened, "r" if number == 0 else "w", encoding="utf-8", closefd=False)


def _bound_widths() -> None:
    """Take a width that no terminal has for the nearest that one may have; forget what is no width at all."""
    for name in WIDTHS:
        text = os.environ.get(name, "")
        if not (text.isascii() and text.isdigit() and text.strip("0")):
            os.environ.pop(name, None)
        elif not NARROWEST <= (width := int(text[:9])) <= WIDEST:
            os.environ[name] = str(NARROWEST if width < NARROWEST else WIDEST)
