"""P-values of 2x2 tables on given margins and of estimates, and the interval between cuts that each lies in;
arrays in, arrays out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.formulas.ties import NOISE

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

TIED = (
    1e-7  # relative, up to which two tables are equally probable to Fisher's test (as R's fisher.test has it)
)


class Rule(NamedTuple):
    """Which p-value decides: its cuts, in ascending order; two-sided, or one-sided with ``sign`` 1 where
    effects above no effect are favoured and -1 where those below are; of which test: ``"wald"``, ``"score"``
    or ``"fisher"``.
    """

    cuts: tuple[float, ...]
    sign: int = 1
    two_sided: bool = False
    test: str = "wald"


def interval_of(p: Array, cuts: tuple[float, ...]) -> Index:
    """Return which interval each p-value lies in, 0 for the most significant; one that equals a cut but for
    noise lies in the more significant interval.
    """
    return np.asarray((p[..., None] > np.asarray(cuts) + NOISE).sum(axis=-1), np.intp)


def places(rule: Rule) -> Array:
    """Return where an estimate has a p-value at a cut, in standard errors; on both sides where it may be."""
    z = -special.ndtri(np.asarray(rule.cuts) / (2 if rule.two_sided else 1))
    return np.concatenate([z, -z]) if rule.two_sided else np.asarray(rule.sign * z)


def of_estimates(y: Array, s: Array, df: Array, rule: Rule) -> Array:
    """Return p-values of estimates with standard errors, (K,): normal, or Student-t where the degrees of
    freedom ``df`` are finite.
    """
    z = y / s
    z = -np.abs(z) if rule.two_sided else -rule.sign * z
    one = np.where(np.isfinite(df), special.stdtr(np.where(np.isfinite(df), df, 1.0), z), special.ndtr(z))
    return np.asarray(np.minimum(2 * one, 1.0) if rule.two_sided else one)


def of_tables(margins: tuple[float, float, float], rule: Rule) -> tuple[Array, Array]:
    """Return the treatment events of all tables on the margins, (n,), and their p-values.

    ``margins`` are both totals, treatment first, and all events. Wald: of the log odds ratio, 0.5 added to
    every cell of a table with a zero cell. Score: Pearson's chi-squared without correction, and its root.
    Fisher: the exact test; two-sided it adds up all tables that are no more probable than the table.
    """
    n1, n0, total = margins
    x = np.arange(max(0.0, total - n0), min(n1, total) + 1)
    if rule.test == "fisher":
        return x, _fisher(x, margins, rule)
    z = wald(_cells(x, margins)) if rule.test == "wald" else _score(x, margins)
    if rule.two_sided:
        return x, np.asarray(np.minimum(1.0, 2 * special.ndtr(-np.abs(z))))
    return x, np.asarray(special.ndtr(-rule.sign * z))


def _cells(x: Array, margins: tuple[float, float, float]) -> Array:
    """Return events and non-events, treatment first, of tables on the margins, (4, n)."""
    n1, n0, total = margins
    return np.stack([x, n1 - x, total - x, n0 - total + x])


def wald(cells: Array) -> Array:
    """Return log odds ratios over their standard errors of tables (4, n), events and non-events under
    treatment, then under control; 0.5 is added to every cell of a table with an empty one.
    """
    cells = cells + 0.5 * (cells.min(axis=0) == 0)
    a, b, c, d = cells
    return np.asarray((np.log(a) - np.log(b) - np.log(c) + np.log(d)) / np.sqrt((1 / cells).sum(axis=0)))


def _score(x: Array, margins: tuple[float, float, float]) -> Array:
    n1, n0, total = margins
    people = n1 + n0
    return np.asarray((x * people - n1 * total) * np.sqrt(people / (n1 * n0 * total * (people - total))))


def _fisher(x: Array, margins: tuple[float, float, float], rule: Rule) -> Array:
    n1, n0, total = margins
    logs = log_choose(np.asarray(n1), x) + log_choose(np.asarray(n0), total - x)
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    if not rule.two_sided:
        ordered = chances[:: -rule.sign]  # from the most favoured table on
        return np.asarray(np.minimum(1.0, np.cumsum(ordered)[:: -rule.sign]))
    ascending = np.sort(chances)
    up_to = np.searchsorted(ascending, chances * (1 + TIED), side="right")
    return np.asarray(np.minimum(1.0, np.cumsum(ascending)[up_to - 1]))
