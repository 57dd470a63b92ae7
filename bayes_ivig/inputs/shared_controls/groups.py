"""Which rows are comparisons of one trial: as the user or a column states it, or told from names that share
author and year and from control arms that are the same.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Annotated, NamedTuple

from bayes_ivig.errors import DataError, listed, quoted, report_all, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import COUNTS, Study
from bayes_ivig.inputs.estimates.printed import number
from bayes_ivig.inputs.estimates.row import MEANS
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.foreign.layout.lines import base

type Trials = Annotated[
    Mapping[str, Sequence[str]] | str, "a dict of study names by trial, or the name of a column"
]

COLUMNS = ("trial", "shared_control")  # each says of a row which trial, or which control arm, it is of
MOST = 10  # of candidates in a message
OF_MEANS = ("means", "standardised")


class Shared(NamedTuple):
    """A trial in several rows: what one row of it would be called, and the places of its rows in the table.

    ``given`` says that the user gave the name.
    """

    name: str
    places: tuple[int, ...]
    given: bool = False


def shared_of(dataset: Dataset, trials: Trials | None = None) -> tuple[Shared, ...]:
    """Return the trials in several rows, in the order of their first rows, none where none is recognised;
    raises ``DataError`` for what is stated and does not fit the table.
    """
    if isinstance(trials, Mapping):
        return _stated(dataset, trials)
    if trials is not None:
        return _by_column(dataset, trials, stated=True)
    columns = [name for name, cells in dataset.columns if name in COLUMNS and any(map(str.strip, cells))]
    if columns:
        return _by_column(dataset, columns[0], stated=False)
    rows = _alike(dataset, lambda study: (base(study.name), arm_of(study, "control")))
    return tuple(Shared(_stem(dataset, places), places) for places in rows)


def none_found(dataset: Dataset) -> DataError:
    """Return the error about a table in which no shared control arm is recognised, with candidates."""
    names = dataset.study_names
    lines = [
        f"{listed([quoted(names[i]) for i in places])}: {what}"
        for what, key in (
            ("the same control arm, other authors or years", lambda study: arm_of(study, "control")),
            ("the same treatment arm, which is not treated here", lambda study: arm_of(study, "treatment")),
            ("one trial by their names, other control arms", lambda study: base(study.name)),
        )
        for places in _alike(dataset, key)
    ]
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    found = "; candidates:\n" + "\n".join([*lines[:MOST], *more]) + "\n" if lines else "; "
    return DataError(
        f"{dataset.label}: no control arm is recognised as shared: no column {' or '.join(COLUMNS)} says so, "
        f"and no rows of the same author and year have the same control arm{found}"
        "state which rows are of one trial in a column trial, or with trials={'NAME': ['ROW', 'ROW']}"
    )


def arm_of(study: AnyStudy, arm: str) -> tuple[float, ...] | None:
    """Return what is known of an arm with somebody in it: counts, people missing and person-time, or mean, SD
    and people; None where only an estimate is known.
    """
    if isinstance(study, Study):
        found = tuple(
            float(getattr(study, f"{arm}_{what}")) for what in ("events", "total", "missing", "time")
        )
        return found if found[1] or found[3] else None
    given = dict(study.given)
    if study.how not in OF_MEANS or any(column in given for column in COUNTS):
        return None
    return tuple(number(given[column]).value for column in MEANS if column.startswith(arm))


def _alike(dataset: Dataset, key: Callable[[AnyStudy], Hashable]) -> list[tuple[int, ...]]:
    """Return the places of rows with the same key, where several have it; no key holds a None."""
    same: dict[Hashable, list[int]] = defaultdict(list)
    for i, study in enumerate(dataset.studies):
        found = key(study)
        if found is not None and not (isinstance(found, tuple) and None in found):
            same[found].append(i)
    return [tuple(places) for places in same.values() if len(places) > 1]


def _stem(dataset: Dataset, places: tuple[int, ...]) -> str:
    """Return what the names of rows share, author and year; blank where they share none."""
    names = [dataset.study_names[i] for i in places]
    stems = {base(name) for name in names}
    if len(stems) > 1:
        return ""
    stem, first = stems.pop(), min(names)
    return first[: len(stem)] if first[: len(stem)].casefold() == stem else stem


def _by_column(dataset: Dataset, column: str, *, stated: bool) -> tuple[Shared, ...]:
    columns = dict(dataset.columns)
    if column not in columns:
        raise DataError(
            f"{dataset.label}: trials: no column {quoted(column)}{suggestion(column, columns)}; "
            f"there are {listed(list(columns)) or 'none beside the numbers'}"
        )
    same: dict[str, list[int]] = defaultdict(list)
    for i, cell in enumerate(columns[column]):
        if cell.strip():
            same[cell.strip()].append(i)
    found = {cell: tuple(places) for cell, places in same.items() if len(places) > 1}
    if stated and not found:
        raise DataError(f"{dataset.label}: trials: no two rows have the same text in column {quoted(column)}")
    return tuple(Shared(_stem(dataset, places) or cell, places) for cell, places in found.items())


def _stated(dataset: Dataset, trials: Mapping[str, Sequence[str]]) -> tuple[Shared, ...]:
    names = dataset.study_names
    rows = [name for each in trials.values() for name in each]
    problems = [f"no study {quoted(name)}{suggestion(name, names)}" for name in rows if name not in names]
    problems += [f"{quoted(name)} is named twice" for name, times in Counter(rows).items() if times > 1]
    problems += [
        f"{quoted(trial)}: found {len(each)} rows; a shared control arm is in two or more"
        for trial, each in trials.items()
        if len(each) < 2
    ]
    problems += ["a trial without a name"] if any(not trial.strip() for trial in trials) else []
    problems += [] if trials else ["found no trial; name the rows of one or more"]
    report_all([f"{dataset.label}: trials: {problem}" for problem in problems], DataError)
    found = [
        Shared(trial.strip(), tuple(sorted(names.index(name) for name in each)), True)
        for trial, each in trials.items()
    ]
    return tuple(sorted(found, key=lambda each: each.places))
