"""Which studies a selection means: a named trial set, names to keep, names to drop,
or a set less some of its trials.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from bayes_ivig.errors import DataError, quoted, suggestion

type Selection = Annotated[str | Iterable[str], "the name of a trial set or a list of study names"]
type Chosen = tuple[tuple[str, ...], str]  # names to keep, and what the choice is called

# drops the trials that cannot tell the arms apart; a study of that name goes first
UNINFORMATIVE = "-uninformative"


@dataclass(frozen=True)
class Choosing:
    """What there is to choose from: the studies of a table, its named sets,
    and the studies that cannot tell the arms apart.
    """

    label: str
    known: tuple[str, ...]
    sets: Mapping[str, tuple[str, ...]]
    uninformative: tuple[str, ...] = ()

    def chosen(self, selection: Selection) -> Chosen:
        """Return the names to keep and what the choice is called;
        raises ``DataError`` for names that are not there.
        """
        if isinstance(selection, str) and selection in self.sets:
            return self.sets[selection], selection
        items = self._items(selection)
        if (
            len(items) > 1
            and items[0] in self.sets
            and items[0] not in self.known
            and all(i.startswith("-") for i in items[1:])
        ):
            return self._less(items[0], items[1:])
        return self._resolve(self._spelt_out(items)), ", ".join(items)

    def _less(self, name: str, drops: tuple[str, ...]) -> Chosen:
        """Return a named set less some of its trials."""
        kept = tuple(study for study in self.known if study in self.sets[name])
        wanted, label = replace(self, known=kept).chosen(drops)
        return wanted, label if name == "all" else f"{label} of {name}"

    def _items(self, selection: Selection) -> tuple[str, ...]:
        """Split a selection into names; a text that is itself a study name stays whole."""
        if isinstance(selection, str):
            whole = selection.removeprefix("-") in self.known
            return (
                (selection,)
                if whole
                else tuple(item.strip() for item in selection.split(",") if item.strip())
            )
        try:
            return tuple(str(item) for item in selection)
        except TypeError:
            raise DataError(
                f"{self.label}: found {quoted(selection)} for a trial set; give the name of one, or study "
                "names"
            ) from None

    def _spelt_out(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Put names in place of ``-uninformative``; raises ``DataError`` where no study would be left,
        or none is meant.
        """
        if UNINFORMATIVE not in items or {UNINFORMATIVE, UNINFORMATIVE.removeprefix("-")} & set(self.known):
            return items
        out = [name for name in self.known if name in self.uninformative]
        if len(out) == len(self.known):
            raise DataError(
                f"{self.label}: {UNINFORMATIVE} leaves no trial: none can tell the arms apart, each having "
                "no events, only events, or an empty arm"
            )
        spelt = [
            name
            for item in items
            for name in ([f"-{each}" for each in out] if item == UNINFORMATIVE else [item])
        ]
        return tuple(spelt) or self.known

    def _resolve(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Turn names to keep, or names to drop, into names to keep."""
        if not items:
            raise DataError(f"{self.label}: an empty trial set; name at least one study")
        known = set(self.known)
        unknown = [item for item in items if item not in known and item.removeprefix("-") not in known]
        if unknown:
            near = (*self.known, *self.sets)
            hints = [
                f"{quoted(item)} is a trial set, to be given on its own, not in a list of studies"
                if item in self.sets
                else f"no trial set or study {quoted(item)}{suggestion(item.removeprefix('-'), near)}"
                for item in unknown
            ]
            raise DataError(
                f"{self.label}: {'; '.join(hints)}; trial sets are {', '.join(self.sets)}; studies are "
                f"{', '.join(self.known)}; {UNINFORMATIVE} drops those that cannot tell the arms apart"
            )
        dropped = {item.removeprefix("-") for item in items if item not in known}
        if dropped and len(dropped) < len(set(items)):
            raise DataError(
                f"{self.label}: a trial set either names studies to keep or, with '-', studies to drop; "
                "not both"
            )
        return tuple(name for name in self.known if name not in dropped) if dropped else items
