"""Weighted straight lines, as the small-study tests fit them."""

from typing import NamedTuple

import numpy as np

from bayes_ivig.formulas.effect_sizes import Array


class Line(NamedTuple):
    """Coefficients of a weighted line with standard errors under a multiplicative dispersion estimated
    on k - 2 df.
    """

    intercept: Array
    slope: Array
    intercept_error: Array
    slope_error: Array


def weighted_line(x: Array, y: Array, w: Array) -> Line:
    """Fit y = intercept + slope x with weights w over the last axis;
    NaN or infinite where x does not vary or k < 3.
    """
    k = (w > 0).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = w.sum(axis=-1)
        mean_x, mean_y = (w * x).sum(axis=-1) / total, (w * y).sum(axis=-1) / total
        dx, dy = x - mean_x[..., None], y - mean_y[..., None]
        spread = (w * dx**2).sum(axis=-1)
        slope = (w * dx * dy).sum(axis=-1) / spread
        residual = (w * (dy - slope[..., None] * dx) ** 2).sum(axis=-1) / (k - 2)
        intercept_error = np.sqrt(residual * (1 / total + mean_x**2 / spread))
        return Line(mean_y - slope * mean_x, slope, intercept_error, np.sqrt(residual / spread))
