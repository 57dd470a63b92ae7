"""The kind of value that an annotation asks for."""

import builtins
import re
import sys
import types
import typing
from collections import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

from bayes_ivig.kinds import kind as kinds
from bayes_ivig.kinds.kind import ANYTHING, Kind
from bayes_ivig.kinds.words import is_of

# short names under which modules know packages that they import late
PACKAGES = {"pd": "pandas", "alt": "altair", "xr": "xarray", "np": "numpy", "mpl": "matplotlib"}
# words for kinds whose classes saved files name as well, so that their annotation is nothing else
WORDS = {"Prior": "a prior such as Normal(0, 1)"}
DTYPES = {"bool": "b", "int": "iu", "float": "fiu"}


@dataclass(frozen=True)
class Reader:
    """Reads the annotations of one module; with ``finite`` a number is a finite one. Constructors judge the
    size of their numbers themselves.
    """

    module: Mapping[str, Any]
    finite: bool = True

    def kind(self, annotation: Any) -> Kind:
        """Return the kind that an annotation asks for; what cannot be told is taken for anything."""
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            annotation = self._evaluated(annotation)
        if _is_array_like(annotation):
            return kinds.NUMBERS
        if annotation in (float, int) and not self.finite:
            return kinds.ANY_NUMBER if annotation is float else kinds.ANY_WHOLE
        if annotation in (None, types.NoneType):
            return kinds.NOTHING
        if isinstance(annotation, TypeAliasType):
            return self._alias(annotation)
        if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
            return kinds.of_class(annotation)
        return self._compound(annotation)

    def _evaluated(self, text: str) -> Any:
        """Return what an annotation written as text names."""
        bearer = types.SimpleNamespace(__annotations__={"it": text})
        names = typing.get_type_hints(bearer, dict(self.module), _Late(self.module), include_extras=True)
        return names["it"]

    def _alias(self, alias: TypeAliasType) -> Kind:
        try:
            kind = self.kind(alias.__value__)
        except NameError:  # of a module that names a class for type checkers only
            return ANYTHING
        if alias.__name__ not in WORDS:
            return kind
        also = getattr(sys.modules.get(str(alias.__module__)), "READ_AS", {}).get(
            alias.__name__, kinds.itself
        )
        return kinds.read_as(kind, also).marked((WORDS[alias.__name__],))

    def _compound(self, annotation: Any) -> Kind:
        origin, inside = get_origin(annotation), get_args(annotation)
        if isinstance(origin, TypeAliasType):
            if origin.__name__ == "NDArray":
                return _array(inside)
            return self.kind(origin.__value__[inside])
        if origin in COMPOUND:
            return COMPOUND[origin](self, inside)
        home = getattr(origin, "__module__", "")
        if home == "numpy":
            return _array(inside)
        return kinds.of_class(origin) if home.startswith("bayes_ivig") else ANYTHING

    def row(self, inside: tuple[Any, ...]) -> Kind:
        """Return the kind of ``tuple[...]``."""
        if inside[-1:] == (...,):
            return kinds.list_of(self.kind(inside[0]))
        return kinds.row_of([self.kind(each) for each in inside])

    def mapping(self, inside: tuple[Any, ...]) -> Kind:
        """Return the kind of ``Mapping[key, value]``."""
        return kinds.mapping_of(self.kind(inside[0]), self.kind(inside[1]))

    def union(self, inside: tuple[Any, ...]) -> Kind:
        """Return the kind of ``one | other``."""
        return kinds.any_of([self.kind(each) for each in inside])


COMPOUND: dict[Any, Callable[[Reader, tuple[Any, ...]], Kind]] = {
    Annotated: lambda reader, inside: reader.kind(inside[0]).marked(inside[1:]),
    Literal: lambda _, inside: kinds.one_of(inside),
    Union: Reader.union,
    types.UnionType: Reader.union,
    tuple: Reader.row,
    list: lambda reader, inside: kinds.list_of(reader.kind(inside[0])),
    abc.Sequence: lambda reader, inside: kinds.list_of(reader.kind(inside[0])),
    abc.Iterable: lambda reader, inside: kinds.list_of(reader.kind(inside[0]), once=True),
    abc.Mapping: Reader.mapping,
    dict: Reader.mapping,
    abc.Callable: lambda *_: kinds.FUNCTION,
}


def _is_array_like(annotation: Any) -> bool:
    """Whether an annotation is NumPy's ``ArrayLike``, which whoever writes it has imported."""
    numpy = sys.modules.get("numpy.typing")
    return numpy is not None and annotation is numpy.ArrayLike


class _Late(dict[str, Any]):
    """Names that an annotation uses and its module lacks, since it imports them late: classes by name."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        super().__init__()
        self.module = module

    def __missing__(self, name: str) -> Any:
        if name in self.module or hasattr(builtins, name):
            raise KeyError(name)  # it is found there
        return _Package(PACKAGES[name]) if name in PACKAGES else _named("bayes_ivig", name)


@dataclass(frozen=True)
class _Package:
    """A package that is imported late; its attributes are classes of that name."""

    name: str

    def __getattr__(self, name: str) -> Any:
        return _named(self.name, name)


class _Named(type):
    """The class of classes that are known by name only: an object is one of theirs if its class, or one that
    it is built on, is called so and comes from that package, which need not be imported.
    """

    package: str

    def __instancecheck__(cls, value: object) -> bool:
        if isinstance(value, type):
            return False
        return is_of(value, cls.package) and cls.__name__ in [each.__name__ for each in type(value).__mro__]


def _named(package: str, name: str) -> type:
    return _Named(name, (), {"package": package, "__module__": package, "__class_getitem__": kinds.itself})


def _array(inside: tuple[Any, ...]) -> Kind:
    """Return the kind of ``NDArray[dtype]``, whose last part is the dtype."""
    named = re.search(r"bool|int|float", str(inside[-1]))
    return kinds.array_of(DTYPES[named[0]] if named else "fiub")
