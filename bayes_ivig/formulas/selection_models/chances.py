"""How probable each interval of the p-value is given a trial's own effect, or the mean and SD of effects;
arrays in, arrays out.

A table's margins are given, so that it is one of finitely many; an estimate is normal, or Student-t, around
the trial's own effect.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.conditional import mode_and_sd
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.formulas.selection_models.p_values import Index, Rule

type Array = NDArray[np.float64]

CELLS = 200_000  # terms held at once
IN_FULL = 2_000  # tables on the margins up to which every one is summed at every effect
REACH = 12.0  # SDs to either side of the mode, or of the end of an interval, that are summed


def of_tables(margins: tuple[float, float, float], interval: Index, count: int, theta: Array) -> Array:
    """Return the log probability of each of ``count`` intervals at log odds ratios ``theta``, (count, J);
    minus infinity where no table lies in one.

    ``interval`` says which one each table lies in, in the order of its treatment events. Fisher's noncentral
    hypergeometric distribution; of more than ``IN_FULL`` tables those around the mode of each run of tables
    of one interval are summed, each of them.
    """
    n1, n0, total = margins
    lowest = max(0.0, total - n0)
    x = lowest + np.arange(interval.size, dtype=float)
    ways = log_choose(np.asarray(n1), x) + log_choose(np.asarray(n0), total - x)
    out = np.full((count, theta.size), -np.inf)
    if interval.size <= IN_FULL:
        ways -= ways.max()
        order = [np.flatnonzero(interval == j) for j in range(count)]
        chunk = max(1, CELLS // interval.size)
        for start in range(0, theta.size, chunk):
            part = slice(start, start + chunk)
            for j in (j for j in range(count) if order[j].size):
                own = x[order[j]] - x[order[j][0]]  # relative to the first, lest large counts swallow digits
                logs = ways[order[j]] + np.multiply.outer(theta[part], own)
                out[j, part] = _log_sum(logs) + theta[part] * (x[order[j][0]] - lowest)
    else:
        for first, last in _runs(interval):
            j = int(interval[first])
            run = _run((x[first], x[last]), (ways, lowest), (margins, theta))
            out[j] = np.logaddexp(out[j], run)
    return np.asarray(out - np.logaddexp.reduce(out, axis=0))


def _log_sum(logs: Array) -> Array:
    top = logs.max(axis=1)
    return np.asarray(top + np.log(np.exp(logs - top[:, None]).sum(axis=1)))


def _runs(interval: Index) -> list[tuple[int, int]]:
    """Return first and last table of each run of tables that lie in one interval."""
    starts = np.flatnonzero(np.diff(interval)) + 1
    return list(
        zip([0, *map(int, starts)], [*(int(start) - 1 for start in starts), interval.size - 1], strict=True)
    )


def _run(
    ends: tuple[float, float], of: tuple[Array, float], at: tuple[tuple[float, float, float], Array]
) -> Array:
    """Return the log of the sum of terms from one table to another, around the largest of them, (J,)."""
    (first, last), (ways, lowest), ((n1, n0, total), theta) = ends, of, at
    mode, _ = mode_and_sd(theta, (n1, n0, total), (lowest, lowest + ways.size - 1))
    middle = np.round(np.clip(mode, first, last))
    inverse = sum(1 / (part + 0.5) for part in (middle, n1 - middle, total - middle, n0 - total + middle))
    reach = np.ceil(REACH / np.sqrt(inverse)) + 2
    out = np.empty(theta.size)
    order = np.argsort(reach)
    start = 0
    while start < theta.size:
        chunk = max(1, int(CELLS // (2 * reach[order[min(theta.size - 1, start + 8)]] + 1)))
        here = order[start : start + chunk]
        widest = float(reach[here].max())
        x = middle[here, None] + np.arange(-widest, widest + 1)
        inside = (x >= first) & (x <= last)
        safe = np.clip(x, first, last)
        logs = ways[(safe - lowest).astype(np.intp)] + theta[here, None] * (safe - middle[here, None])
        out[here] = _log_sum(np.where(inside, logs, -np.inf)) + theta[here] * (middle[here] - lowest)
        start += chunk
    return out


def of_estimates(rule: Rule, errors: tuple[Array, Array], centre: Array, sd: Array) -> Array:
    """Return the log probability of each interval of the p-value of normal estimates of effects around
    ``centre`` with variance sd^2, apart from their own standard errors; shape (K, intervals, ...).

    ``errors`` are these and their degrees of freedom, (K,): where they are finite the error is Student-t and
    ``sd`` must be 0. ``centre`` and ``sd`` have one shape (...).
    """
    s, df = errors
    shape = (-1, *(1,) * np.ndim(centre))
    scale = np.hypot(s.reshape(shape), sd)
    # places between the intervals, in standard errors, from the most favoured down
    level = np.asarray(rule.cuts) / (2 if rule.two_sided else 1)
    limits = np.where(
        np.isfinite(df[:, None]),
        -special.stdtrit(np.where(np.isfinite(df), df, 1.0)[:, None], level),
        -special.ndtri(level),
    )
    n = df.reshape(shape)

    def between(low: Array, high: Array) -> Array:
        return _log_between(
            (low.reshape(shape) * s.reshape(shape) - centre) / scale,
            (high.reshape(shape) * s.reshape(shape) - centre) / scale,
            n,
        )

    open_end = np.full((s.size, 1), math.inf)
    if not rule.two_sided:
        edges = rule.sign * np.concatenate([open_end, limits, -open_end], axis=1)
        pairs = [(edges[:, j], edges[:, j + 1]) for j in range(edges.shape[1] - 1)]
        return np.stack([between(np.minimum(*pair), np.maximum(*pair)) for pair in pairs], axis=1)
    outer = np.concatenate([open_end, limits], axis=1)
    parts = [
        np.logaddexp(between(outer[:, j + 1], outer[:, j]), between(-outer[:, j], -outer[:, j + 1]))
        for j in range(limits.shape[1])
    ]
    return np.stack([*parts, between(-outer[:, -1], outer[:, -1])], axis=1)


def _log_between(low: Array, high: Array, df: Array) -> Array:
    """Log probability between two places of a standard normal, or Student-t, distribution: of the two tails
    that it can be a difference of, the smaller ones.
    """
    flip = low + high > 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    finite = np.isfinite(df)
    logs = [special.log_ndtr(each) for each in (low, high)]
    if finite.any():
        safe = np.where(finite, df, 1.0)
        with np.errstate(divide="ignore"):
            logs = [
                np.where(finite, np.log(special.stdtr(safe, each)), own)
                for each, own in zip((low, high), logs, strict=True)
            ]
    below, above = logs
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isneginf(below), 0.0, np.exp(below - above))
        return np.asarray(np.where(np.isneginf(above), -np.inf, above + np.log1p(-share)))
