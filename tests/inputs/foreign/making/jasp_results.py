"""Analyses as three generations of JASP write them to ``analyses.json``; what JASP computes is done here, by
formulas of this file alone (DerSimonian & Laird; Hartung & Knapp), or handed in.
"""

import json
import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

from inputs.foreign.making import datasets

Z = NormalDist().inv_cdf(0.975)
NAMES = ("estimate", "standard_error", "ci_lower", "ci_upper", "p_value", "tau2", "i2", "q", "q_p_value")


def chi_squared_tail(q: float, df: int) -> float:
    """P(X > q) for an even number of degrees of freedom: a sum of Poisson probabilities."""
    assert df % 2 == 0
    return math.exp(-q / 2) * sum((q / 2) ** j / math.factorial(j) for j in range(df // 2))


def pooled(y: Sequence[float], error: Sequence[float], *, random: bool = True) -> dict[str, float]:
    """A model of effects with their standard errors: by DerSimonian & Laird, or a common effect."""
    weights = [1 / s**2 for s in error]
    total = sum(weights)
    mean = sum(w * x for w, x in zip(weights, y, strict=True)) / total
    q, df = sum(w * (x - mean) ** 2 for w, x in zip(weights, y, strict=True)), len(y) - 1
    excess = total - sum(w**2 for w in weights) / total
    tau2 = max(0.0, (q - df) / excess) if random else 0.0
    own = [1 / (s**2 + tau2) for s in error]
    estimate = sum(w * x for w, x in zip(own, y, strict=True)) / sum(own)
    spread = 1 / math.sqrt(sum(own))
    typical = df / excess
    values = {
        "estimate": estimate,
        "standard_error": spread,
        "ci_lower": estimate - Z * spread,
        "ci_upper": estimate + Z * spread,
        "p_value": 2 * NormalDist().cdf(-abs(estimate / spread)),
        "tau2": tau2,
        "i2": 100 * tau2 / (tau2 + typical),
        "q": q,
        "q_p_value": chi_squared_tail(q, df),
    }
    return values if random else {name: v for name, v in values.items() if name not in ("tau2", "i2")}


def _first(values: Mapping[str, float], names: Mapping[str, str]) -> dict[str, float]:
    return {theirs: values[ours] for ours, theirs in names.items() if ours in values}


def old(values: Mapping[str, float], room: str = "", **options: Any) -> dict[str, Any]:
    """An analysis before 0.17, or with its tables in a ``room`` as in 0.17 and 0.18."""
    effect = {
        "estimate": "est", "standard_error": "se", "p_value": "pval", "ci_lower": "lower", "ci_upper": "upper"
    }  # fmt: skip
    tau2 = values.get("tau2")
    residual = [
        {"name": "τ²", "est": tau2, "lower": 0.0, "upper": 9.0},
        {"name": "τ", "est": math.sqrt(tau2 or 0.0), "lower": 0.0, "upper": 3.0},
        {"name": "I² (%)", "est": values.get("i2"), "lower": 0.0, "upper": 99.0},
        {"name": "H²", "est": 1.5, "lower": 1.0, "upper": 9.0},
    ]
    tables: dict[str, Any] = {
        "coeffTable": {"data": [{"name": "intercept", "zval": -1.0, **_first(values, effect)}]},
        "fixRandTable": {
            "data": [
                {"name": "Omnibus test of Model Coefficients", "qstat": 1.0, "df": 1, "pval": 0.3},
                {"name": "Test", "df": 3, **_first(values, {"q": "qstat", "q_p_value": "pval"})},
            ]
        },
    } | ({"residualTable": {"data": residual}} if tau2 is not None else {})
    named = {f"{room}_{name}": table for name, table in tables.items()} if room else tables
    plain = {
        "dependent": "yi", "wlsWeights": "sei", "method": "DerSimonian-Laird", "test": "z",
        "modelTerms": [], "includeConstant": True,
        "regressionCoefficientsConfidenceIntervalsInterval": 95,
    }  # fmt: skip
    return analysis({room: {"collection": named}} if room else named, plain | options)


def new(values: Mapping[str, float], **options: Any) -> dict[str, Any]:
    """An analysis since 0.19: texts of seven digits for the effect, Q with two decimals in a text."""
    names = {"estimate": "est", "standard_error": "se", "ci_lower": "lCi", "ci_upper": "uCi"}
    effect = {name: f"{value:.7g}" for name, value in _first(values, names).items()}
    rows: list[dict[str, Any]] = [{"par": "Gepoolter Effekt", "lPi": "", **effect}]
    if "tau2" in values:
        rows += [
            {"par": "\U0001d70f", "est": math.sqrt(values["tau2"]), "se": ""},
            {"par": "\U0001d70f²", "est": f"{values['tau2']:.15g}"},
            {"par": "I²", "est": values.get("i2", "")},
        ]
    tests = [
        {"test": "Heterogenität", "stat": f"Qₑ(12) = {values['q']:.2f}", "pval": values["q_p_value"]},
        {"test": "Gepoolter Effekt", "stat": "t(12) = -3.95", "pval": values["p_value"]},
    ]
    room = "modelSummaryContainer"
    tables = {
        f"{room}_pooledEstimatesTable": {"data": rows},
        f"{room}_testsTable": {"data": tests},
    }
    plain = {
        "effectSize": {"types": "scale", "value": "yi"},
        "effectSizeStandardError": {"types": ["scale"], "value": ["sei"]},
        "method": "derSimonianLaird", "fixedEffectTest": "z", "confidenceIntervalsLevel": 0.95,
        "effectSizeModelTerms": [], "heterogeneityModelTerms": [], "clustering": "", "subgroup": "",
        "transformEffectSize": "none", "effectSizeModelIncludeIntercept": True,
    }  # fmt: skip
    return analysis({room: {"collection": tables, "title": "Model Summary"}}, plain | options)


def analysis(results: Any, options: Any, name: str = "ClassicalMetaAnalysis") -> dict[str, Any]:
    """One analysis with these results."""
    about = {"id": 1, "name": name, "title": "Meta-Analysis", "status": "complete", "version": "0.19.3"}
    return about | {"results": {".meta": [], **results}, "options": options}


def jasp(columns: datasets.Columns, analyses: Any) -> bytes:
    """A file of JASP with these analyses, or with this text in place of them."""
    text = (
        analyses if isinstance(analyses, bytes) else json.dumps({"analyses": analyses, "meta": {}}).encode()
    )
    return datasets.jasp_zip({"internal.sqlite": datasets.jasp_database(columns), "analyses.json": text})
