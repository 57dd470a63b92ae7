"""Combinations of priors side by side, as a table."""

from bayes_ivig.reporting.document.blocks import Column, Table
from bayes_ivig.reporting.document.cells import CREDIBLE, effect_cells
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome


def prior_table(outcome: CountsOutcome) -> Table:
    """Return the combinations of effect and heterogeneity priors side by side."""
    rows = tuple(
        (
            outcomes.set_label(outcome.trial_set(row.trials), outcome),
            phrases.first_upper(prior_words.label(row.mu_prior, measure=outcome.measure)),
            phrases.first_upper(prior_words.label(row.tau_prior, ratio=False)),
            *effect_cells(outcome.measure, Ratio(row.or_median, row.or_lower, row.or_upper)),
            numbers.probability(row.prob_or_gt_1),
            numbers.standard_deviation(row.tau_median),
        )
        for row in outcome.sensitivity
    )
    columns = (
        Column("Trials", "text"),
        Column("Prior of μ", "short"),
        Column("Prior of τ", "text"),
        Column(f"Posterior {outcome.measure.symbol}"),
        Column(CREDIBLE),
        Column(f"P({outcome.measure.above})"),
        Column("τ, median"),
    )
    caption = f"{outcomes.title(outcome)}: effect and heterogeneity priors side by side."
    return Table(caption, columns, rows, details.of_priors(outcome, outcome.sets[0].posterior.model))
