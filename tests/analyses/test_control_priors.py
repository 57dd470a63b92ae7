"""How far the prior decides a control risk: other scales by plain grids, arms that carry none,
and what every face says then.
"""

import json
import math

import numpy as np
import pytest
from scipy import special, stats

from bayes_ivig import Dataset, Model, Study, benefit, control_risk, fit, load_dataset, text
from bayes_ivig.analyses.weighing.benefit_harm import benefit_harm
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.reporting.benefit.json import benefit_document
from bayes_ivig.results.posterior.control_risk import MOVED, Moved

pytestmark = pytest.mark.slow

NEONATAL = load_dataset("ivig", "neonatal_outcome")
ZERO = Dataset((Study("A", 2, 18, 0, 16), Study("B", 1, 15, 0, 17)), "zero")
ALL = Dataset((Study("A", 18, 18, 16, 16), Study("B", 15, 15, 17, 17)), "all")
FULL = Dataset((Study("A", 12, 60, 20, 61), Study("B", 9, 44, 11, 40)), "full")


def by_grid(dataset: Dataset, mean_scale: float, spread_scale: float) -> float:
    """Median over arms of their posterior median risks, on plain grids of mean,
    spread and each arm's log odds.
    """
    mean, spread = np.linspace(-20, 20, 401), 5 * spread_scale * (np.arange(150) + 0.5) / 150
    alpha = np.linspace(-30, 30, 1201)
    arms = [study for study in dataset.studies if study.control_total]
    curves = [
        stats.binom.pmf(study.control_events, study.control_total, special.expit(alpha)) for study in arms
    ]
    kernels = np.stack([stats.norm.pdf(alpha, mean[:, None], s) for s in spread])  # (spread, mean, alpha)
    kernels /= kernels.sum(axis=-1, keepdims=True)
    each = np.stack([kernels @ curve for curve in curves])
    prior = stats.logistic.pdf(mean, 0, mean_scale) * stats.halfnorm.pdf(spread, scale=spread_scale)[:, None]
    medians = []
    for i, curve in enumerate(curves):
        others = prior * np.prod(np.delete(each, i, axis=0), axis=0)
        density = np.einsum("sm,sma->a", others, kernels) * curve
        below = np.cumsum(density) / density.sum()
        medians.append(float(special.expit(np.interp(0.5, below - density / density.sum() / 2, alpha))))
    return float(np.quantile(medians, 0.5))


def test_the_range_over_scales_is_that_of_plain_grids() -> None:
    """The neonatal 34 per 1000 is 66 or 16 under other scales, as found outside."""
    moved = control_risk(NEONATAL).moved["median"]
    others = [by_grid(NEONATAL, *scales) for scales in ((1, 1), (0.5, 1), (2, 1), (1, 0.5), (1, 2))]
    assert 1000 * moved.risk == pytest.approx(1000 * others[0], abs=0.5)
    assert 1000 * moved.least == pytest.approx(1000 * min(others), abs=0.5)
    assert 1000 * moved.most == pytest.approx(1000 * max(others), abs=0.5)
    assert [round(1000 * risk) for risk in (moved.least, moved.risk, moved.most)] == [16, 34, 66]


def test_the_factor_is_of_odds_and_either_way() -> None:
    assert Moved(0.5, 0.5, 0.6).factor == pytest.approx(1.5)
    assert Moved(0.5, 0.25, 0.6).factor == pytest.approx(3.0)
    assert Moved(0.5, 0.5, 0.6).carried
    assert not Moved(0.5, 0.5, 0.61).carried
    assert MOVED == 1.5


@pytest.mark.parametrize(
    ("dataset", "reason"), [(ZERO, "no events"), (ALL, "only events"), (NEONATAL, "prior"), (FULL, None)]
)
def test_arms_that_carry_no_risk_have_a_reason_and_no_absolute_effect(
    dataset: Dataset, reason: str | None
) -> None:
    found = control_risk(dataset)
    assert (found.not_carried.reason if found.not_carried else None) == reason
    assert set(found.levels()) == {"low", "median", "high"}
    answer = benefit(fit(dataset, Model()))
    assert bool(answer.effects) == (reason is None)
    assert answer.absolute.empty == (reason is not None)
    assert answer.summary_of_findings["control_per_1000"].isna().all() == (reason is not None)
    document = benefit_document(answer)
    assert (document["rows"][0]["absolute"] == []) == (reason is not None)
    assert (document["rows"][0]["control_arms"]["not_carried"] or {}).get("reason") == reason
    assert ("absolute empty" in document.get("note", "")) == (reason is not None)
    json.dumps(document)
    said = " ".join(text(answer).split())
    assert ("an absolute effect would be the prior's" in said) == (reason is not None)
    assert ("logistic(0, 1), SD between studies ~ half_normal(1)" in said) == (reason is None)
    if reason == "no events":
        assert "the control arms had no event" in said


def test_a_stated_risk_and_own_priors_are_taken() -> None:
    posterior = fit(ZERO, Model())
    assert list(benefit(posterior, baseline=0.05).effects) == ["stated"]
    own = control_risk(ZERO, mean="normal(-3, 0.3)")
    assert "median" in benefit(posterior, baseline=own).effects


def test_several_posteriors_without_a_risk_are_told_apart() -> None:
    said = " ".join(text(benefit({"full": fit(FULL, Model()), "zero": fit(ZERO, Model())})).split())
    assert "zero: no absolute effects: the control arms had no event" in said
    assert "full: no absolute effects" not in said


def test_no_benefit_is_weighed_at_a_risk_that_is_the_priors() -> None:
    with pytest.raises((ModelError, DataError), match=r"no events in them: .* per 1000"):
        benefit_harm(fit(FULL, Model()), fit(ZERO, Model()), among="all", events=("good", "bad"))
    found = benefit_harm(
        fit(FULL, Model()),
        fit(ZERO, Model()),
        among="all",
        events=("good", "bad"),
        control_risks=(None, 0.05),
    )
    assert math.isfinite(found.at_weight(1.0).probability)
