"""One trial of which only an estimate of the effect is known, with its standard error."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import ClassVar, NoReturn

from bayes_ivig.errors import DataError, quoted, report_all
from bayes_ivig.inputs.counts.study import MOST_SPREAD, SPREAD_RULE, study_name
from bayes_ivig.kinds.checked import checked

FARTHEST = 1e9  # of an estimate, and the largest standard error
FINEST = 1e-9  # the smallest standard error
HOW = {  # how a standard error is known
    "given": "the standard error is given",
    "limits": "from both limits",
    "lower_limit": "from the estimate and its lower limit",
    "upper_limit": "from the estimate and its upper limit",
    "p_value": "from the estimate and its P value",
    "p_bound": "from the estimate and the largest P value that is stated, so that it is an upper bound",
    "standardised": "standardised difference of means (Hedges' g)",
    "means": "from means and standard deviations",
    "o_minus_e": "from observed less expected events and their variance",
    "rates": "from events and person-time",
}


@checked
@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate of one trial's effect and its standard error; raises ``DataError`` for what cannot be.

    ``y`` and ``standard_error`` are on the scale of the model: logs for ratios. ``df`` are the degrees of
    freedom of a t distribution of the estimate's error, infinite where it is taken as normal.
    ``design_effect`` multiplies the standard error by its root; ``design_effect_sd`` is the SD of its log
    where it is uncertain, as of a ``Study``. ``rounding`` is the standard deviation, part
    of ``standard_error``, of what the rounding of printed numbers leaves open. ``how`` says how the standard
    error is known (a key of ``HOW``), ``given`` are the cells that stated it.
    A count of such a trial is not known: whoever asks for one is refused with a ``DataError``.

    >>> import bayes_ivig as bi
    >>> trial = bi.Estimate("A", y=-0.36, standard_error=0.14)
    >>> trial.y, trial.df
    (-0.36, inf)
    """

    name: str
    y: float
    standard_error: float
    df: float = math.inf
    design_effect: float = 1.0
    rounding: float = 0.0
    how: str = "given"
    given: tuple[tuple[str, str], ...] = ()
    design_effect_sd: float = 0.0

    known_by_estimate: ClassVar[bool] = True
    fractional: ClassVar[bool] = False
    of_rates: ClassVar[bool] = False
    of_people: ClassVar[bool] = False
    missing: ClassVar[float] = 0
    treatment_missing: ClassVar[float] = 0
    control_missing: ClassVar[float] = 0

    def __post_init__(self) -> None:
        name = study_name(self.name)
        problems = [
            f"{name}: {column}: found {quoted(getattr(self, column))}; {rule}"
            for column, fits, rule in _RULES
            if not (_is_number(getattr(self, column)) and fits(float(getattr(self, column))))
        ]
        if str(self.how) not in HOW:
            problems.append(f"{name}: how: found {quoted(self.how)}; one of {', '.join(HOW)}")
        report_all(problems, DataError)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "given", tuple((str(c), str(cell)) for c, cell in self.given))
        for column, _, _ in _RULES:
            object.__setattr__(self, column, float(getattr(self, column)))

    @property
    def error(self) -> float:
        """Its standard error with the design effect in it."""
        return self.standard_error * math.sqrt(self.design_effect)

    @property
    def estimable(self) -> bool:
        """It is, having been estimated."""
        return True

    @property
    def informative(self) -> bool:
        """It tells the arms apart as far as its standard error lets it."""
        return True

    def refuse(self, what: str = "what is asked here") -> NoReturn:
        """Raise the ``DataError`` about counts that are not known."""
        raise DataError(
            f"{self.name} is known by its estimate only; {what} needs counts: leave it out "
            f"(trials = '-{self.name}'), or give its events and totals"
        )

    @property
    def counts(self) -> tuple[float, float, float, float]:
        """Not known: raises ``DataError``, as everything below does."""
        self.refuse()

    @property
    def cells(self) -> tuple[float, float, float, float]:
        """Not known."""
        self.refuse()

    @property
    def whole_counts(self) -> tuple[int, int, int, int]:
        """Not known."""
        self.refuse()

    @property
    def rates(self) -> tuple[float, float, float, float]:
        """Not known."""
        self.refuse()

    @property
    def treatment_events(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def treatment_total(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def treatment_seen(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def treatment_time(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def control_events(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def control_total(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def control_seen(self) -> float:
        """Not known."""
        self.refuse()

    @property
    def control_time(self) -> float:
        """Not known."""
        self.refuse()

    def complement(self) -> "Estimate":
        """Return the same trial counting the people without the event, where that only turns the effect
        round: for odds ratios and risk differences.
        """
        return replace(self, y=-self.y, how="given", given=())

    def counting(self, *counts: float, **named: float) -> "Estimate":
        """Not known: raises ``DataError``."""
        self.refuse(f"counting {len(counts) + len(named)} cells otherwise")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


_RULES: tuple[tuple[str, Callable[[float], bool], str], ...] = (
    (
        "y",
        lambda value: abs(value) <= FARTHEST,
        f"an estimate is a number between -{FARTHEST:g} and {FARTHEST:g}, the log of a ratio",
    ),
    (
        "standard_error",
        lambda value: FINEST <= value <= FARTHEST,
        f"a standard error is a number above 0 ({FINEST:g} to {FARTHEST:g})",
    ),
    ("df", lambda value: value >= 1, "degrees of freedom are a number of 1 or more, or infinite"),
    ("design_effect", lambda value: 0 < value <= FARTHEST, "a design effect is a number above 0"),
    ("design_effect_sd", lambda value: 0 <= value <= MOST_SPREAD, SPREAD_RULE),
    ("rounding", lambda value: 0 <= value <= FARTHEST, "rounding is a standard deviation of 0 or more"),
)
