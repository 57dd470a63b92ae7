"""What shows what: every kind of result with its text, its document, its charts and its table for a file.

The one table that commands, ``bayes_ivig.text``, ``bayes_ivig.table`` and the methods of results read: what a
result is in Python is what its command prints. Functions are named, not imported, and loaded when they are
asked, so that reading the table is cheap. A new kind of result is a row here, and a test says what it lacks.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from bayes_ivig.errors import ArgumentError
from bayes_ivig.reporting import charts_of_kinds as drawn
from bayes_ivig.reporting.charts_of_kinds import Drawing
from bayes_ivig.reporting.kind_row import PLAIN, Row
from bayes_ivig.results.coded import Coded
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


BENEFIT = Row(
    "benefit",
    "benefit.text:benefit_text",
    "benefit.json:benefit_document",
    "benefit.json:benefit_rows",
    (drawn.CURVE, drawn.PER_1000),
)
ROWS: dict[str, Row] = {
    "AbsoluteEffects": PLAIN,
    "Audit": Row(
        "audit", "audit.text:audit_text", "audit.json:audit_document", report="audit.json:audit_document"
    ),
    "Baujat": PLAIN,
    "BayesianFragility": PLAIN,
    "Benefit": BENEFIT,
    "BenefitHarm": Row(
        "", "weighing.text:weighed_text", "weighing.text:weighed_document", charts=(drawn.NET, drawn.PEOPLE)
    ),
    "Benefits": BENEFIT,
    "ByClass": Row(
        "subsets",
        "trials.choices_text:classes_text",
        "trials.choices_text:classes_document",
        charts=(drawn.CLASSES,),
    ),
    "ByComparison": Row(
        "",
        "comparisons.text:comparisons_text",
        "comparisons.json:comparisons_document",
        charts=(drawn.COMPARISONS,),
        report="comparisons.json:comparisons_document",
    ),
    "Calibration": Row(
        "calibrate",
        "calibration.text:calibration_text",
        "calibration.text:calibration_document",
        charts=(drawn.ECDF,),
    ),
    "Contrast": Row(
        "contrast",
        "trials.choices_text:contrast_text",
        "trials.choices_text:contrast_document",
        charts=(drawn.GROUPS,),
        options=("level",),
    ),
    "ControlRisk": PLAIN,
    "Credibility": PLAIN,
    "ExtendedFunnel": Row(
        "",
        "next_trial.funnel_text:extended_funnel_text",
        "next_trial.funnel_text:extended_funnel_document",
        charts=(drawn.EXTENDED,),
    ),
    "Fragility": PLAIN,
    "Funnel": PLAIN,
    "HarmReadings": Row(
        "benefit-harm",
        "weighing.text:benefit_harm_text",
        "weighing.text:benefit_harm_document",
        charts=(drawn.NET, drawn.PEOPLE),
    ),
    "History": Row(
        "update", "history.text:history_text", "history.json:history_document", charts=(drawn.HISTORY,)
    ),
    "HowMuchPrior": Row(
        "tipping", "tipping.text:tipping_text", "tipping.text:tipping_document", "tipping.text:tipping_rows"
    ),
    "Imported": Row(
        "import",
        "imports.text:import_text",
        "imports.text:import_document",
        options=("listing",),
        more="imports.text:with_columns",
    ),
    "Influence": PLAIN,
    "LeaveOneOut": PLAIN,
    "Marginal": PLAIN,
    "MeasureComparison": Row(
        "",
        "checks.measures_text:measures_text",
        "checks.measures_text:measures_document",
        report="checks.measures_text:reported_measures",
    ),
    "MissingOutcomes": PLAIN,
    "ModelAverage": Row(
        "average",
        "other_models.average_text:average_text",
        "other_models.average_text:average_document",
        charts=(drawn.BIASES,),
        options=("level",),
        more="other_models.average_text:with_inclusion",
    ),
    "ModelCheck": Row("check", "checks.text:check_text", "checks.text:check_document"),
    "ModelComparison": PLAIN,
    "MonteCarloErrors": PLAIN,
    "NextTrial": Row(
        "next-trial",
        "next_trial.text:next_trial_text",
        "next_trial.json:next_trial_document",
        charts=(drawn.ASSURANCE,),
        report="next_trial.json:reported_next_trial",
    ),
    "OneByOne": Row(
        "subsets",
        "trials.choices_text:one_by_one_text",
        "trials.choices_text:one_by_one_document",
        charts=(drawn.STEPS,),
    ),
    "PooledEstimate": Row(
        "pool",
        "pool.text:pool_text",
        "pool.json:pool_document",
        charts=(drawn.STUDIES,),
        report="pool.json:pool_document",
        more="pool.json:with_settings",
    ),
    "Posterior": Row(
        "fit",
        "fit.text:fit_text",
        "fit.json:fit_document",
        charts=(drawn.EFFECTS, drawn.CURVE),
        options=("level", "thresholds"),
        report="fit.json:reported_document",
        more="fit.json:with_settings",
    ),
    "PosteriorCheck": PLAIN,
    "PosteriorSeries": PLAIN,
    "PowerScaling": PLAIN,
    "PriorCheck": PLAIN,
    "PriorComparison": Row(
        "compare-priors",
        "priors.text:comparison_text",
        "priors.text:comparison_document",
        charts=(drawn.COMPARED, drawn.WIDTH),
    ),
    "Reanalysis": Row(
        "",
        "report.render:report_text",
        "report.results_json:former_document",
        more="report.results_json:with_provenance",
    ),
    "Reconstruction": Row(
        "reconstruct",
        "reconstruction.text:reconstruction_text",
        "reconstruction.text:reconstruction_document",
    ),
    "ReconstructionPosterior": Row("", document="reconstruction.json:posterior_document"),
    "Refits": Row("", "pool.text:refits_text", "pool.json:refits_document"),
    "Regression": Row(
        "regress",
        "fit.regression_text:regression_text",
        "fit.regression_json:regression_document",
        charts=(drawn.REGRESSION,),
        options=("level",),
        more="fit.regression_json:with_regression",
    ),
    "SelectionEstimate": PLAIN,
    "SelectionAnalysis": Row(
        "selection",
        "small_studies.text:selection_text",
        "small_studies.json:selection_document",
        charts=(drawn.SELECTED,),
        options=("level", "line"),
        report="small_studies.json:selection_keys",
    ),
    "SmallStudies": Row(
        "",
        "small_studies.text:small_studies_text",
        "small_studies.json:small_studies_document",
        report="small_studies.json:reported_small_studies",
    ),
    "SmallStudyTest": PLAIN,
    "SpecificationCurve": Row(
        "",
        "specification.text:specification_text",
        "specification.text:specification_document",
        charts=(drawn.SPECIFICATIONS,),
        report="specification.text:specification_document",
    ),
    "Standing": PLAIN,
    "Subsets": Row(
        "subsets",
        "trials.text:subsets_text",
        "trials.text:subsets_document",
        charts=(drawn.SUBSETS, drawn.RANK),
    ),
    "TermEffects": PLAIN,
    "TippingGrid": Row(charts=(drawn.SCALES,)),
    "TippingPoint": PLAIN,
    "ValueOfInformation": Row(
        "", "next_trial.value_text:value_text", "next_trial.value_json:value_document", charts=(drawn.VALUE,)
    ),
}


def kind(result: object) -> str:
    """Return the name under which a result is shown; raises ``ArgumentError`` for what is no result."""
    name = (result.KIND or type(result).__name__) if isinstance(result, Shown) else ""
    if name not in ROWS:
        raise ArgumentError(
            f"found something of type {type(result).__name__}, which is no result of this package; "
            "a result is what its functions return"
        )
    return name


def text(result: object, *, width: int = 80, **options: Any) -> str:
    """Return what the command of a result prints; one without a command gives its table in columns.

    ``options`` are those of its row. Raises ``ArgumentError`` for what is no result,
    and for options that its kind does not have.
    """
    name = kind(result)
    row = ROWS[name]
    _check(name, row, options)
    if row.text:
        shown: str = _load(row.text)(result, width=width, **options)
        return shown
    columns: str = _load("any_result_tables:in_columns")(name, table(result), width)
    return columns


def document(result: object, *, version: Literal[1, 2] = 2, **options: Any) -> dict[str, Any]:
    """Return what the command of a result prints with ``--json``, in a version of ``document_versions``.

    One without a command gives its fields and the rows of its table. Numbers are rounded as there,
    and what is not finite is None. Raises ``ArgumentError`` as ``text`` does.
    """
    name = kind(result)
    row = ROWS[name]
    _check(name, row, options)
    made = _load(row.document or "any_result_json:fields_of")(result, **options)
    if row.more and version != 1:
        made = _load(row.more)(result, made, **options)
    made = _load("document_versions:versioned")(made, result, version)
    rounded: dict[str, Any] = _load("wording.digits:printed")(made)
    return rounded


def reported(result: object) -> dict[str, Any] | None:
    """Return what stands for a result in results.json, not rounded yet; None where its fields do."""
    row = ROWS[kind(result)]
    found: dict[str, Any] | None = _load(row.report)(result) if row.report else None
    return found


def table(result: object, level: float | None = None) -> "pd.DataFrame":
    """Return the table of a result, limits of ``level``, its own or 0.95; raises ``ArgumentError``."""
    kind(result)
    asked: Any = result
    frame: pd.DataFrame = asked.table() if level is None else asked.table(level)
    return frame


def csv(result: object, level: float | None = None) -> "pd.DataFrame":
    """Return the table that the command of a result writes with ``--csv``, names of rows as columns;
    limits of ``level`` as in ``table``, where the kind has no table of its own for files.
    """
    row = ROWS[kind(result)]
    frame: pd.DataFrame = (
        _load(row.csv)(result) if row.csv else _load("any_result_tables:labelled")(table(result, level))
    )
    return frame


def drawing(result: object, name: str = "", **options: Any) -> Drawing:
    """Return a drawing of a result, the first of its kind unless named, with options of its functions; raises
    ``ArgumentError`` for what is no result, and for a kind that is not drawn so.
    """
    charts = ROWS[kind(result)].charts
    chart = next((each for each in charts if name in ("", each.name)), None)
    if chart is None:
        raise ArgumentError(
            f"{kind(result)}: no chart {name!r}; there are "
            f"{', '.join(each.name for each in charts) or 'none'}"
        )
    plot, alternative = (_load(f"{chart.module}:{name}") for name in (chart.plot, chart.alternative))
    return Drawing(partial(plot, result, **options), alternative(result, **options))


def figure(name: str, *results: object, **options: Any) -> Any:
    """Return a figure that a result has as a method, drawn by the function of that name in ``bi.plot``."""
    return _load(drawn.FIGURES[name])(*results, **options)


def worded(reason: Coded) -> str:
    """Return a code of an audit and its values in words."""
    return str(_load("audit.coded_words:worded")(reason))


def html(result: object) -> str:
    """Return a result as a small piece of HTML for notebooks; raises ``ArgumentError`` for what is none."""
    kind(result)
    return str(_load("display.markup:html")(result))


def one_line(result: object) -> str:
    """Return a result, or a part of one, in one line that says its answer."""
    return str(_load("display.line:one_line")(result))


def _check(name: str, row: Row, options: dict[str, Any]) -> None:
    unknown = [option for option in options if option not in row.options]
    if unknown:
        has = f"it has {', '.join(row.options)}" if row.options else "it has none"
        raise ArgumentError(f"{name}: no option {unknown[0]!r}; {has}")


def _load(name: str) -> Callable[..., Any]:
    """Return the function that a row names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"bayes_ivig.reporting.{module}"), function)
    return found
