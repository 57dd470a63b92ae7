"""The prior of a correlation of two study parameters: LKJ (Lewandowski,
Kurowicka & Joe 2009, J Multivariate Anal 100:1989).
"""

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count

FORM = re.compile(r"\s*lkj\(\s*(?:eta\s*=\s*)?([^()=]+?)\s*\)\s*")


@checked_methods
@dataclass(frozen=True, slots=True)
class LKJ:
    """Density of a correlation between -1 and 1 proportional to (1 - rho^2)^(eta - 1):
    uniform for eta 1, near 0 for larger.

    >>> import bayes_ivig as bi
    >>> bi.priors.LKJ(2).logpdf([0, 0.9]).round(2).tolist()
    [-0.29, -1.95]
    """

    eta: float = 2.0

    def __post_init__(self) -> None:
        eta = self.eta
        if isinstance(eta, bool) or not isinstance(eta, int | float) or not 0 < eta < math.inf:
            raise ModelError(f"lkj: eta is {quoted(eta)}; it must be a number above 0, as in lkj(2)")

    def __str__(self) -> str:
        return f"lkj({self.eta:.12g})"

    def logpdf(self, rho: ArrayLike) -> NDArray[np.float64]:
        """Return the log density: (rho + 1) / 2 is Beta(eta, eta);
        minus infinity from -1 down and from 1 up.
        """
        rho = np.asarray(rho, float)
        constant = math.lgamma(2 * self.eta) - 2 * math.lgamma(self.eta) + (1 - 2 * self.eta) * math.log(2)
        inside = np.abs(rho) < 1
        return np.where(
            inside, constant + (self.eta - 1) * np.log1p(-(np.where(inside, rho, 0.0) ** 2)), -np.inf
        )

    def sample(self, rng: np.random.Generator, size: Count) -> NDArray[np.float64]:
        """Return ``size`` independent draws."""
        return 2 * rng.beta(self.eta, self.eta, size) - 1


def parse_correlation(text: str) -> LKJ:
    """Return the prior that a text such as ``"lkj(2)"`` states; raises ``ModelError``."""
    match = FORM.fullmatch(text)
    try:
        if match:
            return LKJ(float(match.group(1)))
    except ValueError:
        pass
    raise ModelError(
        f"prior {quoted(text)}: a correlation has a prior such as lkj(2); lkj(1) is uniform from -1 to 1"
    )
