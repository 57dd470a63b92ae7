"""Weakly informative, sceptical, neutral and optimistic priors that the literature knows by name,
each with its source.
"""

import re
from collections.abc import Callable
from functools import cache

from scipy import special

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors.composite import LibraryPrior, OnTau2, Prior
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, Logistic, Normal, StudentT
from bayes_ivig.priors.libraries import choose, numbers, rows
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.skewed import InverseGamma, LogNormal

STRENGTHS = {"strong": 0.05, "moderate": 0.15, "weak": 0.30}  # probability on the other side of no effect
BEYOND = 0.05  # prior probability beyond delta (sceptical) or of no effect (enthusiastic)
SCALES = ("log OR", "log odds")


@checked
def named(name: str, parameter: str = "") -> LibraryPrior:
    """Return the prior of this name from the bundled list;
    ``parameter`` tells apart names that stand for more than one.

    Raises ``ModelError`` with a suggestion for an unknown name, and for a prior made for another measure.

    >>> import bayes_ivig as bi
    >>> print(bi.priors.named("neutral_moderate"))
    named("neutral_moderate")
    >>> bi.priors.named("neutral_moderate").quantile([0.025, 0.975]).round(2).tolist()
    [-0.69, 0.69]
    """
    table = _table()
    names = list(dict.fromkeys(key for key, _ in table))
    name = choose("named", "prior", name, names)
    parameters = [of for key, of in table if key == name]
    if not parameter and len(parameters) > 1:
        written = " or ".join(f'named("{name}", "{of}")' for of in parameters)
        raise ModelError(f"named: {quoted(name)} stands for more than one prior; write {written}")
    parameter = choose("named", f"parameter of {name}", parameter, parameters) if parameter else parameters[0]
    row = table[name, parameter]
    if row["measure"] not in SCALES:
        raise ModelError(
            f"named: {name} is made for {row['measure']}, another scale; models here need one for log OR"
        )
    if "|" in row["args"]:
        raise ModelError(f"named: {name} needs the effect it is about; write for example {_written(name)}")
    text = f'named("{name}", "{parameter}")' if len(parameters) > 1 else f'named("{name}")'
    return LibraryPrior(text, _prior(row), _source(row))


def unit_information() -> LibraryPrior:
    """Return the normal prior on a log odds ratio that is worth one participant:
    mean 0, SD 4 (Kass & Wasserman 1995).

    >>> import bayes_ivig as bi
    >>> bi.priors.unit_information().quantile([0.025, 0.975]).round(2).tolist()
    [-7.84, 7.84]
    """
    row = _table()["unit_information", "mu"]
    return LibraryPrior("unit_information()", _prior(row), _source(row))


@checked
def optimistic(strength: str, expected: float) -> LibraryPrior:
    """Return a normal prior around the ``expected`` log odds ratio of the trialists.

    Its SD leaves the probability of the opposite direction at 0.05 (``"strong"``), 0.15 (``"moderate"``) or
    0.30 (``"weak"``). Whether ``expected`` is above or below 0 follows from the event being good or bad.
    Source: Zampieri et al. 2021.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.optimistic("weak", 0.4)
    >>> round(float(prior.cdf(0)), 2)
    0.3
    """
    return _leaning("optimistic", strength, expected, 1.0)


@checked
def pessimistic(strength: str, expected: float) -> LibraryPrior:
    """Return the mirror image of ``optimistic``: a normal prior around minus the ``expected`` log odds
    ratio.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.pessimistic("weak", 0.4)
    >>> round(float(1 - prior.cdf(0)), 2)
    0.3
    """
    return _leaning("pessimistic", strength, expected, -1.0)


@checked
def sceptical(delta: float) -> LibraryPrior:
    """Return a normal prior around no effect, with probability 0.05 beyond the log odds ratio ``delta``.

    Source: Spiegelhalter, Freedman & Parmar 1994.

    >>> import bayes_ivig as bi
    >>> import math
    >>> prior = bi.priors.sceptical(math.log(2))
    >>> round(float(1 - prior.cdf(math.log(2))), 2)
    0.05
    """
    return _about(delta, 0.0, f"sceptical({number(delta)})", "sceptical_spiegelhalter")


@checked
def enthusiastic(delta: float) -> LibraryPrior:
    """Return a normal prior around the log odds ratio ``delta``,
    with probability 0.05 of no effect or the opposite one.

    Source: Spiegelhalter, Freedman & Parmar 1994.

    >>> import bayes_ivig as bi
    >>> import math
    >>> prior = bi.priors.enthusiastic(math.log(2))
    >>> round(float(prior.cdf(0)), 2)
    0.05
    """
    return _about(delta, 1.0, f"enthusiastic({number(delta)})", "enthusiastic_spiegelhalter")


@checked
def zampieri(expected: float) -> tuple[LibraryPrior, ...]:
    """Return the nine priors of Zampieri et al. 2021 (AJRCCM 203:543) about an ``expected`` log odds ratio,
    as a list to compare.

    Neutral (95% of odds ratios within 1.5, 2 and 3 times either way), optimistic around ``expected`` and
    pessimistic around its mirror image (probability 0.05, 0.15 and 0.30 of the opposite direction), each
    strong, moderate and weak. The paper's own weak neutral prior, normal(0, 5), is
    ``named("neutral_weak_original")``. A positive ``expected`` is a benefit where the event is good, a
    negative one where it is bad. Raises ``ModelError`` for 0.

    >>> import bayes_ivig as bi
    >>> len(bi.priors.zampieri(0.4)), str(bi.priors.zampieri(0.4)[0])
    (9, 'named("neutral_strong")')
    """
    neutral = tuple(named(f"neutral_{strength}") for strength in STRENGTHS)
    hope = tuple(optimistic(strength, expected) for strength in STRENGTHS)
    return (*neutral, *hope, *(pessimistic(strength, expected) for strength in STRENGTHS))


@checked
def spiegelhalter(delta: float) -> tuple[LibraryPrior, ...]:
    """Return the sceptical and the enthusiastic prior about a log odds ratio ``delta``,
    as a list to compare.

    >>> import bayes_ivig as bi
    >>> [str(prior) for prior in bi.priors.spiegelhalter(0.69)]
    ['sceptical(0.69)', 'enthusiastic(0.69)']
    """
    return sceptical(delta), enthusiastic(delta)


SETS: dict[str, Callable[[float], tuple[LibraryPrior, ...]]] = {
    "zampieri": zampieri,
    "spiegelhalter": spiegelhalter,
}
SET_TEXT = re.compile(r"\s*(\w+)\s*\(\s*(?:\w+\s*=\s*)?([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*\)\s*")


def prior_set(text: str) -> tuple[LibraryPrior, ...] | None:
    """Return the priors of a set such as ``zampieri(0.4)``; None for a text that is not the name of a set.

    Raises ``ModelError`` for a set without its number.
    """
    name = text.partition("(")[0].strip()
    if name not in SETS:
        return None
    match = SET_TEXT.fullmatch(text)
    if match is None:
        raise ModelError(
            f"prior set {quoted(text[:60])}: write {name}(0.4), a log odds ratio within brackets"
        )
    return SETS[name](float(match[2]))


def _leaning(name: str, strength: str, expected: float, sign: float) -> LibraryPrior:
    strength = choose(name, "strength", strength, list(STRENGTHS))
    text = f'{name}("{strength}", {number(expected)})'
    prior = _around(text, sign * expected, expected, STRENGTHS[strength])
    return LibraryPrior(text, prior, _source(_table()[f"{name}_{strength}", "mu"]))


def _about(delta: float, share: float, text: str, row: str) -> LibraryPrior:
    return LibraryPrior(text, _around(text, share * delta, delta, BEYOND), _source(_table()[row, "mu"]))


def _around(text: str, mean: float, distance: float, beyond: float) -> Normal:
    """Return the normal with this mean and with probability ``beyond`` further than ``distance`` from it,
    on one side.
    """
    if not distance:
        raise ModelError(f"{text}: the log odds ratio must differ from 0, since the SD is a multiple of it")
    return Normal(mean, abs(distance) / float(special.ndtri(1 - beyond)))


def _written(name: str) -> str:
    """Return an example of the call that makes a prior of a name that needs a number."""
    kind, _, strength = name.partition("_")
    return f'{kind}("{strength}", 0.4)' if strength in STRENGTHS else f"{kind}(0.4)"


@cache
def _table() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["name"], row["parameter"]): row for row in rows("named")}


def _source(row: dict[str, str]) -> str:
    return f"{row['source']} ({row['status']})"


def _prior(row: dict[str, str]) -> Prior:  # noqa: PLR0911 - one case for each family of the list
    args = numbers(row["args"])
    match row["family"]:
        case "normal":
            return Normal(**args)
        case "logistic":
            return Logistic(**args)
        case "student_t":
            return StudentT(**args)
        case "half_normal":
            return HalfNormal(**args)
        case "half_cauchy":
            return HalfCauchy(**args)
        case "inverse_gamma":
            return InverseGamma(**args)
        case "log_normal_tau2":
            return OnTau2(LogNormal(args["mu"], args["sigma"]))
        case family:
            raise ModelError(f"named: the bundled table has an unknown family {quoted(family)}")
