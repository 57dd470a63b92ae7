"""Models of people who were not seen, through ``fit``; witness: the other engine, and what must not
matter.
"""

from itertools import pairwise
from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.likelihoods.missing import imor_text, parse_imor

LOST = bi.Dataset(
    (
        Study("a", 10, 50, 8, 52, treatment_missing=5, control_missing=12),
        Study("b", 4, 30, 9, 40, control_missing=6),
        Study("c", 12, 80, 20, 79),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "imor(0, 1)",
        "imor(0.5, 1, 0.25)",
        "imor(treatment_mean=-1, treatment_sd=0.5, control_mean=0, control_sd=1)",
        "imor(treatment_mean=-1, treatment_sd=0.5, control_mean=0, control_sd=1, correlation=-0.5)",
    ],
)
def test_a_prior_is_written_as_it_is_read(text: str) -> None:
    assert imor_text(parse_imor(text)) == text
    assert bi.Model(missing=f"  {text.replace(', ', ' ,')} ").missing == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("imor", "imor\\(mean, sd\\)"),
        ("imor(0, -1)", "between 0 and 5"),
        ("imor(0, 1, 2)", "between -1 and 1"),
        ("imor(treatment_sdd=1)", "treatment_sd"),
        ("imor(0, one)", "'one'"),
        ("imor(0, 1, 0, 0)", "imor\\(mean, sd\\)"),
        ("normal(0, 1)", "imor\\(mean, sd\\)"),
    ],
)
def test_what_is_no_prior_is_refused(text: str, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        bi.Model(missing=text)


@pytest.mark.parametrize(
    "stated", [{"likelihood": "hypergeometric"}, {"likelihood": "normal"}, {"measure": "RR"}]
)
def test_other_likelihoods_have_no_room_for_it(stated: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="the binomial likelihood of odds ratios only"):
        bi.Model(missing="imor(0, 1)", **stated)  # type: ignore[arg-type]


def test_an_imor_of_one_is_available_cases() -> None:
    one, other = bi.fit(LOST, bi.Model(missing="imor(0, 0)")), bi.fit(LOST, bi.Model())
    for name in ("mu", "tau", "theta_new"):
        assert one[name].quantile([0.025, 0.5, 0.975]) == pytest.approx(
            other[name].quantile([0.025, 0.5, 0.975]), abs=2e-4
        )
    assert one.log_marginal_likelihood == pytest.approx(other.log_marginal_likelihood, abs=1e-5)


def test_events_among_the_missing_of_one_arm_move_the_effect_its_way() -> None:
    means = [
        bi.fit(LOST, bi.Model(missing=f"imor(treatment_mean={mean}, control_mean=0)"))["mu"].mean
        for mean in (-3, -1, 0, 1, 3)
    ]
    assert all(a is not None and b is not None and a < b for a, b in pairwise(means))


def test_not_knowing_widens() -> None:
    sds = [bi.fit(LOST, bi.Model(missing=f"imor(0, {sd})", effects="common"))["mu"].sd for sd in (0, 1, 2)]
    assert sds[0] is not None and sds[1] is not None and sds[2] is not None
    assert sds[0] < sds[1] < sds[2]


def test_a_model_of_missing_people_is_kept(tmp_path: Path) -> None:
    posterior = bi.fit(LOST, bi.Model(missing="imor(0, 1)"))
    posterior.save(tmp_path / "lost.nc")
    again = bi.Posterior.load(tmp_path / "lost.nc")
    assert again.model == posterior.model
    assert again.dataset == posterior.dataset
    assert again["mu"].mean == posterior["mu"].mean


@pytest.mark.mcmc
def test_the_sampler_agrees() -> None:
    model = bi.Model(missing="imor(treatment_mean=0.5, treatment_sd=1, control_mean=-1, control_sd=0.5)")
    exact, sampled = bi.fit(LOST, model), bi.fit(LOST, model, engine=bi.NUTS(seed=3, draws=3000))
    for name in ("mu", "tau"):
        own, other = exact[name], sampled[name]
        assert own.mean is not None and other.mean is not None and own.sd is not None
        assert other.mean == pytest.approx(own.mean, abs=0.06 * own.sd)
        assert other.sd == pytest.approx(own.sd, rel=0.06)
