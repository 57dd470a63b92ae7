"""One trial set as a report has it: pooled again by classical means, and fitted."""

from dataclasses import dataclass

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.baseline_check import BaselineCheck
from bayes_ivig.results.posterior.posterior import Posterior


@dataclass(frozen=True, eq=False)
class TrialSetResult:
    """One trial set, pooled and fitted with the reference model;
    ``baseline`` is None where there is no baseline prior.
    """

    trials: str
    dataset: Dataset
    pooled: PooledEstimate
    posterior: Posterior
    baseline: BaselineCheck | None

    __repr__ = short_repr
