"""What every choice of trials does to the answer of one outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.posterior.contrast import ByClass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Choices:
    """Every choice of the trials of an outcome, as far as it can be made in full.

    ``every`` has one row per subset; None where there are more trials than ``most``, or their names cannot be
    told apart in a list. ``standing`` says where the ``published`` choice stands among the subsets of its
    size; None where all trials were pooled or ``every`` is None. ``without`` has a row for all trials and one
    without each, ``published_without`` the same of the published choice (None where that is all trials),
    ``cumulative`` one per step in the ``order`` of a column (``""``: of the table), ``pairs`` those without
    two (None where ``every`` is). ``classes`` are those that could be compared, ``not_classed`` the others
    with the reason; both are empty for fewer than five trials that tell.
    """

    every: "pd.DataFrame | None"
    most: int
    published: tuple[str, ...]
    standing: Mapping[str, float] | None
    without: "pd.DataFrame"
    published_without: "pd.DataFrame | None"
    pairs: "pd.DataFrame | None"
    cumulative: "pd.DataFrame"
    order: str
    classes: tuple[ByClass, ...]
    not_classed: tuple[tuple[str, str], ...]

    __repr__ = short_repr
