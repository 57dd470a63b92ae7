"""Counts and outside numbers that the frequentist tests compare with."""

import csv
from functools import cache
from pathlib import Path

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

FOLDER = Path(__file__).parents[1] / "reference"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def tables() -> dict[str, Dataset]:
    found: dict[str, list[Study]] = {}
    for row in (*rows("corpus"), *rows("ivig_trial_sets")):
        counts = (int(row[column]) for column in ("r1", "n1", "r0", "n0"))
        found.setdefault(row["dataset"], []).append(Study(row["study"], *counts))
    return {name: Dataset(tuple(studies), name) for name, studies in found.items()}


def number(row: dict[str, str], column: str) -> float | None:
    return float(row[column]) if row[column] not in ("", "NA") else None
