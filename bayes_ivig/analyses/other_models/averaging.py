"""``average_models``: common against random effects, no effect against some effect, and small-study biases
against none, weighed by the data.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from scipy import special

from bayes_ivig.analyses.other_models.over_biases import Part, Parts, biased_parts
from bayes_ivig.engines.averaged.average import Biased, biased
from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.grid.null_model import null_evidence
from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.biases import NONE, Rules, biases_of
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.likelihoods.registry import GIVEN_EVENTS, OF_ESTIMATES
from bayes_ivig.measures import OR
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.marginals.mixed import MixedMarginal
from bayes_ivig.results.other_models.averaging import ModelAverage, ModelWeight

type Cell = tuple[bool, bool]  # effect, heterogeneity
type Found = tuple[float, dict[str, Marginal]]  # log marginal likelihood, and marginals

NAMES: dict[str, Cell] = {
    "null common": (False, False), "null random": (False, True), "effect common": (True, False),
    "effect random": (True, True),
}  # fmt: skip
EQUAL = dict.fromkeys(NAMES, 0.25)


@checked
def average_models(
    dataset: Dataset,
    model: TwoArm | None = None,
    *,
    prior: Mapping[str, float] | None = None,
    bias: Rules = None,
    direction: str = "",
) -> ModelAverage:
    """Average over models with mu = 0 or mu ~ its prior, tau = 0 or tau ~ its prior, and small-study biases.

    ``prior`` gives prior probabilities by the names ``"null common"``, ``"null random"``, ``"effect common"``
    and ``"effect random"`` (any positive numbers, scaled to add up to one; those left out get none); all four
    alike unless given. Raises ``ModelError`` for other names and for improper priors, under which Bayes
    factors do not exist. Gronau et al. 2021, Bartos et al. 2021 (Stat Med 40:6743). Bayes factors depend on
    the width of the priors of mu and tau.

    ``bias`` adds models in which small studies mislead, times each of the four: ``"psma"`` is no bias (1/2),
    six rules of publication by the p-value (1/24 each: ``"two_sided_05"``, ``"two_sided_05_10"``,
    ``"one_sided_05"``, ``"one_sided_025_05"``, ``"one_sided_05_50"``, ``"one_sided_025_05_50"``, their
    weights cumulative sums of Dirichlet(1, ..., 1)) and a slope on the standard error (``"pet"``, 1/8,
    half-Cauchy(1)) or on its square (``"peese"``, 1/8, half-Cauchy(5)), as Bartos et al. 2023 (Res Synth
    Methods 14:99) have them. A mapping from these names and ``"none"``, or from ``Selection`` and
    ``PetPeese`` models of your own, gives other prior weights; a list of them the same weight to each. mu is
    then the effect without that bias. ``direction`` is where small studies mislead to: ``"above"`` no effect
    or ``"below"`` it; blank is towards benefit, as the description of the data says. The likelihood is
    hypergeometric (the default with ``bias``, of counts) or normal.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> bi.average_models(data)
    ModelAverage(my, k=4): P(effect) = 0.878, P(heterogeneity) = 0.742
    >>> average = bi.average_models(data, bias="psma", direction="above")
    >>> len(average.models())
    36
    """
    stated = default_model(dataset, biased=bias is not None) if model is None else two_arm_of(model)
    _require(stated)
    chances = _chances(EQUAL if prior is None else prior)
    biases = biases_of(bias, stated, direction)
    plain = {cell: _evidence(dataset, stated, cell) for cell in chances} if NONE in biases else {}
    others = {code: each for code, each in biases.items() if code != NONE}
    found = biased(dataset, stated, others) if others else None
    logs = {(NONE, cell): log for cell, (log, _) in plain.items()} | _logs(found, chances)
    prior_of = {(code, cell): biases[code].prior * chances[cell] for code, cell in logs}
    weights = _weights(prior_of, logs)
    together = Parts() if found is None else biased_parts(found, weights)
    parts = (*_parts(plain, weights), *together.parts)
    return ModelAverage(
        dataset=dataset,
        model=stated,
        weights=weights,
        averaged={name: _mixed(parts, name) for name in ("mu", "tau", "theta_new")} | together.averaged,
        conditional=_conditional(parts) | together.conditional,
        publication=together.publication,
        numerical_error=together.numerical_error,
        rules={} if found is None else dict(found.rules),
    )


def default_model(dataset: Dataset, *, biased: bool, **stated: str) -> Model:
    """Return the reference model, with bias under a likelihood that says how probable a p-value is, unless
    one is stated.
    """
    if biased:
        stated = {"likelihood": GIVEN_EVENTS if dataset.measure == OR.code else OF_ESTIMATES} | stated
    return Model(**stated)  # type: ignore[arg-type]


def _require(model: Model) -> None:
    """Raise ``ModelError`` for a model that cannot be averaged."""
    if not model.heterogeneous:
        raise ModelError(
            "average_models: state the random-effects model; the common one is averaged in by itself"
        )
    if not (model.mu.proper and model.tau.proper):
        raise ModelError(
            "average_models: an improper prior on mu or tau has no marginal likelihood to weigh models by"
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


def _logs(found: Biased | None, cells: Iterable[Cell]) -> dict[tuple[str, Cell], float]:
    """Log marginal likelihoods of the models with bias, by bias and cell."""
    if found is None:
        return {}
    cells = tuple(cells)
    return {
        (code, cell): log
        for code in found.readings
        for cell, (log, _) in found.evidence(code).items()
        if cell in cells
    }


def _weights(
    prior: dict[tuple[str, Cell], float], logs: dict[tuple[str, Cell], float]
) -> tuple[ModelWeight, ...]:
    """Return each model with its probabilities before and after the data."""
    joint = np.array([math.log(prior[key]) + logs[key] for key in logs])
    posterior = np.exp(joint - special.logsumexp(joint))
    return tuple(
        ModelWeight(*cell, prior[code, cell], logs[code, cell], float(share), code)
        for (code, cell), share in zip(logs, posterior, strict=True)
    )


def _parts(plain: dict[Cell, Found], weights: tuple[ModelWeight, ...]) -> tuple[Part, ...]:
    """Return the models without bias with their probabilities."""
    share = {(w.effect, w.heterogeneity): w.posterior_probability for w in weights if w.bias == NONE}
    return tuple(Part(*cell, share[cell], marginals) for cell, (_, marginals) in plain.items())


def _mixed(parts: tuple[Part, ...], name: str) -> Marginal:
    total = sum(part.share for part in parts)
    return MixedMarginal(
        tuple(part.share / total for part in parts), tuple(part.marginals[name] for part in parts)
    )


def _conditional(parts: tuple[Part, ...]) -> dict[str, Marginal]:
    """Return mu given an effect, and tau given heterogeneity, where any model has them."""
    with_effect = tuple(part for part in parts if part.effect)
    with_spread = tuple(part for part in parts if part.heterogeneity)
    mixtures = {}
    if sum(part.share for part in with_effect) > 0:
        mixtures["mu"] = _mixed(with_effect, "mu")
    if sum(part.share for part in with_spread) > 0:
        mixtures["tau"] = _mixed(with_spread, "tau")
    return mixtures
