"""What the trials can tell, for tables of many posteriors:
rows from which nothing is learnt, and where baselines decide.
"""

from typing import TYPE_CHECKING

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import table_measure
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.information import SILENT, nothing, with_counts
from bayes_ivig.results.posterior.baseline_check import DECIDES, TIGHT, apart, moves

if TYPE_CHECKING:
    import pandas as pd


def lead(frame: "pd.DataFrame") -> str:
    """Return the sentence that must stand before a table of posteriors none of which learnt anything;
    else empty.
    """
    if not len(frame) or frame["k_informative"].gt(0).any():
        return ""
    said = nothing(table_measure(frame.columns))
    return f"{said}. What follows is the prior, but for what the baseline prior adds."


def row_lines(
    frame: "pd.DataFrame", dataset: Dataset, model: Model | None = None, noun: str = "row"
) -> list[str]:
    """Return the details of a table of posteriors: silent trials by name, rows without information,
    where baselines decide.

    ``model`` is that of all rows, where they share one.
    """
    return [*_silent(frame, dataset), *_empty(frame, noun), *_moved(frame, model, noun)]


def _silent(frame: "pd.DataFrame", dataset: Dataset) -> list[str]:
    if not dataset.uninformative or not (frame["k"] > frame["k_informative"]).any():
        return []
    they = "it adds" if len(dataset.uninformative) == 1 else "they add"
    named = with_counts(dataset, dataset.uninformative)
    return [f"cannot tell the arms apart: {named}; what {they} comes from the baseline prior"]


def _empty(frame: "pd.DataFrame", noun: str) -> list[str]:
    empty = int((frame["k_informative"] == 0).sum())
    if not empty or empty == len(frame):
        return []
    return [
        f"nothing was learnt in {numbers.count(empty)} of {numbers.count(len(frame))} {noun}s: {SILENT}; "
        "what stands there is the prior"
    ]


def _moved(frame: "pd.DataFrame", model: Model | None, noun: str) -> list[str]:
    """Say in how many rows the baseline prior decides, and where most; or that it was not looked at."""
    measure = table_measure(frame.columns)
    columns = measure.columns
    known = frame[[columns.above, columns.tight]].dropna()
    pairs = [(float(own), float(tight)) for own, tight in known.itertuples(index=False)]
    if not pairs and model is not None and model.has_baseline and frame[columns.above].notna().any():
        return [
            f"whether the baseline prior matters was not computed for so many {noun}s; "
            "bayes-ivig fit tells of all trials"
        ]
    decided = [pair for pair in pairs if moves(*pair)]
    if not decided:
        return []
    one, other = max(decided, key=lambda pair: apart(*pair))
    return [
        f"the baseline prior matters in {numbers.count(len(decided))} of {numbers.count(len(pairs))} "
        f"{noun}s: P({measure.above}) moves by more than {numbers.stated(DECIDES)} under alpha ~ {TIGHT}, "
        "at most "
        f"from {numbers.probability(one)} to {numbers.probability(other)}"
    ]
