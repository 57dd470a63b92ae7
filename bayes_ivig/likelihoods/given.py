"""Studies known by an estimate beside studies with counts, under any likelihood of counts: each estimate is a
normal curve around its value, or a Student-t one, whatever the counts of other studies follow.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

from bayes_ivig.formulas.likelihood import Counts, student_t
from bayes_ivig.likelihoods import designs
from bayes_ivig.likelihoods.baselines import Baselines
from bayes_ivig.likelihoods.contract import Array, Likelihood, Seen, Whole, WithBaselines
from bayes_ivig.likelihoods.estimates import OfEstimates

PREFIX = "given_"  # of the names of a sampler's data


def curves(counts: Counts, theta: Array) -> Array:
    """Return log L_i(theta) of given estimates, (K, J), all constants kept."""
    return designs.averaged(counts, theta, _student, designs.as_they_are)


def _student(counts: Counts, theta: Array) -> Array:
    assert counts.given is not None
    return student_t(*counts.given, theta)


def student(counts: Counts) -> bool:
    """Whether the error of any given estimate is Student-t."""
    return counts.given is not None and bool(np.isfinite(counts.given.df).any())


def log_density(family: Likelihood, counts: Counts, seen: Seen) -> Array:
    """Return each study's log likelihood at draws of its own effect and baseline, (..., K)."""
    if counts.given is None or isinstance(family, OfEstimates):
        return family.log_density(counts, seen)
    logs = family.log_density(counts.silent(), seen)
    known = np.flatnonzero(counts.given.known)
    flat = seen.theta.reshape(-1, seen.theta.shape[-1]).T[known]
    own = curves(counts.take(known), flat).T.reshape(*seen.theta.shape[:-1], known.size)
    logs[..., known] = own
    return logs


def error_below(family: Likelihood, df: float | None) -> Callable[[Array], Array] | None:
    """Return the distribution function of an estimate's distance from its effect, in standard errors: of one
    that is given, with the degrees of freedom ``df``, or under a likelihood of estimates; None under one of
    counts.
    """
    if df is not None and math.isfinite(df):
        return lambda distance: np.asarray(special.stdtr(df, distance))
    if isinstance(family, OfEstimates):
        return family.below
    return None if df is None else lambda distance: np.asarray(special.ndtr(distance))


def averaged(family: OfEstimates, counts: Counts, mean: Array, sd: Array) -> Array | None:
    """Return the log likelihood averaged over theta ~ Normal(mean, sd^2), (..., K);
    None where there is no closed form.
    """
    other = student(counts) or designs.uncertain(counts).size
    return None if other else family.averaged(*family.estimates(counts), mean, sd)


def draw_baselines(
    family: WithBaselines, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
) -> Array:
    """Return a draw of each study's baseline for each draw of its effect: from its prior where nothing but an
    estimate of the effect is known.
    """
    return designs.draw_baselines(family, counts.silent(), theta, baselines, rng)


def sampler_data(family: Likelihood, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
    """Return the arrays that ``add_term`` reads as data, by name."""
    if counts.given is None or (isinstance(family, OfEstimates) and not student(counts)):
        return family.sampler_data(counts, exact=exact)
    known = counts.given.known
    of_estimates = {
        "known": known.astype(float),
        "estimate": np.where(known, counts.given.y, 0.0),
        "error": np.where(known, counts.given.s, 1.0),
        "df": np.where(known & np.isfinite(counts.given.df), counts.given.df, 0.0),
    }
    if isinstance(family, OfEstimates):  # with Student-t errors among them
        y, s = family.estimates(counts)
        return {
            f"{PREFIX}known": np.ones(y.size),
            f"{PREFIX}estimate": y,
            f"{PREFIX}error": s,
            f"{PREFIX}df": of_estimates["df"],
        }
    data = family.sampler_data(counts.silent(), exact=exact)
    return data | {f"{PREFIX}{name}": values for name, values in of_estimates.items()}


def add_term(family: Likelihood, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
    """Add what is observed to the model being built, as ``Likelihood.add_term`` does."""
    alone = f"{PREFIX}estimate" not in data
    if alone or not isinstance(family, OfEstimates):
        family.add_term(pm, data, theta, log_odds)
    if alone:
        return
    values = {
        name: pm.Data(f"{PREFIX}{name}", data[f"{PREFIX}{name}"], dims="study")
        for name in ("known", "estimate", "error", "df")
    }
    pm.Potential("given", (values["known"] * _log_term(pm, values, theta)).sum())


def _log_term(pm: Any, values: Mapping[str, Any], theta: Any) -> Any:
    """Return the log density of normal errors, of Student-t ones where the degrees of freedom are not 0."""
    z = (values["estimate"] - theta) / values["error"]
    n = pm.math.switch(values["df"] > 0, values["df"], 1.0)
    t = -(n + 1) / 2 * pm.math.log1p(z * z / n)
    return pm.math.switch(values["df"] > 0, t, -z * z / 2)
