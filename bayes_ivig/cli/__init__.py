"""Ask: the ``bayes-ivig`` command. Each command parses, calls one function, and prints or writes."""

import os
import sys
import warnings

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # of matrix products


def main() -> None:
    """Run the command line: exit status 0 done, 1 ran but a check failed, 2 wrong input or usage."""
    # products are small here: threads wait for each other, and change the last bits with their number
    for name in THREADS:
        os.environ.setdefault(name, "1")
    from bayes_ivig.cli.app import app
    from bayes_ivig.cli.output import fail
    from bayes_ivig.errors import BayesIvigError

    try:
        with warnings.catch_warnings():
            warnings.showwarning = _say  # type: ignore[assignment]  # whoever writes to a file gives its own
            app()
    except BayesIvigError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _say(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """Print what was meant for the user as a line of its own, anything else as Python does."""
    from bayes_ivig.cli.output import warn

    warn(
        f"note: {message}"
        if category.__module__.startswith("bayes_ivig.")
        else warnings.formatwarning(message, category, filename, lineno)
    )
