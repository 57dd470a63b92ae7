"""Places in a drawing: values cut to what a pixel shows, values at even steps, rows evenly spaced by rank."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def cut_off(value: float, decimals: int = 4) -> float:
    """Return a value on an axis of its own units with so many decimals, more than a pixel shows."""
    return round(float(value), decimals)


def steps(lower: float, upper: float, step: float) -> tuple[float, ...]:
    """Return the values from one end to the other, a step apart."""
    return tuple(lower + step * i for i in range(round((upper - lower) / step) + 1))


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Return the numbers of the rows to draw out of ``count``:
    all, or so many evenly spaced, first and last among them.
    """
    last = np.linspace(0, count - 1, min(count, most))
    rows: NDArray[Any] = np.unique(last.round().astype(np.intp))
    return rows
