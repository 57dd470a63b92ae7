"""Priors from printed results: by hand, by simulation, and what is refused."""

import math

import numpy as np
import pytest
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.evidence import evidence_table
from bayes_ivig.priors.composite import Mixture, resolved
from bayes_ivig.priors.evidence import evidence, printed_of
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.named import named, spiegelhalter, zampieri
from bayes_ivig.priors.parsing import parse_prior

Z = 1.959963985
CLOSE = 1e-5


def test_a_risk_ratio_by_hand() -> None:
    """RR 1.02 (0.86 to 1.22) at a risk of 0.5: odds 0.51/0.49 over 1, limits 0.43/0.57 and 0.61/0.39."""
    prior = resolved(evidence("kofod2025", baseline_risk=0.5))
    assert isinstance(prior, Normal)
    assert prior.mean == pytest.approx(math.log(0.51 / 0.49), rel=CLOSE)
    assert prior.sd == pytest.approx(math.log(0.61 / 0.39 / (0.43 / 0.57)) / (2 * Z), rel=CLOSE)
    rare = resolved(evidence("RR 1.02 (0.86 to 1.22)", baseline_risk=1e-6))
    assert (rare.mean, rare.sd) == pytest.approx((math.log(1.02), math.log(1.22 / 0.86) / (2 * Z)), rel=1e-4)


def test_an_opposite_event_is_turned_round() -> None:
    """RR 0.92 of no live birth; live birth has a risk of 0.4, so none has 0.6: treated 0.552, or 0.448 born alive."""
    prior = evidence("egerup2015", baseline_risk=0.4)
    assert resolved(prior).mean == pytest.approx(math.log(0.448 / 0.552 / (0.4 / 0.6)), rel=CLOSE)
    limits = [(1 - 0.6 * rr) / (0.6 * rr) for rr in (1.12, 0.75)]
    assert resolved(prior).sd == pytest.approx(math.log(limits[1] / limits[0]) / (2 * Z), rel=CLOSE)
    assert resolved(evidence("RR 0.92 (0.75 to 1.12)", 0.4, event="opposite")) == resolved(prior)
    assert "turned round" in prior.source
    back = resolved(evidence("egerup2015", baseline_risk=0.6, event="opposite"))  # of no live birth itself
    assert (back.mean, back.sd) == pytest.approx((-resolved(prior).mean, resolved(prior).sd), rel=CLOSE)


def test_odds_ratios_at_other_levels() -> None:
    prior = resolved(evidence("OR 1.28 (90%: 0.78 to 2.10)"))
    assert (prior.mean, prior.sd) == pytest.approx((math.log(1.28), math.log(2.10 / 0.78) / (2 * 1.644853627)), rel=CLOSE)
    assert resolved(evidence("hutton2007", event="opposite")).mean == pytest.approx(-math.log(1.28), rel=CLOSE)


def test_an_uncertain_baseline_risk_is_averaged_over() -> None:
    """Against draws: log odds normal with 95% between 0.3 and 0.5, then an effect around the odds ratio at that risk."""
    prior = resolved(evidence("RR 1.2 (0.9 to 1.4)", baseline_risk="0.3 to 0.5"))
    rng = np.random.default_rng(8)
    low, high = special.logit([0.3, 0.5])
    risks = special.expit(rng.normal((low + high) / 2, (high - low) / (2 * Z), 400_000))
    at = [special.logit(risks * rr) - special.logit(risks) for rr in (1.2, 0.9, 1.4)]
    draws = rng.normal(at[0], (at[2] - at[1]) / (2 * Z))
    assert (prior.mean, prior.sd) == pytest.approx((draws.mean(), draws.std()), rel=5e-3)
    assert prior.sd > resolved(evidence("RR 1.2 (0.9 to 1.4)", baseline_risk=0.4)).sd


def test_discounted_and_robust() -> None:
    whole = resolved(evidence("hutton2007"))
    part = resolved(evidence("hutton2007", discount=0.25))
    assert part.sd == pytest.approx(2 * whole.sd, rel=CLOSE)  # a power of 1/4 is a quarter of the information
    mixed = evidence("hutton2007", discount=0.25, robust=0.2)
    assert resolved(mixed) == Mixture((0.8, 0.2), (part, Normal(0, 4)))
    assert str(mixed) == 'evidence("Hutton 2007", discount=0.25, robust=0.2)'


@pytest.mark.parametrize(
    "text",
    [
        'evidence("Kofod 2025", baseline_risk=0.5)',
        'evidence("Kofod 2025, per protocol", baseline_risk="0.3 to 0.5", discount=0.5)',
        'evidence("OR 1.28 (90%: 0.78 to 2.1)", robust=0.3, event="opposite")',
        'evidence("Habets 2022", baseline_risk=0.3, overlap="allowed")',
        'evidence("OR 1.2 (0.5 to 2)", overlap="Mahmoud 2004; O\'Brien")',
    ],
)
def test_text_round_trip(text: str) -> None:
    assert str(parse_prior(text)) == text
    assert parse_prior(str(parse_prior(text))) == parse_prior(text)


def test_overlap_is_data() -> None:
    shared = {row["label"]: row["shares"] for row in evidence_table("external_evidence").records() if row["shares"]}
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
        ('evidence("kofod2025", baseline_risk=0.9)', "must stay below 1; state a risk below 0.82"),
        ('evidence("hutton2007", 0.5)', "is an odds ratio, which needs no baseline risk"),
        ('evidence("habets2022", 0.3)', "shares Mahmoud 2004, Perricone 2008, Stricker 2000 with the trials at hand"),
        ('evidence("hutton2007", discount=0)', "discount is 0; it must lie above 0"),
        ('evidence("hutton2007", discount=2)', "discount is 2"),
        ('evidence("hutton2007", robust=1)', "robust is 1"),
        ('evidence("hutton2007", event="live_birth")', "event is 'live_birth'"),
        ('evidence("RD 0.1 (0.05 to 0.2)")', "comes from an OR or an RR"),
        ('evidence("OR 3 (1 to 2)")', "with the estimate between them"),
        ('evidence("OR 1 (1 to 1)")', "with the estimate between them"),
        ('evidence("OR 1.2 (100%: 1 to 2)")', "the level is 1"),
        ("evidence(3)", "found 3.0 where text should be"),
        ("zampieri(0.4)", "a set of several priors, for compare_priors alone"),
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
    assert [float(prior.cdf(0.0)) for prior in found] == pytest.approx([0.5] * 3 + [0.05, 0.15, 0.3] + [0.95, 0.85, 0.7])
    assert [str(prior) for prior in spiegelhalter(0.7)] == ["sceptical(0.7)", "enthusiastic(0.7)"]
    with pytest.raises(ModelError, match="must differ from 0"):
        zampieri(0)
