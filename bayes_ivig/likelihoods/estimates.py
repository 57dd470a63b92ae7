"""Likelihoods of a study's estimated effect and its standard error, which is taken as known."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from scipy import special

from bayes_ivig.formulas.likelihood import Counts, student_t
from bayes_ivig.likelihoods import designs
from bayes_ivig.likelihoods.baselines import Baselines
from bayes_ivig.likelihoods.contract import Array, Likelihood, Observed, Seen, Whole
from bayes_ivig.likelihoods.scales import ODDS_RATIO, Scale


class OfEstimates(Likelihood):
    """A likelihood in which the estimate lies around theta,
    at a distance in standard errors whose distribution is known.
    """

    uses_estimates: ClassVar[bool] = True

    def __init__(self, scale: Scale = ODDS_RATIO) -> None:
        self.scale = scale

    @abstractmethod
    def curve(self, estimate: Array, standard_error: Array, theta: Array) -> Array:
        """Return log L_i(theta), (K, J), all constants kept,
        for estimates (K,) and ``theta`` of shape (J,) or (K, J).
        """

    @abstractmethod
    def below(self, distance: Array) -> Array:
        """Return the probability that an estimate lies less than so many standard errors above theta."""

    @abstractmethod
    def draw(self, theta: Array, standard_error: Array, rng: np.random.Generator) -> Array:
        """Draw estimates around effects ``theta``, (..., K)."""

    def averaged(self, estimate: Array, standard_error: Array, mean: Array, sd: Array) -> Array | None:
        """Return the log likelihood averaged over theta ~ Normal(mean, sd^2), (..., K);
        None where there is no closed form.
        """
        return None

    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return that a curve falls to zero on both sides."""
        return True, True

    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Return the estimate, which stands for both arms."""
        return observed.estimates[0][:, None], None, (self.scale.measure.scale,)

    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> Array:
        """Return estimates, (..., K)."""
        drawn = self.draw(seen.theta, observed.estimates[1], rng)
        if observed.df is not None:
            finite = np.flatnonzero(np.isfinite(observed.df))
            errors = rng.standard_t(observed.df[finite], drawn[..., finite].shape)
            drawn[..., finite] = seen.theta[..., finite] + observed.estimates[1][finite] * errors
        return drawn

    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Return the probability of a smaller estimate."""
        distance = (at[:, 0] - seen.theta) / observed.estimates[1]
        below = self.below(distance)
        if observed.df is not None:
            below = np.where(np.isfinite(observed.df), special.stdtr(observed.df, distance), below)
        return below[..., None]

    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Return the mean effect: distances are as often below it as above."""
        return np.asarray(seen.theta.mean(axis=0)[:, None])

    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return the curves at the draws."""
        flat = seen.theta.reshape(-1, seen.theta.shape[-1]).T
        return np.asarray(self.curves_of(counts, flat).T.reshape(seen.theta.shape))

    def curves_of(self, counts: Counts, theta: Array) -> Array:
        """Return the curves, (K, J): Student-t where the degrees of freedom of a given estimate's error are
        finite, averaged over uncertain design effects.
        """
        return designs.averaged(counts, theta, self._curves_of, designs.as_they_are)

    def _curves_of(self, counts: Counts, theta: Array) -> Array:
        curves = self.curve(*self.estimates(counts), theta)
        if counts.given is not None:
            finite = np.flatnonzero(np.isfinite(counts.given.df))
            curves[finite] = student_t(
                *counts.given.take(finite), np.broadcast_to(theta, curves.shape)[finite]
            )
        return curves

    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return the estimates and their standard errors."""
        y, error = self.estimates(counts)
        return {"log_odds_ratio": y, "standard_error": error}
