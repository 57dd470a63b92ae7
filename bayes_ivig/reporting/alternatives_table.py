"""Other ways to count, side by side, for the report."""

from bayes_ivig.reporting import details, words
from bayes_ivig.reporting.cells import CONFIDENCE, CREDIBLE, OR_ABOVE, ratio_cells
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.reporting.page import Column, Section, Table
from bayes_ivig.results.reanalysis import CountsOutcome


def alternatives_section(outcome: CountsOutcome, key: str) -> Section | None:
    """Return the outcome counted in the other ways that its sidecar names, or None where it names none."""
    if not outcome.alternatives or outcome.about.complement_of:
        return None
    return Section(f"{key}-alternatives", "Counted another way", (alternatives_table(outcome),))


def alternatives_table(outcome: CountsOutcome) -> Table:
    """Return each trial set as counted here and under every alternative that changes it."""
    rows = tuple(
        (
            words.set_label(outcome.trial_set(row.trials), outcome),
            words.name(row.title) or "as in the table",
            *ratio_cells(row.pooled),
            *ratio_cells(row.posterior),
            probability(row.prob_or_gt_1),
            words.name(row.basis) or words.NONE,
        )
        for row in outcome.alternatives
    )
    columns = (
        Column("Trials", "text"),
        Column("Counted", "text"),
        Column("Pooled again, OR"),
        Column(CONFIDENCE),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
        Column("Why", "long"),
    )
    caption = f"{words.outcome_title(outcome)}: named sensitivity analyses, pooled again and posterior."
    return Table(caption, columns, rows, details.of_sets(outcome, classical=True))
