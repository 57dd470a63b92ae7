"""A comparison of priors as text for a terminal and as a JSON document."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.wording import (
    effects,
    information,
    information_rows,
    json_values,
    numbers,
    outcomes,
)
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.posterior_tables import PriorComparison

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 40
MOST_NOTES = 12
CHOICES = ("likelihood", "mu_prior", "tau_prior", "alpha_prior", "baseline", "trials")
NAMES = {"mu_prior": "mu_name", "tau_prior": "tau_name"}  # of priors that the user named
TOLD = {"mu_prior": "mu ~ ", "tau_prior": "tau ~ ", "alpha_prior": "alpha ~ ", "trials": "trials "}
MISSING = (
    "null: the number does not exist (Bayes factors and marginal likelihoods under improper priors, "
    "effective sample sizes of priors that jump, weights of priors that are no mixtures, conflict where the "
    "data alone give no estimate, a tighter baseline prior under a likelihood without one, {plural} "
    "beyond the range of floats); a row of nulls has no posterior, for the reason in its own note"
)


def comparison_document(found: PriorComparison) -> dict[str, Any]:
    """Return a ``compare_priors`` table as JSON-ready values;
    what does not exist is None, with a ``"note"``.
    """
    return json_values.table_document(
        found.frame, found.dataset, MISSING.format(plural=table_measure(found.frame.columns).plural)
    )


def comparison_text(found: PriorComparison, width: int = WIDTH) -> str:
    """Return one line per combination, the largest effect first, and every choice in words below.

    Of more than 40 combinations the first and the last 20 are shown.
    """
    frame, dataset = found.frame, found.dataset
    measure = table_measure(frame.columns)
    ordered = frame.sort_values(measure.columns.median, ascending=False, kind="stable", key=settled)
    differ = [column for column in CHOICES if column in frame and frame[column].nunique() > 1] or [
        "mu_prior",
        "tau_prior",
    ]
    rows: list[tuple[str, ...]] = [
        (
            "",
            measure.symbol,
            f"{numbers.level(float(frame['level'].iloc[0]))} credible interval",
            f"P({measure.above})",
            "tau",
            "BF",
        )
    ]
    lines = [_line(row, differ, measure) for row in ordered.to_dict("records")]
    hidden = len(lines) - MOST_ROWS
    if hidden > 0:
        between = (f"... {numbers.count(hidden)} more between", "", "", "", "", "")
        lines = [*lines[: MOST_ROWS // 2], between, *lines[-MOST_ROWS // 2 :]]
    title = dataset.about.outcome_title or dataset.label
    number = f"{numbers.count(len(frame))} combination{'' if len(frame) == 1 else 's'} of priors"
    heading = f"{title}: {dataset.about.treatment} against {dataset.about.control}, {number}"
    nothing = information_rows.lead(frame)
    return "\n".join(
        [
            *paragraph(heading, width),
            *(["", *paragraph(nothing, width)] if nothing else []),
            "",
            *figures([*rows, *lines], width),
            "",
            "Details",
            *dashes(_details(frame, dataset), width),
        ]
    )


def _line(row: Mapping[Any, Any], differ: list[str], measure: Measure) -> tuple[str, ...]:
    label = ", ".join(
        f"{TOLD.get(column, '')}{row.get(NAMES.get(column, ''), row[column])}"
        for column in differ
        if row[column] != "none"
    )
    label = information.marked(label, row["k_informative"])
    columns = measure.columns
    middle, lower, upper = (effects.shown(measure, row[name]) for name in columns[:3])
    above = row[columns.above]
    chance = numbers.probability(above) if math.isfinite(above) else "none"
    return (
        label,
        middle,
        f"{lower} to {upper}",
        chance,
        numbers.standard_deviation(row["tau_median"]) if math.isfinite(row["tau_median"]) else "none",
        numbers.bayes_factor(row["bf_effect"]),
    )


def _details(frame: "pd.DataFrame", dataset: Dataset) -> list[str]:
    same = [
        f"{TOLD.get(column, f'{column} ')}{frame[column].iloc[0]}"
        for column in CHOICES
        if column in frame and frame[column].nunique() == 1
    ]
    measure = table_measure(frame.columns)
    lines = [f"the same in every row: {', '.join(same)}"] if same else []
    return [
        *lines,
        *_named(frame),
        *resolving(frame),
        f"{measure.name}: {effects.arms_briefly(measure, dataset.about)}; "
        "medians and central credible intervals",
        f"P({measure.above}): posterior probability under the priors, likelihood and trials of the row",
        outcomes.direction(dataset.about, measure),
        "BF: Bayes factor of the row's prior on mu against mu = 0, the same prior on tau; "
        "it depends on how wide that prior is",
        *information_rows.row_lines(frame, dataset),
        *weights(frame),
        *_notes(frame),
        f"largest numerical error: {numbers.numerical_error(frame['numerical_error'].max())} posterior SDs",
        f"all columns, with probabilities above other {measure.plural}, prediction intervals, prior-data "
        "conflict "
        "and prior effective sample size: --json, --csv",
    ]


def _named(frame: "pd.DataFrame") -> list[str]:
    """Return which prior each name of the user's stands for."""
    return [
        f"{name}: {TOLD[column]}{prior}"
        for column, of in NAMES.items()
        if of in frame
        for name, prior in dict.fromkeys(zip(frame[of], frame[column], strict=True))
    ]


def resolving(frame: "pd.DataFrame") -> list[str]:
    """Return what every prior that is known by a name stands for, and where it is from."""
    texts = dict.fromkeys(
        text for column in ("mu_prior", "tau_prior", "alpha_prior") for text in frame[column]
    )
    known = frame.attrs.get("library_priors", {})
    entries = [(text, known[text]) for text in texts if text in known]
    return [f"{text} is {numbers.shortened(entry['prior'])}: {entry['source']}" for text, entry in entries]


def weights(frame: "pd.DataFrame") -> list[str]:
    """Return the weight of the first part of every mixture, before the data and after."""
    if "part_weight" not in frame:
        return []
    rows = frame[frame["part_weight"].notna()]
    lines = []
    for row in rows.to_dict("records")[:MOST_NOTES]:
        where = ", ".join(
            f"{TOLD.get(column, f'{column} ')}{row[column]}" for column in ("mu_prior", "tau_prior", "trials")
        )
        lines.append(
            f"weight of the first part, {where}: {numbers.plain(row['part_weight_prior'], 3)} before, "
            f"{numbers.plain(row['part_weight'], 3)} after the data"
        )
    return lines


def _notes(frame: "pd.DataFrame") -> list[str]:
    notes = [text for text in dict.fromkeys(frame["note"]) if text]
    return [f"note: {text}" for text in notes[:MOST_NOTES]]
