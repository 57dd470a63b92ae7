"""Several posteriors of one question asked of changing trial sets:
cumulative, or without each trial in turn.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.errors import DataError, ModelError, suggestion, unknown
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.posterior.coefficients import slope_columns
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd


@checked_methods
@dataclass(frozen=True, eq=False)
class PosteriorSeries[P: Fitted](Mapping[str, P], Shown):
    """Posteriors by label, in order; each is asked for when it is needed,
    so that a thousand need no more room than one.

    ``steps`` pairs a label with the names of the trials that are in.
    """

    start: P
    steps: tuple[tuple[str, tuple[str, ...]], ...]

    def __getitem__(self, label: str) -> P:
        """Return one posterior; raises ``UnknownNameError`` for a label that is not there."""
        trials = dict(self.steps)
        if label not in trials:
            raise unknown("series: no step", label, trials)
        return self.start.trials(trials[label])

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return list(self)

    def __iter__(self) -> Iterator[str]:
        return iter(label for label, _ in self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per posterior: k, odds ratio (median, central limits), P(OR > 1), median of tau.

        Of a regression also its coefficients on the scale of the model, such as ``beta_year_median`` with its
        limits and ``prob_beta_year_gt_0``. A step whose trials say nothing, or whose posterior does not
        exist, has empty numbers and says why in ``note``.
        """
        import pandas as pd

        checked_level(level)
        return pd.DataFrame([{"step": label, **self._row(label, level)} for label in self]).set_index("step")

    def _row(self, label: str, level: float) -> dict[str, object]:
        try:
            posterior = self[label]
        except (DataError, ModelError) as error:
            return {"k": 0, "k_informative": 0, "note": str(error)}
        measure, names = posterior.measure, posterior.measure.columns
        at = np.asarray(posterior["mu"].quantile([(1 - level) / 2, 0.5, (1 + level) / 2]))
        return {
            "k": posterior.k,
            "k_informative": posterior.k_informative,
            **names.of(measure.own_values(at), level),
            names.above: float(posterior["mu"].prob_above(0.0)),
            "tau_median": float(posterior["tau"].quantile(0.5)),
            **slope_columns(posterior, level),
            "note": "" if posterior.diagnostics.ok else "; ".join(posterior.diagnostics.problems),
        }


def cumulative_steps(
    dataset: Dataset, by: str | None, order: tuple[str, ...] | None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the trials after each step of a cumulative order, with the one that came in as label;
    see ``arrivals``.
    """
    names = arrivals(dataset, by, order)
    return tuple((name, names[: i + 1]) for i, name in enumerate(names))


def arrivals(dataset: Dataset, by: str | None, order: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the trials as they come in: by a column, by names, or as the table has them.

    A column is sorted as numbers where all of it are numbers, else as text, ties as in the table.
    Raises ``DataError``.
    """
    names = dataset.study_names
    if by is not None and order is not None:
        raise DataError("cumulative: give a column to sort by, or an order of names, not both")
    if order is not None:
        unknown = [name for name in order if name not in names]
        if unknown:
            raise DataError(
                f"{dataset.label}: order names {unknown[0]!r}{suggestion(unknown[0], names)}, "
                "not in the table"
            )
        if len(set(order)) < len(order):
            raise DataError(f"{dataset.label}: order names a study twice")
        names = order
    elif by is not None:
        names = tuple(
            name for _, name in sorted(zip(_keys(dataset, by), names, strict=True), key=lambda pair: pair[0])
        )
    return names


def _keys(dataset: Dataset, by: str) -> list[tuple[float, str]]:
    """Return what to sort by, one per study."""
    columns = dict(dataset.columns)
    if by not in columns:
        raise DataError(
            f"{dataset.label}: no column {by!r}{suggestion(by, columns)}; there are "
            f"{', '.join(columns) or 'none'}"
        )
    empty = [name for name, value in zip(dataset.study_names, columns[by], strict=True) if not value.strip()]
    if empty:
        raise DataError(
            f"{dataset.label}: column {by} is empty for {', '.join(empty)}; "
            "fill it, or give an order of names"
        )
    numbers = [_number(value) for value in columns[by]]
    if None in numbers:
        return [(0.0, value) for value in columns[by]]
    return [(number, "") for number in numbers if number is not None]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
