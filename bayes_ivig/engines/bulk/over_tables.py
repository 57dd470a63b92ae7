"""Posteriors of thousands of tables made of the same few candidate studies:
every candidate's surface once, then sums.

A table's log likelihood is the sum of its studies' surfaces, and tables that agree with one published result
share most of their studies, so that a few hundred surfaces serve all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, data_priors, propriety, surface
from bayes_ivig.engines.grid.axes import Axes, Belief, Far, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.ties import narrowest
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import waits
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import Fine, moments

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

WORTH = 30.0  # in log posterior: nodes where no table comes so near its best are not summed
LEAST = -700.0
CELLS = 500_000  # numbers held at once
PROBABILITIES = np.array([0.025, 0.5, 0.975])
GAIN = 16.0  # accuracy claimed for halving a step, as in the engine for one posterior
TOLERANCE = 3e-4  # posterior SDs
REFINEMENTS = 3
MARGIN = 3  # nodes kept beyond the last that matters
LOOKED_AT = 40  # tables that the grids are planned for, spread evenly


@dataclass(frozen=True, eq=False)
class TableAnswers:
    """The posteriors of N tables on one axis of mu (log odds ratio).

    ``log_density`` (N, M) is the log density of mu with respect to u, of integral 1. ``mean`` and ``sd``
    (N,), ``quantiles`` (N, 3) at 2.5, 50 and 97.5%, ``prob_above`` (N,) the probability above 0,
    ``log_evidence`` (N,) the log marginal likelihood with all constants. ``error`` bounds the numerical error
    of the quantiles in posterior SDs, the largest of some tables spread over all of them.
    """

    axis: Axis
    log_density: Array
    mean: Array
    sd: Array
    quantiles: Array
    prob_above: Array
    log_evidence: Array
    error: float


def over_tables(candidates: Sequence[Sequence[Study]], picked: Index, model: Model) -> TableAnswers:
    """Return the posterior of every table, ``picked`` (N, K) naming one candidate of each study.

    Raises ``DataError`` where a table has no study with information,
    ``ModelError`` for a prior that depends on the data.
    """
    if waits(model.tau):
        raise ModelError(
            f"tau ~ {model.tau} depends on the data, so it differs between tables; "
            "state one prior for all of them"
        )
    used = [np.unique(picked[:, i]) for i in range(picked.shape[1])]
    places = np.stack([np.searchsorted(kept, picked[:, i]) for i, kept in enumerate(used)], axis=-1)
    starts = np.cumsum([0, *(kept.size for kept in used)])[:-1]
    studies = [candidates[i][j] for i, kept in enumerate(used) for j in kept]
    rows = places + starts
    fineness = Fineness()
    for attempt in range(REFINEMENTS + 1):
        built, where = _surface(studies, rows, model, fineness)
        answers = _answers(built, where[rows], model)
        if answers.error <= TOLERANCE or attempt == REFINEMENTS:
            break
        fineness = fineness.finer()
    return answers


def _surface(studies: list[Study], rows: Index, model: Model, fineness: Fineness) -> tuple[Surface, Index]:
    """Return the surface of all candidates, and each one's row in it; -1 for those without information."""
    named = tuple(
        Study(str(i), *study.counts, study.design_effect, design_effect_sd=study.design_effect_sd)
        for i, study in enumerate(studies)
    )
    kept = curves.informative(Dataset(named), model)
    where = np.full(len(studies), -1)
    where[[int(study.name) for study in kept]] = np.arange(len(kept))
    counts = counts_of(kept)
    estimates = model.family.estimates(counts)
    axes = _axes(estimates, where[rows], curves.reach(counts, model), (model, fineness))
    drawn = curves.log_curves(counts, model, axes.theta.x, fineness)
    names = tuple(study.name for study in kept)
    bare = Surface(names, estimates, axes, drawn, drawn, None, surface.mixing_of(model))
    return surface.smoothed(bare), where


def _axes(estimates: tuple[Array, Array], rows: Index, reach: Far, how: tuple[Model, Fineness]) -> Axes:
    """Return the finest axes that any of some tables, spread over all of them, needs."""
    model, fineness = how
    belief = Belief(model.mu, model.tau if model.heterogeneous else None)
    y, s = estimates
    theta = grids.plan(estimates, [belief], reach, fineness).theta
    plans: list[Axes] = []
    for row in rows[_spread(len(rows))]:
        own = row[row >= 0]
        if not own.size:
            raise DataError(
                f"a table has no study that carries information under the {model.likelihood} likelihood"
            )
        if not plans:
            propriety_of = Dataset(tuple(Study(str(i), 1, 2, 1, 2) for i in range(own.size)))
            propriety.require(propriety_of, data_priors.resolve(propriety_of, model))
        plans.append(grids.plan((y[own], s[own]), [belief], reach, fineness))
    taus = [plan.tau for plan in plans if plan.tau is not None]
    return Axes(theta, _finest([plan.mu for plan in plans]), _finest(taus) if taus else None)


def _finest(axes: list[Axis]) -> Axis:
    return axes[narrowest([axis.finest for axis in axes])]


def _answers(built: Surface, rows: Index, model: Model) -> TableAnswers:
    """Sum, integrate and read off, a bounded number of tables at a time."""
    _, mu, tau = built.axes
    each = built.each
    prior = (model.mu.logpdf(mu.x) + mu.log_slope(mu.u))[:, None]
    if tau is not None:
        prior = prior + model.tau.logpdf(tau.x) + tau.log_weights
    each = np.concatenate([each, np.zeros((1, *each.shape[1:]))])  # row -1: no information
    each, prior, (mu, tau) = _where_it_matters(each, rows, prior, (mu, tau))
    chunk = max(1, CELLS // (prior.size * 2))
    parts = [
        _read(mu, *_summed(each, rows[i : i + chunk], prior, mu)[:2]) for i in range(0, len(rows), chunk)
    ]
    logs, mean, sd, quantiles, above, evidence = (
        np.concatenate(values) for values in zip(*parts, strict=True)
    )
    looked_at = _spread(len(rows))
    error = _error(_summed(each, rows[looked_at], prior, mu), mu, (quantiles[looked_at], sd[looked_at]))
    return TableAnswers(mu, logs, mean, sd, quantiles, above, evidence, float(error.max()))


def _where_it_matters(
    each: Array, rows: Index, prior: Array, axes: tuple[Axis, Axis | None]
) -> tuple[Array, Array, tuple[Axis, Axis | None]]:
    """Cut off the ends of both axes where no table that is looked at has a posterior worth summing."""
    total = prior + sum(each[column] for column in rows[_spread(len(rows))].T)
    worth = total > total.max(axis=(1, 2), keepdims=True) - WORTH
    mu, tau = axes
    at_mu, at_tau = (_hull(worth.any(axis=other)) for other in ((0, 2), (0, 1)))
    cut_tau = None if tau is None else _cut(tau, at_tau)
    return np.ascontiguousarray(each[:, at_mu, at_tau]), prior[at_mu, at_tau], (_cut(mu, at_mu), cut_tau)


def _spread(size: int) -> Index:
    """Return some places in a row of tables, spread evenly, both ends among them."""
    return np.unique(np.linspace(0, size - 1, LOOKED_AT).astype(np.intp))


def _hull(worth: NDArray[np.bool_]) -> slice:
    """Return the nodes from the first to the last that matter,
    and as many more as interpolation likes to have.
    """
    places = np.flatnonzero(worth)
    return slice(max(0, int(places[0]) - MARGIN), int(places[-1]) + 1 + MARGIN)


def _cut(axis: Axis, part: slice) -> Axis:
    size = len(range(*part.indices(axis.size)))
    return replace(axis, start=axis.start + part.start * axis.step, size=size)


def _summed(each: Array, rows: Index, prior: Array, mu: Axis) -> tuple[Array, Array, Array]:
    """Return tables' densities of mu, (N, M), their log marginal likelihoods,
    and the densities by every second node of tau.
    """
    total = prior + each[rows[:, 0]]
    for column in rows.T[1:]:
        total += each[column]
    top = total.max(axis=(1, 2), keepdims=True)
    np.exp(np.maximum(np.subtract(total, top, out=total), LEAST, out=total), out=total)
    over_tau = total.sum(axis=2)
    log_sum = np.log(over_tau.sum(axis=1) * mu.step)
    thin = total[:, :, ::2].sum(axis=2) if total.shape[2] > 1 else over_tau
    return np.log(over_tau) - log_sum[:, None], log_sum + top[:, 0, 0], np.log(thin)


def _read(mu: Axis, logs: Array, evidence: Array) -> tuple[Array, ...]:
    """Return the densities with mean, SD, quantiles, probability above 0
    and log marginal likelihood of each.
    """
    mean, sd = moments(mu, logs)
    fine = Fine.of(mu, logs - logs.max(axis=1, keepdims=True))
    return logs, mean, sd, mu.x_of(fine.u_below(PROBABILITIES)), fine.above_u(mu.u_of(0.0)), evidence


def _error(summed: tuple[Array, Array, Array], mu: Axis, full: tuple[Array, Array]) -> Array:
    """Bound the error of tables by how far their quantiles move when every second node of mu,
    and of tau, is left out.
    """
    (logs, _, thin), (quantiles, sd) = summed, full
    moved = np.zeros(len(logs))
    for axis, rows in ((mu.halved(), logs[:, ::2]), (mu, thin)):
        fine = Fine.of(axis, rows - rows.max(axis=1, keepdims=True))
        moved += np.abs(axis.x_of(fine.u_below(PROBABILITIES)) - quantiles).max(axis=1) / sd
    return np.asarray(moved / GAIN)
