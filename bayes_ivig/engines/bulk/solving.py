"""Cases answered on one grid with a stated error, and on other grids where that is too large."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk import axes as bulk_axes
from bayes_ivig.engines.bulk.new_study import largest_tau, predicted
from bayes_ivig.engines.bulk.rows import Rows
from bayes_ivig.engines.bulk.sums import DENSER, Cases, Joint, PriorPairs
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.axes import Axes, Fineness
from bayes_ivig.engines.grid.curves import counts_of, informative, log_curves
from bayes_ivig.engines.grid.quadrature import GridAnswers
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Progress = Callable[[int], None]

TOLERANCE = 3e-4  # posterior SDs: a case whose stated error is larger is computed again on a grid of its own
REFINEMENTS = 4
SAMPLE = 64
# accuracy claimed for halving a step; the eighth power would give 256
GAINS = {"mu": 4.0, "tau": 16.0, "theta": 32.0}
EVIDENCE = 0.1  # weight of the log marginal likelihood's error beside errors in posterior SDs, as there
CELLS = 250_000  # numbers held at once
PLAIN = Fineness()


@dataclass(frozen=True)
class Questions:
    """What to ask of every case: probabilities of quantiles, odds ratios to give the probability above of."""

    mu: tuple[float, ...] = (0.025, 0.5, 0.975)
    tau: tuple[float, ...] = (0.5,)
    above: tuple[float, ...] = (1.0,)
    theta_new: tuple[float, ...] = ()


class Answers(NamedTuple):
    """The answers of N cases, all on the log odds ratio scale.

    ``mu`` (N, P), ``tau`` (N, P) and ``theta_new`` (N, P) are quantiles, ``above`` (N, X) probabilities above
    odds ratios; ``mean`` and ``sd`` (N,) of mu are NaN where they do not exist, ``log_evidence`` (N,) the log
    marginal likelihood, which has a meaning under proper priors only. ``error`` (N,) bounds the numerical
    error of every number, in posterior SDs (probabilities: as they are; log marginal likelihood: a tenth of
    it); ``beyond`` (N,) is about the share of the posterior beyond the grid; ``alone`` (N,) marks the cases
    computed on a grid of their own.
    """

    mu: Array
    tau: Array
    above: Array
    theta_new: Array
    mean: Array
    sd: Array
    log_evidence: Array
    error: Array
    beyond: Array
    alone: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int, asked: Questions) -> "Answers":
        """Return room for N answers."""
        tables = [
            np.full((n, len(columns)), np.nan)
            for columns in (asked.mu, asked.tau, asked.above, asked.theta_new)
        ]
        rows = [np.full(n, np.nan) for _ in range(5)]
        return cls._make([*tables, *rows, np.zeros(n, bool)])

    def put(self, where: Index | slice, answers: "Answers") -> None:
        """Write the answers of some cases into their places."""
        for whole, part in zip(self, answers, strict=True):
            whole[where] = part


@dataclass(frozen=True)
class Task:
    """A dataset, a model but for its cases, and what is asked."""

    dataset: Dataset
    model: Model
    asked: Questions
    progress: Progress | None = field(default=None, compare=False)


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
    answers = _answered(
        task, cases, bulk_axes.build(task.dataset, task.model, axes, fineness, cases), fineness
    )
    answers.alone[:] = attempt > 0
    failing = np.flatnonzero(~(answers.error <= TOLERANCE))
    if failing.size and attempt < REFINEMENTS:
        again = cases.taken(failing)
        whole = failing.size > len(cases) // 2  # for these no other grid is planned unless they are parted
        cut = bulk_axes.halves(again, None) if whole and len(again) > surface.FEW else None
        finer = fineness.finer() if whole and cut is None else fineness
        for part in cut or (np.arange(failing.size),):
            answers.put(failing[part], solved(task, again.taken(part), finer, attempt + 1))
    return answers


def _answered(task: Task, cases: Cases, built: Surface, fineness: Fineness) -> Answers:
    """Answer all cases on one surface, a bounded number at a time."""
    answers = Answers.empty(len(cases), task.asked)
    small = built.thinned("mu") if built.axes.tau is None else built.thinned("mu").thinned("tau")
    sums, smoothing = cases.on(built), _smoothing_error(task, cases, small, fineness)
    chunk = max(1, CELLS // cases.cells(built))
    for start in range(0, len(cases), chunk):
        part = slice(start, min(start + chunk, len(cases)))
        answers.put(part, _numbers(task.asked, built.axes, sums(part), smoothing))
        if task.progress is not None:
            task.progress(part.stop)
    if task.asked.theta_new and built.axes.tau is not None:
        answers.theta_new[:] = _new_effects(task, cases, built)
    return answers


def _numbers(asked: Questions, axes: Axes, joint: Joint, smoothing: float) -> Answers:
    """Read all answers off the densities of mu and tau, and bound their error by
    what leaving out nodes changes.
    """
    mu = Rows(axes.mu, joint.mu)
    errors = [_moved(mu, mu.thinned()), _moved(mu, Rows(mu.axis, joint.mu_thin_tau))]
    beyond = mu.ends_share()
    tau = np.zeros((len(joint.mu), len(asked.tau)))
    if (
        axes.tau is not None
        and joint.tau is not None
        and joint.tau_thin_mu is not None
        and joint.tau_thin_tau is not None
    ):
        spread = Rows(axes.tau.refined(DENSER), joint.tau)
        tau = spread.quantile(np.array(asked.tau))
        errors[0] = np.maximum(errors[0], spread.moved(Rows(spread.axis, joint.tau_thin_mu)))
        small = Rows(axes.tau.halved().refined(DENSER), joint.tau_thin_tau)
        errors[1] = np.maximum(errors[1], spread.moved(small))
        beyond = np.maximum(beyond, spread.ends_share())
    return Answers(
        mu=mu.quantile(np.array(asked.mu)),
        tau=tau,
        above=mu.above(np.log(asked.above)),
        theta_new=mu.quantile(np.array(asked.theta_new)),  # of a common effect; otherwise found afterwards
        mean=mu.mean,
        sd=mu.sd,
        log_evidence=mu.log_total,
        error=errors[0] / GAINS["mu"] + errors[1] / GAINS["tau"] + smoothing,
        beyond=beyond,
        alone=np.zeros(len(joint.mu), bool),
    )


def _new_effects(task: Task, cases: Cases, built: Surface) -> Array:
    """Return quantiles of the effect in a new study, shape (N, P):
    for all pairs of priors at once, or one by one.
    """
    p = np.array(task.asked.theta_new)
    assert isinstance(cases, PriorPairs), "quantiles of a new effect are for pairs of priors"
    joint = cases.on(built)(slice(0, len(cases)))
    assert built.axes.tau is not None
    assert joint.tau is not None
    largest = largest_tau(Rows(built.axes.tau.refined(DENSER), joint.tau))
    quantiles = predicted(cases, built, p, largest)
    for i in np.flatnonzero(np.isnan(quantiles).any(axis=1)):
        mu, tau = cases.pair(int(i))
        assert tau is not None
        alone = GridAnswers.on(built, replace(task.model, mu=mu, tau=tau))
        quantiles[i] = alone.marginal("theta_new").quantile(p)
    return quantiles


def _moved(rows: Rows, other: Rows) -> Array:
    """Return how far the numbers of mu and the log marginal likelihood move
    from one computation to another.
    """
    return np.maximum(rows.moved(other), EVIDENCE * np.abs(other.log_total - rows.log_total))


def _smoothing_error(task: Task, cases: Cases, small: Surface, fineness: Fineness) -> float:
    """Bound what smoothing the curves and integrating the baseline contribute, by doing both half as finely.

    It is found on the nodes of ``small`` for ``SAMPLE`` of the cases, spread evenly,
    and the largest is held against all.
    """
    axes = small.axes._replace(theta=small.axes.theta.halved())
    counts = counts_of(informative(task.dataset, task.model))
    curves = log_curves(counts, task.model, axes.theta.x, fineness.coarser())
    rough = surface.smoothed(replace(small, axes=axes, log_curves=curves))
    if len(cases) > SAMPLE:
        cases = cases.taken(cases.order()[np.linspace(0, len(cases) - 1, SAMPLE).astype(np.intp)])
    fine, coarse = (cases.on(built)(slice(0, len(cases))) for built in (small, rough))
    moved = _moved(Rows(axes.mu, fine.mu), Rows(axes.mu, coarse.mu))
    if axes.tau is not None and fine.tau is not None and coarse.tau is not None:
        axis = axes.tau.refined(DENSER)
        moved = np.maximum(moved, Rows(axis, fine.tau).moved(Rows(axis, coarse.tau)))
    return float(moved.max() / GAINS["theta"])
