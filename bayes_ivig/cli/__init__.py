"""Ask: the ``bayes-ivig`` command. Each command parses, calls one function, and prints or writes."""

import sys

from bayes_ivig.cli.signals import Signals

INTERRUPTED = 130


def main() -> None:
    """Run the command line: exit status 0 done, 1 ran but a check failed, 2 wrong input or usage.

    Beyond these, 70 is a fault of this program, and a signal ends the process as a shell expects (130 for
    Ctrl-C). What asks the command to end is heeded from here on, before anything heavy is loaded.
    """
    status: int | str | None = None
    with Signals() as signals:
        try:
            from bayes_ivig.cli.run import guarded

            signals.unwind()
            status = guarded(signals)
        except KeyboardInterrupt:
            status = INTERRUPTED
    sys.exit(signals.status or status or 0)
