"""How strong a prior on the pooled effect is, and whether the data contradict it."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import Logistic, Normal, StudentT, Uniform
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.scale_free import Flat

type Array = NDArray[np.float64]

# of a log odds ratio from one participant: 4 / n for each of four cells of n / 4 (Kass & Wasserman 1995)
UNIT_VARIANCE = 16.0
POINTS = 4001  # of a prior, at equal steps of probability
VANISHING = 1e-6  # of a density at a limit, times the width of its middle half
NUDGE = 1e-4  # of a prior's spread, for its slope
# flat for any estimate that data give; much wider ones need grids without end for arms of a million
WIDE = Normal(0.0, 60.0)
CENTRAL = (0.15865525, 0.5, 0.84134475)  # median, and one SD to either side


def information(prior: Prior) -> float:  # noqa: PLR0911 - one case for each family
    """Return the prior's effective sample size in participants:
    its expected local information times 16; NaN at a jump.

    The expected local-information-ratio of Neuenschwander, Weber, Schmidli & O'Hagan 2020 (Biometrics
    76:578), E[-(log p)''], over the information of one participant about a log odds ratio, half of them in
    each arm and half with the event. For normal(m, s) it is 16 / s^2, for a flat prior 0. A uniform prior,
    which jumps, has none.
    """
    match prior:
        case LibraryPrior(prior=inner):
            return information(inner)
        case Flat():
            return 0.0
        case Normal(_, sd):
            return UNIT_VARIANCE / sd**2
        case StudentT(df, _, scale):
            return UNIT_VARIANCE * (df + 1) / ((df + 3) * scale**2)
        case Logistic(_, scale):
            return UNIT_VARIANCE / (3 * scale**2)
        case RiskRatio() | Mixture() | Density() if not _jumps(prior):
            whole = prior if isinstance(prior, Mixture) else Mixture((1.0,), (prior,))
            return UNIT_VARIANCE * _expected_information(whole)
        case _:
            return float("nan")


def _jumps(prior: Prior) -> bool:
    match prior:
        case LibraryPrior(prior=inner):
            return _jumps(inner)
        case Mixture(parts=parts):
            return any(map(_jumps, parts))
        case Density(support=support):
            ends = np.array([limit for limit in support if np.isfinite(limit)])
            spread = float(np.subtract(*prior.quantile(np.array([0.75, 0.25]))))
            at_ends = bool((np.exp(prior.logpdf(ends)) * spread > VANISHING).any())
            return at_ends or any(jump for _, jump in prior.pieces.rough)
        case _:
            return isinstance(prior, Uniform)


def _expected_information(prior: Mixture) -> float:
    """Return E[(log p)'^2], which is E[-(log p)''] for densities that vanish at both ends, part by part."""
    p = (np.arange(POINTS) + 0.5) / POINTS
    total = 0.0
    for weight, part in zip(prior.weights, prior.parts, strict=True):
        x = part.quantile(p)
        step = NUDGE * float(np.subtract(*part.quantile(np.array([0.75, 0.25]))))
        slope = (prior.logpdf(x + step) - prior.logpdf(x - step)) / (2 * step)
        total += weight * float(np.mean(slope**2))
    return total / sum(prior.weights)


def conflict(dataset: Dataset, model: Model, pairs: list[tuple[Prior, Prior]]) -> Array:
    """Return, for each pair of priors, the two-sided tail of the data's own estimate under its prior
    predictive distribution.

    The estimate is the posterior median of mu under a flat prior and the same prior on tau, its error half
    the width of the central 68%. Before the data, it is the prior on mu plus a normal error of that size; the
    value is twice the smaller tail of that distribution beyond the estimate: Box's p-value (1980, JRSS-A
    143:383) for a normal prior, with the estimate as the statistic of Evans & Moshonov (2006, Bayesian
    Analysis 1:893). NaN under a flat prior, and where the data give no estimate because the posterior under a
    flat prior does not exist.
    """
    taus = list(dict.fromkeys(tau for _, tau in pairs))
    own = dict(zip(taus, _estimates(dataset, model, taus), strict=True))
    places = {mu: _places(mu) for mu in dict.fromkeys(mu for mu, _ in pairs)}
    return np.array([_tail(*places[mu], *own[tau]) for mu, tau in pairs])


def _places(prior: Prior) -> tuple[Array, float]:
    """Return the prior as points of equal weight and a normal SD around each;
    no points for an improper one.
    """
    match prior:
        case LibraryPrior(prior=inner):
            return _places(inner)
        case Normal(mean, sd):
            return np.array([mean]), sd
        case _ if not prior.proper:
            return np.empty(0), 0.0
        case _:
            return prior.quantile((np.arange(POINTS) + 0.5) / POINTS), 0.0


def _estimates(dataset: Dataset, model: Model, taus: list[Prior]) -> list[tuple[float, float]]:
    """Return median and half-width of mu under a flat prior and each prior on tau;
    NaN where that has no posterior.
    """
    estimates = np.full((len(taus), 2), np.nan)
    exists = [i for i, tau in enumerate(taus) if _exists(dataset, model, tau)]
    if exists:
        low, middle, high = bulk.over_priors(
            dataset, model, [(WIDE, taus[i]) for i in exists], Questions(mu=CENTRAL)
        ).mu.T
        estimates[exists] = np.column_stack([middle, (high - low) / 2])
    return [(float(estimate), float(error)) for estimate, error in estimates]


def _exists(dataset: Dataset, model: Model, tau: Prior) -> bool:
    """Whether the posterior exists under a flat prior on mu."""
    try:
        bulk.resolved(dataset, model, [(Flat(), tau)])
    except ModelError:
        return False
    return True


def _tail(places: Array, sd: float, estimate: float, error: float) -> float:
    """Return twice the smaller tail, beyond the estimate, of the prior plus a normal error."""
    if not places.size or not np.isfinite(estimate):
        return float("nan")
    below = float(special.ndtr((estimate - places) / np.hypot(error, sd)).mean())
    return 2 * min(below, 1 - below)
