"""Many priors at once: their log densities on shared nodes, where they lie,
and which few stand for all when planning grids.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.axes import Belief
from bayes_ivig.engines.grid.own_densities import peculiar
from bayes_ivig.formulas.ties import narrowest as narrowest_of
from bayes_ivig.formulas.ties import settled_figures
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Logistic, Normal, StudentT
from bayes_ivig.priors.scale_free import Flat

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

LANDMARKS = np.array([1e-12, 0.15865525, 0.5, 0.84134475, 1 - 1e-12])
BINS = 6  # places of mu at which the narrowest prior is planned for


def distinct(priors: Sequence[Prior]) -> tuple[tuple[Prior, ...], Index]:
    """Return the different priors in order of appearance, and which of them each one is."""
    places = {prior: i for i, prior in enumerate(dict.fromkeys(priors))}
    return tuple(places), np.array([places[prior] for prior in priors], np.intp)


def log_densities(priors: Sequence[Prior], x: Array) -> Array:
    """Return log densities at ``x`` (n,) of U priors, shape (U, n);
    members of one location-scale family in one go.
    """
    out = np.empty((len(priors), x.size))
    for standard, which, location, scale in _families(priors):
        z = (x - location[:, None]) / scale[:, None]
        out[which] = standard.logpdf(z) - np.log(scale)[:, None]
    return out


def landmarks(priors: Sequence[Prior]) -> Array:
    """Return where U priors lie, shape (U, 5): ends beyond which there is one in 1e12, median,
    and one SD to either side.

    Of an improper prior all five are infinite or zero, as a flat one on the real line would have them.
    """
    out = np.empty((len(priors), LANDMARKS.size))
    for standard, which, location, scale in _families(priors):
        if standard.proper:
            out[which] = location[:, None] + scale[:, None] * _quantiles(standard)
        else:
            out[which] = [-np.inf, -np.inf, 0.0, np.inf, np.inf]
    return out


def representatives(mu: Sequence[Prior], tau: Sequence[Prior | None]) -> list[Belief]:
    """Return a few pairs that ask of a grid what all pairs of these priors together ask of it.

    The narrowest prior of mu in every place, the widest and the farthest; the tau priors that are smallest,
    largest, narrowest and farthest, and some between. What they miss shows in the stated error of the cases
    missed.
    """
    mus = [mu[i] for i in _extremes_of_mu(landmarks(mu))]
    mus = [*(prior for prior in mu if peculiar(prior) and prior not in mus), *mus]
    if tau[0] is None:
        return [Belief(prior, None) for prior in mus]
    known = [prior for prior in tau if prior is not None]
    taus = [known[i] for i in _extremes_of_tau(landmarks(known))]
    taus += [prior for prior in known if peculiar(prior) and prior not in taus]
    # any tau prior lets tau be small enough for the narrowest conditional posteriors,
    # so one pair each will do
    pairs = (
        [(prior, taus[0]) for prior in mus]
        + [(mus[0], prior) for prior in taus]
        + [(mus[-1], prior) for prior in taus]
    )
    return [Belief(*pair) for pair in dict.fromkeys(pairs)]


def _extremes_of_mu(marks: Array) -> list[int]:
    """The narrowest first, the widest last (which may be the same)."""
    low, q16, centre, q84, high = settled_figures(marks).T
    spread = q84 - q16
    order = np.argsort(spread, kind="stable")
    chosen = [int(order[0])]
    edges = np.linspace(centre.min(), centre.max(), BINS + 1)[1:-1]
    place = np.searchsorted(edges, centre)
    chosen += [int(order[place[order] == bin_][0]) for bin_ in np.unique(place)]
    chosen += [int(np.argmin(centre)), int(np.argmax(centre)), int(np.argmin(low)), int(np.argmax(high))]
    widest = int(order[-1])
    return [*(i for i in dict.fromkeys(chosen) if i != widest), widest]


def _extremes_of_tau(marks: Array) -> list[int]:
    """The smallest first."""
    low, q16, centre, q84, high = settled_figures(marks).T
    order = np.argsort(centre, kind="stable")
    chosen = [int(order[round(share * (order.size - 1))]) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    with np.errstate(divide="ignore", invalid="ignore"):
        narrow = np.nan_to_num(q84 / np.maximum(q16, 1e-300), nan=np.inf, posinf=np.inf)
    return list(dict.fromkeys([*chosen, int(np.argmin(low)), int(np.argmax(high)), int(np.argmin(narrow))]))


def _families(priors: Sequence[Prior]) -> list[tuple[Prior, Index, Array, Array]]:
    """Group priors that are one standard density moved and stretched:
    the standard, which they are, location and scale.
    """
    groups: dict[Prior, list[tuple[int, float, float]]] = {}
    for i, prior in enumerate(priors):
        standard, location, scale = _standard(prior)
        groups.setdefault(standard, []).append((i, location, scale))
    families = []
    for standard, members in groups.items():
        which, locations, scales = zip(*members, strict=True)
        families.append((standard, np.array(which, np.intp), np.array(locations), np.array(scales)))
    return families


NORMAL, LOGISTIC, HALF_NORMAL, HALF_CAUCHY = (
    Normal(0.0, 1.0),
    Logistic(0.0, 1.0),
    HalfNormal(1.0),
    HalfCauchy(1.0),
)


@lru_cache(maxsize=64)
def _student_t(df: float) -> tuple[StudentT, HalfStudentT]:
    return StudentT(df, 0.0, 1.0), HalfStudentT(df, 1.0)


def _standard(prior: Prior) -> tuple[Prior, float, float]:  # noqa: PLR0911 - one case for each family
    match prior:
        case LibraryPrior(prior=inner):
            return _standard(inner)
        case Normal(mean, sd):
            return NORMAL, mean, sd
        case StudentT(df, location, scale):
            return _student_t(df)[0], location, scale
        case Logistic(location, scale):
            return LOGISTIC, location, scale
        case HalfNormal(scale):
            return HALF_NORMAL, 0.0, scale
        case HalfCauchy(scale):
            return HALF_CAUCHY, 0.0, scale
        case HalfStudentT(df, scale):
            return _student_t(df)[1], 0.0, scale
        case _:
            return prior, 0.0, 1.0


def _quantiles(prior: Prior) -> Array:
    """Return the landmarks of a proper prior; of a mixture those of its narrowest part,
    with the ends of the farthest.
    """
    match prior:
        case Mixture(parts=parts):
            each = np.stack([_quantiles(part) for part in parts])
            narrowest = each[narrowest_of(each[:, 3] - each[:, 1])].copy()
            narrowest[0], narrowest[-1] = each[:, 0].min(), each[:, -1].max()
            return np.asarray(narrowest)
        case LibraryPrior(prior=inner):
            return _quantiles(inner)
        case Flat():
            return np.array([-np.inf, -np.inf, 0.0, np.inf, np.inf])
        case _:
            return prior.quantile(LANDMARKS)
