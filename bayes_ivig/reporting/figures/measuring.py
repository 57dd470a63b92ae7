"""How wide a text is in the font that a figure is drawn in, in points; asked inside ``paper.style()``."""

from bisect import bisect_right
from collections.abc import Iterable

from bayes_ivig.reporting.figures.paper import SIZE
from bayes_ivig.reporting.wording import phrases


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return the width of a text of one line."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    across: float = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
    return across


def widest(texts: Iterable[str], size: float = SIZE, *, bold: bool = False) -> float:
    """Return the width of the widest line of any text; 0 of none."""
    lines = {line for text in texts for line in text.split("\n")}
    return max((width(line, size, bold=bold) for line in lines), default=0.0)


def fitted(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Return the text fit to print, or where it is wider than ``room`` points as much of its beginning as
    goes with an ellipsis.
    """
    safe = phrases.name(text)
    if width(safe, size, bold=bold) <= room:
        return safe
    # no letter is narrower than nothing, so that a longer beginning is never the narrower one
    end = bisect_right(
        range(1, len(text) + 1), room, key=lambda n: width(phrases.cut(text[: n + 1], n), size, bold=bold)
    )
    return phrases.cut(text, max(end, 1))


def wrapped(text: str, room: float, size: float = SIZE, *, bold: bool = False, most: int = 3) -> str:
    """Return the text in at most ``most`` lines of ``room`` points, an ellipsis where one is too wide."""
    lines: list[str] = []
    words = phrases.name(text).split(" ")
    for i, word in enumerate(words):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = " ".join((lines[-1], *words[i:]))
            break
        else:
            lines.append(word)
    return "\n".join(fitted(line, room, size, bold=bold) for line in lines)
