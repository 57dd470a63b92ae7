"""How forest plots look where they are printed: the columns and their order, brackets, colours, squares.

``revman`` follows Review Manager, ``bmj`` and ``jama`` the figures of these journals; they show trials as
observed. ``default`` has beside that what each trial's effect is in the posterior.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bayes_ivig.reporting.figures.paper import ACCENT, INK, LINE, MUTED

type LayoutName = Literal["default", "revman", "bmj", "jama"]

PURPLE, GREY, NAVY, BLUE, BLACK = "#6b58a6", "#a7a9ac", "#1d3f72", "#2a6ebb", "#000000"
GREEN, ORANGE = "#0a7d5c", "#b35900"
ROLES = ("observed", "interval", "shrunken", "posterior", "prediction", "classical", "null", "rule", "text")


@dataclass(frozen=True)
class Layout:
    """One way a forest plot is laid out. ``columns`` stand from left to right, the drawing among them, and
    are followed by those that are left out first where there is little room.
    """

    columns: tuple[str, ...]
    given_up: tuple[tuple[str, ...], ...] = (("weight",), ("treatment", "control"), ("observed",))
    brackets: tuple[str, str, str] = (" (", " to ", ")")
    study: str = "Study"
    weight: tuple[str, str] = ("Weight", "%")  # the head, and what stands behind a number
    square: float = 6.5  # points: the side of the largest
    favours: str = "Favours"
    favours_above: bool = False
    bold_heads: bool = True
    rules: bool = True  # a line above the heads and one below everything, too
    colours: Mapping[str, str] = field(default_factory=dict)


USUAL = {
    "observed": INK,
    "shrunken": ACCENT,
    "posterior": ACCENT,
    "prediction": ACCENT,
    "classical": MUTED,
    "null": MUTED,
    "rule": LINE,
    "text": INK,
}
LAYOUTS: dict[str, Layout] = {
    "default": Layout(
        ("study", "treatment", "control", "plot", "observed", "posterior", "weight"),
        colours=USUAL,
    ),
    "revman": Layout(
        (
            "study", "treatment_events", "treatment_total", "control_events", "control_total", "weight",
            "effect", "plot",
        ),
        given_up=(("weight",), ("treatment_events", "treatment_total", "control_events", "control_total")),
        brackets=(" [", ", ", "]"),
        study="Study or subgroup",
        square=7.0,
        rules=False,
        colours=dict.fromkeys(ROLES, BLACK) | {"observed": BLUE, "shrunken": GREEN, "classical": MUTED},
    ),
    "bmj": Layout(
        ("study", "treatment", "control", "plot", "weight", "effect"),
        weight=("Weight (%)", ""),
        square=7.5,
        colours=USUAL | dict.fromkeys(("observed", "posterior", "prediction"), PURPLE)
        | {"shrunken": GREEN, "rule": GREY, "null": GREY},
    ),
    "jama": Layout(
        ("study", "treatment", "control", "effect", "plot", "weight"),
        brackets=(" (", "-", ")"),
        study="Source",
        weight=("Weight, %", ""),
        favours="Favors",
        favours_above=True,
        square=6.0,
        colours=USUAL | dict.fromkeys(("observed", "posterior", "prediction"), NAVY)
        | {"shrunken": ORANGE, "rule": INK, "null": INK},
    ),
}  # fmt: skip
