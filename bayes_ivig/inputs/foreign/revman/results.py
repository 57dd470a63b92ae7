"""The results that RevMan stored, as results of ``pool`` that can be computed again."""

import math
from collections.abc import Mapping

from bayes_ivig.inputs.foreign.found import StoredResult
from bayes_ivig.inputs.foreign.revman.analysis import Analysis, Row, Total
from bayes_ivig.inputs.foreign.revman.rows import Kept

EFFECTS = ("estimate", "ci_lower", "ci_upper")
LARGEST_WEIGHT = 100.0 + 1e-6


def method_of(analysis: Analysis) -> tuple[str, str]:
    """Return the method of ``pool`` that RevMan used, and whose rules it needs to be told."""
    if analysis.method == "PETO" and analysis.kind == "dichotomous":
        return "peto", ""
    if analysis.random and analysis.estimator == "REML":
        return "reml", analysis.rules
    if analysis.kind == "dichotomous" and analysis.method == "MH":
        return ("revman-random" if analysis.random else "revman-fixed"), analysis.rules
    return ("dl" if analysis.random else "fixed"), analysis.rules


def stored_results(analysis: Analysis, kept: Kept, *, swapped: bool) -> tuple[StoredResult, ...]:
    """Return what is stored of an outcome and of its subgroups, the arms exchanged where ours are."""
    made = [_result(analysis, kept, total, swapped=swapped) for total in analysis.totals]
    results = [result for result in made if result is not None]
    if not any(result.each for result in results):
        lone = _each(analysis, kept, range(len(kept.rows)), swapped=swapped, weighted=False)
        results += [_of_rows(analysis, kept.names, lone)] if lone else []
    return tuple(results)


def _result(analysis: Analysis, kept: Kept, total: Total, *, swapped: bool) -> StoredResult | None:
    """Return one stored result, None where RevMan computed none."""
    places = [i for i, row in enumerate(kept.rows) if not total.group or row.subgroup == total.group]
    values = _values(analysis, total.values, swapped=swapped)
    if not places or "estimate" not in values:
        return None
    whole = not total.group
    carries = whole or analysis.weights_of_groups
    method, rules = method_of(analysis)
    return StoredResult(
        method,
        analysis.measure,
        tuple(values.items()),
        tuple(kept.names[i] for i in places),
        total.group,
        analysis.levels[1],
        total.digits,
        rules,
        analysis.hartung_knapp and analysis.random,
        _each(analysis, kept, places, swapped=swapped, weighted=True) if carries else (),
        analysis.levels[0],
    )


def _of_rows(
    analysis: Analysis, names: tuple[str, ...], each: tuple[tuple[str, str, float], ...]
) -> StoredResult:
    """Return what is stored of single studies where nothing was pooled."""
    method, rules = method_of(analysis)
    return StoredResult(
        method,
        analysis.measure,
        (),
        names,
        level=analysis.levels[1],
        digits=_digits(analysis),
        rules=rules,
        each=each,
        study_level=analysis.levels[0],
    )


def _digits(analysis: Analysis) -> int | None:
    return analysis.totals[0].digits if analysis.totals else None


def _values(analysis: Analysis, shown: Mapping[str, float], *, swapped: bool) -> dict[str, float]:
    """Return pooled numbers on the scale of the model."""
    values = on_model_scale(shown, analysis, swapped=swapped)
    rest = {name: value for name, value in shown.items() if name not in EFFECTS}
    if not analysis.random:
        rest.pop("tau2", None)  # written as 0, and means nothing
    if rest.get("q_df", 1) < 1:  # of one study: written as 0, and do not exist
        rest = {name: value for name, value in rest.items() if name in ("z", "p_value")}
    return values | rest if values else {}


def on_model_scale(shown: Mapping[str, float], analysis: Analysis, *, swapped: bool) -> dict[str, float]:
    """Return effect and limits on the scale of the model, nothing where they do not exist.

    What is not estimable is written as 0 with limits 0 and 0.
    """
    if not set(EFFECTS) <= set(shown):
        return {}
    found = [shown[name] for name in EFFECTS]
    if found[1] == found[2]:
        return {}
    if analysis.ratios:
        if min(found) <= 0:
            return {}
        found = [math.log(value) for value in found]
    if swapped:
        found = [-found[0], -found[2], -found[1]]
    return dict(zip(EFFECTS, found, strict=True))


def _each(
    analysis: Analysis, kept: Kept, places: "list[int] | range", *, swapped: bool, weighted: bool
) -> tuple[tuple[str, str, float], ...]:
    """Return what is stored of single rows."""
    listed: list[tuple[str, str, float]] = []
    for i in places:
        values = _of_row(kept.rows[i], analysis, swapped=swapped)
        if not weighted:
            values.pop("weight", None)
        listed += [(kept.names[i], name, value) for name, value in values.items()]
    return tuple(listed)


def _of_row(row: Row, analysis: Analysis, *, swapped: bool) -> dict[str, float]:
    values = on_model_scale(row.stored, analysis, swapped=swapped)
    if not values:
        return {}
    error, weight = row.stored.get("standard_error"), row.stored.get("weight")
    if error is not None and error > 0:
        values["standard_error"] = error
    if weight is not None and 0 < weight <= LARGEST_WEIGHT:
        values["weight"] = weight
    return values
