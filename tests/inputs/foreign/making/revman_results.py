"""What RevMan computes, in formulas of their own (Deeks & Higgins, Statistical algorithms in RevMan 5).

Plain sums over plain numbers, nothing of the package, so that what a made file stores is a witness.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from scipy import stats

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Pooled:
    """A pooled result on the scale it is computed on: ``y``, its variance, and the heterogeneity."""

    y: float
    variance: float
    q: float
    df: int
    tau2: float

    @property
    def z(self) -> float:
        return abs(self.y) / math.sqrt(self.variance)

    def limits(self, level: float) -> tuple[float, float]:
        reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(self.variance)
        return self.y - reach, self.y + reach

    @property
    def p(self) -> float:
        return float(2 * stats.norm.sf(self.z))

    @property
    def q_p(self) -> float:
        return float(stats.chi2.sf(self.q, self.df))

    @property
    def i2(self) -> float:
        return 100 * max(0.0, (self.q - self.df) / self.q) if self.q > 0 else 0.0


def cells(row: Numbers, measure: str) -> Numbers | None:
    """Return events and non-events of both arms, 0.5 more in each where one is 0; None if no effect is."""
    a, n1, c, n2 = row
    b, d = n1 - a, n2 - c
    silent = (measure in ("OR", "RR") and a == c == 0) or (measure == "OR" and b == d == 0)
    if silent or not n1 or not n2:
        return None
    add = 0.5 if min(a, b, c, d) == 0 else 0.0
    return a + add, b + add, c + add, d + add


def of_study(  # noqa: PLR0911 - kinds, a formula each
    kind: str, row: Numbers, measure: str, method: str = "MH"
) -> tuple[float, float] | None:
    """Return the effect of one study and its variance."""
    if kind == "CONT":
        return _of_means(row, measure)
    if kind == "IV":
        return row[0], row[1] ** 2
    if kind == "IPD":
        return row[0] / row[1], 1 / row[1]
    if method == "PETO":
        excess, information = peto(row)
        return (excess / information, 1 / information) if information else None
    found = cells(row, measure)
    if found is None:
        return None
    a, b, c, d = found
    if measure == "OR":
        return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    n1, n2 = a + b, c + d
    if measure == "RR":
        return math.log(a / n1 / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2
    return a / n1 - c / n2, a * b / n1**3 + c * d / n2**3


def _of_means(row: Numbers, measure: str) -> tuple[float, float]:
    m1, s1, n1, m2, s2, n2 = row
    if measure == "MD":
        return m1 - m2, s1**2 / n1 + s2**2 / n2
    total = n1 + n2
    pooled = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (total - 2))
    g = (m1 - m2) / pooled * (1 - 3 / (4 * total - 9))
    return g, total / (n1 * n2) + g**2 / (2 * (total - 3.94))


def peto(row: Numbers) -> tuple[float, float]:
    """Return O - E of the first arm and its hypergeometric variance."""
    a, n1, c, n2 = row
    total, events = n1 + n2, a + c
    variance = n1 * n2 * events * (total - events) / (total**2 * (total - 1))
    return a - n1 * events / total, variance


def mantel_haenszel(rows: Sequence[Numbers], measure: str) -> tuple[float, float]:
    """Return the Mantel-Haenszel estimate and its variance (Robins et al. 1986; Greenland & Robins 1985)."""
    tables = [found for row in rows if (found := cells(row, measure)) is not None]
    if measure == "OR":
        r = sum(a * d / (a + b + c + d) for a, b, c, d in tables)
        s = sum(b * c / (a + b + c + d) for a, b, c, d in tables)
        pr = sum((a + d) * a * d / (a + b + c + d) ** 2 for a, b, c, d in tables)
        qs = sum((b + c) * b * c / (a + b + c + d) ** 2 for a, b, c, d in tables)
        mixed = sum(((a + d) * b * c + (b + c) * a * d) / (a + b + c + d) ** 2 for a, b, c, d in tables)
        return math.log(r / s), 0.5 * (pr / r**2 + mixed / (r * s) + qs / s**2)
    if measure == "RR":
        r = sum(a * (c + d) / (a + b + c + d) for a, b, c, d in tables)
        s = sum(c * (a + b) / (a + b + c + d) for a, b, c, d in tables)
        p = sum(
            ((a + b) * (c + d) * (a + c) - a * c * (a + b + c + d)) / (a + b + c + d) ** 2
            for a, b, c, d in tables
        )
        return math.log(r / s), p / (r * s)
    j = sum(
        (a * b * (c + d) ** 3 + c * d * (a + b) ** 3) / ((a + b) * (c + d) * (a + b + c + d) ** 2)
        for a, b, c, d in tables
    )
    k = sum((a + b) * (c + d) / (a + b + c + d) for a, b, c, d in tables)
    return sum((a * (c + d) - c * (a + b)) / (a + b + c + d) for a, b, c, d in tables) / k, j / k**2


def pooled(kind: str, rows: Sequence[Numbers], measure: str, method: str, *, random: bool) -> Pooled | None:
    """Return a pooled result as RevMan 5 prints it; None where no study is estimable."""
    effects = [found for row in rows if (found := of_study(kind, row, measure, method)) is not None]
    if not effects:
        return None
    weights = [1 / v for _, v in effects]
    mean = sum(w * y for w, (y, _) in zip(weights, effects, strict=True)) / sum(weights)
    centre, variance = mean, 1 / sum(weights)
    if kind == "DICH" and method == "MH":
        centre, variance = mantel_haenszel(rows, measure)
    q = sum(w * (y - centre) ** 2 for w, (y, _) in zip(weights, effects, strict=True))
    df = len(effects) - 1
    if not random:
        return Pooled(centre, variance, q if df else 0.0, df, 0.0)
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    tau2 = max(0.0, (q - df) / scale) if df else 0.0
    wider = [1 / (v + tau2) for _, v in effects]
    y = sum(w * each for w, (each, _) in zip(wider, effects, strict=True)) / sum(wider)
    return Pooled(y, 1 / sum(wider), q if df else 0.0, df, tau2)


def weights(kind: str, rows: Sequence[Numbers], measure: str, method: str, *, random: bool) -> list[float]:
    """Return the percentages that studies weigh, 0 for those that are not estimable."""
    whole = pooled(kind, rows, measure, method, random=random)
    tau2 = whole.tau2 if whole else 0.0
    found = []
    for row in rows:
        effect = of_study(kind, row, measure, method)
        if effect is None:
            found.append(0.0)
        elif kind == "DICH" and method == "MH" and not random:
            a, b, c, d = cells(row, measure) or (0.0,) * 4
            n = a + b + c + d
            found.append(
                b * c / n
                if measure == "OR"
                else c * (a + b) / n
                if measure == "RR"
                else (a + b) * (c + d) / n
            )
        else:
            found.append(1 / (effect[1] + tau2))
    return [100 * each / sum(found) for each in found] if sum(found) else found
