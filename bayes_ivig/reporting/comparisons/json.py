"""The answer by comparison as JSON-ready values."""

from typing import Any

from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonContrast, ComparisonResult
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio, posterior_effect

LEVEL = 0.95
ENDS = ("median", "lower", "upper")


def comparisons_document(found: ByComparison) -> dict[str, Any]:
    """Return every comparison with mean and prediction, every contrast under both priors of the difference,
    and what is in no comparison. Effects are on the measure's own scale, tau on that of the model.
    """
    model = found.groups[0].result.posterior.model
    return {
        "dataset": json_values.dataset_keys(found.dataset),
        "measure": found.measure.code,
        "model": {"name": model.name, **model_dict(model)},
        "column": found.column,
        "stated_before": found.stated_before,
        "level": LEVEL,
        "comparisons": [_group(each) for each in found.groups],
        "contrasts": [_contrast(each) for each in found.contrasts],
        "compared_nothing": list(found.compared_nothing),
        "unstated": list(found.unstated),
        "nothing_learnt": [
            {"key": each.key, "comparison": each.phrase, "trials": list(each.trials)} for each in found.silent
        ],
        "not_computed": [{"what": what, "reason": why} for what, why in found.not_fitted],
    }


def _group(each: ComparisonResult) -> dict[str, Any]:
    posterior = each.result.posterior
    measure, above = posterior.measure, posterior.measure.above_key
    found: dict[str, Any] = {
        "key": each.key,
        "comparison": each.phrase,
        "people": each.people,
        "note": each.note,
        "trials": list(each.trials),
        "k": posterior.k,
        "k_informative": posterior.k_informative,
        "counted": each.counted,
        "effect": _effect(posterior["mu"], measure),
        "prediction": _effect(posterior["theta_new"], measure),
        "probability": {above: float(posterior["mu"].prob_above(0.0))},
        "probability_new": {above: float(posterior["theta_new"].prob_above(0.0))},
        "pooled": _named(each.result.pooled.own),
        "few_trials": each.few,
    }
    prior, after = each.tau() if posterior.model.heterogeneous else (None, None)
    found |= {
        name: None if tau is None else dict(zip(ENDS, tau, strict=True))
        for name, tau in (("tau", after), ("tau_prior", prior))
    }
    return found


def _contrast(each: ComparisonContrast) -> dict[str, Any]:
    of, against = each.trials
    return {
        "key": each.key,
        "title": each.title,
        "of": {"comparisons": list(each.of), "trials": list(of)},
        "against": {"comparisons": list(each.against), "trials": list(against)},
        "left_out": list(each.left_out),
        "ratios": [
            {
                "prior": str(which.apart or "independent"),
                **_effect(marginal, which.measure),
                "prob_above": float(marginal.prob_above(0.0)),
            }
            for which, marginal in (
                (each.independent, each.difference(wide=True)),
                (each.shrinking, each.difference()),
            )
        ],
    }


def _effect(marginal: Marginal, measure: Measure) -> dict[str, float | None]:
    return _named(posterior_effect(marginal, measure, LEVEL))


def _named(effect: Ratio) -> dict[str, float | None]:
    values = (effect.estimate, effect.lower, effect.upper)
    return {
        name: None if value is None else json_values.finite(value)
        for name, value in zip(ENDS, values, strict=True)
    }
