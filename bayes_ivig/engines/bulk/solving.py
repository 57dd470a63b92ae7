"""Cases answered on one grid with a stated error, and on other grids where that is too large."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.budget import FLOAT, blocks
from bayes_ivig.engines.bulk import axes as bulk_axes
from bayes_ivig.engines.bulk import in_turn
from bayes_ivig.engines.bulk.answers import Answers, Task, numbers, smoothing
from bayes_ivig.engines.bulk.in_turn import InTurn
from bayes_ivig.engines.bulk.new_study import largest_tau, predicted
from bayes_ivig.engines.bulk.rows import Rows
from bayes_ivig.engines.bulk.sums import DENSER, SAMPLE, Cases, PriorPairs, StudyWeights, sampled
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Axes, Fineness
from bayes_ivig.engines.grid.curves import informative, log_curves
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type OnOne = PriorPairs | StudyWeights

TOLERANCE = 3e-4  # posterior SDs: a case whose stated error is larger is computed again on a grid of its own
REFINEMENTS = 4
WORK = 1e10  # products summed over a grid, some ten seconds, beyond which no finer one is made
CELLS = 250_000  # numbers held at once
FINER = 8  # times as many of a grid twice as fine
ROWS_OF_TAU = 16  # numbers held of each case for each node of tau, while quantiles are read off
PLAIN = Fineness()


def solved(task: Task, cases: Cases, fineness: Fineness = PLAIN, attempt: int = 0) -> Answers:
    """Answer all cases on as few grids as serve them, those with too large an error again on others."""
    try:
        axes = bulk_axes.plan(task.dataset, task.model, cases, fineness)
    except ModelError:
        if len(cases) == 1:
            raise
        axes = None
    parts = bulk_axes.halves(cases, axes)
    if axes is None and parts is None:  # the same priors throughout: say what is wrong with one of them
        bulk_axes.plan(task.dataset, task.model, cases.taken(np.zeros(1, np.intp)), fineness)
    if axes is None or parts is not None:
        answers = Answers.empty(len(cases), task.asked)
        for part in parts or ():
            answers.put(part, solved(task, cases.taken(part), fineness, attempt))
        return answers
    answers = _on_axes(task, cases, axes, fineness)
    answers.alone[:] = attempt > 0
    failing = np.flatnonzero(~(answers.error <= TOLERANCE))
    if failing.size and attempt < REFINEMENTS:
        again = cases.taken(failing)
        whole = failing.size > len(cases) // 2  # for these no other grid is planned unless they are parted
        cut = bulk_axes.halves(again, None) if whole and len(again) > surface.FEW else None
        finer = fineness.finer() if whole and cut is None else fineness
        for part in cut or _served(task, axes, (fineness, finer), failing.size):
            answers.put(failing[part], solved(task, again.taken(part), finer, attempt + 1))
    return answers


def _served(task: Task, axes: Axes, steps: tuple[Fineness, Fineness], failing: int) -> tuple[Index, ...]:
    """Return all failing cases in one part, none where a finer grid would take more than ``WORK``: they keep
    the error stated, or, of priors, are fitted one by one.
    """
    products = float(len(task.dataset.studies)) * math.prod(axis.size for axis in axes if axis)
    return () if steps[0] != steps[1] and FINER * products > WORK else (np.arange(failing),)


def _on_axes(task: Task, cases: Cases, axes: Axes, fineness: Fineness) -> Answers:
    """Answer all cases on axes made for them: on one surface of all studies, or of a few at a time."""
    if isinstance(cases, InTurn):
        return in_turn.answered(task, cases, axes, fineness)
    assert isinstance(cases, PriorPairs | StudyWeights)
    return _answered(task, cases, bulk_axes.build(task.dataset, task.model, axes, fineness, cases), fineness)


def _answered(task: Task, cases: OnOne, built: Surface, fineness: Fineness) -> Answers:
    """Answer all cases on one surface, a bounded number at a time."""
    answers = Answers.empty(len(cases), task.asked)
    small = built.thinned("mu") if built.axes.tau is None else built.thinned("mu").thinned("tau")
    sums, error = cases.on(built), _smoothing_error(task, cases, small, fineness)
    chunk = max(1, CELLS // cases.cells(built))
    for start in range(0, len(cases), chunk):
        part = slice(start, min(start + chunk, len(cases)))
        answers.put(part, numbers(task.asked, built.axes, sums(part), error))
        if task.progress is not None:
            task.progress(part.stop)
    if task.asked.theta_new and built.axes.tau is not None:
        answers.theta_new[:] = _new_effects(task, cases, built)
    return answers


def _new_effects(task: Task, cases: OnOne, built: Surface) -> Array:
    """Return quantiles of the effect in a new study, shape (N, P):
    for all pairs of priors at once, or one by one.
    """
    p = np.array(task.asked.theta_new)
    assert isinstance(cases, PriorPairs), "quantiles of a new effect are for pairs of priors"
    assert built.axes.tau is not None
    sums, fine = cases.on(built), built.axes.tau.refined(DENSER)
    largest = max(
        largest_tau(Rows(fine, joint.tau))
        for part in blocks(len(cases), FLOAT * (cases.cells(built) + ROWS_OF_TAU * fine.size))
        if (joint := sums(part)).tau is not None
    )
    quantiles = predicted(cases, built, p, largest)
    for i in np.flatnonzero(np.isnan(quantiles).any(axis=1)):
        mu, tau = cases.pair(int(i))
        assert tau is not None
        alone = GridAnswers.on(built, replace(task.model, mu=mu, tau=tau))
        quantiles[i] = alone.marginal("theta_new").quantile(p)
    return quantiles


def _smoothing_error(task: Task, cases: OnOne, small: Surface, fineness: Fineness) -> float:
    """Bound what smoothing the curves and integrating the baseline contribute, by doing both half as finely.

    It is found on the nodes of ``small`` for ``SAMPLE`` of the cases, spread evenly,
    and the largest is held against all.
    """
    axes = small.axes._replace(theta=small.axes.theta.halved())
    counts = counts_of(informative(task.dataset, task.model))
    curves = log_curves(counts, task.model, axes.theta.x, fineness.coarser())
    rough = surface.smoothed(replace(small, axes=axes, log_curves=curves))
    if len(cases) > SAMPLE:
        cases = cases.taken(sampled(cases))
    fine, coarse = (cases.on(built)(slice(0, len(cases))) for built in (small, rough))
    return smoothing(axes, fine, coarse)
