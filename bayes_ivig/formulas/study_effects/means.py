"""Mean differences and standardised mean differences from the mean, SD and size of two arms.

Float arrays of shape (..., K) in and out. An arm is ``(mean, sd, n)``. Where an arm has fewer than two
people, or no spread where one is needed, the answer is NaN or infinite, as at a zero cell of a 2x2 table.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

type Array = NDArray[np.float64]
type SmdRule = Literal["metafor", "revman"]

REVMAN_LESS = 3.94  # of Review Manager's variance (Hedges & Olkin 1985, page 80, as its manual has it)


class Arm(NamedTuple):
    """Means, standard deviations and numbers of people, (..., K) each."""

    mean: Array
    sd: Array
    n: Array

    @classmethod
    def of(cls, mean: ArrayLike, sd: ArrayLike, n: ArrayLike) -> "Arm":
        """Return an arm of floats."""
        return cls(*(np.asarray(each, dtype=np.float64) for each in (mean, sd, n)))


def mean_difference(treatment: Arm, control: Arm) -> tuple[Array, Array]:
    """Return treatment minus control and its variance sd1^2/n1 + sd0^2/n0: variances are not pooled."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return treatment.mean - control.mean, treatment.sd**2 / treatment.n + control.sd**2 / control.n


def welch_df(treatment: Arm, control: Arm) -> Array:
    """Return the degrees of freedom of a mean difference's variance (Satterthwaite 1946; Welch 1947)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = treatment.sd**2 / treatment.n, control.sd**2 / control.n
        return np.asarray((a + b) ** 2 / (a**2 / (treatment.n - 1) + b**2 / (control.n - 1)))


def pooled_sd(treatment: Arm, control: Arm) -> Array:
    """Return the SD within arms, their variances weighted by n - 1."""
    sums = (treatment.n - 1) * treatment.sd**2 + (control.n - 1) * control.sd**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(sums / pooled_df(treatment, control)))


def pooled_df(treatment: Arm, control: Arm) -> Array:
    """Return n1 + n0 - 2, the degrees of freedom of the SD within arms."""
    return np.asarray(treatment.n + control.n - 2)


def exact_correction(df: ArrayLike) -> Array:
    """Return Hedges' J: what a standardised difference of ``df`` degrees of freedom is multiplied by to be
    unbiased, Gamma(df/2) / (sqrt(df/2) Gamma((df - 1)/2)) (Hedges 1981).
    """
    half = np.asarray(df, dtype=np.float64) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            half > 0.5, np.exp(special.gammaln(half) - special.gammaln(half - 0.5)) / np.sqrt(half), np.nan
        )


def standardised_mean_difference(
    treatment: Arm, control: Arm, rule: SmdRule = "metafor"
) -> tuple[Array, Array]:
    """Return Hedges' g, treatment minus control in SDs within arms, and its variance.

    ``"metafor"``: the exact J, and 1/n1 + 1/n0 + g^2 / (2 N) with N people in all, its default and RoBMA's.
    ``"revman"``: what Review Manager 5 prints, and meta's default: J = 1 - 3 / (4 N - 9),
    and N / (n1 n0) + g^2 / (2 (N - 3.94)).
    """
    n1, n0 = treatment.n, control.n
    both = n1 + n0
    with np.errstate(divide="ignore", invalid="ignore"):
        d = (treatment.mean - control.mean) / pooled_sd(treatment, control)
        if rule == "revman":
            g = d * (1 - 3 / (4 * both - 9))
            return g, both / (n1 * n0) + g**2 / (2 * (both - REVMAN_LESS))
        g = d * exact_correction(both - 2)
        return g, 1 / n1 + 1 / n0 + g**2 / (2 * both)
