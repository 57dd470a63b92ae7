"""Which group is the treatment: by the format, and by what the labels say.

RevMan's first group is the experimental one. A label that says otherwise (placebo first) is a doubt, which
only the user settles: a swapped arm that nobody sees is the worst that an import can do.
"""

import re
from typing import NamedTuple

from bayes_ivig.errors import DataError, quoted
from bayes_ivig.inputs.foreign.found import Known, Stated
from bayes_ivig.inputs.foreign.revman.analysis import Analysis, plain

CONTROL = re.compile(
    r"\b(placebos?|controls?|usual|sham|untreated|no (treatment|intervention|therapy|drug|prophylaxis)|"
    r"standard (care|treatment|therapy|of care)|routine|conventional|wait(ing)?[- ]?list|nothing|none|"
    r"vehicle|observation|expectant)\b",
    re.IGNORECASE,
)
BLANK = ("group 1", "group 2")


class Arms(NamedTuple):
    """The two groups in our order; ``swapped`` where their second is our treatment."""

    treatment: str
    control: str
    swapped: bool
    known: Known
    why: str
    doubt: str = ""


def labels_of(analysis: Analysis) -> tuple[str, str]:
    """Return the labels of the two groups, made up where the file has none."""
    first, second = (plain(label) for label in analysis.labels)
    return first or BLANK[0], second or BLANK[1]


def arms_of(analysis: Analysis, stated: Stated) -> Arms:
    """Return the groups in our order; raises ``DataError`` where what is stated contradicts itself."""
    first, second = labels_of(analysis)
    position = _stated_position((first, second), stated)
    if position is not None:
        pair = (second, first) if position else (first, second)
        return Arms(*pair, bool(position), "stated", "stated")
    why = "RevMan's first group is the experimental one"
    if analysis.labels[0] == "" == analysis.labels[1]:
        why += "; the file names neither"
    if CONTROL.search(first) and not CONTROL.search(second):
        doubt = (
            f"outcome {quoted(analysis.outcome)}: which group is the treatment? RevMan's first group is the "
            f"experimental one, and here it is {quoted(first)}, against {quoted(second)}; either the groups "
            f"were entered the other way round, or {quoted(first)} is what is tried. State the treatment: "
            f"{quoted(second)} or {quoted(first)}"
        )
        return Arms(first, second, False, "format", why, doubt)
    return Arms(first, second, False, "format", why)


def _stated_position(labels: tuple[str, str], stated: Stated) -> int | None:
    """Return which group is the treatment by what is stated, None where nothing stated names one of them."""
    names = [label.casefold() for label in labels]
    asked = [plain(text).casefold() for text in (stated.treatment, stated.control)]
    if names[0] == names[1]:
        return None
    said = [names.index(text) if text in names else None for text in asked]
    if said[0] is not None and said[0] == said[1]:
        raise DataError(
            f"treatment and control are both stated as {quoted(labels[said[0]])}; each is a group of its own"
        )
    if said[0] is not None:
        return said[0]
    return None if said[1] is None else 1 - said[1]
