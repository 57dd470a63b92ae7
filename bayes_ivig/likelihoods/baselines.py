"""Where the studies' baseline log odds stand, and the prior that each of them has."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import Baseline
from bayes_ivig.formulas.scales.odds_product import HalfDistance
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import Logistic, Normal, StudentT

type Array = NDArray[np.float64]

T_REACH = 1e4  # a Student-t baseline has tails to integrate that a normal has not
QUITE_ALL = (1e-13, 1 - 1e-13)  # probabilities between which a prior is followed


@dataclass(frozen=True)
class Place:
    """Where a baseline stands: ``share`` of the log odds ratio above the control arm's log odds, 0 or 1/2.

    ``what`` it is, ``whose`` log odds, ``of`` which arm, ``where`` its prior is placed, ``at`` which place;
    ``short`` stands in labels. ``half`` is that of a scale (``likelihoods.scales``) on which the distance of
    the arms is not the effect itself. Both methods give treatment first.
    """

    name: str
    share: float
    what: str
    whose: str
    of: str
    where: str
    at: str
    short: str
    half: HalfDistance | None = None

    def arms(self, theta: Any, alpha: Any) -> tuple[Any, Any]:
        """Return the log odds of both arms from effects and baselines: arrays, or tensors of a sampler.

        (Tensors on the odds ratio scale only.)
        """
        if self.half is not None:
            w, _ = self.half(theta, alpha)
            return alpha + w, alpha - w
        control = alpha - theta / 2 if self.share else alpha
        return control + theta, control

    def formulas(self, theta: str, alpha: str = r"\alpha_i") -> tuple[str, str]:
        """Return the same in TeX."""
        whole = f"({theta})" if "+" in theta else theta
        return (
            (f"{alpha} + {whole}/2", f"{alpha} - {whole}/2") if self.share else (f"{alpha} + {theta}", alpha)
        )


CONTROL = Place(
    "control",
    0.0,
    "log odds of the control arm",
    "the control arm's log odds",
    "of the control arm",
    "on the control arm",
    "on the control arm",
    "control baseline",
)
MIDPOINT = Place(
    "midpoint",
    0.5,
    "mean log odds of the two arms",
    "the mean of the two arms' log odds",
    "midway between the arms",
    "midway between the arms",
    "at the midpoint of the arms",
    "baseline",
)
PLACES: Mapping[str, Place] = {place.name: place for place in (CONTROL, MIDPOINT)}


def on_scale(place: Place, half: HalfDistance | None) -> Place:
    """Return the place of a baseline between arms whose distance is that of a scale."""
    return place if half is None else replace(place, half=half)


@dataclass(frozen=True)
class Baselines:
    """The prior of each study's baseline log odds, and where these stand."""

    prior: Prior
    place: Place

    def parts(self) -> list[tuple[float, Baseline]]:
        """Return the prior as weighted parts that can be integrated one by one."""
        return [(weight, part._replace(share=self.place.share)) for weight, part in parts_of(self.prior)]

    def averaged(self, curves: Callable[[Baseline], tuple[Array, Array]]) -> tuple[Array, Array]:
        """Return curves and rougher ones, logs both, averaged over the parts of the prior."""
        pairs = [(math.log(weight), curves(part)) for weight, part in self.parts()]
        if len(pairs) == 1:
            return pairs[0][1]
        fine, rough = (
            np.logaddexp.reduce(np.stack([log + pair[i] for log, pair in pairs]), axis=0) for i in (0, 1)
        )
        return np.asarray(fine), np.asarray(rough)

    @property
    def reach(self) -> float:
        """How far from 0 the prior reaches, on the log odds scale."""
        low, high = self.prior.quantile(QUITE_ALL)
        return float(max(abs(low), abs(high)))


def parts_of(prior: Prior) -> list[tuple[float, Baseline]]:
    """Return a baseline prior as weighted parts, their baselines on the control arm."""
    match prior:
        case LibraryPrior(prior=inner):
            return parts_of(inner)
        case Mixture(weights=weights, parts=parts):
            return [
                (w * v, base) for w, part in zip(weights, parts, strict=True) for v, base in parts_of(part)
            ]
        case Normal(mean, sd):
            return [(1.0, Baseline(prior.logpdf, mean, sd))]
        case Logistic(location, scale):
            return [(1.0, Baseline(prior.logpdf, location, 1.7 * scale))]
        case StudentT(_, location, scale):
            return [(1.0, Baseline(prior.logpdf, location, 1.3 * scale, T_REACH))]
        case _:
            raise AssertionError(f"{prior} passed the door of Model as a baseline prior")
