"""The likelihoods there are. A likelihood ``name`` lives in the file ``name.py`` beside this one,
as its ``LIKELIHOOD``.

Files are read when first asked for: the command line lists the names without any of them.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.measures import MEASURES, OR

if TYPE_CHECKING:
    from bayes_ivig.likelihoods.contract import Likelihood

# in the order in which they are listed; the first is the default
NAMES = ("binomial", "hypergeometric", "normal")
# the default; the one that is given all events of a trial; the one of its estimate
DEFAULT, GIVEN_EVENTS, OF_ESTIMATES = NAMES
OF_RATES = ("poisson", "conditional_poisson")  # of events in person-time, the first the default there
# where a likelihood on other scales than the odds ratio's lives, as ``ON``, by measure: where it is not named
# here, in the file of the likelihood itself
ON = {"binomial": "two_risks"}
# the likelihood of a measure that events and totals do not give, where none is stated
DEFAULTS = {measure.code: DEFAULT if measure.from_counts else "normal" for measure in MEASURES}
DEFAULTS["IRR"] = OF_RATES[0]
ODDS_ONLY = {
    "hypergeometric": "which is a distribution of the odds ratio alone: given all events of a trial no other "
    "measure tells how many are to be expected in the treatment arm",
}


@cache
def likelihood(name: str, measure: str = OR.code) -> "Likelihood":
    """Return a likelihood by name, on the scale of a measure;
    raises ``ModelError`` for one that is not there.
    """
    if name not in (*NAMES, *OF_RATES):
        raise ModelError(
            f"likelihood: found {name!r}{suggestion(str(name), NAMES)}; allowed are {', '.join(NAMES)}"
        )
    if measure == OR.code and name not in OF_RATES:
        found: Likelihood = import_module(f"{__package__}.{name}").LIKELIHOOD
        return found
    if name in ODDS_ONLY:
        raise ModelError(
            f"measure {measure}: not for the {name} likelihood, {ODDS_ONLY[name]}; "
            f"use likelihood {DEFAULT}, or measure {OR.code}"
        )
    on: dict[str, Likelihood] = import_module(f"{__package__}.{ON.get(name, name)}").ON
    if measure not in on:
        given = list(on) if name in OF_RATES else [OR.code, *(code for code in on if code != OR.code)]
        what = "events in person-time" if name in OF_RATES else "events and totals"
        raise ModelError(
            f"measure {measure}: not for the {name} likelihood of {what}, which give {', '.join(given)}"
        )
    return on[measure]


def every() -> "tuple[Likelihood, ...]":
    """Return all likelihoods, in the order of ``NAMES``."""
    return tuple(map(likelihood, NAMES))


def listed() -> str:
    """Return the names as they are read out: a, b or c."""
    return f"{', '.join(NAMES[:-1])} or {NAMES[-1]}"
