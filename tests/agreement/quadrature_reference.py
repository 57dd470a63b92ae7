"""Posteriors computed elsewhere by brute force, and the tables they belong to."""

import csv
from functools import cache
from pathlib import Path

from bayes_ivig import Dataset, Study

REFERENCE = Path(__file__).parents[1] / "reference"
TAU_PRIORS = {
    "half-normal(0.5)": "half_normal(0.5)",
    "half-normal(1)": "half_normal(1)",
    "half-cauchy(0.5)": "half_cauchy(0.5)",
    "uniform(0,4)": "uniform(0, 4)",
    "turner-obstetric-pharma-placebo": "log_normal_tau2(-3.52, 1.74)",
}


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def tables() -> dict[str, Dataset]:
    """Every table of 2x2 counts the reference numbers were computed from."""
    studies: dict[str, list[Study]] = {}
    for source, key in (
        ("corpus", "dataset"),
        ("ivig_trial_sets", "dataset"),
        ("published_counts_other", "dataset_key"),
    ):
        for row in rows(source):
            found = studies.setdefault(row[key], [])
            found.append(
                Study(f"{len(found) + 1} {row['study']}", *(int(row[c]) for c in ("r1", "n1", "r0", "n0")))
            )
    return {name: Dataset(tuple(found), name=name) for name, found in studies.items()}
