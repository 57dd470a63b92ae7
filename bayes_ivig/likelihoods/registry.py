"""The likelihoods there are. A likelihood ``name`` lives in the file ``name.py`` beside this one,
as its ``LIKELIHOOD``.

Files are read when first asked for: the command line lists the names without any of them.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from bayes_ivig.errors import ModelError, suggestion

if TYPE_CHECKING:
    from bayes_ivig.likelihoods.contract import Likelihood

# in the order in which they are listed; the first is the default
NAMES = ("binomial", "hypergeometric", "normal")
DEFAULT = NAMES[0]


@cache
def likelihood(name: str) -> "Likelihood":
    """Return a likelihood by name; raises ``ModelError`` for one that is not there."""
    if name not in NAMES:
        raise ModelError(
            f"likelihood: found {name!r}{suggestion(str(name), NAMES)}; allowed are {', '.join(NAMES)}"
        )
    found: Likelihood = import_module(f"{__package__}.{name}").LIKELIHOOD
    return found


def every() -> "tuple[Likelihood, ...]":
    """Return all likelihoods, in the order of ``NAMES``."""
    return tuple(map(likelihood, NAMES))


def listed() -> str:
    """Return the names as they are read out: a, b or c."""
    return f"{', '.join(NAMES[:-1])} or {NAMES[-1]}"
