"""Priors in PyMC: each family of the package as the distribution of the same density.

The numbers of a prior enter as data, one vector ``<name>_prior``,
so that one compiled model serves every prior of a form.
"""

import math
from collections.abc import Hashable
from dataclasses import fields
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior, Truncated, resolved
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.pieces import NODES
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.scale_free import Flat, ScaleFree
from bayes_ivig.priors.shared import LOG_SQRT_2PI
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal, LogStudentT

IMPOSSIBLE = -1e4  # log density where there is none: a chain that starts there moves out of it

type Plain = (
    Normal
    | StudentT
    | Logistic
    | Uniform
    | Flat
    | HalfNormal
    | HalfStudentT
    | HalfCauchy
    | Exponential
    | LogNormal
    | InverseGamma
)


def place(name: str, prior: Prior, *, positive: bool = False, dims: str | None = None) -> Any:
    """Add a parameter with this prior to the PyMC model being built, and return it.

    A plain family is PyMC's own distribution. A mixture, or a prior on tau squared, is a flat parameter and
    its log density as a potential. A parameter between two limits is sampled as the share of the way from one
    to the other, so that where a chain starts depends on its seed and not on the limits. ``positive`` makes a
    flat prior one on the half line.
    """
    import pymc as pm

    prior = resolved(prior)
    values = pm.Data(f"{name}_prior", parameters(prior)) if parameters(prior).size else None
    if bounded(prior):
        limits = pm.Data(f"{name}_limits", np.array(prior.support))
        width = limits[1] - limits[0]
        x = pm.Deterministic(
            name, limits[0] + width * pm.Uniform(f"{name}_share", 0.0, 1.0, dims=dims), dims=dims
        )
        pm.Potential(f"{name}_density", (log_density(prior, values, x) + pm.math.log(width)).sum())
        return x
    if isinstance(
        prior,
        Mixture | OnTau2 | Flat | LogStudentT | RiskRatio | ScaleFree | DataDependent | Density | Truncated,
    ):
        x = _without_density(name, prior, positive, dims)
        if not isinstance(prior, Flat):
            pm.Potential(f"{name}_density", log_density(prior, values, x).sum())
        return x
    assert not isinstance(prior, LibraryPrior)  # it is resolved
    distribution, arguments = translated(prior, values)
    return distribution(name, **arguments, dims=dims)


def _without_density(name: str, prior: Prior, positive: bool, dims: str | None) -> Any:
    """Add a parameter whose density is a potential, from its one limit on where it has one."""
    import pymc as pm

    if not limited(prior):
        half = positive or prior.support[0] == 0
        return pm.HalfFlat(name, dims=dims) if half else pm.Flat(name, dims=dims)
    limits = pm.Data(f"{name}_limits", np.array(prior.support))
    away = pm.HalfFlat(f"{name}_away", dims=dims)
    return pm.Deterministic(
        name, limits[0] + away if math.isfinite(prior.support[0]) else limits[1] - away, dims=dims
    )


def place_signed_scale(name: str, prior: Prior) -> Any:
    """Add the SD of effects that are symmetric around their centre, up to its sign, and return it.

    A prior that is one side of a symmetric distribution is sampled as the whole of it, named ``NAME_signed``.
    """
    import pymc as pm

    prior = resolved(prior)
    match prior:
        case HalfNormal():
            whole, mean = pm.Normal, {"mu": 0.0}
        case HalfStudentT():
            whole, mean = pm.StudentT, {"mu": 0.0}
        case HalfCauchy():
            whole, mean = pm.Cauchy, {"alpha": 0.0}
        case _:
            return place(name, prior, positive=True)
    values = pm.Data(f"{name}_prior", parameters(prior))
    return whole(f"{name}_signed", **mean, **translated(prior, values)[1])


def place_correlation(name: str, prior: LKJ) -> Any:
    """Add a correlation with this prior to the PyMC model being built, and return it;
    (rho + 1) / 2 is Beta(eta, eta).
    """
    import pymc as pm

    eta = pm.Data(f"{name}_prior", np.array([prior.eta]))[0]
    return pm.Deterministic(name, 2 * pm.Beta(f"{name}_share", eta, eta) - 1)


def log_density(prior: Prior, values: Any, x: Any) -> Any:  # noqa: C901, PLR0911 - one case for each form
    """Return the symbolic log density of a prior at ``x``,
    with its numbers read from ``values`` in ``parameters``' order.
    """
    import pymc as pm

    match prior:
        case LibraryPrior(prior=inner):
            return log_density(inner, values, x)
        case OnTau2(prior=inner):
            return log_density(inner, values, x**2) + pm.math.log(2 * x)  # the Jacobian of tau -> tau squared
        case Mixture(parts=parts):
            terms, start = [], len(parts)
            for at, part in enumerate(parts):
                end = start + parameters(part).size
                terms.append(pm.math.log(values[at]) + log_density(part, values[start:end], x))
                start = end
            return pm.math.logsumexp(pm.math.stack(terms), axis=0)
        case Truncated(prior=inner):
            return log_density(inner, values[1:], x) - values[0]
        case LogStudentT():
            return pm.logp(
                pm.StudentT.dist(nu=values[0], mu=values[1], sigma=values[2]), pm.math.log(x)
            ) - pm.math.log(x)
        case RiskRatio():
            return _risk_ratio(values, x)
        case ScaleFree():
            return prior.exponent * pm.math.log(x)
        case DataDependent():
            return _data_dependent(prior, values, x)
        case Density():
            return _in_pieces(prior, values, x)
        case _:
            distribution, arguments = translated(prior, values)
            return pm.logp(distribution.dist(**arguments), x)


def _data_dependent(prior: DataDependent, values: Any, x: Any) -> Any:
    """Return the symbolic log density whose formulas ``priors.data_dependent`` gives;
    ``values`` are constant and variances.
    """
    import pymc as pm

    constant, v = values[0], values[1:]
    t = pm.math.log(x)
    log_v = pm.math.log(v + x[..., None] ** 2)
    match prior.name:
        case "jeffreys":
            return t + 0.5 * pm.math.logsumexp(-2 * log_v, axis=-1, keepdims=False)
        case "berger_deely":
            return t - log_v.mean(axis=-1)
        case "conventional":
            return t - 1.5 * log_v.mean(axis=-1) - constant
        case "dumouchel":
            return constant - 2 * pm.math.log(pm.math.exp(constant) + x)
        case _:
            return math.log(2) + t + 2 * constant - 2 * pm.math.log(pm.math.exp(2 * constant) + x**2)


def _in_pieces(prior: Density, values: Any, x: Any) -> Any:
    """Return the symbolic log density of a table: the piece of x, its polynomial by Clenshaw's sums,
    and straight lines beyond the ends.
    """
    import pytensor.tensor as pt

    low, high = prior.support
    count = prior.pieces.masses.size
    edges, slopes = values[: count + 1], values[count + 1 : count + 3]
    table = values[count + 3 :].reshape((count, NODES))
    above = pt.log(x - low) if math.isfinite(low) else None
    below = pt.log(high - x) if math.isfinite(high) else None
    if above is None:
        u = pt.arcsinh(x) if below is None else -below
    else:
        u = above if below is None else above - below
    inside = pt.clip(u, edges[0], edges[-1])
    which = (inside[..., None] >= edges[1:-1]).sum(axis=-1)
    left, right = edges[which], edges[which + 1]
    t = 2 * (inside - left) / (right - left) - 1
    found, before = 0.0 * t, 0.0 * t
    for k in range(NODES - 1, 0, -1):
        found, before = 2 * t * found - before + table[which, k], found
    found = t * found - before + table[which, 0]
    return found + slopes[0] * pt.minimum(u - edges[0], 0.0) + slopes[1] * pt.maximum(u - edges[-1], 0.0)


def _risk_ratio(values: Any, x: Any) -> Any:
    """Return the symbolic log density of ``priors.ratios.risk_ratio``;
    ``values`` are as ``parameters`` gives them.
    """
    import pymc as pm

    mean, sd, sign, log_possible = (values[i] for i in range(4))
    nodes = values[4:].reshape((2, -1))
    log_odds, log_weights = nodes[0], nodes[1]
    treated = sign * x[..., None] + log_odds
    score = (pm.math.log1pexp(-log_odds) - pm.math.log1pexp(-treated) - mean) / sd
    # the last is the Jacobian, 1 - risk under treatment
    logs = log_weights - 0.5 * score**2 - pm.math.log1pexp(treated)
    return pm.math.logsumexp(logs, axis=-1, keepdims=False) - LOG_SQRT_2PI - pm.math.log(sd) - log_possible


def translated(prior: Plain, v: Any) -> tuple[Any, dict[str, Any]]:  # noqa: C901, PLR0911 - one case for each family
    """Return PyMC's distribution of a plain family and its arguments, read from the vector ``v``."""
    import pymc as pm

    match prior:
        case Normal():
            return pm.Normal, {"mu": v[0], "sigma": v[1]}
        case StudentT():
            return pm.StudentT, {"nu": v[0], "mu": v[1], "sigma": v[2]}
        case Logistic():
            return pm.Logistic, {"mu": v[0], "s": v[1]}
        case Uniform():
            return pm.Uniform, {"lower": v[0], "upper": v[1]}
        case Flat():
            return pm.Flat, {}
        case HalfNormal():
            return pm.HalfNormal, {"sigma": v[0]}
        case HalfStudentT():
            return pm.HalfStudentT, {"nu": v[0], "sigma": v[1]}
        case HalfCauchy():
            return pm.HalfCauchy, {"beta": v[0]}
        case Exponential():
            return pm.Exponential, {"lam": v[0]}
        case LogNormal():
            return pm.LogNormal, {"mu": v[0], "sigma": v[1]}
        case InverseGamma():
            return pm.InverseGamma, {"alpha": v[0], "beta": v[1]}
        case _:
            assert_never(prior)


def parameters(prior: Prior) -> NDArray[np.float64]:  # noqa: PLR0911 - one case for each form
    """Return the numbers of a prior as one vector: its fields in order;
    for a mixture the weights, then part after part.
    """
    match prior:
        case LibraryPrior(prior=inner) | OnTau2(prior=inner):
            return parameters(inner)
        case Mixture(weights=weights, parts=parts):
            return np.concatenate([weights, *(parameters(part) for part in parts)])
        case RiskRatio():
            log_odds, shares = prior.nodes
            whole = [prior.mean, prior.sd, prior.sign, math.log1p(-prior.impossible)]
            return np.concatenate([whole, log_odds, np.log(shares)])
        case Truncated(prior=inner):
            return np.concatenate([[math.log(prior.inside)], parameters(inner)])
        case ScaleFree():
            return np.empty(0)
        case DataDependent(variances=variances):
            return np.array([prior.constant, *variances])
        case Density():
            pieces = prior.pieces
            table = np.maximum(pieces.coefficients, np.where(np.arange(NODES) == 0, IMPOSSIBLE, -np.inf))
            slopes = np.nan_to_num(pieces.slopes, neginf=0.0, posinf=0.0)
            return np.concatenate([pieces.edges, slopes, table.ravel()])
        case _:
            return np.array([getattr(prior, field.name) for field in fields(prior)], float)


def form(prior: Prior) -> Hashable:  # noqa: PLR0911 - one case for each form
    """Return what a prior looks like without its numbers; two priors of one form share a compiled model."""
    match prior:
        case LibraryPrior(prior=inner):
            return form(inner)
        case OnTau2(prior=inner):
            return "on_tau2", form(inner)
        case Truncated(prior=inner):
            return "truncated", *map(math.isfinite, prior.support), form(inner)
        case Mixture(parts=parts):
            return "mixture", *(form(part) for part in parts)
        case RiskRatio():
            return "risk_ratio", parameters(prior).size
        case ScaleFree(name=name) | DataDependent(name=name):
            return name
        case Density(support=support):
            return "density", support, prior.pieces.masses.size
        case _:
            return type(prior).__name__


def bounded(prior: Prior) -> bool:
    """Whether a prior confines its parameter between two limits."""
    return all(math.isfinite(limit) for limit in prior.support)


def limited(prior: Prior) -> bool:
    """Whether a prior's limits are data of its model: two of them, or one that is not 0 from below."""
    low, high = prior.support
    return math.isfinite(high) or (math.isfinite(low) and low != 0)
