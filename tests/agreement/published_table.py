"""Numbers printed in papers and vignettes, beside ours; ``python tests/agreement/published_table.py`` prints
the tables.
"""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from quadrature_reference import rows, tables
from scipy import integrate, optimize, stats

from bayes_ivig import Marginal, Model, PooledEstimate, fit, pool
from bayes_ivig.priors import parse_prior

VAGUE = {"mu": "normal(0, 100)", "alpha": "normal(0, 100)"}
CASES: dict[str, dict[str, Any]] = {
    "crins_jss": {"likelihood": "normal", "mu": "normal(0, 4)"},
    "crins_jss_rct": {"likelihood": "normal", "mu": "normal(0, 4)"},
    "bcg_metastan": {"mu": "normal(0, 100)", "baseline": "midpoint"},
    "bcg_multinma": {**VAGUE, "baseline": "control", "tau": "half_normal(5)"},
    "blocker_bugs": {
        "mu": "normal(0, 1000)",
        "tau": "inverse_gamma_tau2(0.001, 0.001)",
        "alpha": "normal(0, 316.2278)",
        "baseline": "control",
    },
    "blocker_multinma": {**VAGUE, "baseline": "control", "tau": "half_normal(5)"},
    "blocker_multinma_common": {**VAGUE, "baseline": "control", "effects": "common"},
    "yusuf7_baggr_normal": {"likelihood": "normal", "mu": "normal(0, 10.296)", "tau": "uniform(0, 3.944)"},
}
TRIALS = {"crins_jss_rct": (0, 4)}  # positions in the table
POOLED = {
    "crins_jss_reml": "reml", "catheter_ml": "glmm-cm-el", "catheter_ml_binomial_approx": "glmm-cm-al",
    "catheter_ml_normal": "reml", "bleeding_ml_random": "glmm-cm-el",
}  # fmt: skip
NOT_COVERED = {
    "bcg_multinma_latitude": "meta-regression on a covariate",
    "bcg_bivariate_ml": (
        "maximum likelihood of a normal approximation; the posterior of the bivariate model is held to it, "
        "see `test_published_bivariate.py`"
    ),
    "bleeding_ml_common": (
        "the maximum of a common-effect hypergeometric likelihood, which no pooling method here reports"
    ),
    "honey_bma": "an average over four models, tested with model averaging",
}
NOT_COVERED_QUANTITIES = {"log_likelihood": "a maximised likelihood, which `pool` does not report"}
ROWS = [row for row in rows("published_posteriors") if row["case"] not in NOT_COVERED]
COVERED = [row for row in ROWS if row["quantity"] not in NOT_COVERED_QUANTITIES]

LEVELS = {"median": 0.5, "q025": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q975": 0.975}


@cache
def posterior(case: str) -> Any:
    (key,) = {row["dataset_key"] for row in ROWS if row["case"] == case}
    dataset = tables()[key]
    if case in TRIALS:
        dataset = dataset.trials(tuple(dataset.study_names[i] for i in TRIALS[case]))
    return fit(dataset, Model(**CASES[case]))


@cache
def pooled(case: str, method: str) -> PooledEstimate:
    (key,) = {row["dataset_key"] for row in ROWS if row["case"] == case}
    return pool(tables()[key], method=method)


def mode(marginal: Marginal) -> float:
    low, high = (float(x) for x in marginal.interval(0.999))
    grid = np.linspace(low, high, 2001)
    centre = float(grid[int(np.argmax(marginal.density(grid)))])
    width = float(grid[1] - grid[0])
    return float(
        optimize.minimize_scalar(lambda x: -marginal.density(x), bounds=(centre - width, centre + width)).x
    )


def of_marginal(marginal: Marginal, what: str) -> float:
    if what in LEVELS:
        return float(marginal.quantile(LEVELS[what]))
    if what.startswith("shortest95"):
        return marginal.shortest_interval(0.95)[what.endswith("upper")]
    if what == "mode":
        return mode(marginal)
    value = marginal.mean if what == "mean" else marginal.sd
    assert value is not None
    return value


def of_pooled(found: PooledEstimate, quantity: str) -> float:
    tau2 = found.tau2 or 0.0
    values = {
        "tau_reml": math.sqrt(tau2), "tau_hat": math.sqrt(tau2), "mle_joint_tau": math.sqrt(tau2),
        "tau2_hat": tau2, "mu_hat": found.estimate, "mle_joint_mu": found.estimate,
        "mu_given_tau_mean": found.estimate, "mu_se": found.standard_error,
        "mu_given_tau_sd": found.standard_error, "or_hat": math.exp(found.estimate or 0),
    }  # fmt: skip
    value = values[quantity]
    assert value is not None
    return value


def predictive_quantile(tau_prior: str, p: float) -> float:
    """Quantile of theta_new given mu = 0, tau from its prior: an integral over the probability below tau."""
    tau = parse_prior(tau_prior)

    def below(x: float) -> float:
        return integrate.quad(
            lambda q: float(stats.norm.cdf(x / max(float(tau.quantile(q)), 1e-300))), 0, 1, limit=500
        )[0]

    return float(optimize.brentq(lambda x: below(x) - p, 0, 100, xtol=1e-10))


def ours(row: dict[str, str]) -> float:  # noqa: PLR0911 - one case for each kind of number
    case, quantity = row["case"], row["quantity"]
    name, _, what = quantity.partition("_")
    if quantity == "theta_q975":
        return predictive_quantile(row["tau_prior"], 0.975)
    if case == "prior_quantiles":
        return float(parse_prior(row["tau_prior"]).quantile(LEVELS[what]))
    if quantity.startswith("mle_joint"):
        return of_pooled(pooled(case, "ml"), quantity)
    if case in POOLED:
        return of_pooled(pooled(case, POOLED[case]), quantity)
    found = posterior(case)
    if quantity == "p_mu_lt_0":
        return float(found["mu"].prob_below(0.0))
    if name == "theta":
        return of_marginal(found["theta_new"], what.removeprefix("new_"))
    return of_marginal(found[name], what)


COARSE = (
    "the check's grid over tau is coarse: the normal model integrated "
    "by 4000 Gauss-Legendre nodes gives ours (tested)"
)
REASONS = {
    "crins_jss": COARSE,
    "yusuf7_baggr_normal": COARSE,
    "bcg_metastan": (
        'the check is of the control form, which is distinguishable: `baseline="control"` gives it (tested)'
    ),
    "bcg_multinma": "mean, SD and quartiles agree; the check's outer quantiles are likely read off a grid",
    "blocker_multinma": (
        "the check's grid over tau is coarse: a sum over 200 Gauss-Legendre nodes, written apart, gives ours"
    ),
    "blocker_multinma_common": "mean and SD agree; the check's outer quantiles are likely read off a grid",
    "bleeding_ml_random": "the check is likely the best point of a grid: 0.3452 squared",
    "catheter_ml": "the check is the best point of a grid of step 0.0005",
}


def limit(row: dict[str, str]) -> float:
    """How far ours may be from the printed number: its rounding,
    and what its source states or its sampling leaves open.
    """
    return float(row["rounding"]) + float(row["tolerance"])


def unit(row: dict[str, str]) -> float:
    """One unit in the last digit of the check."""
    return 10.0 ** -len(row["check"].partition(".")[2])


def differs(row: dict[str, str]) -> bool:
    """Whether ours is beyond the limit from the printed number,
    or more than a unit in the last digit from the check.
    """
    value = ours(row)
    beyond = abs(value - float(row["value"])) > limit(row)
    return beyond or (bool(row["check"]) and abs(value - float(row["check"])) > unit(row))


def summary() -> Iterator[str]:
    yield (
        "| case | numbers | worst difference from the printed number, "
        "in limits | beyond a unit of the check |"
    )
    yield "| --- | ---: | ---: | ---: |"
    for case in dict.fromkeys(row["case"] for row in COVERED):
        mine = [row for row in COVERED if row["case"] == case]
        worst = max(abs(ours(row) - float(row["value"])) / limit(row) for row in mine)
        yield f"| `{case}` | {len(mine)} | {worst:.2f} | {sum(map(differs, mine))} |"


def listing() -> Iterator[str]:
    yield "| case | quantity | printed | check | ours | reason |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for row in filter(differs, COVERED):
        shown = f"{ours(row):.{len(row['check'].partition('.')[2]) + 1}f}"
        cells = (f"`{row['case']}`", row["quantity"], row["value"], row["check"], shown, REASONS[row["case"]])
        yield f"| {' | '.join(cells)} |"


def left_out() -> Iterator[str]:
    yield "| left out | why |"
    yield "| --- | --- |"
    for name, why in (NOT_COVERED | NOT_COVERED_QUANTITIES).items():
        yield f"| `{name}` | {why} |"


if __name__ == "__main__":
    for part in (summary(), listing(), left_out()):
        print("\n".join(part), end="\n\n")
