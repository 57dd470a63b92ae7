"""What further questions of a posterior rest on: other priors, weights, and ratios of evidence."""

import math
from collections.abc import Mapping
from dataclasses import replace

from bayes_ivig.errors import DataError, ModelError, report_all, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.parsing import PriorLike
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.marginals.marginal import Marginal


def other_priors[M: AnyModel](model: M, priors: Mapping[str, PriorLike | None]) -> M:
    """Return the model with those priors that are given, and no longer under its old name;
    raises ``ModelError``.
    """
    changes = {name: prior for name, prior in priors.items() if prior is not None}
    unknown = [name for name in changes if name not in model.PRIORS]
    if unknown:
        listed = ", ".join(model.PRIORS)
        raise ModelError(
            f"under: this kind of model has no prior on {unknown[0]}{suggestion(unknown[0], model.PRIORS)}; "
            f"it has {listed}"
        )
    if not changes:
        return model
    notes = tuple(note for note in model.notes if note[0] not in changes)
    name = f"{model.name.removesuffix(', changed')}, changed" if model.name else ""
    # it reads text
    return replace(model, **changes, name=name, title="", notes=notes)  # type: ignore[arg-type]


def checked_weights(dataset: Dataset, weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights as floats; raises ``DataError`` for unknown names,
    ``ModelError`` for weights outside 0 to 1.
    """
    names = dataset.study_names
    unknown = [f"{name!r}{suggestion(str(name), names)}" for name in weights if name not in names]
    if unknown:
        raise DataError(f"{dataset.label}: weights name {', '.join(unknown)}; studies are {', '.join(names)}")
    wrong = [
        f"weights: {name} has {weight!r}; a weight lies between 0 and 1"
        for name, weight in weights.items()
        if isinstance(weight, bool) or not _number(weight) or not 0 <= weight <= 1
    ]
    report_all(wrong, ModelError)
    if all(weights.get(name, 1.0) == 0 for name in names):
        raise DataError(f"{dataset.label}: every study has weight 0, so that none is left")
    return {name: float(weight) for name, weight in weights.items()}


def _number(value: object) -> bool:
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]  # what is no number is the answer
    except (TypeError, ValueError):
        return False


def evidence_ratio(one: Fitted, other: Fitted) -> float:
    """Return the log Bayes factor of one fit against another;
    raises ``ModelError`` where they cannot be compared.
    """
    likelihoods = tuple(getattr(each.model, "likelihood", each.model.KIND) for each in (one, other))
    if likelihoods[0] != likelihoods[1]:
        raise ModelError(
            f"bayes_factor: the models have different likelihoods ({likelihoods[0]}, {likelihoods[1]}), so "
            "their marginal likelihoods are of different data; compare models of one likelihood"
        )
    if _counts(one) != _counts(other):
        raise ModelError(
            "bayes_factor: the posteriors are of different trials or counts; compare models on the same data"
        )
    logs = one.log_marginal_likelihood, other.log_marginal_likelihood
    if logs[0] is None or logs[1] is None:
        which = one if logs[0] is None else other
        why = (
            "it was sampled"
            if which.engine != "quadrature"
            else "a prior is improper, or a study counts in part"
        )
        raise ModelError(f"bayes_factor: one of the models has no marginal likelihood ({why})")
    return logs[0] - logs[1]


def _counts(posterior: Fitted) -> list[tuple[str, tuple[float, float, float, float], tuple[float, float]]]:
    return sorted(
        (study.name, study.counts, (study.design_effect, study.design_effect_sd))
        for study in posterior.dataset.studies
        if study.name in posterior.studies
    )


def density_ratio(posterior: Marginal, prior: Prior, value: float) -> float:
    """Return posterior over prior density at a value; raises ``ModelError``
    where the prior is improper or 0 there.
    """
    if not prior.proper:
        raise ModelError(
            f"bayes_factor_at: {prior} is improper, so it has no density to compare with; "
            "use a proper prior on mu"
        )
    log_prior = float(prior.logpdf(value))
    if not math.isfinite(log_prior):
        raise ModelError(f"bayes_factor_at: {prior} gives {value:g} no density; choose a value it allows")
    return float(posterior.density(value)) / math.exp(log_prior)
