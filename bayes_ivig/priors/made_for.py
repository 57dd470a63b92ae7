"""For which effect measure a prior was made: what a library, or a statement of a user's, is about."""

import re

from bayes_ivig.measures import OR
from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior, Truncated
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio

# priors around a difference that the user states, on whatever scale it is
OF_THE_USER = ("optimistic", "pessimistic", "sceptical", "enthusiastic", "elicited")
QUOTED = re.compile(r'"([^"]*)"\)$')


def made_for(prior: Prior) -> str:
    """Return the code of the measure that a prior was made for; blank where it may be any."""
    match prior:
        case LibraryPrior(text=text, prior=inner):
            name = text.partition("(")[0]
            if name in OF_THE_USER:
                return made_for(inner)
            measure = QUOTED.search(text) if name == "cochrane" else None
            return measure[1].removeprefix("log ") if measure else OR.code
        case OnTau2(prior=inner) | Truncated(prior=inner):
            return made_for(inner)
        case Mixture(parts=parts):
            return next(filter(None, map(made_for, parts)), "")
        case RiskRatio():
            return OR.code
        case _:
            return ""
