"""Likelihood curves of a trial's log odds ratio of everybody randomised, people without an outcome
included.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import Baseline, Counts, baseline_mode, log_choose
from bayes_ivig.formulas.missing_outcomes.arm import LogImor, People, binomial, drawn, normal_nodes, steps
from bayes_ivig.formulas.missing_outcomes.risks import Imor, of_all
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]
type Read = Callable[[Array, bool], Array]  # log odds (...) and whether roughly: log likelihoods (Z, ...)

CURVE = 5.0  # nodes of the baseline times the step of an arm's own nodes
CELLS = 200_000  # numbers held at once
MOST = 16.0  # times as many nodes as elsewhere, where an arm that was seen well is blurred by its IMOR
MOST_SHARED = 241  # nodes of what both arms' log IMORs share


class Trial(NamedTuple):
    """Treatment and control arm of one trial."""

    treatment: People
    control: People


class About(NamedTuple):
    """Log odds of everybody in an arm, their standard error, and how far a log IMOR pulls at them."""

    centre: float
    error: float
    pull: float


def about(arm: People, mean: float, sd: float) -> About:
    """Return the first terms of a Taylor series in the log odds of the seen and the log IMOR (White,
    Higgins & Wood 2008, equation 9, the share of the missing as it is).
    """
    seen, error = arm.known
    centre = float(of_all(seen, arm.share, mean))
    p, q, pi = (float(special.expit(x)) for x in (seen, seen + mean, centre))
    own, other, spread = (1 - arm.share) * p * (1 - p), arm.share * q * (1 - q), pi * (1 - pi)
    pull = other / spread
    return About(centre, math.hypot((own + other) / spread * error, pull * sd), pull)


def estimate(trial: Trial, imor: Imor) -> tuple[float, float]:
    """Return the log odds ratio of everybody and its standard error in that approximation."""
    (y1, s1, a), (y0, s0, b) = (about(arm, *of) for arm, *of in zip(trial, imor.mean, imor.sd, strict=True))
    shared = 2 * imor.correlation * a * b * imor.sd[0] * imor.sd[1]
    return y1 - y0, math.sqrt(s1**2 + s0**2 - shared)


def curve(trial: Trial, theta: Array, imor: Imor, baseline: Baseline, nodes: int) -> tuple[Array, Array]:
    """Return log L(theta) at effects (J,), all constants kept, and the same from rougher sums.

    The baseline log odds of everybody are integrated against their prior, and both arms' log IMORs against
    their normal distribution.
    """
    nodes = math.ceil(nodes * _blur(trial, imor)) | 1
    arms, weights = _arms(trial, imor, CURVE / nodes)
    mode, spread = _place(trial, imor, theta, baseline)
    limit = math.asinh(baseline.reach)
    u, step = np.linspace(-limit, limit, nodes, retstep=True)
    found = np.empty((2, theta.size))
    together = max(1, CELLS // (u.size * weights[0].size))
    for start in range(0, theta.size, together):
        part = slice(start, start + together)
        alpha = mode[part, None] + spread[part, None] * np.sinh(u)
        prior = baseline.logpdf(alpha) + np.log(step * spread[part, None] * np.cosh(u))
        control = alpha - baseline.share * theta[part, None]
        etas = control + theta[part, None], control
        for roughly, logs in enumerate(weights):
            terms = sum(read(eta, bool(roughly)) for read, eta in zip(arms, etas, strict=True))
            summed = prior + special.logsumexp(terms + logs[:, None, None], axis=0)
            kept = summed[:, ::2] + math.log(2) if roughly else summed
            found[roughly, part] = special.logsumexp(kept, axis=-1)
    found += sum(float(log_choose(np.asarray(arm.seen), np.asarray(arm.events))) for arm in trial)
    return shaken(found[0]), shaken(found[1])


def log_likelihood(trial: Trial, log_odds: tuple[Array, Array], imor: Imor, nodes: int = 65) -> Array:
    """Return the log likelihood at log odds of everybody in both arms, treatment first, of any shape
    (...).
    """
    arms, (logs, _) = _arms(trial, imor, CURVE / nodes / _blur(trial, imor))
    terms = sum(read(eta, False) for read, eta in zip(arms, log_odds, strict=True))
    ways = sum(float(log_choose(np.asarray(arm.seen), np.asarray(arm.events))) for arm in trial)
    own = special.logsumexp(terms + logs.reshape(-1, *(1,) * log_odds[0].ndim), axis=0)
    return np.asarray(own + ways)


def _arms(trial: Trial, imor: Imor, step: float) -> tuple[list[Read], tuple[Array, Array]]:
    """Return what reads both arms' log likelihoods, and the log weights of what they share, (Z,), with
    those of a rougher sum.
    """
    both = all(arm.missing > 0 and sd > 0 for arm, sd in zip(trial, imor.sd, strict=True))
    shared = abs(imor.correlation) if both else 0.0
    errors = [arm.known[1] for arm in trial]
    z, fine, rough = normal_nodes(min(MOST_SHARED, steps(max(imor.sd) * math.sqrt(shared), min(errors))))
    signs = 1.0, math.copysign(1.0, imor.correlation)
    reads = [
        _reader(arm, LogImor(mean + sign * sd * math.sqrt(shared) * z, sd * math.sqrt(1 - shared)), step)
        for arm, mean, sd, sign in zip(trial, imor.mean, imor.sd, signs, strict=True)
    ]
    return reads, (fine, rough)


def _blur(trial: Trial, imor: Imor) -> float:
    """Return how many times wider than its sharpest edge the curve of an arm is: the missing cannot have
    fewer events than none, nor more than all.
    """
    ratios = [
        about(arm, mean, sd).error / (2 * arm.known[1] * max(1 - arm.share, 0.02))
        for arm, mean, sd in zip(trial, imor.mean, imor.sd, strict=True)
        if arm.missing > 0 and sd > 0
    ]
    return min(MOST, max(1.0, *ratios)) if ratios else 1.0


def _reader(arm: People, imor: LogImor, step: float) -> Read:
    """Return what reads the log likelihood of an arm; one of which everybody was seen is known in closed
    form.
    """
    if arm.missing == 0:
        return lambda eta, _: binomial(arm, eta)[None]
    own = drawn(arm, imor, step)
    return lambda eta, roughly: own.at(eta, roughly=roughly)


def _place(trial: Trial, imor: Imor, theta: Array, baseline: Baseline) -> tuple[Array, Array]:
    """Return about where the integrand in the baseline has its mode, and how wide it is, (J,) each: those of
    trials whose outcomes were all seen, as many people as tell as much.
    """
    r1, n1, r0, n0 = (
        np.array([number])
        for arm, mean, sd in zip(trial, imor.mean, imor.sd, strict=True)
        for number in _alike(arm, about(arm, mean, sd))
    )
    shift0 = -baseline.share * theta[None]
    mode, spread = baseline_mode(Counts(r1, n1, r0, n0), shift0, shift0 + theta, baseline)
    return mode[0], spread[0]


def _alike(arm: People, known: About) -> tuple[float, float]:
    """Return events and people that tell as much of everybody in an arm as the people who were seen do."""
    risk = float(special.expit(known.centre))
    people = 1 / (known.error**2 * risk * (1 - risk))
    if arm.events in (0, arm.seen):
        return (0.0 if arm.events == 0 else people), people
    return people * risk, people
