"""The JSON document of a regression, as ``bayes-ivig regress --json`` prints it: that of its posterior, with
slopes, effects at stated values, heterogeneity and influence besides.
"""

from typing import Any

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.reporting.fit.json import fit_document, with_settings
from bayes_ivig.reporting.fit.regression_words import OBSERVATIONAL
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.other_models.regression import At, Regression


@checked
def regression_document(found: Regression, *, level: Level = 0.95) -> dict[str, Any]:
    """Return the document of the posterior, which is all that version 1 has."""
    return fit_document(found.posterior, level=level)


@checked
def with_regression(found: Regression, document: dict[str, Any], *, level: Level = 0.95) -> dict[str, Any]:
    """Return the document with what a regression answers more than another posterior."""
    whole = with_settings(found.posterior, document, level=level)
    own = {
        "slopes": _slopes(found, level),
        "effects_at": [_at(found, each, level) for each in found.effects],
        "heterogeneity": _heterogeneity(found, level),
        "influence_on_slopes": _influence(found, level),
        "between_trials": OBSERVATIONAL,
    }
    before = ("diagnostics", "provenance")
    rest = {key: value for key, value in whole.items() if key not in before}
    return rest | own | {key: whole[key] for key in before if key in whole}


def _slopes(found: Regression, level: float) -> list[dict[str, Any]]:
    rows = []
    for each in found.slopes:
        marginal = found.posterior[each.name]
        row: dict[str, Any] = {"name": each.name, "label": each.label, "unit": each.unit, "scale": each.scale}
        row |= {"mean": marginal.mean, "sd": marginal.sd, **_limits(marginal, level)}
        if each.shown:
            ratios = json_values.quantiles(marginal, level)
            row["ratio"] = {key: json_values.ratio(value) for key, value in ratios.items()}
        rows.append(row)
    return rows


def _at(found: Regression, at: At, level: float) -> dict[str, Any]:
    measure = found.posterior.measure
    return {
        "at": [{"column": name, "value": value} for name, value in at.values],
        **json_values.effect(at.effect, measure, level),
        "prediction": json_values.limits(at.new, measure, level),
        "probability": {measure.above_key: float(at.effect.prob_above(0.0))},
    }


def _heterogeneity(found: Regression, level: float) -> dict[str, Any]:
    share = found.share_explained
    return {
        "tau": json_values.quantiles(found.posterior["tau"], level),
        "tau_without_covariates": json_values.quantiles(found.plain["tau"], level),
        "ratio_of_medians": found.tau_ratio,
        "share_explained": None if share is None else json_values.quantiles(share, level),
    }


def _influence(found: Regression, level: float) -> list[dict[str, Any]]:
    rows = []
    for i, slope in enumerate(found.slopes):
        for each in found.without:
            row: dict[str, Any] = {"name": slope.name, "without": each.study}
            if each.slopes:
                row |= _limits(each.slopes[i], level)
            rows.append(row | ({"note": each.note} if each.note else {}))
    return rows


def _limits(slope: Marginal, level: float) -> dict[str, float]:
    """Return median and limits of a slope on the scale of the model, and the chance that it is above 0."""
    lower, upper = slope.interval(level)
    above = float(slope.prob_above(0.0))
    return {"median": slope.median, "lower": lower, "upper": upper, "level": level, "prob_gt_0": above}
