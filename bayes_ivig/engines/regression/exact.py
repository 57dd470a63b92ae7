"""The exact fit of a regression: nodes refined until the numbers of the posterior stand still."""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import accuracy
from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.regression.accuracy import errors_of
from bayes_ivig.engines.regression.answers import RegressionAnswers
from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.engines.regression.look_up import look_up
from bayes_ivig.engines.regression.nodes import Nodes
from bayes_ivig.engines.regression.planning import plan_nodes, surfaces
from bayes_ivig.engines.regression.rough import Rough, Task, rough, seen_again
from bayes_ivig.engines.regression.stated import Asked, Regression, asked
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.covariates import MetaRegression
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.scale import settled
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

MOST = 2  # coefficients beside mu and tau: a third would take minutes
FAINT, FURTHER = 1e-9, 8.0  # share at the ends of the nodes from which they are taken further, and how far
SHORTER = 0.7  # steps of coefficients that are not short enough
FIELDS = {
    "nodes": ("mu", "mu_most"),
    "tau": ("tau",),
    "theta": ("theta", "theta_most", "curve", "nodes"),
}


def fit(dataset: Dataset, model: Regression, tolerance: float, refinements: int) -> Posterior:
    """Return the posterior, its stated errors below ``tolerance`` posterior SDs after ``refinements`` at
    most; raises ``DataError`` and ``ModelError``.
    """
    if isinstance(model, PetPeese):
        model = settled(dataset, model)
    elif not held(model):
        raise ModelError(
            f"shrinkage: found {model.shrinkage}; the exact engine sums over coefficients with priors of "
            'their own. Leave engine out, which then samples, or state shrinkage = "stated"'
        )
    question = asked(dataset, model)
    _require_few(question)
    fineness, further, seen = Fineness(), 1.0, rough(question.task)
    for attempt in range(refinements + 1):
        nodes = plan_nodes(question.task, seen, fineness, further)
        fine, coarse = surfaces(question.trials, question.task, seen, nodes, fineness)
        density = _density(question.task, nodes, fine)
        bounds = errors_of(density, _density(question.task, nodes.halved(), coarse))
        too_large = {part for part, worst in bounds.items() if max(worst.values()) > tolerance}
        cut = density.beyond_nodes > FAINT and further == 1.0
        if not (too_large or cut) or attempt == refinements:
            break
        further = FURTHER if cut else further
        fineness, seen = _finer(fineness, too_large), _found(density, seen)
    answers = RegressionAnswers(
        fine, density, question.task.design, question.slopes, question.trials.model.degrees_of_freedom
    )
    sizes = " x ".join(map(str, (*nodes.shape, *([fine.axes.tau.size] if fine.axes.tau else []))))
    return Posterior(
        dataset=dataset,
        model=model,
        engine="quadrature",
        settings=(("tolerance", f"{tolerance:g}"), ("nodes", sizes)),
        studies=question.trials.names,
        answers=answers,
        log_marginal_likelihood=density.log_evidence,
        diagnostics=accuracy.diagnostics(accuracy.added_up(bounds), density.at_the_ends, tolerance),
        quantities=question.quantities,
        remarks=question.remarks,
    )


def _finer(fineness: Fineness, parts: set[str]) -> Fineness:
    """Return finer steps of what is not fine enough: half of them, and somewhat shorter ones of
    coefficients, whose sums gain most.
    """
    finer = fineness.finer()
    changes = {field: getattr(finer, field) for part in parts for field in FIELDS[part]}
    if "nodes" in parts:
        changes |= {field: SHORTER * getattr(fineness, field) for field in FIELDS["nodes"]}
    return fineness._replace(**changes)


def held(model: MetaRegression) -> bool:
    """Whether coefficients have priors of their own, as sums over nodes need it."""
    return model.shrinkage == "stated"


def few(dataset: Dataset, model: MetaRegression) -> bool:
    """Whether a regression is one that can be summed over; raises ``DataError`` and ``ModelError``."""
    return held(model) and len(asked(dataset, model).slopes) <= MOST


def _density(task: Task, nodes: Nodes, built: Surface) -> RegressionDensity:
    """Return the posterior on nodes, the likelihood read off a surface."""
    tau = built.axes.tau
    log_mass = look_up(built.each, built.axes.mu, nodes.predictors(task.design)).reshape(*nodes.shape, -1)
    log_prior = nodes.log_weights.copy()
    for prior, values in zip(task.priors, nodes.coefficients, strict=True):
        log_prior += prior.logpdf(values)
    log_mass += log_prior[..., None]
    if tau is not None and task.tau is not None:
        log_mass += task.tau.logpdf(tau.x) + tau.log_weights
    return RegressionDensity(nodes, tau, log_mass)


def _found(density: RegressionDensity, before: Rough) -> Rough:
    """Return what is now known of where the posterior lies."""
    means, covariances = density.conditional()
    if density.tau is None or before.scale is None or before.seen is None:
        return Rough(means, covariances, None, None)
    shares = np.exp(density.by_tau - density.log_evidence)
    seen = seen_again(before.scale, before.seen.reach, density.tau.x, shares)
    return Rough(means, covariances, seen, before.scale)


def _require_few(question: Asked) -> None:
    """Raise ``ModelError`` for more coefficients than nodes can be summed over."""
    if len(question.slopes) > MOST:
        raise ModelError(
            f"fit: found {len(question.slopes)} coefficients ({', '.join(question.slopes)}); the exact "
            f"engine sums over {MOST} at most beside mu and tau. Leave engine out, which then samples, or "
            "name fewer covariates"
        )
