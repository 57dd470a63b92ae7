"""What the models of small-study bias add to an average: marginals, slopes and weights of publication."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bayes_ivig.engines.averaged import mixed, rules
from bayes_ivig.engines.averaged.average import Biased
from bayes_ivig.engines.averaged.nodes import Cell
from bayes_ivig.inputs.model.biases import NONE
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.marginals.mixed import MixedMarginal
from bayes_ivig.results.other_models.averaging import ModelWeight, PublicationStep

AWAY = PointMarginal(0.0)  # the slope of a model without one


class Part(NamedTuple):
    """The marginals of one model, or of some averaged already, and their posterior probability."""

    effect: bool
    heterogeneity: bool
    share: float
    marginals: dict[str, Marginal]


@dataclass(frozen=True)
class Parts:
    """All that models with bias say; nothing where there are none."""

    parts: tuple[Part, ...] = ()
    averaged: dict[str, Marginal] = field(default_factory=dict)
    conditional: dict[str, Marginal] = field(default_factory=dict)
    publication: tuple[PublicationStep, ...] = ()
    numerical_error: float | None = None


def biased_parts(found: Biased, weights: tuple[ModelWeight, ...]) -> Parts:
    """Return what the models with bias say, given the probabilities of all models."""
    prior = {(w.bias, (w.effect, w.heterogeneity)): w.prior_probability for w in weights}
    posterior = {(w.bias, (w.effect, w.heterogeneity)): w.posterior_probability for w in weights}
    shares = {
        code: found.share(code, lambda *key: prior.get(key, 0.0), lambda *key: posterior.get(key, 0.0))
        for code in found.readings
    }
    cells: dict[Cell, float] = {}
    for weight in weights:
        if weight.bias != NONE:
            cell = weight.effect, weight.heterogeneity
            cells[cell] = cells.get(cell, 0.0) + weight.posterior_probability
    parts = tuple(
        Part(*cell, share, mixed.of_cell(found.nodes, list(shares.values()), cell))
        for cell, share in cells.items()
    )
    slopes = {code: each for code, each in shares.items() if each.reading.axis is not None}
    conditional = {code: mixed.of_slope(each) for code, each in slopes.items() if each.posterior.sum() > 0}
    averaged: dict[str, Marginal] = {
        code: MixedMarginal((p, 1 - p), (marginal, AWAY))
        for code, marginal in conditional.items()
        for p in (min(1.0, float(shares[code].posterior.sum())),)
    }
    return Parts(parts, averaged, conditional, _publication(found, shares), _error(found, weights))


def _publication(found: Biased, shares: dict[str, mixed.Share]) -> tuple[PublicationStep, ...]:
    """Return the mean weight between all cuts of the one-sided p-value; none where rules are of several tests
    or directions.
    """
    if not found.rules or len(rules.tests_of(found.dataset, found.rules)) > 1:
        return ()
    cuts = rules.finest(found.rules.values())
    selected = {code: float(shares[code].posterior.sum()) for code in found.rules}
    total = sum(selected.values())
    means = {
        code: mixed.mean_weights(shares[code])[rules.groups_of(rule, cuts)]
        for code, rule in found.rules.items()
        if selected[code] > 0
    }
    if not total > 0:
        return ()
    lost = np.sum([selected[code] * mean for code, mean in means.items()], axis=0)
    return tuple(
        PublicationStep(low, high, float(1 - total + mean), float(mean / total))
        for low, high, mean in zip((0.0, *cuts), (*cuts, 1.0), lost, strict=True)
    )


def _error(found: Biased, weights: tuple[ModelWeight, ...]) -> float:
    """Return a bound of the error of any model's posterior probability: its share of a change of its log
    marginal likelihood, and of that of all others.
    """
    errors = [
        (w.posterior_probability, found.evidence(w.bias)[w.effect, w.heterogeneity][1])
        for w in weights
        if w.bias != NONE
    ]
    overall = sum(p * error for p, error in errors)
    return max((p * (error + overall) for p, error in errors), default=0.0)
