"""Show: results in words, tables, charts and pages. Nothing is computed here; marginals are asked, answers worded and rounded."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayes_ivig.reporting.charts.benefit import plot_benefit as plot_benefit
    from bayes_ivig.reporting.charts.forest import plot_forest as plot_forest
    from bayes_ivig.reporting.charts.priors import plot_priors as plot_priors
    from bayes_ivig.reporting.charts.readings import plot_readings as plot_readings
    from bayes_ivig.reporting.charts.trial_sets import plot_trial_sets as plot_trial_sets
    from bayes_ivig.reporting.folder import write_report as write_report
    from bayes_ivig.reporting.html import render_html as render_html
    from bayes_ivig.reporting.markdown import render_markdown as render_markdown

_HOMES = {
    "plot_benefit": "charts.benefit",
    "plot_forest": "charts.forest",
    "plot_priors": "charts.priors",
    "plot_readings": "charts.readings",
    "plot_trial_sets": "charts.trial_sets",
    "render_html": "html",
    "render_markdown": "markdown",
    "write_report": "folder",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use, so that a command that prints text loads no charts."""
    if name not in _HOMES:
        raise AttributeError(f"module 'bayes_ivig.reporting' has no attribute {name!r}")
    return getattr(import_module(f"bayes_ivig.reporting.{_HOMES[name]}"), name)
