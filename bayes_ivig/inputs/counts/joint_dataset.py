"""Two outcomes of the same pregnancies: live births in each arm and, where known,
how many of them were preterm.
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.dataset import Dataset, load_dataset, outcomes
from bayes_ivig.inputs.counts.partial import PartialTable, load_partial
from bayes_ivig.inputs.counts.study import RULE, Study
from bayes_ivig.inputs.estimates.studies import whole_number
from bayes_ivig.kinds.checked import checked

COLUMNS = ("treatment_preterm", "control_preterm")
UNKNOWN = ("", "na", "n/a", "nan", "none", "?", "unknown", "nr", "not reported")
type Known = int | None


@checked
@dataclass(frozen=True)
class JointDataset:
    """Live births of each arm, and the preterm births among them, treatment first;
    None where these are not known.

    ``live`` counts live births among pregnancies; ``preterm`` has one pair for each of its studies, in order.
    Raises ``DataError`` for counts that are no whole numbers, and for more preterm births than live births.

    >>> import bayes_ivig as bi
    >>> joint = bi.load_joint_dataset("ivig")
    >>> len(joint.live), joint.preterm[0]
    (9, (None, None))
    """

    live: Dataset
    preterm: Sequence[tuple[Known, Known]]

    def __repr__(self) -> str:
        return f"Joint{self.live!r}"

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(
            self, "preterm", tuple((_plain(pair[0]), _plain(pair[1])) for pair in self.preterm)
        )
        if len(self.preterm) != len(self.live):
            raise DataError(
                f"{self.live.label}: {len(self.preterm)} pairs of preterm counts for {len(self.live)} studies"
            )
        problems = [
            problem
            for study, pair in zip(self.live.studies, self.preterm, strict=True)
            for arm, births, count in zip(
                ("treatment", "control"), study.whole_counts[::2], pair, strict=True
            )
            if (problem := _impossible(f"{self.live.label}: {study.name}: {arm} arm", births, count))
        ]
        tables.report(problems, self.live.label)

    @classmethod
    def from_outcomes(cls, live: Dataset, preterm: Dataset | PartialTable | None = None) -> "JointDataset":
        """Join two tables of counts by study name: live births among pregnancies,
        preterm births among live births.

        A study that ``preterm`` does not list, and a cell that it holds as a range, are unknown. Raises
        ``DataError`` where an arm of ``preterm`` counts other live births than ``live`` has, and for a study
        that ``live`` does not list, unless ``live`` is a trial set of a larger table.
        """
        if preterm is None:
            return cls(live, tuple((None, None) for _ in live.studies))
        pairs = _pairs(preterm)
        unknown = [name for name in pairs if name not in live.study_names and live.selection == "all"]
        problems = [
            f"{preterm.label}: study {quoted(name)}{suggestion(name, live.study_names)} is not in "
            f"{live.label}"
            for name in unknown
        ]
        problems += [
            f"{preterm.label}: {study.name}: {arm} arm: counted among {total}, but {live.label} has {births} "
            "live births there; preterm births are counted among live births"
            for study in live.studies
            if study.name in pairs
            for arm, total, births in zip(
                ("treatment", "control"), pairs[study.name][1], study.counts[::2], strict=True
            )
            if total != births
        ]
        tables.report(problems, preterm.label)
        return cls(live, tuple(pairs.get(name, ((None, None), (0, 0)))[0] for name in live.study_names))

    @classmethod
    def from_columns(cls, table: Dataset) -> "JointDataset":
        """Read the columns ``treatment_preterm`` and ``control_preterm`` of a table of live births;
        a blank cell is unknown.

        Raises ``DataError`` where a column is missing or a cell is no whole number.
        """
        columns = dict(table.columns)
        missing = [name for name in COLUMNS if name not in columns]
        if missing:
            raise DataError(
                f"{table.label}: no column {' and no column '.join(missing)}; a joint model needs the "
                "preterm births of each arm there (blank where unknown), or as rows of an outcome of their "
                "own (JointDataset.from_outcomes)"
            )
        problems: list[str] = []
        pairs = []
        for i, study in enumerate(table.study_names):
            pair = tuple(
                _cell(columns[name][i], f"{table.label}: {study}: column {name}", problems)
                for name in COLUMNS
            )
            pairs.append((pair[0], pair[1]))
        tables.report(problems, table.label)
        return cls(table, tuple(pairs))

    def as_dataset(self) -> Dataset:
        """Return the table of live births with the preterm births as two more columns,
        as ``fit`` takes it.
        """
        others = tuple((name, values) for name, values in self.live.columns if name not in COLUMNS)
        cells = tuple(
            tuple("" if count is None else str(count) for count in counts)
            for counts in zip(*self.preterm, strict=True)
        )
        return replace(self.live, columns=(*others, *zip(COLUMNS, cells, strict=True)))

    @property
    def informative(self) -> tuple[bool, ...]:
        """Whether each study says something on the preterm odds ratio:
        both counts known, live births in both arms.
        """
        return tuple(
            None not in pair and study.counts[0] > 0 and study.counts[2] > 0
            for study, pair in zip(self.live.studies, self.preterm, strict=True)
        )

    @property
    def known_arms(self) -> tuple[int, int]:
        """In how many treatment and how many control arms with live births the preterm births are known."""
        counted = [
            tuple(
                count is not None and births > 0
                for count, births in zip(pair, study.counts[::2], strict=True)
            )
            for study, pair in zip(self.live.studies, self.preterm, strict=True)
        ]
        return sum(pair[0] for pair in counted), sum(pair[1] for pair in counted)

    def preterm_studies(self) -> tuple[Study, ...]:
        """Return preterm births among live births as ordinary studies,
        those that say something on their odds ratio.
        """
        return tuple(
            Study(study.name, pair[0], study.counts[0], pair[1], study.counts[2])
            for study, pair, says in zip(self.live.studies, self.preterm, self.informative, strict=True)
            if says and pair[0] is not None and pair[1] is not None
        )


@checked
def load_joint_dataset(
    source: Source, pair: tuple[str, str] = ("live_birth", "preterm_birth")
) -> JointDataset:
    """Load live births and the preterm births among them, from a bundled dataset or a counts CSV.

    Either the table counts live births and has the columns ``treatment_preterm`` and ``control_preterm``, or
    both outcomes have rows of their own, named as ``pair`` says; unknown preterm counts are blank cells, or
    missing rows. Raises ``DataError``.

    >>> import bayes_ivig as bi
    >>> joint = bi.load_joint_dataset("ivig")
    >>> len(joint.live), sum(treated is not None for treated, _ in joint.preterm)
    (9, 6)
    """
    case = case_of(source)
    offered = outcomes(case)
    if offered == ("",):
        return JointDataset.from_columns(load_dataset(case))
    live = load_dataset(case, pair[0])
    in_columns = [name for name, _ in live.columns if name in COLUMNS]
    if in_columns and pair[1] in offered:
        twice = f"columns {' and '.join(in_columns)}, and rows of the outcome {pair[1]}"
        raise DataError(f"{source}: preterm births are stated twice, in the {twice}; keep one of them")
    if in_columns:
        return JointDataset.from_columns(live)
    if pair[1] not in offered:
        raise DataError(
            f"{source}: no outcome {quoted(pair[1])}{suggestion(pair[1], offered)} and no columns "
            f"{' and '.join(COLUMNS)}; there are {', '.join(offered)}; "
            "the model states which two outcomes belong together"
        )
    return JointDataset.from_outcomes(live, load_partial(case, pair[1]))


def _impossible(where: str, births: int, count: object) -> str:
    """Say what is wrong with a number of preterm births, or return an empty text."""
    if count is None:
        return ""
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        return f"{where}: found {quoted(count)} preterm births; {RULE}, or None where unknown"
    if count > births:
        return (
            f"{where}: {count} preterm births among {births} live births; "
            "there cannot be more preterm than live births"
        )
    return ""


def _pairs(table: Dataset | PartialTable) -> dict[str, tuple[tuple[Known, Known], tuple[int, int]]]:
    """Return preterm births and live births of both arms by study name."""
    if isinstance(table, Dataset):
        return {
            s.name: ((s.whole_counts[0], s.whole_counts[2]), (s.whole_counts[1], s.whole_counts[3]))
            for s in table.studies
        }
    return {
        s.name: ((_exact(s.treatment), _exact(s.control)), (s.treatment_total, s.control_total))
        for s in table.studies
    }


def _plain(count: Any) -> Any:
    """Turn integer-like values (NumPy's) into plain integers; what is none is left for the check."""
    return operator.index(count) if hasattr(count, "__index__") and not isinstance(count, bool) else count


def _exact(limits: tuple[int, int]) -> Known:
    return limits[0] if limits[0] == limits[1] else None


def _cell(cell: str, where: str, problems: list[str]) -> Known:
    if cell.strip().lower() in UNKNOWN:
        return None
    try:
        return whole_number(cell)
    except ValueError as error:
        problems.append(f"{where}: {error}, or a blank cell where unknown")
        return None
