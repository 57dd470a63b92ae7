"""Where a P-value counts as significant and a posterior probability as convincing,
the same for whoever counts them.

Both are compared after rounding well above the noise of their computation, so that no count hangs on the last
bits: P-values, which are closed forms, to six decimals, posterior probabilities, whose stated numerical error
is below 1e-3 posterior SDs and usually below 1e-4, to four. 0.05 itself is not significant, 0.975 and 0.025
themselves are convincing: each is then the mirror of a two-sided P of at most 0.05 (a one-sided one of at
most 0.025).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIGNIFICANT = 0.05
CONVINCING = 0.975  # of P(OR > 1), and 1 less it for the other direction
P_DECIMALS, CHANCE_DECIMALS = 6, 4


def significant(p_value: ArrayLike) -> NDArray[np.bool_]:
    """Mark two-sided P-values below 0.05; NaN is not."""
    return np.asarray(np.round(np.asarray(p_value, dtype=np.float64), P_DECIMALS) < SIGNIFICANT)


def reaches(probability: ArrayLike, line: float) -> NDArray[np.bool_]:
    """Mark posterior probabilities that come to a line, to four decimals; NaN does not."""
    return np.asarray(np.round(np.asarray(probability, dtype=np.float64), CHANCE_DECIMALS) >= line)


def convincing_above(prob_above: ArrayLike) -> NDArray[np.bool_]:
    """Mark probabilities of an odds ratio above 1 that are at least 0.975; NaN is not."""
    return reaches(prob_above, CONVINCING)


def convincing_below(prob_above: ArrayLike) -> NDArray[np.bool_]:
    """Mark probabilities of an odds ratio above 1 that are at most 0.025, the mirror image
    of ``convincing_above``.
    """
    return convincing_above(1.0 - np.asarray(prob_above, dtype=np.float64))
