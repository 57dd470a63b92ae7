"""Random-effects model of the control arms alone: binomial events, normal log odds, integrated on a surface like any other."""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines import grids, stated_error, surface
from bayes_ivig.engines.grids import Belief, Fineness
from bayes_ivig.engines.quadrature import GridAnswers
from bayes_ivig.engines.surface import Surface
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.control_risk import ControlRisk
from bayes_ivig.results.grid_marginal import GridMarginal

type Array = NDArray[np.float64]

TOLERANCE = 1e-4
REFINEMENTS = 3


def control_arms(dataset: Dataset, mean: Prior, spread: Prior) -> ControlRisk:
    """Return the posterior of mean and spread of the control arms' log odds; arms with nobody in them stay out."""
    kept = [study for study in dataset.studies if study.control_total > 0]
    events, totals = (np.array([getattr(study, name) for study in kept], float) for name in ("control_events", "control_total"))
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


def _answers(names: tuple[str, ...], arms: tuple[Array, Array], priors: tuple[Prior, Prior], fineness: Fineness) -> GridAnswers:
    """Return the posterior on a grid: log odds in the place of log odds ratios, spread in that of tau."""
    events, totals = arms
    yes, no = events + 0.5, totals - events + 0.5
    estimates = np.log(yes / no), np.sqrt(1 / yes + 1 / no)
    belief = Belief(*priors)
    far = float(np.max(np.abs(estimates[0]) + 12 * estimates[1])) + 40.0
    axes = grids.plan(estimates, [belief], far, fineness)
    alpha = axes.theta.x
    rows = log_choose(totals, events)[:, None] + events[:, None] * alpha - totals[:, None] * np.logaddexp(0, alpha)
    bare = Surface(names, estimates, axes, rows, rows, None)
    return GridAnswers.on(surface.smoothed(bare, surface.only_for(axes, [belief])), Model(mu=priors[0], tau=priors[1]))
