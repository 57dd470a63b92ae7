"""Charts of tables of many posteriors, as results that know what they are of:
all subsets, and trials one by one.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bayes_ivig.reporting.trials import chart as choices
from bayes_ivig.reporting.trials import map_chart as subsets_map
from bayes_ivig.results.posterior_tables import OneByOne, Subsets

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd


def plot_steps(found: OneByOne) -> "alt.LayerChart":
    """Return the odds ratio without each trial, or study by study:
    pooled above, posterior below, one row each.
    """
    return choices.plot_one_by_one(*_frames(found), found.dataset.about)


def steps_alternative(found: OneByOne) -> str:
    """Return what the rows show, for those who cannot see them."""
    return choices.one_by_one_alternative(*_frames(found))


def _frames(found: OneByOne) -> "tuple[pd.DataFrame | None, pd.DataFrame | None]":
    return (found.frame, None) if found.view == "leave-one-out" else (None, found.frame)


def plot_map(
    found: Subsets,
    *,
    colour_by: str | None = None,
    against: subsets_map.Against = "tau",
    marked: Sequence[str] = (),
    label: str = "published",
) -> "alt.LayerChart":
    """Return every subset by its odds ratio and its heterogeneity; options as ``plot_subsets`` takes them."""
    return subsets_map.plot_subsets(
        found.frame, colour_by=colour_by, against=against, marked=marked, label=label
    )


def map_alternative(found: Subsets, *, colour_by: str | None = None, **_: object) -> str:
    """Return what the map shows, for those who cannot see it."""
    return subsets_map.subsets_alternative(found.frame, colour_by or subsets_map.dividing_trial(found.frame))


def plot_rank(found: Subsets, *, marked: Sequence[str], label: str = "published") -> "alt.LayerChart":
    """Return every subset as large as the marked one, in order of its pooled odds ratio."""
    return choices.plot_standing(found.frame, marked, label=label)


def rank_alternative(found: Subsets, *, marked: Sequence[str], **_: object) -> str:
    """Return what the strip shows, for those who cannot see it."""
    return choices.standing_alternative(found.frame, marked)
