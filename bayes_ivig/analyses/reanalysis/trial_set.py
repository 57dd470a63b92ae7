"""One trial set for a report: pooled again by classical means, and fitted."""

from bayes_ivig.engines.fitting import fit
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.reanalysis.trial_set import TrialSetResult


def trial_set(name: str, dataset: Dataset, model: Model) -> TrialSetResult:
    """Return a trial set pooled and fitted; raises ``ModelError`` where the posterior does not exist."""
    posterior = fit(dataset, model)
    return TrialSetResult(name, dataset, pooled(dataset, model), posterior, posterior.baseline_check())


def pooled(dataset: Dataset, model: Model, *, fixed: bool = False) -> PooledEstimate:
    """Return the classical estimate of the same measure: Review Manager's of odds ratios from counts, by
    inverse variance of everything else.
    """
    measure = measure_in_force(dataset, model)
    if measure is OR and not dataset.estimated:
        return pool(dataset, method="revman-fixed" if fixed else "revman-random")
    return pool(dataset, method="fixed" if fixed else "dl", measure=measure.code)
