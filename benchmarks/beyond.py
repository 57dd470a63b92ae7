"""Time what goes beyond two parameters, beside a plain fit in the same run; print a table, write beyond.json.

    python benchmarks/beyond.py

See speed.py for what minimum, median and CPU time tell; ratios to the plain fit tell more than milliseconds.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from speed import measure

import bayes_ivig as bi
from bayes_ivig.engines.selected.asked import at_weights

HERE = Path(__file__).parent
SEED = 20261
REPEATS = 15


def thirteen() -> bi.Dataset:
    """Thirteen trials of moderate size with a year each."""
    rng = np.random.default_rng(SEED)
    years = np.arange(1990, 2016, 2)
    effects = -0.4 + 0.02 * (years - 2002) + 0.2 * rng.standard_normal(13)
    studies = []
    for year, effect in zip(years, effects, strict=True):
        n1, n0 = (int(n) for n in rng.integers(30, 200, 2))
        odds = np.exp(np.array([effect, 0.0]) - 1)
        r1, r0 = (int(r) for r in rng.binomial((n1, n0), odds / (1 + odds)))
        studies.append(bi.Study(f"T{year}", r1, n1, r0, n0))
    columns = (("year", tuple(map(str, years))), ("randomised", ("yes",) * 8 + ("no",) * 5))
    return bi.Dataset(tuple(studies), "thirteen", columns=columns)


def works(data: bi.Dataset) -> dict[str, tuple[Callable[[], object], float | None]]:
    """Return what is timed, with what it is to stay within, in seconds."""
    table = {"likelihood": "hypergeometric"}
    selection = bi.models.Selection(direction="below")
    selected = bi.fit(data, selection)
    flagged = {"flag_column": "randomised", "unflagged_values": ("yes",)}
    return {
        "plain fit, hypergeometric": (lambda: bi.fit(data, bi.Model(**table)), None),
        "regression on one number, first fit": (
            lambda: bi.fit(data, bi.models.MetaRegression(covariates=("year",), **table)), 0.030,
        ),
        "selection, one step, uniform weights, all of it": (lambda: bi.fit(data, selection), None),
        "selection at 30 fixed weights, on its surface": (
            lambda: at_weights(selected, [(w,) for w in np.linspace(0.05, 1, 30)]), 0.030,
        ),
        "biased trials, five of thirteen flagged": (
            lambda: bi.fit(data, bi.models.BiasAdjusted(**flagged, **table)), None,
        ),
    }  # fmt: skip


def main() -> None:
    data, rows = thirteen(), []
    for work, (run, target) in works(data).items():
        found = measure(work, run, REPEATS, target=target)
        rows.append(
            {
                "work": work,
                "milliseconds": round(1000 * found.minimum, 2),
                "cpu_milliseconds": round(1000 * found.cpu, 2),
                "target_milliseconds": None if target is None else 1000 * target,
            }
        )
        rows[-1]["times_a_plain_fit"] = round(rows[-1]["cpu_milliseconds"] / rows[0]["cpu_milliseconds"], 2)
    (HERE / "beyond.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
