"""What a printed summary can mean: every reading of an estimate and interval that do not fit together."""

import math
from collections.abc import Callable

from scipy import special

from bayes_ivig.engines.further.published_summary import summary_posterior
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.paper.claims import RATIOS, Claim, Printed
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.reanalysis.reanalysis import SummaryReading


def readings(claim: Claim, prior: Prior) -> tuple[SummaryReading, ...]:
    """Return one posterior per reading of a claim; ``prior`` is on the working scale (log for ratios).

    An estimate in the middle of its interval, within rounding, has one reading, ``"as printed"``. Otherwise
    one of the three numbers must be wrong, and taking each pair as right gives three: the interval (the
    estimate is then its middle), the estimate and the lower limit, the estimate and the upper limit.
    """
    scale: Callable[[float], float] = math.log if claim.measure in RATIOS else float
    estimate, lower, upper = (scale(number.value) for number in _three(claim))
    z = float(special.ndtri((1 + claim.level) / 2))
    if central(claim):
        printed = {"as printed": (estimate, lower, upper)}
    else:
        printed = {
            "interval": ((lower + upper) / 2, lower, upper),
            "estimate and lower": (estimate, lower, 2 * estimate - lower),
            "estimate and upper": (estimate, 2 * estimate - upper, upper),
        }
    return tuple(_reading(code, numbers, z, prior) for code, numbers in printed.items())


def central(claim: Claim) -> bool:
    """Whether the estimate can be the middle of its interval,
    each number standing for all that round to it.
    """
    scale: Callable[[float], float] = math.log if claim.measure in RATIOS else float
    ranges = [_ends(number, scale) for number in _three(claim)]
    (low, high), lower, upper = ranges
    return low <= (lower[1] + upper[1]) / 2 and high >= (lower[0] + upper[0]) / 2


def _three(claim: Claim) -> tuple[Printed, Printed, Printed]:
    if claim.estimate is None or claim.ci_lower is None or claim.ci_upper is None:
        raise DataError(
            f"{claim.outcome}: a posterior from a summary needs the estimate and both limits; "
            "one is not printed"
        )
    return claim.estimate, claim.ci_lower, claim.ci_upper


def _ends(number: Printed, scale: Callable[[float], float]) -> tuple[float, float]:
    return scale(number.value - number.half_unit), scale(number.value + number.half_unit)


def _reading(code: str, numbers: tuple[float, float, float], z: float, prior: Prior) -> SummaryReading:
    estimate, lower, upper = numbers
    standard_error = (upper - lower) / (2 * z)
    return SummaryReading(
        code, estimate, lower, upper, standard_error, summary_posterior(estimate, standard_error, prior)
    )
