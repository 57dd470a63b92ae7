"""How an answer came about, as a JSON document; not rounded here."""

from typing import Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.model.two_arm import model_dict
from bayes_ivig.reporting.wording import json_values, numbers
from bayes_ivig.results.history.history import Arrival, History, Look, Operating
from bayes_ivig.version import __version__

LIMITS = ("lower", "median", "upper")


def history_document(found: History) -> dict[str, Any]:
    """Return every look with its trials, what was simulated, and every choice."""
    posterior = found.posterior
    return {
        "dataset": json_values.dataset_keys(posterior.dataset),
        **json_values.measured(posterior.measure),
        "model": {"name": posterior.model.name, **model_dict(posterior.model)},
        "by": found.by or None,
        "line": found.line,
        "level": found.level,
        "first_reached": None if found.first is None else found.first.at,
        "looks": [_look(look) for look in found.looks],
        "operating_characteristics": [_operating(each) for each in found.operating],
        "settings": dict(found.settings),
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(posterior.dataset),
            "interval": f"central credible, {numbers.level(found.level)}",
        },
    }


def _look(look: Look) -> dict[str, Any]:
    return {
        "at": look.at,
        "k": look.k,
        "effect": _limits(LIMITS, look.effect),
        "tau_median": look.tau,
        "prob_benefit": look.benefit,
        "prediction": _limits(("lower", "upper"), look.prediction),
        "conclusion": look.conclusion or None,
        "note": look.note or None,
        "trials": [_trial(each) for each in look.added],
    }


def _trial(each: Arrival) -> dict[str, Any]:
    return {
        "trial": each.trial,
        "foretold": _limits(LIMITS, each.predicted),
        "found": _limits(("lower", "estimate", "upper"), each.observed),
        "prob_reaches_line": each.reached,
        "prob_harm_reaches_line": each.harm,
        "prob_below": each.below,
        "surprise_p": each.p,
        "note": each.note or None,
    }


def _limits(names: tuple[str, ...], values: tuple[float, ...] | None) -> dict[str, float | None] | None:
    if values is None:
        return None
    return {name: json_values.finite(value) for name, value in zip(names, values, strict=True)}


def _operating(each: Operating) -> dict[str, Any]:
    return {
        "scenario": each.scenario,
        "simulations": each.simulations,
        "prob_line_reached": each.crossed,
        "prob_benefit_reached": each.benefit,
        "prob_harm_reached": each.harm,
        "prob_wrong_side": each.wrong,
        "prob_reached_at_the_end": each.last,
        "monte_carlo_error": max(each.error.values()),
    }
