"""The brief as the first section of the report: figure, findings per 100, benefit against harm, limits."""

from bayes_ivig.reporting.brief.chart import brief_figure
from bayes_ivig.reporting.brief.findings_table import findings_table
from bayes_ivig.reporting.brief.harm_chart import harm_figure
from bayes_ivig.reporting.document.blocks import Block, Section, Text
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

KEY = "brief"
NOT_ADVICE = (
    "This is statistics about trials that were published. It is not advice to patients or clinicians."
)


def brief_section(reanalysis: Reanalysis) -> Section:
    """Return the brief: what comes first in it stands in its own blocks, the rest under headings."""
    outcome = outcomes.main_outcome(reanalysis) or next(iter(reanalysis.outcomes), None)
    figure = brief_figure(outcome) if outcome else None
    table = findings_table(reanalysis)
    blocks: tuple[Block, ...] = tuple(block for block in (figure, table) if block)
    inner = (_harm(reanalysis), _limits(reanalysis))
    return Section(KEY, "In brief", blocks, tuple(section for section in inner if section))


def _harm(reanalysis: Reanalysis) -> Section | None:
    figure = harm_figure(reanalysis)
    return Section(f"{KEY}-harm", "Benefit against harm", (figure,)) if figure else None


def _limits(reanalysis: Reanalysis) -> Section:
    model = phrases.first_upper(models.short(outcomes.fitted_model(reanalysis)))
    return Section(f"{KEY}-limits", "Limits", (Text(f"Model: {model}."), Text(NOT_ADVICE, "note")))
