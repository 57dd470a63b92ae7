"""Colours of one's own choice, and tints of them."""

from collections.abc import Sequence

from bayes_ivig.errors import ModelError, quoted


def tint(colour: str, strength: float) -> tuple[float, float, float]:
    """Return a colour mixed with white: 1 is the colour, 0 white."""
    from matplotlib.colors import to_rgb

    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return red, green, blue


def checked_colours(where: str, colours: Sequence[str]) -> Sequence[str]:
    """Return colours that somebody chose; raises ``ModelError`` for what is none to Matplotlib."""
    from matplotlib.colors import is_color_like

    for each in colours:
        if not is_color_like(each):
            raise ModelError(
                f"plot.{where}: found the colour {quoted(each)}; write one such as '#1f5fa8' or 'tab:orange'"
            )
    return colours
