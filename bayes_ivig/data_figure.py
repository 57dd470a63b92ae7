"""Figures that are computed and drawn in one call, of a table of trials as well as of a result of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bayes_ivig.frequentist import series, small_study
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.reporting.figures.axis import Limits
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.paper import ACCENT
from bayes_ivig.reporting.pool import baujat_figure, funnel_figure
from bayes_ivig.results.classical import Baujat, Funnel
from bayes_ivig.results.pooled import PooledEstimate

if TYPE_CHECKING:
    import matplotlib.axes as mpl


@checked
def funnel(
    result: Funnel | PooledEstimate | Dataset,
    *,
    contours: Sequence[Level] = (0.9, 0.95, 0.99),
    labels: funnel_figure.Labels = False,
    limits: Limits | None = None,
    colour: str = ACCENT,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw study effects against their standard errors, the largest studies at the top.

    ``result`` is what ``classical.funnel`` or ``pool`` returns, and the numbers are those of its table; of a
    dataset it is ``classical.funnel(dataset)``. The solid line is the pooled effect, the dashed ones are the
    limits within which its level of the studies fall if all share that effect. Shades are regions of
    significance around no effect: a study lies outside the contour of 0.95 where its own P-value is below
    0.05 (Peters et al. 2008, J Clin Epidemiol 61:991); none with ``contours=()``. Effects stand on the
    measure's own scale, ratios on a log axis with the ends ``limits``. ``labels`` writes the names of studies
    where they cover nothing. ``ax`` are axes of Matplotlib to draw on. Raises ``ModelError`` where no study
    has an effect.

    >>> import bayes_ivig as bi
    >>> drawn = bi.plot.funnel(bi.load_dataset("ivig", "live_birth"))
    >>> drawn.axes.get_ylabel()
    'Standard error of the log odds ratio'
    """
    made = small_study.funnel(result, measure=result.measure) if isinstance(result, Dataset) else result
    return funnel_figure.funnel(made, contours=contours, labels=labels, limits=limits, colour=colour, ax=ax)


@checked
def baujat(
    result: Baujat | Dataset,
    *,
    labels: baujat_figure.Labels = True,
    colour: str = ACCENT,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw each study by its part of Q, across, and by its influence on the pooled effect, upwards.

    ``result`` is what ``classical.baujat`` returns, whose docstring has the formulas and whose table the
    numbers; of a dataset it is ``classical.baujat(dataset)``. Names are written where they cover nothing,
    those of the most influential studies first: ``labels`` are other texts by study, or False. ``ax`` are
    axes of Matplotlib to draw on. Raises ``ModelError`` where no study has both numbers.

    >>> import bayes_ivig as bi
    >>> bi.plot.baujat(bi.load_dataset("ivig", "live_birth")).axes.get_ylabel()
    'Influence on the pooled log odds ratio'
    """
    made = series.baujat(result) if isinstance(result, Dataset) else result
    return baujat_figure.baujat(made, labels=labels, colour=colour, ax=ax)
