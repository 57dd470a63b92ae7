"""Tables of counts that are known only in part: totals known, some numbers of events between limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.frames import FRAMES, Streamed, dataframe_table
from bayes_ivig.inputs.counts.several_outcomes import chosen_outcome, stored_outcomes
from bayes_ivig.inputs.counts.study import RULE, Study
from bayes_ivig.inputs.estimates.studies import whole_number
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import short_repr

if TYPE_CHECKING:
    import pandas as pd

ARMS = ("treatment", "control")
type Limits = tuple[int, int]


@checked
@dataclass(frozen=True, slots=True)
class PartialStudy:
    """One trial with known totals, the events of each arm between two limits (both included);
    equal limits mean known.

    Raises ``DataError`` unless ``0 <= least <= most <= total`` in each arm.

    >>> import bayes_ivig as bi
    >>> study = bi.published.PartialStudy("B", (0, 50), 50, control=(9, 9), control_total=52)
    >>> study.treatment
    (0, 50)
    """

    name: str
    treatment: Limits
    treatment_total: int
    control: Limits
    control_total: int

    def __post_init__(self) -> None:
        """Validate: both corners of the box must be possible trials."""
        for arm, (least, most) in (("treatment", self.treatment), ("control", self.control)):
            if least > most:
                raise DataError(f"{self.name}: {arm}_events: the least, {least}, is above the most, {most}")
        Study(self.name, self.treatment[0], self.treatment_total, self.control[0], self.control_total)
        Study(self.name, self.treatment[1], self.treatment_total, self.control[1], self.control_total)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The arms whose number of events is unknown."""
        return tuple(
            arm
            for arm, (least, most) in zip(ARMS, (self.treatment, self.control), strict=True)
            if least < most
        )

    @property
    def size(self) -> int:
        """How many pairs of events the limits allow."""
        return prod(most - least + 1 for least, most in (self.treatment, self.control))


@checked
@dataclass(frozen=True)
class PartialTable:
    """Studies of one outcome whose counts are known in part; a frozen value.

    The box is every table of counts within the limits. Raises ``DataError`` for no studies,
    or two of one name.

    >>> import bayes_ivig as bi
    >>> table = bi.published.load_partial("box.csv")
    >>> len(table.studies), table.studies[1].treatment
    (3, (0, 50))
    """

    studies: Sequence[PartialStudy]
    name: str = "table"
    outcome: str = ""

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Validate names by the rules of a table of counts."""
        object.__setattr__(self, "studies", tuple(self.studies))
        least = (
            Study(s.name, s.treatment[0], s.treatment_total, s.control[0], s.control_total)
            for s in self.studies
        )
        Dataset(tuple(least), self.name, self.outcome)

    @property
    def size(self) -> int:
        """How many tables the box holds."""
        return prod(study.size for study in self.studies)

    @property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        """Every unknown cell as (study, arm), in order."""
        return tuple((study.name, arm) for study in self.studies for arm in study.unknown)

    @property
    def label(self) -> str:
        """Name and outcome, for messages."""
        return f"{self.name} {self.outcome}".strip()


@checked
def load_partial(
    source: "Source | Annotated[pd.DataFrame | Streamed, FRAMES] | PartialTable", outcome: str | None = None
) -> PartialTable:
    """Load a table with unknown events (empty cells): a CSV by path, a DataFrame,
    or a bundled outcome known in part.

    Optional columns ``treatment_events_min`` and the like narrow an unknown cell, which otherwise may be
    anything from 0 to the arm's total. Totals must be known. Raises one ``DataError`` that lists every
    problem with row and column.

    >>> import bayes_ivig as bi
    >>> table = bi.published.load_partial("box.csv")
    >>> [study.treatment for study in table.studies]
    [(5, 5), (0, 50), (2, 2)]
    """
    if isinstance(source, PartialTable):
        return source
    if not isinstance(source, str | Path | Case):
        table, name = dataframe_table(source, {}), "DataFrame"
    else:
        case = case_of(source)
        path, name = _path(case, outcome), case.name
        table = case.counts() if path == case.path else case.table(path)
    table = tables.rename(table)
    tables.require_columns(table)
    stored = stored_outcomes(table)
    if not stored:  # a table of one unnamed outcome is about whichever the claims are about
        return PartialTable(_studies(table), name, outcome or "")
    chosen = chosen_outcome(table.source, outcome, stored)
    return PartialTable(
        _studies(table.where([cell == chosen for cell in table.column("outcome")])), name, chosen
    )


def _path(case: Case, outcome: str | None) -> Path:
    """Return the file: an outcome that the sidecar calls known in part has its own."""
    from bayes_ivig.inputs.counts.dataset import descriptions
    from bayes_ivig.inputs.evidence.tables import partial_path

    if outcome is None:
        return case.path
    partly = {key for key, about in descriptions(case).items() if about.partial}
    return partial_path(case, outcome) if outcome in partly else case.path


def _studies(rows: tables.Table) -> tuple[PartialStudy, ...]:
    """Return the rows as partly known studies, or every problem at once."""
    problems: list[str] = []
    studies: list[PartialStudy] = []
    for position, record in enumerate(rows.records()):
        where = rows.place(position)
        numbers, wrong = _numbers(record)
        problems += [f"{where}: {what}" for what in wrong]
        if wrong:
            continue
        try:
            studies.append(_study(record["study"], numbers))
        except DataError as error:
            problems.append(f"{where}: {error}")
    if not rows.rows:
        problems.append(f"{rows.source}: no studies; the table needs one row per study under its header")
    tables.report(problems, rows.source)
    return tuple(studies)


def _study(name: str, numbers: dict[str, int]) -> PartialStudy:
    limits: list[Limits] = []
    for arm in ARMS:
        events, total = numbers.get(f"{arm}_events"), numbers[f"{arm}_total"]
        least, most = numbers.get(f"{arm}_events_min"), numbers.get(f"{arm}_events_max")
        if events is None:
            limits.append((0 if least is None else least, total if most is None else most))
            continue
        if (least is not None and events < least) or (most is not None and events > most):
            raise DataError(
                f"{name}: {arm}_events: {events} lies outside its own limits; correct one of them"
            )
        limits.append((events, events))
    return PartialStudy(name, limits[0], numbers["treatment_total"], limits[1], numbers["control_total"])


def _numbers(record: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Return the whole numbers of a row that are there, and what is wrong with the others."""
    numbers: dict[str, int] = {}
    problems: list[str] = [] if record["study"] else ["column study: blank; every row needs a study name"]
    for arm in ARMS:
        for column in (f"{arm}_total", f"{arm}_events", f"{arm}_events_min", f"{arm}_events_max"):
            cell = record.get(column, "")
            if not cell:
                if column.endswith("_total"):
                    problems.append(
                        f"column {column}: empty; only events may be unknown, every total must be a number"
                    )
                continue
            try:
                value = whole_number(cell)
            except ValueError as error:
                problems.append(f"column {column}: {error}")
                continue
            if value < 0:
                problems.append(f"column {column}: found {value}; {RULE}")
            numbers[column] = value
    return numbers, problems
