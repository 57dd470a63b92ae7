"""Numbers printed in papers and package vignettes, to the digits that their own accuracy allows.

The limit of each number is its rounding plus what its source leaves open (a stated interpolation error, or
Monte Carlo error of a chain); column ``check`` is a quadrature made for the reference, held to a unit in its
last digit. Where that does not hold, ``docs/published_posteriors.md`` says why, and the tests below show it.
"""

from pathlib import Path

import numpy as np
import published_table as here
import pytest
from quadrature_reference import rows, tables

from bayes_ivig import Model, fit
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "published_posteriors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "row", here.COVERED, ids=lambda row: f"{row['case']}-{row['quantity']}-{row['tau_prior']}"
)
def test_the_printed_number(row: dict[str, str]) -> None:
    assert here.ours(row) == pytest.approx(float(row["value"]), abs=here.limit(row))


def test_every_row_is_covered_or_left_out_by_name() -> None:
    cases = {row["case"] for row in rows("published_posteriors")}
    assert cases == {row["case"] for row in here.COVERED} | set(here.NOT_COVERED)
    assert not {row["case"] for row in here.COVERED} & set(here.NOT_COVERED)
    assert len(here.COVERED) == 110


@pytest.mark.parametrize("part", [here.summary, here.listing, here.left_out], ids=lambda part: part.__name__)
def test_the_page_is_current(part: object) -> None:
    assert "\n".join(part()) in PAGE  # type: ignore[operator]


# What the page says about the check column


@pytest.mark.parametrize(
    ("key", "mu_sd", "upper", "tau"),
    [("yusuf7", 10.296, 3.944, "uniform(0, 3.944)"), ("crins", 4, 5, "half_normal(0.5)")],
)
def test_gauss_legendre_gives_ours(key: str, mu_sd: float, upper: float, tau: str) -> None:
    """Given tau, the normal model is conjugate; what is left is an integral over tau (half-normal beyond 5:
    1e-23).
    """
    model = Model(likelihood="normal", mu=f"normal(0, {mu_sd})", tau=tau)
    y, s = ODDS_RATIO.estimates(counts_of(informative(tables()[key], model)))
    x, weights = np.polynomial.legendre.leggauss(4000)
    t = upper * (x + 1) / 2
    w = 1 / (s * s + t[:, None] ** 2)
    precision = w.sum(axis=1) + mu_sd**-2
    mean = (w * y).sum(axis=1) / precision
    logs = 0.5 * (np.log(w).sum(axis=1) - (w * y * y).sum(axis=1) + mean**2 * precision - np.log(precision))
    share = np.exp(logs - logs.max() + model.tau.logpdf(t)) * weights
    share /= share.sum()
    centre, middle = float((share * t).sum()), float((share * mean).sum())
    posterior = fit(tables()[key], model)
    assert posterior["tau"].mean == pytest.approx(centre, abs=1e-6)
    assert posterior["tau"].sd == pytest.approx(float((share * (t - centre) ** 2).sum()) ** 0.5, abs=1e-6)
    assert posterior["mu"].mean == pytest.approx(middle, abs=1e-6)
    assert posterior["mu"].sd == pytest.approx(
        float((share * (1 / precision + (mean - middle) ** 2)).sum()) ** 0.5, abs=1e-6
    )


def test_the_control_form_gives_the_check_of_the_midpoint_case() -> None:
    mu = fit(tables()["bcg"], Model(mu="normal(0, 100)", baseline="control"))["mu"]
    found = {
        "mu_mean": mu.mean,
        "mu_q025": mu.quantile(0.025),
        "mu_q50": mu.quantile(0.5),
        "mu_q975": mu.quantile(0.975),
    }
    checks = {
        row["quantity"]: float(row["check"])
        for row in here.COVERED
        if row["case"] == "bcg_metastan" and row["check"]
    }
    assert found == pytest.approx({name: checks[name] for name in found}, abs=1.1e-4)
