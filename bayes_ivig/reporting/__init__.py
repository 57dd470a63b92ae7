"""Show: results in words, tables, charts and pages. Nothing is computed here; marginals are asked, answers worded and rounded."""

from bayes_ivig.reporting.charts.benefit import plot_benefit
from bayes_ivig.reporting.charts.forest import plot_forest
from bayes_ivig.reporting.charts.priors import plot_priors
from bayes_ivig.reporting.charts.readings import plot_readings
from bayes_ivig.reporting.charts.trial_sets import plot_trial_sets
from bayes_ivig.reporting.folder import write_report
from bayes_ivig.reporting.html import render_html
from bayes_ivig.reporting.markdown import render_markdown

__all__ = [
    "plot_benefit",
    "plot_forest",
    "plot_priors",
    "plot_readings",
    "plot_trial_sets",
    "render_html",
    "render_markdown",
    "write_report",
]
