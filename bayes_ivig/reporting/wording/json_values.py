"""Values that several JSON documents share; not rounded here, ``digits`` does that."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.wording import information_rows, numbers
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.version import __version__

if TYPE_CHECKING:
    import pandas as pd

LARGEST_LOG = 709.0  # exp of more is beyond the range of floats


def summary(marginal: Marginal, level: float) -> dict[str, Any]:
    """Return mean, SD and quantiles; a mean or SD that does not exist is None with a note."""
    found: dict[str, Any] = {"mean": marginal.mean, "sd": marginal.sd, **quantiles(marginal, level)}
    missing = [name for name in ("mean", "sd") if found[name] is None]
    if missing:
        found["note"] = f"{' and '.join(missing)}: the integral does not exist, the tails are too heavy"
    return found


def quantiles(marginal: Marginal, level: float) -> dict[str, float]:
    """Return lower limit, median and upper limit by their keys, on the marginal's own scale."""
    lower, upper = (1 - level) / 2, (1 + level) / 2
    return {numbers.quantile_key(p): float(marginal.quantile(p)) for p in (lower, 0.5, upper)}


def ratio(log_value: float) -> float | None:
    """Return the exponential of a log ratio, None beyond the range of floats."""
    return math.exp(log_value) if log_value < LARGEST_LOG else None


def effect(mu: Marginal, measure: Measure, level: float) -> dict[str, dict[str, float | None]]:
    """Return median and limits of an effect on its measure's own scale under their key: ``odds_ratio`` with
    quantiles for limits, ``effect`` of other measures with ``lower``, ``upper`` and ``level``.
    """
    if measure.code != "OR":
        return {"effect": limits(mu, measure, level)}
    named = {"median" if key == "q50" else key: ratio(value) for key, value in quantiles(mu, level).items()}
    return {"odds_ratio": {"median": named.pop("median"), **named}}


def limits(marginal: Marginal, measure: Measure, level: float) -> dict[str, float | None]:
    """Return median and limits of an effect on its measure's own scale, and the level they are of."""
    lower, median, upper = (
        ratio(value) if measure.log else finite(value) for value in quantiles(marginal, level).values()
    )
    return {"median": median, "lower": lower, "upper": upper, "level": level}


def measured(measure: Measure) -> dict[str, str]:
    """Return the measure of a document; nothing for odds ratios, whose documents say so in their keys."""
    return {} if measure.code == "OR" else {"measure": measure.code}


def finite(value: float) -> float | None:
    """Return a number, None in the place of infinity and of what does not exist."""
    return value if math.isfinite(value) else None


def plain(value: Any) -> Any:
    """Return a value of a table as JSON has it: numbers of the standard library, ``finite`` ones."""
    if isinstance(value, float):
        return finite(float(value))
    return value.item() if hasattr(value, "item") else value


def plain_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of a table as ``plain`` has its values."""
    return {str(key): plain(value) for key, value in row.items()}


def dataset_keys(dataset: Dataset) -> dict[str, str]:
    """Return what a document says of its data: names, the trial set, and what became of shared control arms
    where there are any.
    """
    keys = {"name": dataset.name, "outcome": dataset.outcome, "trials": dataset.selection}
    done = dataset.about.shared_control
    return keys | ({"shared_control": done} if done else {})


def table_document(frame: "pd.DataFrame", dataset: Dataset, note: str) -> dict[str, Any]:
    """Return a table of results as JSON-ready values, one object per row.

    ``uninformative`` names the trials of the data that cannot tell the arms apart; ``learnt_nothing`` of a
    row says that it has no others, of the document that no row has.
    """
    rows = [plain_row(row) for row in frame.to_dict("records")]
    for row in rows:
        row["learnt_nothing"] = row["k_informative"] == 0
    document: dict[str, Any] = {
        "dataset": dataset_keys(dataset),
        **measured(table_measure(frame.columns)),
        "uninformative": list(dataset.uninformative),
        "learnt_nothing": bool(information_rows.lead(frame)),
        "rows": rows,
        "provenance": {
            "version": __version__,
            "data_sha256": fingerprint(dataset),
            "interval": f"central credible, {numbers.level(float(frame['level'].iloc[0]))}",
        },
    }
    if any(value is None for row in rows for value in row.values()):
        document["note"] = note
    return document
