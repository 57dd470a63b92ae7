"""Selection models by maximum likelihood: normal estimates, weights of intervals of the p-value (Vevea &
Hedges 1995).
"""

import math
from typing import Annotated

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.optimum import Optimum, maximise
from bayes_ivig.formulas.selection_models import chances, p_values
from bayes_ivig.formulas.selection_models.p_values import Rule
from bayes_ivig.frequentist.numbers import number
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import prepare
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.selected import SIDES, Selection
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Several
from bayes_ivig.likelihoods.registry import OF_ESTIMATES
from bayes_ivig.results.classical import SelectionEstimate

FARTHEST = math.log(1e6)  # of the log of a weight
SURE = 1e-3  # of the information, relative, from which an estimate has a standard error
FEW = 4  # trials in an interval, below which its weight is hardly known


@checked
def selection_model(
    dataset: Dataset,
    *,
    steps: Annotated[Several | float, "cuts of a p-value such as (0.025, 0.5)"] = (0.025,),
    side: str = "one",
    direction: str = "",
) -> SelectionEstimate:
    """Fit a step-function selection model by maximum likelihood, as ``selmodel`` of metafor does.

    Estimates are normal with their standard errors known, 0.5 added to every cell of a study with a zero
    cell. Weights of the intervals after the first, whose weight is 1, are free above 0, so that they may
    exceed 1. ``steps``, ``side`` and ``direction`` are those of ``bi.models.Selection``. The likelihood ratio
    test is against no selection. Raises ``ModelError`` and ``DataError``.

    >>> import bayes_ivig as bi
    >>> found = bi.classical.selection_model(bi.load_dataset("ivig", "live_birth"), steps=0.05, side="two")
    >>> round(found.estimate, 3), round(found.p_value, 2)
    (0.112, 0.41)
    """
    if side not in SIDES:
        raise ModelError(f"side: found {quoted(side)}{suggestion(side, SIDES)}; allowed are one, two")
    stated = Selection(steps=steps, side=side, direction=direction, likelihood=OF_ESTIMATES)  # type: ignore[arg-type]
    y, s, rule, counts = _seen(dataset, stated)
    plain, best = _maxima(y, s, rule, counts)
    statistic = max(0.0, 2 * (best.value - plain.value))
    free = stated.intervals - 1
    return SelectionEstimate(
        measure=dataset.measure,
        k=int(y.size),
        steps=stated.steps,
        side=side,
        estimate=float(best.point[0]),
        standard_error=number(_standard_error(best)),
        tau2=float(best.point[1] ** 2),
        weights=tuple(float(w) for w in np.exp(np.clip(best.point[2:], -FARTHEST, FARTHEST))),
        trials=tuple(int(n) for n in counts),
        log_likelihood=best.value,
        log_likelihood_without=plain.value,
        statistic=statistic,
        df=free,
        p_value=float(special.chdtrc(free, statistic)),
        warnings=_warnings(best, counts),
    )


def _seen(dataset: Dataset, stated: Selection) -> tuple[Array, Array, Rule, Array]:
    """Return estimates, their standard errors, the rule and how many lie in each interval; raises
    ``ModelError``.
    """
    sign = 1 if stated.side == "two" else favoured(dataset, stated.direction)
    rule = Rule(stated.steps, sign, stated.side == "two")
    tables = prepare(dataset, dataset.measure, Rules.metafor())
    used = np.isfinite(tables.v)
    y, s = tables.y[used], np.sqrt(tables.v[used])
    if y.size < 2:
        raise ModelError(
            f"selection_model: {dataset.label} has {y.size} studies with an estimate; it needs two"
        )
    at = p_values.interval_of(p_values.of_estimates(y, s, np.full(y.size, np.inf), rule), rule.cuts)
    counts = np.bincount(at, minlength=stated.intervals).astype(float)
    return y, s, rule, counts


def _maxima(y: Array, s: Array, rule: Rule, counts: Array) -> tuple[Optimum, Optimum]:
    """Return the maximum without selection and the best of several with it: points are mu, tau, log weights;
    only the square of tau counts, so that 0 is no edge.
    """

    def log_likelihood(points: Array) -> Array:
        mu, tau = points[:, 0], np.abs(points[:, 1])
        both = np.hypot(s[:, None], tau)
        own = (-0.5 * ((y[:, None] - mu) / both) ** 2 - np.log(both) - 0.5 * math.log(2 * math.pi)).sum(
            axis=0
        )
        if points.shape[1] == 2:
            return np.asarray(own)
        logs = np.clip(points[:, 2:], -FARTHEST, FARTHEST)
        parts = chances.of_estimates(rule, (s, np.full(s.size, np.inf)), mu, tau)
        parts[:, 1:] += logs.T
        return np.asarray(own + logs @ counts[1:] - np.logaddexp.reduce(parts, axis=1).sum(axis=0))

    centre, spread = float(np.average(y, weights=1 / s**2)), float(np.std(y))
    plain = max(
        (maximise(log_likelihood, np.array([centre, tau])) for tau in (0.0, 0.5 * spread, spread)),
        key=lambda found: found.value,
    )
    starts = [
        np.array([plain.point[0], tau, *([weight] * len(rule.cuts))])
        for tau in (0.0, 0.5 * spread, abs(float(plain.point[1])))
        for weight in (0.0, -1.5, 1.5)
    ]
    best = max(
        (maximise(log_likelihood, start, steps=300) for start in starts), key=lambda found: found.value
    )
    return plain, best


def _standard_error(best: Optimum) -> float:
    """Return the standard error of mu from the observed information; NaN where that is not that of a peak."""
    information = best.information
    values = np.linalg.eigvalsh(information)
    if values[0] <= SURE * abs(float(information[0, 0])) * 1e-3:
        return math.nan
    return float(np.sqrt(np.linalg.inv(information)[0, 0]))


def _warnings(best: Optimum, counts: Array) -> tuple[str, ...]:
    """Say why not to lean on the estimates."""
    warnings = [] if best.converged else ["the search for the maximum did not settle"]
    beyond = [str(j + 2) for j, w in enumerate(best.point[2:]) if abs(w) > FARTHEST - 1]
    if beyond:
        warnings.append(f"the likelihood grows without end in the weight of interval {', '.join(beyond)}")
    few = [str(j + 1) for j, n in enumerate(counts) if n < FEW]
    if few:
        warnings.append(f"fewer than {FEW} studies in interval {', '.join(few)}: weights are hardly known")
    return tuple(warnings)
