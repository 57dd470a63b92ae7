"""``power_scaling``: does the posterior answer to its priors, to its likelihood, or to both?"""

from bayes_ivig.engines import power_scaling as scaled
from bayes_ivig.engines.quadrature import GridAnswers
from bayes_ivig.errors import ModelError
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.power_scaling import PowerScaling


def power_scaling(posterior: Posterior) -> PowerScaling:
    """Return how mu, tau and theta_new answer to raising the priors, or the likelihood, to powers just above and below 1.

    Exact, on the posterior's own grid. Raises ``ModelError`` for sampled posteriors, whose draws ArviZ reweights instead:
    ``arviz.psense_summary(posterior.to_arviz())``.
    """
    if not isinstance(posterior.answers, GridAnswers):
        raise ModelError(
            f"power_scaling: not for the {posterior.engine} engine; fit with Quadrature(), or use "
            "arviz.psense_summary(posterior.to_arviz())"
        )
    return scaled.power_scaling(posterior.answers, posterior.model)
