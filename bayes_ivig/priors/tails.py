"""How fast a prior's density falls: what says which moments of a ratio exist."""

import math

from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.priors.skewed import Exponential


def gaussian_rate(prior: Prior) -> float:
    """Return the c with which a density falls like exp(-c x^2) towards its upper end: infinite where it ends
    there or falls faster, 0 where it falls more slowly, or nobody worked it out.

    exp(b x^2) has a mean under the prior for every b below c, and exp(x) one wherever c is above 0.
    """
    rate = 0.0
    match prior:
        case Mixture(parts=parts):
            rate = min(map(gaussian_rate, parts))
        case _ if math.isfinite(prior.support[1]):
            rate = math.inf
        case Normal(sd=spread) | HalfNormal(scale=spread):
            rate = 1 / (2 * spread**2)
        case LibraryPrior(prior=inner):
            rate = gaussian_rate(inner)
        case OnTau2(prior=Exponential(rate=own)):
            rate = own
        case OnTau2(prior=HalfNormal()):
            rate = math.inf
    return rate
