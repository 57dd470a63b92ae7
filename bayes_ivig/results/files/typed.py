"""Whether values fit the types that a class states for them: what was saved by us does,
what was changed on the way, checksum and all, may not.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np

PLAIN = {float: (int, float), int: (int,), str: (str,), bool: (bool,)}


def require_types(kind: Any, values: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` where a value does not fit the type that ``kind`` states for it."""
    hints = _hints(kind)
    for name, value in values.items():
        if name in hints and not fits(value, hints[name]):
            raise ValueError(f"{kind.__name__}.{name} cannot be a {type(value).__name__} like this")


def fits(value: Any, hint: Any) -> bool:  # noqa: C901, PLR0911 - one case for each kind of hint
    """Whether a value is of a type: a class, a protocol, or one made of them. Arrays hold numbers."""
    if hint is Any:
        return True
    if isinstance(hint, TypeAliasType):
        return fits(value, hint.__value__)
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(origin, TypeAliasType):
        return fits(value, origin.__value__)
    if origin in (Union, types.UnionType):
        return any(fits(value, each) for each in inner)
    if origin is Literal:
        return any(value is each or (type(value) is type(each) and value == each) for each in inner)
    if origin is tuple:
        return isinstance(value, tuple) and _items_fit(value, inner)
    if origin is np.ndarray:
        return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
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
    return not isinstance(hint, type) or is_typeddict(hint) or isinstance(value, hint)


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
