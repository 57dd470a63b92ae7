"""Priors from probability statements: the normal, or another family, under which the statements are true.

elicited("P(0.5 < OR < 4) = 0.95")                         95% sure that the odds ratio is between 0.5 and 4
elicited("P(OR > 2) <= 0.05")                              sceptical: around no effect, at most 5% beyond 2
elicited("median(OR) = 1.3; P(OR < 1) = 20%", family="student_t(4)")
elicited("P(tau > 1) = 0.05")                              half-normal on tau
"""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.priors.composite import LibraryPrior, Prior
from bayes_ivig.priors.elicitation.families import FIGURES, Family, family_of, usual
from bayes_ivig.priors.elicitation.solving import Condition, alike, by_place, least_squares, misfit, solutions
from bayes_ivig.priors.elicitation.statements import Statement, Variable, read_statements

EXACT = 1e-6  # of a probability: a solution in place of a compromise
WORST = 0.1  # of a probability: statements that a family misses by more contradict each other
WRITTEN = re.compile(r'elicited\("(?P<statements>[^"]*)"(?:, "(?P<family>[^"]*)")?\)')


@dataclass(frozen=True, slots=True)
class Met:
    """A statement beside the probability that the prior made of it gives to its event."""

    statement: str
    stated: float
    given: float


@checked
def elicit(*statements: str, family: str = "", benefit: str = "") -> LibraryPrior:
    """Return the prior under which the statements are true, each such as ``"P(0.5 < OR < 4) = 0.95"``.

    An event is ``a < OR < b``, ``OR > a`` or ``OR < b``, also about ``tau`` or a baseline ``risk``; ``=`` may
    be ``<=`` (at most) or ``>=``, a probability ``5%``, and ``median(OR) = 1.3`` is one too. With
    ``benefit="OR > 1"`` (or ``"OR < 1"``) events may be ``benefit``, ``harm`` or ``benefit > 2``.

    ``family``: normal (default), ``student_t(df)`` or logistic on the log odds ratio or log odds; on tau
    half_normal (default for one statement), log_normal (default for more), half_cauchy,
    ``half_student_t(df)`` or exponential. One interval alone has equal tails; one tail of the odds ratio
    alone belongs to a prior with median 1. Of the priors that keep within ``<=`` and ``>=`` and meet all
    else, the widest. More statements than the family has parameters are met by least squares of probabilities
    (O'Hagan et al. 2006, Uncertain Judgements, ch. 6); ``statements_met`` says how well.

    Raises ``ModelError`` for statements that cannot be read, do not determine a prior (those that meet them
    are named by location, then by scale), or contradict each other, and where the family misses one of them
    by more than 0.1.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.elicit("P(0.5 < OR < 4) = 0.95")
    >>> print(prior)
    elicited("P(0.5 < OR < 4) = 0.95")
    >>> prior.quantile([0.025, 0.975]).round(2).tolist()
    [-0.69, 1.39]
    """
    return elicited("; ".join(statements), family, benefit)


def elicited(statements: str, family: str = "", benefit: str = "") -> LibraryPrior:
    """Return ``elicit`` of statements in one text, separated by semicolons,
    as it stands in the text of a prior.
    """
    stated = read_statements(statements, benefit)
    known = family_of(family, stated)
    conditions = [_condition(statement, known) for statement in stated]
    location, scale = _solved(stated, known, _completed(stated, conditions, known))
    scale = float(f"{scale:.{FIGURES}g}")
    location = 0.0 if abs(location) < 1e-9 * scale else float(f"{location:.{FIGURES}g}")
    named = known.name if known.name != usual(stated) else ""
    listed = "; ".join(map(str, stated))
    text = f'elicited("{listed}", "{named}")' if named else f'elicited("{listed}")'
    prior = known.make(location, scale)
    met = "; ".join(f"{each.statement} (is {each.given:.3g})" for each in _met(stated, prior))
    return LibraryPrior(text, prior, f"stated: {met}")


@checked
def statements_met(prior: Prior) -> tuple[Met, ...]:
    """Return every statement an elicited prior was made from,
    with the probability the prior gives to its event.

    Raises ``ModelError`` for any other prior.

    >>> import bayes_ivig as bi
    >>> (met,) = bi.priors.statements_met(bi.priors.elicit("P(0.5 < OR < 4) = 0.95"))
    >>> met.statement, met.stated, round(met.given, 2)
    ('P(0.5 < OR < 4) = 0.95', 0.95, 0.95)
    """
    match = WRITTEN.fullmatch(str(prior))
    if match is None or not isinstance(prior, LibraryPrior):
        raise ModelError(f"{prior}: not made from statements; elicit('P(OR > 2) = 0.05') makes one that is")
    return _met(read_statements(match["statements"]), prior.prior)


def _met(statements: Sequence[Statement], prior: Prior) -> tuple[Met, ...]:
    met = []
    for each in statements:
        low, high = (_working(each.variable, value) for value in (each.lower, each.upper))
        met.append(Met(str(each), each.probability, _cdf(prior, high) - _cdf(prior, low)))
    return tuple(met)


def _working(variable: Variable, value: float) -> float:
    """Return a value on the scale of the parameter: log odds ratio, tau, log odds."""
    if variable == "tau":
        return value
    with np.errstate(divide="ignore"):
        return float(np.log(value)) if variable == "OR" else float(special.logit(value))


def _cdf(prior: Prior, value: float) -> float:
    return float(prior.cdf(value)) if math.isfinite(value) else float(value > 0)


def _condition(statement: Statement, family: Family) -> Condition:
    ends = [_working(statement.variable, value) for value in (statement.lower, statement.upper)]
    if family.name == "log_normal":
        with np.errstate(divide="ignore"):
            ends = [float(np.log(value)) for value in ends]
    low, high = (-math.inf if end <= 0 and not family.moves else end for end in ends)
    return Condition(low, high, statement.relation, statement.probability)


def _completed(
    statements: Sequence[Statement], conditions: list[Condition], family: Family
) -> list[Condition]:
    """Add what one statement alone leaves open: equal tails of an interval,
    a median of no effect for one tail.
    """
    if len(conditions) > 1 or not family.moves:
        return conditions
    (one,) = conditions
    if statements[0].bounded:
        tail = (1 - one.probability) / 2
        return [Condition(-math.inf, one.lower, "=", tail), Condition(one.upper, math.inf, "=", tail)]
    limit = one.lower if math.isfinite(one.lower) else one.upper
    if statements[0].variable != "OR" or limit == 0 or one.probability == 0.5:
        raise ModelError(
            f"elicited: {statements[0]} alone leaves the width of a {family.name} open; add a statement"
        )
    # the tail lies on the far side of its limit, seen from no effect
    beyond = (limit > 0) == math.isfinite(one.lower)
    if (one.probability < 0.5) != beyond:
        raise ModelError(
            f"elicited: {statements[0]} alone is taken with a median odds ratio of 1, which contradicts it; "
            "add a statement, such as median(OR) = 2"
        )
    return [one, Condition(-math.inf, 0.0, "=", 0.5)]


def _solved(
    statements: Sequence[Statement], family: Family, conditions: list[Condition]
) -> tuple[float, float]:
    """Return location and scale that meet all conditions, or come nearest to them."""
    equal = [each for each in conditions if each.relation == "="]
    bounds = [each for each in conditions if each.relation != "="]
    stated = "; ".join(map(str, statements))
    free = (2 if family.moves else 1) - len(equal)
    if free > len(bounds):
        raise ModelError(f"elicited: {stated} leaves a {family.name} open; add a statement")
    if free < 0:
        pairs = [least_squares(family.standard, family.moves, equal)]
    else:
        sets = itertools.combinations(bounds, free)
        pairs = [
            pair for active in sets for pair in solutions(family.standard, family.moves, [*equal, *active])
        ]
    possible = [pair for pair in pairs if misfit(family.standard, pair, bounds) <= EXACT]
    best = max(possible, key=lambda pair: pair[1], default=None)
    rivals = [
        pair
        for pair in possible
        if best and not alike(pair, best) and (free == 0 or pair[1] > best[1] * (1 - EXACT))
    ]
    if best is not None and rivals:
        named = " and ".join(
            dict.fromkeys(str(_short(family, each)) for each in sorted((best, *rivals), key=by_place))
        )
        raise ModelError(f"elicited: {stated} is met by {named}; add a statement, such as a median")
    if best is not None and misfit(family.standard, best, conditions) <= (WORST if free < 0 else EXACT):
        return best
    nearest = best or (pairs[0] if pairs else least_squares(family.standard, family.moves, conditions))
    prior = _short(family, nearest)
    gives = "; ".join(f"{each.given:.3g} for {each.statement}" for each in _met(statements, prior))
    raise ModelError(
        f"elicited: no {family.name} prior meets these statements together; "
        f"{prior} comes near and gives {gives}"
    )


def _short(family: Family, pair: tuple[float, float]) -> Prior:
    """Return the prior at a location and a scale of three digits each, for a message."""
    return family.make(*(float(f"{value:.3g}") for value in pair))
