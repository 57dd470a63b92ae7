"""Densities of priors as expressions of other languages: Stan, R with bayesmeta, PyMC, brms."""

from collections.abc import Callable
from dataclasses import dataclass

from bayes_ivig.priors.composite import Mixture, OnTau2, Prior, resolved
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal

type Families = dict[type, tuple[str, tuple[str, ...]]]  # a family: the name there, and its numbers in order

HALVES = (HalfNormal, HalfStudentT, HalfCauchy)
STAN: Families = {
    Normal: ("normal", ("mean", "sd")),
    StudentT: ("student_t", ("df", "location", "scale")),
    Logistic: ("logistic", ("location", "scale")),
    Uniform: ("uniform", ("lower", "upper")),
    HalfNormal: ("normal", ("0", "scale")),
    HalfStudentT: ("student_t", ("df", "0", "scale")),
    HalfCauchy: ("cauchy", ("0", "scale")),
    Exponential: ("exponential", ("rate",)),
    LogNormal: ("lognormal", ("meanlog", "sdlog")),
    InverseGamma: ("inv_gamma", ("shape", "scale")),
}
BAYESMETA: Families = {
    Uniform: ("dunif", ("lower", "upper")),
    HalfNormal: ("dhalfnormal", ("scale",)),
    HalfStudentT: ("dhalft", ("df", "scale")),
    HalfCauchy: ("dhalfcauchy", ("scale",)),
    Exponential: ("dexp", ("rate",)),
    LogNormal: ("dlnorm", ("meanlog", "sdlog")),
    InverseGamma: ("dinvgamma", ("shape", "scale")),
}
PYMC: Families = {
    Normal: ("Normal", ("mean", "sd")),
    StudentT: ("StudentT", ("df", "location", "scale")),
    Logistic: ("Logistic", ("location", "scale")),
    Uniform: ("Uniform", ("lower", "upper")),
    HalfNormal: ("HalfNormal", ("scale",)),
    HalfStudentT: ("HalfStudentT", ("df", "scale")),
    HalfCauchy: ("HalfCauchy", ("scale",)),
    Exponential: ("Exponential", ("rate",)),
    LogNormal: ("LogNormal", ("meanlog", "sdlog")),
    InverseGamma: ("InverseGamma", ("shape", "scale")),
}


@dataclass(frozen=True)
class Dialect:
    """How a language writes the density of a family at ``x``, and sums, products and changes of them."""

    families: Families
    plain: Callable[[str, tuple[str, ...], str], str]
    weighted: Callable[[str, str], str]
    mixed: Callable[[list[str]], str]
    squared: Callable[[str, str], str]  # the density at the square, and x: with the Jacobian
    square: Callable[[str], str]
    half: str = ""  # what makes the density of one side of a symmetric family whole

    def density(self, prior: Prior, x: str) -> str | None:
        """Return the density, or log density, of a prior at ``x``; None for a family that is not there."""
        prior = resolved(prior)
        if isinstance(prior, OnTau2):
            inner = self.density(prior.prior, self.square(x))
            return None if inner is None else self.squared(inner, x)
        if isinstance(prior, Mixture):
            parts = [self._whole(part, x) for part in prior.parts]
            held = [part for part in parts if part is not None]
            if len(held) < len(parts):
                return None
            return self.mixed([self.weighted(number(w), p) for w, p in zip(prior.weights, held, strict=True)])
        named = arguments(prior, self.families)
        return None if named is None else self.plain(*named, x)

    def _whole(self, prior: Prior, x: str) -> str | None:
        """Return a density that integrates to 1, as the parts of a mixture must."""
        density = self.density(prior, x)
        return f"{density}{self.half}" if density and isinstance(resolved(prior), HALVES) else density


def arguments(prior: Prior, families: Families) -> tuple[str, tuple[str, ...]] | None:
    """Return what a family is called there, and its numbers; None for one that is not there."""
    if type(prior) not in families:
        return None
    name, order = families[type(prior)]
    return name, tuple(each if each.isdigit() else number(getattr(prior, each)) for each in order)


def _stan_plain(name: str, values: tuple[str, ...], x: str) -> str:
    return f"{name}_lpdf({x} | {', '.join(values)})"


def _r_plain(name: str, values: tuple[str, ...], x: str) -> str:
    return f"{name}({', '.join((x, *values))})"


def _pymc_plain(name: str, values: tuple[str, ...], x: str) -> str:
    return f"pm.logp(pm.{name}.dist({', '.join(values)}), {x})"


IN_STAN = Dialect(
    STAN,
    _stan_plain,
    lambda weight, part: f"log({weight}) + {part}",
    lambda parts: f"log_sum_exp([{', '.join(parts)}])",
    lambda inner, x: f"{inner} + log(2 * {x})",
    lambda x: f"square({x})",
    " + log(2)",
)
IN_R = Dialect(
    BAYESMETA,
    _r_plain,
    lambda weight, part: f"{weight} * {part}",
    lambda parts: f"({' + '.join(parts)})",
    lambda inner, x: f"{inner} * 2 * {x}",
    lambda x: f"{x}^2",
)
IN_PYMC = Dialect(
    PYMC,
    _pymc_plain,
    lambda weight, part: f"np.log({weight}) + {part}",
    lambda parts: f"pm.math.logsumexp(pm.math.stack([{', '.join(parts)}]), axis=0)",
    lambda inner, x: f"{inner} + pm.math.log(2 * {x})",
    lambda x: f"{x} ** 2",
)
