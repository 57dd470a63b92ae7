"""The bivariate model on the 13 BCG trials, beside what van Houwelingen, Arends & Stijnen 2002 (p.
604) print.

Theirs are maximum likelihood estimates of a normal approximation in each arm, ours posterior quantiles of
binomial counts under vague priors. With 13 large trials the two agree for the means far inside their
uncertainty; SDs and the correlation have skewed posteriors, and are held to lie where such a posterior puts
an estimate.
"""

import math

import numpy as np
import pytest
from quadrature_reference import rows, tables

import bayes_ivig as bi

PRINTED = {
    row["quantity"]: float(row["value"])
    for row in rows("published_posteriors")
    if row["case"] == "bcg_bivariate_ml"
}
VAGUE = bi.models.Bivariate(
    mu="normal(0, 10)",
    nu_control="normal(0, 10)",
    omega_control="half_normal(5)",
    omega_treatment="half_normal(5)",
    rho="lkj(1)",
)
# means: a normal approximation to counts as small as 3 moves them by about a tenth of their SD
OF_AN_SD = 0.15
# a posterior takes the uncertainty of the SDs with it, under vague priors of these;
# the printed interval does not
WIDER = 1.6


@pytest.mark.mcmc
def test_bcg() -> None:
    found = bi.fit(tables()["bcg"], VAGUE, engine=bi.NUTS(draws=1500))
    assert found.diagnostics.ok
    for name, printed in (
        ("nu_control", PRINTED["m_control"]),
        ("nu_treatment", PRINTED["m_treated"]),
        ("mu", math.log(PRINTED["or"])),
    ):
        marginal = found[name]
        assert marginal.sd is not None
        assert abs(float(marginal.quantile(0.5)) - printed) < OF_AN_SD * marginal.sd, name
    lower, upper = found["mu"].interval(0.95)
    width = math.log(PRINTED["or_ci_upper"] / PRINTED["or_ci_lower"])
    assert width < upper - lower < WIDER * width
    spreads = {"omega_control": "var_control", "omega_treatment": "var_treated", "tau": "tau2_log_or"}
    estimates = {name: math.sqrt(PRINTED[printed]) for name, printed in spreads.items()} | {
        "rho": PRINTED["rho"]
    }
    for name, estimate in estimates.items():
        assert 0.025 < float(found[name].prob_below(estimate)) < 0.975, name
    draws = found.answers.values
    implied = draws["omega_control"] ** 2 + draws["omega_treatment"] ** 2
    implied = implied - 2 * draws["rho"] * draws["omega_control"] * draws["omega_treatment"]
    assert np.allclose(draws["tau"] ** 2, implied, rtol=1e-9)
