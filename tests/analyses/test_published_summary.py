"""Posteriors from a printed summary, under each reading of it."""

import math

import pytest
from scipy import stats

from bayes_ivig.analyses.published_summary import central, readings
from bayes_ivig.inputs.paper.claims import Claim, Printed, load_claims
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.scale_free import Flat

PRETERM = next(claim for claim in load_claims("ivig") if claim.outcome == "preterm_birth")
WEIGHT = next(claim for claim in load_claims("ivig") if claim.outcome == "birth_weight")


def test_preterm_birth_has_three_readings() -> None:
    assert not central(PRETERM)
    found = {reading.code: reading for reading in readings(PRETERM, Normal(0, 2.82))}
    assert math.exp(found["interval"].estimate) == pytest.approx(1.743, abs=0.001)
    assert math.exp(found["estimate and lower"].upper) == pytest.approx(7.246, abs=0.001)
    assert math.exp(found["estimate and upper"].lower) == pytest.approx(0.802, abs=0.001)


@pytest.mark.parametrize("code", ["interval", "estimate and lower", "estimate and upper"])
def test_each_posterior_is_the_conjugate_normal(code: str) -> None:
    reading = next(r for r in readings(PRETERM, Normal(0, 2.82)) if r.code == code)
    precision = reading.standard_error**-2 + 2.82**-2
    expected = stats.norm(reading.estimate * reading.standard_error**-2 / precision, precision**-0.5)
    assert reading.marginal.quantile([0.025, 0.5, 0.975]) == pytest.approx(
        expected.ppf([0.025, 0.5, 0.975]), abs=1e-5
    )
    assert reading.marginal.prob_above(0.0) == pytest.approx(expected.sf(0.0), abs=1e-7)


def test_birth_weight_is_printed_consistently_and_stays_in_grams() -> None:
    assert central(WEIGHT)
    (reading,) = readings(WEIGHT, Flat())
    assert reading.code == "as printed"
    assert reading.marginal.mean == pytest.approx(-186.71, abs=0.005)
    assert reading.marginal.sd == pytest.approx(108.2, abs=0.1)


def test_an_estimate_central_within_rounding_is_central() -> None:
    claim = Claim("x", "OR", Printed("2.86"), Printed("1.04"), Printed("7.90"))
    assert central(claim)
    assert not central(Claim("x", "OR", Printed("2.90"), Printed("1.04"), Printed("7.90")))
