"""One simulation of a calibration: a truth from the prior, data given it, the posterior,
and where the truth lies in it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.smoothing import smooth
from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.errors import DataError
from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.contract import Likelihood, OfCounts
from bayes_ivig.likelihoods.estimates import OfEstimates
from bayes_ivig.likelihoods.registry import DEFAULT, likelihood
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.calibration import Design, Setup
from bayes_ivig.results.draws.of_grid import integrated_log_likelihood

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]

KEPT = 30.0  # log posterior mass, relative to the largest, of nodes that can matter to a rank
FINER = 4
# log posterior mass down to which nodes are computed, relative to the largest (engines.surface.WORTH is more)
COMPUTED = 60.0
PRIOR_NODES = 2000
FAR = (12.0, 40.0)  # a given estimate's curve is drawn to so many standard errors, and so much further


class Truth(NamedTuple):
    """Parameters drawn from the prior; ``theta`` and ``alpha`` have one value per study."""

    mu: float
    tau: float
    theta: Array
    theta_new: float
    alpha: Array


class Placed(NamedTuple):
    """Where the truth lies in its posterior: a probability per quantity; whether data said anything;
    whether checks passed.
    """

    pit: tuple[float, ...]
    informed: bool
    ok: bool


def place(setup: Setup, batch: int, number: int) -> Placed:
    """Simulate and fit number ``number`` of a batch; it depends on the seed,
    the batch and the number alone.
    """
    rng = np.random.default_rng(np.random.SeedSequence(setup.seed, spawn_key=(batch, number)))
    model, plan = setup.model, setup.plan
    truth = drawn_truth(model, plan.studies, rng)
    ties = float(rng.random())  # drawn whether used or not, so that all designs see the same stream
    if setup.given_estimates:
        return Placed(_pit(_given(truth, plan, model, rng), "Study 1", truth), informed=True, ok=True)
    dataset = counted(truth, plan, likelihood(DEFAULT) if setup.from_counts else model.family, rng)
    try:
        posterior = Quadrature().fit(dataset, model)
    except DataError:  # no study carries information: the posterior is the prior
        return Placed((*prior_pit(model, truth), ties), informed=False, ok=True)
    assert isinstance(posterior.answers, GridAnswers)
    first = dataset.study_names[0] if dataset.study_names[0] in posterior.studies else ""
    return Placed(_pit(posterior.answers, first, truth), informed=True, ok=posterior.diagnostics.ok)


def drawn_truth(model: Model, studies: int, rng: np.random.Generator) -> Truth:
    """Draw the parameters of so many studies from the priors."""
    mu, tau = float(model.mu.sample(rng, 1)[0]), float(model.tau.sample(rng, 1)[0])
    effects = mu + tau * rng.standard_normal(studies + 1)
    return Truth(mu, tau, effects[:-1], float(effects[-1]), model.alpha.sample(rng, studies))


def _dataset(events: tuple[NDArray[np.int64], NDArray[np.int64]], arms: NDArray[np.int64]) -> Dataset:
    rows = zip(events[0].tolist(), arms[0].tolist(), events[1].tolist(), arms[1].tolist(), strict=True)
    return Dataset(tuple(Study(f"Study {i + 1}", *row) for i, row in enumerate(rows)), name="simulated")


def counted(truth: Truth, plan: Design, source: Likelihood, rng: np.random.Generator) -> Dataset:
    """Draw counts of both arms from a likelihood."""
    assert isinstance(source, OfCounts)
    arms = rng.integers(plan.arms[0], plan.arms[1] + 1, (2, plan.studies))
    return _dataset(source.simulate((truth.theta, truth.alpha), arms, rng), arms)


def _given(truth: Truth, plan: Design, model: Model, rng: np.random.Generator) -> GridAnswers:
    """Draw estimates around the studies' effects with given standard errors, and fit them:
    the engine's steps, no counts.
    """
    s = rng.uniform(*plan.standard_errors, plan.studies)
    assert isinstance(model.family, OfEstimates)
    y = model.family.draw(truth.theta, s, rng)
    return given_posterior(y, s, model)


def given_posterior(y: Array, s: Array, model: Model) -> GridAnswers:
    """Return the engine's posterior for given log odds ratios and standard errors, shape (K,),
    on its usual nodes.
    """
    far = float(np.max(np.abs(y) + FAR[0] * s)) + FAR[1]
    beliefs = [Belief(model.mu, model.tau)]
    axes = grids.plan((y, s), beliefs, far, Fineness())
    names = tuple(f"Study {i + 1}" for i in range(y.size))
    assert isinstance(model.family, OfEstimates)
    assert axes.tau is not None
    curves = model.family.curve(y, s, axes.theta.x)
    common = smooth(curves[None], axes.theta, axes.mu.x, np.zeros(1))[0]
    random = smooth(
        curves[None], axes.theta, axes.mu.x, axes.tau.x, tails=True, matters=surface.only_for(axes, beliefs)
    )
    built = surface.Surface(names, (y, s), axes, curves, common, np.moveaxis(random, 0, -1))
    return GridAnswers.on(built, model)


def _pit(answers: GridAnswers, first: str, truth: Truth) -> tuple[float, ...]:
    """Return the posterior probability below the truth, for every quantity;
    a study that says nothing is a new study.
    """
    new = answers.marginal("theta_new")
    own = answers.theta(first) if first else new
    placed = [(answers.marginal("mu"), truth.mu), (answers.marginal("tau"), truth.tau)]
    placed += [(new, truth.theta_new), (own, float(truth.theta[0]))]
    return (
        *(float(marginal.prob_below(value)) for marginal, value in placed),
        likelihood_pit(answers, truth.mu, truth.tau),
    )


def likelihood_pit(answers: GridAnswers, mu: float, tau: float) -> float:
    """Return the posterior probability of a log likelihood below that of (mu, tau),
    study effects integrated out.

    This depends on the data, so that it tells a posterior from the prior (Modrák et al. 2023). The joint
    posterior is interpolated to ``FINER`` nodes for one, and cells on the contour are counted in part.
    """
    built = answers.surface
    mass = answers.log_joint + built.axes.mu.log_weights[:, None]
    rows, columns = (_kept(mass.max(axis=axis)) for axis in (1, 0))
    computed = mass[rows, columns] > mass.max() - COMPUTED
    logs, values = (denser(each[rows, columns], computed) for each in (mass, built.total()))
    own = float(integrated_log_likelihood(built, np.array([mu]), np.array([tau])).sum())
    across = sum(np.abs(slope) for slope in np.gradient(values))
    below = np.clip(0.5 + (own - values) / np.maximum(across, 1e-12), 0.0, 1.0)
    weights = np.exp(logs - logs.max())
    return float(np.clip((weights * below).sum() / weights.sum(), 0.0, 1.0))


def _kept(highest: Array) -> slice:
    """Return the nodes that carry posterior mass, with a margin, and enough of them to interpolate."""
    places = np.flatnonzero(highest > highest.max() - KEPT)
    first, last = max(0, int(places[0]) - POINTS // 2), min(highest.size, int(places[-1]) + POINTS // 2 + 1)
    return slice(max(0, min(first, last - POINTS)), min(highest.size, max(last, first + POINTS)))


def denser(values: Array, computed: Mask) -> Array:
    """Interpolate along both axes to ``FINER`` nodes for one:
    by eight points where all of them are ``computed``, else by two.

    The engine leaves nodes that cannot matter at a floor, beside which a polynomial would swing.
    """
    across, usable = _denser_across(values, computed)
    return _denser_across(across.T, usable.T)[0].T


def _denser_across(values: Array, computed: Mask) -> tuple[Array, Mask]:
    """Interpolate along the last axis; also say where what is returned was made of computed values alone.

    By two points it is where the node on either side of it is computed; on a node itself, the node alone.
    """
    size = values.shape[-1]
    steps = np.arange((size - 1) * FINER + 1)
    first, (weights,) = stencil(steps / FINER, size)
    smooth_values = sum(weights[:, k] * values[..., first + k] for k in range(POINTS))
    usable = np.logical_and.reduce([computed[..., first + k] for k in range(POINTS)])
    cell = np.minimum(steps // FINER, size - 2)  # in whole numbers: no place may fall into another cell
    share = (steps - FINER * cell) / FINER
    beside = (computed[..., cell] | (share == 1)) & (computed[..., cell + 1] | (share == 0))
    return np.where(
        usable, smooth_values, (1 - share) * values[..., cell] + share * values[..., cell + 1]
    ), beside


def prior_pit(model: Model, truth: Truth) -> tuple[float, ...]:
    """Return the prior probability below the truth: of mu, of tau,
    and of two effects of studies that say nothing.
    """
    assert isinstance(model.mu, Normal)
    mean, sd = model.mu.mean, model.mu.sd
    taus = model.tau.quantile((np.arange(PRIOR_NODES) + 0.5) / PRIOR_NODES)

    def effect(value: float) -> float:
        z = (value - mean) / np.hypot(sd, taus)
        return float(np.mean([0.5 * math.erfc(-each / math.sqrt(2)) for each in z]))

    ends = float(model.mu.cdf(truth.mu)), float(model.tau.cdf(truth.tau))
    return (*ends, effect(truth.theta_new), effect(float(truth.theta[0])))
