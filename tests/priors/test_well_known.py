"""Priors by name say what their names promise, and data-dependent ones have the densities their papers
print.
"""

import math

import numpy as np
import pytest
from prior_examples import VARIANCES
from scipy import integrate, stats

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Mixture, OnTau2, described, resolved, waits
from bayes_ivig.priors.data_dependent import IMPROPER, NAMES, DataDependent
from bayes_ivig.priors.families import HalfNormal, Logistic, Normal
from bayes_ivig.priors.libraries import rows, turner2012
from bayes_ivig.priors.parsing import parse_prior
from bayes_ivig.priors.scale_free import EXPONENTS, Flat, ScaleFree
from bayes_ivig.priors.skewed import LogNormal
from bayes_ivig.priors.well_known import (
    STRENGTHS,
    enthusiastic,
    named,
    optimistic,
    pessimistic,
    sceptical,
    unit_information,
)

TABLE = rows("named")
READY = [row for row in TABLE if "|" not in row["args"] and row["measure"] != "SMD"]
RULES = [row for row in TABLE if "|" in row["args"]]
TURNER = list(dict.fromkeys((row["outcome"], row["comparison"]) for row in rows("turner2012")))

# The bundled list


@pytest.mark.parametrize("row", READY, ids=lambda row: f"{row['name']} {row['parameter']}")
def test_every_ready_entry(row: dict[str, str]) -> None:
    prior = named(row["name"], row["parameter"])
    assert parse_prior(str(prior)) == prior
    assert row["source"] in prior.source
    assert row["status"] in prior.source
    Model(**{row["parameter"]: prior})
    for key, value in (item.split("=") for item in row["args"].split(";")):
        assert f"{float(value):g}" in str(resolved(prior)), key


@pytest.mark.parametrize(
    ("name", "largest"), [("neutral_strong", 1.5), ("neutral_moderate", 2), ("neutral_weak", 3)]
)
def test_neutral_priors_hold_95_percent_of_odds_ratios(name: str, largest: float) -> None:
    prior = named(name)
    assert 2 * prior.cdf(math.log(largest)) - 1 == pytest.approx(0.95, abs=1e-3)
    assert prior.cdf(0.0) == 0.5


def test_entries_as_printed() -> None:
    assert resolved(unit_information()) == Normal(0, 4) == resolved(named("unit_information"))
    assert resolved(named("guenhan2020", "alpha")) == Normal(0, 10)
    assert resolved(named("uniform_risk")) == Logistic(0, 1)
    assert resolved(named("turner_any")) == OnTau2(LogNormal(-2.56, 1.74))
    assert float(named("half_cauchy_05").quantile(0.95)) == pytest.approx(6.35, abs=5e-3)
    assert described(named("neutral_moderate")) == 'named("neutral_moderate") = normal(0, 0.354)'
    assert "from memory" in named("neutral_weak_original").source


# Priors that need an expected effect


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("expected", [0.4, -0.15, 2])
def test_optimists_and_pessimists_mirror_each_other(strength: str, expected: float) -> None:
    hope, fear = optimistic(strength, expected), pessimistic(strength, expected)
    for prior in (hope, fear):
        assert parse_prior(str(prior)) == prior
    beyond = hope.cdf(0.0) if expected > 0 else 1 - hope.cdf(0.0)
    assert beyond == pytest.approx(STRENGTHS[strength], abs=1e-12)
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(hope.logpdf(x), fear.logpdf(-x), rtol=1e-12)


@pytest.mark.parametrize(("strength", "sd"), [("weak", 0.287), ("moderate", 0.145), ("strong", 0.091)])
def test_the_worked_example_of_the_authors(strength: str, sd: float) -> None:
    """Zampieri et al. 2021: an expected odds ratio of 0.86, mean -0.15."""
    prior = resolved(optimistic(strength, math.log(0.86)))
    assert isinstance(prior, Normal)
    assert prior.sd == pytest.approx(sd, abs=1e-3)


@pytest.mark.parametrize("delta", [0.7, -0.7])
def test_sceptics_and_enthusiasts(delta: float) -> None:
    sceptic, enthusiast = sceptical(delta), enthusiastic(delta)
    for prior in (sceptic, enthusiast):
        assert parse_prior(str(prior)) == prior
    assert sceptic.cdf(-abs(delta)) == pytest.approx(0.05)
    assert stats.norm.cdf(0, abs(delta), resolved(enthusiast).sd) == pytest.approx(0.05)
    assert "from memory" in sceptic.source


@pytest.mark.parametrize("row", RULES, ids=lambda row: row["name"])
def test_the_list_states_the_same_rules(row: dict[str, str]) -> None:
    kind, _, strength = row["name"].partition("_")
    text = f'{kind}("{strength}", 0.4)' if strength in STRENGTHS else f"{kind}(0.4)"
    prior = resolved(parse_prior(text))
    assert isinstance(prior, Normal)
    assert prior.sd == pytest.approx(0.4 / float(row["args"].rpartition("/")[2]), rel=1e-4)
    with pytest.raises(ModelError) as caught:
        named(row["name"])
    assert f"write for example {text}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('named("neutral")', "no prior 'neutral' (did you mean"),
        ('named("guenhan2020")', 'write named("guenhan2020", "mu") or named("guenhan2020", "alpha")'),
        ('named("turner_any", "mu")', "no parameter of turner_any 'mu'"),
        ('named("rhodes_any")', "made for SMD, another scale"),
        ("named(3)", "found 3.0 where text should be; it is named(name, parameter)"),
        ('optimistic("moderat", 0.4)', "no strength 'moderat' (did you mean 'moderate'?)"),
        ('optimistic("moderate", 0)', "must differ from 0"),
        (
            'optimistic(0.4, "moderate")',
            "found 0.4 where text should be; it is optimistic(strength, expected)",
        ),
        ('sceptical("strong")', "found 'strong' where a number should be; it is sceptical(delta)"),
        ("unit_information(4)", "found 1 value; it is unit_information()"),
        ("jeffreys(1)", "found 1 value; it is jeffreys()"),
        ("jefreys()", "(did you mean 'jeffreys'?)"),
        ("jeffreys_tau2()", "unknown family 'jeffreys_tau2'"),
        ("mixture(0.5: jeffreys(), 0.5: half_normal(1))", "jeffreys() is improper"),
        ('turner2012("subjective", "x")', "no comparison 'x'"),
    ],
)
def test_refuses(text: str, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_prior(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(("outcome", "comparison"), TURNER)
def test_every_entry_of_turner_2012(outcome: str, comparison: str) -> None:
    prior = turner2012(outcome, comparison)
    assert parse_prior(str(prior)) == prior
    values = [
        float(r["value"])
        for r in rows("turner2012")
        if (r["outcome"], r["comparison"]) == (outcome, comparison)
    ]
    assert resolved(prior) == OnTau2(LogNormal(*values))
    assert len(TURNER) == 9


# Data-dependent priors, from their formulas (Röver 2020, section 2.2)

V = np.array(VARIANCES)
S0 = math.sqrt(V.size / (1 / V).sum())
S_I2 = math.sqrt((V.size - 1) * (1 / V).sum() / ((1 / V).sum() ** 2 - (V**-2).sum()))
FORMULAS = {
    "jeffreys": lambda t: math.sqrt(((t / (V + t * t)) ** 2).sum()),
    "berger_deely": lambda t: float(np.prod(t / (V + t * t)) ** (1 / V.size)),
    "conventional": lambda t: float(np.prod(t / (V + t * t) ** 1.5) ** (1 / V.size)),
    "dumouchel": lambda t: S0 / (S0 + t) ** 2,
    "uniform_shrinkage": lambda t: 2 * t * S0**2 / (S0**2 + t * t) ** 2,
    "uniform_i2": lambda t: 2 * t * S_I2**2 / (S_I2**2 + t * t) ** 2,
}


def of_data(name: str) -> DataDependent:
    return DataDependent(name).filled(np.sqrt(V))


@pytest.mark.parametrize("name", NAMES)
def test_densities_as_printed(name: str) -> None:
    prior, grid = of_data(name), np.geomspace(1e-4, 1e4, 50)
    constant = (
        integrate.quad(lambda u: FORMULAS[name](math.exp(u)) * math.exp(u), -40, 40, limit=400)[0]
        if prior.proper
        else 1.0
    )
    expected = np.log([FORMULAS[name](t) / constant for t in grid])
    np.testing.assert_allclose(prior.logpdf(grid), expected, rtol=1e-9, atol=1e-9)
    assert prior.logpdf(-1.0) == -math.inf
    assert constant == pytest.approx(1) or name == "conventional"


@pytest.mark.parametrize("name", ["dumouchel", "uniform_shrinkage"])
def test_the_median_is_the_harmonic_mean_of_the_variances(name: str) -> None:
    assert float(of_data(name).quantile(0.5)) == pytest.approx(S0)
    assert float(of_data(name).cdf(S0)) == pytest.approx(0.5)


def test_uniform_shrinkage_and_uniform_i2_are_uniform() -> None:
    tau = np.geomspace(0.01, 50, 9)
    np.testing.assert_allclose(
        of_data("uniform_shrinkage").cdf(tau), 1 - S0**2 / (S0**2 + tau**2), rtol=1e-12
    )
    np.testing.assert_allclose(of_data("uniform_i2").cdf(tau), tau**2 / (S_I2**2 + tau**2), rtol=1e-12)


def test_with_equal_or_single_variances_all_scales_are_one() -> None:
    for variances in ((0.49,), (0.49,) * 4):
        for name in ("dumouchel", "uniform_shrinkage", "uniform_i2"):
            assert float(DataDependent(name, variances).quantile(0.5)) == pytest.approx(0.7)
    assert float(DataDependent("conventional", (0.49,)).quantile(0.5)) == pytest.approx(
        0.7 * math.sqrt(3)
    )  # 1 - s / sqrt(v + t^2)


@pytest.mark.parametrize("p", [1e-12, 1e-6, 0.1, 0.5, 0.9, 1 - 1e-6])
def test_the_conventional_prior_of_one_study_in_closed_form(p: float) -> None:
    """cdf = 1 - s / sqrt(v + tau^2), so tau = s sqrt(1 / (1 - p)^2 - 1)."""
    exact = 0.7 * math.sqrt(math.expm1(-2 * math.log1p(-p)))
    assert float(DataDependent("conventional", (0.49,)).quantile(p)) == pytest.approx(exact, rel=1e-8)


def test_measured_in_other_units_the_priors_scale() -> None:
    for name in ("conventional", "dumouchel", "uniform_shrinkage", "uniform_i2"):
        wide = DataDependent(name).filled(1e6 * np.sqrt(V))
        np.testing.assert_allclose(
            wide.quantile([0.01, 0.5, 0.99]), 1e6 * of_data(name).quantile([0.01, 0.5, 0.99]), rtol=1e-9
        )


@pytest.mark.parametrize("name", NAMES)
def test_before_there_are_data_a_prior_only_knows_its_name(name: str) -> None:
    prior = parse_prior(f"{name}()")
    assert prior == DataDependent(name)
    assert str(prior) == str(of_data(name)) == f"{name}()"
    assert prior.proper == (name not in IMPROPER)
    assert prior.support == (0.0, math.inf)
    assert waits(prior)
    assert not waits(of_data(name))
    assert Model(tau=prior).tau == prior
    with pytest.raises(ModelError, match="depends on the standard errors of the studies"):
        prior.logpdf(0.3)
    with pytest.raises(ModelError, match="allows no negative values"):
        Model(mu=prior)
    for ask in (prior.cdf, prior.quantile, lambda x: prior.sample(np.random.default_rng(1), 2)):
        with pytest.raises(ModelError, match=r"improper prior" if name in IMPROPER else "depends on"):
            ask(0.5)


def test_parts_of_mixtures_and_library_entries_wait_too() -> None:
    assert waits(parse_prior("mixture(0.5: dumouchel(), 0.5: half_normal(1))"))
    assert not waits(named("friede2017"))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: DataDependent("jefreys"),
            "unknown data-dependent prior 'jefreys' (did you mean 'jeffreys'?)",
        ),
        (lambda: DataDependent("jeffreys", (1.0, 0.0)), "variances must be numbers above 0"),
        (lambda: DataDependent("jeffreys", (math.nan,)), "variances must be numbers above 0"),
        (lambda: ScaleFree("log"), "unknown improper prior 'log'"),
        (lambda: OnTau2(DataDependent("jeffreys")), "only a plain family"),
        (
            lambda: Mixture((0.5, 0.5), (ScaleFree("uniform_sqrt"), HalfNormal(1))),
            "uniform_sqrt() is improper",
        ),
    ],
)
def test_values_out_of_range_are_refused(make: object, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        make()  # type: ignore[operator]
    assert said in str(caught.value)


# Improper priors without data


@pytest.mark.parametrize(
    ("text", "power"), [("flat()", 0), ("flat_tau2()", 1), ("uniform_sqrt()", -0.5), ("log_uniform()", -1)]
)
def test_powers_of_tau(text: str, power: float) -> None:
    prior = parse_prior(text)
    assert str(prior) == text
    assert not prior.proper
    logs = prior.logpdf(np.array([0.01, 1.0, 100.0]))
    np.testing.assert_allclose(np.diff(logs), power * math.log(100) * np.ones(2), atol=1e-12)
    Model(tau=prior)
    for ask in (prior.cdf, prior.quantile, lambda x: prior.sample(np.random.default_rng(1), 2)):
        with pytest.raises(ModelError, match="improper prior"):
            ask(0.5)


def test_flat_on_tau_squared_lives_on_the_half_line() -> None:
    prior = OnTau2(Flat())
    assert prior.support == (0.0, math.inf)
    assert prior.logpdf(-1.0) == -math.inf
    assert all(ScaleFree(name).logpdf(-1.0) == -math.inf for name in EXPONENTS)
