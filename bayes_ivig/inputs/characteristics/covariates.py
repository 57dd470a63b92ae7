"""Study characteristics as numbers: columns of a table coded for regression,
with the reference each is measured from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from statistics import fmean, stdev

from bayes_ivig import resources
from bayes_ivig.errors import DataError, ModelError, quoted, report_all, suggestion
from bayes_ivig.inputs.characteristics.apart import require_apart
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.evidence.tables import evidence_names, evidence_table
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression, Value

MISSING = ("", "na", "n/a", "nan", "nr", "not reported")  # "none" may be a level: no treatment
CHARACTERISTICS = "characteristics"  # the evidence table of a bundled dataset that describes its studies


@dataclass(frozen=True, slots=True)
class Numeric:
    """A covariate measured from ``reference`` in units of ``spread``: as ``stated``, or else
    the SD (n - 1) of the studies in the likelihood.
    """

    name: str
    reference: float
    spread: float
    stated: bool = False

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Name of its one coefficient: the change of the log odds ratio for one SD."""
        return (self.name,)

    @property
    def coding(self) -> str:
        """One clause on how it was coded."""
        what = "as stated" if self.stated else "the studies' SD"
        return (
            f"{self.name}: numeric, measured from {self.reference:.4g} in units of {self.spread:.4g} ({what})"
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """What its coefficient is, in words."""
        if self.stated:
            return (f"{self.name}, per {self.spread:g}",)
        return (f"{self.name}, per SD ({self.spread:.3g})",)

    def code(self, value: Value) -> tuple[float, ...]:
        """Return how far a value lies from the reference, in SDs;
        raises ``ModelError`` for what is no number.
        """
        number = number_of(value)
        if number is None:
            raise ModelError(
                f"covariate {self.name}: found {quoted(value)}; it is numeric here, so give a number"
            )
        return ((number - self.reference) / self.spread,)


@dataclass(frozen=True, slots=True)
class Categorical:
    """A covariate with levels: 1 or 0 for each of ``others``, all 0 at the level ``reference``."""

    name: str
    reference: str
    others: tuple[str, ...]

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of its coefficients: each the log odds ratio at a level minus that at the reference level."""
        return tuple(f"{self.name}={level}" for level in self.others)

    @property
    def coding(self) -> str:
        """One clause on how it was coded."""
        return f"{self.name}: {', '.join(self.others)}, each against {self.reference}"

    @property
    def labels(self) -> tuple[str, ...]:
        """What each coefficient is, in words."""
        return tuple(f"{self.name} {level} against {self.reference}" for level in self.others)

    def code(self, value: Value) -> tuple[float, ...]:
        """Return the zeros and the one of a level; raises ``ModelError`` for a level no study has."""
        text, levels = str(value).strip(), (self.reference, *self.others)
        if text not in levels:
            known = f"{suggestion(text, levels)}; levels are {', '.join(levels)}"
            raise ModelError(f"covariate {self.name}: no study has the level {quoted(text)}{known}")
        return tuple(float(text == level) for level in self.others)


type Covariate = Numeric | Categorical


@dataclass(frozen=True, slots=True)
class Interaction:
    """How the coefficients of one covariate differ with another: products of their numbers."""

    first: Covariate
    second: Covariate

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of its coefficients, one for each pair."""
        return tuple(f"{a}:{b}" for a in self.first.coefficients for b in self.second.coefficients)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each coefficient is, in words."""
        return tuple(f"{a}, times {b}" for a in self.first.labels for b in self.second.labels)

    def products(self, first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
        """Return its numbers from those of the two covariates."""
        return tuple(a * b for a in first for b in second)


@dataclass(frozen=True)
class Design:
    """Coded covariates of K studies, interactions after them: ``rows`` has one row of P numbers for each
    study.
    """

    covariates: tuple[Covariate, ...]
    rows: tuple[tuple[float, ...], ...]
    interactions: tuple[Interaction, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the P coefficients, in the order of a row's numbers."""
        return tuple(name for part in (*self.covariates, *self.interactions) for name in part.coefficients)

    @property
    def labels(self) -> tuple[str, ...]:
        """What each of the P coefficients is, in words."""
        return tuple(label for part in (*self.covariates, *self.interactions) for label in part.labels)

    @property
    def codings(self) -> tuple[str, ...]:
        """One clause per covariate on how it was coded."""
        return tuple(covariate.coding for covariate in self.covariates)

    def row(self, values: Mapping[str, Value]) -> tuple[float, ...]:
        """Return the numbers of a study with these values, covariates not named at their reference;
        raises ``ModelError``.
        """
        known = tuple(covariate.name for covariate in self.covariates)
        unknown = [
            f"no covariate {quoted(name)} in the model{suggestion(str(name), known)}; there are "
            f"{', '.join(known)}"
            for name in values
            if name not in known
        ]
        report_all(unknown, ModelError)
        return self.coded(
            {
                covariate.name: covariate.code(values.get(covariate.name, covariate.reference))
                for covariate in self.covariates
            }
        )

    def coded(self, numbers: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
        """Return a row from the numbers of every covariate."""
        own = [n for covariate in self.covariates for n in numbers[covariate.name]]
        for each in self.interactions:
            own += each.products(numbers[each.first.name], numbers[each.second.name])
        return tuple(own)


def design_of(dataset: Dataset, studies: tuple[str, ...], model: MetaRegression) -> Design:
    """Code the covariates of a model for the studies of a likelihood.

    A column in which every cell is a number is numeric: centred at its mean over ``studies``, or at the
    reference stated for it, and divided by its SD. Any other column is categorical: its levels are set
    against the reference stated for it, or against the first in alphabetical order. Columns are the dataset's
    own; a bundled dataset has those of its table of characteristics besides. Raises one ``DataError`` for
    unknown columns, missing cells (naming the studies), columns with one value only and coefficients that
    these studies cannot tell apart at all, and ``ModelError`` for a reference or a unit that does not fit.
    """
    problems: list[str] = []
    coded: dict[str, Covariate] = {}
    columns: dict[str, tuple[str, ...]] = {}
    references, units = dict(model.references), dict(model.units)
    for name in model.columns:
        try:
            cells = column(dataset, name, studies)
            coded[name] = _in_units(
                _covariate(dataset.label, name, cells, references.get(name)), units.get(name)
            )
            columns[name] = cells
        except DataError as error:
            problems.append(str(error))
    report_all(problems, DataError)
    pairs = [parts for name in model.covariates if (parts := model.parts(name)) is not None]
    interactions = tuple(Interaction(coded[first], coded[second]) for first, second in pairs)
    bare = Design(tuple(coded.values()), (), interactions)
    rows = tuple(
        bare.coded({name: covariate.code(columns[name][i]) for name, covariate in coded.items()})
        for i in range(len(studies))
    )
    design = Design(bare.covariates, rows, interactions)
    require_apart(dataset.label, design.names, rows)
    return design


def _in_units(covariate: Covariate, unit: float | None) -> Covariate:
    """Return a covariate in stated units; raises ``ModelError`` where it has no use for any."""
    if unit is None:
        return covariate
    if not isinstance(covariate, Numeric):
        raise ModelError(
            f"units.{covariate.name}: found {unit:g}; the column has levels, each of which counts against "
            f"{covariate.reference}: leave its unit out"
        )
    return replace(covariate, spread=unit, stated=True)


NONE_FLAGGED = (
    "no study of the likelihood is flagged as at risk of bias, so there is nothing to adjust; fit the model "
    "without bias, binomial_normal, or flag other studies"
)


def flags_of(dataset: Dataset, studies: tuple[str, ...], model: BiasAdjusted) -> tuple[bool, ...]:
    """Return which studies a model flags as at risk of bias;
    raises ``DataError`` where it flags none, or one not there.

    A listed study that is not in the trial set in force is no mistake, nor is a set without any that is
    flagged, as long as the set is not the whole table.
    """
    if model.flag_column:
        flags = tuple(
            cell not in model.unflagged_values for cell in column(dataset, model.flag_column, studies)
        )
    else:
        unknown = [name for name in model.flagged if name not in dataset.study_names]
        if unknown and dataset.selection == "all":
            hints = "; ".join(f"{quoted(name)}{suggestion(name, dataset.study_names)}" for name in unknown)
            raise DataError(
                f"{dataset.label}: flagged: no study {hints}; there are {', '.join(dataset.study_names)}"
            )
        flags = tuple(study in model.flagged for study in studies)
    if not any(flags) and dataset.selection == "all":
        raise DataError(f"{dataset.label}: {NONE_FLAGGED}")
    return flags


def column(dataset: Dataset, name: str, studies: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells of one column for the named studies;
    raises ``DataError`` for no such column and for missing cells.
    """
    cells = dict(cells_of(dataset, name))
    missing = [study for study in studies if cells.get(study, "").strip().lower() in MISSING]
    if missing:
        raise DataError(
            f"{dataset.label}: column {name}: no value for {', '.join(missing)}; fill it in, leave these "
            "studies out (--trials, or Dataset.trials), or leave the column out of the model"
        )
    return tuple(cells[study].strip() for study in studies)


def number_of(value: Value) -> float | None:
    """Return a finite number from a number or a plain text, else None."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and not isinstance(value, bool) and "_" not in str(value) else None


def cells_of(dataset: Dataset, name: str) -> Iterator[tuple[str, str]]:
    """Give (study, cell) of a column, looked up in the dataset's own table first;
    raises ``DataError`` for no such column.
    """
    own = dict(dataset.columns)
    described = dataset.name in resources.names("data", ".csv") and CHARACTERISTICS in evidence_names(
        dataset.name
    )
    table = evidence_table(CHARACTERISTICS, dataset.name) if described and name not in own else None
    if name in own:
        return iter(zip(dataset.study_names, own[name], strict=True))
    if table is not None and name in table.columns and name != "study":
        return iter(zip(table.column("study"), table.column(name), strict=True))
    known = tuple(dict.fromkeys((*own, *(table.columns[1:] if table is not None else ()))))
    raise DataError(
        f"{dataset.label}: no column {quoted(name)}{suggestion(name, known)} to use as a study "
        "characteristic; "
        f"there are {', '.join(known) or 'none besides the counts'}"
    )


def _covariate(label: str, name: str, cells: tuple[str, ...], reference: Value | None) -> Covariate:
    """Decide what a column is, and code it."""
    if len(set(cells)) < 2:
        raise DataError(
            f"{label}: column {name}: {quoted(cells[0])} in every study of the likelihood, so it says "
            "nothing "
            "about differences between them; leave it out of the model, or take more studies"
        )
    numbers = [number_of(cell) for cell in cells]
    values = [number for number in numbers if number is not None]
    if len(values) == len(cells):
        return _numeric(label, name, values, reference)
    if len(values) > len(cells) / 2:
        odd = ", ".join(repr(cell) for cell, number in zip(cells, numbers, strict=True) if number is None)
        raise DataError(
            f"{label}: column {name}: mostly numbers, but also {odd}; "
            "give numbers throughout, or words throughout"
        )
    levels = tuple(sorted(set(cells)))
    first = levels[0] if reference is None else str(reference).strip()
    if first not in levels:
        raise ModelError(
            f"reference of {name}: found {quoted(first)}{suggestion(first, levels)}; no study has that "
            "level; "
            f"levels are {', '.join(levels)}"
        )
    return Categorical(name, first, tuple(level for level in levels if level != first))


def _numeric(label: str, name: str, values: list[float], reference: Value | None) -> Numeric:
    centre = fmean(values) if reference is None else number_of(reference)
    if centre is None:
        raise ModelError(
            f"reference of {name}: found {quoted(reference)}; the column is numeric, so give a number"
        )
    spread = stdev(values)
    if not (isfinite(spread) and spread > 0 and isfinite(centre)):
        raise DataError(
            f"{label}: column {name}: its values have no usable SD ({spread:g}); state it in other units"
        )
    return Numeric(name, centre, spread)
