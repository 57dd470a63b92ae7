"""What NUTS must know to sample one kind of model: each builder file gives one ``Plan``
for a dataset and a model.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.nuts.priors import limited, parameters
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.rows import AnyStudy, with_counts
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.binomial import observe_arms
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.results.posterior.quantity import Quantity

type Array = NDArray[np.float64]
type Values = Mapping[str, Array]

ARMS = ("treatment", "control")


class Answered(NamedTuple):
    """What draws answer: every quantity by name, and which of them are more than mu, tau and theta_new.

    ``values`` hold ``mu``, ``theta_new`` and each quantity as (chains, draws), ``tau`` too unless it is 0,
    ``theta`` as (chains, draws, K), and whatever else is worth keeping, by study as (chains, draws, K).
    ``remarks`` are sentences that must be read beside the numbers. ``labels`` name the components of
    variables that are not by study, (chains, draws, J): the quantity ``beta[year]`` is that component of
    ``beta``.
    """

    values: dict[str, Array]
    quantities: tuple[Quantity, ...] = ()
    remarks: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Plan:
    """One dataset under one model, ready to sample.

    ``build`` makes the PyMC model, with dimensions ``study`` and ``arm``; it reads every array of ``data``,
    by name, as data, so that one compiled model serves all of one ``structure``: everything it depends on but
    the counts and the numbers of the priors. ``answer`` turns the draws of its variables into answers, with a
    generator for what must still be drawn, such as theta_new. ``model`` is the model with its data-dependent
    priors filled in.
    """

    model: Any
    studies: tuple[AnyStudy, ...]
    structure: Hashable
    data: Mapping[str, Any]
    build: Callable[[], Any]
    answer: Callable[[Values, np.random.Generator], Answered]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the studies in the likelihood."""
        return tuple(study.name for study in self.studies)


def estimable(dataset: Dataset) -> tuple[Study, ...]:
    """Return the studies with patients in both arms; raises ``DataError`` when there is none,
    or one that is known by its estimate only.
    """
    kept = tuple(with_counts(study, "this kind of model") for study in dataset.studies if study.estimable)
    if not kept:
        raise DataError(f"{dataset.label}: no study has patients in both arms; add one that has")
    return kept


def counts_data(studies: tuple[Study, ...]) -> dict[str, Any]:
    """Return ``events`` and ``totals`` of both arms, whole numbers of shape (K, 2), treatment first."""
    r1, n1, r0, n0 = np.array([study.counts for study in studies], np.int64).T
    return {"totals": np.stack([n1, n0], axis=1), "events": np.stack([r1, r0], axis=1)}


def prior_data(name: str, prior: Prior | LKJ) -> dict[str, Any]:
    """Return the numbers of a prior as ``place`` and ``place_correlation`` read them:
    as data of the model.
    """
    if isinstance(prior, LKJ):
        return {f"{name}_prior": np.array([prior.eta])}
    numbers = parameters(prior)
    data = {f"{name}_prior": numbers} if numbers.size else {}
    return data | ({f"{name}_limits": np.array(prior.support)} if limited(prior) else {})


def observe_counts(data: Mapping[str, Any], log_odds: Any) -> None:
    """Add the observed, binomial events of both arms to the PyMC model being built,
    ``log_odds`` being a tensor (K, 2).
    """
    import pymc as pm

    observe_arms(pm, data, log_odds)


def arm_log_odds(alpha: Any, theta: Any, baseline: str) -> Any:
    """Return the symbolic log odds of both arms, (K, 2), treatment first,
    from baselines (K,) and effects, (K,) or scalar.
    """
    import pymc as pm

    return pm.math.stack(PLACES[baseline].arms(theta, alpha), axis=1)


def coords(studies: tuple[AnyStudy, ...]) -> dict[str, Any]:
    """Return the labels of the dimensions ``study`` and ``arm``."""
    return {"study": [study.name for study in studies], "arm": ARMS}
