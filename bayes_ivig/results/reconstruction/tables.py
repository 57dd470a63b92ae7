"""Every table of counts that reproduces what was published:
how many, what they share, and the tables themselves.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.partial import ARMS, PartialTable
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class CellRange:
    """What an unknown number of events can be, over all tables that were found; None where none was."""

    study: str
    arm: str
    least: int | None
    most: int | None

    @property
    def settled(self) -> bool:
        """Whether all tables agree on it."""
        return self.least is not None and self.least == self.most


@dataclass(frozen=True, slots=True)
class Alone:
    """How many tables of the box meet one requirement by itself, and how many meet all the others.

    Counted where ``exact``; else ``meeting`` is an estimate from tables drawn at random
    and ``meeting_others`` is None.
    """

    requirement: str
    meeting: int
    meeting_others: int | None
    exact: bool


@dataclass(frozen=True, slots=True)
class PooledRange:
    """Least and largest value of one pooled number under one rule, over the tables listed."""

    rule: str
    measure: str
    quantity: str
    least: float
    most: float


@checked_methods
@dataclass(frozen=True, eq=False)
class Reconstruction(Shown):
    """The tables of a box that give every required number.

    ``searched`` is the number of tables in the box, pruned or not. ``events`` lists tables, shape (n, K, 2),
    treatment then control; ``count`` is the number there are, which a cap on the list does not change. Unless
    ``complete`` the search was stopped (``done`` of ``parts``): ``count`` is then what was found so far and
    the true number is at least that. ``partial`` holds what was known of the counts, and the limits of the
    unknown ones.

    >>> import bayes_ivig as bi
    >>> found = bi.published.reconstruct("box.csv", "claims.csv")
    >>> found
    Reconstruction(box): 1 table of counts agrees
    """

    partial: PartialTable
    requirements: tuple[str, ...]
    count: int
    complete: bool
    searched: int
    ranges: tuple[CellRange, ...]
    events: NDArray[np.int64] = field(repr=False)
    pooled: tuple[PooledRange, ...] = ()
    alone: tuple[Alone, ...] = ()
    parts: int = 1
    done: int = 1

    def __len__(self) -> int:
        return len(self.events)

    @property
    def capped(self) -> bool:
        """Whether there are more tables than are listed."""
        return self.count > len(self.events)

    @property
    def shared(self) -> dict[str, dict[str, int]]:
        """Unknown cells on which all tables agree: study, arm, events."""
        counts: dict[str, dict[str, int]] = {}
        for each in self.ranges:
            if each.settled and each.least is not None:
                counts.setdefault(each.study, {})[each.arm] = each.least
        return counts

    @cached_property
    def tables(self) -> "pd.DataFrame":
        """One row per table and study: ``table`` (from 1), ``study``, events and totals of both arms."""
        import pandas as pd

        names = [study.name for study in self.partial.studies]
        n, k = len(self.events), len(names)
        columns: dict[str, object] = {"table": np.repeat(np.arange(1, n + 1), k), "study": names * n}
        for i, arm in enumerate(ARMS):
            columns[f"{arm}_events"] = self.events[:, :, i].reshape(-1)
            columns[f"{arm}_total"] = [getattr(study, f"{arm}_total") for study in self.partial.studies] * n
        return pd.DataFrame(columns)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return ``tables``: one row per listed table and study."""
        return self.tables

    def dataset(self, number: int) -> Dataset:
        """Return one of the listed tables, counted from 1, ready to be pooled or fitted."""
        if not 1 <= number <= len(self.events):
            raise DataError(
                f"{self.partial.label}: no table {number!r}; there are 1 to {len(self.events)}"
                if len(self)
                else "no tables"
            )
        own = zip(self.partial.studies, self.events[number - 1].tolist(), strict=True)
        studies = tuple(Study(s.name, r1, s.treatment_total, r0, s.control_total) for s, (r1, r0) in own)
        return Dataset(studies, f"{self.partial.name}, reconstruction {number}", self.partial.outcome)
