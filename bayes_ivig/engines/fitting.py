"""``fit``: one dataset, one model, one engine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, runtime_checkable

from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.engines.reuse import Again
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.posterior import Posterior

EXACT = Quadrature()


@runtime_checkable
class Engine(Protocol):
    """Anything that turns a dataset and a model into a posterior."""

    def fit(self, dataset: Dataset, model: Model) -> Posterior:
        """Return the posterior; raises ``DataError`` or ``ModelError``."""


def fit(dataset: Dataset, model: Model, *, engine: Engine = EXACT, weights: Mapping[str, float] | None = None) -> Posterior:
    """Return the posterior of ``model`` on ``dataset``; raises ``DataError`` or ``ModelError``, never a bare ``ValueError``.

    ``weights``, from 0 to 1 by study name, let some studies count in part; see ``Posterior.weighted``.
    """
    if not isinstance(dataset, Dataset):
        raise ModelError(f"fit: the first argument is a Dataset, from load_dataset(...); found {type(dataset).__name__}")
    if not isinstance(model, Model):
        raise ModelError(f"fit: the second argument is a Model, from load_model(...) or Model(...); found {type(model).__name__}")
    if not isinstance(engine, Engine) or isinstance(engine, type):
        raise ModelError(f"fit: engine is an object such as Quadrature() or NUTS(seed=1); found {engine!r}")
    found = replace(engine.fit(dataset, model), again=Again(engine))
    return found if weights is None else found.weighted(weights)
