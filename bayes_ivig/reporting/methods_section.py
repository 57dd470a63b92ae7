"""How the numbers were made: the model in words and equations, its priors, the accuracy of every fit."""

from bayes_ivig.priors.composite import described
from bayes_ivig.reporting import models, words
from bayes_ivig.reporting.page import Block, Code, Column, Items, Section, Table, Text
from bayes_ivig.reporting.reproduce_section import reproduce_blocks
from bayes_ivig.results.reanalysis import Reanalysis, SummaryOutcome


def methods_section(reanalysis: Reanalysis) -> Section:
    """Return the methods, written from the models that were used."""
    model = reanalysis.model
    named = f"{model.title}. " if model.title else ""
    blocks: tuple[Block, ...] = (Text(f"{named}{models.in_words(model)}"), Code(models.equations(model)))
    priors = [(models.PARAMETERS[p], described(getattr(model, p)), *model.rationale(p)) for p in models.used_priors(model)]
    columns = (Column("Parameter", "text"), Column("Prior", "text"), Column("Why", "long"), Column("Source", "long"))
    rows = tuple(tuple(cell or "not stated" for cell in row) for row in priors)
    inner = [
        Section("priors", "Priors", (Table("Priors of the reference model.", columns, rows),)),
        Section("checks", "Numerical accuracy", _checks(reanalysis)),
        Section("reproduce", "How to reproduce", reproduce_blocks(reanalysis)),
    ]
    return Section("methods", "Methods", blocks, tuple(inner))


def _checks(reanalysis: Reanalysis) -> tuple[Block, ...]:
    """The numerical error of every fit, and whatever its checks found."""
    rows, problems = [], []
    for outcome in words.in_order(reanalysis):
        if isinstance(outcome, SummaryOutcome):
            continue
        for result in words.ordered_sets(outcome):
            found = result.posterior.diagnostics
            settings = ", ".join(f"{name} {value}" for name, value in result.posterior.settings)
            worst = max((value for _, value in found.numbers), default=0.0)
            rows.append(
                (
                    words.outcome_title(outcome),
                    words.set_label(result, outcome),
                    result.posterior.engine,
                    settings,
                    _bound(worst),
                    "passed" if found.ok else "FAILED",
                )
            )
            problems += [f"{words.outcome_title(outcome)}, {result.trials}: {problem}" for problem in found.problems]
    columns = (
        Column("Outcome", "text"),
        Column("Trials", "text"),
        Column("Engine", "text"),
        Column("Settings", "text"),
        Column("Largest error"),
        Column("Checks", "text"),
    )
    line = (
        "Largest error: bound of the numerical error over mean, SD and quantiles of mu and tau (in posterior SDs), P(OR > 1) "
        "and the log marginal likelihood, rounded up to a power of ten."
    )
    table = Table("Numerical accuracy of every fit.", columns, tuple(rows), (line,))
    return (table, Items(tuple(problems))) if problems else (table,)


def _bound(value: float) -> str:
    import math

    if value <= 0:
        return "0"
    digits = -math.ceil(math.log10(value))
    return f"{10.0**-digits:.{max(digits, 0)}f}"
