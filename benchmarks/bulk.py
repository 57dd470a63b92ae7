"""Time many posteriors from one surface beside plain fits in the same run;
print a table and write bulk.json beside this file.

    OMP_NUM_THREADS=1 python benchmarks/bulk.py

Wall clock and processor time are both given, minimum of the repeats: on a busy machine the second is what the
work costs. Nothing asserts a time.
"""

import argparse
import itertools
import json
import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import bayes_ivig as bi
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.solving import Questions

HERE = Path(__file__).parent
SEED = 20241


@dataclass(frozen=True)
class Timing:
    """Seconds of one piece of work, the least of its repeats; ``posteriors`` is how many it makes."""

    work: str
    posteriors: int
    repeats: int
    wall: float
    processor: float
    largest_error: float | None


def measure(
    work: str, run: Callable[[], object], repeats: int, posteriors: int, *, warm: bool = True
) -> Timing:
    if warm:
        run()
    walls, processors, answer = [], [], None
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        answer = run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    error = float(np.nanmax(answer.error)) if isinstance(answer, bulk.Answers) else None
    found = Timing(work, posteriors, repeats, min(walls), min(processors), error)
    print(f"{work:72s} {posteriors:6d} {repeats:3d} {found.wall:9.4f} {found.processor:9.4f}", flush=True)
    return found


def grid_of_priors() -> list[tuple[bi.priors.Normal, bi.priors.HalfNormal]]:
    """25 normal priors on mu by 40 half-normals on tau."""
    mu = [
        bi.priors.Normal(centre, sd)
        for centre in (-0.5, -0.25, 0.0, 0.25, 0.5)
        for sd in (0.25, 0.5, 1.0, 2.0, 5.0)
    ]
    return list(
        itertools.product(mu, [bi.priors.HalfNormal(float(scale)) for scale in np.geomspace(0.05, 2, 40)])
    )


def scattered_priors() -> list[tuple[bi.priors.Normal, bi.priors.HalfNormal]]:
    """1,000 pairs no two of which share a prior."""
    rng = np.random.default_rng(SEED)
    centres, sds, scales = (
        rng.normal(0, 0.5, 1000),
        np.exp(rng.uniform(-2, 1.5, 1000)),
        np.exp(rng.uniform(-3, 0.7, 1000)),
    )
    return [
        (bi.priors.Normal(float(c), float(s)), bi.priors.HalfNormal(float(t)))
        for c, s, t in zip(centres, sds, scales, strict=True)
    ]


def fifteen() -> bi.Dataset:
    """Return fifteen simulated trials with arms of 10 to 80."""
    rng = np.random.default_rng(SEED)
    arms = rng.integers(10, 81, (2, 15))
    alpha, theta = rng.normal(0.3, 0.7, 15), rng.normal(0.4, 0.6, 15)
    treated = rng.binomial(arms[0], 1 / (1 + np.exp(-alpha - theta)))
    control = rng.binomial(arms[1], 1 / (1 + np.exp(-alpha)))
    rows = zip(treated.tolist(), arms[0].tolist(), control.tolist(), arms[1].tolist(), strict=True)
    return bi.Dataset(tuple(bi.Study(f"Trial {i}", *row) for i, row in enumerate(rows)), name="simulated 15")


def every_subset(studies: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(list(itertools.product((0.0, 1.0), repeat=studies)))[1:]


def summary_of(table: bi.Dataset, model: bi.Model) -> tuple[object, object]:
    mu = bi.fit(table, model)["mu"]
    return mu.quantile([0.025, 0.5, 0.975]), mu.prob_above(0.0)


def measured(repeats: int) -> list[Timing]:
    nine, model, large = bi.load_dataset("ivig", outcome="live_birth"), bi.Model(), fifteen()
    grid, scattered = grid_of_priors(), scattered_priors()
    inside, many = every_subset(9), every_subset(15)
    new = Questions(theta_new=(0.025, 0.975))
    families = {"mu": sorted({str(mu) for mu, _ in grid}), "tau": sorted({str(tau) for _, tau in grid})}
    return [
        measure(
            "nine trials: one plain fit, quantiles of the OR and P(OR > 1)",
            lambda: summary_of(nine, model),
            repeats,
            1,
        ),
        measure(
            "nine trials: 1,000 prior pairs, 25 by 40",
            lambda: bulk.over_priors(nine, model, grid),
            repeats,
            1000,
        ),
        measure(
            "nine trials: 1,000 prior pairs, all different",
            lambda: bulk.over_priors(nine, model, scattered),
            repeats,
            1000,
        ),
        measure(
            "the same with prediction intervals, 25 by 40",
            lambda: bulk.over_priors(nine, model, grid, new),
            repeats,
            1000,
        ),
        measure("nine trials: all 511 subsets", lambda: bulk.over_weights(nine, model, inside), repeats, 511),
        measure(
            "compare_priors, nine trials, 1,000 rows, every column",
            lambda: bi.priors.compare(nine, **families),
            5,
            1000,
        ),
        measure("subsets, nine trials, with pooled results", lambda: bi.trials.subsets(nine), 5, 511),
        measure(
            "fifteen trials: all 32,767 subsets",
            lambda: bulk.over_weights(large, model, many),
            1,
            32_767,
            warm=False,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--store", type=Path, default=HERE / "bulk.json")
    asked = parser.parse_args()
    print(f"{'seconds':72s}  posts   n      wall processor")
    found = measured(asked.repeats)
    one = found[0].processor
    ratios = {each.work: one * each.posteriors / each.processor for each in found[1:]}
    print("\ntimes as fast as plain fits one by one (processor time)")
    for work, ratio in ratios.items():
        print(f"{work:72s} {ratio:10.1f}")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nlargest memory of the process: {megabytes:.0f} MB")
    document = {
        "version": bi.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "largest_memory_mb": round(megabytes),
        "timings": [asdict(each) for each in found],
        "times_as_fast_as_plain_fits": ratios,
    }
    asked.store.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
