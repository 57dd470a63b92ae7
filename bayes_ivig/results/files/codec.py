"""Values of this package as JSON text and plain arrays, and back:
frozen dataclasses, named tuples, tuples, mappings, numbers.

Nothing else is written and nothing else is made when read: a class goes by the name it has in
``saved_classes`` and must be listed there, and its values are built through its own constructor, which
validates.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, StoredNote
from bayes_ivig.files.typed import require_types
from bayes_ivig.inputs.model.stated_model import unstated
from bayes_ivig.likelihoods.registry import DEFAULT
from bayes_ivig.results.files.saved_classes import saved_class, saved_name

type Arrays = dict[str, NDArray[Any]]

KIND = "kind"  # the key under which everything that is no plain JSON value says what it is


@dataclass(frozen=True)
class Encoder:
    """Turns values into what JSON holds; arrays are put aside under names,
    and those in ``placed`` are left where they are.

    ``placed`` maps the identity of an array that is stored elsewhere in the file to its path there.
    """

    placed: Mapping[int, str] = field(default_factory=dict)
    arrays: Arrays = field(default_factory=dict)

    def encode(self, value: Any) -> Any:
        """Return the value as JSON; raises ``ModelError`` for what cannot be written."""
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, np.bool_ | np.integer | np.floating):
            return self.encode(value.item())
        if isinstance(value, int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {KIND: "float", "text": repr(value)}
        return self._composed(value)

    def _array(self, value: NDArray[Any]) -> Any:
        if value.dtype.kind not in "biuf":
            raise ModelError(f"save: an array of {value.dtype} cannot be written")
        path = self.placed.get(id(value))
        if path is None:
            path = f"a{len(self.arrays)}"
            self.arrays[path] = value
        order = sorted(range(value.ndim), key=lambda axis: -value.strides[axis])
        return {KIND: "array", "at": path, **({} if order == list(range(value.ndim)) else {"order": order})}

    def _composed(self, value: Any) -> Any:
        kind = type(value)
        if (known := saved_name(kind)) is not None:
            return {KIND: known, "fields": {name: self.encode(getattr(value, name)) for name in _names(kind)}}
        if kind in (tuple, list):
            return {KIND: kind.__name__, "items": [self.encode(item) for item in value]}
        if isinstance(value, Mapping):
            return {
                KIND: "dict",
                "items": [[self.encode(key), self.encode(item)] for key, item in value.items()],
            }
        raise ModelError(f"save: a {kind.__name__} cannot be written to a file")


def decode(plain: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:  # noqa: C901, PLR0911 - one case for each kind
    """Return the value that ``Encoder.encode`` wrote; raises ``ValueError`` for text
    that it did not write.
    """
    if not isinstance(plain, dict):
        if isinstance(plain, list):
            raise ValueError("a bare list")
        return plain
    match plain.get(KIND):
        case "float":
            return float(plain["text"])
        case "array":
            return _laid_out(arrays[plain["at"]], plain.get("order"))
        case "tuple":
            return tuple(decode(item, arrays) for item in plain["items"])
        case "list":
            return [decode(item, arrays) for item in plain["items"]]
        case "dict":
            return {decode(key, arrays): decode(item, arrays) for key, item in plain["items"]}
        case str() as name:
            return _made(
                saved_class(name), {key: decode(item, arrays) for key, item in plain["fields"].items()}
            )
        case other:
            raise ValueError(f"unknown kind {other!r}")


def _made(kind: Any, stated: dict[str, Any]) -> Any:
    """Return a value of a class; raises ``ValueError`` where its parts are of other types,
    or do not go together where it can tell.
    """
    parts = _completed(kind, stated)
    require_types(kind, parts)
    value = kind(**parts)
    if hasattr(value, "require_whole"):
        value.require_whole()
    return value


def _completed(kind: Any, stated: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a value, those added that a model of an earlier version left
    to another default than today's.
    """
    missing = unstated(kind, stated, stated.get("likelihood", DEFAULT)) if hasattr(kind, "SETTINGS") else {}
    for key, value in missing.items():
        note = f"a {kind.__name__} saved without its {key} is read with {key} = {value!r}, as it was fitted"
        warnings.warn(note, StoredNote, stacklevel=2)
    return missing | stated


def _laid_out(array: NDArray[Any], order: list[int] | None) -> NDArray[Any]:
    """Return an array with its axes in memory as they were:
    sums taken in another order differ in the last bit.
    """
    return (
        array if order is None else np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))
    )


def _names(kind: Any) -> list[str]:
    """Return the fields a value is made of: those its constructor takes, none that are private."""
    if is_dataclass(kind):
        return [each.name for each in fields(kind) if each.init and not each.name.startswith("_")]
    return list(kind._fields)
