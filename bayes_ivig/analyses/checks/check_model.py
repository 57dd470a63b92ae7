"""``check_model``: every check of a fitted model at once."""

from bayes_ivig.analyses.checks.loo import loo
from bayes_ivig.analyses.checks.predictive import posterior_predictive_check, prior_predictive_check
from bayes_ivig.analyses.tipping.power_scaling import power_scaling
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.checks.loo import LeaveOneOut
from bayes_ivig.results.checks.model_check import ModelCheck
from bayes_ivig.results.checks.predictive import PriorCheck
from bayes_ivig.results.posterior.posterior import Posterior

MOST_TRIALS = 2_000  # some minutes: thousands of draws of every arm


def require_few(dataset: Dataset) -> None:
    """Raise ``DataError`` for more trials than are checked arm by arm."""
    if len(dataset) > MOST_TRIALS:
        raise DataError(
            f"{dataset.label}: found {len(dataset):,} trials; up to {MOST_TRIALS:,} are checked arm by arm; "
            "choose fewer with trials (--trials)"
        )


@checked
def check_model(posterior: Posterior, *, level: Level = 0.95) -> ModelCheck:
    """Return prior and posterior predictive checks, leave-one-study-out densities
    and power-scaling sensitivities.

    ``level`` is that of the predictive limits. What does not exist under an improper prior is left out, and
    said in ``missing``. Raises ``ModelError`` for kinds of models whose likelihood is not one of (mu, tau),
    and for studies that count in part; ``DataError`` for more than 2,000 trials.

    >>> import bayes_ivig as bi
    >>> bi.checks.check_model(bi.fit(bi.load_dataset("my.csv")))
    ModelCheck(my, k=4): no problem
    """
    require_few(posterior.dataset)
    predictive = posterior_predictive_check(posterior, level=level)
    missing: list[str] = []
    prior: PriorCheck | None = None
    left_out: LeaveOneOut | None = None
    if posterior.model.mu.proper and (posterior.model.tau.proper or not posterior.model.heterogeneous):
        prior, left_out = (
            prior_predictive_check(posterior.dataset, posterior.model, level=level),
            loo(posterior),
        )
    else:
        missing.append("prior predictive check: an improper prior foretells nothing")
        try:
            left_out = loo(posterior)
        except ModelError as error:
            missing.append(str(error))
    return ModelCheck(posterior, prior, predictive, left_out, power_scaling(posterior), tuple(missing))
