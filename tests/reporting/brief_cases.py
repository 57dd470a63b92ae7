"""Tables of other people, and made ones, that a brief must have the right words for."""

import csv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from report_cases import ivig

from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

REFERENCE = Path(__file__).parents[1] / "reference"
COUNTS = ("study", "treatment_events", "treatment_total", "control_events", "control_total")
LIMITS = ("study", "estimate", "lower", "upper")
CLAIMS = ("outcome", "measure", "estimate", "ci_lower", "ci_upper", "k")


def published(file: str, name: str) -> tuple[tuple[object, ...], ...]:
    """Return the counts of a published meta-analysis that stands among the references of the tests."""
    with (REFERENCE / file).open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines) if row[0] == name]
    return tuple((study, *map(int, counts)) for _, study, *counts in rows)


def sidecar(event: str, outcome: str, treatment: str, control: str, more: str = "") -> str:
    """Return the description of a table."""
    stated = f'event = "{event}"\n' if event else ""
    arms = f'treatment = "{treatment}"\ncontrol = "{control}"\n'
    return f'{stated}outcome_title = "{outcome}"\n{arms}{more}'


DEATH = ("Death", "drug", "placebo")
CASES: dict[str, tuple[tuple[str, ...], tuple[tuple[object, ...], ...], str]] = {
    "no event at all": (COUNTS, (("A", 0, 40, 0, 41), ("B", 0, 30, 0, 9)), sidecar("bad", *DEATH)),
    "only events": (COUNTS, (("A", 40, 40, 41, 41), ("B", 30, 30, 9, 9)), sidecar("good", *DEATH)),
    "one trial": (COUNTS, (("A", 5, 40, 12, 41),), sidecar("bad", *DEATH)),
    "huge": (
        COUNTS,
        (("A", 29, 30, 1, 30), ("B", 18, 20, 2, 20), ("C", 40, 41, 3, 39)),
        sidecar("good", "Cure", "antibiotic", "no treatment"),
    ),
    "harmful": (
        COUNTS,
        published("published_counts_other.csv", "honey_cough_ae"),
        sidecar("bad", "Adverse event", "honey", "no treatment"),
    ),
    "contradictory": (
        COUNTS,
        (("A", 30, 60, 15, 60), ("B", 28, 55, 14, 57), ("C", 10, 60, 25, 60), ("D", 12, 58, 27, 59)),
        sidecar(
            "good",
            "Relief",
            "cream",
            "comparator",
            'main_sets = ["early", "late"]\n[trial_sets]\nearly = ["A", "B"]\nlate = ["C", "D"]\n',
        ),
    ),
    "contradictory comparisons": (
        (*COUNTS, "comparison"),
        (
            ("A", 30, 60, 15, 60, "against ointment"),
            ("B", 28, 55, 14, 57, "against ointment"),
            ("C", 10, 60, 25, 60, "against tablets"),
            ("D", 12, 58, 27, 59, "against tablets"),
            ("E", 5, 11, 5, 12, "against nothing"),
        ),
        sidecar(
            "good",
            "Relief",
            "cream",
            "comparator",
            '[judgements]\nby = "A. Reader"\n[judgements.certainty]\noverall = "low"\nreason = "open"\n',
        ),
    ),
    "null": (
        COUNTS,
        tuple((name, 2100 + 10 * n, 10_000, 2105 - 10 * n, 10_000) for n, name in enumerate("ABCD", -1)),
        sidecar("bad", "Colds", "vitamin", "placebo"),
    ),
    "not stated": (COUNTS, published("corpus.csv", "crins"), ""),
    "hazard ratios": (
        LIMITS,
        (("A", 0.71, 0.52, 0.97), ("B", 0.85, 0.66, 1.09), ("C", 0.64, 0.40, 1.02)),
        sidecar("bad", "Relapse", "drug", "placebo", 'measure = "HR"\n'),
    ),
    "mean differences": (
        LIMITS,
        (("A", -4.1, -7.8, -0.4), ("B", -1.2, -3.9, 1.5), ("C", -3.0, -7.9, 1.9)),
        sidecar("bad", "Pain score", "splint", "no splint", 'measure = "MD"\n'),
    ),
    "many trials": (
        COUNTS,
        published("published_counts_other.csv", "blocker"),
        sidecar("bad", "Deaths within two years", "beta blocker", "control"),
    ),
    "summary only": (
        (*COUNTS, "outcome"),
        (("A", 5, 40, 12, 41, "death"),),
        sidecar("", *DEATH, 'claims = "claims.csv"\n'),
    ),
}
POINTS = Model(
    name="points",
    title="Pain in points",
    likelihood="normal",
    measure="MD",
    mu="normal(0, 10)",
    tau="half_normal(2)",
)
SUMMARY = ("stay", "MD", "-1.30", "-2.10", "-0.50", "7")


@cache
def brief_case(name: str) -> Reanalysis:
    """Reanalyse one of the cases, or the bundled one."""
    if name == "ivig":
        return ivig()
    columns, rows, description = CASES[name]
    options = ReportOptions(outcomes=("stay",)) if name == "summary only" else None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.csv"
        _write(path, columns, rows)
        _write(path.with_name("claims.csv"), CLAIMS, (SUMMARY,))
        if description:
            path.with_suffix(".toml").write_text(description, encoding="utf-8")
        return reanalyze(path, options=options, model=POINTS if name == "mean differences" else None)


def _write(path: Path, columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((columns, *rows))
