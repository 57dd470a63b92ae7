"""The analysis of credibility of an estimate: the prior that would undo it, or make it convincing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown, one_row

if TYPE_CHECKING:
    import pandas as pd


@checked_methods
@dataclass(frozen=True, slots=True)
class Credibility(Shown):
    """Reverse-Bayes of a normal estimate of a log ratio, in closed form; everything on the log scale.

    A significant estimate has a sceptical prior, normal(0, ``sceptical_sd``), under which the posterior
    interval just touches 0; its interval reaches from minus to plus ``scepticism_limit``, and ``box_p`` is
    the two-sided probability of an estimate as far from 0 under that prior (Matthews 2001; Held 2019). Any
    other has an ``advocacy_limit``: the prior whose interval reaches from 0 to it makes the posterior
    interval just touch 0 (Matthews 2018). ``intrinsic_p`` is 2 Phi(-|z| / sqrt 2), the p-value for intrinsic
    credibility, ``intrinsically_credible`` whether it is at most 1 - level (Held 2019). What does not apply
    is None.
    """

    estimate: float
    standard_error: float
    level: float
    significant: bool
    sceptical_sd: float | None
    scepticism_limit: float | None
    box_p: float | None
    advocacy_limit: float | None
    intrinsic_p: float
    intrinsically_credible: bool

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - the level is part of what was asked
        """Return everything as one row, on the log scale."""
        return one_row(self)
