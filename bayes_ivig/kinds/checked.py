"""``checked``: a public function or class whose arguments are held to their annotations."""

import inspect
import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from itertools import chain, repeat
from numbers import Real
from sys import modules
from typing import Any, get_args, is_typeddict

from bayes_ivig.errors import ArgumentError, BayesIvigError, ModelError, suggestion
from bayes_ivig.kinds import plain
from bayes_ivig.kinds.annotations import Reader
from bayes_ivig.kinds.kind import ANYTHING, Kind, Take, itself
from bayes_ivig.kinds.plain import NO
from bayes_ivig.kinds.words import described, instead
from bayes_ivig.one_thread import one_thread

SHOWN = {"fit_text": "Posterior.text", "fit_document": "Posterior.to_dict"}
PERCENT = ("level", "p")  # what may come in percent by mistake
CALLED_TOO = ("__getitem__",)  # methods with underscores that users call all the same


def checked[Thing: Callable[..., Any]](thing: Thing) -> Thing:
    """Return a function that holds its arguments to their annotations before it is called; of a dataclass its
    constructor and its public methods.

    What stands for a number, a list or a path is handed on as a plain one; what is of another kind is refused
    by an ``ArgumentError`` that says what was given, what is wanted and what to write instead, and a number
    out of the range that its annotation states by a ``ModelError``. Annotations are read when the function is
    first called, and of classes that are imported late by name, so that nothing is imported for them. While
    it runs, matrix products have one thread, see ``one_thread``. Type
    checkers, ``help`` and ``inspect.signature`` see what is decorated.
    """
    if not isinstance(thing, type):
        return _of_function(thing)  # type: ignore[no-any-return]
    owner: Any = checked_methods(thing)
    owner.__init__ = _of_function(owner.__init__, owner.__module__, finite=False)
    return owner  # type: ignore[no-any-return]


def checked_methods[Owner: type](owner: Owner) -> Owner:
    """Return a class whose public methods are ``checked``; its constructor judges its own values, or is
    called by the package alone.
    """
    for name, member in list(vars(owner).items()):
        if name.startswith("_") and name not in CALLED_TOO:
            continue
        if inspect.isfunction(member):
            setattr(owner, name, _of_function(member))
        elif isinstance(member, classmethod | staticmethod):
            setattr(owner, name, type(member)(_of_function(member.__func__)))
    return owner


def _of_function(function: Any, module: str = "", *, finite: bool = True) -> Any:
    """Return the function behind a door: the way through for what is as it should be is the short one."""
    own: _Door | None = None
    takes: tuple[tuple[int, Take], ...] = ()
    by_name: Mapping[str, Take] = {}
    most = 0  # arguments by position that have a name
    alone = one_thread if finite else nullcontext()  # constructors multiply no matrices

    @wraps(function)
    def door(*args: Any, **kwargs: Any) -> Any:
        nonlocal own, takes, by_name, most
        if own is None:
            own = _door(function, Reader(vars(modules[module or function.__module__]), finite))
            by_name, most = {name: kind.take for name, kind in own.kinds.items()}, len(own.positional)
            takes = tuple((i, by_name[name]) for i, name in enumerate(own.positional))
            takes = tuple((i, take) for i, take in takes if take is not itself)
        with alone:
            count = len(args)
            for i, take in takes:
                if i < count and take(args[i]) is not args[i]:
                    return function(*own.taken(args, kwargs), **kwargs)
            for name, value in kwargs.items():
                if by_name.get(name, itself)(value) is not value:
                    return function(*own.taken(args, kwargs), **kwargs)
            return function(*own.taken(args, kwargs) if count > most else args, **kwargs)

    return door


@dataclass(frozen=True)
class _Door:
    """The kinds of a function's parameters by name: ``positional`` are those that may be given by position,
    ``rest`` is that of ``*names``.
    """

    function: Any
    kinds: Mapping[str, Kind]
    positional: tuple[str, ...]
    rest: str | None

    def taken(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """Return arguments by position as they are taken, and put those by name in their place; raise the
        error about the first that is not of its kind.
        """
        names = chain(self.positional, repeat(self.rest or ""))  # one too many is for Python to refuse
        placed = list(zip(names, args, strict=False))
        for name, value in (*placed, *kwargs.items()):
            if self._kind(name).take(value) is NO:
                raise self.error(name, value, args, dict(placed) | kwargs)
        kwargs |= {name: self._kind(name).take(value) for name, value in kwargs.items()}
        return [self._kind(name).take(value) for name, value in placed]

    def _kind(self, name: str) -> Kind:
        return self.kinds.get(name, ANYTHING)

    def error(self, name: str, value: Any, args: tuple[Any, ...], given: Mapping[str, Any]) -> BayesIvigError:
        """Return the error about an argument that is not of its kind."""
        where, part, kind = self.kinds[name].blame(value) or ("", value, self.kinds[name])
        found = f"{self._label(args)}: {name}{where} is {described(part)}"
        if kind.within is not None and kind.of_any_size(part) is not NO:
            lies = f"it must lie {kind.within.words}, for example {kind.within.example}"
            return ModelError(f"{found}; {lies}{self._number(name, part, kind)}")
        wanted = kind.words
        if kind.within is not None:
            wanted = f"{wanted} {kind.within.words}, for example {kind.within.example}"
        elif isinstance(part, Real) and not isinstance(part, bool):
            wanted = wanted.replace("a number", "a finite number", 1)
        near = suggestion(part, map(str, kind.choices)) if isinstance(part, str) and kind.choices else ""
        hint = (
            self._exchanged(given, name)
            or self._number(name, part, kind)
            or instead(f"{self._label(args)}.{name}", part, kind.names)
        )
        return ArgumentError(f"{found}; it must be {wanted}{near}{hint}")

    def _label(self, args: tuple[Any, ...]) -> str:
        """Return the name under which users know the function: of a method with the object's own class."""
        name: str = self.function.__name__
        if "." not in self.function.__qualname__:
            if self.function.__module__.endswith("figure"):
                return f"plot.{name.removeprefix('plot_')}"
            shows = ".reporting." in self.function.__module__  # what is known by another name to users
            return re.sub("^plot_", "plot.", SHOWN.get(name, name)) if shows else name
        label = self.function.__qualname__.rpartition(".")[0]
        if args and self.positional[:1] in (("self",), ("cls",)):
            owner = args[0] if isinstance(args[0], type) else type(args[0])
            kind = getattr(owner, "KIND", "")
            label = kind if kind[:1].isupper() else owner.__name__
        return label if name in ("__init__", "__getitem__") else f"{label}.{name}"

    def _number(self, name: str, value: Any, kind: Kind) -> str:
        """Return what to write where a text, or a percentage, stands for a number that would do."""
        meant = plain.meant(value, percent=name in PERCENT)
        number = next((each for each in meant if kind.take(each) is not NO), None)
        if number is None:
            return ""
        first = self.positional[1:2] if self.positional[:1] == ("self",) else self.positional[:1]
        short = "." in self.function.__qualname__ and first == (name,)
        return f": write {self.function.__name__}({number})" if short else f": write {name}={number}"

    def _exchanged(self, given: Mapping[str, Any], name: str) -> str:
        """Return a hint where another argument has this one's value, and this one that one's."""
        here = self.kinds[name]
        for other, value in given.items():
            there = self.kinds.get(other, ANYTHING)
            fits = here.take(value) is not NO and there.take(given[name]) is not NO
            if other != name and fits and here.names and there.names:
                return f"; {name} and {other} look exchanged"
        return ""


def _door(function: Any, reader: Reader) -> _Door:
    """Read the annotations of a function; the first parameter of a method has none."""
    kinds: dict[str, Kind] = {}
    positional: list[str] = []
    rest = None
    for name, parameter in inspect.signature(function).parameters.items():
        stated = parameter.annotation
        options = get_args(stated)
        if parameter.kind is parameter.VAR_KEYWORD and options and is_typeddict(options[0]):
            kinds |= {each: reader.kind(kind) for each, kind in options[0].__annotations__.items()}
        if parameter.kind is parameter.VAR_KEYWORD:
            continue  # other options are judged by whoever reads them
        kinds[name] = ANYTHING if stated is parameter.empty else reader.kind(stated)
        if parameter.kind is parameter.VAR_POSITIONAL:
            rest = name
        elif parameter.kind is not parameter.KEYWORD_ONLY:
            positional.append(name)
    return _Door(function, kinds, tuple(positional), rest)
