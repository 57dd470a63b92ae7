"""The charts of ``bayes_ivig.plot`` that are drawn by Altair, as users call them: each gives a ``Chart``.

What draws them gives Altair's own charts, which the report, and commands with ``--plot``, put where they
belong.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from bayes_ivig.reporting.benefit.absolute_chart import plot_absolute
from bayes_ivig.reporting.counts.sets_chart import plot_trial_sets
from bayes_ivig.reporting.drawing.chart import Chart
from bayes_ivig.reporting.next_trial.chart import plot_assurance
from bayes_ivig.reporting.next_trial.funnel_chart import plot_extended_funnel
from bayes_ivig.reporting.next_trial.value_chart import plot_value
from bayes_ivig.reporting.priors.chart import plot_prior_width
from bayes_ivig.reporting.priors.combinations_chart import plot_priors
from bayes_ivig.reporting.reconstruction.readings_chart import plot_readings
from bayes_ivig.reporting.small_studies.chart import plot_selection
from bayes_ivig.reporting.specification.chart import plot_specifications
from bayes_ivig.reporting.tipping.chart import plot_tipping
from bayes_ivig.reporting.trials.chart import plot_one_by_one, plot_standing
from bayes_ivig.reporting.trials.classes_chart import plot_classes
from bayes_ivig.reporting.weighing.chart import plot_net_benefit, plot_people

if TYPE_CHECKING:
    import altair as alt


def shown[**P](plot: "Callable[P, alt.LayerChart | alt.VConcatChart]") -> Callable[P, Chart]:
    """Return a function that draws what another one draws and gives it as a ``Chart``, under the name that
    users know it by.
    """

    @wraps(plot)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Chart:
        return Chart(plot(*args, **kwargs))

    named = plot.__name__.removeprefix("plot_")
    draw.__name__ = draw.__qualname__ = named
    draw.__module__ = __name__
    signature = inspect.signature(plot).replace(return_annotation=Chart)
    draw.__signature__ = signature  # type: ignore[attr-defined]
    return draw


absolute = shown(plot_absolute)
assurance = shown(plot_assurance)
classes = shown(plot_classes)
extended_funnel = shown(plot_extended_funnel)
net_benefit = shown(plot_net_benefit)
one_by_one = shown(plot_one_by_one)
people = shown(plot_people)
prior_width = shown(plot_prior_width)
priors = shown(plot_priors)
readings = shown(plot_readings)
selection = shown(plot_selection)
specifications = shown(plot_specifications)
standing = shown(plot_standing)
tipping = shown(plot_tipping)
trial_sets = shown(plot_trial_sets)
value = shown(plot_value)
