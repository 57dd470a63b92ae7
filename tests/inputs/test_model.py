"""Models: the bundled ones state their reasons, and a model file is refused
with every mistake named by its key path.
"""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bayes_ivig import resources
from bayes_ivig.errors import ModelError, StoredNote
from bayes_ivig.inputs.model.files import KINDS, assumptions, load_model, load_two_arm
from bayes_ivig.inputs.model.stated_model import rationale
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Logistic, Normal, StudentT, Uniform
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.scale_free import Flat

BUNDLED = resources.names("models", ".toml")
TWO_ARM = [name for name in BUNDLED if isinstance(load_model(name), Model)]
GOOD = """
title = "One model"
likelihood = "binomial"
effects = "random"
baseline = "midpoint"

[priors.mu]
prior = "normal(0, 2.82)"
rationale = "wide"
source = "someone 2020"
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> list[str]:
    with pytest.raises(ModelError) as caught:
        load_model(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


# Bundled models


def test_the_bundled_models() -> None:
    assert "binomial_normal" in BUNDLED
    assert {load_model(name).KIND for name in BUNDLED} == set(KINDS)


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_model_gives_a_reason_and_a_source_for_each_prior(name: str) -> None:
    model = load_model(name)
    assert (model.name, bool(model.title)) == (name, True)
    stated = [parameter for parameter, _, _ in model.notes]
    used = [
        name for name in model.PRIORS if name != "beta_scale" or getattr(model, "shrinkage", "") == "learned"
    ]
    if isinstance(model, Model):
        used = ["mu"] + ["tau"] * (model.effects == "random") + ["alpha"] * (model.likelihood == "binomial")
    assert stated == used
    assert all(why and source for why, source in (rationale(model, parameter) for parameter in stated))


def test_no_two_bundled_models_are_the_same_but_for_the_name_kept_for_the_midpoint() -> None:
    stated = [tuple(assumptions(load_model(name)).items()) for name in BUNDLED if name != "binomial_midpoint"]
    assert len(set(stated)) == len(stated)
    assert assumptions(load_model("binomial_midpoint")) == assumptions(load_model("binomial_normal"))


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_model_with_a_baseline_states_it(name: str) -> None:
    model = load_model(name)
    has = "baseline" in model.SETTINGS and getattr(model, "likelihood", "binomial") == "binomial"
    stated = tomllib.loads((resources.folder("models") / f"{name}.toml").read_text(encoding="utf-8")).get(
        "baseline"
    )
    assert stated == (("control" if name == "binomial_control" else "midpoint") if has else None)


def test_a_file_without_its_baseline_keeps_the_meaning_it_had(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('baseline = "midpoint"\n', ""))
    with pytest.warns(StoredNote, match='does not state its baseline; read as baseline = "control"'):
        assert load_two_arm(path).baseline == "control"
    assert load_two_arm(write(tmp_path, GOOD)).baseline == "midpoint"
    other = write(tmp_path, GOOD.replace('baseline = "midpoint"\n', "").replace("binomial", "hypergeometric"))
    # none to state, none noted
    assert load_two_arm(other) == replace(load_two_arm(other), baseline=Model().baseline)


def test_the_reference_model_is_the_default() -> None:
    assert model_dict(load_model("binomial_normal")) == model_dict(Model())
    assert Model() == Model(mu=Normal(0, 2.82), tau=HalfNormal(0.5), alpha=Normal(0, 10))


def test_a_model_that_is_not_bundled_is_answered_with_a_name() -> None:
    with pytest.raises(ModelError, match=r"did you mean 'binomial_normal'\?"):
        load_model("binomial_nromal")


# Models in code


@pytest.mark.parametrize("name", TWO_ARM)
def test_a_model_is_made_again_from_its_texts(name: str) -> None:
    model = load_two_arm(name)
    told = {key: text for key, text in model_dict(model).items() if parsed(key, text)}
    assert model_dict(Model(**told)) | {"effects": model.effects} == model_dict(model)  # type: ignore[arg-type]


def parsed(key: str, text: str) -> bool:
    """Whether a text says something a model can be made from: not that there is no such parameter."""
    return not text.startswith("none") and not (key == "tau" and text == "0")


def test_what_a_model_has_not_is_said() -> None:
    assert model_dict(Model(effects="common"))["tau"] == "0"
    plain = model_dict(Model(likelihood="hypergeometric"))
    assert (plain["alpha"], plain["baseline"]) == ("none: no baseline parameter", "none")


def test_priors_may_be_text() -> None:
    assert Model(mu="student_t(4, 0, 1)", tau="half_normal(1)", alpha="logistic(0, 1)") == Model(  # type: ignore[arg-type]
        mu=StudentT(4, 0, 1), tau=HalfNormal(1), alpha=Logistic(0, 1)
    )
    assert Model() == Model()
    assert hash(Model()) == hash(Model())


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("mu", "flat()"),
        ("mu", "uniform(0, 3)"),
        ("mu", "normal(0, 1000)"),
        ("mu", "student_t(1, 0, 2.5)"),
        ("tau", "inverse_gamma_tau2(0.001, 0.001)"),
        ("mu", 'cochrane("Pregnancy and Childbirth", "mu")'),
        ("tau", "flat()"),
        ("tau", "uniform(0, 5)"),
        ("tau", "uniform_tau2(0, 50)"),
        ("tau", "mixture(0.5: half_normal(0.1), 0.5: half_normal(1))"),
        ("alpha", "student_t(3, 0, 2)"),
        ("alpha", "mixture(0.5: mixture(1: normal(0, 1)), 0.5: logistic(0, 1))"),
    ],
)
def test_priors_a_parameter_can_have(parameter: str, text: str) -> None:
    assert getattr(Model(**{parameter: text}), parameter) == parse_prior(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"likelihood": "binomal"},
            "likelihood: found 'binomal' (did you mean 'binomial'?); allowed are binomial, hyper",
        ),
        ({"effects": "fixed"}, "effects: found 'fixed'"),
        ({"effects": ["random"]}, "effects: found ['random']"),
        ({"baseline": None}, "baseline: found None"),
        ({"tau": Normal(0, 1)}, "tau: normal(0, 1) reaches below 0, but tau is a standard deviation"),
        ({"tau": "uniform(-1, 1)"}, "tau: uniform(-1, 1) reaches below 0"),
        ({"tau": 'cochrane("Cochrane", "mu")'}, "reaches below 0"),
        ({"mu": "half_normal(1)"}, "mu: half_normal(1) allows no negative values"),
        ({"mu": 'cochrane("Cochrane", "tau")'}, "allows no negative values"),
        ({"alpha": "half_normal(1)"}, "alpha: half_normal(1) allows no negative values"),
        ({"alpha": Flat()}, "alpha: flat() cannot be a baseline prior; use normal, logistic"),
        ({"alpha": Uniform(-9, 9)}, "alpha: uniform(-9, 9) cannot be a baseline prior"),
        ({"mu": "nomal(0, 1)"}, "mu: prior 'nomal(0, 1)': unknown family"),
        (
            {"mu": "normal(1000, 1)"},
            "mu: normal(1000, 1) is centred on 1000; on the log scale it must lie between -20 and 20",
        ),
        ({"mu": "mixture(0.5: normal(0, 1), 0.5: normal(-900, 1))"}, "normal(-900, 1) is centred on -900"),
        ({"alpha": "logistic(1e9, 1)"}, "alpha: logistic(1000000000, 1) is centred on"),
        (
            {"mu": "normal(0, 1e50)"},
            "mu: normal(0, 1e+50) reaches 7e+50 on the log scale; a scale of 1000 is flat",
        ),
        ({"alpha": "student_t(0.01, 0, 1)"}, "alpha: student_t(0.01, 0, 1) reaches"),
        ({"mu": "uniform(-1e7, 1e7)"}, "reaches 1e+07"),
        (
            {"tau": "half_normal(1e-50)"},
            "tau: half_normal(1e-50) allows nothing but 0; state one common effect",
        ),
        ({"tau": "log_normal(100, 1)"}, "tau: log_normal(100, 1) allows only values above"),
        ({"mu": 0.5}, "mu: found 0.5; give a prior"),
        ({"mu": None}, "mu: found None; give a prior"),
        ({"mu": Normal}, "give a prior, as an object or as text"),
    ],
)
def test_refuses(settings: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError) as caught:
        Model(**settings)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        Model(likelihood="x", effects="y", mu="half_normal(-1)", tau="normal(0, 1)")  # type: ignore[arg-type]
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "likelihood",
        "effects",
        "mu",
        "tau",
    ]


# Model files


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    model = load_model(write(tmp_path, GOOD))
    assert (model.name, model.title, model.mu) == ("mine", "One model", Normal(0, 2.82))
    assert model.rationale("mu") == ("wide", "someone 2020")
    assert model.rationale("tau") == ("", "")
    assert load_model(str(write(tmp_path, "\ufeff" + GOOD.replace("\n", "\r\n")))) == model


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "One model"', "", "title: missing; a model file states it"),
        ('"One model"', "7", "title: found 7; it must be a text"),
        (
            'likelihood = "binomial"',
            'likelyhood = "binomial"',
            "likelyhood: unknown key (did you mean 'likelihood'?)",
        ),
        ('"binomial"', "[1]", "likelihood: found [1]; allowed are"),
        ('"random"', '"fixed"', "effects: found 'fixed'"),
        ("[priors.mu]", "[priors.mo]", "priors.mo: unknown key; allowed are mu, tau, alpha"),
        ("[priors.mu]", "[prior.mu]", "prior: unknown key (did you mean 'priors'?)"),
        (
            'rationale = "wide"',
            "",
            "priors.mu.rationale: missing; every prior in a model file states its rationale",
        ),
        ('"wide"', '" "', "priors.mu.rationale: found ' '; it must be a text"),
        ('source = "someone 2020"', "source = 2020", "priors.mu.source: found 2020; it must be a text"),
        ('prior = "normal(0, 2.82)"', "prior = 0", "priors.mu.prior: found 0; it must be a text"),
        ('prior = "normal(0, 2.82)"', "scale = 1", "priors.mu.scale: unknown key"),
        (
            "normal(0, 2.82)",
            "half_normal(-1)",
            "priors.mu: prior 'half_normal(-1)': half_normal: scale is -1",
        ),
        ("normal(0, 2.82)", "half_normal(1)", "priors.mu: half_normal(1) allows no negative values"),
        ("[priors.mu]", "[[priors.mu]]", "priors.mu: found [{"),
    ],
)
def test_a_file_is_refused_with_the_key_path(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert any(line.startswith(said) for line in refusal(write(tmp_path, GOOD.replace(old, new))))


def test_priors_must_be_tables(tmp_path: Path) -> None:
    (line,) = refusal(write(tmp_path, GOOD.partition("[priors.mu]")[0] + 'priors = "normal(0, 1)"'))
    assert line == "priors: found 'normal(0, 1)'; give one table per parameter, such as [priors.mu]"
    (line,) = refusal(write(tmp_path, GOOD.partition("[priors.mu]")[0] + 'priors.mu = "normal(0, 1)"'))
    assert line == "priors.mu: found 'normal(0, 1)'; it must be a table with prior, rationale, source"


def test_everything_wrong_in_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = (
        'effects = "fixed"\nmodel = 1\n[priors.mu]\nprior = "normal(0, -1)"\n[priors.tau]\nprior = '
        '"normal(0, 1)"\nsource = "x"'
    )
    said = refusal(write(tmp_path, text))
    starts = ["model: unknown key", "title: missing", "likelihood: missing", "effects: found 'fixed'"]
    starts += ["priors.mu.rationale: missing", "priors.mu.source: missing", "priors.tau.rationale: missing"]
    starts += ["priors.mu: prior 'normal(0, -1)'", "priors.tau: normal(0, 1) reaches"]
    for start in starts:
        assert any(line.startswith(start) for line in said), start
    assert len(said) == len(starts)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"title = ", "not a TOML file"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"", "title: missing"),
        (b"\x00", "not a TOML file"),
    ],
)
def test_what_is_no_model_file(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(raw)
    assert said in refusal(path)[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.toml")[0].startswith("no such file")
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert refusal(folder)[0].startswith("is a folder")


def test_every_parameter_has_a_prior() -> None:
    priors: list[Prior] = [getattr(Model(), parameter) for parameter in Model.PRIORS]
    assert [str(prior) for prior in priors] == ["normal(0, 2.82)", "half_normal(0.5)", "normal(0, 10)"]
