"""Random-effects model of the control arms alone: binomial events, normal log odds,
integrated on a surface like any other.
"""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import accuracy as stated_error
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.posterior.control_risk import ControlRisk

type Array = NDArray[np.float64]

TOLERANCE = 1e-4
REFINEMENTS = 3
# of the range of all arms' log odds: an arm known better than that counts as if it were known to that
FINEST = 0.005


def control_arms(dataset: Dataset, mean: Prior, spread: Prior) -> ControlRisk:
    """Return the posterior of mean and spread of the control arms' log odds;
    arms with nobody in them stay out.

    Huge arms that lie far apart count in part, see ``_shares``.
    """
    kept = [study for study in dataset.studies if study.control_seen > 0]
    events, totals = (
        np.array([getattr(study, name) for study in kept], float)
        for name in ("control_events", "control_seen")
    )
    designs = np.array([study.design_effect for study in kept])
    events, totals = events / designs, totals / designs
    share = _shares(events, totals)
    events, totals = share * events, share * totals
    names = tuple(study.name for study in kept)
    answers, bounds = stated_error.refined(
        lambda fineness: _answers(names, (events, totals), (mean, spread), fineness),
        stated_error.of_grid,
        TOLERANCE,
        REFINEMENTS,
    )
    typical, new = answers.marginal("mu"), answers.marginal("theta_new")
    assert isinstance(typical, GridMarginal) and isinstance(new, GridMarginal)
    return ControlRisk(
        dataset=dataset,
        priors=(mean, spread),
        mean=typical,
        spread=answers.marginal("tau"),
        new=new,
        arms={name: answers.theta(name) for name in names},
        diagnostics=stated_error.diagnostics(bounds, answers.at_the_ends, TOLERANCE),
    )


def _estimates(events: Array, totals: Array) -> tuple[Array, Array]:
    """Return log odds and their standard errors, half an event added to either side."""
    yes, no = events + 0.5, totals - events + 0.5
    return np.log(yes / no), np.sqrt(1 / yes + 1 / no)


def _shares(events: Array, totals: Array) -> Array:
    """Return the share of each arm's people that counts, shape (K,); 1 but for huge arms that lie far apart.

    One grid has to resolve the narrowest arm over the range of all. The standard error of an arm below
    ``FINEST`` of that range is raised to it, which adds (``FINEST`` range / spread)^2, a few 1e-4, to the
    variances that mean and spread rest on.
    """
    y, s = _estimates(events, totals)
    least = FINEST * float(np.ptp(y))
    return np.asarray(np.minimum(1.0, (s / least) ** 2)) if least > 0 else np.ones(y.size)


def _answers(
    names: tuple[str, ...], arms: tuple[Array, Array], priors: tuple[Prior, Prior], fineness: Fineness
) -> GridAnswers:
    """Return the posterior on a grid: log odds in the place of log odds ratios, spread in that of tau."""
    events, totals = arms
    estimates = _estimates(events, totals)
    belief = Belief(*priors)
    far = float(np.max(np.abs(estimates[0]) + 12 * estimates[1])) + 40.0
    axes = grids.plan(estimates, [belief], far, fineness)
    alpha = axes.theta.x
    rows = shaken(
        log_choose(totals, events)[:, None]
        + events[:, None] * alpha
        - totals[:, None] * np.logaddexp(0, alpha)
    )
    bare = Surface(names, estimates, axes, rows, rows, None)
    return GridAnswers.on(
        surface.smoothed(bare, surface.only_for(axes, [belief], many=0)), Model(mu=priors[0], tau=priors[1])
    )
