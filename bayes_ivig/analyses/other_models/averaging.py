"""``average_models``: common against random effects, and no effect against some effect,
weighed by the data.
"""

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.grid.null_model import null_evidence
from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.marginals.mixed import MixedMarginal
from bayes_ivig.results.other_models.averaging import ModelAverage, ModelWeight

type Cell = tuple[bool, bool]  # effect, heterogeneity

NAMES: dict[str, Cell] = {
    "null common": (False, False), "null random": (False, True), "effect common": (True, False),
    "effect random": (True, True),
}  # fmt: skip
EQUAL = dict.fromkeys(NAMES, 0.25)


@checked
def average_models(
    dataset: Dataset, model: TwoArm | None = None, *, prior: Mapping[str, float] | None = None
) -> ModelAverage:
    """Average over models with mu = 0 or mu ~ its prior, and tau = 0 or tau ~ its prior.

    ``prior`` gives prior probabilities by the names ``"null common"``, ``"null random"``, ``"effect common"``
    and ``"effect random"`` (any positive numbers, scaled to add up to one; those left out get none); all four
    alike unless given. Raises ``ModelError`` for other names and for improper priors, under which Bayes
    factors do not exist. Gronau et al. 2021, Bartos et al. 2021 (Stat Med 40:6743). Bayes factors depend on
    the width of the priors of mu and tau.

    >>> import bayes_ivig as bi
    >>> average = bi.average_models(bi.load_dataset("my.csv"))
    >>> average
    ModelAverage(my, k=4): P(effect) = 0.878, P(heterogeneity) = 0.742
    """
    model = two_arm_of(model)
    if not model.heterogeneous:
        raise ModelError(
            "average_models: state the random-effects model; the common one is averaged in by itself"
        )
    if not (model.mu.proper and model.tau.proper):
        raise ModelError(
            "average_models: an improper prior on mu or tau has no marginal likelihood to weigh models by"
        )
    chances = _chances(EQUAL if prior is None else prior)
    evidence = {cell: _evidence(dataset, model, cell) for cell in chances}
    logs = np.array([math.log(chances[cell]) + evidence[cell][0] for cell in chances])
    posterior = np.exp(logs - special.logsumexp(logs))
    weights = tuple(
        ModelWeight(*cell, chances[cell], evidence[cell][0], float(share))
        for cell, share in zip(chances, posterior, strict=True)
    )
    marginals = {cell: evidence[cell][1] for cell in chances}
    return ModelAverage(
        dataset=dataset,
        model=model,
        weights=weights,
        averaged={name: _mixed(weights, marginals, name) for name in ("mu", "tau", "theta_new")},
        conditional=_conditional(weights, marginals),
    )


def _chances(prior: Mapping[str, float]) -> dict[Cell, float]:
    """Return prior probabilities by cell, scaled to add up to one."""
    unknown = [name for name in prior if name not in NAMES]
    if unknown:
        raise ModelError(
            f"average_models: no model {unknown[0]!r}{suggestion(unknown[0], NAMES)}; "
            f"models are {', '.join(NAMES)}"
        )
    wrong = [name for name, value in prior.items() if not (math.isfinite(value) and value >= 0)]
    total = sum(prior.values()) if not wrong else 0.0
    if wrong or total <= 0:
        raise ModelError("average_models: prior probabilities must be 0 or more, and at least one above 0")
    return {NAMES[name]: value / total for name, value in prior.items() if value > 0}


def _evidence(dataset: Dataset, model: Model, cell: Cell) -> tuple[float, dict[str, Marginal]]:
    """Log marginal likelihood and marginals of one model."""
    from dataclasses import replace

    effect, heterogeneity = cell
    if effect:
        posterior = fit(dataset, model if heterogeneity else replace(model, effects="common"))
        assert posterior.log_marginal_likelihood is not None
        return posterior.log_marginal_likelihood, {
            name: posterior[name] for name in ("mu", "tau", "theta_new")
        }
    log_evidence, tau, theta_new = null_evidence(dataset, model, heterogeneity)
    return log_evidence, {"mu": PointMarginal(0.0), "tau": tau, "theta_new": theta_new}


def _mixed(
    weights: tuple[ModelWeight, ...], marginals: dict[Cell, dict[str, Marginal]], name: str
) -> Marginal:
    parts = [(w.posterior_probability, marginals[w.effect, w.heterogeneity][name]) for w in weights]
    total = sum(share for share, _ in parts)
    return MixedMarginal(tuple(share / total for share, _ in parts), tuple(part for _, part in parts))


def _conditional(
    weights: tuple[ModelWeight, ...], marginals: dict[Cell, dict[str, Marginal]]
) -> dict[str, Marginal]:
    """Return mu given an effect, and tau given heterogeneity, where any model has them."""
    with_effect = tuple(weight for weight in weights if weight.effect)
    with_spread = tuple(weight for weight in weights if weight.heterogeneity)
    mixtures = {}
    if sum(weight.posterior_probability for weight in with_effect) > 0:
        mixtures["mu"] = _mixed(with_effect, marginals, "mu")
    if sum(weight.posterior_probability for weight in with_spread) > 0:
        mixtures["tau"] = _mixed(with_spread, marginals, "tau")
    return mixtures
