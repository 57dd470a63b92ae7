"""Priors as the controls of the page hold them, those of the report by their names."""

import math
from typing import Any

from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Logistic, Normal, StudentT
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal
from bayes_ivig.reporting.wording.digits import PAGE, cut
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

LIMITS = {
    "mean": (-math.log(50), math.log(50)), "sd": (0.05, 10.0), "df": (2.0, 100.0),
    "scale": (0.01, 5.0), "shape": (0.1, 100.0),
}  # fmt: skip
MU: dict[str, Any] = {"muFamily": "normal", "mean": 0.0, "sd": 2.82, "df": 4.0}
TAU: dict[str, Any] = {"family": "half_normal", "scale": 0.5, "shape": 3.0}


def mu_document(prior: Prior) -> dict[str, Any] | None:
    """Return a prior on mu as the page holds it; None for one that it cannot state."""
    match prior:
        case LibraryPrior(prior=inner):
            return mu_document(inner)
        case Normal(mean, sd):
            found = {**MU, "mean": mean, "sd": sd}
        case StudentT(df, location, scale):
            found = {**MU, "muFamily": "student_t", "mean": location, "sd": scale, "df": df}
        case _:
            return None
    return _inside(found, ("mean", "sd", "df"))


def tau_document(prior: Prior | None) -> dict[str, Any] | None:
    """Return a prior on tau as the page holds it, that of a common effect for None;
    None for one that it cannot state.
    """
    if prior is None:
        return {**TAU, "family": "common"}
    if isinstance(prior, LibraryPrior):
        return tau_document(prior.prior)
    found = _tau_of(prior)
    return _inside(found, ("scale", "shape")) if found else None


def _inside(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any] | None:
    """Return a prior with its numbers rounded, None where one of them is not among those on offer."""
    inside = all(LIMITS[name][0] <= found[name] <= LIMITS[name][1] for name in names)
    return dict(cut(found, PAGE)) if inside else None


def _tau_of(prior: Prior) -> dict[str, Any] | None:
    match prior:
        case HalfNormal(scale):
            found = _tau("half_normal", scale)
        case HalfCauchy(scale):
            found = _tau("half_cauchy", scale)
        case HalfStudentT(df, scale):
            found = _tau("half_student_t", scale, df)
        case Exponential(rate):
            found = _tau("exponential", 1 / rate)
        case InverseGamma(shape, scale):
            found = _tau("inverse_gamma", scale, shape)
        case LogNormal(meanlog, sdlog):
            found = _tau("log_normal", math.exp(meanlog), sdlog)
        case OnTau2(LogNormal(meanlog, sdlog)):  # the square root of a log-normal is one
            found = _tau("log_normal", math.exp(meanlog / 2), sdlog / 2)
        case _:
            return None
    return found


def _tau(family: str, scale: float, shape: float = TAU["shape"]) -> dict[str, Any]:
    return {"family": family, "scale": scale, "shape": shape}


def start_of(model: Model) -> dict[str, Any] | None:
    """Return where the controls stand for the reference model's priors; None where they cannot state them."""
    mu, tau = mu_document(model.mu), tau_document(model.tau if model.heterogeneous else None)
    return {**mu, **tau} if mu and tau and not math.isfinite(model.degrees_of_freedom) else None


def alpha_document(prior: Prior) -> list[dict[str, Any]]:
    """Return a prior on the baseline as weighted parts."""
    match prior:
        case LibraryPrior(prior=inner):
            return alpha_document(inner)
        case Mixture(weights, parts):
            return [
                {**one, "weight": cut(weight * one["weight"], PAGE)}
                for weight, part in zip(weights, parts, strict=True)
                for one in alpha_document(part)
            ]
        case Normal(mean, sd):
            return [_alpha("normal", mean, sd)]
        case Logistic(location, scale):
            return [_alpha("logistic", location, scale)]
        case StudentT(df, location, scale):
            return [_alpha("student_t", location, scale, df)]
        case _:
            raise AssertionError(f"{prior} passed the door of Model as a baseline prior")


def _alpha(family: str, centre: float, scale: float, df: float = 1.0) -> dict[str, Any]:
    return dict(cut({"family": family, "centre": centre, "scale": scale, "df": df, "weight": 1.0}, PAGE))


def presets(outcome: CountsOutcome, mirrored: CountsOutcome | None) -> dict[str, list[dict[str, Any]]]:
    """Return the report's priors by name, on mu and on tau, those that the page can state.

    The outcome that ``mirrored`` is the mirror image of has them the other way round.
    """
    source = mirrored or outcome
    families = source.prior_families.families if source.prior_families else ()
    named = {
        "mu": [(each.label, each.prior) for each in families if not each.of_tau],
        "tau": [(each.label, each.prior) for each in families if each.of_tau],
    }
    stated = {"mu": outcome.about.mu_priors, "tau": outcome.about.tau_priors}
    documents = {"mu": mu_document, "tau": tau_document}
    found: dict[str, list[dict[str, Any]]] = {}
    for name, document in documents.items():
        own = [(text, parse_prior(text)) for text in stated[name]]
        rows = [
            {"label": label, **made} for label, prior in (*named[name], *own) if (made := document(prior))
        ]
        found[name] = list({_key(row): row for row in reversed(rows)}.values())[::-1]
    if mirrored:
        found["mu"] = [row | {"mean": 0.0 - row["mean"]} for row in found["mu"]]
    return found


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(value for name, value in row.items() if name != "label")
