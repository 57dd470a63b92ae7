"""What every result can do: give its numbers as a table, as a document and as text.

``Result`` is that contract, ``Shown`` the part of it that is the same for all: words and documents are made
one layer up, in ``reporting``, which this layer does not import. ``_shows`` is the one door to it, opened
when somebody asks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, runtime_checkable

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level, Width
from bayes_ivig.results.coded import Coded

if TYPE_CHECKING:
    import pandas as pd


@runtime_checkable
class Result(Protocol):
    """What every public result answers. Numbers are on the scale that the result's own description names."""

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return the result as a table, nothing rounded; ``level`` is that of limits computed on asking."""

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: the document that the result's command prints with ``--json``,
        rounded as there.
        """

    def text(self, width: Width = 80) -> str:
        """Return what the result's command prints, no line wider than ``width`` where that can be."""


def one_row(result: Any) -> "pd.DataFrame":
    """Return a dataclass of plain values as one row, a column for each field."""
    import pandas as pd

    return pd.DataFrame([{name: getattr(result, name) for name in result.__dataclass_fields__}])


def checked_level(level: float) -> float:
    """Return a level of limits; raises ``ModelError`` unless it lies between 0 and 1."""
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        raise ModelError(f"table: level is {level!r}; it must lie between 0 and 1, for example 0.95")
    return level


def limited(values: "tuple[float, float, float]", level: float, start: str = "") -> dict[str, float]:
    """Return median, lower and upper limit by the names that they have in tables, with their level;
    ``start`` says of what, where a table has more than one.
    """
    names = (f"{start}median", f"{start}lower", f"{start}upper")
    return {**dict(zip(names, values, strict=True)), "level": level}


def own_level(asked: float | None, own: float, remedy: str) -> None:
    """Raise ``ModelError`` for a level that limits cannot be given at,
    because only those of another one were kept.
    """
    if asked is not None and asked != own:
        raise ModelError(f"table: level is {asked!r}; its limits are of {own:g}; {remedy}")


def worded(reason: Coded) -> str:
    """Return a code and its values in words."""
    text: str = _shows().worded(reason)
    return text


def shown_in_one_line(result: object) -> str:
    """Return a result in one line that says its answer: what ``repr`` gives."""
    line: str = _shows().one_line(result)
    return line


@checked_methods
class Shown:
    """Gives a result its text, its document and its display in a notebook;
    the table each result makes itself.

    ``KIND`` is the name under which classes of one kind are shown, where that is not the name of the class.
    """

    __slots__ = ()
    KIND: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """Give every result a ``repr`` that says its answer; ``dataclass`` leaves one alone that is there."""
        super().__init_subclass__(**options)
        if "__repr__" not in vars(cls):
            cls.__repr__ = shown_in_one_line  # type: ignore[method-assign]

    def to_dict(self, *, version: Literal[1, 2] = 2, **options: Any) -> dict[str, Any]:
        """Return the document that the command of this result prints with ``--json``,
        numbers rounded as there.

        A result without a command gives its fields and the rows of its table. What does not exist is None.
        ``version`` 1 is the document as it was up to release 0.1, given for one more release. ``options``
        are those of the command, as ``reporting.shows`` lists them: of a posterior ``level`` and
        ``thresholds``.

        >>> import bayes_ivig as bi
        >>> document = bi.pool(bi.load_dataset("my.csv")).to_dict()
        >>> list(document)[:4]
        ['json', 'dataset', 'measure', 'method']
        """
        document: dict[str, Any] = _shows().document(self, version=version, **options)
        return document

    def text(self, width: Width = 80, **options: Any) -> str:
        """Return what the command of this result prints, at most ``width`` columns wide where it can be.

        A result without a command gives its table in columns, a table of one row as a list; numbers have
        four figures. ``options`` are as for ``to_dict``.

        >>> import bayes_ivig as bi
        >>> print(bi.pool(bi.load_dataset("my.csv")).text().splitlines()[7])
        pooled (reml)  0.373           0.179 to 0.778
        """
        shown: str = _shows().text(self, width=width, **options)
        return shown

    def _repr_html_(self) -> str:
        """Return the result as a small piece of HTML for notebooks."""
        block: str = _shows().html(self)
        return block


def figure(name: str, *results: object, **options: Any) -> Any:
    """Return a figure of ``bi.plot`` by its name."""
    return _shows().figure(name, *results, **options)


def _shows() -> Any:
    """Return the module that knows how every kind is shown:
    the only one above this layer that is ever asked from it.
    """
    return import_module("bayes_ivig.reporting.shows")
