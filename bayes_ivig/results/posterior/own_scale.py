"""The effect on the measure's own scale: the odds ratio itself where the model has its logarithm."""

import math

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import Measure
from bayes_ivig.priors.tails import gaussian_rate
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Array, Marginal

# E exp(n theta_new) = E exp(n mu + n^2 tau^2 / 2): the rates at which the prior of tau has to fall for the
# mean (n = 1) and the SD (n = 2) to exist
RATES = (0.5, 2.0)


class OnOwnScale:
    """Gives a posterior its effects on the scale that results are read on: a ratio where the measure is one,
    else the difference that it is.
    """

    @property
    def effect(self: Fitted) -> Marginal:
        """The pooled effect on the measure's own scale: an odds ratio (risk ratio, ...), or a difference.

        The posterior of exp(mu) where the measure is a ratio, of mu itself otherwise; every argument and
        answer is on that scale. ``mean`` and ``sd`` are None where the prior's tails let them not exist.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
        >>> round(post.effect.median, 2), round(post.effect.prob_below(0.8), 2)
        (1.8, 0.05)
        """
        return ratio_or_difference(self["mu"], self.measure, moments_of_mean(self.model))

    @property
    def odds_ratio(self: Fitted) -> Marginal:
        """The pooled odds ratio: exp(mu), as ``effect``, for odds ratios only.

        ``.median``, ``.interval(0.9)``, ``.prob_below(0.8)``, ``.prob_between(0.8, 1.25)`` and
        ``.density(x)`` take and give odds ratios. Raises ``ModelError`` where the measure is another; ask
        ``effect`` there.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
        >>> [round(limit, 2) for limit in post.odds_ratio.interval(0.9)]
        [0.81, 4.38]
        """
        if self.measure.code != "OR":
            raise ModelError(
                f"odds_ratio: the measure of this posterior is {self.measure.one}; ask posterior.effect, "
                "which is on the measure's own scale"
            )
        return ratio_or_difference(self["mu"], self.measure, moments_of_mean(self.model))

    @property
    def prediction(self: Fitted) -> Marginal:
        """The effect in a new study, on the measure's own scale: exp(theta_new) where that is a ratio.

        ``mean`` and ``sd`` are None where the tails of the priors of mu and tau let them not exist, which is
        the rule: with a normal mu and a half-normal tau of scale 0.5 there is a mean, and no SD for certain.

        >>> import bayes_ivig as bi
        >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
        >>> [round(limit, 2) for limit in post.prediction.interval(0.95)]
        [0.14, 26.07]
        """
        return ratio_or_difference(self["theta_new"], self.measure, moments_of_new(self.model))


def ratio_or_difference(marginal: Marginal, measure: Measure, moments: int) -> Marginal:
    """Return an effect on the measure's own scale; ``moments`` is the highest of a ratio that exists."""
    return MappedMarginal(marginal, _exp, _log, moments=moments, slope=_exp) if measure.log else marginal


def moments_of_mean(model: AnyModel) -> int:
    """Return the highest moment of exp(mu) that exists whatever the data, whose likelihood is bounded: both
    where the prior of mu falls as a normal one, else none for certain.
    """
    return 2 if gaussian_rate(model.mu) > 0 else 0


def moments_of_new(model: AnyModel) -> int:
    """Return the highest moment of exp(theta_new) that exists whatever the data; 0 where nobody worked it
    out.
    """
    if not isinstance(model, Model) or not moments_of_mean(model):
        return 0
    if not model.heterogeneous:
        return 2
    rate = gaussian_rate(model.tau) if math.isinf(model.degrees_of_freedom) else 0.0
    return sum(rate > needed for needed in RATES)


def _exp(x: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(x))


def _log(ratio: Array) -> Array:
    """Return the logarithm; what lies below 0 is no ratio, and lies below all of them."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(ratio, 0.0)))
