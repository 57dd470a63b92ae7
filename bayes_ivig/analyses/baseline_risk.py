"""``control_risk``: what the control arms say about the risk without treatment."""

from bayes_ivig.engines.control_arms import control_arms
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.control_risk import ControlRisk


def control_risk(
    dataset: Dataset, *, mean: Prior | str = "logistic(0, 1)", spread: Prior | str = "half_normal(1)"
) -> ControlRisk:
    """Return the posterior of the control arms' risk under random effects on the log odds; by quadrature, no sampling.

    Events are binomial in each control arm, its log odds Normal(mean, spread^2); the default prior of the mean is uniform on a
    typical study's risk. Treatment arms are not looked at, as Dias et al. 2013 (Med Decis Making 33:657) advise for a baseline
    model; pass the result to ``Posterior.absolute``. Raises ``DataError`` without a control arm and ``ModelError`` for
    improper priors, or for a prior that cannot hold the parameter.
    """
    if not any(study.control_total > 0 for study in dataset.studies):
        raise DataError(f"{dataset.label}: no study has a control arm with anybody in it")
    stated = Model(mu=mean, tau=spread)  # type: ignore[arg-type]  # reads text, and refuses what cannot hold the parameters
    for name, prior in (("mean", stated.mu), ("spread", stated.tau)):
        if not prior.proper:
            raise ModelError(f"control_risk: {prior} is improper; give {name} a proper prior")
    return control_arms(dataset, stated.mu, stated.tau)
