"""Priors from printed results: by hand, by simulation, and what is refused."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from prior_examples import CarriedRiskRatio
from scipy import special, stats

from bayes_ivig import Model, fit, load_dataset
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.evidence.tables import evidence_table
from bayes_ivig.priors.composite import Mixture, resolved
from bayes_ivig.priors.evidence import evidence, printed_of
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.well_known import named, spiegelhalter, zampieri

Z = 1.959963985
CLOSE = 1e-5


def carried(log_ratio: float, sd: float, risk: float, p: float) -> float:
    """Return a quantile of the odds ratio: that of the risk ratio below 1 / risk,
    put through the transform.
    """
    possible = stats.norm.cdf((-math.log(risk) - log_ratio) / sd)
    treated = risk * math.exp(stats.norm.ppf(p * possible, log_ratio, sd))
    return treated / (1 - treated) / (risk / (1 - risk))


def test_a_risk_ratio_by_hand() -> None:
    """RR 1.02 (0.86 to 1.22) at a risk of 0.5: the middle one has odds 0.51/0.49 over 1,
    and none is impossible.
    """
    prior = evidence("kofod2025", baseline_risk=0.5)
    sd = math.log(1.22 / 0.86) / (2 * Z)
    assert resolved(prior) == RiskRatio(float(f"{math.log(1.02):.6g}"), float(f"{sd:.6g}"), 0.5)
    expected = [carried(math.log(1.02), sd, 0.5, p) for p in (0.025, 0.5, 0.975)]
    np.testing.assert_allclose(np.exp(prior.quantile([0.025, 0.5, 0.975])), expected, rtol=CLOSE)
    assert expected[1] == pytest.approx(0.51 / 0.49, rel=1e-9)
    rare = evidence("RR 1.02 (0.86 to 1.22)", baseline_risk=1e-6)
    np.testing.assert_allclose(
        rare.quantile([0.1, 0.5, 0.9]), Normal(math.log(1.02), sd).quantile([0.1, 0.5, 0.9]), rtol=1e-4
    )


def test_the_direction_is_that_of_the_risk_ratio() -> None:
    """Wang 2016, RR 1.25 (1.00 to 1.56): P(OR > 1) = P(RR > 1) = .975, whatever the baseline risk;
    by its limits alone .925.
    """
    score = math.log(1.25) / (math.log(1.56) / (2 * Z))
    assert stats.norm.cdf(score) == pytest.approx(0.975, abs=5e-4)
    for risk in (0.05, 0.3, 0.5):
        assert 1 - float(evidence("wang2016", risk).cdf(0.0)) == pytest.approx(
            stats.norm.cdf(score), abs=3e-5
        )
    for risk in (0.55, "0.45 to 0.65", "119 of 216"):  # of which up to 1% is cut off, on the side of benefit
        assert 1 - float(evidence("wang2016", risk).cdf(0.0)) == pytest.approx(0.975, abs=6e-4)


@pytest.mark.parametrize("risk", [0.3, 0.55, "0.45 to 0.65", "119 of 216"])
def test_no_discount_turns_benefit_into_harm(risk: float | str) -> None:
    """P(OR > 1) stays within what is cut off of P(RR > 1), by hand, or the prior is refused;
    the median stays a benefit.
    """
    taken = 0
    for discount in (1, 0.7, 0.5, 0.3, 0.1, 0.05, 0.01):
        above = stats.norm.cdf(math.log(1.25) * math.sqrt(discount) / (math.log(1.56) / (2 * Z)))
        try:
            prior = evidence("RR 1.25 (1.00 to 1.56)", risk, discount=discount)
        except ModelError as error:
            assert "discount it less" in str(error)
            continue
        taken += 1
        assert above - 0.0257 * (1 - above) <= 1 - float(prior.cdf(0.0)) <= above + 1e-4  # 0.025 / 0.975
        assert float(prior.quantile(0.5)) > 0
    assert 2 <= taken < 7


def test_wang_before_the_nine_trials() -> None:
    """Computed outside the package with the baseline prior on the control arm: 1.77 (1.08 to 3.43);
    by its limits alone 1.81.
    """
    mu = evidence("wang2016", baseline_risk=0.55)
    live = load_dataset("ivig", "live_birth")
    after = fit(live, Model(mu=mu, baseline="control"))["mu"]
    assert np.exp(after.quantile([0.5, 0.025, 0.975])) == pytest.approx([1.77, 1.08, 3.43], abs=6e-3)
    assert after.prob_above(0.0) == pytest.approx(0.988, abs=1e-3)
    # the same posterior from one under another prior, reweighted
    # by scipy's truncated normal put through the transform
    grid = np.linspace(-3, 6, 9001)
    other = Normal(0, 2.82)
    witness = CarriedRiskRatio(math.log(1.25), math.log(1.56) / (2 * Z), 0.55)
    weights = fit(live, Model(mu=other, baseline="control"))["mu"].density(grid)
    weights = weights * np.exp([witness.logpdf(x) for x in grid] - other.logpdf(grid))
    shares = np.cumsum((weights[1:] + weights[:-1]) / 2) / ((weights[1:] + weights[:-1]) / 2).sum()
    expected = np.interp([0.025, 0.5, 0.975], shares, grid[1:])
    np.testing.assert_allclose(after.quantile([0.025, 0.5, 0.975]), expected, atol=2e-4)
    assert after.prob_above(0.0) == pytest.approx(1 - np.interp(0.0, grid[1:], shares), abs=2e-5)


def test_an_opposite_event_is_turned_round() -> None:
    """RR 0.92 of no live birth; live birth has a risk of 0.4, so none has 0.6:
    treated 0.552, or 0.448 born alive.
    """
    prior = evidence("egerup2015", baseline_risk=0.4)
    assert float(prior.quantile(0.5)) == pytest.approx(math.log(0.448 / 0.552 / (0.4 / 0.6)), rel=CLOSE)
    sd = math.log(1.12 / 0.75) / (2 * Z)
    turned = [-math.log(carried(math.log(0.92), sd, 0.6, 1 - p)) for p in (0.025, 0.3, 0.975)]
    np.testing.assert_allclose(prior.quantile([0.025, 0.3, 0.975]), turned, rtol=CLOSE)
    assert resolved(evidence("RR 0.92 (0.75 to 1.12)", 0.4, event="opposite")) == resolved(prior)
    assert "turned round" in prior.source
    back = evidence("egerup2015", baseline_risk=0.6, event="opposite")  # of no live birth itself
    np.testing.assert_allclose(back.quantile([0.1, 0.7]), -prior.quantile([0.9, 0.3]), rtol=1e-9)


def test_odds_ratios_at_other_levels() -> None:
    prior = resolved(evidence("OR 1.28 (90%: 0.78 to 2.10)"))
    assert (prior.mean, prior.sd) == pytest.approx(
        (math.log(1.28), math.log(2.10 / 0.78) / (2 * 1.644853627)), rel=CLOSE
    )
    assert resolved(evidence("hutton2007", event="opposite")).mean == pytest.approx(
        -math.log(1.28), rel=CLOSE
    )


DRAWS = 400_000
MIDDLE_AND_SD = (special.logit([0.3, 0.6]).mean(), float(np.diff(special.logit([0.3, 0.6]))[0]) / (2 * Z))


@pytest.mark.parametrize(
    ("risk", "drawn"),
    [
        ("0.3 to 0.6", lambda rng: special.expit(rng.normal(*MIDDLE_AND_SD, DRAWS))),
        ("30 to 60%", lambda rng: special.expit(rng.normal(*MIDDLE_AND_SD, DRAWS))),
        ("30 % to 60 %", lambda rng: special.expit(rng.normal(*MIDDLE_AND_SD, DRAWS))),
        ("119 of 216", lambda rng: rng.beta(119.5, 97.5, DRAWS)),
        ("3 of 40", lambda rng: rng.beta(3.5, 37.5, DRAWS)),
    ],
)
def test_an_uncertain_baseline_risk_is_averaged_over(
    risk: str, drawn: Callable[[np.random.Generator], np.ndarray]
) -> None:
    """Against draws of risk and risk ratio, of which the impossible ones are thrown away."""
    prior = evidence("RR 1.2 (0.97 to 1.48)", baseline_risk=risk)
    rng = np.random.default_rng(8)
    risks = drawn(rng)
    treated = risks * np.exp(rng.normal(math.log(1.2), math.log(1.48 / 0.97) / (2 * Z), DRAWS))
    kept = treated < 1
    draws = special.logit(treated[kept]) - special.logit(risks[kept])
    asked = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    error = 4 * np.sqrt(asked * (1 - asked) / kept.sum())  # four standard errors
    assert np.all(np.abs(prior.cdf(np.quantile(draws, asked)) - asked) < error)
    known = evidence("RR 1.2 (0.97 to 1.48)", baseline_risk=float(np.median(risks)))
    assert np.subtract(*prior.quantile([0.99, 0.5])) > np.subtract(*known.quantile([0.99, 0.5]))


def test_discounted_and_robust() -> None:
    whole = resolved(evidence("hutton2007"))
    part = resolved(evidence("hutton2007", discount=0.25))
    assert part.sd == pytest.approx(2 * whole.sd, rel=CLOSE)  # a power of 1/4 is a quarter of the information
    mixed = evidence("hutton2007", discount=0.25, robust=0.2)
    assert resolved(mixed) == Mixture((0.8, 0.2), (part, Normal(0, 4)))
    assert str(mixed) == 'evidence("Hutton 2007", discount=0.25, robust=0.2)'
    ratio, half = (resolved(evidence("kofod2025", 0.55, discount=share)) for share in (1.0, 0.5))
    assert (half.mean, half.sd) == pytest.approx((ratio.mean, ratio.sd * math.sqrt(2)), rel=CLOSE)
    # a discount widens it beyond what is possible, and no further
    heavy = evidence("wang2016", 0.55, discount=0.5)
    assert resolved(heavy).impossible == pytest.approx(
        stats.norm.sf((-math.log(0.55) - math.log(1.25)) / resolved(heavy).sd), rel=1e-4
    )
    assert f"{100 * resolved(heavy).impossible:.2g}% of it cut off" in heavy.source
    assert resolved(evidence("kofod2025", 0.55, robust=0.2)) == Mixture((0.8, 0.2), (ratio, Normal(0, 4)))


@pytest.mark.parametrize(
    "text",
    [
        'evidence("Kofod 2025", baseline_risk=0.5)',
        'evidence("Kofod 2025, per protocol", baseline_risk="0.3 to 0.5", discount=0.5)',
        'evidence("OR 1.28 (90%: 0.78 to 2.1)", robust=0.3, event="opposite")',
        'evidence("OR 1.28 (90%: 0.78 to 2.10)")',
        'evidence("log OR -0.30 (SE 0.30)")',
        'evidence("log RR 0.22 (0.00 to 0.44)", baseline_risk="119 of 216")',
        "risk_ratio(0.223144, 0.113434, 0.55)",
        'risk_ratio(0.223144, 0.113434, "0.4 to 0.6", "opposite")',
        'evidence("Habets 2022", baseline_risk=0.3, overlap="allowed")',
        'evidence("OR 1.2 (0.5 to 2)", overlap="Mahmoud 2004; O\'Brien")',
    ],
)
def test_text_round_trip(text: str) -> None:
    assert str(parse_prior(text)) == text
    assert parse_prior(str(parse_prior(text))) == parse_prior(text)


def test_overlap_is_data() -> None:
    shared = {
        row["label"]: row["shares"] for row in evidence_table("external_evidence").records() if row["shares"]
    }
    assert shared["Habets 2022"] == "Mahmoud 2004; Perricone 2008; Stricker 2000"
    prior = evidence("habets2022", 0.3, overlap="allowed")
    assert prior.shares == ("Mahmoud 2004", "Perricone 2008", "Stricker 2000")
    assert "not independent evidence" in prior.source
    assert evidence("OR 1.2 (0.5 to 2)", overlap="Mahmoud 2004; X").shares == ("Mahmoud 2004", "X")


def test_a_result_whose_outcome_is_not_recorded_is_no_prior() -> None:
    row = evidence_table("external_evidence").records()[0] | {"outcome": "not recorded"}
    with pytest.raises(ModelError, match="its outcome is not recorded"):
        printed_of(row)


@pytest.mark.parametrize("row", evidence_table("external_evidence").records(), ids=lambda row: row["label"])
def test_every_bundled_result_is_a_prior_or_says_why_not(row: dict[str, str]) -> None:
    risk = 0.2 if row["measure"] == "RR" else 0.0
    if row["label"].startswith("Habets 2022, begun"):
        with pytest.raises(ModelError, match=r"state a risk below 0\.0766"):
            evidence(row["label"], risk, overlap="allowed")
        risk = 0.05
    prior = evidence(row["label"], risk, overlap="allowed" if row["shares"] else "")
    assert row["estimate"].rstrip("0").rstrip(".") in prior.source
    favours = float(row["estimate"]) < 1 if row["complement_of"] else float(row["estimate"]) > 1
    assert (float(prior.quantile(0.5)) > 0) == favours  # of live birth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('evidence("koford")', "no result 'koford' (did you mean 'Kofod 2025'?)"),
        ('evidence("kofod2025")', "state the risk without treatment"),
        ('evidence("kofod2025", baseline_risk=1.2)', "write a risk between 0 and 1"),
        ('evidence("kofod2025", baseline_risk="half")', 'a 95% range such as "0.4 to 0.6"'),
        ('evidence("kofod2025", baseline_risk="0.6 to 0.4")', 'a 95% range such as "0.4 to 0.6"'),
        (
            'evidence("kofod2025", baseline_risk=0.9)',
            "17% of it are risks of 1 or more under treatment, where at most 2.5% may be cut off; "
            "state a risk below 0.82",
        ),
        (
            'evidence("RR 1.25 (1.00 to 1.56)", baseline_risk=0.55, discount=0.05)',
            "at a baseline risk of 0.55, discounted to 0.05 of its information, 23% of it are risks of 1 or "
            "more under treatment, where at most 2.5% may be cut off; discount it less, take robust=0.2 in "
            "place of the discount, state a risk below 0.296",
        ),
        (
            'evidence("kofod2025", baseline_risk=0.9, discount=0.5)',
            "may be cut off; state a risk below",
        ),  # nor does it go in whole
        (
            'evidence("kofod2025", baseline_risk="0.4% to 0.6")',
            "with % behind one number alone; write it behind both",
        ),
        (
            'evidence("kofod2025", baseline_risk="0.4 to 60%")',
            "with % behind one number alone; write it behind both",
        ),
        ('evidence("hutton2007", 0.5)', "is an odds ratio, which needs no baseline risk"),
        (
            'evidence("habets2022", 0.3)',
            "shares Mahmoud 2004, Perricone 2008, Stricker 2000 with the trials at hand",
        ),
        ('evidence("hutton2007", discount=0)', "discount is 0; it must lie above 0"),
        ('evidence("hutton2007", discount=2)', "discount is 2"),
        ('evidence("hutton2007", robust=1)', "robust is 1"),
        ('evidence("hutton2007", event="live_birth")', "event is 'live_birth'"),
        ('evidence("RD 0.1 (0.05 to 0.2)")', "comes from an OR or an RR"),
        ('evidence("egerup2015", baseline_risk=0.05)', "state a risk above 0.1"),
        ('evidence("OR 3 (1 to 2)")', "the estimate 3 lies outside its own limits"),
        ('evidence("OR 1 (1 to 1)")', "the two limits are one number"),
        ('evidence("kofod2025", baseline_risk="217 of 216")', "what control arms counted"),
        ('evidence("0.74 (0.41 to 1.33)", baseline_risk=0.4)', "of a risk ratio, begin with RR"),
        ("risk_ratio(1, 0.1, 0.9)", "100% of it are risks of 1 or more under treatment"),
        ("risk_ratio(0, 0, 0.5)", "sd is 0; it must be above 0"),
        ("risk_ratio(0, 1, 1.5)", "risk_ratio: baseline_risk is 1.5; write a risk between 0 and 1"),
        ('risk_ratio(0, 1, 0.5, "other")', "event is 'other'"),
        ("risk_ratio_tau2(0, 1, 0.5)", "unknown family"),
        ('evidence("OR 1.2 (100%: 1 to 2)")', "the level is 1"),
        ("evidence(3)", "found 3.0 where text should be"),
        ("zampieri(0.4)", "a set of several priors, for a comparison alone"),
    ],
)
def test_refuses(text: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_prior(text)
    assert said in str(caught.value)


def test_named_sets() -> None:
    found = zampieri(math.log(1.5))
    assert len(found) == len(set(found)) == 9
    assert found[:3] == tuple(named(f"neutral_{each}") for each in ("strong", "moderate", "weak"))
    assert [float(prior.cdf(0.0)) for prior in found] == pytest.approx(
        [0.5] * 3 + [0.05, 0.15, 0.3] + [0.95, 0.85, 0.7]
    )
    assert [str(prior) for prior in spiegelhalter(0.7)] == ["sceptical(0.7)", "enthusiastic(0.7)"]
    with pytest.raises(ModelError, match="must differ from 0"):
        zampieri(0)
