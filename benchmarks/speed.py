"""Time the exact engine, and peers on the same tables in the same run;
print a table and write speed.json beside this file.

    python benchmarks/speed.py

Everything runs in one process after a warm-up of its own. The minimum of the repeats is what the work costs,
the median what it cost on this machine as busy as it was, and the CPU time what it costs whoever else is
waiting for a core. Nothing asserts a time; a target is printed beside what was measured.
"""

import argparse
import csv
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import bayes_ivig as bi

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "reference" / "corpus.csv"
LIKELIHOODS = ("binomial", "hypergeometric", "normal")
TAU_PRIORS = (
    "half_normal(0.5)",
    "half_normal(1)",
    "half_cauchy(0.5)",
    "uniform(0, 4)",
    "log_normal_tau2(-3.52, 1.74)",
)
LARGE = (250, 500, 1000)
SEED = 20241


@dataclass(frozen=True)
class Timing:
    """Seconds of one piece of work; ``fits`` is how many posteriors or estimates it makes.

    ``cpu`` is the least CPU time of the process, all threads together;
    ``target`` what was aimed at, None where nothing was.
    """

    work: str
    fits: int
    repeats: int
    minimum: float
    median: float
    cpu: float
    target: float | None


def measure(
    work: str, run: Callable[[], object], repeats: int, *, fits: int = 1, target: float | None = None
) -> Timing:
    return timed(work, run, repeats, fits=fits, target=target, warm=True)


def timed(
    work: str,
    run: Callable[[], object],
    repeats: int,
    *,
    fits: int = 1,
    target: float | None = None,
    warm: bool = False,
) -> Timing:
    if warm:
        run()
    seconds, cpu = [], []
    for _ in range(repeats):
        started, busy = time.perf_counter(), time.process_time()
        run()
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - busy)
    found = Timing(work, fits, repeats, min(seconds), statistics.median(seconds), min(cpu), target)
    aim = "" if target is None else f"{target:10.4f}"
    print(
        f"{work:66s} {fits:5d} {repeats:4d} {found.minimum:10.4f} {found.median:10.4f} {found.cpu:10.4f} "
        f"{aim}",
        flush=True,
    )
    return found


def six() -> bi.Dataset:
    return bi.load_dataset("ivig", outcome="live_birth").trials("published")


def corpus() -> list[bi.Dataset]:
    """Every table of the corpus that has a study for all three likelihoods."""
    tables: dict[str, list[bi.Study]] = {}
    with CORPUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = tables.setdefault(row["dataset"], [])
            found.append(
                bi.Study(f"{len(found) + 1} {row['study']}", *(int(row[c]) for c in ("r1", "n1", "r0", "n0")))
            )
    return [bi.Dataset(tuple(studies), name=name) for name, studies in tables.items()]


def many(studies: int) -> bi.Dataset:
    """Return a simulated table: arms of 20 to 300, risks around 0.2, odds ratios around 0.8 with tau 0.3."""
    rng = np.random.default_rng(SEED)
    arms = rng.integers(20, 301, (2, studies))
    alpha = rng.normal(-1.4, 0.7, studies)
    theta = rng.normal(np.log(0.8), 0.3, studies)
    treated = rng.binomial(arms[0], 1 / (1 + np.exp(-alpha - theta)))
    control = rng.binomial(arms[1], 1 / (1 + np.exp(-alpha)))
    rows = zip(treated.tolist(), arms[0].tolist(), control.tolist(), arms[1].tolist(), strict=True)
    return bi.Dataset(
        tuple(bi.Study(f"Study {i}", *row) for i, row in enumerate(rows)), name=f"simulated {studies}"
    )


def interval_of_mu(table: bi.Dataset, model: bi.Model) -> tuple[float, float]:
    return bi.fit(table, model)["mu"].interval()


def all_of_the_corpus() -> int:
    count = 0
    for dataset in corpus():
        for likelihood in LIKELIHOODS:
            for tau in TAU_PRIORS:
                bi.fit(dataset, bi.Model(likelihood, tau=tau))["mu"].quantile([0.025, 0.5, 0.975])  # type: ignore[arg-type]
                count += 1
    return count


def by_statsmodels(dataset: bi.Dataset) -> float:
    """Pool by DerSimonian and Laird; the half for empty cells is added here,
    statsmodels would add it to every study.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    a, n1, c, n0 = np.array([study.counts for study in dataset.studies], float).T
    cells = np.stack([a, n1 - a, c, n0 - c])
    cells += 0.5 * (cells == 0).any(axis=0)
    a, b, c, d = cells
    return float(
        combine_effects(np.log(a * d / (b * c)), (1 / cells).sum(axis=0), method_re="dl").mean_effect_re
    )


def exact(repeats: int) -> list[Timing]:
    model = bi.Model()
    six_of, nine_of = six(), bi.load_dataset("ivig", outcome="live_birth")
    summary = "binomial: posterior with summary of every study"
    found = [
        measure(
            f"six studies, {summary}", lambda: bi.fit(six_of, model).summary(), 5 * repeats, target=0.010
        ),
        measure(
            "six studies, binomial: posterior of mu alone", lambda: interval_of_mu(six_of, model), 5 * repeats
        ),
        measure(f"nine studies, {summary}", lambda: bi.fit(nine_of, model).summary(), 5 * repeats),
    ]
    for studies in LARGE:
        large = many(studies)
        label = f"{studies} studies, binomial: posterior of mu"
        found.append(
            measure(
                label, lambda t=large: interval_of_mu(t, model), 5, target=1.0 if studies == 1000 else None
            )
        )
    large = many(LARGE[0])
    found.append(measure(f"{LARGE[0]} studies, {summary}", lambda: bi.fit(large, model).summary(), 3))
    fits = len(corpus()) * len(LIKELIHOODS) * len(TAU_PRIORS)
    found.append(
        timed("corpus x 3 likelihoods x 5 tau priors: mu", all_of_the_corpus, 1, fits=fits, target=10.0)
    )
    return found


def peers(repeats: int) -> list[Timing]:
    table, model, sampler = six(), bi.Model(), bi.NUTS(seed=1)
    found = [
        timed(
            "six studies, binomial: PyMC with nutpie, first fit (compiles)",
            lambda: bi.fit(table, model, engine=sampler),
            1,
        ),
        timed(
            "six studies, binomial: PyMC with nutpie, compiled",
            lambda: bi.fit(table, model, engine=sampler),
            5,
        ),
        measure("six studies: DerSimonian-Laird here", lambda: bi.pool(table, method="dl"), repeats),
    ]
    try:
        import statsmodels  # noqa: F401
    except ImportError:
        print("statsmodels is not installed: left out")
        return found
    return [
        *found,
        measure("six studies: DerSimonian-Laird by statsmodels", lambda: by_statsmodels(table), repeats),
    ]


def ratios(found: list[Timing]) -> dict[str, float]:
    """How many times as long as the exact engine, or as our own pooling, a peer takes:
    minimum over minimum.
    """
    least = {one.work: one.minimum for one in found}
    pairs = {
        "PyMC with nutpie, compiled / exact, six studies": (
            found_by(least, "nutpie, compiled"),
            found_by(least, "six studies, binomial: posterior with"),
        ),
        "PyMC with nutpie, first fit / exact, six studies": (
            found_by(least, "first fit"),
            found_by(least, "six studies, binomial: posterior with"),
        ),
        "1000 studies / 250 studies": (
            found_by(least, "1000 studies"),
            found_by(least, "250 studies, binomial: posterior of mu"),
        ),
    }
    if any("statsmodels" in name for name in least):
        pairs["statsmodels / DerSimonian-Laird here"] = (
            found_by(least, "by statsmodels"),
            found_by(least, "Laird here"),
        )
    return {name: over / under for name, (over, under) in pairs.items()}


def found_by(least: dict[str, float], part: str) -> float:
    return next(seconds for name, seconds in least.items() if part in name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--store", type=Path, default=HERE / "speed.json")
    asked = parser.parse_args()
    print(f"{'seconds':66s}  fits    n        min     median        CPU     target")
    found = [*exact(asked.repeats), *peers(asked.repeats)]
    compared = ratios(found)
    print("\ntimes as long (minimum over minimum)")
    for name, ratio in compared.items():
        print(f"{name:66s} {ratio:10.2f}")
    document = {
        "version": bi.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "timings": [asdict(one) for one in found],
        "ratios": compared,
    }
    asked.store.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
