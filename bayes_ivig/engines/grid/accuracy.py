"""How far the numbers of a posterior on a grid may be off:
what moves when nodes are left out bounds the error.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines import remedies
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Axes, Fineness
from bayes_ivig.formulas.interpolation import POINTS
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Numbers = dict[str, Array]

# accuracy claimed for halving a step: sums and interpolation
# of smooth densities gain far more (eighth power: 256)
GAIN = 16.0
EVIDENCE = 10.0  # log marginal likelihoods are held to ten tolerances for each hundred studies
# share of the posterior at the ends of a grid, up to which the prior beyond them does not matter
FAINT = 1e-10
# logs below the best that a surface is computed in full, for the priors it was made for (``surface.WORTH``)
EXACT = 80.0
NOTHING = 40.0  # logs below its mode where a posterior has nothing to say
PROBABILITIES = np.array([0.025, 0.5, 0.975])
MOVED = 5.0  # tolerances that numbers may move by when nodes are left out of a grid made for another question
# SDs in steps, from which the trapezoid sum of a normal is exact to 1e-14, and to 1e-4 on every second node
SPREAD = 1.3
HEAVIEST = 0.4  # share of a distribution on one node
COUNTS = 1e-6  # share of the posterior of a tau that need not be resolved
ALLOWED = 3.0  # tolerances that the bounds of all axes may add up to


def numbers_of(marginals: dict[str, Marginal]) -> Numbers:
    """Return, per quantity, its unit (the SD, or a quarter of the 95% interval)
    and the numbers that are checked.
    """
    numbers: Numbers = {}
    for name, marginal in marginals.items():
        quantiles = np.asarray(marginal.quantile(PROBABILITIES))
        unit = marginal.sd if marginal.sd is not None else float(quantiles[2] - quantiles[0]) / 4
        moments = [0.0 if value is None else value for value in (marginal.mean, marginal.sd)]
        numbers[name] = np.array([unit or 1.0, *quantiles, *moments])
    return numbers


def of_grid(answers: GridAnswers) -> Numbers:
    """Return the checked numbers of a posterior: mu, tau, P(OR > 1) and the log marginal likelihood."""
    numbers = numbers_of({name: answers.marginal(name) for name in ("mu", "tau")})
    numbers["prob_or_gt_1"] = np.array([1.0, float(answers.marginal("mu").prob_above(0.0))])
    studies = len(answers.surface.studies)
    numbers["log_marginal_likelihood"] = np.array([EVIDENCE * max(1.0, studies / 100), answers.log_evidence])
    return numbers


def distances(coarse: Numbers, fine: Numbers) -> dict[str, float]:
    """Return how far each quantity's numbers moved at most, in its units,
    as a bound of the finer ones' error.
    """
    return {
        name: float(np.max(np.abs(coarse[name] - fine[name])[1:]) / fine[name][0] / GAIN) for name in fine
    }


def thinned(answers: GridAnswers, which: str) -> GridAnswers:
    """Return the posterior on every second node of ``"mu"`` or of ``"tau"``;
    for its marginals of mu and tau only.
    """
    theta, mu, tau = answers.surface.axes
    if which == "mu":
        return GridAnswers(
            replace(answers.surface, axes=Axes(theta, mu.halved(), tau)), answers.log_joint[::2]
        )
    assert tau is not None
    # the tau weights are in it, and steps are twice as long
    log_joint = answers.log_joint[:, ::2] + math.log(2)
    return GridAnswers(replace(answers.surface, axes=Axes(theta, mu, tau.halved())), log_joint)


def of_axes(answers: GridAnswers) -> tuple[Numbers, dict[str, float]]:
    """Return the checked numbers, and bounds of what the steps of the mu and tau axes may do to them,
    added up.
    """
    fine = of_grid(answers)
    axes = ("mu",) if answers.surface.axes.tau is None else ("mu", "tau")
    if min(axis.size for axis in answers.surface.axes[1:] if axis) < 2 * POINTS:
        return fine, dict.fromkeys(fine, math.inf)  # half of so few nodes cannot be interpolated
    parts = [distances(of_grid(thinned(answers, axis)), fine) for axis in axes]
    return fine, {name: sum(part[name] for part in parts) for name in fine}


def refined[T](
    make: Callable[[Fineness], T], numbers: Callable[[T], Numbers], tolerance: float, refinements: int
) -> tuple[T, dict[str, float]]:
    """Return what ``make`` makes when it is fine enough, and bounds of its error:
    all of it is compared at twice the step.
    """
    fineness = Fineness()
    coarse = make(fineness.coarser())
    for attempt in range(refinements + 1):
        made = make(fineness)
        bounds = distances(numbers(coarse), numbers(made))
        if max(bounds.values()) <= tolerance or attempt == refinements:
            break
        coarse, fineness = made, fineness.finer()
    return made, bounds


def exact_places(answers: GridAnswers) -> Mask:
    """Return where a surface holds values and no bounds: wherever its own posterior may count;
    shape (mu, tau).
    """
    tau = answers.surface.axes.tau
    if tau is None or answers.surface.mixed is not None:
        return np.ones(answers.log_joint.shape, bool)
    logs = answers.log_joint - tau.log_weights
    return np.asarray(logs > logs.max() - EXACT)


def reaches_beyond(answers: GridAnswers, exact: Mask) -> bool:
    """Whether a posterior counts where the surface may hold bounds only."""
    return bool(not exact.all() and answers.log_joint[~exact].max() > answers.log_joint.max() - NOTHING)


def serves(answers: GridAnswers, bounds: dict[str, float], tolerance: float) -> bool:
    """Whether a grid made for another question is fit for this one.

    Either leaving nodes out hardly moves any number, or the steps resolve the whole posterior, so that the
    accuracy claimed for finer ones (``GAIN``) holds: steps made for another posterior need not.
    """
    worst = max(bounds.values())
    return worst * GAIN <= MOVED * tolerance or (worst <= ALLOWED * tolerance and resolves(answers))


def resolves(answers: GridAnswers) -> bool:
    """Whether mu given every tau that counts, and tau itself, spread over several steps of their axes."""
    logs = answers.log_joint + answers.surface.axes.mu.log_weights[:, None]
    by_tau = np.logaddexp.reduce(logs, axis=0)
    share = np.exp(by_tau - np.logaddexp.reduce(by_tau))
    columns = np.exp(logs[:, share > COUNTS] - by_tau[share > COUNTS])
    spread = _in_steps(columns)
    if answers.surface.axes.tau is not None:
        spread = np.append(spread, _in_steps(share[:, None]))
    return bool(spread.min() >= SPREAD)


def _in_steps(shares: Array) -> Array:
    """SD of each column's distribution over nodes, in steps; 0 where one node holds most of it."""
    at = np.arange(shares.shape[0])[:, None]
    mean = (shares * at).sum(axis=0)
    sd = np.sqrt((shares * (at - mean) ** 2).sum(axis=0))
    return np.where(shares.max(axis=0) > HEAVIEST, 0.0, sd)


def added_up(bounds: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return each number's bounds, one for everything that was left out in turn, added up."""
    first = next(iter(bounds.values()))
    return {name: sum(by_name[name] for by_name in bounds.values()) for name in first}


def diagnostics(
    bounds: dict[str, float], at_the_ends: float, tolerance: float, model: Model | None = None
) -> Diagnostics:
    """Return the bounds as diagnostics; above ``ALLOWED`` tolerances,
    or with mass at the ends of the grid, a problem.
    """
    problems = [
        remedies.inaccurate(name, bound, tolerance)
        for name, bound in bounds.items()
        if not bound <= ALLOWED * tolerance
    ]
    if not at_the_ends <= tolerance:
        problems.append(remedies.beyond(at_the_ends, model))
    numbers = tuple((f"error.{name}", bound) for name, bound in bounds.items())
    return Diagnostics("quadrature", tuple(problems), (*numbers, ("at_the_ends", at_the_ends)))
