"""Whether what was read fits the form it was written in: the types that a class states for its values, or a
``TypedDict`` for a document. What was written by us does; what was changed since, checksum and all, may not.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import numpy as np

PLAIN = {float: (int, float), int: (int,), str: (str,), bool: (bool,)}


def require_types(kind: Any, values: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` where a value does not fit the type that ``kind`` states for it."""
    hints = _hints(kind)
    for name, value in values.items():
        if name in hints and not fits(value, hints[name]):
            raise ValueError(f"{kind.__name__}.{name} cannot be a {type(value).__name__} like this")


def fits(value: Any, hint: Any) -> bool:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of hint
    """Whether a value is of a type: a class with its fields, a protocol, the keys of a ``TypedDict`` (others
    may stand beside them), or one made of these. Arrays hold numbers.
    """
    if hint is Any:
        return True
    if isinstance(hint, TypeAliasType):
        return fits(value, hint.__value__)
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(origin, TypeAliasType):
        return fits(value, origin.__value__)
    if origin is Annotated:  # with words or limits for whoever calls, of no concern here
        return fits(value, inner[0])
    if origin in (Union, types.UnionType):
        return any(fits(value, each) for each in inner)
    if origin is Literal:
        return any(value is each or (type(value) is type(each) and value == each) for each in inner)
    if origin is tuple:
        return isinstance(value, tuple) and _items_fit(value, inner)
    if origin is np.ndarray:
        return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
    if origin is list:
        return isinstance(value, list) and all(fits(item, inner[0]) for item in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            fits(key, inner[0]) and fits(item, inner[1]) for key, item in value.items()
        )
    if origin is not None:
        return isinstance(value, origin)
    if hint is None or hint is type(None):
        return value is None
    if hint in PLAIN:
        return isinstance(value, PLAIN[hint]) and (hint is bool or not isinstance(value, bool))
    if getattr(hint, "_is_protocol", False):
        return frozenset(hint.__protocol_attrs__) <= _offered(_class_of(value))
    if is_typeddict(hint):
        return isinstance(value, dict) and hint.__required_keys__ <= value.keys() and _fields_fit(value, hint)
    if not isinstance(hint, type):
        return True
    return isinstance(value, hint) and (not is_dataclass(hint) or _fields_fit(_stated(value), hint))


def _fields_fit(values: Mapping[str, Any], kind: Any) -> bool:
    hints = _hints(kind)
    return all(fits(value, hints[name]) for name, value in values.items() if name in hints)


def _stated(value: Any) -> dict[str, Any]:
    """Return what a dataclass was made of."""
    return {each.name: getattr(value, each.name) for each in fields(value) if each.init}


def _items_fit(value: tuple[Any, ...], inner: tuple[Any, ...]) -> bool:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return all(fits(item, inner[0]) for item in value)
    return len(value) == len(inner) and all(map(fits, value, inner))


def _class_of(value: Any) -> Any:
    return type(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _offered(kind: Any) -> frozenset[str]:
    """Return what a class has by name, its fields among it."""
    own = {each.name for each in fields(kind)} if is_dataclass(kind) else set()
    return frozenset(own | set(dir(kind)))
