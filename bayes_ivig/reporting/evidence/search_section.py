"""The search and selection of studies as published: a flow chart and its table."""

from functools import partial

from bayes_ivig.inputs.evidence.search import Stage, stages, steps_of
from bayes_ivig.reporting.document.blocks import Block, Figure
from bayes_ivig.reporting.evidence.flow_chart import flow_alternative, plot_flow
from bayes_ivig.reporting.evidence.table import records, search_table
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

MOST_STEPS = 20  # of a chart; more stand in the table alone


def search_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the flow chart with the table of its numbers; nothing where no search is told."""
    table = search_table(reanalysis)
    if table is None:
        return ()
    steps = stages(steps_of(records(reanalysis, "prisma")))
    if not 1 < len(steps) <= MOST_STEPS:
        return (table,)
    return (Figure("search", _caption(steps), flow_alternative(steps), partial(plot_flow, steps)), table)


def _caption(steps: tuple[Stage, ...]) -> str:
    """Explain what is drawn, and only that."""
    sentences = ["Search and selection as published. Left: what was kept, from step to step."]
    out = [stage for stage in steps[:-1] if stage.removed or (stage.lost or 0) > 0]
    if out:
        sentences.append("Right: what was left out.")
    if any(stage.lost and stage.unexplained != 0 for stage in out):
        sentences.append(
            "By subtraction: the difference of the two printed numbers beside it; "
            "nothing else is known of it."
        )
    if any(not stage.removed or any(step.count is None for step in stage.removed) for stage in out):
        sentences.append("Dashed: a number that is not printed.")
    return " ".join(sentences)
