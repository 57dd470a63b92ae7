"""``tipping_point`` and ``tipping_grid``: the priors of mu and of tau at which a conclusion turns."""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.further import tipping
from bayes_ivig.engines.further.tipping import Line, Pair
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Centre, Level, Listed
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.tipping.points import Conclusion, TippingGrid, TippingPoint

type Array = NDArray[np.float64]

LOOKED_AT = {"mu": (0.02, 20.0), "tau": (0.02, 5.0)}
DRAWN = {"mu": (0.1, 5.0), "tau": (0.05, 2.0)}
SIZE, COARSE = 15, 7  # scales of each prior; of very precise data, whose fits take long
ROOM = 1.25  # around a stated prior that lies beyond what is drawn


@checked
def tipping_point(
    posterior: Posterior,
    parameter: str = "mu",
    *,
    conclusion: Conclusion | None = None,
    centre: Centre = 0.0,
    between: tuple[float, float] | None = None,
    lean: Centre = 0.0,
) -> TippingPoint:
    """Return the scales of one prior at which a conclusion about the pooled effect turns:
    reverse-Bayes on the whole model.

    ``parameter`` is ``"mu"``, with priors normal(``centre`` + ``lean`` scale, scale), sceptical ones for
    centre and lean 0, or ``"tau"``, with half_normal(scale); the other prior and the likelihood stay as they
    are. ``conclusion`` is by default that the effect is on the side of no effect where its median is, with
    probability 0.975. ``between`` are the smallest and the largest scale looked at. Crossings are found to
    1e-4 of their size. Raises ``ModelError``. (Matthews 2001, J Stat Plan Inference 94:43; Held, Matthews,
    Ott & Pawel 2022, Res Synth Methods 13:295.)

    >>> import bayes_ivig as bi
    >>> point = bi.tipping.tipping_point(bi.fit(bi.load_dataset("my.csv")))
    >>> [round(scale, 2) for scale in point.crossings]
    [0.46]
    """
    if parameter not in LOOKED_AT:
        raise ModelError(f"tipping_point: parameter is {parameter!r}; it is mu or tau")
    require_two_arms(posterior)
    if parameter == "tau" and not posterior.model.heterogeneous:
        raise ModelError("tipping_point: under a common effect tau is 0 and has no prior")
    if not (math.isfinite(centre) and math.isfinite(lean)):
        raise ModelError(f"tipping_point: centre is {centre!r} and lean {lean!r}; both must be numbers")
    conclusion = conclusion or stated(posterior)
    conclusion.chance(posterior)  # refuses a conclusion about another measure
    least, most = LOOKED_AT[parameter]
    width = unit(posterior)
    line = Line(
        "mu" if parameter == "mu" else "tau", _ordered(between or (least * width, most * width)), centre, lean
    )
    chances, _ = tipping.answers(posterior, line.pairs(posterior.model, line.scales), conclusion)
    return tipping.turned(posterior, [line], [chances], conclusion)[0]


@checked
def tipping_grid(
    posterior: Posterior,
    *,
    mu_scales: Listed[float] = (),
    tau_scales: Listed[float] = (),
    conclusion: Conclusion | None = None,
    centre: Centre = 0.0,
    level: Level = 0.95,
) -> TippingGrid:
    """Return a conclusion's probability, and the limit that faces it, over scales of both priors:
    what a contour plot shows.

    mu ~ normal(``centre``, scale) and tau ~ half_normal(scale), by default 15 scales each, from 0.1 to 5 and
    from 0.05 to 2, or as far as the stated priors. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> bi.tipping.tipping_grid(post, mu_scales=(0.2, 1), tau_scales=(0.5, 1)).table().round(2)
       mu_scale  tau_scale  chance  limit  holds
    0       0.2        0.5    0.86   1.20  False
    1       0.2        1.0    0.77   1.28  False
    2       1.0        0.5    0.99   0.81   True
    3       1.0        1.0    0.97   1.02  False
    """
    require_two_arms(posterior)
    if not posterior.model.heterogeneous:
        raise ModelError("tipping_grid: under a common effect tau is 0 and has no prior")
    if not 0 < level < 1:
        raise ModelError(f"tipping_grid: level is {level!r}; it must lie between 0 and 1")
    conclusion = conclusion or stated(posterior)
    conclusion.chance(posterior)
    mu, tau = grid_scales(posterior, centre)
    mu, tau = (
        _scales(given) if len(given) else usual for given, usual in ((mu_scales, mu), (tau_scales, tau))
    )
    answers = tipping.answers(posterior, grid_pairs(mu, tau, centre), conclusion, level)
    return grid_of(posterior, (mu, tau, centre), answers, conclusion, level)


def grid_scales(posterior: Posterior, centre: float) -> tuple[Array, Array]:
    """Return the scales of mu and of tau that are drawn, wide enough to hold the stated priors."""
    scales, size, width = [], COARSE if tipping.precise(posterior) else SIZE, unit(posterior)
    for name, scale in zip(("mu", "tau"), _reference(posterior, centre), strict=True):
        low, high = (end * width for end in DRAWN[name])
        scales.append(np.geomspace(min(low, (scale or low) / ROOM), max(high, (scale or high) * ROOM), size))
    return scales[0], scales[1]


def grid_pairs(mu: Array, tau: Array, centre: float) -> list[Pair]:
    """Return the priors of a grid, row by row."""
    return [(Normal(centre, float(a)), HalfNormal(float(b))) for a in mu for b in tau]


def grid_of(
    posterior: Posterior,
    scales: tuple[Array, Array, float],
    answers: tuple[Array, Array],
    conclusion: Conclusion,
    level: float,
) -> TippingGrid:
    """Return a grid from the answers to ``grid_pairs``."""
    mu, tau, centre = scales
    chances, limits = (values.reshape(mu.size, tau.size) for values in answers)
    limits = conclusion.of.own_values(limits)
    known = _reference(posterior, centre)
    reference = (known[0], known[1]) if known[0] is not None and known[1] is not None else None
    return TippingGrid(conclusion, mu, tau, chances, limits, level, centre, reference)


def stated(posterior: Posterior) -> Conclusion:
    """Return the conclusion that the effect is on the side of no effect where its median is,
    with probability 0.975.

    A median of no effect counts as above; it is rounded first, so that the last bits of arms
    that are alike do not choose.
    """
    above = settled_one(float(posterior["mu"].quantile(0.5))) >= 0
    return Conclusion(side="above" if above else "below", measure=posterior.measure.code)


def unit(posterior: Posterior) -> float:
    """Return what the usual scales of priors are multiplied by: 1 for logs of ratios and for standardised
    differences; for other differences twice the posterior SD of mu, to one figure, being in units of the
    data.
    """
    if posterior.measure.log or posterior.measure.code == "SMD":
        return 1.0
    low, high = posterior["mu"].interval(0.6827)
    return float(f"{high - low:.1g}") or 1.0


def require_two_arms(posterior: Posterior) -> None:
    """Raise ``ModelError`` for kinds of models without priors on mu and tau."""
    if not isinstance(posterior.model, Model):
        raise ModelError("tipping: only for two-arm models with priors on mu and tau; fit a Model")


def _reference(posterior: Posterior, centre: float) -> tuple[float | None, float | None]:
    """Return the scales of the stated priors; None for one that is not normal around ``centre``,
    or half-normal.
    """

    def scale(prior: Prior) -> float | None:
        match prior:
            case Normal(mean, sd) if mean == centre:
                return sd
            case HalfNormal(sd):
                return sd
            case _:
                return None

    return scale(posterior.model.mu), scale(posterior.model.tau) if posterior.model.heterogeneous else None


def _ordered(between: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(value) for value in between)
    if not 0 < low < high < math.inf:
        raise ModelError(f"tipping: scales from {low:g} to {high:g}; they must be above 0 and increase")
    return low, high


def _scales(given: Listed[float]) -> Array:
    """Return given scales as an array; raises ``ModelError`` for one that is no scale."""
    scales = np.asarray(given, float)
    wrong = scales[~((scales > 0) & np.isfinite(scales))] if scales.ndim == 1 else scales.ravel()
    if wrong.size or (np.diff(scales) <= 0).any():
        raise ModelError(f"tipping_grid: scales {list(given)}; give numbers above 0 that increase")
    return scales
