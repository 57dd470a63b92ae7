"""The exact fit of a two-arm model: grids refined until the numbers of the posterior stand still."""

from bayes_ivig.engines.grid import accuracy, data_priors, propriety, surface
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.every_second_node import errors_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.posterior.posterior import Posterior


def fit(dataset: Dataset, model: Model, tolerance: float, refinements: int) -> Posterior:
    """Return the posterior, its stated errors below ``tolerance`` posterior SDs after ``refinements`` at
    most; raises ``DataError`` and ``ModelError``.
    """
    model = data_priors.resolve(dataset, model)
    belief = Belief(model.mu, model.tau if model.heterogeneous else None)
    propriety.require(dataset, model)
    fineness, place = Fineness(), None
    for attempt in range(refinements + 1):
        built, rough = surface.build_twice(dataset, model, belief, fineness, place)
        answers = GridAnswers.on(built, model)
        errors = errors_of(answers, GridAnswers.on(rough, model))
        too_large = {axis for axis, worst in errors.items() if max(worst.values()) > tolerance}
        wanted = 1.0 if answers.at_the_ends <= tolerance else propriety.follow(model.mu)
        if (not too_large and belief.further >= wanted) or attempt == refinements:
            break
        belief = belief._replace(further=max(belief.further, wanted))
        place = grids.found_at(built.axes, answers.log_mass, fineness)
        fineness = _refined(fineness, too_large)
    return Posterior(
        dataset=dataset,
        model=model,
        engine="quadrature",
        settings=(
            ("tolerance", f"{tolerance:g}"),
            ("nodes", " x ".join(str(a.size) for a in built.axes if a)),
        ),
        studies=built.studies,
        answers=answers,
        log_marginal_likelihood=answers.log_evidence if _proper(model) else None,
        diagnostics=accuracy.diagnostics(accuracy.added_up(errors), answers.at_the_ends, tolerance, model),
    )


def _proper(model: Model) -> bool:
    """Whether the priors that are used integrate to one, so that a marginal likelihood exists."""
    return model.mu.proper and (model.tau.proper or not model.heterogeneous)


def _refined(fineness: Fineness, axes: set[str]) -> Fineness:
    """Return everything that concerns the named axes twice as fine."""
    finer = fineness.finer()
    fields = {"theta": ("theta", "theta_most", "curve", "nodes"), "mu": ("mu", "mu_most"), "tau": ("tau",)}
    return fineness._replace(**{field: getattr(finer, field) for axis in axes for field in fields[axis]})
