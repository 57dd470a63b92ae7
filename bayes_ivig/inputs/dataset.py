"""A table of two-arm counts for one outcome, with its description and its named trial sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bayes_ivig import resources
from bayes_ivig.errors import DataError, suggestion
from bayes_ivig.inputs import table as tables
from bayes_ivig.inputs.about import About, Sidecar, read_sidecar
from bayes_ivig.inputs.study import COUNTS, Study

if TYPE_CHECKING:
    import pandas as pd

Selection = str | Sequence[str]


@dataclass(frozen=True)
class Dataset:
    """Studies of one outcome, in the order given; a frozen value that can be compared and hashed.

    ``columns`` holds whatever other columns the table had, as text, one value per study. ``selection`` names the trial set
    in force. Raises ``DataError`` for no studies, or two of one name.
    """

    studies: tuple[Study, ...]
    name: str = "table"
    outcome: str = ""
    about: About = field(default_factory=About)
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    selection: str = "all"

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "studies", tuple(self.studies))
        if not self.studies:
            raise DataError(f"{self.name}: no studies; a dataset needs at least one")
        names = self.study_names
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise DataError(f"{self.name}: study names must differ; more than once: {', '.join(twice)}")

    def __len__(self) -> int:
        return len(self.studies)

    @property
    def study_names(self) -> tuple[str, ...]:
        """Names of the studies, in order."""
        return tuple(study.name for study in self.studies)

    @property
    def trial_sets(self) -> dict[str, tuple[str, ...]]:
        """Study names of every named trial set; ``all`` is always there."""
        return {"all": self.study_names} | dict(self.about.trial_sets)

    @property
    def label(self) -> str:
        """Name and outcome, for messages: ``ivig live_birth``."""
        return f"{self.name} {self.outcome}".strip()

    @classmethod
    def from_dataframe(
        cls, df: "pd.DataFrame", columns: Mapping[str, str] | None = None, outcome: str | None = None
    ) -> "Dataset":
        """Build from a DataFrame, one row per study.

        ``columns`` maps our column name to theirs; ``outcome`` picks one where the table has several. Raises ``DataError``
        with the row (0-based position) and column of every bad cell.
        """
        header = tuple(str(column) for column in df.columns)
        cells = tuple(
            tuple("" if _missing(value) else str(value) for value in row) for row in df.to_numpy(dtype=object)
        )
        found = tables.Table("DataFrame", header, cells, tuple(range(len(cells))))
        return _pick(found, Sidecar({}, {}), "DataFrame", outcome, columns)

    def to_dataframe(self) -> "pd.DataFrame":
        """Return one row per study: study, outcome where named, four counts, then the other columns as text."""
        import pandas as pd

        data: dict[str, object] = {"study": list(self.study_names)}
        if self.outcome:
            data["outcome"] = self.outcome
        data |= {column: [getattr(study, column) for study in self.studies] for column in COUNTS}
        return pd.DataFrame(data | {name: list(values) for name, values in self.columns})

    def trials(self, selection: Selection) -> "Dataset":
        """Return the dataset restricted to a trial set.

        ``selection`` is the name of a trial set, one text of study names separated by commas, a sequence of study names,
        or ``"-NAME"`` (one or several) to drop. Raises ``DataError`` for names that are not there.
        """
        if isinstance(selection, str) and selection in self.trial_sets:
            wanted = self.trial_sets[selection]
            label = selection
        else:
            items = self._items(selection)
            wanted = self._resolve(items)
            label = ", ".join(items)
        keep = [study.name in set(wanted) for study in self.studies]
        if not any(keep):
            raise DataError(f"{self.label}: trial set {label!r} holds no study of this table")
        columns = tuple(
            (name, tuple(v for v, kept in zip(values, keep, strict=True) if kept)) for name, values in self.columns
        )
        studies = tuple(study for study, kept in zip(self.studies, keep, strict=True) if kept)
        return replace(self, studies=studies, columns=columns, selection=label)

    def _items(self, selection: Selection) -> tuple[str, ...]:
        """Split a selection into names; a text that is itself a study name stays whole."""
        if not isinstance(selection, str):
            return tuple(str(item) for item in selection)
        if selection.removeprefix("-") in self.study_names:
            return (selection,)
        return tuple(item.strip() for item in selection.split(",") if item.strip())

    def _resolve(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Turn names to keep, or names to drop, into names to keep."""
        if not items:
            raise DataError(f"{self.label}: an empty trial set; name at least one study")
        known = self.study_names
        unknown = [item for item in items if item not in known and item.removeprefix("-") not in known]
        if unknown:
            hints = [f"{item!r}{suggestion(item.removeprefix('-'), (*known, *self.trial_sets))}" for item in unknown]
            raise DataError(
                f"{self.label}: no trial set or study {'; '.join(hints)} trial sets are {', '.join(self.trial_sets)}; "
                f"studies are {', '.join(known)}"
            )
        dropped = {item.removeprefix("-") for item in items if item not in known}
        if dropped and len(dropped) < len(items):
            raise DataError(
                f"{self.label}: a trial set either names studies to keep or, with '-', studies to drop; not both"
            )
        return tuple(name for name in known if name not in dropped) if dropped else items

    def complement(self) -> "Dataset":
        """Return the same table counting non-events, with good and bad exchanged."""
        flipped = {"good": "bad", "bad": "good", None: None}[self.about.event]
        about = replace(self.about, event=flipped)  # type: ignore[arg-type]
        return replace(self, studies=tuple(study.complement() for study in self.studies), about=about)


def load_dataset(source: str | Path, outcome: str | None = None) -> Dataset:
    """Load a bundled dataset by name, or a counts CSV by path (ending in ``.csv``) with its TOML sidecar if there is one.

    ``outcome`` picks one where the file has several. Raises ``DataError`` listing every problem with file, row, column.
    """
    path, name = locate(source)
    return _pick(tables.read_csv(path), read_sidecar(path.with_suffix(".toml")), name, outcome)


def outcomes(source: str | Path) -> tuple[str, ...]:
    """Return the outcomes a bundled or own table offers, derived and partly known ones included; ``("",)`` if unnamed."""
    path, _ = locate(source)
    sidecar = read_sidecar(path.with_suffix(".toml"))
    found = tables.read_csv(path)
    listed = tuple(dict.fromkeys(found.column("outcome"))) if "outcome" in found.columns else ("",)
    return tuple(dict.fromkeys((*listed, *sidecar.outcomes)))


def locate(source: str | Path) -> tuple[Path, str]:
    """Return the CSV's path and a short name for it: a bare word is bundled, anything else is a path."""
    text = str(source)
    if isinstance(source, Path) or text.endswith(".csv") or "/" in text or "\\" in text:
        return Path(source), Path(source).stem
    return resources.find("data", text, ".csv", DataError), text


def _pick(
    found: tables.Table, sidecar: Sidecar, name: str, outcome: str | None, columns: Mapping[str, str] | None = None
) -> Dataset:
    """Choose the outcome, build its studies and attach its description."""
    found = tables.rename(found, columns)
    if "outcome" not in found.columns and not set(tables.NEEDED) <= set(found.columns):
        tables.require_columns(found)
    listed = tuple(dict.fromkeys(found.column("outcome"))) if "outcome" in found.columns else ()
    offered = tuple(dict.fromkeys((*(item for item in listed if item), *sidecar.outcomes)))
    chosen = _chosen(found.source, outcome, offered)
    about = sidecar.about(chosen)
    if about.partial and chosen not in listed:
        raise DataError(
            f"{found.source}: outcome {chosen}: the per-arm counts are known only in part ({about.partial}), so it cannot be "
            f"fitted as a table of counts. {about.note}".strip()
        )
    if about.complement_of and chosen not in listed:
        base = _pick(found, sidecar, name, about.complement_of)
        about = replace(about, trial_sets=about.trial_sets or base.about.trial_sets)
        return replace(base.complement(), outcome=chosen, about=about)
    if listed and chosen:
        found = found.where([cell == chosen for cell in found.column("outcome")])
    others = tuple((c, found.column(c)) for c in found.columns if c and c not in (*tables.NEEDED, "outcome"))
    dataset = Dataset(tables.studies(found), name, chosen, about, others)
    _check_trial_sets(found.source, dataset)
    return dataset


def _chosen(source: str, outcome: str | None, offered: tuple[str, ...]) -> str:
    """Return the outcome to use, or raise saying which there are."""
    if outcome is None:
        if len(offered) > 1:
            raise DataError(f"{source}: several outcomes; choose one of {', '.join(offered)}")
        return offered[0] if offered else ""
    if offered and outcome not in offered:
        raise DataError(
            f"{source}: no outcome {outcome!r}{suggestion(outcome, offered)} there are {', '.join(offered)}"
        )
    return outcome


def _check_trial_sets(source: str, dataset: Dataset) -> None:
    """Refuse a trial set that names a study the table lacks."""
    for name, studies in dataset.about.trial_sets:
        missing = [study for study in studies if study not in dataset.study_names]
        if missing:
            raise DataError(
                f"{source}: trial set {name!r} names {', '.join(missing)}, not among the studies of the table"
            )


def _missing(value: object) -> bool:
    return value is None or value != value  # NaN is the one value that differs from itself
