"""One trial: events and totals in two arms."""

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Integral, Number, Real
from typing import ClassVar

from bayes_ivig.errors import DataError, magnitude, quoted, report_all
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.words import shown

COUNTS = ("treatment_events", "treatment_total", "control_events", "control_total")
RULE = "a count is a whole number of 0 or more"
FRACTIONAL = (
    "of clusters or shared arms a design effect says more; to take it for an effective count, "
    "ask for it: --fractional, or fractional=True"
)
MISSING = ("treatment_missing", "control_missing")
TIMES = ("treatment_time", "control_time")
TIME_RULE = "person-time is a number above 0, in both arms or in neither"
EFFECT_RULE = (
    "a design effect is a number above 0: 1 where people were randomised one by one, 1 + (m - 1) ICC for "
    "clusters of m; below 1 only for a design that tells more than its numbers, such as matched pairs"
)
MOST_SPREAD = 1.0  # a factor of 7 to either side with 95 %
SPREAD_RULE = (
    "the SD of the log of a design effect is a number from 0, where it is known, to 1, where it is known "
    "within a factor of 7"
)
LARGEST_EFFECT = (
    "a design effect is at most the number of people in the smaller arm: "
    "give 1 + (m - 1) ICC for clusters of m"
)
# The largest count, here and in partial tables and claims. Logs of likelihoods are sums over people: of 10^9
# they are right to 1e-5 in double precision, of 10^12 to a hundredth only, and of 2^53 they are noise.
LARGEST = 10**9
MOST = (
    f"a count is at most {LARGEST:,}, as far as double precision tells its likelihood; "
    "more is two cells run together, or an identifier: look at the cell again"
)


def study_name(value: object) -> str:
    """Return the name of a study as a text, numbers too; raises ``DataError`` where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | Number | None):
        raise DataError(f"name: found {shown(value)}; the name of a study is a text")
    name = "" if value is None else str(value).strip()
    if not name:
        raise DataError("a study needs a name; found a blank one")
    return name


def count_problems(counts: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return ``(column, what is wrong)`` for each impossible value among numbers keyed by ``COUNTS``
    and ``MISSING``.
    """
    problems = [
        (column, f"-{magnitude(-value)} is negative; {RULE}") for column, value in counts.items() if value < 0
    ]
    problems += [
        (column, f"{magnitude(value)} is too many; {MOST}")
        for column, value in counts.items()
        if value > LARGEST
    ]
    for arm in ("treatment", "control"):
        events, total = counts.get(f"{arm}_events", 0), counts.get(f"{arm}_total", LARGEST)
        missing = counts.get(f"{arm}_missing", 0)
        if LARGEST >= events > total >= 0:
            problems.append(
                (f"{arm}_events", f"{events} events in an arm of {total}; events cannot exceed {arm}_total")
            )
        elif LARGEST >= missing > total - events and missing > 0 <= min(events, total):
            problems.append((f"{arm}_missing", _too_few(arm, events, total, missing)))
    return problems


def _too_few(arm: str, events: float, total: float, missing: float) -> str:
    """Say that an arm is too small for its events and its missing people."""
    return (
        f"{missing} people without an outcome and {events} events in an arm of {total}; {arm}_total is "
        f"everybody randomised, the {missing} included"
    )


@checked_methods
@dataclass(frozen=True, slots=True)
class Study:
    """Counts of one trial; raises ``DataError`` unless ``0 <= events <= total <= 10^9``
    in each arm.

    An arm of total 0 is allowed: the study is kept in tables as not estimable and left out
    of every likelihood.

    ``design_effect`` is by how much the variance of the study's own estimate is larger than that of as many
    people randomised one by one (Kish 1965; Donner & Klar 2000: 1 + (m - 1) ICC for clusters of m). It acts
    on the study's own likelihood: counts are divided by it, a conditional likelihood is raised to its
    inverse, a standard error multiplied by its root. Below 1 is allowed, since matched and stratified designs
    can tell more than their numbers; above the smaller arm's total it is not. ``design_effect_sd`` is the SD
    of its log where it is uncertain: it is log-normal then, ``design_effect`` its median, and integrated out.

    ``treatment_missing`` and ``control_missing`` are people randomised, and so in the totals, whose outcome
    nobody saw. ``counts`` are of those who were seen: available cases, unless a model says more of the rest.

    ``treatment_time`` and ``control_time`` are person-time, in which events may be more than people; the
    totals are then 0 where nobody gives them. ``fractional`` allows counts that are no whole numbers:
    effective ones, of a divided control arm or of clusters.

    >>> import bayes_ivig as bi
    >>> study = bi.Study("Adams 2011", 4, 123, 11, 139)
    >>> study.treatment_events, study.control_total, study.informative
    (4, 139, True)
    """

    name: str
    treatment_events: float
    treatment_total: float
    control_events: float
    control_total: float
    design_effect: float = 1.0
    treatment_missing: float = 0
    control_missing: float = 0
    treatment_time: float = 0.0
    control_time: float = 0.0
    fractional: bool = False
    design_effect_sd: float = 0.0

    known_by_estimate: ClassVar[bool] = False

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Validate, and turn integer-like values (NumPy's) into plain integers."""
        name = study_name(self.name)
        counts, problems = self._numbers()
        times, unfit = _times(self.treatment_time, self.control_time)
        problems += unfit
        bounded = counts if not all(times) or any(counts.get(column) for column in COUNTS[1::2]) else {}
        problems += count_problems(bounded or {c: n for c, n in counts.items() if c not in COUNTS[1::2]})
        problems += design_effect_problems(
            self.design_effect, tuple(counts.get(column, 0) for column in COUNTS[1::2]), self.design_effect_sd
        )
        report_all([f"{name}: {column}: {what}" for column, what in problems], DataError)
        object.__setattr__(self, "name", name)
        for column in ("design_effect", "design_effect_sd"):
            object.__setattr__(self, column, float(getattr(self, column)))
        object.__setattr__(self, "fractional", any(isinstance(count, float) for count in counts.values()))
        for column, count in (counts | dict(zip(TIMES, times, strict=True))).items():
            object.__setattr__(self, column, count)

    def _numbers(self) -> tuple[dict[str, float], list[tuple[str, str]]]:
        """Return counts as plain numbers, whole ones as integers, and what is wrong with the others."""
        counts: dict[str, float] = {}
        problems: list[tuple[str, str]] = []
        for column in (*COUNTS, *MISSING):
            value = getattr(self, column)
            try:
                counts[column] = _plain(value) if self.fractional else _index(value)
            except TypeError:
                hint = f". {FRACTIONAL[0].upper()}{FRACTIONAL[1:]}" if _fraction(value) else ""
                problems.append((column, f"found {quoted(value)}; {RULE}{hint}"))
        return counts, problems

    @property
    def of_rates(self) -> bool:
        """Whether person-time is known in both arms, so that its events make rates."""
        return self.treatment_time > 0 and self.control_time > 0

    @property
    def of_people(self) -> bool:
        """Whether its totals are known, so that its events are counts of people."""
        return not self.of_rates or self.treatment_total > 0 or self.control_total > 0

    @property
    def rates(self) -> tuple[float, float, float, float]:
        """Treatment events and person-time, control events and person-time;
        raises ``DataError`` where no times are known.
        """
        if not self.of_rates:
            raise DataError(f"{self.name}: no person-time is known; give {' and '.join(TIMES)}")
        return self.treatment_events, self.treatment_time, self.control_events, self.control_time

    @property
    def cells(self) -> tuple[float, float, float, float]:
        """What a likelihood of events is given: ``counts``, or where these are not known ``rates``."""
        return self.counts if self.of_people else self.rates

    def without_people(self) -> "Study":
        """Return the same trial known by its rates alone; raises ``DataError`` where no times are known."""
        events1, _, events0, _ = self.rates
        return self.counting(events1, 0, events0, 0)

    @property
    def missing(self) -> float:
        """How many people of both arms were randomised and not seen."""
        return self.treatment_missing + self.control_missing

    @property
    def treatment_seen(self) -> float:
        """How many people of the treatment arm were seen."""
        return self.treatment_total - self.treatment_missing

    @property
    def control_seen(self) -> float:
        """How many people of the control arm were seen."""
        return self.control_total - self.control_missing

    @property
    def estimable(self) -> bool:
        """Whether both arms have anybody in them who was seen, or person-time."""
        return self.of_rates or (self.treatment_seen > 0 and self.control_seen > 0)

    @property
    def informative(self) -> bool:
        """Whether its counts alone can tell the arms apart: somebody with
        and somebody without the event, nobody's arm empty.

        Without events, or with only events, in both arms every odds ratio makes the totals equally probable:
        the conditional likelihood is flat. Of rates, somebody must have had the event.
        """
        events = self.treatment_events + self.control_events
        if not self.of_people:
            return events > 0
        seen = self.treatment_seen, self.control_seen
        return min(seen) > 0 and 0 < events < sum(seen)

    @property
    def counts(self) -> tuple[float, float, float, float]:
        """Treatment events and people, control events and people, of those who were seen;
        raises ``DataError`` where only person-time is known.
        """
        if not self.of_people:
            raise DataError(
                f"{self.name}: its events are of person-time, not of so many people; "
                "analyse rates (measure IRR), or give the totals of both arms"
            )
        return self.treatment_events, self.treatment_seen, self.control_events, self.control_seen

    @property
    def whole_counts(self) -> tuple[int, int, int, int]:
        """The same as whole numbers; raises ``DataError`` where one is none."""
        if self.fractional:
            raise DataError(
                f"{self.name}: {self.treatment_events:g}/{self.treatment_seen:g} and "
                f"{self.control_events:g}/{self.control_seen:g} are effective counts; whole people are needed"
            )
        r1, n1, r0, n0 = (int(count) for count in self.counts)
        return r1, n1, r0, n0

    def complement(self) -> "Study":
        """Return the same trial counting the people without the event.

        >>> import bayes_ivig as bi
        >>> bi.Study("A", 4, 123, 11, 139).complement().treatment_events
        119
        """
        r1, n1, r0, n0 = self.counts
        return replace(self.counting(n1 - r1, n1, n0 - r0, n0), treatment_time=0.0, control_time=0.0)

    def counting(
        self, treatment_events: float, treatment_total: float, control_events: float, control_total: float
    ) -> "Study":
        """Return the same trial with other counts of those who were seen; nobody more or less is missing."""
        return replace(
            self,
            treatment_events=treatment_events,
            treatment_total=treatment_total + self.treatment_missing,
            control_events=control_events,
            control_total=control_total + self.control_missing,
        )


def design_effect_problems(
    value: object, totals: tuple[float, ...], sd: object = 0.0
) -> list[tuple[str, str]]:
    """Return what is wrong with a design effect for arms of these totals, and with the SD of its log, as
    ``count_problems`` does.

    Clusters count for at least one person each, whatever their ICC:
    an arm of n tells no less than one person.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value <= 0
    ):
        return [("design_effect", f"found {quoted(value)}; {EFFECT_RULE}")]
    if isinstance(sd, bool) or not isinstance(sd, int | float) or not 0 <= sd <= MOST_SPREAD:
        return [("design_effect_sd", f"found {quoted(sd)}; {SPREAD_RULE}")]
    arm = min((total for total in totals if total > 0), default=math.inf)
    if value <= arm:
        return []
    return [
        (
            "design_effect",
            f"found {value:g} for an arm of {arm}, which leaves less than one person of it; {LARGEST_EFFECT}",
        )
    ]


def _index(value: object) -> int:
    """Return an integer-like value as an integer; True and False are answers, not counts."""
    if isinstance(value, bool):
        raise TypeError
    return operator.index(value)  # type: ignore[arg-type]  # TypeError is the answer for anything else


def _plain(value: object) -> float:
    """Return a count that may be a fraction, a whole one as an integer."""
    if not _fraction(value):
        return _index(value)
    number = float(value)  # type: ignore[arg-type]  # it is one
    return int(number) if number.is_integer() else number


def _fraction(value: object) -> bool:
    """Whether a value is a finite number of a kind that may have decimals."""
    return isinstance(value, Real) and not isinstance(value, bool | Integral) and math.isfinite(float(value))


def _times(*values: object) -> tuple[tuple[float, ...], list[tuple[str, str]]]:
    """Return the person-time of both arms, 0 for none, and what is wrong with it."""
    times = tuple(
        float(value)
        if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
        else -1.0
        for value in values
    )
    if all(time > 0 for time in times) or not any(times):
        return times, []
    wrong = [(column, value) for column, value, time in zip(TIMES, values, times, strict=True) if time <= 0]
    return times, [(column, f"found {quoted(value)}; {TIME_RULE}") for column, value in wrong]
