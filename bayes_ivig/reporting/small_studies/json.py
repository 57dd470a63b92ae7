"""Selection by p-value, and limits of small-study effects, as JSON documents."""

from collections.abc import Mapping
from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.wording import information, json_values, numbers
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.small_studies.selection import LOWEST, SelectionAnalysis
from bayes_ivig.results.small_studies.small_studies import SmallStudies
from bayes_ivig.results.small_studies.steps import Step
from bayes_ivig.version import __version__

LEVEL, LINE = 0.95, 0.95


def selection_document(
    found: SelectionAnalysis, *, level: float = LEVEL, line: float = LINE
) -> dict[str, Any]:
    """Return everything as JSON-ready values; what does not exist is None."""
    return {
        "dataset": json_values.dataset_keys(found.dataset),
        **json_values.measured(found.measure),
        "model": {"name": found.posterior.model.name, **assumptions(found.posterior.model)},
        **information.information_keys(found.posterior),
        "event": found.dataset.about.event,
        "direction": found.direction or None,
        **selection_keys(found, level=level, line=line),
        "diagnostics": _diagnostics({"selection": found.posterior, "none": found.uncorrected}),
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(found.dataset),
            "interval": f"central credible, {numbers.level(level)}",
        },
    }


def selection_keys(found: SelectionAnalysis, *, level: float = LEVEL, line: float = LINE) -> dict[str, Any]:
    """Return the answers of an analysis as JSON-ready values."""
    points = zip(found.curve.weights, found.curve.effects, strict=True)
    lower, upper = found.missing.interval(level)
    return {
        "no_selection": _effect(found, found.uncorrected["mu"], level),
        "selection": _effect(found, found.posterior["mu"], level),
        "log_bayes_factor": found.log_bayes_factor,
        "weights": found.weights,
        "steps": [_step(step, level) for step in found.steps],
        "p_values": [{"study": study, "p": p} for study, p in found.p_values],
        "missing": {"median": found.missing.median, "lower": lower, "upper": upper, "level": level},
        "curve": [{"weight": weight, **_effect(found, mu, level)} for weight, mu in points],
        "tipping": {
            "of": found.event,
            "line": line,
            "weight": found.tipping(line),
            "smallest_looked_at": LOWEST,
        },
    }


def _effect(found: SelectionAnalysis, mu: Marginal, level: float) -> dict[str, Any]:
    return effect_keys(found.measure, mu, level) | {
        "prob_benefit": found.chance(mu) if found.dataset.about.event else None
    }


def effect_keys(measure: Measure, mu: Marginal, level: float) -> dict[str, Any]:
    """Return an effect on its measure's own scale, and its probability above no effect."""
    return json_values.limits(mu, measure, level) | {f"prob_{measure.above_key}": float(mu.prob_above(0.0))}


def _step(step: Step, level: float) -> dict[str, Any]:
    (median, lower, upper), before = step.limits(level), step.prior_limits(level)
    named = dict(zip(("median", "lower", "upper"), (median, lower, upper), strict=True))
    return {
        "p_from": step.p_from,
        "p_to": step.p_to,
        "studies": list(step.studies),
        "reachable": step.reachable,
        "weight": named,
        "weight_before": dict(zip(named, before, strict=True)),
    }


def reported_small_studies(found: SmallStudies) -> dict[str, Any]:
    """Return every adjustment as a report has it, and the whole analysis of selection."""
    rows = [
        {
            "adjustment": row.adjustment,
            **_effect(found.selection, row.posterior["mu"], LEVEL),
            "tau_median": row.posterior["tau"].median,
            "slope": _slope(row.posterior),
            "log_bayes_factor": row.log_bayes_factor,
            "model": assumptions(row.posterior.model),
        }
        for row in found.rows
    ]
    named = {row.adjustment: row.posterior for row in found.rows}
    return {
        "rows": rows,
        "selected": selection_keys(found.selection),
        "diagnostics": _diagnostics(named),
    }


def small_studies_document(found: SmallStudies) -> dict[str, Any]:
    """Return every adjustment as JSON-ready values."""
    return {
        "dataset": json_values.dataset_keys(found.dataset),
        **json_values.measured(found.measure),
        "event": found.dataset.about.event,
        **reported_small_studies(found),
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(found.dataset),
            "interval": f"central credible, {numbers.level(LEVEL)}",
        },
    }


def _slope(posterior: Posterior) -> dict[str, float] | None:
    if "slope" not in posterior.names:
        return None
    lower, upper = posterior["slope"].interval(LEVEL)
    return {"median": posterior["slope"].median, "lower": lower, "upper": upper, "level": LEVEL}


def _diagnostics(named: Mapping[Any, Posterior]) -> dict[str, Any]:
    problems = [f"{name}: {each}" for name, post in named.items() for each in post.diagnostics.problems]
    return {"ok": not problems, "problems": problems}
