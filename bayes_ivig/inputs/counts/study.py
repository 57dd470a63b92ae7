"""One trial: events and totals in two arms."""

import math
import operator
from dataclasses import dataclass, replace
from numbers import Number

from bayes_ivig.errors import DataError, magnitude, quoted, report_all
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.words import shown

COUNTS = ("treatment_events", "treatment_total", "control_events", "control_total")
RULE = "a count is a whole number of 0 or more"
EFFECT_RULE = (
    "a design effect is a number above 0: 1 where people were randomised one by one, 1 + (m - 1) ICC for "
    "clusters of m; below 1 only for a design that tells more than its numbers, such as matched pairs"
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


def count_problems(counts: dict[str, int]) -> list[tuple[str, str]]:
    """Return ``(column, what is wrong)`` for each impossible value among whole numbers keyed
    by ``COUNTS``.
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
        if LARGEST >= events > total >= 0:
            problems.append(
                (f"{arm}_events", f"{events} events in an arm of {total}; events cannot exceed {arm}_total")
            )
    return problems


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
    can tell more than their numbers; above the smaller arm's total it is not.
    """

    name: str
    treatment_events: int
    treatment_total: int
    control_events: int
    control_total: int
    design_effect: float = 1.0

    def __post_init__(self) -> None:
        """Validate, and turn integer-like values (NumPy's) into plain integers."""
        if isinstance(self.name, bool) or not isinstance(self.name, str | Number | None):
            raise DataError(f"name: found {shown(self.name)}; the name of a study is a text")
        name = "" if self.name is None else str(self.name).strip()
        if not name:
            raise DataError("a study needs a name; found a blank one")
        counts: dict[str, int] = {}
        problems: list[tuple[str, str]] = []
        for column in COUNTS:
            value = getattr(self, column)
            try:
                counts[column] = _index(value)
            except TypeError:
                problems.append((column, f"found {quoted(value)}; {RULE}"))
        problems += count_problems(counts)
        problems += design_effect_problems(
            self.design_effect, tuple(counts.get(column, 0) for column in COUNTS[1::2])
        )
        report_all([f"{name}: {column}: {what}" for column, what in problems], DataError)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "design_effect", float(self.design_effect))
        for column, count in counts.items():
            object.__setattr__(self, column, count)

    @property
    def estimable(self) -> bool:
        """Whether both arms have anybody in them."""
        return self.treatment_total > 0 and self.control_total > 0

    @property
    def informative(self) -> bool:
        """Whether its counts alone can tell the arms apart: somebody with
        and somebody without the event, nobody's arm empty.

        Without events, or with only events, in both arms every odds ratio makes the totals equally probable:
        the conditional likelihood is flat.
        """
        return (
            self.estimable
            and 0 < self.treatment_events + self.control_events < self.treatment_total + self.control_total
        )

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Treatment events, treatment total, control events, control total."""
        return self.treatment_events, self.treatment_total, self.control_events, self.control_total

    def complement(self) -> "Study":
        """Return the same trial counting the people without the event."""
        r1, n1, r0, n0 = self.counts
        return self.counting(n1 - r1, n1, n0 - r0, n0)

    def counting(
        self, treatment_events: int, treatment_total: int, control_events: int, control_total: int
    ) -> "Study":
        """Return the same trial with other counts."""
        return replace(
            self,
            treatment_events=treatment_events,
            treatment_total=treatment_total,
            control_events=control_events,
            control_total=control_total,
        )


def design_effect_problems(value: object, totals: tuple[int, ...]) -> list[tuple[str, str]]:
    """Return what is wrong with a design effect for arms of these totals, as ``count_problems`` does.

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
