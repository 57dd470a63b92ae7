"""Models of the arms' risks: stated, refused with every mistake named, read from files,
and kept from the exact engine.
"""

from pathlib import Path

import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.model.files import assumptions, load_two_arm
from bayes_ivig.priors.correlation import parse_correlation

FILE = """
title = "Mine"
family = "bivariate"

[priors.rho]
prior = "lkj(1)"
rationale = "uniform"
source = "me"
"""


def refusal(make: object, **settings: object) -> list[str]:
    with pytest.raises(bi.errors.ModelError) as caught:
        make(**settings)  # type: ignore[operator]
    return str(caught.value).splitlines()


def test_priors_may_be_text_and_models_are_values() -> None:
    assert bi.models.RandomBaselines(omega="half_normal(2)") == bi.models.RandomBaselines()  # type: ignore[arg-type]
    assert bi.models.Bivariate(rho="lkj(eta = 2)") == bi.models.Bivariate(rho=bi.priors.LKJ(2))  # type: ignore[arg-type]
    assert (
        len(
            {
                bi.models.BetaBinomial(),
                bi.models.BetaBinomial(),
                bi.models.BetaBinomial(dispersion="by_treatment"),
            }
        )
        == 2
    )


@pytest.mark.parametrize(
    ("make", "settings", "said"),
    [
        (
            bi.models.RandomBaselines,
            {"baseline": "midpiont"},
            "baseline: found 'midpiont' (did you mean 'midpoint'?)",
        ),
        (
            bi.models.RandomBaselines,
            {"omega": "normal(0, 1)"},
            "omega: normal(0, 1) reaches below 0, but omega is a standard deviation",
        ),
        (
            bi.models.RandomBaselines,
            {"tau": "flat()"},
            "tau: flat() is improper; this kind of model needs proper priors",
        ),
        (
            bi.models.RandomBaselines,
            {"tau": "dumouchel()"},
            "tau: dumouchel() depends on the data; this kind of model needs",
        ),
        (bi.models.RandomBaselines, {"nu": "half_normal(1)"}, "nu: half_normal(1) allows no negative values"),
        (
            bi.models.RandomBaselines,
            {"omega": "half_normal(1e-9)"},
            "omega: half_normal(1e-09) allows nothing but 0; use a wider one",
        ),
        (
            bi.models.Bivariate,
            {"rho": "uniform(-1, 1)"},
            "rho: prior 'uniform(-1, 1)': a correlation has a prior such as lkj(2)",
        ),
        (bi.models.Bivariate, {"rho": "lkj(0)"}, "rho: lkj: eta is 0.0; it must be a number above 0"),
        (bi.models.Bivariate, {"rho": 0.5}, "rho: found 0.5; give the prior of a correlation"),
        (
            bi.models.BetaBinomial,
            {"phi": "normal(0, 1)"},
            "phi: normal(0, 1) reaches below 0, but phi is a positive number",
        ),
        (
            bi.models.BetaBinomial,
            {"phi": 3},
            "phi: found 3; give a prior, as an object or as text such as 'half_normal(0.5)'",
        ),
        (bi.models.BetaBinomial, {"dispersion": None}, "dispersion: found None"),
    ],
)
def test_refuses(make: object, settings: dict[str, object], said: str) -> None:
    (line,) = refusal(make, **settings)
    assert line.startswith(said)


def test_everything_wrong_is_told_at_once() -> None:
    said = refusal(bi.models.Bivariate, mu="nomal(0, 1)", omega_control="flat()", rho="lkj(-1)")
    assert [line.partition(":")[0] for line in said] == ["mu", "omega_control", "rho"]


def test_lkj_is_a_density() -> None:
    import numpy as np
    from scipy import integrate

    for eta in (0.7, 1.0, 2.0, 9.0):
        prior = bi.priors.LKJ(eta)
        mass = integrate.quad(lambda rho, prior=prior: float(np.exp(prior.logpdf(rho))), -1, 1)[0]
        assert mass == pytest.approx(1, abs=1e-5)
        draws = prior.sample(np.random.default_rng(1), 100_000)
        # of 2 Beta(eta, eta) - 1
        assert float((draws**2).mean()) == pytest.approx(1 / (2 * eta + 1), abs=0.01)
    assert parse_correlation(str(bi.priors.LKJ(1.5))) == bi.priors.LKJ(1.5)
    assert bi.priors.LKJ(2).logpdf([-1, 1, 2]).tolist() == [-np.inf] * 3


# Files


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    model = bi.load_model(write(tmp_path, FILE))
    assert isinstance(model, bi.models.Bivariate)
    assert (model.name, model.rho, model.notes) == ("mine", bi.priors.LKJ(1), (("rho", "uniform", "me"),))
    assert assumptions(model)["family"] == "bivariate" and assumptions(model)["rho"] == "lkj(1)"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"bivariate"',
            '"bivariat"',
            "family: found 'bivariat' (did you mean 'bivariate'?); allowed are two_arm, ",
        ),
        ('"bivariate"', "[2]", "family: found [2]"),
        ("[priors.rho]", "[priors.tau]", "priors.tau: unknown key"),
        ("[priors.rho]", 'baseline = "control"\n[priors.rho]', "baseline: unknown key"),
        (
            '"lkj(1)"',
            '"normal(0, 1)"',
            "priors.rho: prior 'normal(0, 1)': a correlation has a prior such as lkj(2)",
        ),
        ('title = "Mine"', "", "title: missing"),
    ],
)
def test_a_file_is_refused_with_the_key_path(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write(tmp_path, FILE.replace(old, new))
    assert any(line.startswith(f"{path}: {said}") for line in refusal(bi.load_model, source=path))


def test_where_a_two_arm_model_is_needed() -> None:
    assert refusal(load_two_arm, source="bivariate")[0].startswith(
        "bivariate: a model of the family bivariate, which only sampling"
    )


# The engine


@pytest.mark.parametrize("kind", [bi.models.RandomBaselines, bi.models.Bivariate, bi.models.BetaBinomial])
def test_the_exact_engine_refuses_what_it_cannot_hold(kind: type) -> None:
    dataset = bi.load_dataset("ivig", "live_birth")
    with pytest.raises(
        bi.errors.ModelError,
        match=r"cannot hold a model of the family \w+; leave engine out, or give NUTS\(seed=1\)",
    ):
        bi.fit(dataset, kind(), engine=bi.Quadrature())


def test_fit_wants_a_model() -> None:
    with pytest.raises(bi.errors.ModelError, match="model is the class RandomBaselines"):
        bi.fit(bi.load_dataset("ivig", "live_birth"), bi.models.RandomBaselines)  # type: ignore[arg-type]
