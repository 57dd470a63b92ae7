"""A pooled ratio as a paper prints it: its numbers with their decimals,
and whether estimate and limits fit each other.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas import intervals
from bayes_ivig.priors.shared import number

MEASURES = ("OR", "RR")
USUAL_LEVEL = 0.95
# standard errors that an estimate may stand off the middle of its limits on the log scale unremarked
MIDDLE = 0.25
REFUSED = {
    "HR": "a hazard ratio is neither an odds ratio nor a risk ratio, and no risk alone turns it into one",
    "IRR": "a rate ratio is neither an odds ratio nor a risk ratio, and no risk alone turns it into one",
    "RD": "a risk difference is not carried to the log odds ratio here",
    "NNT": "a number needed to treat is not carried to the log odds ratio here",
    "MD": "a difference of means says nothing about an odds ratio",
}
type Shape = Callable[[float, float], intervals.Range]

INSTEAD = "a prior on a log odds ratio comes from an OR or an RR"


@dataclass(frozen=True, slots=True)
class PrintedRatio:
    """A pooled ratio as printed: an odds ratio or a risk ratio with its confidence limits,
    or its log with a standard error.

    With ``on_log`` the numbers are logarithms; ``se`` above 0 stands in place of the limits, which are then
    ignored. ``decimals`` are those printed of estimate, lower and upper limit (estimate and standard error);
    unless given, those that the numbers have. ``complement_of`` is empty, or names the outcome of which the
    ratio's own event is the opposite; a prior is then about that outcome, and the ratio turned round.
    ``shares`` are studies it has in common with the trials it stands beside; ``named`` is False where no
    measure is printed and it was taken as an odds ratio. Raises ``ModelError``, also where estimate and
    limits cannot be true together.
    """

    measure: str
    estimate: float
    lower: float = 0.0
    upper: float = 0.0
    level: float = USUAL_LEVEL
    label: str = ""
    outcome: str = ""
    complement_of: str = ""
    shares: tuple[str, ...] = ()
    on_log: bool = False
    se: float = 0.0
    decimals: tuple[int, ...] = ()
    named: bool = True

    def __post_init__(self) -> None:
        if not self.decimals:
            given = (self.estimate, self.se) if self.se else (self.estimate, self.lower, self.upper)
            object.__setattr__(self, "decimals", tuple(decimals_of(number(value)) for value in given))
        problem = self._wrong() or ("" if self.se else _misfit(self))
        if problem:
            raise ModelError(f"evidence: {f'{self.label}: ' if self.label else ''}{self}: {problem}")

    def __str__(self) -> str:
        shown = [f"{value:.{places}f}" for value, places in zip(self._numbers(), self.decimals, strict=True)]
        name = f"{'log ' if self.on_log else ''}{self.measure} " if self.named else ""
        if self.se:
            return f"{name}{shown[0]} (SE {shown[1]})"
        level = "" if self.level == USUAL_LEVEL else f"{number(100 * self.level)}%: "
        return f"{name}{shown[0]} ({level}{shown[1]} to {shown[2]})"

    @property
    def logs(self) -> tuple[float, float]:
        """Logarithm of the ratio and its standard error, from the limits where none is printed."""
        if self.se:
            return self.estimate, self.se
        estimate, lower, upper = self._numbers() if self.on_log else map(math.log, self._numbers())
        return estimate, (upper - lower) / (2 * self._score)

    @property
    def off_the_middle(self) -> str:
        """Words where the estimate stands off the middle of its limits, as far as its digits allow;
        else empty.
        """
        if self.se:
            return ""
        (estimate, error), (_, lower, upper) = (
            self.logs,
            self._numbers() if self.on_log else map(math.log, self._numbers()),
        )
        away = abs(estimate - (lower + upper) / 2) / error
        return (
            f"its estimate stands {away:.1f} standard errors off the middle of its limits"
            if away > MIDDLE
            else ""
        )

    @property
    def _score(self) -> float:
        return float(special.ndtri((1 + self.level) / 2))

    def _numbers(self) -> tuple[float, ...]:
        return (self.estimate, self.se) if self.se else (self.estimate, self.lower, self.upper)

    def _wrong(self) -> str:
        """Say what no ratio can be; one thing, the first."""
        names = ("estimate", "SE") if self.se else ("estimate", "lower limit", "upper limit")
        numbers = list(zip(names, self._numbers(), strict=True))
        if self.measure not in MEASURES:
            return f"{REFUSED.get(self.measure, f'{self.measure} is no odds ratio or risk ratio')}; {INSTEAD}"
        if not 0.5 <= self.level < 1:
            return (
                f"the level is {number(100 * self.level)}%; an interval has at least 50%, and less than 100%"
            )
        if odd := [f"the {name} is {value}" for name, value in numbers if not math.isfinite(value)]:
            return f"{odd[0]}; it must be a number"
        if self.se < 0 or (self.se and not self.on_log):
            return (
                "a standard error above 0 stands beside the logarithm; "
                'write for example "log OR -0.30 (SE 0.30)"'
            )
        if low := [
            f"the {name} is {number(value)}" for name, value in numbers if value <= 0 and not self.on_log
        ]:
            return f"{low[0]}; a ratio is above 0; of logarithms, write log {self.measure}"
        return "" if self.se else self._wrong_limits()

    def _wrong_limits(self) -> str:
        if self.lower > self.upper:
            return f"the limits stand the wrong way round: {number(self.lower)} is above {number(self.upper)}"
        if self.lower == self.upper:
            return "the two limits are one number, which leaves no room for uncertainty"
        if not self.lower <= self.estimate <= self.upper:
            return f"the estimate {number(self.estimate)} lies outside its own limits"
        return ""


def decimals_of(text: str) -> int:
    """Return how many decimals a number is printed with."""
    return len(text.partition(".")[2]) if "e" not in text.lower() else 15


def _misfit(ratio: PrintedRatio) -> str:
    """Say why estimate and limits cannot be true together within their rounding, or with digits cut off,
    and what would fit.
    """
    if any(_fits(ratio, shape) for shape in (intervals.rounded, intervals.cut_off)):
        return ""
    estimate, lower, upper = ratio._numbers()
    places = ratio.decimals
    if ratio.on_log:
        middle, high, low, scale = (lower + upper) / 2, 2 * estimate - lower, 2 * estimate - upper, ""
    else:
        middle, high, low, scale = (
            math.sqrt(lower * upper),
            estimate**2 / lower,
            estimate**2 / upper,
            " on the log scale",
        )
    limits = (
        f"{lower:.{places[1]}f} to {_shown(high, places[2])} or {_shown(low, places[1])} "
        f"to {upper:.{places[2]}f}"
    )
    centre = _shown(middle, places[0])
    return (
        f"estimate and limits do not fit within their rounding: the middle of the limits{scale} is {centre}. "
        f"These limits fit an estimate of {centre}, this estimate fits limits of {limits}; look again at "
        "what is printed, or, for an interval "
        f'that is not symmetric there, write "log {ratio.measure} -0.30 (SE 0.30)" '
        "with a standard error of your own"
    )


def _fits(ratio: PrintedRatio, shape: Shape) -> bool:
    ranges = [
        shape(value, 0.5 * 10.0**-places)
        for value, places in zip(ratio._numbers(), ratio.decimals, strict=True)
    ]
    logs = ranges if ratio.on_log else [intervals.log_range(each) for each in ranges]
    # none is: every printed number is above 0
    estimate, lower, upper = (each for each in logs if each is not None)
    return intervals.overlap(estimate, ((lower[0] + upper[0]) / 2, (lower[1] + upper[1]) / 2))


def _shown(value: float, places: int) -> str:
    """Return a number with these decimals, or with two figures where that would leave none."""
    shown = f"{value:.{places}f}"
    return shown if abs(value) >= 0.95 * 10.0 ** (1 - places) or not value else f"{value:.2g}"
