"""Whether a posterior exists at all under an improper prior."""

import math
from typing import assert_never

from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior, Truncated
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.scale_free import Flat, ScaleFree
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal, LogStudentT

TAILS = {
    "jeffreys": -1.0, "berger_deely": -1.0, "conventional": -2.0, "dumouchel": -2.0,
    "uniform_shrinkage": -3.0, "uniform_i2": -3.0,
}  # fmt: skip
# share of a power tail beyond where it is followed to, but not more than so many times as far
FOLLOWED = 1e-12, 1e5
JUST_PROPER = math.nextafter(-1.0, -2.0)


def tail(prior: Prior) -> float:  # noqa: C901, PLR0911, PLR0912 - one case for each form of tail
    """Return the power a of a prior's density, tau^a, as tau grows:
    minus infinity where it falls faster than any power.
    """
    match prior:
        case LibraryPrior(prior=inner):
            return tail(inner)
        case Mixture(parts=parts):
            return max(map(tail, parts))
        case Truncated(prior=inner):
            return -math.inf if all(map(math.isfinite, prior.support)) else tail(inner)
        case OnTau2(prior=inner):
            return 2 * tail(inner) + 1
        case Flat():
            return 0.0
        case ScaleFree():
            return prior.exponent
        case DataDependent():
            return TAILS[prior.name]
        case LogStudentT():
            return JUST_PROPER
        case Density():
            return max(prior.pieces.powers)
        case HalfCauchy():
            return -2.0
        case StudentT() | HalfStudentT():
            return -(prior.df + 1)
        case InverseGamma():
            return -(prior.shape + 1)
        case Normal() | Logistic() | Uniform() | HalfNormal() | Exponential() | LogNormal() | RiskRatio():
            return -math.inf
        case _:
            assert_never(prior)


def require(dataset: Dataset, model: Model) -> None:
    """Raise ``ModelError`` where too few studies are informative for the posterior to exist.

    A curve that falls to zero on both sides takes a factor 1 / tau off the posterior as tau grows, and a flat
    mu gives one back. With k such curves and a prior on tau that behaves like tau^a, the posterior is proper
    if k > 1 + a, with a flat mu if k > 2 + a and some curve falls on either side; never where the prior
    itself has no integral near 0. (Röver 2020, J Stat Softw 93(6), section 2.2, for normal likelihoods; here
    counted by curves that fall, since those of studies with zero cells may level off.) Studies that cannot
    tell the arms apart do not count: from a baseline between the arms their curves are bounded, but by its
    prior alone.
    """
    flat, random = not model.mu.proper, model.effects != "common"
    improper = [("mu", model.mu)] * flat + [("tau", model.tau)] * (random and not model.tau.proper)
    if not improper:
        return
    telling = [study for study in informative(dataset, model) if study.informative]
    sides = [
        (True, True) if isinstance(study, Estimate) else model.family.falls(study.cells, model.baselines)
        for study in telling
    ]
    both = sum(left and right for left, right in sides)
    least = _least(model.tau, flat) if random else 0
    if not telling:
        reason = (
            "no study can tell the arms apart, so that nothing but the prior of the baselines would bound it"
        )
    elif flat and not (any(left for left, _ in sides) and any(right for _, right in sides)):
        reason = (
            "a study whose likelihood falls to zero towards either side is needed, found none on one side"
        )
    elif random and isinstance(model.tau, ScaleFree) and model.tau.exponent <= -1:
        reason = "its integral near tau = 0 is infinite, where the likelihood is not zero, whatever the data"
    elif both < least:
        some = "a study whose likelihood falls" if least == 1 else f"{least} studies whose likelihood falls"
        reason = f"{some} to zero on both sides {'is' if least == 1 else 'are'} needed, found {both}"
    else:
        return
    which = " and ".join(f"{name} ({prior})" for name, prior in improper)
    raise ModelError(
        f"{dataset.label}: the posterior does not exist under an improper prior on {which}: {reason}; "
        "use a proper prior, for example normal(0, 2.82) on mu and half_normal(0.5) on tau"
    )


def _least(tau: Prior, flat: bool) -> int:
    """Smallest whole number of curves above 1 + a, or above 2 + a with a flat mu."""
    power = tail(tau)
    return max(0, math.floor(1 + flat + power) + 1) if math.isfinite(power) else 0


def follow(prior: Prior) -> float:
    """How many times as far as usual mu is followed where a posterior may lie in its prior's tail;
    1 if that is no power tail.

    Of a density |mu|^a, a < -1, from some place on, a share c^(a + 1) lies beyond c times as far.
    """
    power = tail(prior) if prior.proper else -math.inf
    share, most = FOLLOWED
    return min(most, share ** (1 / (power + 1))) if math.isfinite(power) else 1.0
