"""Classes of trials by a column: randomised or not, the kind of comparator,
or whatever a table says of its trials.
"""

import re

from bayes_ivig import resources
from bayes_ivig.errors import DataError, quoted, suggestion
from bayes_ivig.inputs.characteristics.covariates import CHARACTERISTICS, MISSING, number_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.evidence.tables import evidence_names, evidence_table

type Classes = dict[str, tuple[str, ...]]

CUT = re.compile(r"(?P<column>.+?)\s*>=\s*(?P<at>[-+.\w]+)")
# What a table says of its counts, not of its trials:
OF_COUNTS = (
    "year", "date", "denominator", "status", "basis", "source", "note", "notes", "comment", "doi",
    "citation", "reference",
)  # fmt: skip
FEWEST, MOST = 2, 4  # classes that a column of a design may have


def classes(dataset: Dataset, by: str) -> Classes:
    """Return the names of the trials in every class, classes and trials in order of appearance.

    ``by`` names a column, of the table or of the characteristics that go with a bundled one, each value of
    which is a class; ``"COLUMN >= NUMBER"`` makes two classes of a column of numbers. Trials without a value
    are in no class. Raises ``DataError`` for a column that is not there, and for a cut of a column that holds
    words.
    """
    known = _columns(dataset)
    cut = CUT.fullmatch(by) if by not in known else None
    at = number_of(cut["at"]) if cut else None
    name = cut["column"] if cut and at is not None else by
    if name not in known:
        listed = ", ".join(known) or "none"
        raise DataError(
            f"{dataset.label}: no column {quoted(name)}{suggestion(name, known)}; there are {listed}"
        )
    groups: Classes = {}
    for study in dataset.study_names:
        value = known[name].get(study, "").strip()
        if value.lower() not in MISSING:
            label = value if at is None else _side(dataset, name, value, at)
            groups[label] = (*groups.get(label, ()), study)
    return groups


def class_name(by: str, value: str, dataset: Dataset) -> str:
    """Return a class in words: as the case calls it, else ``not_a_control`` as ``not a control``."""
    stated = dataset.about.words.of_class(by, value)
    if stated:
        return stated
    column, cut, at = by.partition(" >= ")
    if cut and value in (f"{column} >= {at}", f"{column} < {at}"):
        return f"{at} or more" if ">=" in value else f"less than {at}"
    return value.replace("_", " ")


def class_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return what the trials of a table can be classed by:
    what its description states, else every column fit for it.

    Fit is a column of words, or of 0 and 1, that says something of the trials (not of their counts) in two to
    four classes, one of them with two trials or more.
    """
    return dataset.about.classes or tuple(name for name, cells in dataset.columns if _fit(name, cells))


def _fit(name: str, cells: tuple[str, ...]) -> bool:
    stated = [cell.strip() for cell in cells if cell.strip().lower() not in MISSING]
    levels = set(stated)
    if name.lower() in OF_COUNTS or name.lower().endswith("_status") or not FEWEST <= len(levels) <= MOST:
        return False
    return len(stated) > len(levels) and (
        levels <= {"0", "1"} or all(number_of(level) is None for level in levels)
    )


def _side(dataset: Dataset, name: str, value: str, at: float) -> str:
    """Return on which side of a cut a value lies."""
    number = number_of(value)
    if number is None:
        raise DataError(
            f"{dataset.label}: column {name}: found {quoted(value)}, which is no number; >= {at:g} needs "
            "numbers"
        )
    return f"{name} {'>=' if number >= at else '<'} {at:g}"


def _columns(dataset: Dataset) -> dict[str, dict[str, str]]:
    """Return every column as values by trial, those of the table before those
    of the bundled characteristics.
    """
    own = {name: dict(zip(dataset.study_names, cells, strict=True)) for name, cells in dataset.columns}
    if dataset.name not in resources.names("data", ".csv") or CHARACTERISTICS not in evidence_names(
        dataset.name
    ):
        return own
    table = evidence_table(CHARACTERISTICS, dataset.name)
    studies = table.column("study")
    others = {
        name: dict(zip(studies, table.column(name), strict=True)) for name in table.columns if name != "study"
    }
    return others | own
