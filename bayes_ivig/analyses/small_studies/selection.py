"""``bias.selection``: the effect where publication hung on the p-value, beside that where it did not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from bayes_ivig.engines.fitting import fit
from bayes_ivig.engines.selected.asked import at_weights, in_intervals, missing
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.files import load_model
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.selected import CUMULATIVE, Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.likelihoods.registry import GIVEN_EVENTS, OF_ESTIMATES
from bayes_ivig.measures import OR
from bayes_ivig.results.contract import Stating
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.small_studies.selection import LOWEST, SelectionAnalysis, WeightCurve
from bayes_ivig.results.small_studies.steps import Step

# of the later intervals, from none suppressed to the lowest; closer where the effect moves fastest
WEIGHTS = (*(i / 20 for i in range(20, 3, -1)), 0.175, 0.15, 0.125, 0.1, 0.075, LOWEST)

type Stated = Annotated[
    Selection | Model | str | Path, "a model such as models.Selection() or Model(), or the name of one"
]
type Weights = Annotated[
    str | float | Sequence[float], "'uniform', 'cumulative_dirichlet(1)', or a number for each later interval"
]


@checked
def selection(
    dataset: Dataset, model: Stated | None = None, *, weights: Weights | None = None
) -> SelectionAnalysis:
    """Return what is left of an effect where trials were published by their p-values, beside the effect
    where they were not, with the evidence for one against the other.

    ``model`` is a ``models.Selection``, by default one cut at a one-sided p-value of 0.025 towards benefit,
    uniform weights and the hypergeometric likelihood (the normal one where trials are known by estimates); of
    a ``Model`` likelihood, effects and priors are taken, the binomial likelihood giving way to the
    hypergeometric one, under which alone the probability of every interval is exact. ``weights`` overrule
    those of the model. The weight that later intervals would have to have for a conclusion to fall is
    ``tipping(line)``. Raises ``DataError`` and ``ModelError``.

    With few trials the data say next to nothing of the weights, which stay where their prior put them: the
    answer is then what it would be under that rule, and proves no suppression. See ``docs/bias.md``.

    >>> import bayes_ivig as bi
    >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
    >>> [round(float(post["mu"].prob_above(0)), 2) for post in (found.uncorrected, found.posterior)]
    [0.88, 0.73]
    """
    stated = selection_model(dataset, model, weights)
    posterior, uncorrected = fit(dataset, stated), fit(dataset, stated.two_arm)
    return _analysis(posterior, uncorrected)


def selection_model(dataset: Dataset, model: Stated | None, weights: Weights | None) -> Selection:
    """Return the selection model that is meant; raises ``ModelError`` for a model of another kind."""
    known = load_model(model) if isinstance(model, str | Path) else model
    match known:
        case None:
            stated = Selection(likelihood=exact_likelihood(dataset))
        case Selection():
            stated = known
        case Model():
            given = {name: getattr(known, name) for name in ("effects", "mu", "tau", "measure")}
            own = (
                known.likelihood
                if known.conditions_on_events or known.uses_estimates
                else exact_likelihood(dataset)
            )
            stated = Selection(likelihood=own, **given)
        case _:
            raise ModelError(
                f"selection: found a model of the family {known.KIND}; give models.Selection(...), or a "
                "Model() whose priors are to be taken"
            )
    return stated if weights is None else replace(stated, weights=weights)


def exact_likelihood(dataset: Dataset) -> str:
    """Return the likelihood under which intervals have known probabilities: the exact one of odds ratios from
    counts, else the normal one.
    """
    counted = measure_in_force(dataset) is OR and not dataset.estimated
    return GIVEN_EVENTS if counted else OF_ESTIMATES


def _analysis(posterior: Posterior, uncorrected: Posterior) -> SelectionAnalysis:
    """Return everything that is asked of a posterior under selection."""
    model: Selection = posterior.model
    found = in_intervals(posterior)
    evidence = posterior.log_marginal_likelihood, uncorrected.log_marginal_likelihood
    later = model.intervals - 1
    effects = at_weights(posterior, [(weight,) * later for weight in WEIGHTS])
    sign = 0 if model.side == "two" else favoured(posterior.dataset, model.direction)
    return SelectionAnalysis(
        posterior=posterior,
        uncorrected=uncorrected,
        log_bayes_factor=None if None in evidence else evidence[0] - evidence[1],  # type: ignore[operator]
        steps=_steps(posterior, model),
        p_values=tuple((each.study, each.p) for each in found),
        missing=missing(posterior),
        curve=WeightCurve(WEIGHTS, effects),
        direction="above" if sign > 0 else "below" if sign < 0 else "",
        asking=_Asking(posterior, uncorrected),
    )


def _steps(posterior: Posterior, model: Selection) -> tuple[Step, ...]:
    found, cuts, steps = in_intervals(posterior), (0.0, *model.steps, 1.0), []
    for j in range(model.intervals):
        names = tuple(each.study for each in found if each.interval == j)
        reachable = sum(each.possible[j] for each in found)
        free: dict[str, Any] = {"stated": 1.0 if model.fixed is None else model.fixed[j]}
        if j and model.fixed is None:
            free = {"prior": _prior(model, j), "weight": posterior[f"omega[{j + 1}]"]}
        steps.append(Step(cuts[j], cuts[j + 1], names, reachable, **free))
    return tuple(steps)


def _prior(model: Selection, j: int) -> tuple[float, float]:
    """Return the prior of the weight of interval j, from 0, as the parameters of a beta distribution: a sum
    of some parts of a Dirichlet, or uniform.
    """
    return (float(model.intervals - j), float(j)) if model.weights == CUMULATIVE else (1.0, 1.0)


@dataclass(frozen=True, eq=False)
class _Asking:
    """Asks the engine further questions of an analysis."""

    posterior: Posterior
    uncorrected: Posterior

    def at(self, weight: float) -> Marginal:
        """Return the effect where every later interval has this weight."""
        return at_weights(self.posterior, [(weight,) * (self.posterior.model.intervals - 1)])[0]

    def under(self, priors: dict[str, Stating]) -> SelectionAnalysis:
        """Return the analysis under other priors."""
        return _analysis(self.posterior.under(**priors), self.uncorrected.under(**priors))

    def without(self, names: tuple[str, ...]) -> SelectionAnalysis:
        """Return the analysis without some trials."""
        return _analysis(self.posterior.without(*names), self.uncorrected.without(*names))
