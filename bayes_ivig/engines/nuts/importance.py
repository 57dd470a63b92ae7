"""Importance sampling from draws, Pareto-smoothed: what leaving out a study,
or scaling prior or likelihood, asks of them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def leave_one_out(log_likelihood: Array) -> tuple[Array, Array, Array]:
    """Return elpd, p_loo and Pareto k of every study, (K,) each, from log likelihoods (chains, draws, K).

    Pareto-smoothed importance sampling (Vehtari, Gelman & Gabry 2017, Stat Comput 27:1413; Vehtari et al.
    2024, JMLR 25:72), the tail's length following how far the likelihood's own draws depend on each other.
    """
    stats = _array_stats()
    by_study = []
    for column in np.moveaxis(log_likelihood, -1, 0):
        size = float(stats.ess(np.exp(column - column.max()), method="mean")) / column.size
        relative = min(size, 1.0) if np.isfinite(size) else 1.0
        elpd, k, p_loo = stats.loo(column, r_eff=relative)
        by_study.append((float(elpd), float(p_loo), float(k)))
    elpds, sizes, shapes = np.array(by_study).T
    return elpds, sizes, shapes


def power_scaling(draws: Array, log_weight: Array, alphas: tuple[float, float]) -> float:
    """Return the power-scaling sensitivity of one quantity, both (chains, draws).

    ``log_weight`` is the log density that is raised to each of ``alphas``, log prior or log likelihood.
    What is flat has none.
    """
    if not np.ptp(log_weight) > 0:
        return 0.0
    stats = _array_stats()
    weights = [
        np.exp(logs - logs.max())
        for logs in (stats.power_scale_lw(log_weight, alpha=a, axis=(0, 1)) for a in alphas)
    ]
    lower, upper = (weight / weight.sum() for weight in weights)
    return float(stats.power_scale_sense(draws, lower, upper, *alphas))


def mean_error(draws: Array) -> float:
    """Return the Monte Carlo standard error of the mean of draws (chains, draws);
    0 where they are all the same.
    """
    return float(_array_stats().mcse(draws, method="mean")) if np.ptp(draws) > 0 else 0.0


def _array_stats() -> Any:
    from arviz_stats.base.array import array_stats

    return array_stats
