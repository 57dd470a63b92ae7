"""Ask: the ``bayes-ivig`` command. Each command parses, calls one function, and prints or writes."""

import os
import sys


def main() -> None:
    """Run the command line: exit status 0 done, 1 ran but a check failed, 2 wrong input or usage."""
    from bayes_ivig.cli.app import app
    from bayes_ivig.errors import BayesIvigError

    try:
        app()
    except BayesIvigError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output, head for instance, has gone away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def fail(message: str) -> None:
    """Print what is wrong on standard error and leave with status 2."""
    first, *rest = message.splitlines() or [""]
    print(f"error: {first}", *(f"       {line}" for line in rest), sep="\n", file=sys.stderr)
    sys.exit(2)
