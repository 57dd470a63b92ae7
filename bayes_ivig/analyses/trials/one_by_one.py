"""One trial at a time: without each, study by study, and every choice
of an outcome's trials together for a report.
"""

from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.analyses.trials.classes import class_results, telling_classes
from bayes_ivig.analyses.trials.subsets import (
    JOIN,
    LEVEL,
    Progress,
    ambiguous,
    inclusion,
    leave_k_out,
    of_rows,
    standing,
    surface_model,
)
from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.characteristics.classes import class_columns
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import TwoArm, two_arm_of
from bayes_ivig.inputs.model.scale import measure_in_force
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.series import arrivals
from bayes_ivig.results.reanalysis.choices import Choices

if TYPE_CHECKING:
    import pandas as pd

type Mask = NDArray[np.bool_]

LARGEST = 10  # trials of which a report shows every subset: 1,023 points are what a small drawing can hold
MOST_TRIALS = 5_000  # one by one: some minutes
MOST_LETTERS = 1_000_000_000  # of the trials that all rows name
FEWEST = 3  # informative trials; of two, the subsets are the trials
# informative trials from which a report compares classes:
# of fewer, classes are hardly more than single trials
CLASSED = 5
YEAR = "year"
ALL = "none"


@checked
def without_each(
    source: Dataset | Posterior,
    model: TwoArm | None = None,
    *,
    level: Level = LEVEL,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return the posterior and the classical result of all trials and without each of them, one row each.

    Columns: ``left_out`` (``"none"`` in the first row), then those of ``subsets``, then ``prob_change`` and
    ``or_ratio`` (P(OR > 1) less, and median odds ratio over, those of all trials; of differences
    ``md_change`` and so on), the trial's ``weight`` (its share of the information on mu) and
    ``predictive_p`` (two-sided mid-p of its result given the others; see ``Influence``). NaN where a number
    does not exist. ``source`` is a dataset, or a posterior of the exact engine, whose model is then meant.
    ``progress`` is called with the number of rows done, limits are of ``level``. Raises ``DataError``, for
    more than 5,000 trials too, and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.without_each(bi.load_dataset("my.csv"))
    >>> table[["left_out", "or_median", "or_lower", "or_upper"]].round(2)
         left_out  or_median  or_lower  or_upper
    0        none       0.38      0.18      0.75
    1  Adams 2011       0.37      0.15      0.85
    2  Baker 2013       0.51      0.22      1.04
    3   Chen 2016       0.41      0.17      0.93
    4   Diaz 2019       0.25      0.11      0.54
    """
    require_few(source.dataset if isinstance(source, Posterior) else source)
    posterior = source if isinstance(source, Posterior) else fit(source, surface_model(two_arm_of(model)))
    surface_model(posterior.model)
    return _without(posterior, None, progress, level)


@checked
def accumulated(
    dataset: Dataset,
    model: TwoArm | None = None,
    *,
    by: str | None = None,
    order: Annotated[Sequence[str], NOT_EMPTY] | None = None,
    level: Level = LEVEL,
    progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return the posterior and the classical result of the first trial, the first two,
    and so on, one row each.

    Columns: ``added`` (the trial that came in), the column ``by`` where it is given, then those of
    ``subsets``. Trials come in by that column (numbers by size, ties as in the table), in the ``order`` of
    names, or as they stand in the table. ``progress`` is called with the number of rows done. Raises
    ``DataError``, for more than 5,000 trials too.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.accumulated(bi.load_dataset("my.csv"))
    >>> table[["added", "or_median", "or_lower", "or_upper"]].round(2)
            added  or_median  or_lower  or_upper
    0  Adams 2011       0.39      0.08      1.70
    1  Baker 2013       0.25      0.09      0.66
    2   Chen 2016       0.25      0.11      0.54
    3   Diaz 2019       0.38      0.18      0.75
    """
    require_few(dataset)
    coming = arrivals(dataset, by, None if order is None else tuple(order))
    chosen = _as_they_come(dataset, coming)
    table = _rows(dataset, surface_model(two_arm_of(model)), chosen, None, progress, level)
    table.insert(0, "added", list(coming))
    if by is not None:
        values = dict(zip(dataset.study_names, dict(dataset.columns)[by], strict=True))
        table.insert(1, by, [values[name] for name in coming])
    return table


def every_choice(posterior: Posterior, published: tuple[str, ...] = ()) -> Choices | None:
    """Return every choice of the trials of a posterior, which is that of all of them;
    None for fewer than three that tell.

    ``published`` is the choice to place among the others.
    Subsets are computed up to ten trials, everything else always.
    """
    dataset, model = posterior.dataset, posterior.model
    if posterior.k_informative < FEWEST or not isinstance(model, Model):
        return None
    whole = len(dataset) <= LARGEST and not ambiguous(dataset.study_names)
    every = of_rows(dataset, model, inclusion(dataset, None)) if whole else None
    chosen = tuple(name for name in dataset.study_names if name in published)
    part = chosen if 0 < len(chosen) < len(dataset) else ()
    by = year_column(dataset)
    cumulative = _steps(dataset, model, by, every)
    classed, refused = _classes(dataset, model, every) if posterior.k_informative >= CLASSED else ((), ())
    return Choices(
        every=every,
        most=LARGEST,
        published=part,
        standing=standing(every, part) if every is not None and part else None,
        without=_without(posterior, every),
        published_without=_left(posterior.trials(part), every) if len(part) > 1 else None,
        pairs=leave_k_out(every, 2) if every is not None and len(dataset) > 2 else None,
        cumulative=cumulative,
        order=by or "",
        classes=classed,
        not_classed=refused,
    )


def year_column(dataset: Dataset) -> str | None:
    """Return the column of years by which trials can be sorted, if the table has one without gaps."""
    column = next((name for name, _ in dataset.columns if name.lower() == YEAR), None)
    return column if column and all(value.strip() for value in dict(dataset.columns)[column]) else None


def without_a_year(dataset: Dataset) -> tuple[str, ...]:
    """Return the trials whose year is blank in a table that has a column of years."""
    cells = next((cells for name, cells in dataset.columns if name.lower() == YEAR), ())
    return tuple(name for name, cell in zip(dataset.study_names, cells, strict=False) if not cell.strip())


def _steps(dataset: Dataset, model: Model, by: str | None, every: "pd.DataFrame | None") -> "pd.DataFrame":
    coming = arrivals(dataset, by, None)
    table = _rows(dataset, model, _as_they_come(dataset, coming), every)
    table.insert(0, "added", list(coming))
    return table


def _classes(
    dataset: Dataset, model: Model, every: "pd.DataFrame | None"
) -> tuple[tuple[ByClass, ...], tuple[tuple[str, str], ...]]:
    """Compare the classes of every column fit for it; those that cannot be compared come with the reason."""
    results: list[ByClass] = []
    refused: list[tuple[str, str]] = []
    for column in class_columns(dataset):
        try:
            groups = telling_classes(dataset, column, model).values()
            chosen = np.array([np.isin(dataset.study_names, names) for names in groups])
            alone = _rows(dataset, model, chosen, every)
            results.append(class_results(dataset, column, model, alone))
        except (DataError, ModelError) as error:
            refused.append((column, str(error)))
    return tuple(results), tuple(refused)


def require_few(dataset: Dataset) -> None:
    """Raise ``DataError`` for more trials than are taken one at a time, or for lists of names too long:
    every row names its trials.
    """
    trials, letters = len(dataset), len(dataset) * len(JOIN.join(dataset.study_names))
    if trials > MOST_TRIALS:
        raise DataError(
            f"{dataset.label}: found {trials:,} trials; up to {MOST_TRIALS:,} are left out, or come in, one "
            "by one; choose fewer with trials (--trials), or leave this out and fit them all together"
        )
    if letters > MOST_LETTERS:
        raise DataError(
            f"{dataset.label}: the lists of {trials:,} trials for as many rows would have {letters:,} "
            f"characters, more than {MOST_LETTERS:,}; give the trials shorter names, or choose fewer"
        )


def _without(
    posterior: Posterior,
    every: "pd.DataFrame | None",
    progress: Progress | None = None,
    level: float = LEVEL,
) -> "pd.DataFrame":
    table = _left(posterior, every, progress, level)
    known = {row.study: row for row in posterior.influence().studies}
    for column in ("weight", "predictive_p"):
        table[column] = np.array(
            [getattr(known.get(name), column, None) for name in table["left_out"]], float
        )
    return table


def _left(
    posterior: Posterior,
    every: "pd.DataFrame | None",
    progress: Progress | None = None,
    level: float = LEVEL,
) -> "pd.DataFrame":
    """Return all trials and all but each, with how far the answer moves."""
    names = posterior.dataset.study_names
    left = names if len(names) > 1 else ()
    chosen = ~np.eye(1 + len(left), len(names), -1, bool)
    table = _rows(posterior.dataset, posterior.model, chosen, every, progress, level)
    table.insert(0, "left_out", [ALL, *left])
    measure = measure_in_force(posterior.dataset, posterior.model)
    columns = measure.columns
    table["prob_change"] = table[columns.above] - table[columns.above].iloc[0]
    medians = table[columns.median]
    table[columns.moved] = medians / medians.iloc[0] if measure.log else medians - medians.iloc[0]
    return table


def _as_they_come(dataset: Dataset, order: Sequence[str]) -> Mask:
    """Return which trials are in after each step, shape (steps, studies)."""
    place = {name: i for i, name in enumerate(order)}
    return (
        np.array([place.get(name, len(order)) for name in dataset.study_names])
        <= np.arange(len(order))[:, None]
    )


def _rows(
    dataset: Dataset,
    model: Model,
    chosen: Mask,
    every: "pd.DataFrame | None",
    progress: Progress | None = None,
    level: float = LEVEL,
) -> "pd.DataFrame":
    """Return a row of ``subsets`` for every choice, a row of (N, studies) each,
    out of those that are there or computed.
    """
    names = dataset.study_names
    if every is None:
        return of_rows(dataset, model, chosen.astype(float), progress, level)
    held = every.attrs["studies"]
    kept = [set(compress(names, part)) for part in chosen]
    listed = [JOIN.join(name for name in held if name in some) for some in kept]
    table = every.set_index("trials", drop=False).loc[listed]
    table = table.reset_index(drop=True)
    table.attrs = {"studies": names, "dataset": dataset.label}
    return table
