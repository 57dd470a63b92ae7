"""Judgements that do not fit the table they stand beside: of a trial that it lacks, or on another scale."""

from bayes_ivig.errors import listed, quoted, suggestion
from bayes_ivig.inputs.counts.table import Table, report
from bayes_ivig.inputs.judgements.judged import Judgements
from bayes_ivig.measures import OR


def require_of_table(judgements: Judgements | None, table: Table) -> None:
    """Raise ``DataError`` where risk of bias is judged of a study that no row of the table is about."""
    if judgements is None or "study" not in table.columns:
        return
    known = tuple(dict.fromkeys(name.strip() for name in table.column("study")))
    report(
        [
            f"{table.source}: judgements.risk_of_bias: no study {quoted(each.study)}"
            f"{suggestion(each.study, known)} in the table; there are {listed(known)}"
            for each in judgements.risk_of_bias
            if each.study not in known
        ],
        table.source,
    )


def require_on_scale(judgements: Judgements | None, measure: str, source: str) -> None:
    """Raise ``DataError`` where the smallest important difference is an odds ratio of an outcome of another
    measure, or the other way round.
    """
    stated = judgements.important_difference if judgements else None
    if stated is None or stated.scale == "events_per_1000":
        return
    expected = "odds_ratio" if measure == OR.code else "effect"
    if stated.scale != expected:
        problem = (
            f"{source}: judgements.important_difference.{stated.scale}: the outcome is read on measure "
            f"{measure}; state {expected}, or events_per_1000"
        )
        report([problem], source)
