"""Whether draws can be trusted: the checks of Vehtari et al.
2021 (Bayesian Analysis 16:667), with remedies.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.results.posterior.diagnostics import Diagnostics

type Array = NDArray[np.float64]

MOST_RHAT = 1.01  # Vehtari et al. 2021, section 4
LEAST_ESS = 400.0  # in total; below it neither R-hat nor Monte Carlo errors can be relied on (same place)
# the quantiles whose smaller effective sample size is the tail one (same place, section 4.3)
TAILS = (0.05, 0.95)
LEAST_EBFMI = 0.3  # energy fraction of missing information (Betancourt 2016, arXiv 1604.00695; Stan's limit)
REPORTED = (("q2.5", 0.025), ("q50", 0.5), ("q97.5", 0.975))
# the last resort, where the exact engine holds the model or not
EXACTLY, TIGHTER = "use Quadrature()", "use tighter priors"
# the exact engine's models have tau alone, others imply it
SPREADS = {EXACTLY: "tau", TIGHTER: "each SD between studies"}


def check(
    values: Mapping[str, Array],
    stats: Mapping[str, Array],
    studies: tuple[str, ...],
    scalars: tuple[str, ...] = (),
    *,
    exact: bool = True,
) -> Diagnostics:
    """Judge mu, tau, the further ``scalars`` of a model, the worst study effect and the sampler's own record.

    Numbers: ``rhat.X``, ``ess_bulk.X``, ``ess_tail.X`` for X in mu, tau, every further scalar and theta
    (worst study); ``mcse.X.mean``, ``mcse.X.q2.5``, ``.q50``, ``.q97.5`` for mu, tau, theta_new and every
    further scalar on their own scale, ``mcse.prob_or_gt_1``; ``divergences``, ``ebfmi`` (worst chain),
    ``saturated_trees``, ``deepest_tree``. A number that cannot be computed is left out, and named as a
    problem. ``exact`` says whether the exact engine holds the model too, and so is a remedy.
    """
    resort = EXACTLY if exact else TIGHTER
    # draws that never moved have no variance to divide by
    with np.errstate(divide="ignore", invalid="ignore"):
        judged = [_worst(name, draws, studies) for name, draws in _judged(values, scalars)]
        errors, record = _mcse(values, scalars), _record(stats)
    numbers: dict[str, float] = {}
    problems: list[str] = []
    for name, label, measures in judged:
        numbers |= {f"{measure}.{name}": value for measure, value in measures.items()}
        problems += _mixing_problems(label, measures, resort)
    problems += _record_problems(record, int(stats["diverging"].size), resort)
    kept = {name: value for name, value in (numbers | errors | record).items() if np.isfinite(value)}
    return Diagnostics("nuts", tuple(problems), tuple(kept.items()))


def _judged(values: Mapping[str, Array], scalars: tuple[str, ...]) -> Iterator[tuple[str, Array]]:
    """Give mu, tau, further scalars and theta, each with a last axis of components."""
    for name in ("mu", "tau", *scalars, "theta"):
        if name in values:
            yield name, values[name] if values[name].ndim == 3 else values[name][..., None]


def _worst(name: str, draws: Array, studies: tuple[str, ...]) -> tuple[str, str, dict[str, float]]:
    """Return name, label and measures of the component with the smallest effective sample size;
    worst R-hat of all.
    """
    stats = _array_stats()
    columns = [draws[..., i] for i in range(draws.shape[-1])]
    bulk = [float(stats.ess(column, method="bulk")) for column in columns]
    tail = [float(stats.ess(column, method="tail", prob=TAILS)) for column in columns]
    rhat = [float(stats.rhat(column, method="rank")) for column in columns]
    worst = int(np.argmin(np.nan_to_num(np.minimum(bulk, tail), nan=-1.0)))
    label = f"theta[{studies[worst]}]" if name == "theta" else name
    return name, label, {"rhat": max(rhat, key=_nan_first), "ess_bulk": min(bulk), "ess_tail": min(tail)}


def _nan_first(value: float) -> float:
    return np.inf if np.isnan(value) else value


def _mixing_problems(label: str, measures: Mapping[str, float], resort: str) -> Iterator[str]:
    rhat = measures["rhat"]
    if not rhat <= MOST_RHAT:
        yield (
            f"{label}: the chains do not agree, R-hat {rhat:.3f} where at most {MOST_RHAT} is expected; tune "
            f"and draw longer, NUTS(tune=3000, draws=5000), or {resort}"
        )
    for kind in ("bulk", "tail"):
        size = measures[f"ess_{kind}"]
        if not size >= LEAST_ESS:
            yield (
                f"{label}: {kind} effective sample size {size:.0f}, below {LEAST_ESS:.0f}; its printed "
                "numbers are too noisy; take more draws or chains, NUTS(draws=5000, chains=4)"
            )


def _mcse(values: Mapping[str, Array], scalars: tuple[str, ...]) -> dict[str, float]:
    """Monte Carlo standard errors of what is reported."""
    stats = _array_stats()
    errors = {}
    for name in ("mu", "tau", "theta_new", *scalars):
        if name in values:
            errors[f"mcse.{name}.mean"] = float(stats.mcse(values[name], method="mean"))
            for label, p in REPORTED:
                errors[f"mcse.{name}.{label}"] = float(stats.mcse(values[name], method="quantile", prob=p))
    above = (values["mu"] > 0).astype(float)
    errors["mcse.prob_or_gt_1"] = float(stats.mcse(above, method="mean")) if 0 < above.mean() < 1 else 0.0
    return errors


def _record(stats: Mapping[str, Array]) -> dict[str, float]:
    energies = _array_stats().bfmi(stats["energy"])
    return {
        "divergences": float(stats["diverging"].sum()),
        "ebfmi": float(np.min(energies)),
        "saturated_trees": float(stats["reached_max_treedepth"].sum()),
        "deepest_tree": float(stats["tree_depth"].max()),
    }


def _record_problems(record: Mapping[str, float], draws: int, resort: str) -> Iterator[str]:
    if record["divergences"] > 0:
        yield (
            f"{record['divergences']:.0f} of {draws} draws diverged: part of the posterior is too curved for "
            f"the step size and may be missing; take smaller steps, NUTS(target_accept=0.99), or {resort}"
        )
    if not record["ebfmi"] >= LEAST_EBFMI:
        yield (
            f"E-BFMI {record['ebfmi']:.2f} in the worst chain, below {LEAST_EBFMI}: the tails are explored "
            f"too slowly; tune longer, NUTS(tune=3000), give {SPREADS[resort]} a prior "
            f"with a lighter tail, or {resort}"
        )
    if record["saturated_trees"] > 0:
        yield (
            f"{record['saturated_trees']:.0f} of {draws} draws stopped at the largest tree depth, "
            f"{record['deepest_tree']:.0f}: steps are very small for so wide a posterior; tune longer, "
            "NUTS(tune=3000), or use tighter priors"
        )


def _array_stats() -> Any:
    from arviz_stats.base.array import array_stats

    return array_stats
