"""A prior between the limits of its parameter."""

from bayes_ivig.priors.composite import Prior, Truncated
from bayes_ivig.priors.families import Uniform
from bayes_ivig.priors.scale_free import Flat


def between(prior: Prior, limits: tuple[float, float]) -> Prior:
    """Return a prior cut off at two limits, itself where all of it lies between them;
    a flat one is uniform there.
    """
    low, high = limits
    if isinstance(prior, Flat):
        return Uniform(low, high)
    if low <= prior.support[0] and prior.support[1] <= high:
        return prior
    return Truncated(prior, low, high)
