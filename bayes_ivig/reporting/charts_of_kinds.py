"""The charts that kinds of results have: their names, and where the functions are that draw them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import altair as alt


class Chart(NamedTuple):
    """A drawing of a kind: its name, and where the functions of a result are that draw it
    and say it in words.
    """

    name: str
    module: str
    plot: str
    alternative: str


class Drawing(NamedTuple):
    """A chart that is drawn when ``plot`` is called, and what it shows in words."""

    plot: "Callable[[], alt.LayerChart | alt.VConcatChart]"
    alternative: str


CURVE = Chart("curve", "benefit.chart", "plot_benefit", "benefit_alternative")
PER_1000 = Chart("absolute", "benefit.absolute_chart", "plot_absolute", "absolute_alternative")
NET = Chart("net", "weighing.chart", "plot_net_benefit", "net_alternative")
PEOPLE = Chart("people", "weighing.chart", "plot_people", "people_alternative")
BIASES = Chart("models", "other_models.average_chart", "plot_average", "average_alternative")
CLASSES = Chart("classes", "trials.classes_chart", "plot_classes", "classes_alternative")
COMPARISONS = Chart("comparisons", "comparisons.chart", "plot_comparisons", "comparisons_alternative")
EFFECTS = Chart("effects", "fit.chart", "plot_effects", "effects_alternative")
GROUPS = Chart("groups", "trials.contrast_chart", "plot_contrast", "contrast_alternative")
HISTORY = Chart("history", "history.chart", "plot_history", "history_alternative")
ASSURANCE = Chart("assurance", "next_trial.chart", "plot_assurance", "assurance_alternative")
VALUE = Chart("value", "next_trial.value_chart", "plot_value", "value_alternative")
EXTENDED = Chart("funnel", "next_trial.funnel_chart", "plot_extended_funnel", "extended_funnel_alternative")
STUDIES = Chart("studies", "pool.chart", "plot_pooled", "pooled_alternative")
ECDF = Chart("ecdf", "calibration.chart", "plot_one", "one_alternative")
STEPS = Chart("steps", "trials.tables_chart", "plot_steps", "steps_alternative")
SUBSETS = Chart("map", "trials.tables_chart", "plot_map", "map_alternative")
REGRESSION = Chart("bubbles", "fit.bubble_chart", "plot_regression", "regression_alternative")
RANK = Chart("rank", "trials.tables_chart", "plot_rank", "rank_alternative")
COMPARED = Chart("rows", "priors.chart", "plot_compared", "compared_alternative")
WIDTH = Chart("width", "priors.chart", "plot_one_width", "one_width_alternative")
SPECIFICATIONS = Chart(
    "specifications", "specification.chart", "plot_specifications", "specifications_alternative"
)
SELECTED = Chart("weights", "small_studies.chart", "plot_selection", "selection_alternative")
SCALES = Chart("map", "tipping.chart", "plot_tipping", "tipping_alternative")

FIGURES = {  # that are methods of a result as well
    "bubble": "fit.bubble_figure:bubble",
    "forest": "counts.forest_figure:forest",
    "density": "fit.density_figure:density",
    "prior_posterior": "priors.posterior_figure:prior_posterior",
}
