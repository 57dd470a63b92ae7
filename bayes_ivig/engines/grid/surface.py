"""The likelihood surface: what every study says about (mu, tau), computed once and then added up.

For one study, L_i(mu, tau) is its likelihood curve L_i(theta) averaged over Normal(theta | mu, tau^2). The
log likelihood of any set of studies is the sum of their surfaces, so priors, subsets, weights and
leave-one-out need sums of arrays only.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves
from bayes_ivig.engines.grid.axes import Axes, Belief, Fineness, Place
from bayes_ivig.engines.grid.curves import Drawn
from bayes_ivig.engines.grid.in_blocks import InBlocks, must_be
from bayes_ivig.engines.grid.limits import asked_of, divided, log_shares
from bayes_ivig.engines.grid.smoothing import Mask, Matters, at_points, smooth
from bayes_ivig.engines.grid.student_t import Mixing, mixing, smooth_robust
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.one_line import short_repr

type Array = NDArray[np.float64]

FEW = 4  # beliefs up to which a surface is computed for them alone
MANY = 50_000  # values in question up to which it does not pay to ask
WORTH = 100.0  # in log posterior: a share of 1e-43


@dataclass(frozen=True, eq=False)
class Surface:
    """Log likelihoods of K informative studies on the axes of one model family.

    ``estimates`` are log odds ratios and standard errors, shape (K,) each. ``log_curves`` has shape (K,
    theta), ``common`` (K, mu): the curves at tau = 0, and ``random`` (K, mu, tau), None when only a common
    effect was asked for. All constants are kept, binomial coefficients among them. ``mixed`` is how Student-t
    effects were made of normal ones.
    """

    studies: tuple[str, ...]
    estimates: tuple[Array, Array]
    axes: Axes
    log_curves: Array
    common: Array
    random: Array | InBlocks | None
    mixed: Mixing | None = None

    __repr__ = short_repr

    @property
    def each(self) -> Array:
        """Log likelihood of every study at (mu, tau), or (mu, 1), held whole; raises ``DataError``
        where that is too much.
        """
        if self.random is None:
            return self.common[:, :, None]
        return self.random.whole() if isinstance(self.random, InBlocks) else self.random

    def require_whole(self) -> None:
        """Raise ``ValueError`` where arrays, axes and studies, read from a file, do not go together."""
        theta, mu, tau = self.axes
        k = len(self.studies)
        expected: dict[tuple[int, ...], tuple[Array | InBlocks, ...]] = {
            (k,): self.estimates,
            (k, theta.size): (self.log_curves,),
            (k, mu.size): (self.common,),
            (k, mu.size, tau.size if tau else 1): () if self.random is None else (self.random,),
        }
        same = all(array.shape == shape for shape, arrays in expected.items() for array in arrays)
        if not k or not same or (tau is None) != (self.random is None):
            raise ValueError("a surface whose arrays do not fit its axes and studies")

    def total(self, weights: Array | None = None) -> Array:
        """Return the log likelihood of all studies, each raised to its weight in [0, 1];
        shape (mu, tau) or (mu, 1).
        """
        if isinstance(self.random, InBlocks):
            return self.random.total if weights is None else self.random.weighted(weights)
        return shaken(
            np.asarray(self.each.sum(axis=0) if weights is None else np.tensordot(weights, self.each, axes=1))
        )

    def thinned(self, which: str) -> "Surface":
        """Return the surface on every second node of ``"mu"`` or of ``"tau"``."""
        theta, mu, tau = self.axes
        if which == "mu":
            random = (
                self.random.thinned("mu")
                if isinstance(self.random, InBlocks)
                else None
                if self.random is None
                else self.random[:, ::2]
            )
            return replace(
                self, axes=Axes(theta, mu.halved(), tau), common=self.common[:, ::2], random=random
            )
        assert tau is not None and self.random is not None
        thin = self.random.thinned("tau") if isinstance(self.random, InBlocks) else self.random[:, :, ::2]
        return replace(self, axes=Axes(theta, mu, tau.halved()), random=thin)


def build(dataset: Dataset, model: Model, beliefs: list[Belief], fineness: Fineness) -> Surface:
    """Compute the surface of a dataset on axes fit for the given beliefs."""
    bare, _ = _bare(dataset, model, beliefs, fineness)
    return smoothed(bare, only_for(bare.axes, beliefs))


def build_whole(dataset: Dataset, model: Model, belief: Belief, fineness: Fineness) -> Surface:
    """Compute the surface on axes fit for a belief, right at all nodes, wherever that belief would look."""
    bare, _ = _bare(dataset, model, [belief], fineness)
    return smoothed(bare)


def build_twice(
    dataset: Dataset,
    model: Model,
    belief: Belief,
    fineness: Fineness,
    place: Place | None = None,
    *,
    everywhere: bool = False,
) -> tuple[Surface, Surface]:
    """Compute the surface for one belief alone, and a rough one:
    every second node of all axes, curves and baselines.

    ``everywhere`` it is right, where more is to be multiplied with it.
    """
    bare, drawn = _bare(dataset, model, [belief], fineness, place)
    theta, mu, tau = bare.axes
    axes = Axes(theta.halved(), mu.halved(), None if tau is None else tau.halved())
    log_curves = drawn.at(axes.theta.x, roughly=True)
    rough = replace(bare, axes=axes, log_curves=log_curves, common=log_curves)
    matter = [None if everywhere else only_for(each, [belief], many=0) for each in (bare.axes, axes)]
    fine = smoothed(bare, matter[0])
    if axes.tau is None:
        return fine, smoothed(rough)
    # its common is not asked for
    return fine, replace(rough, random=_random(rough, matter[1]))


def _bare(
    dataset: Dataset, model: Model, beliefs: list[Belief], fineness: Fineness, place: Place | None = None
) -> tuple[Surface, Drawn]:
    """Return a surface with curves on its axes, not yet smoothed, and the curves as they were drawn."""
    studies = curves.informative(dataset, model)
    counts = counts_of(studies)
    estimates = model.family.estimates(counts)
    axes = grids.plan(estimates, beliefs, curves.reach(counts, model), fineness, place)
    drawn = curves.drawn(counts, model, float(np.max(np.abs(axes.theta.x[[0, -1]]))), fineness)
    log_curves = drawn.at(axes.theta.x)
    names = tuple(study.name for study in studies)
    return Surface(names, estimates, axes, log_curves, log_curves, None, mixing_of(model)), drawn


def mixing_of(model: Model) -> Mixing | None:
    """Return how a model's study effects are made of normal ones; None where they are normal themselves."""
    return mixing(model.degrees_of_freedom) if math.isfinite(model.degrees_of_freedom) else None


def only_for(axes: Axes, beliefs: list[Belief], many: int = MANY) -> Matters | None:
    """Return what decides where a surface must be right: where one
    of a few beliefs leaves any posterior worth counting.

    The log posterior there, bounds standing in for what is not yet computed, comes within ``WORTH`` of the
    best that is. None for more than ``FEW`` beliefs: then it must be right everywhere, as it is where no more
    than ``many`` values are in question.
    """
    if axes.tau is None or len(beliefs) > FEW:
        return None
    with np.errstate(divide="ignore"):
        priors = [
            b.mu.logpdf(axes.mu.x) + b.tau.logpdf(axes.tau.x)[:, None] for b in beliefs if b.tau is not None
        ]

    def matters(values: Array, bounds: Mask) -> Mask:
        if np.count_nonzero(bounds) <= many:
            return np.ones((values.shape[0], values.shape[2]), bool)
        total, exact = values.sum(axis=1), ~bounds.any(axis=1)
        mask = np.zeros(total.shape, bool)
        for prior in priors:
            posterior = total + prior
            best = posterior[exact].max() if exact.any() else -np.inf
            mask |= posterior > best - WORTH
        return mask

    return matters


def smoothed(bare: Surface, matters: Matters | None = None) -> Surface:
    """Smooth the curves of a surface over its mu and tau nodes, exactly or where it ``matters``."""
    common = at_points(bare.log_curves, bare.axes.theta, bare.axes.mu.x)
    return replace(bare, common=common, random=_random(bare, matters))


def _random(bare: Surface, matters: Matters | None) -> Array | InBlocks | None:
    """Log likelihoods at (mu, tau) from the curves of a surface."""
    theta, mu, tau = bare.axes
    if tau is None:
        return None
    shares = log_shares(bare.axes, bare.mixed)
    if must_be(len(bare.studies), bare.axes):
        return InBlocks.of(bare.log_curves, bare.axes, bare.mixed, matters)
    if bare.mixed is not None:
        return divided(smooth_robust(bare.log_curves, (theta, mu, tau), bare.mixed), shares)
    asked = asked_of(matters, shares)
    values = smooth(bare.log_curves[None], theta, mu.x, tau.x, tails=True, matters=asked)
    return divided(np.moveaxis(values, 0, -1), shares)
