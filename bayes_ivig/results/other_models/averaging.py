"""Posteriors averaged over models with and without an effect, heterogeneity and small-study bias."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.biases import NONE
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.marginals.marginal import Marginal, numbers
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ModelWeight:
    """One model: whether it has an effect (mu free) and heterogeneity (tau free), prior and posterior
    probability, and the name of its small-study bias, ``"none"`` where it has none.
    """

    effect: bool
    heterogeneity: bool
    prior_probability: float
    log_marginal_likelihood: float
    posterior_probability: float
    bias: str = NONE

    def has(self, component: str) -> bool:
        """Whether the model has an ``"effect"``, ``"heterogeneity"`` or ``"bias"``."""
        return self.bias != NONE if component == "bias" else bool(getattr(self, component))


@dataclass(frozen=True)
class PublicationStep:
    """An interval of the one-sided p-value, above ``p_above`` and up to ``p_up_to``, and how readily its
    trials were published relative to the most significant ones: the posterior mean of the weight over all
    models, those without a rule of publication having 1 everywhere, and over those with one.
    """

    p_above: float
    p_up_to: float
    averaged: float
    conditional: float


type Component = Literal["effect", "heterogeneity", "bias"]
COMPONENTS: tuple[Component, ...] = ("effect", "heterogeneity", "bias")


@checked_methods
@dataclass(frozen=True, eq=False)
class ModelAverage(Shown):
    """Model probabilities, and marginals of mu, tau and theta_new averaged over the models that have them.

    ``averaged`` includes the points mu = 0 and tau = 0 of the models without; ``conditional`` holds mu given
    an effect and tau given heterogeneity. All on the log odds ratio scale, or that of the measure. Of models
    of small-study bias mu is the effect without that bias; ``pet`` and ``peese`` are the slopes on the
    standard error and on its square, in the favoured direction, and ``publication`` says how readily trials
    were published by their p-value. ``numerical_error`` bounds what the posterior probability of a model with
    bias may be off by; ``rules`` are the rules of publication by the name of the bias.
    """

    dataset: Dataset
    model: Model
    weights: tuple[ModelWeight, ...]
    averaged: dict[str, Marginal]
    conditional: dict[str, Marginal]
    publication: tuple[PublicationStep, ...] = ()
    numerical_error: float | None = None
    rules: Mapping[str, Selection] = field(default_factory=dict, repr=False)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per quantity, averaged over all models and over those that have it."""
        import pandas as pd

        kinds = (("averaged", self.averaged), ("conditional", self.conditional))
        rows = [
            {"over": kind, "quantity": name, **numbers(m, level)}
            for kind, part in kinds
            for name, m in part.items()
        ]
        return pd.DataFrame(rows)

    def models(self) -> "pd.DataFrame":
        """Return one row per model: what it has, its probabilities before and after the data, its log
        marginal likelihood, and the Bayes factor for it against all others together.
        """
        import pandas as pd

        rows = [
            {
                "effect": each.effect,
                "heterogeneity": each.heterogeneity,
                "bias": each.bias,
                "prior_probability": each.prior_probability,
                "log_marginal_likelihood": each.log_marginal_likelihood,
                "posterior_probability": each.posterior_probability,
                "bayes_factor": _odds_ratio(each.posterior_probability, each.prior_probability),
            }
            for each in self.weights
        ]
        return pd.DataFrame(rows)

    def biases(self) -> "pd.DataFrame":
        """Return one row per small-study bias, none among them: its probabilities before and after the data,
        and the Bayes factor for it against all others together.
        """
        import pandas as pd

        rows = []
        for bias in dict.fromkeys(each.bias for each in self.weights):
            own = [each for each in self.weights if each.bias == bias]
            prior = math.fsum(each.prior_probability for each in own)
            posterior = math.fsum(each.posterior_probability for each in own)
            rows.append(
                {
                    "bias": bias,
                    "prior_probability": prior,
                    "posterior_probability": posterior,
                    "bayes_factor": _odds_ratio(posterior, prior),
                }
            )
        return pd.DataFrame(rows)

    def inclusion_bayes_factor(self, component: Component) -> float | None:
        """Return posterior over prior odds of ``"effect"``, ``"heterogeneity"`` or ``"bias"``;
        None where only one side has prior mass.
        """
        prior, posterior = (
            self._shares(component, "prior_probability"),
            self._shares(component, "posterior_probability"),
        )
        if min(prior) <= 0:
            return None
        return math.inf if posterior[1] <= 0 else (posterior[0] / posterior[1]) / (prior[0] / prior[1])

    def inclusion_probability(self, component: Component) -> float:
        """Return the posterior probability of ``"effect"``, ``"heterogeneity"`` or ``"bias"``."""
        return self._shares(component, "posterior_probability")[0]

    @property
    def components(self) -> tuple[Component, ...]:
        """What models differ in: an effect, heterogeneity and, where some have it, bias."""
        biased = any(each.has("bias") for each in self.weights)
        return COMPONENTS if biased else COMPONENTS[:2]

    def _shares(self, component: Component, kind: str) -> tuple[float, float]:
        """Total probability of the models with and without a component."""
        inside = sum(getattr(weight, kind) for weight in self.weights if weight.has(component))
        outside = sum(getattr(weight, kind) for weight in self.weights if not weight.has(component))
        return inside, outside


def _odds_ratio(posterior: float, prior: float) -> float | None:
    """Posterior over prior odds; None where nothing else had any probability, infinite where nothing has."""
    if prior >= 1 or prior <= 0:
        return None
    return math.inf if posterior >= 1 else posterior / (1 - posterior) / (prior / (1 - prior))
