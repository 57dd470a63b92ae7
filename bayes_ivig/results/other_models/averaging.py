"""Posteriors averaged over models with and without an effect, with and without heterogeneity."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.marginals.marginal import Marginal, numbers
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ModelWeight:
    """One model: whether it has an effect (mu free) and heterogeneity (tau free),
    prior and posterior probability.
    """

    effect: bool
    heterogeneity: bool
    prior_probability: float
    log_marginal_likelihood: float
    posterior_probability: float


type Component = Literal["effect", "heterogeneity"]


@checked_methods
@dataclass(frozen=True, eq=False)
class ModelAverage(Shown):
    """Model probabilities, and marginals of mu, tau and theta_new averaged over the models that have them.

    ``averaged`` includes the points mu = 0 and tau = 0 of the models without; ``conditional`` holds mu given
    an effect and tau given heterogeneity. All on the log odds ratio scale.
    """

    dataset: Dataset
    model: Model
    weights: tuple[ModelWeight, ...]
    averaged: dict[str, Marginal]
    conditional: dict[str, Marginal]

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

    def inclusion_bayes_factor(self, component: Component) -> float | None:
        """Return posterior over prior odds of ``"effect"`` or ``"heterogeneity"``;
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
        """Return the posterior probability of ``"effect"`` or ``"heterogeneity"``."""
        return self._shares(component, "posterior_probability")[0]

    def _shares(self, component: Component, kind: str) -> tuple[float, float]:
        """Total probability of the models with and without a component."""
        inside = sum(getattr(weight, kind) for weight in self.weights if getattr(weight, component))
        outside = sum(getattr(weight, kind) for weight in self.weights if not getattr(weight, component))
        return inside, outside
