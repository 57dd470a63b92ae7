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
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.measures import OR, measure_of
from bayes_ivig.results.posterior.coefficients import quantities_of, remarks_of
from bayes_ivig.results.posterior.quantity import Quantity

type Regression = MetaRegression | PetPeese

SMALL = (
    "effects move with the {what} in the direction that is favoured, {which} no effect; mu is the limit of "
    "a trial without end"
)
FEW = (
    "with {k} trials the limit rests on the prior of the slope; small trials may differ for other reasons "
    "than publication"
)
ENOUGH = 10  # trials


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


def asked(dataset: Dataset, model: Regression) -> Asked:
    """Return a regression as numbers; raises ``DataError``, and ``ModelError`` for unfit references."""
    if isinstance(model, PetPeese):
        return _by_size(dataset, model)
    plain = model.two_arm
    studies = curves.informative(dataset, plain)
    names = tuple(study.name for study in studies)
    counts = counts_of(studies)
    design = design_of(dataset, names, model)
    rows = np.column_stack([np.array(design.rows, float), np.ones(len(names))])
    priors = (*(model.beta for _ in design.names), plain.mu)
    task = Task(plain.family.estimates(counts), rows, priors, plain.tau if plain.heterogeneous else None)
    return Asked(Trials(names, counts, plain), task, quantities_of(design), remarks_of(design))


def _by_size(dataset: Dataset, model: PetPeese) -> Asked:
    """Return the regression of effects on standard errors, or on their squares."""
    plain = model.two_arm
    studies = curves.informative(dataset, plain)
    counts = counts_of(studies)
    estimates = plain.family.estimates(counts)
    sign = favoured(dataset, model.direction)
    x = estimates[1] if model.form == "pet" else estimates[1] ** 2
    names = tuple(study.name for study in studies)
    measure = measure_of(plain.measure or OR.code)
    what = "standard error" if model.form == "pet" else "squared standard error"
    label = f"{measure.scale} per unit of the {what}, in the favoured direction"
    remarks = [SMALL.format(what=what, which="above" if sign > 0 else "below")]
    if len(names) < ENOUGH:
        remarks.append(FEW.format(k=len(names)))
    priors = (model.slope, plain.mu)
    design = np.column_stack([sign * x, np.ones(len(names))])
    task = Task(estimates, design, priors, plain.tau if plain.heterogeneous else None)
    slope = Quantity("slope", label, measure.scale)
    return Asked(Trials(names, counts, plain), task, (slope,), tuple(remarks))
