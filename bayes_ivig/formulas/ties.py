"""Order and choice among computed numbers, so that what is equal but for the noise
of computing it counts as equal.

Equal trials, mirrored trials and trials that say nothing make numbers that are equal in mathematics, and that
differ in their last bits by the machine. Whatever sorts by computed numbers, takes the largest of them or
asks on which side of a line they lie does so by ``settled`` numbers, or by ``least`` and ``most``: equals
then stay in the order they were in, that of the table. Numbers are log ratios, ratios, probabilities or
standard errors, of order 1, whose noise is below 1e-12 (``wording.digits``): 1e-17 equals 0. Steps and
widths, which are above 0 and may all be tiny, are compared by ``narrowest``, whose room is relative.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

DECIMALS = 9
NOISE = 1e-9  # relative, or absolute for numbers below 1


def settled(values: ArrayLike) -> NDArray[np.float64]:
    """Return numbers rounded to nine decimals, 0 without a sign; infinities and not-a-number as they are."""
    return np.asarray(np.round(np.asarray(values, np.float64), DECIMALS) + 0.0)


def settled_figures(values: ArrayLike) -> NDArray[np.float64]:
    """Return numbers of any size rounded to nine or ten significant digits; 0 and infinities as they are."""
    numbers = np.asarray(values, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(numbers))) - DECIMALS)
        return np.asarray(
            np.where(np.isfinite(numbers) & (unit > 0), np.round(numbers / unit) * unit, numbers)
        )


def settled_one(value: float) -> float:
    """Return one number as ``settled`` does."""
    return float(settled(value))


def least(values: ArrayLike) -> int:
    """Return where the smallest of some numbers is, shape (n,),
    the first of those that equal it but for noise; no NaN.
    """
    return _first(values, 1.0)


def most(values: ArrayLike) -> int:
    """Return where the largest of some numbers is, as ``least`` does."""
    return least(-np.asarray(values, np.float64))


def narrowest(values: ArrayLike) -> int:
    """Return where the smallest of some positive numbers of any size is, as ``least`` does,
    the noise relative to it.
    """
    return _first(values, 0.0)


def _first(values: ArrayLike, size: float) -> int:
    """Return the first place within noise of the smallest value,
    noise being that of a number of at least this ``size``.
    """
    numbers = np.asarray(values, np.float64)
    lowest = float(numbers.min())
    return int(
        np.flatnonzero(numbers <= lowest + NOISE * (max(size, abs(lowest)) if np.isfinite(lowest) else 0.0))[
            0
        ]
    )


def steps_to_cover(length: float, step: float) -> int:
    """Return how many steps cover a length; one that is whole but for noise takes no step more."""
    return int(np.ceil(length / step - NOISE))
