"""How far the data moved a parameter from its prior: prior and posterior side by side,
and the distance between them.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.priors.composite import KINDS, Prior, waits
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]

# no probability statement moved by more; chance alone moves 2,000 independent draws
# as far once in 10,000 fits
HARDLY = 0.05
AT = np.linspace(0.005, 0.995, 199)


@checked
def prior_and_posterior(posterior: Posterior, level: Level = 0.95) -> "pd.DataFrame":
    """Return one row per parameter with a prior of its own:
    ``prior_lower, prior_median, prior_upper`` and ``posterior_...`` with their ``level``, and ``distance``.

    ``distance`` is the largest difference between prior and posterior probability below any value
    (Kolmogorov's): 0 if the data say nothing, 1 if they leave nothing of the prior. Parameters are on their
    own scale (log odds ratio, SD, correlation); baselines of single studies are left out. Improper and
    data-dependent priors have no quantiles: None.

    >>> import bayes_ivig as bi
    >>> table = bi.checks.prior_and_posterior(bi.fit(bi.load_dataset("my.csv")))
    >>> table[["prior_median", "prior_upper", "posterior_median", "posterior_upper"]].round(2)
               prior_median  prior_upper  posterior_median  posterior_upper
    parameter
    mu                 0.00         5.53             -0.98            -0.29
    tau                0.34         1.12              0.45             1.06
    """
    import pandas as pd

    probabilities = [(1 - level) / 2, 0.5, (1 + level) / 2]
    names = ("lower", "median", "upper")
    rows = {}
    for name, prior in stated_priors(posterior):
        known = isinstance(prior, LKJ) or (prior.proper and not waits(prior))
        before = list(quantiles(prior, np.array(probabilities))) if known else [None] * 3
        after = [float(posterior[name].quantile(p)) for p in probabilities]
        rows[name] = [str(prior), *before, *after, level, distance(posterior[name], prior) if known else None]
    sides = [f"{side}_{name}" for side in ("prior", "posterior") for name in names]
    columns = ["prior", *sides, "level", "distance"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("parameter")


def stated_priors(posterior: Posterior) -> list[tuple[str, Prior | LKJ]]:
    """Return the scalar parameters of a posterior that have a prior in its model, with it;
    a coefficient has that of all.
    """
    stated: list[tuple[str, Prior | LKJ]] = []
    multiples = getattr(posterior.model, "shrinkage", "stated") == "learned"
    for name in posterior.names:
        key = name.partition("[")[0]
        prior: Any = getattr(posterior.model, key, None)
        is_prior: bool = isinstance(prior, (*KINDS, LKJ))
        if is_prior and not (key == "beta" and multiples):
            stated.append((name, prior))
    return stated


def distance(marginal: Marginal, prior: Prior | LKJ) -> float:
    """Return the largest difference between the two distribution functions, at 199 quantiles of the prior."""
    return float(np.max(np.abs(np.asarray(marginal.prob_below(quantiles(prior, AT))) - AT)))


def quantiles(prior: Prior | LKJ, p: Array) -> Array:
    """Return quantiles of a prior, also of that of a correlation: (rho + 1) / 2 is Beta(eta, eta)."""
    if isinstance(prior, LKJ):
        return np.asarray(2 * betaincinv(prior.eta, prior.eta, p) - 1)
    return np.asarray(prior.quantile(p))
