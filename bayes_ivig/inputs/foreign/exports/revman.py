"""A dataset as the table that RevMan 5 exports: a comparison, its outcome, and the studies under it."""

import math
from collections.abc import Iterator

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.measures import measure_of

HEADER = (
    "Comparison Number", "Outcome Number", "Subgroup Number", "Name", "Data Type", "Statistical Method",
    "Effect Measure", "Analysis Model", "Entered data are on log scale (Generic Inverse Variance only)",
    "Events 1", "Total 1", "Events 2", "Total 2", "Effect Estimate", "SE", "Group Label 1", "Group Label 2",
    "Year of study",
)  # fmt: skip
MEASURES = {
    "OR": "Odds Ratio", "RR": "Risk Ratio", "RD": "Risk Difference", "HR": "Hazard Ratio",
    "IRR": "Rate Ratio",
    "MD": "Mean Difference", "SMD": "Std. Mean Difference",
}  # fmt: skip
_FOUR = ("Events 1", "Total 1", "Events 2", "Total 2")

type Record = dict[str, str]


def revman_rows(table: Table, about: dict[str, str], label: str) -> list[tuple[str, ...]]:
    """Return the rows of such a table; raises ``DataError`` for what it has no place for.

    RevMan has events and totals, or estimates with standard errors; an estimate of a ratio stands there as
    the ratio.
    """
    estimated = "yi" in table.columns
    if about.get("measure", "OR") not in MEASURES:
        raise DataError(f"{label}: its measure is {about['measure']}, and RevMan knows {', '.join(MEASURES)}")
    records = [*_above(about, estimated), *_studies(table, about, estimated)]
    return [HEADER, *(tuple(record.get(name, "") for name in HEADER) for record in records)]


def _above(about: dict[str, str], estimated: bool) -> Iterator[Record]:
    """Yield the rows of the comparison and of the outcome."""
    arms = about["treatment"], about["control"]
    place = {"Comparison Number": "1", "Subgroup Number": "0"}
    yield place | {"Outcome Number": "0", "Name": about.get("title") or f"{arms[0]} versus {arms[1]}"}
    measure = measure_of(about.get("measure", "OR"))
    yield place | {
        "Outcome Number": "1",
        "Name": about.get("outcome") or "Outcome",
        "Data Type": "GIV" if estimated else "DIC",
        "Statistical Method": "IV" if estimated else "MH",
        "Effect Measure": MEASURES[measure.code],
        "Analysis Model": "Random",
        HEADER[8]: ("Yes" if measure.log else "No") if estimated else "",
        "Group Label 1": arms[0],
        "Group Label 2": arms[1],
    }


def _studies(table: Table, about: dict[str, str], estimated: bool) -> Iterator[Record]:
    measure = measure_of(about.get("measure", "OR"))
    for record in table.records():
        row = {
            "Comparison Number": "1",
            "Outcome Number": "1",
            "Subgroup Number": "0",
            "Name": record["study"],
        }
        row |= {"Year of study": record.get("year", "")}
        if estimated:
            value = float(record["yi"])
            row |= {"Effect Estimate": repr(math.exp(value) if measure.log else value), "SE": record["sei"]}
        else:
            row |= dict(zip(_FOUR, (record[name] for name in COUNTS), strict=True))
        yield row
