"""How the trials of an answer were formed, where the table or its characteristics say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.characteristics.classes import classes
from bayes_ivig.inputs.counts.dataset import Dataset

COLUMN = "randomised"
CELLS = ("yes", "no", "unclear")

type How = Literal["all", "some", "none", "not known"]


@dataclass(frozen=True)
class Design:
    """How many of ``trials`` are known to be randomised (``known``) and how many known not to be
    (``refuted``); of the others neither is known.
    """

    trials: int
    known: int
    refuted: int

    @property
    def how(self) -> How:
        """Whether all are randomised, some, none, or none is known to be."""
        if self.known:
            return "all" if self.known == self.trials else "some"
        return "none" if self.refuted == self.trials else "not known"


def design_of(dataset: Dataset, studies: Iterable[str]) -> Design | None:
    """Return how these trials were formed; None without a column ``randomised`` of yes, no and unclear."""
    try:
        found = classes(dataset, COLUMN)
    except DataError:
        return None
    if not found or any(cell.lower() not in CELLS for cell in found):
        return None
    cells = {study: cell.lower() for cell, names in found.items() for study in names}
    of = [cells.get(study, "unclear") for study in studies]
    return Design(len(of), of.count("yes"), of.count("no")) if of else None
