"""Any result as values that JSON has: how the parts of a reanalysis that have no document of their own enter results.json."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model, model_dict
from bayes_ivig.priors.composite import KINDS
from bayes_ivig.reporting.fit_json import fit_document, summary
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.posterior import Posterior

LEVEL = 0.95


def described(value: Any) -> Any:
    """Return a result as dictionaries, lists, numbers and texts.

    A dataclass becomes a dictionary of its fields, those it does not show (``repr=False``, where arrays are kept) left out; an
    object with ``to_dict`` gives that; a table a list of rows; a marginal its summary (on its own scale), a posterior what
    ``bayes-ivig fit --json`` prints, a dataset its name, outcome and trials, a prior its text. Raises ``TypeError`` for anything
    else.
    """
    found = _plain(value)
    if found is not value:
        return described(found)
    match found:
        case None | bool() | int() | float() | str():
            return found
        case list():
            return [described(each) for each in found]
        case dict():
            return {str(key): described(each) for key, each in found.items()}
    raise TypeError(f"results.json: cannot hold a {type(value).__name__}; give its class a method to_dict")


def _plain(value: Any) -> Any:
    """Return a value one step nearer to what JSON has, or the value itself."""
    match value:
        case np.generic() | np.ndarray():
            return value.tolist()
        case Posterior():
            return fit_document(value)
        case Dataset():
            return {"name": value.name, "outcome": value.outcome, "trials": list(value.study_names)}
        case Model():
            return {"name": value.name, **model_dict(value)}
        case tuple() if not hasattr(value, "_asdict"):
            return list(value)
    return _plain_object(value)


def _plain_object(value: Any) -> Any:
    if isinstance(value, KINDS):
        return str(value)
    if isinstance(value, Marginal):
        return summary(value, LEVEL)
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "to_dict"):
        return value.to_dict(orient="records") if hasattr(value, "iterrows") else value.to_dict()  # iterrows: a pandas table
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value) if each.repr}
    return value
