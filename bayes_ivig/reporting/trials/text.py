"""All subsets of the trials as text for a terminal and as a JSON document."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.trials.words import compared, counted_sentence
from bayes_ivig.reporting.wording import (
    effects,
    information,
    information_rows,
    json_values,
    numbers,
    outcomes,
)
from bayes_ivig.reporting.wording.terminal import WIDTH, dashes, figures, paragraph
from bayes_ivig.results.posterior_tables import Subsets

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20
POOLINGS = (  # of odds ratios from counts, and of anything else
    "Mantel-Haenszel with random effects as Review Manager 5, 0.5 added to studies with a zero cell",
    "inverse variance with random effects (DerSimonian and Laird)",
)
OVERLAP = "subsets overlap and are no sample: their spread is not an uncertainty"
MISSING = (
    "null: the subset cannot be estimated, or has no posterior, or the number needs more trials (I squared, "
    "two), a baseline prior or fewer subsets (its tighter prior, 5,000)"
)


def subsets_document(standing: Subsets) -> dict[str, Any]:
    """Return a ``subsets`` table as JSON-ready values, with
    where each named trial set stands among those of its size.
    """
    document = json_values.table_document(standing.frame, standing.dataset, MISSING)
    standings = {
        name: {key: json_values.finite(value) for key, value in each.items()}
        for name, each in standing.standings.items()
    }
    return document | {
        "model": {"name": standing.model.name, **model_dict(standing.model)},
        "trial_sets": standings,
    }


def subsets_text(standing: Subsets, width: int = WIDTH) -> str:
    """Return the spread of the answers over all subsets, what each trial does to them,
    and every choice in words.
    """
    frame, dataset = standing.frame, standing.dataset
    about, measure = dataset.about, table_measure(frame.columns)
    title = about.outcome_title or dataset.label
    heading = (
        f"{title}: {about.treatment} against {about.control}, {_count(len(frame), 'subset')} of "
        f"{_count(len(dataset), 'trial')}"
    )
    nothing = information_rows.lead(frame)
    lines = [*paragraph(heading, width), *(["", *paragraph(nothing, width)] if nothing else [])]
    lines += ["", *figures(_spread(frame, measure), width)]
    if standing.carrying is not None:
        lines += ["", *figures(_carrying(standing.carrying, measure), width)]
    for name, each in standing.standings.items():
        lines += ["", *paragraph(_standing(name, each, measure), width)]
    return "\n".join(
        [*lines, "", "Details", *dashes(_details(frame, dataset, standing.model, "subset"), width)]
    )


def _spread(frame: "pd.DataFrame", measure: Measure) -> list[tuple[str, ...]]:
    columns, shown_as = measure.columns, partial(effects.shown, measure)
    rows: list[tuple[str, ...]] = [("over the subsets", "lowest", "5%", "median", "95%", "highest")]
    for label, column, shown in (
        (f"posterior median {measure.symbol}", columns.median, shown_as),
        (f"P({measure.above})", columns.above, numbers.probability),
        ("median of tau", "tau_median", numbers.figures),
        (f"pooled {measure.symbol}", columns.pooled, shown_as),
    ):
        values = frame[column].dropna()
        quantiles = [
            shown(float(values.quantile(p))) if len(values) else "none" for p in (0.0, 0.05, 0.5, 0.95, 1.0)
        ]
        rows.append((label, *quantiles))
    return rows


def _carrying(frame: "pd.DataFrame", measure: Measure) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("without", measure.symbol, f"P({measure.above})", "change", "pooled P")]
    for row in frame.head(MOST_ROWS).to_dict("records"):
        change = numbers.plain_change(row["prob_change"])
        chance = numbers.probability(row[f"{measure.columns.above}_without"])
        rows.append(
            (
                row["trial"],
                effects.shown(measure, row[f"{measure.columns.median}_without"]),
                chance,
                change,
                numbers.fine_p_value(row["pooled_p_without"]),
            )
        )
    return rows


def _standing(name: str, place: Mapping[str, float], measure: Measure) -> str:
    return (
        f"The trial set {name!r} is one of {numbers.count(place['subsets'])} subsets of "
        f"{numbers.whole(place['size'])} trials: pooled {measure.name} number "
        f"{numbers.whole(place[f'rank_{measure.columns.pooled}'])} and posterior median number "
        f"{numbers.whole(place[f'rank_{measure.columns.median}'])} from the largest. Pooled again, "
        f"{counted_sentence(place, 'it', measure)}"
    )


def _count(number: int, noun: str) -> str:
    return f"{numbers.count(number)} {noun}{'' if number == 1 else 's'}"


def details_of(frame: "pd.DataFrame", dataset: Dataset, model: Model) -> list[str]:
    """Return every choice behind a table of subsets, in words."""
    return [line for line in _details(frame, dataset, model, "row") if line != OVERLAP]


def _details(frame: "pd.DataFrame", dataset: Dataset, model: Model, noun: str) -> list[str]:
    priors = ", ".join(f"{key} {value}" for key, value in model_dict(model).items())
    named, measure = ", ".join(dataset.study_names), table_measure(frame.columns)
    return [
        f"{measure.name}: {effects.arms_briefly(measure, dataset.about)}",
        outcomes.direction(dataset.about, measure),
        f"model: {priors}",
        f"trial set: {dataset.selection}"
        + (f" ({named})" if dataset.selection != named else "")
        + information.shared_controls(dataset),
        "posterior medians; pooled: "
        f"{POOLINGS[bool(dataset.estimated) or measure.code != 'OR']}, P from the "
        "normal distribution",
        compared(measure),
        OVERLAP,
        *information_rows.row_lines(frame, dataset, model, noun),
        f"largest numerical error: {numbers.numerical_error(frame['numerical_error'].max())} posterior SDs",
    ]
