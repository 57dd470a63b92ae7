"""``credibility``: the closed-form analysis of credibility of a pooled or published estimate."""

import math

from scipy import special

from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.tipping.credibility import Credibility


@checked
def credibility(
    estimate: PooledEstimate | float, standard_error: float | None = None, *, level: Level = 0.95
) -> Credibility:
    """Return how sceptical a prior must be to undo a significant estimate,
    or how hopeful to make another convincing.

    ``estimate`` is what ``pool`` returns, or a log ratio (or difference) with its ``standard_error``, taken
    as normal. With limits L, U at ``level`` the scepticism limit is (U - L)^2 / (4 sqrt(U L)) (Matthews 2001,
    J Stat Plan Inference 94:43; Held 2019, R Soc Open Sci 6:181534), the advocacy limit -(U + L)(U - L)^2 /
    (2 U L) (Matthews 2018, R Soc Open Sci 5:171047). Raises ``DataError`` where the estimate does not exist,
    ``ModelError`` for an impossible number.

    >>> import bayes_ivig as bi
    >>> found = bi.tipping.credibility(-0.99, 0.37)
    >>> found.significant, round(found.scepticism_limit, 2), found.intrinsically_credible
    (True, 0.78, False)
    """
    if isinstance(estimate, PooledEstimate):
        centre, spread = estimate.estimate, estimate.standard_error
        if centre is None or spread is None:
            raise DataError(f"credibility: the pooled estimate does not exist ({estimate.note})")
    else:
        centre, spread = estimate, standard_error
    if not (_number(centre) and _number(spread) and spread is not None and spread > 0 and 0 < level < 1):
        raise ModelError(
            f"credibility: found estimate {centre!r}, standard error {spread!r}, level {level!r}; give a "
            "number, one above 0, and one between 0 and 1"
        )
    z = float(special.ndtri((1 + level) / 2))
    observed = abs(centre) / spread
    intrinsic = _two_sided(observed / math.sqrt(2))
    significant = observed > z
    lower, upper = centre - z * spread, centre + z * spread
    sceptical = limit = box = advocacy = None
    if significant:
        variance = spread**2 / ((observed / z) ** 2 - 1)
        sceptical, limit = math.sqrt(variance), z * math.sqrt(variance)
        box = _two_sided(abs(centre) / math.hypot(spread, sceptical))
    elif lower < 0 < upper and settled_one(observed):  # an estimate of 0 but for noise has no side
        advocacy = -(upper + lower) * (upper - lower) ** 2 / (2 * upper * lower)
    return Credibility(
        centre, spread, level, significant, sceptical, limit, box, advocacy, intrinsic, intrinsic <= 1 - level
    )


def _two_sided(z: float) -> float:
    return 2 * float(special.ndtr(-z))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
