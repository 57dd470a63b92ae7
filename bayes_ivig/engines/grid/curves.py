"""Each study's likelihood curve under a model: which studies carry information,
and log L_i(theta) on given nodes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.axes import Edges, Far, Fineness
from bayes_ivig.errors import DataError
from bayes_ivig.formulas.interpolation import POINTS, interpolate
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import refuse_fractional
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods import designs, given
from bayes_ivig.likelihoods.contract import Likelihood, OfCounts
from bayes_ivig.likelihoods.estimates import OfEstimates
from bayes_ivig.likelihoods.scales import RATE_RATIO

type Array = NDArray[np.float64]

OWN_SCALE = 2.0  # of a study's own nodes, in standard errors
CUSP = 1e-4  # the same of a curve with a cusp, and steps of an axis there
TOGETHER = 64  # studies whose curves are read at once


def informative(dataset: Dataset, model: Model) -> tuple[AnyStudy, ...]:
    """Return the studies that enter the likelihood; raises ``DataError`` when there is none.

    A study with an empty arm never does. Without events, or with only events, in both arms a study says
    nothing unless the prior of a baseline makes it informative: the likelihood knows.
    """
    if model.conditions_on_events:
        refuse_fractional(dataset, f"the {model.likelihood} likelihood", "which is of whole people")
    kept = tuple(study for study in dataset.studies if study.estimable)
    of_rates = model.measure == RATE_RATIO.measure.code
    kept = tuple(_seen_as(study, of_rates=of_rates) for study in kept)
    if not model.family.keeps_uninformative:
        kept = tuple(study for study in kept if study.informative)
    if not kept:
        raise DataError(
            f"{dataset.label}: no study carries information under the {model.likelihood} likelihood: every "
            "one has an empty arm, no events at all, or only events; add a study with events and non-events"
        )
    return kept


def _seen_as(study: AnyStudy, *, of_rates: bool) -> AnyStudy:
    """Return a study as rates, or as counts of people; raises ``DataError`` where these are not known."""
    if not isinstance(study, Study):
        return study
    if of_rates:
        return study.without_people()
    return study if study.of_people else study.counting(*study.counts)


class Drawn(NamedTuple):
    """Curves on nodes of their own: a curve is smooth on the scale of its own standard error,
    however fine others must be.

    ``fine`` has shape (K, J): log L_i at centre_i + scale_i sinh(u), u in equal steps between -limit_i and
    limit_i, on the coordinate of the scale on which effects are free; the centre is the estimate, or the
    place of a cusp. ``rough`` are those of every second node, from every second node of the baseline. Curves
    of estimates are closed, and computed directly.
    """

    family: Likelihood
    estimates: tuple[Array, Array]
    scale: Array
    limit: Array
    fine: Array
    rough: Array
    centre: Array
    counts: Counts

    def at(self, theta: Array, *, roughly: bool = False) -> Array:
        """Return log L_i(theta), shape (K, theta.size), with all constants."""
        y, _ = self.estimates
        if isinstance(self.family, OfEstimates):
            return self.family.curves_of(self.counts, theta)
        rows = self.rough if roughly else self.fine
        free = self.family.scale.free(theta)
        curves = np.empty((y.size, theta.size))
        for start in range(0, y.size, TOGETHER):
            part = slice(start, start + TOGETHER)
            position = np.arcsinh((free - self.centre[part]) / self.scale[part]) / self.limit[part] + 1
            curves[part] = interpolate(rows[part], position * ((rows.shape[1] - 1) / 2))
        if self.counts.given is not None:
            known = np.flatnonzero(self.counts.given.known)
            curves[known] = given.curves(self.counts.take(known), theta)
        return shaken(curves)


def log_curves(counts: Counts, model: Model, theta: Array, fineness: Fineness) -> Array:
    """Return log L_i(theta), shape (K, theta.size), with all constants."""
    return drawn(counts, model, float(np.max(np.abs(theta[[0, -1]]))), fineness).at(theta)


def drawn(counts: Counts, model: Model, far: float, fineness: Fineness) -> Drawn:
    """Draw each study's curve, dense around its estimate and as far from 0 as ``far``."""
    family = model.family
    y, s = family.estimates(counts)
    if isinstance(family, OfCounts):
        on, cusps = family.scale, _cusps(counts, model)
        centre, error = on.known((y, s))
        centre, error = np.where(cusps, 0.0, centre), np.where(cusps, CUSP / OWN_SCALE * error, error)
        nodes, scale, limit = _own_nodes((centre, error), float(on.free(np.array(far))), fineness)
        fine, rough = _both(counts, model, on.effect(nodes), fineness)
        return Drawn(family, (y, s), scale, limit, fine, rough[:, ::2], centre[:, None], counts)
    none = np.empty((0, 0))
    return Drawn(family, (y, s), OWN_SCALE * s[:, None], none, none, none, y[:, None], counts)


def _cusps(counts: Counts, model: Model) -> NDArray[np.bool_]:
    """Mark the curves with a cusp at no effect; those of given estimates have none."""
    family = model.family
    assert isinstance(family, OfCounts)
    cusps = family.cusps(counts.silent())
    return cusps if counts.given is None else cusps & ~counts.given.known


def _both(counts: Counts, model: Model, theta: Array, fineness: Fineness) -> tuple[Array, Array]:
    """Return the curves at their own nodes, and from every second node of the baseline: those of counts by
    the likelihood, those of given estimates closed.
    """
    family = model.family
    assert isinstance(family, OfCounts)

    def both(counts: Counts, theta: Array) -> Array:
        return np.stack(family.curves(counts, theta, model.baselines, fineness.nodes))

    height = designs.heights(family, model.baselines)
    if counts.given is None:
        fine, rough = designs.averaged(counts, theta, both, height)
        return fine, rough
    known = counts.given.known
    fine, rough = np.empty(theta.shape), np.empty(theta.shape)
    fine[known] = rough[known] = given.curves(counts.take(known), theta[known])
    if not known.all():
        own = counts.take(~known)._replace(given=None)
        fine[~known], rough[~known] = designs.averaged(own, theta[~known], both, height)
    return fine, rough


def on_own_nodes(counts: Counts, model: Model, far: float, fineness: Fineness) -> tuple[Array, Drawn]:
    """Return nodes as dense as each study's curve needs, (K, J), with the curves;
    those of counts were drawn there.
    """
    return _own_nodes(model.family.estimates(counts), far, fineness)[0], drawn(counts, model, far, fineness)


def _own_nodes(known: tuple[Array, Array], far: float, fineness: Fineness) -> tuple[Array, Array, Array]:
    """Return nodes theta, (K, J), and the scale and limit they are stretched by, (K, 1) each."""
    y, s = known
    scale = OWN_SCALE * s[:, None]
    limit = np.arcsinh((far + np.abs(y[:, None])) / scale)
    half = max(POINTS, steps_to_cover(float(limit.max()), fineness.curve))
    return y[:, None] + scale * np.sinh(limit * np.linspace(-1.0, 1.0, 2 * half + 1)), scale, limit


def reach(counts: Counts, model: Model) -> Far:
    """Return how far from 0 a curve can still change, beyond which it is 0 or flat;
    with limits of effects, and cusps, where there are some.
    """
    family = model.family
    known = family.estimates(counts)
    far, limits, cusps = family.reach(known, model.baselines), family.scale.limits, family.cusps(counts)
    if limits is None and not cusps.any():
        return far
    return Edges(far, limits, CUSP * float(known[1][cusps].min()) if cusps.any() else None)
