"""The exact engine: posteriors by sums over the likelihood surface, with a stated numerical error."""

from dataclasses import dataclass

from bayes_ivig.engines.biased import fit as biased
from bayes_ivig.engines.grid import two_arm
from bayes_ivig.engines.regression import exact as regression
from bayes_ivig.engines.selected import fit as selected
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Refinements, Tolerance
from bayes_ivig.results.posterior.posterior import Posterior

type Held = Model | MetaRegression | PetPeese | BiasAdjusted | Selection
# kinds of models that can be summed over
HELD = (Model, MetaRegression, PetPeese, BiasAdjusted, Selection)


@checked
@dataclass(frozen=True)
class Quadrature:
    """Engine that integrates: no sampling, no seed, the same answer every time.

    Grids are refined until the stated error of every checked number is below ``tolerance`` posterior SDs,
    at most ``refinements`` times.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"), engine=bi.Quadrature(tolerance=1e-4))
    >>> post.engine, post.diagnostics.ok
    ('quadrature', True)
    """

    tolerance: Tolerance = 1e-4
    refinements: Refinements = 4

    def fit(self, dataset: Dataset, model: Held) -> Posterior:
        """Return the posterior; raises ``DataError`` and ``ModelError``."""
        match model:
            case MetaRegression() | PetPeese():
                return regression.fit(dataset, model, self.tolerance, self.refinements)
            case Selection():
                return selected.fit(dataset, model, self.tolerance, self.refinements)
            case BiasAdjusted():
                return biased.fit(dataset, model, self.tolerance, self.refinements)
            case _:
                return two_arm.fit(dataset, model, self.tolerance, self.refinements)
