"""What may be planned of a trial to come: sizes, arms, lines; checked before anything is computed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypedDict

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.ranges import Count, Level, Listed, Seed, Share
from bayes_ivig.results.posterior.control_risk import Baseline, ControlRisk

SIZES = (50, 100, 200, 500, 1000)
LARGEST = 100_000  # people in an arm
MOST_TRIALS = 50
FEWEST = 100  # draws


class Sizes(TypedDict, total=False):
    """What a trial to come is, by keyword."""

    per_arm: Listed[int] | int
    standard_errors: Listed[float] | float | None
    control_risk: Baseline | None
    allocation: float
    dropout: Share
    quantity: Literal["mu", "theta_new"]
    draws: Count
    seed: Seed


class Plans(Sizes, total=False):
    """Options of ``next_trial``, by keyword."""

    trials: Listed[int] | int
    line: Level
    important: float | None
    level: Level


@dataclass(frozen=True)
class Planned:
    """A trial to come, checked when built; raises ``ModelError``. ``ASKED`` is the function that is asked."""

    ASKED: ClassVar[str]
    per_arm: Sequence[int] | int = SIZES
    standard_errors: Sequence[float] | float | None = None
    control_risk: ControlRisk | float | None = None
    allocation: float = 1.0
    dropout: float = 0.0
    quantity: Literal["mu", "theta_new"] = "mu"
    draws: int = 2_000
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse sizes, ratios and shares that no trial has."""
        for problem, holds in self._problems().items():
            if holds:
                raise ModelError(f"{self.ASKED}: {problem}")

    def _problems(self) -> dict[str, bool]:
        wrong = [n for n in self.sizes if not 1 <= n <= LARGEST]
        return {
            f"per_arm: found {wrong[:1]}; people in an arm are 1 to {LARGEST:,}": bool(wrong),
            "per_arm: found no size; give one or more, such as [100, 500]": not self.sizes,
            f"allocation: found {self.allocation!r}; people under treatment for each control, 0.1 to 10": (
                not 0.1 <= self.allocation <= 10
            ),
            f"standard_errors: found {self.standard_errors!r}; give some above 0, such as [0.1, 0.3]": (
                not all(math.isfinite(s) and s > 0 for s in self.errors)
                or (self.errors == () and self.standard_errors is not None)
            ),
            f"dropout: found {self.dropout!r}; it lies from 0 to below 1": not 0 <= self.dropout < 1,
            f"draws: found {self.draws!r}; give {FEWEST} or more": self.draws < FEWEST,
        }

    @property
    def sizes(self) -> tuple[int, ...]:
        """People randomised to the control arm of each trial."""
        return (self.per_arm,) if isinstance(self.per_arm, int) else tuple(self.per_arm)

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors of the estimates of trials that are known by nothing else."""
        stated = self.standard_errors
        return () if stated is None else (stated,) if isinstance(stated, int | float) else tuple(stated)

    def treated(self, control: int) -> int:
        """Return how many are randomised to the treatment arm."""
        return max(1, round(control * self.allocation))

    def seen(self, people: int) -> int:
        """Return how many of them are seen to the end."""
        return max(1, round(people * (1 - self.dropout)))


@dataclass(frozen=True)
class Plan(Planned):
    """What is planned of a trial that is to settle an answer."""

    ASKED: ClassVar[str] = "next_trial"
    trials: Sequence[int] | int = 1
    line: float = 0.975
    important: float | None = None
    level: float = 0.95

    def _problems(self) -> dict[str, bool]:
        many = [m for m in self.numbers if not 1 <= m <= min((MOST_TRIALS, *self.sizes))]
        return super()._problems() | {
            f"trials: found {many[:1]}; equal trials that share the people are 1 to {MOST_TRIALS}, with "
            "somebody in every arm": bool(many) or not self.numbers,
            "standard_errors: one trial each; leave trials at 1": bool(self.errors) and self.numbers != (1,),
            f"line: found {self.line!r}; it lies above 0.5": not self.line > 0.5,
        }

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many equal trials share these people."""
        return (self.trials,) if isinstance(self.trials, int) else tuple(self.trials)
