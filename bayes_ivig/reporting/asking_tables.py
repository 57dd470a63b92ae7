"""Tables of results that have none of their own."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.described import described
from bayes_ivig.reporting.terminal import figures
from bayes_ivig.results.averaging import ModelAverage
from bayes_ivig.results.estimate import Fragility, Funnel, PooledEstimate, Refit
from bayes_ivig.results.joint_outcome import TermEffects
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.reanalysis import CountsOutcome, Reanalysis

if TYPE_CHECKING:
    import pandas as pd

WIDE = 10_000  # columns: a table is not wrapped
EFFECT = ("estimate", "ci_lower", "ci_upper")


def one_row(result: Any) -> "pd.DataFrame":
    """Return a result of named numbers as one row."""
    return _frame([described(result)])


def pooled_table(found: PooledEstimate) -> "pd.DataFrame":
    """Return the studies, then the pooled effect: log scale for OR and RR, weights in percent."""
    rows = [{"study": s.study, **{key: getattr(s, key) for key in EFFECT}, "weight": s.weight} for s in found.studies]
    return _frame([*rows, {"study": "pooled", **{key: getattr(found, key) for key in EFFECT}}])


def refits_table(found: Iterable[Refit]) -> "pd.DataFrame":
    """Return one row per analysis of a series: the study, and the result without, or up to, it."""
    return _frame([{"study": each.study, **_flat(each.pooled)} for each in found])


def funnel_table(found: Funnel) -> "pd.DataFrame":
    """Return effect and standard error of every study."""
    return _frame([described(study) for study in found.studies])


def changes_table(found: Fragility) -> "pd.DataFrame":
    """Return the changes in their order: study, arm, events added."""
    import pandas as pd

    return pd.DataFrame(list(found.changes), columns=["study", "arm", "events"])


def average_table(found: ModelAverage, level: float) -> "pd.DataFrame":
    """Return one row per quantity, averaged over all models and over those that have it."""
    kinds = (("averaged", found.averaged), ("conditional", found.conditional))
    return _frame([{"over": kind, "quantity": name, **_row(m, level)} for kind, part in kinds for name, m in part.items()])


def term_table(found: TermEffects, level: float) -> "pd.DataFrame":
    """Return one row per effect: the log odds ratio of a term live birth, and differences of risk."""
    names = ("odds_ratio", "risk_difference_live", "risk_difference_preterm", "risk_difference_term", "risk_difference_loss")
    return _frame([{"effect": name, **_row(getattr(found, name), level)} for name in names])


def marginal_table(found: Marginal, level: float) -> "pd.DataFrame":
    """Return mean, SD, median and central limits as one row."""
    return _frame([_row(found, level)])


def reanalysis_table(found: Reanalysis, level: float) -> "pd.DataFrame":
    """Return one row per outcome with counts and trial set: log odds ratios pooled again and of the posterior, P(OR > 1)."""
    return _frame(
        [
            {
                "outcome": outcome.name,
                "trials": result.trials,
                "k": result.posterior.k,
                "k_informative": result.posterior.k_informative,
                **{f"pooled_{key}": getattr(result.pooled, key) for key in EFFECT},
                **_row(result.posterior["mu"], level),
                "prob_or_gt_1": float(result.posterior["mu"].prob_above(0.0)),
            }
            for outcome in found.outcomes
            if isinstance(outcome, CountsOutcome)
            for result in outcome.sets
        ]
    )


def _row(found: Marginal, level: float) -> dict[str, float | None]:
    lower, upper = found.interval(level)
    limits = {f"lower_{level:g}": lower, f"upper_{level:g}": upper}
    return {"mean": found.mean, "sd": found.sd, "median": float(found.quantile(0.5)), **limits}


def _flat(found: PooledEstimate) -> dict[str, object]:
    return {key: value for key, value in found.to_dict().items() if key != "zero_cells"}


def _frame(rows: list[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(rows)


def in_columns(kind: str, found: "pd.DataFrame") -> str:
    """Return a table as lines under the name of the kind of result; names of rows come first."""
    named = found.reset_index() if any(name is not None for name in found.index.names) else found  # a name may be empty
    header = tuple("" if column == "index" else str(column).replace("_", " ") for column in named.columns)
    rows = [tuple(_cell(value) for value in row) for row in named.itertuples(index=False)]
    title = "".join(f" {letter.lower()}" if letter.isupper() and i else letter for i, letter in enumerate(kind))
    heading = [] if kind in ("DataFrame", "tuple") else [title, ""]
    return "\n".join([*heading, *figures([header, *rows], WIDE)])


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
