"""What stands written on a figure of Matplotlib: its texts, which cover each other, which are cut off."""

from itertools import combinations
from typing import Any

SLACK = 0.75  # points that two boxes may share: they hold the room around the letters too


def texts(figure: Any) -> list[Any]:
    """The texts that can be seen, in the order in which Matplotlib finds them."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    ticks = {
        id(label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for label in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
    }
    shown = {
        id(tick.label1)
        for axes in figure.axes
        if axes.axison
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        if within(axis, tick)
    }
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    off = {id(text) for axes in figure.axes if not axes.axison for text in axes.findobj(Text)}
    return [each for each in found if id(each) not in off and (id(each) not in ticks or id(each) in shown)]


def within(axis: Any, tick: Any) -> bool:
    """Whether a tick lies between the ends of its axis, so that its label is drawn."""
    ends = axis.get_view_interval()
    slack = 1e-9 * abs(ends[1] - ends[0])
    return bool(min(ends) - slack <= tick.get_loc() <= max(ends) + slack)


def boxes(figure: Any) -> list[tuple[str, Any]]:
    """Each text with its box, in pixels."""
    renderer = figure.canvas.get_renderer() if hasattr(figure.canvas, "get_renderer") else None
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]


def overlaps(figure: Any) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other."""
    slack = SLACK * figure.dpi / 72
    found = []
    for (one, a), (other, b) in combinations(boxes(figure), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > slack and high > slack:
            found.append((one, other))
    return found


def cut_off(figure: Any) -> list[str]:
    """Texts that reach beyond the figure."""
    page, slack = figure.bbox, SLACK * figure.dpi / 72
    return [
        text
        for text, box in boxes(figure)
        if box.x0 < page.x0 - slack
        or box.x1 > page.x1 + slack
        or box.y0 < page.y0 - slack
        or box.y1 > page.y1 + slack
    ]
