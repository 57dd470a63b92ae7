"""A stated regression and its data as numbers: what the sums over nodes are told."""

from typing import NamedTuple

import numpy as np

from bayes_ivig.engines.grid import curves
from bayes_ivig.engines.regression.planning import Trials
from bayes_ivig.engines.regression.rough import Task
from bayes_ivig.inputs.characteristics.covariates import design_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.covariates import MetaRegression
from bayes_ivig.results.posterior.coefficients import quantities_of, remarks_of
from bayes_ivig.results.posterior.quantity import Quantity


class Asked(NamedTuple):
    """Trials, the regression as numbers, and what its coefficients are called; quantities are its slopes."""

    trials: Trials
    task: Task
    quantities: tuple[Quantity, ...]
    remarks: tuple[str, ...]

    @property
    def slopes(self) -> tuple[str, ...]:
        """Names of the slopes, in the order of the design."""
        return tuple(quantity.name for quantity in self.quantities)


def asked(dataset: Dataset, model: MetaRegression) -> Asked:
    """Return a regression as numbers; raises ``DataError``, and ``ModelError`` for unfit references."""
    plain = model.two_arm
    studies = curves.informative(dataset, plain)
    names = tuple(study.name for study in studies)
    counts = counts_of(studies)
    design = design_of(dataset, names, model)
    rows = np.column_stack([np.array(design.rows, float), np.ones(len(names))])
    priors = (*(model.beta for _ in design.names), plain.mu)
    task = Task(plain.family.estimates(counts), rows, priors, plain.tau if plain.heterogeneous else None)
    return Asked(Trials(names, counts, plain), task, quantities_of(design), remarks_of(design))
