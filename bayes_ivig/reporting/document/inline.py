"""What can stand inside a line of a report: citations, links to sections, formulas."""

from collections.abc import Iterable
from dataclasses import dataclass

from bayes_ivig.reporting.wording.formula import Formula


@dataclass(frozen=True)
class Cite:
    """Citation of works by their keys; the page gives the numbers."""

    keys: tuple[str, ...]
    kind: str = "cite"


@dataclass(frozen=True)
class Link:
    """A link to a section of the page by its key; where that section is left out, one that only ``points``
    goes with it, and of any other the text stays.
    """

    text: str
    target: str
    points: bool = False
    kind: str = "link"


type Part = str | Cite | Link | Formula


def plain(parts: Iterable[Part], numbers: dict[str, int]) -> str:
    """Return a line as plain text, citations as the numbers given to their keys."""
    return "".join(_plain(part, numbers) for part in parts)


def _plain(part: Part, numbers: dict[str, int]) -> str:
    match part:
        case Cite(keys):
            cited = sorted(numbers[key] for key in keys if key in numbers)
            return f" [{', '.join(map(str, cited))}]" if cited else ""
        case Link(text):
            return text
        case Formula():
            return part.plain
        case _:
            return part
