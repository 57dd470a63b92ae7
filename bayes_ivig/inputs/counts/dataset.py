"""A table of two-arm counts for one outcome, with its description and its named trial sets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Annotated, Any, Unpack

from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.comparisons.door import require_comparisons
from bayes_ivig.inputs.comparisons.groups import Compared, compared
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Source, case_of
from bayes_ivig.inputs.counts.description import About, Event, Sidecar
from bayes_ivig.inputs.counts.design_effects import DesignEffects, designed, designed_by, of_designs
from bayes_ivig.inputs.counts.frames import FRAMES, Streamed
from bayes_ivig.inputs.counts.selection import Choosing, Selection
from bayes_ivig.inputs.counts.several_outcomes import chosen_outcome, rows_of, stored_outcomes
from bayes_ivig.inputs.counts.statuses import status_problems
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.measured import coded_measure, stated_measure
from bayes_ivig.inputs.estimates.row import COLUMNS as ESTIMATED
from bayes_ivig.inputs.estimates.rows import AnyStudy, written
from bayes_ivig.inputs.estimates.studies import EXTRA
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.frame import Described, framed
from bayes_ivig.inputs.judgements.misplaced import require_of_table, require_on_scale
from bayes_ivig.inputs.table_repr import ShownTable
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import OR

if TYPE_CHECKING:
    import pandas as pd


@checked
@dataclass(frozen=True, repr=False)
class Dataset(ShownTable):
    """Studies of one outcome, in the order given; a frozen value that can be compared and hashed.

    Each is a ``Study`` with counts, or an ``Estimate`` where only an estimate of the effect is known.
    ``columns`` holds whatever other columns the table had, as text, one value per study. ``selection`` names
    the trial set in force. ``measure`` is the code of the effect measure (``OR``, ``RR``, ``SMD``, ...) that
    the table is read on. Raises ``DataError`` for no studies, or two of one name.

    >>> import bayes_ivig as bi
    >>> data = bi.Dataset((bi.Study("A", 4, 123, 11, 139), bi.Study("B", 6, 306, 29, 303)))
    >>> len(data), data.study_names
    (2, ('A', 'B'))
    """

    studies: Sequence[AnyStudy]
    name: str = "table"
    outcome: str = ""
    about: About = field(default_factory=About)
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    selection: str = "all"
    measure: str = OR.code

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "studies", tuple(self.studies))
        object.__setattr__(self, "columns", tuple((name, tuple(values)) for name, values in self.columns))
        if not self.studies:
            raise DataError(f"{self.name}: no studies; a dataset needs at least one")
        problems = [
            f"studies: found {quoted(item)}; must be a Study, or an Estimate"
            for item in self.studies
            if not isinstance(item, Study | Estimate)
        ]
        problems += [
            f"column {name}: {len(values)} values for {len(self)} studies; give one for each"
            for name, values in self.columns
            if len(values) != len(self)
        ]
        if not problems:
            twice = [name for name, times in Counter(self.study_names).items() if times > 1]
            problems = [f"study names must differ; more than once: {', '.join(twice)}"] if twice else []
        code, wrong = coded_measure(self.measure)
        problems += [f"measure: {wrong}"] if wrong else []
        tables.report([f"{self.name}: {problem}" for problem in problems], self.name)
        object.__setattr__(self, "measure", code)

    def __len__(self) -> int:
        return len(self.studies)

    @property
    def study_names(self) -> tuple[str, ...]:
        """Names of the studies, in order."""
        return tuple(study.name for study in self.studies)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Names of the studies that are known by their estimate only."""
        return tuple(study.name for study in self.studies if isinstance(study, Estimate))

    @property
    def design_effects(self) -> dict[str, float]:
        """Design effects other than 1, by study name; the medians of uncertain ones."""
        return {study.name: study.design_effect for study in self.studies if designed_by(study)}

    def with_design_effects(self, effects: DesignEffects) -> "Dataset":
        """Return the dataset with design effects by study name, or one each in order (``DataError``)."""
        return replace(self, studies=designed(self.studies, effects, self.label))

    @property
    def trial_sets(self) -> dict[str, tuple[str, ...]]:
        """Study names of every named trial set; ``all`` is always there."""
        return {"all": self.study_names} | dict(self.about.trial_sets)

    @property
    def comparisons(self) -> Compared | None:
        """The trials by what the treatment was compared with; None where nothing says so."""
        return compared(self.about.comparisons, self.study_names, dict(self.columns), self.about.words)

    @property
    def comparison_sets(self) -> dict[str, tuple[str, ...]]:
        """Study names of every group of trials that asks one question, by the name that selects it."""
        found = self.comparisons
        return {} if found is None else found.sets({*self.trial_sets, *self.study_names})

    @property
    def uninformative(self) -> tuple[str, ...]:
        """Names of studies with people in both arms that tell nothing; see ``Study.informative``."""
        return tuple(study.name for study in self.studies if study.estimable and not study.informative)

    @property
    def label(self) -> str:
        """Name and outcome, for messages: ``ivig live_birth``."""
        return f"{self.name} {self.outcome}".strip()

    @classmethod
    def from_dataframe(
        cls,
        df: "Annotated[pd.DataFrame | Streamed, FRAMES]",
        columns: Mapping[str, str] | None = None,
        outcome: str | None = None,
        measure: str | None = None,
        treatment: str | None = None,
        control: str | None = None,
        **described: Unpack[Described],
    ) -> "Dataset":
        """Build from a frame of pandas, polars, pyarrow or what else narwhals reads: a row per study or arm.

        Names of metafor, meta and RevMan are understood, others found out as in a file; a ``ReadNote`` says
        so. ``columns`` maps our column name to theirs, ``study`` is theirs of the studies; ``outcome`` picks
        one of several; ``measure`` is the effect measure; ``treatment`` and ``control`` are labels of arms;
        ``event`` is ``"good"`` or ``"bad"``; ``title`` names it. Raises ``DataError`` with row and column.

        >>> import bayes_ivig as bi
        >>> frame = bi.load_dataset("my.csv").to_dataframe()
        >>> len(bi.Dataset.from_dataframe(frame, event="bad"))
        4
        """
        named = (treatment or "", control or "", "", outcome or "", None, measure or "")
        table, sidecar, chosen = framed(df, Stated(columns or {}, *named), described)
        return _pick(table, sidecar, described.get("title") or "DataFrame", chosen, measure)

    def to_dataframe(self) -> "pd.DataFrame":
        """Return one row per study: study, outcome where named, four counts (blank where they are not known)
        and what states an estimate, then the other columns as text.
        """
        import pandas as pd

        data: dict[str, object] = {"study": list(self.study_names)}
        if self.outcome:
            data["outcome"] = self.outcome
        if self.measure != OR.code:
            data["measure"] = self.measure
        data |= written(self.studies)
        data |= of_designs(self.studies)
        return pd.DataFrame(data | {name: list(values) for name, values in self.columns})

    def trials(self, selection: Selection) -> "Dataset":
        """Return the dataset restricted to a trial set.

        ``selection`` is the name of a trial set or of a group of ``comparison_sets``, one text of study
        names separated by commas, a sequence of them, or ``"-NAME"`` (one or several) to drop, also after the
        name of a set: ``"published, -uninformative"``, which drops all that cannot tell the arms apart.
        Raises ``DataError`` for names that are not there.
        """
        if isinstance(selection, str) and selection == "all":
            return self
        silent = tuple(study.name for study in self.studies if not study.informative)
        sets = self.trial_sets | self.comparison_sets
        wanted, label = Choosing(self.label, self.study_names, sets, silent).chosen(selection)
        names = set(wanted)
        keep = [study.name in names for study in self.studies]
        if not any(keep):
            raise DataError(f"{self.label}: trial set {quoted(label)} holds no study of this table")
        columns = tuple((name, tuple(compress(values, keep))) for name, values in self.columns)
        if self.selection not in ("all", label):
            label = f"{label} of {self.selection}"
        return replace(self, studies=tuple(compress(self.studies, keep)), columns=columns, selection=label)

    def complement(self) -> "Dataset":
        """Return the table of non-events, good and bad exchanged, ``not`` before the outcome's name."""
        flipped: Event | None = {"good": "bad", "bad": "good"}.get(self.about.event or "")  # type: ignore[assignment]
        others = tuple(each.complement() for each in self.about.alternatives)
        about = replace(
            self.about, event=flipped, outcome_title=_negated(self.about.outcome_title), alternatives=others
        )
        if self.estimated and self.measure not in ("OR", "RD"):
            raise DataError(
                f"{self.label}: {self.estimated[0]} is known by its estimate only, and {self.measure} of "
                "events does not tell that of people without the event; it needs counts"
            )
        studies = tuple(study.complement() for study in self.studies)
        return replace(self, studies=studies, about=about, outcome=_negated(self.outcome))


def _negated(name: str) -> str:
    """Put ``not`` before a name, or take it away again; no name stays none."""
    return name.removeprefix("not ") if name.startswith("not ") else f"not {name}" if name else ""


@checked
def load_dataset(
    source: Source, outcome: str | None = None, measure: str | None = None, *, fractional: bool = False
) -> Dataset:
    """Load a bundled dataset by name, or a file of trials by path: a counts CSV, or a file of another program
    (``read`` shows what is made of one, a ``ReadNote`` says it here), with the TOML sidecar beside it.

    ``outcome`` picks one of several; ``measure`` is the effect measure, as a column or a key of the sidecar
    says it; ``fractional`` takes fractions for effective counts. Raises ``DataError`` with every problem.

    >>> import bayes_ivig as bi
    >>> bi.load_dataset("my.csv")
    Dataset(my, k=4): 1,659 people, treatment against control, OR
    """
    case = case_of(source)
    if measure is not None and case.stated.measure != measure:
        case = case_of(case, replace(case.stated, measure=measure))
    table = replace(tables.rename(case.counts()), fractional=fractional)
    dataset = _pick(table, case.described, case.name, case.outcome(outcome), measure)
    case.tell(dataset.outcome)
    return dataset


def dataset_of(
    table: tables.Table, sidecar: Sidecar, name: str, outcome: str | None = None, measure: str | None = None
) -> Dataset:
    """Return the dataset of an outcome from a table under our columns and its description (``DataError``)."""
    return _pick(table, sidecar, name, outcome, measure)


def table_dataset(table: tables.Table, name: str, about: About, measure: str) -> Dataset:
    """Return the dataset of a table under our column names, of one outcome; raises ``DataError``."""
    return _built(table, name, about, ("", stated_measure(table, "", measure)))


def outcomes(source: Source) -> tuple[str, ...]:
    """Return the outcomes a table offers, derived and partly known ones too; ``("",)`` if unnamed."""
    return tuple(descriptions(source))


def descriptions(source: Source) -> dict[str, About]:
    """Return the description of every outcome a table offers, in order.

    ``complement_of`` and ``partial`` tell the derived ones and the partly known ones, which cannot be loaded.
    """
    case = case_of(source)
    listed = stored_outcomes(tables.rename(case.counts()))
    described = case.described
    names = tuple(dict.fromkeys((*listed, *described.outcomes)))
    return {name: described.about(name) for name in names} or {"": described.about("")}


def _pick(
    table: tables.Table, sidecar: Sidecar, name: str, outcome: str | None, measure: str | None
) -> Dataset:
    """Choose the outcome, build its studies and attach its description."""
    stored = stored_outcomes(table)
    chosen = chosen_outcome(table.source, outcome, tuple(dict.fromkeys((*stored, *sidecar.outcomes))))
    about = sidecar.about(chosen)
    require_of_table(about.judgements, about.comparisons, table)
    require_comparisons(about.comparisons, table, [name for name, _ in about.trial_sets])
    if chosen in stored:
        table = rows_of(table, chosen)
        return _built(table, name, about, (chosen, stated_measure(table, sidecar.measure(chosen), measure)))
    where = f"{table.source}: outcome {chosen}"
    if about.partial:
        raise DataError(
            (
                f"{where}: the per-arm counts are known only in part ({about.partial}), so it cannot be "
                f"fitted as a table of counts. {about.note}"
            ).strip()
        )
    plain = stored or tuple(
        o for o in sidecar.outcomes if not {"partial", "complement_of"} & set(sidecar.outcomes[o])
    )
    if about.complement_of:
        if about.complement_of not in plain:
            raise DataError(
                f"{where}: complement_of names {quoted(about.complement_of)}; must be one of "
                f"{', '.join(plain)}"
            )
        return _complement(_pick(table, sidecar, name, about.complement_of, measure), chosen, about)
    if stored or len(plain) > 1:
        raise DataError(
            f"{where}: the sidecar describes it, but no row of the table is about it; "
            "name it in column outcome"
        )
    return _built(table, name, about, (chosen, stated_measure(table, sidecar.measure(chosen), measure)))


def _complement(base: Dataset, outcome: str, about: About) -> Dataset:
    """Return a table's complement under a name of its own, with the table's trial sets and alternatives."""
    about = replace(
        about,
        **_sets(about if about.trial_sets else base.about),
        alternatives=about.alternatives or tuple(each.complement() for each in base.about.alternatives),
        shared_control=about.shared_control or base.about.shared_control,
        judgements=about.judgements.over(base.about.judgements)
        if about.judgements
        else base.about.judgements,
    )
    return replace(base.complement(), outcome=outcome, about=about)


def _sets(about: About) -> dict[str, Any]:
    """Return what an outcome counted from another one takes over of that one."""
    return {name: getattr(about, name) for name in ("trial_sets", "set_titles", "parts_of", "main_sets")}


def _built(table: tables.Table, name: str, about: About, what: tuple[str, str]) -> Dataset:
    """Build the studies, and refuse several datasets in one and trial sets of studies the table lacks."""
    corpus = tuple(dict.fromkeys(table.column("dataset"))) if "dataset" in table.columns else ()
    if len(corpus) > 1:
        raise DataError(
            f"{table.source}: column dataset holds {len(corpus)} datasets ({', '.join(corpus[:5])}, "
            "...); keep the rows of one"
        )
    others = tuple(
        (c, table.column(c))
        for c in table.columns
        if c and c not in (*tables.NEEDED, "outcome", "design_effect", "measure", *EXTRA)
    )
    outcome, measure = what
    require_on_scale(about.judgements, measure, table.source)
    studies = tables.studies(table, measure)
    if any(isinstance(study, Estimate) for study in studies):  # which hold these cells themselves
        others = tuple((c, cells) for c, cells in others if c not in ESTIMATED)
    dataset = Dataset(studies, name, outcome, about, others, measure=measure)
    problems = status_problems(table) + [
        f"{table.source}: trial set {quoted(label)} names {quoted(study)}"
        f"{suggestion(study, dataset.study_names)}, not in the table"
        for label, members in about.trial_sets
        for study in members
        if study not in dataset.study_names
    ]
    tables.report(problems, table.source)
    return dataset
