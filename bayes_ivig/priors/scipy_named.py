"""Frozen distributions of SciPy as priors: a family where one is exactly that, else a table of its density.

They are known by the module of their class, so that SciPy's distributions are not imported for asking.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal

HOME = "scipy.stats"
EXAMPLE = "scipy.stats.norm(0, 1)"
NAME = 50  # characters of a name that has its numbers in it
REACH = 1e-12  # probability beyond which points are of no use
# made of the numbers of a distribution in order, location and scale last
FAMILIES: Mapping[str, Callable[..., Any]] = {
    "norm": Normal,
    "t": StudentT,
    "cauchy": lambda loc, scale: StudentT(1, loc, scale),
    "logistic": Logistic,
    "uniform": lambda loc, scale: Uniform(loc, loc + scale),
}
FROM_ZERO: Mapping[str, Callable[..., Any]] = {  # those whose location is 0
    "halfnorm": HalfNormal,
    "halfcauchy": HalfCauchy,
    "expon": lambda scale: Exponential(1 / scale),
    "lognorm": lambda s, scale: LogNormal(math.log(scale), s),
    "invgamma": InverseGamma,
}


class Distribution(Protocol):
    """What a type checker knows of a distribution of SciPy that has its numbers."""

    def pdf(self, x: Any, /) -> Any:
        """Return the density."""

    def cdf(self, x: Any, /) -> Any:
        """Return P(X <= x)."""

    def support(self) -> Any:
        """Return both limits."""


def from_scipy(truncated: Callable[..., Any], value: Any) -> Any:
    """Return the prior that a distribution of SciPy is, anything else as it is; ``truncated`` makes one with
    limits. Raises ``ModelError`` for
    a distribution without its numbers, of whole numbers, or of several values.
    """
    if not type(value).__module__.startswith(HOME):
        return value
    _require_one_density(value)
    if not hasattr(value, "dist"):
        return _by_density(value, str(value))
    numbers = _numbers(value)
    name, scale = value.dist.name, numbers["scale"]
    wrong = [
        each
        for key, each in numbers.items()
        if math.isnan(each) or (key in ("loc", "scale") and math.isinf(each))
    ]
    if wrong or scale <= 0:
        shown = ", ".join(f"{key} {number(each)}" for key, each in numbers.items())
        raise ModelError(f"{HOME}.{name}: found {shown}; all must be finite, and the scale above 0")
    if name in FAMILIES:
        return FAMILIES[name](*numbers.values())
    if name == "truncnorm":
        loc = numbers["loc"]
        return truncated(Normal(loc, scale), loc + numbers["a"] * scale, loc + numbers["b"] * scale)
    if name in FROM_ZERO and numbers["loc"] == 0:
        return FROM_ZERO[name](*(each for key, each in numbers.items() if key != "loc"))
    return _by_density(
        value, f"{name}({', '.join(f'{key}={number(each)}' for key, each in numbers.items())})"
    )


def _require_one_density(value: Any) -> None:
    """Raise ``ModelError`` for what is no distribution of one number, or lacks its own numbers."""
    if hasattr(value, "freeze"):
        name = getattr(value, "name", type(value).__name__)
        raise ModelError(f"{HOME}.{name}: a distribution without its numbers; write for example {EXAMPLE}")
    ancestors = [each.__name__ for each in type(value).__mro__]
    if "DiscreteDistribution" in ancestors or (hasattr(value, "pmf") and not hasattr(value, "pdf")):
        what = "a distribution of whole numbers"
    elif not (hasattr(value, "pdf") and hasattr(value, "support")):
        what = f"{type(value).__name__} is no distribution of one number"
    else:
        return
    raise ModelError(f"{HOME}: {what}; a prior has the density of one number, for example {EXAMPLE}")


def _numbers(value: Any) -> dict[str, float]:
    """Return the numbers of a frozen distribution by name, location 0 and scale 1 unless given."""
    shapes = [each.strip() for each in (value.dist.shapes or "").split(",") if each.strip()]
    given = dict(zip((*shapes, "loc", "scale"), value.args, strict=False)) | dict(value.kwds)
    numbers = {"loc": 0.0, "scale": 1.0} | given
    if any(np.size(each) != 1 for each in numbers.values()):
        raise ModelError(
            f"{HOME}.{value.dist.name}: holds several distributions; give one, such as {EXAMPLE}"
        )
    return {key: float(np.asarray(numbers[key]).item()) for key in (*shapes, "loc", "scale")}


def _by_density(value: Any, name: str) -> Density:
    """Return the table of a distribution's density, looked at near its quantiles."""
    limits = tuple(float(limit) for limit in value.support())
    quantile = value.ppf if hasattr(value, "ppf") else value.icdf
    points = np.asarray(quantile(np.array([REACH, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - REACH])), float)
    inside = points[np.isfinite(points)]
    text = f"{HOME}.{name}"
    short = text if len(text) <= NAME else f"{text[:NAME]}..."
    return Density(value.pdf, (limits[0], limits[1]), short.replace('"', "'"), tuple(inside.tolist()))
