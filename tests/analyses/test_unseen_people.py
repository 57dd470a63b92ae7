"""Available cases, IMORs, corners and tipping points of people who were not seen."""

import math
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ModelError

HALOPERIDOL = Path(__file__).parent.parent / "reference" / "haloperidol_missing.csv"
LOST = bi.Dataset(
    (
        bi.Study("a", 20, 50, 8, 52, treatment_missing=5, control_missing=12),
        bi.Study("b", 14, 30, 9, 40, control_missing=6),
    )
)
COMMON = bi.Model(effects="common")


def test_corners_are_counted_as_if_seen() -> None:
    found = dict(bi.tipping.missing_outcomes(LOST, COMMON).answers)
    best = bi.Dataset((bi.Study("a", 25, 50, 8, 52), bi.Study("b", 14, 30, 9, 40)))
    own = found["treatment: all had it, control: none"]["mu"]
    assert own.mean == pytest.approx(bi.fit(best, COMMON)["mu"].mean)
    means = [found[name]["mu"].mean for name in found]
    assert all(mean is not None for mean in means)
    assert max(means, key=lambda mean: mean or 0) == own.mean


def test_a_conclusion_turns_at_its_tipping_point() -> None:
    """On either side of it, by models fitted anew."""
    found = bi.tipping.missing_outcomes(LOST, COMMON)
    assert (found.conclusion, found.holds) == ("OR > 1", True)
    assert found.missing == (5, 18)
    tip = next(tip for tip in found.tips if tip.where == "control")
    assert tip.imor is not None and tip.imor > 1
    for factor, holds in ((0.9, True), (1.1, False)):
        prior = f"imor(control_mean={math.log(tip.imor * factor):.6f}, treatment_mean=0)"
        model = bi.Model(effects="common", missing=prior)
        assert (bi.fit(LOST, model)["mu"].prob_above(0.0) >= 0.975) is holds


def test_exchanging_arms_turns_everything_round() -> None:
    turned = bi.Dataset(
        tuple(
            bi.Study(
                s.name, s.control_events, s.control_total, s.treatment_events, s.treatment_total,
                1.0, s.control_missing, s.treatment_missing,
            )
            for s in LOST.studies
        )
    )  # fmt: skip
    one, other = (bi.tipping.missing_outcomes(data, COMMON) for data in (LOST, turned))
    assert (one.conclusion, other.conclusion) == ("OR > 1", "OR < 1")
    assert one.chances["stated"] == pytest.approx(other.chances["stated"], abs=1e-4)
    tips = {tip.where: tip.imor for tip in other.tips}
    assert tips["treatment"] == pytest.approx(
        next(t.imor for t in one.tips if t.where == "control"), rel=1e-3
    )


@pytest.mark.slow
def test_haloperidol() -> None:
    """Seventeen trials: available cases favour it, and no IMOR within reason of both arms turns that."""
    dataset = bi.load_dataset(HALOPERIDOL)
    found = bi.tipping.missing_outcomes(dataset, imor="imor(0, 1)")
    assert found.missing == (43, 59)
    assert found.holds
    assert found.chances["stated"] > 0.999
    table = found.table()
    assert list(table["assumption"])[1] == "stated: imor(0, 1)"
    assert table["or_median"][0] == pytest.approx(math.exp(1.84), rel=0.05)


def test_nobody_missing_and_no_room() -> None:
    with pytest.raises(DataError, match="nobody is missing"):
        bi.tipping.missing_outcomes(bi.Dataset((bi.Study("a", 1, 2, 1, 2),)))
    with pytest.raises(ModelError, match="the binomial likelihood"):
        bi.tipping.missing_outcomes(LOST, bi.Model(likelihood="normal"))
