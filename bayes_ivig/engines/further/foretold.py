"""What a posterior foretold of a trial that came later, and how far from that its result lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.further.influence import foreseen_effects, probability_below, why_none
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.foreseen import foreseen
from bayes_ivig.engines.next_trial.outcomes import Lines
from bayes_ivig.engines.next_trial.trials import estimates
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.thresholds import reaches

type Array = NDArray[np.float64]

HALVINGS = 60
BEYOND = 9.0  # standard errors of the trial beyond the last effect that is foreseen


@dataclass(frozen=True)
class Foretold:
    """What was foretold of one trial and what it found, on the scale of the model.

    ``limits`` are lower limit, median and upper limit of an estimate with this trial's ``error``, its
    ``estimate`` beside them; ``reached`` and ``harm`` the chances that the probability of a benefit, or of a
    harm, comes to the line after it; ``below`` the probability of a smaller effect than it found, half of an
    equal one included, or None with the reason in ``note``.
    """

    limits: tuple[float, float, float]
    reached: float
    harm: float
    estimate: float
    error: float
    below: float | None
    note: str


def estimate_of(whole: Posterior, study: str) -> tuple[float, float]:
    """Return a trial's own estimate and standard error, as the likelihood of a posterior has them."""
    surface = whole.answers.surface
    assert surface is not None
    i = whole.studies.index(study)
    y, s = surface.estimates  # type: ignore[attr-defined]  # of a grid
    return float(y[i]), float(s[i])


def foretold(before: GridAnswers, whole: Posterior, study: str, lines: Lines) -> Foretold:
    """Return what a posterior of earlier trials foretold of one of the trials of ``whole``.

    Its interval, and the chances that a line is reached, are of a trial known by an estimate with this one's
    standard error; how surprising it was is asked of its own data: of counts the events under treatment given
    both margins (noncentral hypergeometric), of an estimate its error.
    """
    estimate, error = estimate_of(whole, study)
    theta, mass = foreseen_effects(before, (estimate, error))
    tail = (1 - lines.level) / 2
    low, middle, high = _quantiles((theta, mass), error, np.array([tail, 0.5, 1 - tail]))
    below = probability_below(before, whole, study, (estimate, error))
    note = "" if below is not None else why_none(whole, study)
    chances = _chances(before, error, lines)
    return Foretold((low, middle, high), *chances, estimate, error, below, note)


def _quantiles(effects: tuple[Array, Array], error: float, p: Array) -> list[float]:
    """Return quantiles of an estimate, its effect being one of some, by halving."""
    theta, mass = effects
    low = np.full(p.shape, theta[0] - BEYOND * error)
    high = np.full(p.shape, theta[-1] + BEYOND * error)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        under = mass @ special.ndtr((middle - theta[:, None]) / error) < p
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return [float(each) for each in (low + high) / 2]


def _chances(before: GridAnswers, error: float, lines: Lines) -> tuple[float, float]:
    """Return the chances that a benefit, and that a harm, comes to the line after an estimate."""
    ahead = foreseen(before, np.array([lines.zero]), error)
    found = estimates(ahead, error)
    below = ahead.weights(found.log_curves)[0] @ ahead.mu_below[:, 0]
    benefit = 1 - below if lines.above else below
    reached, harm = reaches(benefit, lines.line), reaches(1 - benefit, lines.line)
    return float(found.weight @ reached), float(found.weight @ harm)
