"""Any result as values that JSON has: how the parts of a reanalysis that have no document
of their own enter results.json.
"""

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.priors.composite import KINDS
from bayes_ivig.reporting import shows
from bayes_ivig.reporting.any_result_tables import rows_of
from bayes_ivig.reporting.wording import json_values
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.contrast import Contrast
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.shown import Shown

LEVEL = 0.95
PLAIN = (bool, int, float, str)
ERROR = "numerical_error"  # a column of many tables


def described(value: Any) -> Any:
    """Return a result as dictionaries, lists, numbers and texts.

    A dataclass becomes a dictionary of its fields, those it does not show (``repr=False``, where arrays are
    kept) left out; a part with ``to_dict`` gives that; a table a list of rows; a marginal its summary (on its
    own scale), a posterior what ``bayes-ivig fit --json`` prints, a contrast its table, a dataset its name,
    outcome and trials, a prior its text. Error bounds are rounded up to a power of ten. Raises ``TypeError``
    for anything else.
    """
    if value is None or type(value) in PLAIN:  # nearly all values: to ask what they might be takes longest
        return value
    match value:
        case list():
            return [described(each) for each in value]
        case dict():
            return {
                str(key): _bound(each) if key == ERROR else described(each) for key, each in value.items()
            }
    plain = _plain(value)
    if plain is not value:
        return described(plain)
    if isinstance(plain, bool | int | float | str):
        return plain
    raise TypeError(f"results.json: cannot hold a {type(value).__name__}; give its class a method to_dict")


def _bound(value: Any) -> Any:
    """Round an error bound up to a power of ten: its digits are noise and differ between machines."""
    return (
        10.0 ** math.ceil(math.log10(value))
        if isinstance(value, float) and 0 < value < math.inf
        else described(value)
    )


def _plain(value: Any) -> Any:
    """Return a value one step nearer to what JSON has, or the value itself."""
    match value:
        case Shown() if (document := shows.reported(value)) is not None:
            return document
        case np.generic() | np.ndarray():
            return value.tolist()
        case Dataset() | Contrast() | Model() | Diagnostics():
            return _known(value)
        case tuple() if not hasattr(value, "_asdict"):
            return list(value)
    if isinstance(value, KINDS):
        return str(value)
    return json_values.summary(value, LEVEL) if isinstance(value, Marginal) else _plain_object(value)


def fields_of(value: Any) -> dict[str, Any]:
    """Return a result's fields as ``described`` gives them, and the rows of its table."""
    found = described(value)
    own = found if isinstance(found, dict) else {}
    return own | {"table": described(rows_of(value.table()))}


def _known(value: Dataset | Contrast | Model | Diagnostics) -> Any:
    match value:
        case Dataset():
            return {"name": value.name, "outcome": value.outcome, "trials": list(value.study_names)}
        case Contrast():
            return value.table(LEVEL)
        case Model():
            return {"name": value.name, **model_dict(value)}
        case Diagnostics():
            return {"ok": value.ok, "problems": list(value.problems)}


def _plain_object(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "iterrows"):  # a table of pandas, known by this without importing it
        named = value.reset_index() if any(value.index.names) else value
        return named.to_dict(orient="records")
    # a part; that of a result is made from here
    if hasattr(value, "to_dict") and not isinstance(value, Shown):
        return value.to_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value) if each.repr}
    return value
