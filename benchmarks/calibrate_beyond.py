"""Simulate regressions and selected trials from their priors, fit each exactly, store where the truth lies.

    python benchmarks/calibrate_beyond.py --simulations 2000

Writes beyond_calibration.json beside this file, and goes on in build/calibration where it was stopped. Each
simulation has random numbers of its own, so that a few of them can be made again by themselves.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import bayes_ivig as bi
from bayes_ivig.analyses.calibration.uniformity import band_of, uniformity

type Array = NDArray[np.float64]
type Places = dict[str, float]

HERE = Path(__file__).parent
STORED = HERE / "beyond_calibration.json"
KEPT = HERE.parent / "build" / "calibration" / "beyond"
SEED = 20261
TRIALS = 6
PRIORS = {"mu": "normal(0, 1)", "tau": "half_normal(0.5)"}
SLOPE = "normal(0, 0.5)"
CUTS = (0.025, 0.5)
SHOWN = 60  # values of every quantity that are stored one by one


def table(rng: np.random.Generator, theta: float, margins: tuple[int, int, int]) -> int:
    """Draw the treatment events of a table with these margins: totals, treatment first, and all events."""
    n1, n0, total = margins
    x = np.arange(max(0, total - n0), min(n1, total) + 1)
    logs = log_choose(n1, x) + log_choose(n0, total - x) + theta * x
    share = np.exp(logs - logs.max())
    return int(x[np.searchsorted(np.cumsum(share) / share.sum(), rng.random())])


def log_choose(n: int, k: NDArray[np.intp]) -> Array:
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def margins_of(rng: np.random.Generator) -> tuple[int, int, int]:
    """Draw the margins of a trial from its baseline risk alone; some have an event and some have none."""
    n1, n0 = (int(n) for n in rng.integers(10, 60, 2))
    total = int(rng.binomial(n1 + n0, 1 / (1 + np.exp(-rng.normal(-0.5, 1)))))
    return n1, n0, min(max(total, 1), n1 + n0 - 1)


def study(i: int, margins: tuple[int, int, int], x: int) -> bi.Study:
    n1, n0, total = margins
    return bi.Study(f"S{i}", x, n1, total - x, n0)


def regression(rng: np.random.Generator, likelihood: str) -> Places:
    """One covariate, standardised as the model has it."""
    z = rng.standard_normal(TRIALS)
    z = (z - z.mean()) / z.std(ddof=1)
    mu, tau, beta = rng.normal(0, 1), abs(rng.normal(0, 0.5)), rng.normal(0, 0.5)
    theta = mu + beta * z + tau * rng.standard_normal(TRIALS)
    studies: list[bi.Study | bi.Estimate] = []
    for i, effect in enumerate(theta):
        if likelihood == "normal":
            error = float(rng.uniform(0.1, 0.6))
            studies.append(bi.Estimate(f"S{i}", float(rng.normal(effect, error)), error))
        else:
            margins = margins_of(rng)
            studies.append(study(i, margins, table(rng, effect, margins)))
    columns = (("x", tuple(f"{value:.17g}" for value in z)),)
    data = bi.Dataset(tuple(studies), "simulated", columns=columns)
    model = bi.models.MetaRegression(covariates=("x",), likelihood=likelihood, beta=SLOPE, **PRIORS)
    return placed(bi.fit(data, model), {"mu": mu, "tau": tau, "beta[x]": beta})


def selection(rng: np.random.Generator, likelihood: str) -> Places:
    """Trials drawn, effect and result anew each time, until one is published; margins and errors are kept."""
    mu, tau = rng.normal(0, 1), abs(rng.normal(0, 0.5))
    omega = np.array([1.0, *rng.random(len(CUTS))])
    studies: list[bi.Study | bi.Estimate] = []
    for i in range(TRIALS):
        margins, error = margins_of(rng), float(rng.uniform(0.1, 0.6))
        while True:
            theta = mu + tau * rng.standard_normal()
            if likelihood == "normal":
                y = float(rng.normal(theta, error))
                one: bi.Study | bi.Estimate = bi.Estimate(f"S{i}", y, error)
                z = y / error
            else:
                x = table(rng, theta, margins)
                one, z = study(i, margins, x), wald(margins, x)
            if rng.random() < omega[interval(z)]:
                break
        studies.append(one)
    model = bi.models.Selection(steps=CUTS, direction="above", likelihood=likelihood, **PRIORS)
    truth = {"mu": mu, "tau": tau, "omega[2]": omega[1], "omega[3]": omega[2]}
    return placed(bi.fit(bi.Dataset(tuple(studies), "simulated"), model), truth)


def wald(margins: tuple[int, int, int], x: int) -> float:
    """Log odds ratio over its standard error, 0.5 added to the cells of a table with an empty one."""
    n1, n0, total = margins
    cells = np.array([x, n1 - x, total - x, n0 - total + x], float)
    cells += 0.5 * (cells.min() == 0)
    return float((np.log(cells) @ [1, -1, -1, 1]) / np.sqrt((1 / cells).sum()))


def interval(z: float) -> int:
    """Return which interval the one-sided p-value lies in."""
    from scipy.special import ndtr

    return int(np.searchsorted(CUTS, ndtr(-z) - 1e-12))


def placed(post: bi.Posterior, truth: Places) -> Places:
    """Return the posterior probability below each true value."""
    return {name: float(post[name].prob_below(value)) for name, value in truth.items()}


DESIGNS: dict[str, tuple[Callable[[np.random.Generator, str], Places], str]] = {
    f"{name} {likelihood}": (simulate, likelihood)
    for name, simulate in (("regression", regression), ("selection", selection))
    for likelihood in ("normal", "hypergeometric")
}


def one(design: str, number: int) -> Places:
    """Make one simulation of a design again."""
    simulate, likelihood = DESIGNS[design]
    rng = np.random.default_rng([SEED, list(DESIGNS).index(design), number])
    return simulate(rng, likelihood)


def summary(rows: list[Places]) -> dict[str, object]:
    """Return what is stored of a design: how far its values are from uniform, and the first of them."""
    band = band_of(len(rows))
    quantities = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        found = uniformity(name, values, band)
        held = {f"{level:g}": float(np.mean(np.abs(values - 0.5) <= level / 2)) for level in (0.5, 0.8, 0.95)}
        first = [round(float(value), 6) for value in values[:SHOWN]]
        quantities[name] = {
            "p_value": round(float(found.p_value), 4),
            "share_of_band": round(float(found.used), 4),
            "coverage": {level: round(share, 4) for level, share in held.items()},
            "values": first,
        }
    return {"simulations": len(rows), "quantities": quantities}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--design", choices=list(DESIGNS), action="append")
    asked = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    for design in asked.design or DESIGNS:
        kept = KEPT / f"{design.replace(' ', '-')}.jsonl"
        rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.exists() else []
        with kept.open("a", encoding="utf-8") as out:
            for number in range(len(rows), asked.simulations):
                rows.append(one(design, number))
                out.write(json.dumps(rows[-1]) + "\n")
                out.flush()
        stored = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {"seed": SEED, "designs": {}}
        stored["designs"][design] = summary(rows[: asked.simulations])
        STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        for name, found in stored["designs"][design]["quantities"].items():
            share = found["coverage"]["0.95"]
            print(f"{design:28} {name:10} p {found['p_value']:.3f}, 95% intervals {share:.3f}", flush=True)


if __name__ == "__main__":
    main()
