"""A kind of value as a check that is made once and is quick to use, and kinds made of others."""

from collections import abc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any

from bayes_ivig.kinds import plain
from bayes_ivig.kinds.plain import NO
from bayes_ivig.kinds.words import article, listed, plural, singular

type Take = Callable[[Any], Any]
type Part = tuple[str, Any, Kind]  # where in a value, what stands there, of what kind it ought to be


def _some(take: Take) -> Take:
    def held(value: Any) -> Any:
        value = take(value)
        return NO if isinstance(value, list | tuple | abc.Mapping) and not value else value

    return held


def itself(value: Any) -> Any:
    """Return the value."""
    return value


NOT_EMPTY = object()  # a mark of lists and dicts that must hold something


@dataclass(frozen=True)
class Columns:
    """Columns that a table must have, by which it is known for what it is."""

    names: tuple[str, ...]

    def taken(self, take: Take) -> Take:
        """Return ``take``, which refuses a table without these columns as well."""

        def with_columns(value: Any) -> Any:
            value = take(value)
            return value if value is NO or value is None or set(self.names) <= set(value.columns) else NO

        return with_columns


@dataclass(frozen=True)
class Between:
    """Limits of a number, or of every number of an array; with ``closed`` they themselves are allowed.

    ``words`` say the range, ``example`` is a value within it.
    """

    low: float
    high: float
    words: str
    example: str
    closed: bool = False

    def taken(self, take: Take) -> Take:
        """Return ``take``, which refuses what lies outside as well."""
        low, high, closed = self.low, self.high, self.closed
        quick = (float, int) if take(0.5) == 0.5 else (int,)  # whose value is itself

        def inside(value: Any) -> Any:
            if type(value) not in quick:
                value = take(value)
                if value is NO:
                    return NO
                if getattr(value, "ndim", 0):
                    fits = (low <= value) & (value <= high) if closed else (low < value) & (value < high)
                    return value if fits.all() else NO
            return value if (low <= value <= high if closed else low < value < high) else NO

        return inside


@dataclass(frozen=True)
class Kind:
    """A kind of value: ``take`` returns it, or ``NO`` where it is not of this kind.

    ``words`` say what is wanted, ``names`` are the classes that would do, ``classes`` those whose objects
    need no other check, ``within`` limits of a number that ``of_any_size`` takes, ``choices`` all values
    there are, ``parts`` the kinds of which it must be one. ``blame`` finds what in a value is wrong.
    """

    take: Take
    words: str
    names: frozenset[str] = frozenset()
    classes: tuple[type, ...] = ()
    within: Between | None = None
    of_any_size: Take = itself
    choices: tuple[Any, ...] = ()
    parts: tuple["Kind", ...] = ()
    blame: Callable[[Any], "Part | None"] = lambda value: None  # noqa: ARG005

    def marked(self, marks: tuple[Any, ...]) -> "Kind":
        """Return the kind with words or limits of its own, as ``Annotated`` states them."""
        kind = self
        for mark in marks:
            if isinstance(mark, Columns):
                kind = replace(kind, take=mark.taken(kind.take), classes=(), parts=())
            elif mark is NOT_EMPTY:
                kind = replace(kind, take=_some(kind.take), classes=(), parts=())
            elif isinstance(mark, Between):
                kind = replace(
                    kind, take=mark.taken(kind.take), within=mark, of_any_size=kind.take, classes=()
                )
            elif isinstance(mark, str):
                kind = replace(kind, words=mark, parts=())
        return kind


def of_classes(words: str, *wanted: type) -> Kind:
    """Return the kind of the objects of some classes."""

    def take(value: Any) -> Any:
        return value if isinstance(value, wanted) else NO

    return Kind(take, words, frozenset(each.__name__ for each in wanted), wanted)


def read_as(kind: Kind, other: Take) -> Kind:
    """Return a kind that also takes what ``other`` makes one of, such as another program's own objects."""

    def take(value: Any) -> Any:
        taken = kind.take(value)
        return kind.take(other(value)) if taken is NO else taken

    return Kind(take, kind.words, kind.names)


ANYTHING = Kind(itself, "anything")
NOTHING = of_classes("None", NoneType)
ANY_NUMBER = Kind(plain.any_number, "a number")
ANY_WHOLE = Kind(plain.any_whole, "a whole number")
PATH = Kind(plain.path, "a path", frozenset({"Path"}))
NUMBERS = Kind(plain.numbers, "a number or an array of numbers")
FUNCTION = Kind(lambda value: value if callable(value) else NO, "a function")
PLAIN: dict[type, Kind] = {
    float: Kind(plain.number, "a number"),
    int: Kind(plain.whole, "a whole number"),
    bool: Kind(plain.truth, "True or False"),
    str: of_classes("a text", str),
    NoneType: NOTHING,
    object: ANYTHING,
    Any: ANYTHING,
}


def of_class(wanted: type) -> Kind:
    """Return the kind of the objects of a class; those of a protocol by what they can do."""
    if wanted in PLAIN:
        return PLAIN[wanted]
    if wanted.__name__ == "Path":
        return PATH
    package = wanted.__module__.partition(".")[0]
    words = article(
        wanted.__name__ if package in ("bayes_ivig", "builtins") else f"{package} {wanted.__name__}"
    )
    if getattr(wanted, "_is_protocol", False):
        return Kind(_protocol(wanted), words, frozenset({wanted.__name__}))
    return of_classes(words, wanted)


def _protocol(wanted: Any) -> Take:
    """Return a check that remembers the classes it has seen, as asking a protocol is slow."""
    seen: set[type] = set()
    asked = [*wanted.__protocol_attrs__]  # typing.get_protocol_members, which Python 3.12 has not

    def take(value: Any) -> Any:
        kind = type(value)
        if kind in seen:
            return value
        if isinstance(value, type) or not all(hasattr(value, name) for name in asked):
            return NO
        seen.add(kind)
        return value

    return take


def one_of(choices: tuple[Any, ...]) -> Kind:
    """Return the kind that consists of a few values."""

    def take(value: Any) -> Any:
        return value if isinstance(value, str | int | None) and value in choices else NO

    return Kind(take, listed([repr(each) for each in choices]), choices=choices)


def any_of(kinds: list[Kind]) -> Kind:
    """Return the kind of what is of one of several kinds."""
    kinds = [each for kind in kinds for each in kind.parts or (kind,)]
    classes = tuple(each for kind in kinds for each in kind.classes)
    takes = tuple(kind.take for kind in kinds if not kind.classes)
    ranged = next((kind for kind in kinds if kind.within), None)

    def take(value: Any) -> Any:
        if isinstance(value, classes):
            return value
        for each in takes:
            if (taken := each(value)) is not NO:
                return taken
        return NO

    return Kind(
        take,
        listed(list(dict.fromkeys(kind.words for kind in kinds if kind is not NOTHING))),
        frozenset(name for kind in kinds for name in kind.names),
        classes if not takes else (),
        ranged.within if ranged else None,
        ranged.of_any_size if ranged else itself,
        tuple(choice for kind in kinds for choice in kind.choices),
        tuple(kinds),
        lambda value: _only([part for kind in kinds if (part := kind.blame(value)) is not None]),
    )


def list_of(inner: Kind, *, once: bool = False) -> Kind:
    """Return the kind of lists of one kind of item; with ``once`` also of what can be gone through once."""

    def opened(value: Any) -> Any:
        held = plain.items(value)
        if held is NO and once and isinstance(value, abc.Iterable):
            other = isinstance(value, (*plain.TEXTS, abc.Mapping, type)) or hasattr(value, "ndim")
            return NO if other else tuple(value)
        return held

    def take(value: Any) -> Any:
        if once and isinstance(value, abc.Iterator):
            return value  # to look into it would use it up
        held = opened(value)
        return held if held is NO or inner is ANYTHING else _all(held, (inner.take(each) for each in held))

    def blame(value: Any) -> "Part | None":
        held = opened(value)
        return None if held is NO else _first((f"[{i}]", each, inner) for i, each in enumerate(held))

    return Kind(take, f"a list of {plural(inner.words)}", frozenset({"list"}), blame=blame)


def row_of(kinds: list[Kind]) -> Kind:
    """Return the kind of lists of a stated length, each item of a kind of its own."""

    def opened(value: Any) -> Any:
        held = plain.items(value)
        return held if held is not NO and len(held) == len(kinds) else NO

    def take(value: Any) -> Any:
        held = opened(value)
        if held is NO:
            return NO
        made = _all(held, (kind.take(item) for kind, item in zip(kinds, held, strict=True)))
        return NO if made is NO else tuple(made)

    def blame(value: Any) -> "Part | None":
        held = opened(value)
        if held is NO:
            return None
        return _first((f"[{i}]", item, kinds[i]) for i, item in enumerate(held))

    same = len({kind.words for kind in kinds}) == 1
    each = f"{len(kinds)} {plural(kinds[0].words)}" if same else ", ".join(kind.words for kind in kinds)
    return Kind(take, f"a tuple of {each}", blame=blame)


def mapping_of(key: Kind, inner: Kind) -> Kind:
    """Return the kind of dicts."""

    def take(value: Any) -> Any:
        if not isinstance(value, abc.Mapping):
            return NO
        if key is ANYTHING and inner is ANYTHING:
            return value
        made = {each: inner.take(item) for each, item in value.items()}
        if any(item is NO for item in made.values()) or any(key.take(each) is NO for each in value):
            return NO
        return value if all(made[each] is item for each, item in value.items()) else made

    def blame(value: Any) -> "Part | None":
        if not isinstance(value, abc.Mapping):
            return None
        keys = _first((", a key of it,", each, key) for each in value)
        return keys or _first((f"[{each!r}]", item, inner) for each, item in value.items())

    by = "name" if key is PLAIN[str] else singular(key.words)
    of = "" if inner is ANYTHING else f" of {plural(inner.words)} by {by}"
    return Kind(take, f"a dict{of}", frozenset({"Mapping"}), blame=blame)


def array_of(dtypes: str) -> Kind:
    """Return the kind of arrays whose dtype is of one of NumPy's kinds."""
    what = {"b": "True and False", "iu": "whole numbers"}.get(dtypes, "numbers")
    return Kind(lambda value: plain.array(value, dtypes), f"an array of {what}")


def _all(held: Any, made: Iterator[Any]) -> Any:
    """Return a list or tuple with its items as they were taken, itself where they are the same."""
    taken = list(made)
    if any(each is NO for each in taken):
        return NO
    if all(one is other for one, other in zip(taken, held, strict=True)):
        return held
    return taken if type(held) is list else tuple(taken)


def _only(parts: list[Part]) -> Part | None:
    """Return what is to blame where one kind alone can tell."""
    return parts[0] if len(parts) == 1 else None


def _first(parts: Iterator[Part]) -> Part | None:
    """Return the first part that is not of its kind, and within it the part that is to blame."""
    for place, value, kind in parts:
        if kind.take(value) is NO:
            deeper = kind.blame(value)
            return (place, value, kind) if deeper is None else (place + deeper[0], *deeper[1:])
    return None
