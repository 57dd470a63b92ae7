"""What a grid has to know of priors whose density is a user's own: where they jump, bend and have modes."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.priors.composite import LibraryPrior, Mixture, OnTau2, Prior, Truncated
from bayes_ivig.priors.density import Density
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Places = tuple[tuple[float, bool], ...]  # x, and whether the density jumps there; else it has a corner

# steps wanted where a density jumps, and where it has a corner, per posterior SD: what a sum over nodes is
# off by goes with the step in the one case, with its square in the other
AT_JUMP, AT_CORNER = 1e-6, 1e-3
FAR = 15.0  # SDs from all that may be the posterior, where neither matters
NARROW = 0.05  # of the spread of a mixture, a part of it
AT_END, LOWEST = (
    1e-4,
    -12.0,
)  # step at an end of mu, per its SD; log density there that counts, of the largest
PAST = 0.02  # of the reach, beyond a jump
OF_MODE = 0.35  # step per SD of a mode


def rough(prior: Prior) -> Places:
    """Return where a prior jumps or has a corner, as far as a user's own density does."""
    match prior:
        case Density():
            return prior.pieces.rough
        case LibraryPrior(prior=inner) | Truncated(prior=inner):
            return rough(inner)
        case OnTau2(prior=inner):
            return tuple((math.sqrt(x), jump) for x, jump in rough(inner) if x > 0)
        case Mixture(parts=parts):
            return tuple(place for part in parts for place in rough(part))
        case _:
            return ()


def modes(prior: Prior) -> tuple[tuple[float, float], ...]:
    """Return middle and spread of each mode of a user's own density."""
    match prior:
        case Density():
            return prior.pieces.modes
        case LibraryPrior(prior=inner) | Truncated(prior=inner):
            return modes(inner)
        case OnTau2(prior=inner):
            found = [(math.sqrt(x), spread) for x, spread in modes(inner) if x > 0]
            return tuple((root, spread / (2 * root)) for root, spread in found)
        case Mixture(parts=parts):
            return (*(mode for part in parts for mode in modes(part)), *_narrow_parts(prior))
        case _:
            return ()


def _narrow_parts(prior: Mixture) -> list[tuple[float, float]]:
    """Return the parts of a mixture so narrow that nothing else shows them, one entry more for all of it."""
    marks = [
        part.quantile(np.array([0.15865525, 0.5, 0.84134475]))
        for part in (prior, *prior.parts)
        if part.proper
    ]
    (whole, *own) = [(float(middle), float(high - low) / 2) for low, middle, high in marks]
    narrow = [(middle, spread) for middle, spread in own if 0 < spread < NARROW * whole[1]]
    return [whole, *narrow] if narrow else []


def peculiar(prior: Prior | None) -> bool:
    """Whether no other prior stands for this one when a grid is planned."""
    return prior is not None and (bool(rough(prior)) or len(modes(prior)) > 1)


def steps_of_mu(priors: Sequence[Prior], means: Array, sds: Array) -> tuple[Array, Array]:
    """Return places and steps that priors on mu ask for, ``means`` and ``sds`` being those of conditional
    posteriors.
    """
    wanted = [
        (x, (AT_JUMP if jump else AT_CORNER) * float(sds[near].min()))
        for prior in priors
        for x, jump in rough(prior)
        if (near := np.abs(x - means) < FAR * sds).any()
    ]
    return _arrays(wanted)


def steps_at_ends(axis: Axis, log_mass: Array) -> tuple[Array, Array]:
    """Return the ends of an axis of mu between limits at which its posterior stops short, and the steps that
    effects ask for there: their density, over which small tau spread the stop, bends without end.
    """
    if axis.link != "interval":
        return _arrays([])
    logs = log_mass - axis.log_slope(axis.u)
    share = np.exp(log_mass - log_mass.max())
    share /= share.sum()
    sd = math.sqrt(float(share @ (axis.x - float(share @ axis.x)) ** 2))
    ends = zip((axis.lower, axis.upper), logs[[0, -1]], strict=True)
    return _arrays([(x, AT_END * sd) for x, log in ends if log > logs.max() + LOWEST])


def steps_of_tau(priors: Sequence[Prior], spread: float) -> tuple[Array, Array]:
    """Return places and steps that priors on tau ask for; ``spread`` is the SD of a posterior of tau."""
    wanted = [
        (x, (AT_JUMP if jump else AT_CORNER) * spread)
        for prior in priors
        for x, jump in rough(prior)
        if x > 0
    ]
    several = [own for prior in priors if len(own := modes(prior)) > 1]
    wanted += [(middle, OF_MODE * own) for found in several for middle, own in found if middle > 0]
    return _arrays(wanted)


def beyond(places: Array, reach: tuple[float, float]) -> tuple[float, float]:
    """Return a reach that goes past every jump: a density that ends there has nodes beyond, too."""
    low, high = reach
    spare = PAST * (high - low)
    return min([low, *(float(x) - spare for x in places)]), max([high, *(float(x) + spare for x in places)])


def _arrays(wanted: list[tuple[float, float]]) -> tuple[Array, Array]:
    pairs = np.array(list(dict.fromkeys(wanted)), float).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
