"""Trials left out, trials coming in and classes of trials, as text for a terminal and as JSON documents."""

import math
from typing import TYPE_CHECKING, Any

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.any_result_tables import rows_of
from bayes_ivig.reporting.trials.text import MISSING, details_of
from bayes_ivig.reporting.trials.words import prior_of_ratios, when_stated
from bayes_ivig.reporting.wording import classes, effects, json_values, numbers
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import ByClass, Contrast
from bayes_ivig.results.posterior_tables import OneByOne

if TYPE_CHECKING:
    import pandas as pd

SHARED = (
    "{what}: each with the class of most trials, {name} of the first named {over} that of the second, "
    "under one tau for all classes; each class by itself has its own"
)
VIEWED = "a {one} of post hoc classes describes these trials, not the effect of their design"


def one_by_one_document(found: OneByOne) -> dict[str, Any]:
    """Return a table of ``without_each`` or ``accumulated`` as JSON-ready values."""
    return _rows_document(found.frame, found.dataset, found.model, found.view)


def _rows_document(frame: "pd.DataFrame", dataset: Dataset, model: Model, view: str) -> dict[str, Any]:
    document = json_values.table_document(frame, dataset, MISSING)
    return document | {"view": view, "model": {"name": model.name, **model_dict(model)}}


def one_by_one_text(found: OneByOne, width: int = WIDTH) -> str:
    """Return one line for all trials and one without each, or one line per trial that comes in."""
    return _without(found, width) if found.view == "leave-one-out" else _cumulative(found, width)


def _without(found: OneByOne, width: int) -> str:
    frame, dataset = found.frame, found.dataset
    rows: list[tuple[str, ...]] = [("without", *_headings(frame), "weight")]
    for record in frame.to_dict("records"):
        weight = numbers.percent(record["weight"]) if math.isfinite(record["weight"]) else ""
        rows.append((marked(record["left_out"], record["k_informative"]), *_numbers(record), weight))
    lines = [
        *details_of(frame, dataset, found.model),
        "weight: share of the trial in the information on mu; the rest is the prior's and the others'",
        "how each trial sits among the others, and changes against all trials: --json, --csv",
    ]
    return _page(dataset, "without each trial", rows, lines, width)


def _cumulative(found: OneByOne, width: int) -> str:
    frame, dataset, by = found.frame, found.dataset, found.order
    when = (by,) if by else ()
    rows: list[tuple[str, ...]] = [("added", *when, *_headings(frame))]
    for record in frame.to_dict("records"):
        rows.append(
            (
                marked(record["added"], record["k_informative"]),
                *(str(record[name]) for name in when),
                *_numbers(record),
            )
        )
    order = f"order: by the column {by}, ties as in the table" if by else "order: that of the table"
    return _page(
        dataset, "as the trials come in", rows, [*details_of(frame, dataset, found.model), order], width
    )


def classes_text(by_class: ByClass, width: int = WIDTH) -> str:
    """Return one line per class, and one per ratio or difference with the largest class."""
    groups = by_class.contrast.groups
    rows: list[tuple[str, ...]] = [(classes.label(by_class), "k", *_headings(by_class.alone))]
    for value, record in zip(groups, by_class.alone.to_dict("records"), strict=True):
        rows.append(
            (
                marked(classes.of(by_class, value), record["k_informative"]),
                str(record["k"]),
                *_numbers(record),
            )
        )
    measure = by_class.contrast.measure
    ratios: list[tuple[str, ...]] = [_contrast_heads(measure, by_class.level)]
    for name, base, marginal in by_class.with_largest():
        label = f"{classes.of(by_class, name)} {measure.against} {classes.of(by_class, base)}"
        label = marked(label, by_class.contrast.fewest_informative(name, base))
        ratios.append((label, *_shown(marginal, measure, by_class.level)))
    lines = details_of(by_class.alone, by_class.dataset, by_class.contrast.model)
    lines += [f"{classes.of(by_class, value)}: {', '.join(names)}" for value, names in groups.items()]
    if by_class.aside:
        lines.append(f"in no class that says something: {', '.join(by_class.aside)}")
    lines.append(f"comparison: {when_stated(by_class)}")
    lines += [f"prior: {prior_of_ratios(by_class)}", *_wide(by_class)]
    lines += _weighed(by_class.contrast)
    heading = figures(rows, width), figures(ratios, width)
    return _page(
        by_class.dataset,
        f"by {by_class.column}",
        [],
        [*lines, _shared(measure), *([] if by_class.stated_before else [_viewed(measure)])],
        width,
        [*heading[0], "", *heading[1]],
    )


def contrast_text(contrast: Contrast, width: int = WIDTH, level: float = 0.95) -> str:
    """Return one line per class and one per pair of classes, under one tau for all,
    then the trials of every class.

    Details state the prior of the ratios, and whether the comparison was stated before the results were
    known.
    """
    measure = contrast.measure
    rows: list[tuple[str, ...]] = [
        ("class", "k", measure.symbol, f"{numbers.level(level)} credible", f"P({measure.above})")
    ]
    for name, mean in contrast.mu.items():
        rows.append(
            (
                marked(name, contrast.fewest_informative(name)),
                str(len(contrast.groups[name])),
                *_shown(mean, measure, level),
            )
        )
    ratios: list[tuple[str, ...]] = [_contrast_heads(measure, level)]
    for (a, b), marginal in contrast.differences.items():
        label = marked(f"{a} {measure.against} {b}", contrast.fewest_informative(a, b))
        ratios.append((label, *_shown(marginal, measure, level)))
    before = "stated before the results were known" if contrast.stated_before else when_stated(contrast)
    lines = [
        *(f"{name}: {', '.join(trials)}" for name, trials in contrast.groups.items()),
        *([f"in no class, and left out: {', '.join(contrast.aside)}"] if contrast.aside else []),
        f"comparison: {before}",
        f"prior: {prior_of_ratios(contrast)}",
        f"mu ~ {contrast.model.mu}, tau ~ {contrast.model.tau}, {contrast.model.likelihood} likelihood; "
        "one tau for all classes",
        *_weighed(contrast),
        *([] if contrast.stated_before else [_viewed(measure)]),
    ]
    body = [*figures(rows, width), "", *figures(ratios, width)]
    return _page(contrast.dataset, "classes of trials", [], lines, width, body)


def contrast_document(contrast: Contrast, level: float = 0.95) -> dict[str, Any]:
    """Return effects of the classes and ratios of them as JSON-ready values, with what they rest on."""
    return {
        "dataset": {"name": contrast.dataset.name, "outcome": contrast.dataset.outcome},
        **json_values.measured(contrast.measure),
        "model": {"name": contrast.model.name, **model_dict(contrast.model)},
        "classes": {name: list(trials) for name, trials in contrast.groups.items()},
        "rows": rows_of(contrast.table(level)),
        "difference_prior": "independent" if contrast.apart is None else str(contrast.apart),
        "stated_before": contrast.stated_before,
        "log_bayes_factor": contrast.log_bayes_factor,
        "level": level,
        "aside": list(contrast.aside),
        "diagnostics": {"ok": contrast.diagnostics.ok, "problems": list(contrast.diagnostics.problems)},
    }


def _shown(marginal: Marginal, measure: Measure, level: float) -> tuple[str, str, str]:
    """Return an effect, or a ratio or difference of two: median, limits, probability above no effect."""
    shown = posterior_effect(marginal, measure, level)
    assert shown.estimate is not None
    assert shown.lower is not None
    assert shown.upper is not None
    limits = f"{effects.shown(measure, shown.lower)} to {effects.shown(measure, shown.upper)}"
    above = numbers.probability(float(marginal.prob_above(0.0)))
    return effects.shown(measure, shown.estimate), limits, above


def _headings(frame: "pd.DataFrame") -> tuple[str, ...]:
    """Return the headings over ``_numbers``."""
    measure = table_measure(frame.columns)
    level = numbers.level(float(frame["level"].iloc[0]))
    return f"pooled {measure.symbol}", "P", measure.symbol, f"{level} credible", f"P({measure.above})"


def _contrast_heads(measure: Measure, level: float) -> tuple[str, ...]:
    chance = "P(ratio > 1)" if measure.log else "P(difference > 0)"
    return measure.contrast, "median", f"{numbers.level(level)} credible", chance


def _shared(measure: Measure) -> str:
    what, over = ("ratios", "over") if measure.log else ("differences", "minus")
    return SHARED.format(what=what, name=measure.name, over=over)


def _viewed(measure: Measure) -> str:
    return VIEWED.format(one="ratio" if measure.log else "difference")


def _weighed(contrast: Contrast) -> list[str]:
    factor = contrast.log_bayes_factor
    return (
        []
        if factor is None
        else [f"log Bayes factor of a mean for each class against one mean for all: {numbers.plain(factor)}"]
    )


def _wide(by_class: ByClass) -> list[str]:
    """Return the ratios under independent means, where those shown have another prior."""
    if by_class.contrast.apart is None:
        return []
    shown = []
    for name, base, marginal in by_class.with_largest(wide=True):
        measure = by_class.contrast.measure
        each = posterior_effect(marginal, measure, by_class.level)
        pair = f"{classes.of(by_class, name)} {measure.against} {classes.of(by_class, base)}"
        pair = marked(pair, by_class.contrast.fewest_informative(name, base))
        shown.append(
            f"{pair} {effects.cell(measure, each.estimate)} "
            f"({effects.limits(measure, each.lower, each.upper)})"
        )
    return [f"sensitivity, each class with the prior of mu by itself: {'; '.join(shown)}"]


def classes_document(by_class: ByClass) -> dict[str, Any]:
    """Return classes as JSON-ready values: the table, the prior of the ratios,
    and the ratios under independent means.
    """
    model, measure = by_class.contrast.model, by_class.contrast.measure
    document = _rows_document(by_class.table(), by_class.dataset, model, f"by {by_class.column}")
    silent = {
        f"{a} {measure.against} {b}": not by_class.contrast.fewest_informative(a, b)
        for a, b in by_class.contrast.differences
    }
    for row in document["rows"][len(by_class.contrast.groups) :]:
        row["learnt_nothing"] = silent[row["class"]]
    return document | {
        "difference_prior": by_class.prior,
        "aside": list(by_class.aside),
        "stated_before": by_class.stated_before,
        "independent_means": independent_means(by_class, by_class.with_largest(wide=True)),
    }


def independent_means(
    by_class: ByClass, pairs: tuple[tuple[str, str, Marginal], ...]
) -> list[dict[str, Any]]:
    """Return ratios or differences of classes whose means know nothing of each other as JSON-ready rows."""
    measure = by_class.contrast.measure
    wide = []
    for name, base, marginal in pairs:
        ratio_of = posterior_effect(marginal, measure, by_class.level)
        above = float(marginal.prob_above(0.0))
        shown = {
            "median": ratio_of.estimate,
            "lower": ratio_of.lower,
            "upper": ratio_of.upper,
            f"prob_gt_{'1' if measure.log else '0'}": above,
        }
        learnt_nothing = not by_class.contrast.fewest_informative(name, base)
        wide.append(
            {"class": f"{name} {measure.against} {base}"} | shown | {"learnt_nothing": learnt_nothing}
        )
    return wide


def _page(
    dataset: Dataset,
    what: str,
    rows: list[tuple[str, ...]],
    details: list[str],
    width: int,
    body: list[str] | None = None,
) -> str:
    about = dataset.about
    heading = f"{about.outcome_title or dataset.label}: {about.treatment} against {about.control}, {what}"
    shown = figures(rows, width) if body is None else body
    return "\n".join([*paragraph(heading, width), "", *shown, "", "Details", *dashes(details, width)])


def _numbers(record: dict[Any, Any]) -> tuple[str, ...]:
    measure = table_measure(record)
    columns = measure.columns
    middle, lower, upper = (effects.shown(measure, record[name]) for name in columns[:3])
    limits = f"{lower} to {upper}" if math.isfinite(record[columns.median]) else "none"
    above = record[columns.above]
    chance = numbers.probability(above) if math.isfinite(above) else "none"
    pooled_p = numbers.fine_p_value(record["pooled_p"])
    return (
        effects.shown(measure, record[columns.pooled]),
        pooled_p,
        middle,
        limits,
        chance,
    )
