"""What a posterior of studies foretells of one more: its events given its margins, or its estimate,
summed, not drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.further.influence import foreseen_effects
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.formulas.conditional import mid_probability_below, mode_and_sd, two_sided
from bayes_ivig.formulas.conditional_lattice import MOST, chances, ends, lattice
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.given import error_below
from bayes_ivig.likelihoods.scales import ODDS_RATIO

type Array = NDArray[np.float64]

SAME = 1e-9  # relative: a p-value that another way of summing gives for the same result
FAR = 9.0  # standard errors beyond the outermost effects within which estimates lie
BISECTIONS = 60
LARGE = 100  # events and non-events in every arm, from which a log odds ratio is as good as normal
# standard errors between effect and estimate that leave no doubt which is larger, skewed as it may be
BEYOND_DOUBT = 30.0
COUNTS = 1e-7  # share of the posterior, relative to its highest node, from which a node of (mu, tau) counts
NEVER = -700.0  # log of a probability that is 0


@dataclass(frozen=True, eq=False)
class CountsOutlook:
    """Treatment events of a study given all its events: values ``x``
    with their probabilities ``share``, shape (X,) each.

    ``below`` is the probability of fewer events than were seen, half of as many included.
    """

    counts: tuple[float, float, float, float]
    x: Array
    share: Array
    below: float

    @property
    def observed(self) -> float:
        """Treatment events that were seen."""
        return self.counts[0]

    @property
    def expected(self) -> float:
        """Mean number of treatment events."""
        return float(self.share @ self.x)

    def quantiles(self, p: Array) -> Array:
        """Return the smallest values with at least these probabilities, (Q,), at or below them."""
        at = np.searchsorted(np.cumsum(self.share), p * (1 - SAME))
        return np.asarray(self.x[np.minimum(at, self.x.size - 1)])

    def outside(self, lower: float, upper: float) -> float:
        """Return the probability of a value beyond two limits."""
        return float(self.share[(self.x < lower) | (self.x > upper)].sum())

    def log_within(self, theta: Array, p: float) -> Array:
        """Return the log probability, given an effect, of a result whose two-sided mid-p-value is above
        ``p``, (J,).
        """
        below = np.cumsum(self.share) - self.share / 2
        inside = 2 * np.minimum(below, 1 - below) > p * (1 + SAME)
        return _log(chances(self.counts, self.x, theta)[:, inside].sum(axis=1))


@dataclass(frozen=True, eq=False)
class EstimateOutlook:
    """The log odds ratio of a study with a known standard error:
    effects with their probabilities, shape (J,) each.

    ``chance_below`` is the distribution function of its distance from an effect, in standard errors.
    """

    observed: float
    standard_error: float
    effects: Array
    mass: Array
    chance_below: Callable[[Array], Array] = special.ndtr

    @property
    def below(self) -> float:
        """Probability of a smaller estimate."""
        return float(self._up_to(np.array([self.observed]))[0])

    @property
    def expected(self) -> float:
        """Mean estimate."""
        return float(self.mass @ self.effects)

    def quantiles(self, p: Array) -> Array:
        """Return the estimates with these probabilities, (Q,), below them: by bisection."""
        reach = FAR * self.standard_error
        low, high = np.full(p.shape, self.effects[0] - reach), np.full(p.shape, self.effects[-1] + reach)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            reached = self._up_to(middle) >= p
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return np.asarray((low + high) / 2)

    def outside(self, lower: float, upper: float) -> float:
        """Return the probability of an estimate beyond two limits."""
        below, up_to = self._up_to(np.array([lower, upper]))
        return float(below + 1 - up_to)

    def log_within(self, theta: Array, p: float) -> Array:
        """Return the log probability, given an effect, of an estimate whose two-sided p-value is above ``p``,
        (J,).
        """
        low, high = (self.quantiles(np.array([p / 2, 1 - p / 2])) - theta[:, None]).T / self.standard_error
        return _log(self.chance_below(high) - self.chance_below(low))

    def _up_to(self, estimate: Array) -> Array:
        return np.asarray(
            self.chance_below((estimate[:, None] - self.effects) / self.standard_error) @ self.mass
        )


@dataclass(frozen=True, eq=False)
class ManyOutlook:
    """Treatment events of a study with ``LARGE`` cells: its log odds ratio is as good as normal,
    ``below`` is exact.
    """

    counts: tuple[float, float, float, float]
    estimate: EstimateOutlook
    below: float

    @property
    def observed(self) -> float:
        """Treatment events that were seen."""
        return self.counts[0]

    @property
    def expected(self) -> float:
        """Mean number of treatment events."""
        return float(self.estimate.mass @ _events(self.counts, self.estimate.effects))

    def quantiles(self, p: Array) -> Array:
        """Return the numbers of events with these probabilities, (Q,), at or below them."""
        return np.round(_events(self.counts, self.estimate.quantiles(p)))

    def outside(self, lower: float, upper: float) -> float:
        """Return the probability of a number of events beyond two limits."""
        r1, n1, r0, n0 = self.counts
        r = np.array([lower, upper])
        low, high = np.log(r) + np.log(n0 - r1 - r0 + r) - np.log(n1 - r) - np.log(r1 + r0 - r)
        return self.estimate.outside(float(low), float(high))

    def log_within(self, theta: Array, p: float) -> Array:
        """Return the log probability, given an effect, of a result whose two-sided mid-p-value is above
        ``p``, (J,).
        """
        return self.estimate.log_within(theta, p)


type Outlook = CountsOutlook | EstimateOutlook | ManyOutlook


def outlook(
    given: GridAnswers, study: AnyStudy, estimate: tuple[float, float], model: Model
) -> Outlook | None:
    """Return what a posterior, of other studies or of all, foretells of one;
    None where its margins leave it no choice, for an uncertain design effect, and for counts on another scale
    than the odds ratio's.

    A new effect comes from the between-study distribution; the study keeps its totals and all its events, or
    the standard error of its log odds ratio ``estimate`` (Marshall & Spiegelhalter 2007, Bayesian Anal
    2:409).
    """
    if study.design_effect_sd:
        return None
    alone = error_below(model.family, study.df if isinstance(study, Estimate) else None)
    if alone is not None:
        return EstimateOutlook(*estimate, *foreseen_effects(given, estimate), alone)
    if model.family.scale is not ODDS_RATIO:  # whose chances, given all events, these are
        return None
    r1, n1, r0, n0 = (float(count) for count in study.counts)
    counts = (r1, n1, r0, n0)
    lowest, highest = ends(counts)
    if lowest == highest:
        return None
    theta, mass = foreseen_effects(given, estimate)
    below = _below(counts, estimate, theta, mass)
    if highest - lowest > MOST and min(r1, n1 - r1, r0, n0 - r0) >= LARGE:
        typical = _events(counts, np.array([mass @ theta]))[0]
        error = np.sqrt(
            sum(1 / cell for cell in (typical, n1 - typical, r1 + r0 - typical, n0 - r1 - r0 + typical))
        )
        return ManyOutlook(counts, EstimateOutlook(estimate[0], float(error), theta, mass), below)
    x = lattice(counts, theta)
    return CountsOutlook(counts, x, mass @ chances(counts, x, theta), below)


def _below(
    counts: tuple[float, float, float, float], estimate: tuple[float, float], theta: Array, mass: Array
) -> float:
    """Return the mid-probability of fewer events than were seen;
    effects far from the estimate leave no doubt.
    """
    near = np.abs(theta - estimate[0]) < BEYOND_DOUBT * estimate[1]
    chances = (theta < estimate[0]).astype(float)
    chances[near] = mid_probability_below(counts, theta[near]) if near.any() else 0.0
    return float(np.clip(mass @ chances, 0.0, 1.0))


def _events(counts: tuple[float, float, float, float], theta: Array) -> Array:
    """Return the likeliest treatment events at each log odds ratio, (J,)."""
    r1, n1, r0, n0 = counts
    return mode_and_sd(theta, (n1, n0, r1 + r0), ends(counts))[0]


def chance_of_so_small(answers: GridAnswers, outlooks: Sequence[Outlook | None], p: float) -> float:
    """Return the posterior predictive probability that the smallest
    of all studies' two-sided p-values is ``p`` or less.

    ``answers`` are those of all studies, ``outlooks``, in their order, what these foretell of each. Given
    (mu, tau) new results of the studies are independent, so that this is one less the product of what each
    has within.
    """
    built = answers.surface
    theta = built.axes.theta.x
    rows = [np.zeros(theta.size) if each is None else each.log_within(theta, p) for each in outlooks]
    with np.errstate(divide="ignore"):
        log_mass = answers.log_joint + built.axes.mu.log_weights[:, None]
    share = np.exp(log_mass - log_mass.max())
    counts = (share > COUNTS).T
    inside = surface.smoothed(replace(built, log_curves=np.stack(rows)), lambda _values, _bounds: counts)
    none = np.exp(np.minimum(inside.each.sum(axis=0), 0.0))
    return float(np.clip(1 - (share * none).sum() / share.sum(), 0.0, 1.0))


def smallest_p(outlooks: Sequence[Outlook | None]) -> float | None:
    """Return the smallest two-sided mid-p-value of the studies; None where none has one."""
    return min((two_sided(each.below) for each in outlooks if each is not None), default=None)


def _log(chance: Array) -> Array:
    return np.maximum(np.log(np.maximum(chance, 1e-304)), NEVER)
