"""Further questions of a posterior: other priors, fewer trials, trials that count in part;
on its own grid where that is fit.

The likelihood surface of a fit answers any prior on mu and tau, any subset of its studies and any weights of
theirs. Where its grid cannot (a prior narrower than its steps, or one with other limits, a posterior that
moved to its ends, or to where the surface was not computed in full) the posterior is computed anew instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from bayes_ivig.engines.engine import Engine
from bayes_ivig.engines.further.influence import influence
from bayes_ivig.engines.grid import accuracy as stated_error
from bayes_ivig.engines.grid import data_priors, propriety, surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.in_blocks import InBlocks
from bayes_ivig.engines.grid.own_densities import peculiar
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.posterior.influence import Influence
from bayes_ivig.results.posterior.posterior import Posterior

type Weights = Mapping[str, float]

BEYOND = 1e-8


@dataclass(frozen=True, eq=False)
class Again:
    """Asks the engine that made a posterior one question more.

    ``exact``, (mu, tau), marks where the surface it was made on holds values and no bounds; None for a
    surface made for this very posterior, of which that can be told.
    """

    engine: Engine
    exact: stated_error.Mask | None = None

    def ask(self, before: Posterior, dataset: Dataset, model: Model, weights: Weights) -> Posterior:
        """Return the posterior of another model on some of the studies,
        each likelihood raised to its weight in [0, 1].

        Raises ``DataError`` and ``ModelError`` as a fit does,
        and ``ModelError`` for weights under a sampling engine.
        """
        if not isinstance(self.engine, Quadrature):
            if weights:
                raise ModelError(
                    f"weights: not for the {before.engine} engine; "
                    "fit with Quadrature() to give studies weights"
                )
            return replace(self.engine.fit(dataset, model), again=self)
        if not isinstance(model, Model):
            if weights:
                raise ModelError(
                    f"weights: not for a model of the family {before.model.KIND}, whose likelihood is not "
                    "one of mu and tau alone; fit a two-arm model, Model(), to give studies weights"
                )
            return replace(self.engine.fit(dataset, model), again=self)
        model = data_priors.resolve(dataset, _waiting(model))
        propriety.require(dataset, model)
        if isinstance(before.answers, GridAnswers) and _same_curves(before.model, model):
            exact = self._exact(before.answers)
            at_once = _on_the_same_grid((before, exact), dataset, (model, weights), self.engine.tolerance)
            if at_once is not None:
                return replace(at_once, again=Again(self.engine, exact))
        fresh = anew(self.engine, dataset, model, weights)
        if not weights:
            return replace(fresh, again=Again(self.engine))
        assert isinstance(fresh.answers, GridAnswers)  # and made in full
        return replace(fresh, again=Again(self.engine, np.ones(fresh.answers.log_joint.shape, np.bool_)))

    def _exact(self, answers: GridAnswers) -> stated_error.Mask:
        return stated_error.exact_places(answers) if self.exact is None else self.exact

    def influence(self, posterior: Posterior) -> Influence:
        """Return every study's weight and its predictive check against the others;
        raises ``ModelError`` under sampling.
        """
        if posterior.answers.exact_draws is not None:
            raise ModelError(
                f"influence: not for models of the family {posterior.model.KIND}; leave_one_out() has the "
                "posterior without each trial"
            )
        if not isinstance(posterior.answers, GridAnswers):
            remedy = "" if isinstance(self.engine, Quadrature) else "; fit with Quadrature()"
            what = f"the {posterior.engine} engine" if remedy else f"the family {posterior.model.KIND}"
            raise ModelError(f"influence: not for {what}{remedy}")

        def without(study: str) -> GridAnswers:
            answers = posterior.without(study).answers
            assert isinstance(answers, GridAnswers)
            return answers

        return influence(posterior, posterior.answers, self._exact(posterior.answers), without)


def anew(engine: Quadrature, dataset: Dataset, model: Model, weights: Weights) -> Posterior:
    """Return the posterior on a grid of its own; with weights,
    refined by comparison with everything twice as coarse.
    """
    if not weights:
        return engine.fit(dataset, model)
    propriety.require(dataset, model)
    belief = Belief(model.mu, model.tau if model.heterogeneous else None)

    def make(fineness: Fineness) -> GridAnswers:
        # in full: weights reach further
        built = surface.build(dataset, model, [belief] * (surface.FEW + 1), fineness)
        return GridAnswers.on(built, model, np.array([weights.get(study, 1.0) for study in built.studies]))

    answers, bounds = stated_error.refined(make, stated_error.of_grid, engine.tolerance, engine.refinements)
    return _posterior((dataset, model, weights), answers, bounds, engine.tolerance)


def _on_the_same_grid(
    there: tuple[Posterior, stated_error.Mask],
    dataset: Dataset,
    asked: tuple[Model, Weights],
    tolerance: float,
) -> Posterior | None:
    """Return the answer of the surface that is there, or None where its grid is not fit for the question."""
    (before, exact), (model, weights) = there, asked
    answers = before.answers
    assert isinstance(answers, GridAnswers)
    built = _part(answers.surface, before.dataset, dataset)
    if built is None or not _holds(built, before.model, model):
        return None
    shares = np.array([weights.get(study, 1.0) for study in built.studies]) if weights else None
    now = GridAnswers.on(built, model, shares)
    ends = now.at_the_ends if np.isfinite(now.log_evidence) else np.inf
    if ends > stated_error.FAINT and not (ends <= tolerance and _reaches(built, model)):
        return None
    numbers, bounds = stated_error.of_axes(now)
    if stated_error.reaches_beyond(now, exact) or not stated_error.serves(now, bounds, tolerance):
        return None
    carried = _carried(before, numbers)
    bounds = {name: bound + carried[name] for name, bound in bounds.items()}
    if not max(bounds.values()) <= stated_error.ALLOWED * tolerance:
        return None
    return _posterior((dataset, model, weights), now, bounds, tolerance)


def _posterior(
    asked: tuple[Dataset, Model, Weights], answers: GridAnswers, bounds: dict[str, float], tolerance: float
) -> Posterior:
    """Return a posterior with everything that was chosen, as a plain fit would."""
    dataset, model, weights = asked
    nodes = " x ".join(str(axis.size) for axis in answers.surface.axes if axis)
    settings = [("tolerance", f"{tolerance:g}"), ("nodes", nodes)]
    if weights:
        settings.append(("weights", ", ".join(f"{study} {weight:g}" for study, weight in weights.items())))
    proper = model.mu.proper and (model.tau.proper or not model.heterogeneous)
    return Posterior(
        dataset=dataset,
        model=model,
        engine="quadrature",
        settings=tuple(settings),
        studies=answers.surface.studies,
        answers=answers,
        log_marginal_likelihood=answers.log_evidence if proper and not weights else None,
        diagnostics=stated_error.diagnostics(bounds, answers.at_the_ends, tolerance, model),
        weights=tuple(weights.items()),
    )


def _same_curves(before: Model, now: Model) -> bool:
    """Whether two models differ in their priors of mu and tau only."""
    same = (before.likelihood, before.effects, before.measure) == (now.likelihood, now.effects, now.measure)
    return same and (not now.has_baseline or (before.alpha, before.baseline) == (now.alpha, now.baseline))


def _part(built: Surface, before: Dataset, now: Dataset) -> Surface | None:
    """Return the surface of the studies that are still there, None where there is one it does not know."""
    known = {study.name: study for study in before.studies}
    if any(known.get(study.name) != study for study in now.studies):
        return None
    names = set(now.study_names)
    kept = [i for i, study in enumerate(built.studies) if study in names]
    if not kept or len(kept) == len(built.studies):
        return built if kept else None
    return replace(
        built,
        studies=tuple(built.studies[i] for i in kept),
        estimates=(built.estimates[0][kept], built.estimates[1][kept]),
        log_curves=built.log_curves[kept],
        common=built.common[kept],
        random=built.random.kept(kept)
        if isinstance(built.random, InBlocks)
        else None
        if built.random is None
        else built.random[kept],
    )


def _holds(built: Surface, before: Model, now: Model) -> bool:
    """Whether the axes have the limits of the new priors, and their reach where a prior is improper."""
    pairs = [(built.axes.mu, before.mu, now.mu)]
    if built.axes.tau is not None:
        pairs.append((built.axes.tau, before.tau, now.tau))
    return all(
        _limits(axis, prior) and (prior.proper or not old.proper) and (prior == old or not peculiar(prior))
        for axis, old, prior in pairs
    )


def _limits(axis: Axis, prior: Prior) -> bool:
    """Whether a prior ends where the axis does: jumps between nodes would spoil every sum."""
    low, high = prior.support
    match axis.link:
        case "identity":
            return not (np.isfinite(low) or np.isfinite(high))
        case "softplus":
            return low <= 0 and not np.isfinite(high)
        case "interval":
            return max(low, 0.0 if axis.lower == 0.0 else low) == axis.lower and high == axis.upper


def _reaches(built: Surface, model: Model) -> bool:
    """Whether no more than ``BEYOND`` of a proper prior lies on either side of its axis."""
    pairs = [(built.axes.mu, model.mu)] + (
        [(built.axes.tau, model.tau)] if built.axes.tau is not None else []
    )
    for axis, prior in pairs:
        if prior.proper:
            low, high = prior.cdf(axis.x[[0, -1]])
            if max(float(low), 1 - float(high)) > BEYOND:
                return False
    return True


def _carried(before: Posterior, now: stated_error.Numbers) -> dict[str, float]:
    """Return the errors stated of the first answers, in units of the new ones:
    what the curves may have brought along.
    """
    stated = dict(before.diagnostics.numbers)
    errors = dict.fromkeys(now, 0.0)
    for name in errors:
        bound = stated.get(f"error.{name}", 0.0)
        if name in ("mu", "tau") and bound:
            sd = before[name].sd
            bound *= max(1.0, (sd or float(now[name][0])) / float(now[name][0]))
        errors[name] = bound
    return errors


def _waiting(model: Model) -> Model:
    """Return the model as it was stated: a prior that depends on the data meets those of the new question."""
    return replace(model, tau=_emptied(model.tau))


def _emptied(prior: Prior) -> Prior:
    match prior:
        case DataDependent():
            return replace(prior, variances=())
        case Mixture(weights=weights, parts=parts):
            return Mixture(weights, tuple(map(_emptied, parts)))
        case LibraryPrior(prior=inner):
            return replace(prior, prior=_emptied(inner))
        case _:
            return prior


def prepared(posterior: Posterior, beliefs: list[Belief]) -> Posterior:
    """Return the same posterior on a grid made for several pairs of priors at once,
    which ``under`` then answers quickly.

    Sampled posteriors, and those whose studies count in part, are returned as they are.
    """
    again = posterior.again
    if not isinstance(again, Again) or not isinstance(again.engine, Quadrature) or posterior.weights:
        return posterior
    if not isinstance(posterior.answers, GridAnswers):
        return posterior
    built = surface.build(posterior.dataset, posterior.model, beliefs, Fineness())
    answers = GridAnswers.on(built, posterior.model)
    models = [
        replace(posterior.model, mu=belief.mu, **({"tau": belief.tau} if belief.tau else {}))
        for belief in beliefs
    ]
    exact = [stated_error.exact_places(GridAnswers.on(built, model)) for model in models]
    everywhere = len(beliefs) > surface.FEW or np.logical_or.reduce(exact)
    again = Again(again.engine, np.array(np.broadcast_to(everywhere, answers.log_joint.shape)))
    return replace(posterior, answers=answers, again=again, _made={}, _checks=[])
