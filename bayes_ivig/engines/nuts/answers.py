"""What NUTS leaves behind: draws of every quantity, and the likelihood surface for those who need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.nuts import study_likelihood
from bayes_ivig.engines.nuts.study_likelihood import Richer
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.marginals.marginal import DrawsMarginal, Marginal, PointMarginal

type Array = NDArray[np.float64]


def component(values: Mapping[str, Array], labels: Mapping[str, tuple[str, ...]], name: str) -> Array | None:
    """Return the draws of a scalar, (chains, draws), be it a variable or a labelled component of one;
    None if not there.
    """
    if name in values:
        return values[name]
    variable, _, label = name.removesuffix("]").partition("[")
    return values[variable][..., labels[variable].index(label)] if label in labels.get(variable, ()) else None


@dataclass(frozen=True, eq=False)
class SampledRegression:
    """Draws of a regression: mu, tau, theta_new and beta."""

    values: Mapping[str, Array]

    def at(self, row: Array) -> "SampledRegression":
        """Return the draws of studies with the P numbers of a row of the design."""
        moved = self.values["beta"] @ row
        names = ("mu", "theta_new")
        return SampledRegression({**self.values, **{name: self.values[name] + moved for name in names}})

    def marginal(self, name: str) -> Marginal:
        """Return the draws of mu, tau or theta_new."""
        return DrawsMarginal(self.values[name]) if name in self.values else PointMarginal(0.0)

    def share_explained(self, rows: Array) -> Marginal:
        """Return the share of the variance of effects that the coefficients explain."""
        explained = (self.values["beta"] @ (rows - rows.mean(axis=0)).T).var(axis=-1)
        if "tau" not in self.values:
            return PointMarginal(1.0)
        return DrawsMarginal(explained / (explained + self.values["tau"] ** 2))


@dataclass(frozen=True, eq=False)
class DrawsAnswers:
    """Posterior draws: ``values`` by name, shape (chains, draws) or (chains, draws, K),
    and the sampler's ``stats``.

    ``labels`` name the components of variables that are not by study: ``bias[NAME]`` is one of ``bias``.
    """

    dataset: Dataset
    model: AnyModel
    studies: tuple[str, ...]
    values: Mapping[str, Array]
    stats: Mapping[str, Array]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def marginal(self, name: str) -> Marginal:
        """Return the draws of a scalar; under a common effect tau is 0."""
        draws = component(self.values, self.labels, name)
        return PointMarginal(0.0) if draws is None else DrawsMarginal(draws)

    def theta(self, study: str) -> Marginal:
        """Return the draws of one study's effect; under a common effect those of mu."""
        if "theta" not in self.values:
            return self.marginal("mu")
        return DrawsMarginal(self.values["theta"][..., self.studies.index(study)])

    @property
    def grid(self) -> None:
        """The posterior is not on a grid."""

    @property
    def drawn(self) -> "DrawsAnswers":
        """The draws: these answers themselves."""
        return self

    @property
    def exact_draws(self) -> None:
        """There are draws already."""

    @property
    def regressed(self) -> "SampledRegression | None":
        """Draws of a regression at any values; None for other kinds of models."""
        return SampledRegression(self.values) if "beta" in self.values else None

    @property
    def by_study(self) -> "DrawsAnswers | None":
        """What the draws say of each study, for the kinds of models that have no surface;
        None for the others.
        """
        return None if isinstance(self.model, Model | PetPeese | Selection | JointOutcome) else self

    @cached_property
    def surface(self) -> Surface | None:
        """Likelihood of each study at (mu, tau), its own effect and baseline integrated out;
        computed when first asked for.

        None for kinds of models whose likelihood is not one of (mu, tau) alone.
        """
        if not isinstance(self.model, Model):
            return None
        belief = Belief(self.model.mu, self.model.tau if self.model.heterogeneous else None)
        return surface.build(self.dataset, self.model, [belief], Fineness())

    @cached_property
    def study_log_likelihood(self) -> Array:
        """Log likelihood of each study at every draw, its own parameters integrated out, (chains, draws, K).

        For the kinds of models that have no surface; raises ``ModelError`` for the others.
        """
        return study_likelihood.log_likelihood(self.dataset, self._richer(), self.studies, self.values)

    def seen(self, rng: np.random.Generator | None) -> tuple[Array, Array | None]:
        """Return the log odds ratio and baseline that each study's counts see:
        drawn anew, or without a generator its own.

        For the kinds of models that have no surface; raises ``ModelError`` for the others.
        """
        model = self._richer()
        if rng is None:
            return study_likelihood.kept(self.dataset, model, self.studies, self.values)
        return study_likelihood.renewed(self.dataset, model, self.studies, self.values, rng)

    def _richer(self) -> Richer:
        if isinstance(self.model, Model | PetPeese | Selection | JointOutcome):
            raise ModelError(
                f"{self.model.KIND}: this kind of model has no likelihood of two arms' counts "
                "by study in its draws"
            )
        return self.model
