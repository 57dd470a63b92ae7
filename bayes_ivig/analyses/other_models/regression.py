"""``regression``: a meta-regression as a whole, with the answers that only it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.inputs.characteristics.covariates import Numeric, design_of
from bayes_ivig.inputs.model.covariates import MetaRegression, Value
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.other_models.regression import (
    Regression,
    Without,
    effects_at,
    references_of,
    require_slopes,
)
from bayes_ivig.results.posterior.posterior import Posterior

type Asked = Annotated[
    Mapping[str, Value] | Sequence[Mapping[str, Value]],
    "values by column, such as {'year': 2010}, or a list of these",
]

MOST = 60  # trials up to which each is left out unless that is asked for


@checked
def regression(posterior: Posterior, at: Asked = (), *, influence: bool | None = None) -> Regression:
    """Return slopes, effects at stated values, heterogeneity left and influence of a meta-regression.

    ``at`` are values of columns, or a list of such, as ``posterior.at`` takes them; those not named are at
    their reference. ``influence`` leaves each trial out in turn and looks at the slopes: unless given, where
    that takes no sampling and there are 60 trials at most. Heterogeneity is set beside that of the same
    trials and priors without covariates. Raises ``ModelError`` for a posterior of another kind of model, and
    for values that no trial could have.

    >>> import bayes_ivig as bi
    >>> model = bi.models.MetaRegression(covariates=("latitude",))
    >>> post = bi.fit(bi.load_dataset("vaccine.csv"), model)
    >>> whole = bi.models.regression(post, at={"latitude": 50}, influence=False)
    >>> whole.effects_table()[["or_median", "or_lower", "or_upper"]].round(2)
                 or_median  or_lower  or_upper
    at
    references        0.47      0.37      0.58
    latitude=50       0.28      0.20      0.41
    """
    slopes = require_slopes(posterior, "regression")
    asked = [at] if isinstance(at, Mapping) else list(at)
    effects = tuple(effects_at(posterior, values) for values in ({}, *asked))
    bare = replace(posterior.model.two_arm, measure=posterior.measure.code)
    plain = fit(posterior.dataset, bare, weights=dict(posterior.weights) or None)
    wanted = posterior.engine != "nuts" and posterior.k <= MOST if influence is None else influence
    names = tuple(each.name for each in slopes)
    return Regression(posterior, plain, effects, _without(posterior, names) if wanted else ())


def _without(posterior: Posterior, slopes: tuple[str, ...]) -> tuple[Without, ...]:
    """Return the slopes when each trial is left out in turn, or why there are none; covariates are measured
    from where they are measured with all trials, and in the same units.
    """
    model, found = _as_coded(posterior), []
    for study, rest in posterior.leave_one_out().steps:
        try:
            other = _asked(posterior, rest, model)
        except BayesIvigError as error:
            found.append(Without(study, (), str(error)))
            continue
        same = tuple(each.name for each in require_slopes(other, "regression")) == slopes
        note = "" if same else "without it the model has other coefficients"
        found.append(Without(study, tuple(other[name] for name in slopes) if same else (), note))
    return tuple(found)


def _as_coded(posterior: Posterior) -> AnyModel:
    """Return the model with references and units stated as these trials have them."""
    if not isinstance(posterior.model, MetaRegression):
        return posterior.model  # type: ignore[no-any-return]
    design = design_of(posterior.dataset, posterior.studies, posterior.model)
    units = {each.name: each.spread for each in design.covariates if isinstance(each, Numeric)}
    return replace(posterior.model, references=dict(references_of(posterior)), units=units)


def _asked(posterior: Posterior, studies: tuple[str, ...], model: AnyModel) -> Posterior:
    """Return the posterior of some of the trials, by the engine that computed it."""
    if posterior.again is None:
        return fit(posterior.dataset.trials(list(studies)), model)
    weights = {name: weight for name, weight in posterior.weights if name in studies}
    return posterior.again.ask(posterior, posterior.dataset.trials(list(studies)), model, weights)  # type: ignore[arg-type]
