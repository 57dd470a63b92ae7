"""Surfaces fit for questions not yet asked: any prior within stated ranges, any choice of trials,
several likelihoods.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.axes import Axes, Belief, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

# of mu, per SD of the narrowest posterior there: sums of smooth densities converge long before they look
# smooth
STEP = 0.8
SCALES = np.geomspace(0.02, 8.0, 40)  # of the stretched axis, looked at to find the shortest
TAU = Axis("softplus", -3.0, 2.25, 0.0, 0.12, 9, unit=0.4)
TAU_REACH = (1e-6, 3000.0)
MU_REACH = 60.0


def shared_axes(dataset: Dataset, model: Model, narrowest: tuple[float, float]) -> Axes:
    """Return axes fit for every choice of trials; raises ``DataError`` as ``informative`` does.

    They resolve posteriors of all studies and of each study alone, and normal priors as narrow as
    ``narrowest[1]`` centred anywhere within ``narrowest[0]`` of 0 (log odds ratio). ``model`` is the one
    under which most studies carry information.
    """
    counts = counts_of(curves.informative(dataset, model))
    y, s = model.family.estimates(counts)
    precision = np.sum(s**-2.0)
    places = np.array([*y, float(y @ s**-2.0) / precision, -narrowest[0], narrowest[0]])
    sds = np.array([*s, precision**-0.5, narrowest[1], narrowest[1]])
    beliefs = [Belief(Normal(0.0, 10.0), HalfNormal(1.0))]
    theta = grids.plan((y, s), beliefs, curves.reach(counts, model), Fineness()).theta
    return Axes(theta, _mu_axis(places, STEP * sds, MU_REACH + float(np.abs(y).max())), _tau_axis())


def _mu_axis(places: Array, steps: Array, reach: float) -> Axis:
    """Return the shortest axis around 0 whose step at each place is at most the one needed there."""
    needed = [float(np.min(steps / np.hypot(scale, places))) for scale in SCALES]
    candidates = [
        Axis.spanning("identity", (0.0, float(scale)), (-reach, reach), min(step, 0.4))
        for scale, step in zip(SCALES, needed, strict=True)
    ]
    return min(candidates, key=lambda axis: axis.size)


def _tau_axis() -> Axis:
    start, end = (float(TAU.u_of(limit)) for limit in TAU_REACH)
    return replace(TAU, start=start, size=steps_to_cover(end - start, TAU.step) + 1)


def surface_on(axes: Axes, dataset: Dataset, model: Model) -> Surface:
    """Return the surface of a model with random effects on the given axes, right everywhere."""
    studies = curves.informative(dataset, model)
    counts = counts_of(studies)
    log_curves = curves.log_curves(counts, model, axes.theta.x, Fineness())
    names = tuple(study.name for study in studies)
    known = model.family.estimates(counts)
    return surface.smoothed(Surface(names, known, axes, log_curves, log_curves, None))
