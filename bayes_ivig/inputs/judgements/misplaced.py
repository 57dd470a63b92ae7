"""Judgements that do not fit the table they stand beside: of a trial or a comparison that it lacks, or on
another scale.
"""

from bayes_ivig.errors import listed, quoted, suggestion
from bayes_ivig.inputs.comparisons.door import known_keys
from bayes_ivig.inputs.comparisons.stated import Comparisons
from bayes_ivig.inputs.counts.table import Table, report
from bayes_ivig.inputs.judgements.judged import Judgements
from bayes_ivig.measures import OR, measure_of


def require_of_table(judgements: Judgements | None, comparisons: Comparisons, table: Table) -> None:
    """Raise ``DataError`` where risk of bias is judged of a study that no row of the table is about, or a
    comparison is said to be stated before that the table does not have.
    """
    if judgements is None or "study" not in table.columns:
        return
    keys = known_keys(comparisons, table)
    before = judgements.stated_before.comparisons if judgements.stated_before else ()
    known = tuple(dict.fromkeys(name.strip() for name in table.column("study")))
    report(
        [
            f"{table.source}: judgements.risk_of_bias: no study {quoted(each.study)}"
            f"{suggestion(each.study, known)} in the table; there are {listed(known)}"
            for each in judgements.risk_of_bias
            if each.study not in known
        ]
        + [
            f"{table.source}: judgements.stated_before.comparisons: no comparison {quoted(name)}"
            f"{suggestion(name, keys)}; "
            + (f"there are {listed(keys)}" if keys else "the table says nothing of comparisons")
            for name in before
            if name not in keys
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
    no_ratio = measure_of(measure).log and (stated.size <= 0 or stated.size == 1)
    if stated.scale == "effect" and no_ratio:
        problem = (
            f"{source}: judgements.important_difference.effect: found {stated.size:g}; the outcome is read "
            f"on measure {measure}, a ratio: state one above 0 other than 1, such as 1.25"
        )
        report([problem], source)
