"""Which interval of the p-value each trial lies in, and how probable each interval is at every mean and SD of
effects.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.smoothing import Mask, smooth
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.errors import DataError
from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.formulas.selection_models import chances as formulas
from bayes_ivig.formulas.selection_models import p_values
from bayes_ivig.formulas.selection_models.p_values import Index, Rule
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Margins = tuple[float, float, float]  # totals of treatment and control, all events

SMALL = -80.0  # log probability below which an interval does not matter, whatever its weight
FINEST = 1e-3  # standard errors, an SD of effects that changes no probability
LOG_SD_STEP = 0.15  # of the SDs between which probabilities are interpolated


@dataclass(frozen=True, eq=False)
class Intervals:
    """The p-value of each of K trials, which of J intervals it lies in, (K,) each, and which intervals any of
    its tables lies in, (K, J).

    ``estimates`` are effects, standard errors and the degrees of freedom of their errors, (K,) each.
    ``tables`` are each trial's margins with the interval of every table on them; None where an estimate, not
    a table, is what was observed.
    """

    studies: tuple[str, ...]
    rule: Rule
    p: Array
    at: Index
    possible: Mask
    estimates: tuple[Array, Array, Array]
    tables: tuple[tuple[Margins, Index] | None, ...]

    __repr__ = short_repr

    @property
    def count(self) -> int:
        """How many intervals there are."""
        return len(self.rule.cuts) + 1

    @property
    def affected(self) -> Mask:
        """Mark the trials that selection touches: some of their tables lie in another interval."""
        return np.asarray(self.possible.sum(axis=1) > 1)


def require_chances(dataset: Dataset, model: Model) -> None:
    """Raise ``DataError`` for a design effect with which an interval of the p-value has no probability."""
    uncertain = [study.name for study in dataset.studies if study.design_effect_sd]
    if uncertain:
        raise DataError(
            f"{dataset.label}: {uncertain[0]} has an uncertain design effect, with which its p-value lies in "
            "no one interval; state one design effect of it, and try others"
        )
    designed = [study.name for study in dataset.studies if study.design_effect != 1]
    if designed and model.conditions_on_events:
        raise DataError(
            f"{dataset.label}: {designed[0]} has a design effect, to which no distribution of whole tables "
            'belongs, so that no interval of the p-value has a probability; use likelihood="normal"'
        )


def intervals_of(studies: tuple[AnyStudy, ...], model: Model, rule: Rule) -> Intervals:
    """Return where each of the studies that enter the likelihood lies, and may lie."""
    counts = counts_of(studies)
    y, s = model.family.estimates(counts)
    df = (
        np.full(y.size, np.inf)
        if counts.given is None
        else np.where(counts.given.known, counts.given.df, np.inf)
    )
    p = p_values.of_estimates(y, s, df, rule)
    possible = np.ones((y.size, len(rule.cuts) + 1), np.bool_)
    tables: list[tuple[Margins, Index] | None] = []
    for i in range(y.size):
        if model.uses_estimates or (counts.given is not None and counts.given.known[i]):
            tables.append(None)
            continue
        r1, n1, r0, n0 = (float(each[i]) for each in counts[:4])
        margins = n1, n0, r1 + r0
        x, each_p = p_values.of_tables(margins, rule)
        interval = p_values.interval_of(each_p, rule.cuts)
        p[i] = each_p[int(r1 - x[0])]
        possible[i] = np.bincount(interval, minlength=possible.shape[1]) > 0
        tables.append((margins, interval))
    at = p_values.interval_of(p, rule.cuts)
    return Intervals(tuple(each.name for each in studies), rule, p, at, possible, (y, s, df), tuple(tables))


def log_curves(intervals: Intervals, theta: Array) -> Array:
    """Return the log probability of each interval at effects of the trial's own, (K, J, theta)."""
    _, s, df = intervals.estimates
    out = np.empty((len(intervals.studies), intervals.count, theta.size))
    for i, table in enumerate(intervals.tables):
        if table is not None:
            out[i] = formulas.of_tables(*table, intervals.count, theta)
    given = np.array([table is None for table in intervals.tables])
    if given.any():
        out[given] = formulas.of_estimates(
            intervals.rule, (s[given], df[given]), theta, np.zeros(theta.shape)
        )
    return shaken(out)


def log_chances(
    intervals: Intervals, surface: Surface, fineness: Fineness, *, roughly: bool = False
) -> Array:
    """Return the log probability of each interval at the nodes of a surface, (K, J, mu, tau) or (K, J, mu,
    1); minus infinity where no table of a trial lies in one. They add up to 1.

    Of normal estimates of normally distributed effects it is closed; else the curves are smoothed like those
    of the likelihood, on an axis of their own, ``roughly`` on every second of its nodes. What is less than
    exp(``SMALL``) need not be right.
    """
    _, mu, tau = surface.axes
    if tau is None:
        return log_curves(intervals, mu.x)[..., None]
    theta = _axis(intervals, surface, fineness)
    theta = theta.halved() if roughly else theta
    if surface.mixed is None:
        return _smoothed(intervals, theta, mu.x, tau.x)
    finest = FINEST * float(intervals.estimates[1].min())
    wanted = np.maximum(np.multiply.outer(tau.x, surface.mixed.factors), finest)
    low, high = math.log(wanted.min()), math.log(wanted.max())
    size = max(POINTS, steps_to_cover(high - low, LOG_SD_STEP) + 1)
    sds = np.linspace(low, high, size)
    first, (weights,) = stencil((np.log(wanted) - low) / max(sds[1] - sds[0], 1e-300), size)
    matrix = np.zeros((size, tau.size))
    share = np.exp(surface.mixed.log_weights)
    for k in range(POINTS):
        np.add.at(matrix, (first + k, np.arange(tau.size)[:, None]), weights[..., k] * share)
    mixed = np.exp(_smoothed(intervals, theta, mu.x, np.exp(sds))) @ matrix
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(mixed, math.exp(2 * SMALL)))
    return shaken(np.where(intervals.possible[:, :, None, None], logs, -np.inf))


def _smoothed(intervals: Intervals, theta: Axis, mu: Array, sds: Array) -> Array:
    """Return log probabilities of intervals at every mean and SD of normally distributed effects."""
    _, s, df = intervals.estimates
    if all(table is None for table in intervals.tables) and np.isinf(df).all():
        centre, sd = np.broadcast_arrays(mu[:, None], sds)
        return shaken(formulas.of_estimates(intervals.rule, (s, df), centre, sd))
    out = np.full((len(intervals.studies), intervals.count, mu.size, sds.size), -np.inf)
    rows = log_curves(intervals, theta.x)[intervals.possible]
    out[intervals.possible] = np.moveaxis(
        smooth(rows[None], theta, mu, sds, tails=True, matters=_matters), 0, -1
    )
    return np.asarray(out - np.logaddexp.reduce(out, axis=1, keepdims=True))


def _matters(values: Array, bounds: Mask) -> Mask:
    """Say at which SDs and means a probability that is known to be small is to be known better."""
    return np.asarray((bounds & (values > SMALL)).any(axis=1))


def _axis(intervals: Intervals, surface: Surface, fineness: Fineness) -> Axis:
    """Return an axis of effects that resolves every probability: it changes around the places where an
    estimate would be at a cut.
    """
    _, s, _ = intervals.estimates
    rule = intervals.rule
    theta = surface.axes.theta.x
    z = p_values.places(rule)
    places, needed = np.multiply.outer(z, s).reshape(-1), np.tile(fineness.theta * s, z.size)
    return grids.stretched((places, needed), (float(theta[0]), float(theta[-1])), fineness.theta_most)
