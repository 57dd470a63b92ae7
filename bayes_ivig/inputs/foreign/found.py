"""What is found in a file of another program, on its way to a dataset.

A file becomes either ``Sheet``s, grids of cells whose meaning has yet to be told, or at once ``FoundTable``s,
where its format says what each number is. A ``FoundTable`` is one outcome of one comparison under our own
column names; every choice that was made on the way stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.kinds.one_line import short_repr

# how it is known what a column is: the user states it, the format of the file does, it is a name that a known
# program uses, or the numbers in it and beside it allow nothing else
Known = Literal["stated", "format", "name", "numbers"]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user states of a file, and what therefore is not asked of it; all of it may be left blank.

    ``columns`` pairs our column name with theirs. ``treatment`` and ``control`` are labels of arms as the
    file has them. ``encoding`` is of a text file.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    treatment: str = ""
    control: str = ""
    sheet: str = ""
    outcome: str = ""
    event: Event | None = None
    measure: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result that the file itself holds, to be recomputed and compared.

    ``method`` is a method of ``pool``, ``group`` the subgroup it is of, blank for all rows, ``studies`` the
    rows it is of. ``values`` pairs a field of ``PooledEstimate`` with its value; ratios are on the log scale.
    ``digits`` are the decimals that are stored, None for full precision. ``rules`` names the program whose
    conventions are meant (``"revman5"``, ``"revman2025"``), blank for those of the method. ``each`` are the
    numbers of single rows: a study, a field of ``StudyEstimate``, its value; their limits are of
    ``study_level``. ``near`` is how near to the solution the program's iteration stops, of numbers above 1
    as a share.
    """

    method: str
    measure: str
    values: tuple[tuple[str, float], ...]
    studies: tuple[str, ...] = ()
    group: str = ""
    level: float = 0.95
    digits: int | None = None
    rules: str = ""
    hartung_knapp: bool = False
    each: tuple[tuple[str, str, float], ...] = ()
    study_level: float = 0.95
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredAnalysis:
    """An analysis that a file stores of columns of its data: effects, their standard errors, the results.

    The measure of its results is blank: it is that of the table which these columns turn out to be.
    ``why`` says why there is nothing to compute again.
    """

    name: str
    effect: str = ""
    error: str = ""
    results: tuple[StoredResult, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of cells as text, the shortest that gives a number back; a blank cell is ``""``.

    ``source`` names the file and the sheet in messages, ``numbers`` are the rows' numbers in the file.
    Where ``header`` is true the format itself says that the first row holds the names of columns;
    else that is to be found out. ``labels`` are what the format calls the columns at length, if anything.
    ``notes`` say how the file was read: ``"semicolons between cells, decimal commas, windows-1252"``.
    ``stored`` are analyses that the file holds of its data.
    """

    source: str
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    name: str = ""
    header: bool = False
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stored: tuple[StoredAnalysis, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read as what: our column, theirs (a name, a place, an attribute), how it is known, and why."""

    ours: str
    theirs: str
    known: Known
    why: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row, a column, a sheet or an outcome that did not become data: where it stands, what it is, and why.

    ``code`` is of a closed set: ``total`` (the sum of others), ``blank``, ``note``, ``repeat`` (a copy of
    another), ``other_outcome``, ``other_treatment``, ``other_type``, ``unreadable``, ``unused``.
    """

    where: str
    what: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One outcome of one comparison: rows under our column names, and how they came there.

    ``name`` is unique in its file. ``arms_known`` says how it is known which arm is the treatment, and
    ``arms_why`` in words; a table of estimates says it too, since a ratio has a direction. ``columns`` of
    ``table`` beyond ours are handed on; ``classes`` names those that are classes of trials (subgroups).
    ``details`` are for a sidecar: ``title``, ``citation``, ``note``, as far as the file has them. ``doubt``
    says why it is not certain which arm is the treatment, with both readings and what to state: no dataset
    is made of such a table until it is stated.
    """

    name: str
    table: Table
    outcome: str = ""
    comparison: str = ""
    treatment: str = ""
    control: str = ""
    arms_known: Known = "name"
    arms_why: str = ""
    event: Event | None = None
    measure: str = "OR"
    mapping: tuple[Reading, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    stored: tuple[StoredResult, ...] = ()
    classes: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubt: str = ""

    __repr__ = short_repr
