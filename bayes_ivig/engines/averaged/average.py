"""All models with bias on one surface: their log marginal likelihoods, and what they say together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.averaged import rules
from bayes_ivig.engines.averaged.mixed import Share
from bayes_ivig.engines.averaged.nodes import CELLS, Cell, Nodes, evidence, nodes_of
from bayes_ivig.engines.averaged.reading import Reading
from bayes_ivig.engines.averaged.slopes import regressed
from bayes_ivig.engines.grid import data_priors
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.biases import Bias
from bayes_ivig.inputs.model.direction import favoured
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.scale import on_measure
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model

type Array = NDArray[np.float64]

GAIN = 16.0  # accuracy claimed for halving all steps, as of grids elsewhere


@dataclass(frozen=True, eq=False)
class Biased:
    """What each model of bias makes of a dataset."""

    dataset: Dataset
    nodes: Nodes
    readings: Mapping[str, Reading]
    rules: Mapping[str, Selection]

    def evidence(self, code: str) -> dict[Cell, tuple[float, float]]:
        """Return the log marginal likelihood of the four models with a bias, and a bound of its error."""
        reading = self.readings[code]
        fine = evidence(reading.log_likelihood + self.nodes.log_prior)
        errors = np.abs(fine - reading.rough) / GAIN
        return {cell: (float(z), float(e)) for cell, z, e in zip(CELLS, fine, errors, strict=True)}

    def share(self, code: str, prior: "Chance", posterior: "Chance") -> Share:
        """Return a reading with the probabilities of its four cells."""
        chances = (np.array([chance(code, cell) for cell in CELLS]) for chance in (prior, posterior))
        return Share(self.readings[code], *chances)


type Chance = Callable[[str, Cell], float]  # probability of a bias in a cell


def biased(dataset: Dataset, model: Model, biases: Mapping[str, Bias]) -> Biased:
    """Return what the models of bias make of a dataset, all read off one surface."""
    model = data_priors.resolve(dataset, on_measure(dataset, model))
    nodes = nodes_of(dataset, model)
    own = {code: bias.how for code, bias in biases.items() if isinstance(bias.how, Selection)}
    found = rules.readings(nodes, dataset, model, own) if own else {}
    for code, bias in biases.items():
        if isinstance(bias.how, PetPeese):
            errors = nodes.surface.estimates[1]
            x = errors if bias.how.form == "pet" else errors**2
            found[code] = regressed(nodes, x, favoured(dataset, bias.how.direction), bias.how.slope)
    return Biased(dataset, nodes, {code: found[code] for code in biases if code in found}, own)
