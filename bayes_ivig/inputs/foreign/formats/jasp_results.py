"""What a file of JASP stores of its own analyses (``analyses.json``), as results of ``pool`` to be computed
again.

Layout after JASP's own sources (jasp-desktop: ``Analysis::asJSON``; jaspMetaAnalysis: the classical analysis
before 0.17, of 0.17 and 0.18, and since 0.19, whose pooled effect is kept to seven digits and whose Q to two
decimals). Labels are translated in these files, so rows are told by symbols and places.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bayes_ivig.errors import cut, named, quoted
from bayes_ivig.files import archives
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import MIB
from bayes_ivig.inputs.foreign.formats.cells import text_of, tidy
from bayes_ivig.inputs.foreign.found import StoredAnalysis, StoredResult

PART = "analyses.json"
LARGEST = 8 * MIB
MOST = 100  # analyses of one file
LARGEST_TAU = 1e100
CLASSICAL = "ClassicalMetaAnalysis"
# the method of ``pool`` by the names of all versions, and how near to the solution its iteration stops
METHODS = {
    **dict.fromkeys(("Fixed Effects", "fixedEffects", "equalEffects"), ("fixed", 0.0)),
    **dict.fromkeys(("Maximum Likelihood", "maximumLikelihood"), ("ml", 2e-5)),
    **dict.fromkeys(("Restricted ML", "restrictedML"), ("reml", 2e-5)),
    **dict.fromkeys(("DerSimonian-Laird", "derSimonianLaird"), ("dl", 0.0)),
    **dict.fromkeys(("Hedges", "hedges"), ("he", 0.0)),
    **dict.fromkeys(("Hunter-Schmidt", "hunterSchmidt"), ("hs", 0.0)),
    **dict.fromkeys(("Sidik-Jonkman", "sidikJonkman"), ("sj", 0.0)),
    **dict.fromkeys(("Empirical Bayes", "empiricalBayes"), ("eb", 2e-5)),
    **dict.fromkeys(("Paule-Mandel", "pauleMandel"), ("pm", 2e-4)),
}
EFFECT, ERROR = ("effectSize", "dependent"), ("effectSizeStandardError", "effectSizeSe", "wlsWeights")
TEST = ("fixedEffectTest", "test")
LEVEL = ("confidenceIntervalsLevel", "estimateCiLevel", "regressionCoefficientsConfidenceIntervalsInterval")
MODERATORS = ("effectSizeModelTerms", "heterogeneityModelTerms", "modelTerms")
INTERCEPT = ("effectSizeModelIncludeIntercept", "includeIntercept", "interceptTerm", "includeConstant")
CHANGED = ("fixParametersTau2", "fixParametersWeights", "advancedExtendMetaforCall")
ROOMS = ("", "modelContainer_", "modelSummaryContainer_")  # that tables stand in
LIMITS = ("ci_lower", "ci_upper")
NAMES = {
    "estimate": ("est",),
    "standard_error": ("se",),
    "ci_lower": ("lower", "lCi"),
    "ci_upper": ("upper", "uCi"),
    "p_value": ("pval",),
}
STATISTIC = re.compile(r"Q\w?\(\d+\) = (\d+\.\d{2})\Z")

type Object = Mapping[str, Any]


def stored_analyses(raw: bytes) -> tuple[StoredAnalysis, ...]:
    """Return what a file of JASP stores of its analyses. Whatever is wrong with them is said in the place of
    them, since its data are none the worse for it.
    """
    try:
        text = archives.unpacked(raw, lambda name: name == PART).get(PART, b"")
        if len(text) > LARGEST:
            raise ValueError(f"{len(text):,} bytes; at most {LARGEST:,} are read")
        document = parse_json(text) if text.strip() else {}
    except ValueError as error:
        return (StoredAnalysis(PART, why=f"its results cannot be read: {named(str(error))}"),)
    listed = document.get("analyses") if isinstance(document, dict) else document
    analyses = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    found = [_analysis(each, i) for i, each in enumerate(analyses[:MOST], 1)]
    if len(analyses) > MOST:
        found.append(StoredAnalysis(f"{len(analyses) - MOST:,} more", why=f"at most {MOST} are looked at"))
    return tuple(found)


def _analysis(analysis: Object, number: int) -> StoredAnalysis:
    """Return one analysis: its columns and results, or why it is not computed again."""
    kind, options = text_of(analysis.get("name")), _object(analysis.get("options"))
    title = cut(tidy(text_of(analysis.get("title")) or kind or "without a name"), 80)
    called = f"analysis {number}, {title}"
    columns = (_column(options, EFFECT), _column(options, ERROR))
    try:
        if kind != CLASSICAL:
            raise ValueError("only classical meta-analyses are computed again")
        _require_plain(options)
        if not all(columns):
            raise ValueError("it has no column of effects with their standard errors")
        return StoredAnalysis(called, *columns, tuple(_results(analysis, options)))
    except ValueError as error:
        return StoredAnalysis(called, why=str(error))


def _require_plain(options: Object) -> None:
    """Raise ``ValueError`` for an analysis that ``pool`` does not do."""
    reasons = {
        "it has moderators": any(options.get(name) for name in MODERATORS),
        "its studies are in clusters": bool(_column(options, ("clustering",))),
        "it is of subgroups": bool(_column(options, ("subgroup",))),
        "it has no intercept": any(options.get(name) is False for name in INTERCEPT),
        "it fixes parameters or changes the call of metafor": any(options.get(n) is True for n in CHANGED),
    }
    for reason, holds in reasons.items():
        if holds:
            raise ValueError(f"{reason}; such an analysis is not computed again")


def _results(analysis: Object, options: Object) -> Iterator[StoredResult]:
    """Yield the stored numbers of an analysis on the scale of the model; raises ``ValueError``."""
    said = text_of(options.get("method"))
    if said not in METHODS:
        raise ValueError(f"its method {quoted(cut(said, 40))} is not computed again")
    method, near = METHODS[said]
    test = next((text_of(options[name]) for name in TEST if name in options), "z")
    if test not in ("z", "knha", "t") or (method == "fixed" and test != "z"):
        raise ValueError(f"the test {quoted(cut(test, 40))} of a {said} model is not computed again")
    tables = _tables(analysis.get("results"))
    values = _pooled(tables, options) | _heterogeneity(tables)
    if test == "t":  # of unadjusted errors, which ``pool`` has no limits and no test of
        values = {name: value for name, value in values.items() if name not in (*LIMITS, "p_value")}
    rounded = _rounded_q(tables)
    if not values and rounded is None:
        raise ValueError("it holds no results")
    shared: dict[str, Any] = {"level": _level(options), "hartung_knapp": test == "knha", "near": near}
    if values:
        yield StoredResult(method, "", tuple(values.items()), **shared)
    if rounded is not None:
        yield StoredResult(method, "", (("q", rounded),), digits=2, **shared)


def _pooled(tables: Mapping[str, list[Object]], options: Object) -> dict[str, float]:
    """Return the pooled effect with what stands in its row, ratios as logs."""
    rows = [
        row
        for row in [*tables.get("pooledEstimatesTable", ()), *tables.get("coeffTable", ())[:1]]
        if not _symbol(row)
    ]
    if not rows:
        return {}
    found = {name: _number(rows[0], *theirs) for name, theirs in NAMES.items()}
    values = {name: value for name, value in found.items() if value is not None}
    transform = text_of(options.get("transformEffectSize") or "none")
    if transform not in ("none", "exponential"):
        raise ValueError(f"its effects are transformed by {quoted(cut(transform, 40))}")
    if transform == "exponential":
        for name in ("estimate", *LIMITS):
            if name in values:
                if values[name] <= 0:
                    raise ValueError(f"found {values[name]:g}; no exponential is 0 or less")
                values[name] = math.log(values[name])
    return values


def _heterogeneity(tables: Mapping[str, list[Object]]) -> dict[str, float]:
    """Return tau squared, I squared, Q with its p-value, and the p-value of the effect, where they stand."""
    values: dict[str, float] = {}
    for row in [*tables.get("pooledEstimatesTable", ()), *tables.get("residualTable", ())]:
        symbol, value = _symbol(row), _number(row, "est")
        if value is None or not symbol:
            continue
        if symbol == "tau" and abs(value) < LARGEST_TAU:
            values.setdefault("tau2", value**2)
        elif symbol in ("tau2", "i2"):
            values[symbol] = value
    residual = tables.get("fixRandTable", [])[1:2]  # under the test of the coefficients
    named_so = [row for row in tables.get("testsTable", ()) if STATISTIC.match(text_of(row.get("stat")))]
    for row in [*residual, *named_so[:1]]:
        found = {"q": _number(row, "qstat"), "q_p_value": _number(row, "pval")}
        values |= {name: value for name, value in found.items() if value is not None}
    effect = [row for row in tables.get("testsTable", ()) if text_of(row.get("stat")).startswith(("z", "t"))]
    p_value = _number(effect[0], "pval") if effect else None
    return values if p_value is None else values | {"p_value": p_value}


def _rounded_q(tables: Mapping[str, list[Object]]) -> float | None:
    """Return Q as a table shows it, to two decimals."""
    for row in tables.get("testsTable", ()):
        if shown := STATISTIC.match(text_of(row.get("stat"))):
            return float(shown[1])
    return None


def _symbol(row: Object) -> str:
    """Return which heterogeneity a row is of, by its symbol, blank for none."""
    label = text_of(row.get("par") or row.get("name")).strip()
    if label[:1] in ("\u03c4", "\U0001d70f") and len(label) <= 2:
        return "tau2" if "\u00b2" in label else "tau"
    if label[1:2] == "\u00b2" and label[0] in "IH":
        return f"{label[0].lower()}2"
    return ""


def _tables(results: object) -> dict[str, list[Object]]:
    """Return the rows of the tables that are read, by their names without the rooms that they stand in."""
    wanted = {
        room + name: name
        for room in ROOMS
        for name in ("pooledEstimatesTable", "testsTable", "coeffTable", "fixRandTable", "residualTable")
    }
    found: dict[str, list[Object]] = {}
    waiting = [_object(results)]
    while waiting:
        for key, value in waiting.pop().items():
            rows = value.get("data") if isinstance(value, dict) else None
            if key in wanted and isinstance(rows, list):
                found.setdefault(wanted[key], [row for row in rows if isinstance(row, dict)])
            elif isinstance(value, dict):
                waiting.append(value)
    return found


def _level(options: Object) -> float:
    """Return the level of limits, which older files give in percent; raises ``ValueError``."""
    level = _number(options, *LEVEL)
    level = 0.95 if level is None else level / 100 if level > 1 else level
    if not 0 < level < 1:
        raise ValueError(f"its limits are of a level of {level:g}")
    return level


def _column(options: Object, names: tuple[str, ...]) -> str:
    """Return the column that an option names: a text, the only one of a list, or beside its type."""
    value = next((options[name] for name in names if name in options), "")
    if isinstance(value, dict):
        value = value.get("value", "")
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else ""
    return tidy(value) if isinstance(value, str) else ""


def _number(row: Object, *names: str) -> float | None:
    """Return a number by the first of its names that stands there, also where it is written as a text."""
    value = next((row[name] for name in names if name in row), None)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}
