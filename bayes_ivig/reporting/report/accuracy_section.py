"""How exact the posteriors of a report are: the error of every fit, and what its checks found."""

from bayes_ivig.measures import OR
from bayes_ivig.reporting.document.blocks import Block, Column, Items, Table
from bayes_ivig.reporting.wording import numbers, outcomes
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome


def accuracy_blocks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return the numerical error of every fit, and whatever its checks found."""
    rows, problems = [], []
    for outcome in outcomes.in_order(reanalysis):
        if isinstance(outcome, SummaryOutcome):
            continue
        for result in outcomes.ordered_sets(outcome):
            diagnostics = result.posterior.diagnostics
            settings = ", ".join(f"{name} {value}" for name, value in result.posterior.settings)
            worst = max((value for _, value in diagnostics.numbers), default=0.0)
            rows.append(
                (
                    outcomes.title(outcome),
                    outcomes.set_label(result, outcome),
                    result.posterior.engine,
                    settings,
                    numbers.power_of_ten(worst),
                    "passed" if diagnostics.ok else "FAILED",
                )
            )
            problems += [
                f"{outcomes.title(outcome)}, {result.trials}: {problem}" for problem in diagnostics.problems
            ]
    columns = (
        Column("Outcome", "text"),
        Column("Trials", "text"),
        Column("Engine", "text"),
        Column("Settings", "text"),
        Column("Largest error"),
        Column("Checks", "text"),
    )
    counted = (o for o in reanalysis.outcomes if isinstance(o, CountsOutcome))
    above = next((o.measure.above for o in counted), OR.above)
    line = (
        "Largest error: bound of the numerical error over mean, SD and quantiles of mu and tau (in posterior "
        f"SDs), P({above}) and the log marginal likelihood, rounded up to a power of ten."
    )
    table = Table("Numerical accuracy of every fit.", columns, tuple(rows), (line,))
    return (table, Items(tuple(problems))) if problems else (table,)
