"""What an engine is: anything that turns a dataset and a model into a posterior."""

from typing import Any, Protocol, runtime_checkable

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.results.posterior.posterior import Posterior


@runtime_checkable
class Engine(Protocol):
    """Anything that turns a dataset and a model into a posterior."""

    def fit(self, dataset: Dataset, model: Any) -> Posterior:
        """Return the posterior of a model of a kind that this engine holds;
        raises ``DataError`` or ``ModelError``.
        """
