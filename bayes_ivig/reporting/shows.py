"""What shows what: every kind of result with its text, its document, its charts and its table for a file.

The one table that commands, ``bayes_ivig.text``, ``bayes_ivig.table`` and the methods of results read: what a
result is in Python is what its command prints. Functions are named, not imported, and loaded when they are
asked, so that reading the table is cheap. A new kind of result is a row here, and a test says what it lacks.
"""

import html as markup
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Row:
    """How one kind is shown; functions as ``module:name``.

    ``command`` prints ``text(result, width=..., **options)``, and with ``--json`` ``document(result,
    **options)``; ``options`` names those that both take. ``csv(result)`` is the table that it writes. Where a
    function is missing, the text is the result's table in columns, the document its fields, the file its
    table. ``charts`` are drawn by ``(plot, alternative)``.
    """

    command: str = ""
    text: str = ""
    document: str = ""
    csv: str = ""
    charts: tuple[tuple[str, str, str], ...] = ()
    options: tuple[str, ...] = ()


PLAIN = Row()
ROWS: dict[str, Row] = {
    "AbsoluteEffects": PLAIN,
    "Audit": Row(
        "audit",
        "bayes_ivig.reporting.audit.text:audit_text",
        "bayes_ivig.reporting.audit.json:audit_document",
    ),
    "BayesianFragility": PLAIN,
    "Benefit": Row(
        "benefit",
        "bayes_ivig.reporting.benefit.text:benefit_text",
        "bayes_ivig.reporting.benefit.json:benefit_document",
        "bayes_ivig.reporting.benefit.json:benefit_rows",
    ),
    "Benefits": Row(
        "benefit",
        "bayes_ivig.reporting.benefit.text:benefit_text",
        "bayes_ivig.reporting.benefit.json:benefit_document",
        "bayes_ivig.reporting.benefit.json:benefit_rows",
    ),
    "BenefitHarm": Row(
        "",
        "bayes_ivig.reporting.weighing.text:weighed_text",
        "bayes_ivig.reporting.weighing.text:weighed_document",
    ),
    "ByClass": Row(
        "subsets",
        "bayes_ivig.reporting.trials.choices_text:classes_text",
        "bayes_ivig.reporting.trials.choices_text:classes_document",
    ),
    "Calibration": Row(
        "calibrate",
        "bayes_ivig.reporting.calibration.text:calibration_text",
        "bayes_ivig.reporting.calibration.text:calibration_document",
    ),
    "Contrast": Row("", "bayes_ivig.reporting.trials.choices_text:contrast_text"),
    "ControlRisk": PLAIN,
    "Credibility": PLAIN,
    "Fragility": PLAIN,
    "Funnel": PLAIN,
    "HarmReadings": Row(
        "benefit-harm",
        "bayes_ivig.reporting.weighing.text:benefit_harm_text",
        "bayes_ivig.reporting.weighing.text:benefit_harm_document",
    ),
    "HowMuchPrior": Row(
        "tipping",
        "bayes_ivig.reporting.tipping.text:tipping_text",
        "bayes_ivig.reporting.tipping.text:tipping_document",
        "bayes_ivig.reporting.tipping.text:tipping_rows",
    ),
    "Influence": PLAIN,
    "LeaveOneOut": PLAIN,
    "Marginal": PLAIN,
    "ModelAverage": PLAIN,
    "ModelCheck": Row(
        "check",
        "bayes_ivig.reporting.checks.text:check_text",
        "bayes_ivig.reporting.checks.text:check_document",
    ),
    "ModelComparison": PLAIN,
    "MonteCarloErrors": PLAIN,
    "OneByOne": Row(
        "subsets",
        "bayes_ivig.reporting.trials.choices_text:one_by_one_text",
        "bayes_ivig.reporting.trials.choices_text:one_by_one_document",
    ),
    "PooledEstimate": Row(
        "pool", "bayes_ivig.reporting.pool.text:pool_text", "bayes_ivig.reporting.pool.json:pool_document"
    ),
    "Posterior": Row(
        "fit",
        "bayes_ivig.reporting.fit.text:fit_text",
        "bayes_ivig.reporting.fit.json:fit_document",
        options=("level", "thresholds"),
    ),
    "PosteriorCheck": PLAIN,
    "PosteriorSeries": PLAIN,
    "PowerScaling": PLAIN,
    "PriorCheck": PLAIN,
    "PriorComparison": Row(
        "compare-priors",
        "bayes_ivig.reporting.priors.text:comparison_text",
        "bayes_ivig.reporting.priors.text:comparison_document",
    ),
    "Reanalysis": Row(
        "",
        "bayes_ivig.reporting.document.markdown:report_text",
        "bayes_ivig.reporting.report.results_json:results_document",
    ),
    "Reconstruction": Row(
        "reconstruct",
        "bayes_ivig.reporting.reconstruction.text:reconstruction_text",
        "bayes_ivig.reporting.reconstruction.text:reconstruction_document",
    ),
    "ReconstructionPosterior": PLAIN,
    "Refits": PLAIN,
    "SmallStudyTest": PLAIN,
    "Standing": PLAIN,
    "Subsets": Row(
        "subsets",
        "bayes_ivig.reporting.trials.text:subsets_text",
        "bayes_ivig.reporting.trials.text:subsets_document",
    ),
    "TermEffects": PLAIN,
    "TippingGrid": PLAIN,
    "TippingPoint": PLAIN,
}


def kind(result: object) -> str:
    """Return the name under which a result is shown; raises ``TypeError`` for what is no result."""
    name = (result.KIND or type(result).__name__) if isinstance(result, Shown) else ""
    if name not in ROWS:
        raise TypeError(
            f"found a {type(result).__name__}, which is no result of this package; "
            "a result is what its functions return"
        )
    return name


def text(result: object, *, width: int = 80, **options: Any) -> str:
    """Return what the command of a result prints; one without a command gives its table in columns.

    ``options`` are those of its row. Raises ``TypeError`` for what is no result,
    and for options that its kind does not have.
    """
    name = kind(result)
    row = ROWS[name]
    _check(name, row, options)
    if row.text:
        shown: str = _load(row.text)(result, width=width, **options)
        return shown
    columns: str = _load("bayes_ivig.reporting.any_result_tables:in_columns")(name, table(result))
    return columns


def document(result: object, **options: Any) -> dict[str, Any]:
    """Return what the command of a result prints with ``--json``; one without a command gives its fields.

    Numbers are rounded as there, and what is not finite is None. Raises ``TypeError`` as ``text`` does.
    """
    name = kind(result)
    row = ROWS[name]
    _check(name, row, options)
    make = _load(row.document or "bayes_ivig.reporting.any_result_json:fields_of")
    rounded: dict[str, Any] = _load("bayes_ivig.reporting.wording.rounding:printed")(make(result, **options))
    return rounded


def table(result: object, level: float | None = None) -> "pd.DataFrame":
    """Return the table of a result, limits of ``level`` (its own, or 0.95, unless given);
    raises ``TypeError``.
    """
    kind(result)
    asked: Any = result
    frame: pd.DataFrame = asked.table() if level is None else asked.table(level)
    return frame


def csv(result: object) -> "pd.DataFrame":
    """Return the table that the command of a result writes with ``--csv``."""
    row = ROWS[kind(result)]
    frame: pd.DataFrame = _load(row.csv)(result) if row.csv else table(result)
    return frame


def html(result: object) -> str:
    """Return the text of a result as a block for notebooks; of a whole reanalysis its table."""
    shown = table(result).to_string() if kind(result) == "Reanalysis" else text(result)
    return f"<pre>{markup.escape(shown)}</pre>"


def _check(name: str, row: Row, options: dict[str, Any]) -> None:
    unknown = [option for option in options if option not in row.options]
    if unknown:
        has = f"it has {', '.join(row.options)}" if row.options else "it has none"
        raise TypeError(f"{name}: no option {unknown[0]!r}; {has}")


def _load(name: str) -> Callable[..., Any]:
    """Return the function that a row names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
