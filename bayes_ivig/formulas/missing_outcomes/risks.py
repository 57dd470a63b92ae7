"""The risk of an arm whose outcomes were seen in part (White, Higgins & Wood 2008, Stat Med 27:711).

Of the people randomised a share w was not seen. The odds of the event among them are those among the people
who were seen, p / (1 - p), times the informative missingness odds ratio (IMOR), whose log is delta. The
risk of all is

    pi = (1 - w) p + w expit(logit p + delta).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

type Array = NDArray[np.float64]

FARTHEST = 120.0  # log odds beyond which those of the seen and of all differ by a constant


class Imor(NamedTuple):
    """Normal distributions of both arms' log IMOR: means and SDs, treatment first, and their correlation."""

    mean: tuple[float, float] = (0.0, 0.0)
    sd: tuple[float, float] = (0.0, 0.0)
    correlation: float = 0.0


def of_all(seen: ArrayLike, share: ArrayLike, log_imor: ArrayLike) -> Array:
    """Return the log odds of everybody, from those of the people who were seen."""
    x, w, delta = (np.asarray(each, dtype=np.float64) for each in (seen, share, log_imor))
    p, q = special.expit(x), special.expit(x + delta)
    rest, other = special.expit(-x), special.expit(-x - delta)
    return np.asarray(np.log((1 - w) * p + w * q) - np.log((1 - w) * rest + w * other))


def of_seen(everybody: ArrayLike, share: ArrayLike, log_imor: ArrayLike) -> Array:
    """Return the log odds of the people who were seen, from those of everybody: the inverse of ``of_all``.

    With o their odds, O the odds of all and k the IMOR, k o^2 + (A - O B) o - O = 0,
    A = 1 - w + w k, B = w + (1 - w) k.
    """
    eta, w, delta = (np.asarray(each, dtype=np.float64) for each in (everybody, share, log_imor))
    inside = np.clip(eta, -FARTHEST, FARTHEST)
    root_k = np.exp(delta / 2)  # by which the equation is divided, so that nothing in it is far from 1
    odds, a, b = np.exp(inside), (1 - w) / root_k + w * root_k, w / root_k + (1 - w) * root_k
    middle = a - odds * b
    root = np.sqrt(middle**2 + 4 * odds)
    sum_of_both = root + np.abs(middle)  # each form of the root where nothing cancels in it
    found = np.where(middle > 0, np.log(2 * odds) - np.log(sum_of_both), np.log(sum_of_both / 2)) - delta / 2
    return np.asarray(found + (eta - inside))
