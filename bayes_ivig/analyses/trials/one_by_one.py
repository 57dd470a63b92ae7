"""One trial at a time: without each, study by study, and every choice
of an outcome's trials together for a report.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.analyses.trials.classes import class_results, telling_classes
from bayes_ivig.analyses.trials.subsets import (
    JOIN,
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
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.posterior.contrast import ByClass
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.posterior.series import cumulative_steps
from bayes_ivig.results.reanalysis.choices import Choices

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 10  # trials of which a report shows every subset: 1,023 points are what a small drawing can hold
FEWEST = 3  # informative trials; of two, the subsets are the trials
# informative trials from which a report compares classes:
# of fewer, classes are hardly more than single trials
CLASSED = 5
YEAR = "year"
ALL = "none"


def without_each(source: Dataset | Posterior, model: Model | None = None) -> "pd.DataFrame":
    """Return the posterior and the classical result of all trials and without each of them, one row each.

    Columns: ``left_out`` (``"none"`` in the first row), then those of ``subsets``,
    then ``prob_change`` and ``or_ratio`` (P(OR >
    1) less, and median odds ratio over, those of all trials),
       the trial's ``weight`` (its share of the information on mu) and
    ``predictive_p`` (two-sided mid-p of its result given the others; see ``Influence``). NaN where a number
    does not exist. ``source`` is a dataset, or a posterior of the exact engine, whose model is then meant.
    Raises ``DataError``, ``ModelError``.
    """
    posterior = source if isinstance(source, Posterior) else fit(source, surface_model(model or Model()))
    surface_model(posterior.model)
    return _without(posterior, None)


def accumulated(
    dataset: Dataset, model: Model | None = None, *, by: str | None = None, order: Sequence[str] | None = None
) -> "pd.DataFrame":
    """Return the posterior and the classical result of the first trial, the first two,
    and so on, one row each.

    Columns: ``added`` (the trial that came in), the column ``by`` where it is given, then those of
    ``subsets``. Trials come in by that column (numbers by size, ties as in the table), in the ``order`` of
    names, or as they stand in the table. Raises ``DataError``.
    """
    steps = cumulative_steps(dataset, by, None if order is None else tuple(order))
    table = _rows(dataset, surface_model(model or Model()), [names for _, names in steps], None)
    table.insert(0, "added", [label for label, _ in steps])
    if by is not None:
        values = dict(zip(dataset.study_names, dict(dataset.columns)[by], strict=True))
        table.insert(1, by, [values[label] for label, _ in steps])
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


def _steps(dataset: Dataset, model: Model, by: str | None, every: "pd.DataFrame | None") -> "pd.DataFrame":
    steps = cumulative_steps(dataset, by, None)
    table = _rows(dataset, model, [names for _, names in steps], every)
    table.insert(0, "added", [label for label, _ in steps])
    return table


def _classes(
    dataset: Dataset, model: Model, every: "pd.DataFrame | None"
) -> tuple[tuple[ByClass, ...], tuple[tuple[str, str], ...]]:
    """Compare the classes of every column fit for it; those that cannot be compared come with the reason."""
    results: list[ByClass] = []
    refused: list[tuple[str, str]] = []
    for column in class_columns(dataset):
        try:
            alone = _rows(dataset, model, list(telling_classes(dataset, column, model).values()), every)
            results.append(class_results(dataset, column, model, alone))
        except (DataError, ModelError) as error:
            refused.append((column, str(error)))
    return tuple(results), tuple(refused)


def _without(posterior: Posterior, every: "pd.DataFrame | None") -> "pd.DataFrame":
    table = _left(posterior, every)
    known = {row.study: row for row in posterior.influence().studies}
    for column in ("weight", "predictive_p"):
        table[column] = np.array(
            [getattr(known.get(name), column, None) for name in table["left_out"]], float
        )
    return table


def _left(posterior: Posterior, every: "pd.DataFrame | None") -> "pd.DataFrame":
    """Return all trials and all but each, with how far the answer moves."""
    names = posterior.dataset.study_names
    left = names if len(names) > 1 else ()
    chosen = [names, *([name for name in names if name != out] for out in left)]
    table = _rows(posterior.dataset, posterior.model, chosen, every)
    table.insert(0, "left_out", [ALL, *left])
    table["prob_change"] = table["prob_or_gt_1"] - table["prob_or_gt_1"].iloc[0]
    table["or_ratio"] = table["or_q50"] / table["or_q50"].iloc[0]
    return table


def _rows(
    dataset: Dataset, model: Model, chosen: Sequence[Sequence[str]], every: "pd.DataFrame | None"
) -> "pd.DataFrame":
    """Return a row of ``subsets`` for every choice, out of those that are there or computed."""
    names = dataset.study_names
    if every is None:
        return of_rows(
            dataset, model, np.array([[float(name in set(part)) for name in names] for part in chosen])
        )
    held = every.attrs["studies"]
    table = every.set_index("trials", drop=False).loc[
        [JOIN.join(n for n in held if n in set(part)) for part in chosen]
    ]
    table = table.reset_index(drop=True)
    table.attrs = {"studies": names, "dataset": dataset.label}
    return table
