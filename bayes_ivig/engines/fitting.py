"""``fit``: one dataset, one model, one engine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from bayes_ivig.engines.engine import Engine
from bayes_ivig.engines.further.follow_ups import Again
from bayes_ivig.engines.nuts import NUTS
from bayes_ivig.engines.quadrature import HELD, Quadrature
from bayes_ivig.engines.regression.exact import few
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import DesignEffects
from bayes_ivig.inputs.counts.joint_dataset import JointDataset
from bayes_ivig.inputs.model.covariates import MetaRegression
from bayes_ivig.inputs.model.files import AnyModel, Stated, model_of
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.posterior.posterior import Posterior

EXACT = Quadrature()


def default_engine(dataset: Dataset, model: AnyModel) -> Engine:
    """Return the exact engine where it holds this model, else the sampling one: of regressions those with few
    coefficients, and the others are sampled with the effects of studies integrated out.
    """
    if isinstance(model, MetaRegression):
        return EXACT if few(dataset, model) else NUTS(seed=1, marginal=True)
    return EXACT if isinstance(model, HELD) else NUTS(seed=1)


@checked
def fit(
    dataset: Dataset | JointDataset,
    model: Stated | None = None,
    *,
    engine: Annotated[Engine, "an engine such as Quadrature() or NUTS(seed=1)"] | None = None,
    weights: Mapping[str, float] | None = None,
    design_effects: DesignEffects | None = None,
) -> Posterior:
    """Return the posterior of ``model`` on ``dataset``; raises ``DataError`` or ``ModelError``,
    never a bare ``ValueError``.

    ``model`` is the documented reference model, ``Model()``, unless given; a text is the name of a bundled
    model or the path of a model TOML. Without ``engine`` the exact engine, ``Quadrature()``, fits a
    ``Model``, a ``Selection``, a ``BiasAdjusted`` and a ``MetaRegression`` of one or two coefficients,
    ``NUTS(seed=1, marginal=True)`` one of more, and ``NUTS(seed=1)`` what else only sampling holds; the
    posterior's ``engine`` and ``settings`` say which it was.

    ``weights``, from 0 to 1 by study name, temper all of a study's evidence, the spread between studies in it
    (a power prior); see ``Posterior.weighted``. ``design_effects``, by study name or one for each study,
    temper its own likelihood only, before the spread between studies is added, as the sampling of clusters
    does; they take the place of those in the table. One that is uncertain is stated by its two 95% limits,
    and integrated out. See ``Study``.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> round(float(bi.fit(live)["mu"].prob_above(0)), 2)
    0.89
    >>> round(float(bi.fit(live, "hypergeometric_normal")["mu"].prob_above(0)), 2)
    0.88
    """
    model = model_of(model)
    if isinstance(dataset, JointDataset):
        dataset = dataset.as_dataset()
    if design_effects is not None:
        dataset = dataset.with_design_effects(design_effects)
    measure_in_force(dataset, model)
    engine = default_engine(dataset, model) if engine is None else engine
    if isinstance(engine, Quadrature) and not isinstance(model, HELD):
        raise ModelError(
            f"fit: the exact engine cannot hold a model of the family {model.KIND}; "
            "leave engine out, or give NUTS(seed=1)"
        )
    posterior = replace(engine.fit(dataset, model), again=Again(engine))
    return posterior if weights is None else posterior.weighted(weights)
