"""Ask: the ``bayes-ivig`` command. Each command parses, calls one function, and prints or writes."""

import sys


def main() -> None:
    """Run the command line: exit status 0 done, 1 ran but a check failed, 2 wrong input or usage."""
    from bayes_ivig.cli.app import app
    from bayes_ivig.cli.output import fail
    from bayes_ivig.errors import BayesIvigError

    try:
        app()
    except BayesIvigError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
