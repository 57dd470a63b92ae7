"""What a meta-regression answers: the effect in studies with stated characteristics."""

from collections.abc import Mapping

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.characteristics.covariates import design_of
from bayes_ivig.inputs.model.covariates import MetaRegression, Value
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior


@checked
def effect_at(posterior: Posterior, values: Mapping[str, Value], *, new_study: bool = False) -> Marginal:
    """Return the log odds ratio in studies with the stated values, mu + x beta;
    covariates not named are at their reference.

    ``new_study`` gives that of one new study of this kind, the heterogeneity the covariates leave included.
    Values are on the scale of the table: a number for a numeric covariate, a level for a categorical one. Far
    from the studies' own values it extrapolates. Raises ``ModelError`` for a posterior of another kind,
    unknown covariates and levels.

    >>> import bayes_ivig as bi
    >>> model = bi.models.MetaRegression(covariates=("year",))
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), model)
    >>> late, early = (bi.models.effect_at(post, {"year": year}) for year in (2020, 2000))
    >>> late.median < early.median
    True
    """
    regressed = posterior.answers.regressed
    if not isinstance(posterior.model, MetaRegression) or regressed is None:
        kind = type(posterior.model).__name__
        raise ModelError(f"effect_at: needs the posterior of a MetaRegression; found one of {kind}")
    row = np.array(design_of(posterior.dataset, posterior.studies, posterior.model).row(values))
    return regressed.at(row).marginal("theta_new" if new_study else "mu")
