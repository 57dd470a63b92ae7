"""One pooled estimate as text for a terminal, with every choice made on the way."""

import math

from bayes_ivig import measures
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.reporting.wording import classical, effects, information, numbers
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.classical import Refits
from bayes_ivig.results.pooled import DEFAULT_METHOD, PooledEstimate

MEASURES = {each.code: each.name for each in measures.MEASURES} | {
    "OR": "odds ratio, event odds",
    "RR": "risk ratio, event risks",
    "RD": "risk difference, event risks",
}


def pool_text(estimate: PooledEstimate, width: int = WIDTH) -> str:
    """Return a readable summary: per-study and pooled effects with confidence intervals,
    heterogeneity, then the details.
    """
    dataset = estimate.dataset
    assert dataset is not None  # pool sets it
    about = dataset.about
    interval = f"{numbers.level(estimate.level)} confidence interval"
    rows: list[tuple[str, ...]] = [("", estimate.measure, interval, "weight")]
    for study in estimate.studies:
        weight = "" if study.weight is None or study.estimate is None else numbers.percentage(study.weight)
        rows.append(
            (study.study, *_effect(estimate.measure, study.estimate, study.ci_lower, study.ci_upper), weight)
        )
    pooled = _effect(estimate.measure, estimate.estimate, estimate.ci_lower, estimate.ci_upper)
    rows.append((f"pooled ({estimate.method})", *pooled, ""))
    title = about.outcome_title or dataset.label
    lines = [
        *paragraph(
            f"{title}: {about.treatment} against {about.control}, "
            f"{estimate.k} of {estimate.k_listed} studies",
            width,
        ),
        "",
        *figures(rows, width),
    ]
    tests = _tests(estimate)
    if tests:
        lines += ["", *tests]
    return "\n".join([*lines, "", "Details", *dashes(_details(estimate, dataset), width)])


def refits_text(series: Refits, width: int = WIDTH) -> str:
    """Return one line per analysis of a series, on the printed scale, then what they share."""
    if not series:
        return "No analyses: there is one study alone."
    first = series[0].pooled
    dataset = first.dataset
    assert dataset is not None  # pool sets it
    rows: list[tuple[str, ...]] = [
        ("study", "k", first.measure, f"{numbers.level(first.level)} confidence interval", "P", "I2")
    ]
    for each in series:
        one = each.pooled
        shown = _effect(one.measure, one.estimate, one.ci_lower, one.ci_upper)
        chance = "" if one.p_value is None else numbers.fine_p_value(one.p_value)
        rows.append(
            (each.study, str(one.k), *shown, chance, "" if one.i2 is None else numbers.percentage(one.i2))
        )
    about = dataset.about
    heading = (
        f"{about.outcome_title or dataset.label}: {about.treatment} against {about.control}, "
        f"{len(series)} analyses"
    )
    details = [
        "study: the one left out, or the last that came in",
        f"{MEASURES[first.measure]}: {_arms(first, dataset)}",
        f"method {first.method} with the conventions of {first.rules or 'this package'}; "
        f"limits from {' or '.join(dict.fromkeys(each.pooled.interval for each in series))}",
    ]
    return "\n".join(
        [*paragraph(heading, width), "", *figures(rows, width), "", "Details", *dashes(details, width)]
    )


def _arms(estimate: PooledEstimate, dataset: Dataset) -> str:
    sign = "over" if measures.measure_of(estimate.measure).log else "minus"
    return f"{dataset.about.treatment} {sign} {dataset.about.control}"


def _tests(estimate: PooledEstimate) -> list[str]:
    """Return what is told about the pooled effect and about heterogeneity, as far as it exists."""
    lines = []
    if estimate.p_value is not None:
        lines.append(f"Test for overall effect: {_p(estimate.p_value)}")
    if estimate.q is not None and estimate.q_p_value is not None:
        i2 = "" if estimate.i2 is None else f", I2 = {numbers.percentage(estimate.i2)}"
        tau2 = "" if estimate.tau2 is None else f", tau2 = {numbers.cell(estimate.tau2)}"
        lines.append(
            f"Heterogeneity: Q = {numbers.plain(estimate.q, 3)} ({_p(estimate.q_p_value)}){i2}{tau2}"
        )
    if estimate.prediction_lower is not None:
        limits = _effect(
            estimate.measure, estimate.estimate, estimate.prediction_lower, estimate.prediction_upper
        )[1]
        lines.append(f"Prediction interval ({estimate.prediction}): {limits}")
    return lines


def _details(estimate: PooledEstimate, dataset: Dataset) -> list[str]:
    altered = ", ".join(estimate.zero_cells.studies_altered) or "none"
    usual = ", which is the default," if estimate.method == DEFAULT_METHOD else ""
    lines = [
        f"{MEASURES[estimate.measure]}: {_arms(estimate, dataset)}",
        information.trial_set(dataset),
        f"method {estimate.method}{usual} with the conventions of {estimate.rules or 'this package'}; "
        f"limits from {estimate.interval}",
        f"zero cells: {estimate.zero_cells.rule}; altered: {altered}",
    ]
    lines += [f"caution: {line}" for line in classical.caution_lines(estimate.cautions)]
    return lines + ([estimate.note] if estimate.note else [])


def _effect(
    measure: str, estimate: float | None, lower: float | None, upper: float | None
) -> tuple[str, str]:
    if estimate is None or lower is None or upper is None:
        return "not estimable", ""
    scale = measures.measure_of(measure)
    shown = [math.exp(min(value, 700.0)) if scale.log else value for value in (estimate, lower, upper)]
    texts = [effects.pooled(scale, value) for value in shown]
    return texts[0], f"{texts[1]} to {texts[2]}"


def _p(value: float) -> str:
    return numbers.equals("P", numbers.fine_p_value(value))
