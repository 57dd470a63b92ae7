"""A result in one line that says its answer:
``Posterior(BCG, k=13): OR 0.47 (0.32 to 0.69), P(OR < 1) > 0.999``.
"""

from pathlib import PurePath
from typing import Any

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.reporting.display.kinds import KINDS
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.reporting.wording.terminal import visible
from bayes_ivig.results.shown import Shown

MOST, MOST_OF_DATA = 200, 60  # characters
UNNAMED = "table"  # what a dataset is called to which nobody gave a name
WAYS = ("", "posterior", "start", "contrast", "benefit")  # from a result to the data behind it


def one_line(result: Any) -> str:
    """Return kind, data, k and answer of a result, at most 200 characters; of a part of a result its class
    and its data.
    """
    name = name_of(result)
    inner = ", ".join(part for part in (data_of(result), trials_of(result)) if part)
    head = f"{name}({inner})" if inner else name
    text = f"{head}: {KINDS[name].answer(result)}" if name in KINDS else head
    return phrases.cut(visible(" ".join(text.split())), MOST - 2)  # beside signs that keep letters apart


def name_of(result: Any) -> str:
    """Return the name of a result's kind, of a part of a result that of its class."""
    own = result.KIND if isinstance(result, Shown) else ""
    return own or type(result).__name__


def data_of(result: Any) -> str:
    """Return the name of the data behind a result, where it is at hand and has one."""
    dataset = dataset_of(result)
    if dataset is not None:
        label = dataset.label if dataset.name != UNNAMED else dataset.about.title or dataset.outcome
        chosen = "" if dataset.selection in ("", "all") else f" ({dataset.selection})"
        return phrases.cut(f"{label}{chosen}".strip(), MOST_OF_DATA)
    partial = getattr(result, "partial", None)  # of counts known in part
    source = getattr(result, "source", "") if partial is None else partial.label
    return phrases.cut(PurePath(source).name if isinstance(source, str) else "", MOST_OF_DATA)


def trials_of(result: Any) -> str:
    """Return ``k=13``, the number of trials that are used, where it is at hand."""
    at = getattr(result, "posterior", result)
    k, dataset = getattr(at, "k", None), dataset_of(result)
    if not isinstance(k, int):
        k = None if dataset is None else len(dataset)
    return "" if k is None else f"k={k}"


def dataset_of(result: Any) -> Dataset | None:
    """Return the data behind a result, None where they are not at hand."""
    for way in WAYS:
        at = getattr(result, way, None) if way else result
        dataset = getattr(at, "dataset", None)
        if isinstance(dataset, Dataset):
            return dataset
    return None
