"""What was found in a file: datasets by outcome, what was read as what, what was left out, and the results
that the file stores beside the same recomputed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bayes_ivig.errors import DataError, listed, named
from bayes_ivig.inputs.counts.case import Case
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.imports.recomputed import Recomputed
from bayes_ivig.results.imports.saving import save
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ImportedOutcome:
    """One outcome of a file: what was found, and the dataset made of it, None where ``why`` says why not.

    ``name`` is what ``--outcome`` takes, blank where the file has one outcome without a name.
    """

    name: str
    found: FoundTable
    dataset: Dataset | None
    why: str = ""
    recomputed: tuple[Recomputed, ...] = ()

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, eq=False)
class Imported(Shown):
    """A file that was read: its outcomes in order, the sheets that hold none, the checksum of the file.

    >>> import bayes_ivig as bi
    >>> imported = bi.read("bcg.csv", treatment="BCG", control="none", event="bad")
    >>> imported
    Imported(bcg, k=13): 13 trials
    """

    source: str
    sha256: str
    outcomes: tuple[ImportedOutcome, ...]
    sheets_left_out: tuple[LeftOut, ...] = ()
    case: Case | None = field(default=None, repr=False)

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The datasets by outcome."""
        return MappingProxyType(
            {each.name: each.dataset for each in self.outcomes if each.dataset is not None}
        )

    @property
    def dataset(self) -> Dataset:
        """The only dataset; raises ``DataError`` that lists the outcomes where there are several."""
        if len(self.outcomes) == 1 and self.outcomes[0].dataset is not None:
            return self.outcomes[0].dataset
        if len(self.outcomes) == 1:
            raise DataError(self.outcomes[0].why)
        names = [each.name for each in self.outcomes]
        raise DataError(f"{named(self.source)}: {len(names)} outcomes; choose one of {listed(names)}")

    @property
    def mapping(self) -> "pd.DataFrame":
        """One row for each column that was read: ``outcome, ours, theirs, known, why``."""
        columns = ("outcome", "ours", "theirs", "known", "why")
        return _frame(
            columns,
            ((o.name, m.ours, m.theirs, m.known, m.why) for o in self.outcomes for m in o.found.mapping),
        )

    @property
    def left_out(self) -> "pd.DataFrame":
        """One row for each row, column, sheet or outcome left out: ``outcome, where, what, code, why``."""
        rows = [(o.name, each) for o in self.outcomes for each in o.found.left_out]
        rows += [("", each) for each in self.sheets_left_out]
        columns = ("outcome", "where", "what", "code", "why")
        return _frame(columns, ((name, e.where, e.what, e.code, e.why) for name, e in rows))

    @property
    def stored_results(self) -> "pd.DataFrame":
        """One row for each number that the file stores and ``pool`` recomputes from its rows.

        Columns ``outcome, group, study, method, measure, quantity, stored, recomputed, difference, digits,
        agrees, why``; ratios are on the log scale, and ``agrees`` is to the digits that are stored.
        """
        columns = (
            "outcome", "group", "study", "method", "measure", "quantity", "stored", "recomputed",
            "difference", "digits", "agrees", "why",
        )  # fmt: skip
        rows = [(o.name, each) for o in self.outcomes for each in o.recomputed]
        own = columns[1:]
        return _frame(columns, ((name, *(getattr(each, column) for column in own)) for name, each in rows))

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per outcome: ``outcome, comparison, measure, k, treatment, control, arms_known,
        event, left_out, stored_results, agree, why``; ``why`` says why there is no dataset.

        No column has limits, so that ``level`` changes nothing.
        """
        checked_level(level)
        return _frame(
            (
                "outcome", "comparison", "measure", "k", "treatment", "control", "arms_known", "event",
                "left_out", "stored_results", "agree", "why",
            ),
            (
                (
                    o.name, o.found.comparison, o.found.measure, len(o.found.table.rows), o.found.treatment,
                    o.found.control, o.found.arms_known, o.found.event, len(o.found.left_out),
                    len(o.recomputed), sum(each.agrees for each in o.recomputed), o.why,
                )
                for o in self.outcomes
            ),
        )  # fmt: skip

    def save(self, path: str | Path) -> tuple[Path, ...]:
        """Write a counts CSV of ours with its sidecar beside it (``trials.csv``, ``trials.toml``), which
        ``load_dataset`` reads back as it is here; several outcomes go to one file, named in its column
        ``outcome``.

        Both are put in place together. Returns their paths; raises ``DataError`` where nothing can be
        written, and where a sidecar stands there that was not made by an import.
        """
        if self.case is None:
            raise DataError(f"{named(self.source)}: what it was read from is not at hand; read it again")
        return save(self.case, self.datasets, Path(path))

    def save_all(self, folder: str | Path) -> tuple[Path, ...]:
        """Write every outcome to ``trials.csv`` and ``trials.toml`` of a folder, made where there is none; as
        ``save`` otherwise.
        """
        if self.case is None:
            raise DataError(f"{named(self.source)}: what it was read from is not at hand; read it again")
        return save(self.case, self.datasets, Path(folder) / "trials.csv", make=True)


def _frame(columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))
