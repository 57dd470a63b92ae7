"""Priors on tau that depend on the data, and improper ones: the right numbers, or a refusal that says why."""

import math

import numpy as np
import pytest
from scipy import integrate

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.grid.data_priors import resolve
from bayes_ivig.engines.grid.propriety import tail
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.study import Study as Arms
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.priors.composite import Mixture
from bayes_ivig.priors.data_dependent import NAMES, DataDependent
from bayes_ivig.priors.parsing import BY_NAME, FAMILIES, ON_TAU2, parse_prior

pytestmark = pytest.mark.slow

PROPER = ("conventional", "dumouchel", "uniform_shrinkage", "uniform_i2")
IMPROPER = ("jeffreys", "berger_deely", "uniform_sqrt", "flat", "flat_tau2")
LIVE = load_dataset("ivig", "live_birth")


def table(*counts: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"study {i}", *row) for i, row in enumerate(counts, 1)))


def of(k: int) -> Dataset:
    """The first k studies of a table in which every curve falls on both sides."""
    rows = ((4, 9, 3, 9), (2, 7, 2, 8), (6, 20, 9, 21), (3, 11, 5, 12), (8, 30, 12, 31))
    return table(*rows[:k])


# Numbers


def brute_force(dataset: Dataset, model: Model) -> dict[str, float]:
    """Adaptive integrals over log tau; given tau, the normal model is conjugate in mu."""
    y, s = ODDS_RATIO.estimates(counts_of(informative(dataset, model)))
    prior = resolve(dataset, model).tau
    extra = model.mu.sd**-2 if model.mu.proper else 0.0

    def parts(u: float) -> tuple[float, float, float]:
        tau = math.exp(u)
        w = 1 / (s * s + tau * tau)
        precision = w.sum() + extra
        mean = (w * y).sum() / precision
        fit_ = 0.5 * (np.log(w).sum() - (w * y * y).sum() + mean**2 * precision - math.log(precision))
        return float(fit_ + prior.logpdf(tau)) + u, float(mean), float(precision**-0.5)

    top = max(parts(u)[0] for u in np.linspace(-12, 12, 400))

    def integral(power: object, end: float = 28.0) -> float:
        points = [x for x in (-6, -3, -1.5, 0, 1.5, 3, 6, 12) if x < end]
        return integrate.quad(
            lambda u: power(u) * math.exp(parts(u)[0] - top), -28, end, points=points, limit=500
        )[0]

    def below_zero(u: float) -> float:
        _, mean, sd = parts(u)
        return 0.5 * math.erfc(mean / sd / math.sqrt(2))

    total = integral(lambda u: 1.0)
    median = float(fit(dataset, model)["tau"].quantile(0.5))
    return {"below": integral(below_zero) / total, "half": integral(lambda u: 1.0, math.log(median)) / total}


@pytest.mark.parametrize("mu", ["normal(0, 2.82)", "flat()"])
@pytest.mark.parametrize("name", [*PROPER, *IMPROPER])
def test_agrees_with_adaptive_integration(name: str, mu: str) -> None:
    model = Model(likelihood="normal", mu=mu, tau=f"{name}()")
    posterior, expected = fit(LIVE, model), brute_force(LIVE, model)
    assert posterior.diagnostics.ok
    assert posterior["mu"].prob_below(0.0) == pytest.approx(expected["below"], abs=1e-6)
    assert expected["half"] == pytest.approx(0.5, abs=2e-5)
    assert (posterior.log_marginal_likelihood is None) == (name in IMPROPER or mu == "flat()")


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
@pytest.mark.parametrize("name", ["jeffreys", "dumouchel"])
def test_count_likelihoods_take_them_too(name: str, likelihood: str) -> None:
    posterior = fit(LIVE, Model(likelihood=likelihood, tau=f"{name}()"))
    assert posterior.diagnostics.ok
    assert 0.3 < posterior["tau"].quantile(0.5) < 3


def test_a_log_t_prior_on_tau_squared_near_a_log_normal() -> None:
    t = fit(LIVE, Model(likelihood="normal", tau="log_student_t_tau2(1e6, -3.52, 1.74)"))
    normal = fit(LIVE, Model(likelihood="normal", tau="log_normal_tau2(-3.52, 1.74)"))
    p = [0.025, 0.5, 0.975]
    np.testing.assert_allclose(t["tau"].quantile(p), normal["tau"].quantile(p), rtol=1e-4)
    assert fit(LIVE, Model(likelihood="normal", tau="log_student_t_tau2(5, -3.44, 2.59)")).diagnostics.ok


# Meeting the data


def test_the_posterior_keeps_the_name_and_knows_the_numbers() -> None:
    posterior = fit(LIVE, Model(likelihood="normal", tau="dumouchel()"))
    assert str(posterior.model.tau) == "dumouchel()"
    assert isinstance(posterior.model.tau, DataDependent)
    standard_errors = ODDS_RATIO.estimates(counts_of(informative(LIVE, posterior.model)))[1]
    np.testing.assert_allclose(posterior.model.tau.variances, standard_errors**2, rtol=1e-12)
    assert len(posterior.model.tau.variances) == posterior.k < len(LIVE)
    assert np.isfinite(posterior.model.tau.logpdf(0.3))


def test_a_subset_has_a_prior_of_its_own() -> None:
    stated = Model(likelihood="normal", tau="uniform_shrinkage()")
    whole, part = (resolve(dataset, stated).tau for dataset in (LIVE, LIVE.trials("randomised")))
    assert whole != part
    assert str(whole) == str(part)


def test_parts_are_filled_and_other_models_left_alone() -> None:
    assert resolve(LIVE, Model()) == Model()
    mixed = resolve(LIVE, Model(tau="mixture(0.5: dumouchel(), 0.5: half_normal(1))")).tau
    assert isinstance(mixed, Mixture)
    assert isinstance(mixed.parts[0], DataDependent)
    assert mixed.parts[0].variances
    model = resolve(LIVE, Model(tau="jeffreys()"))
    assert resolve(LIVE, model) is model


# Whether a posterior exists (Röver 2020, section 2.2): studies needed with a flat and
# with a proper prior on mu

NEEDED = {
    "uniform_shrinkage": (1, 1), "dumouchel": (1, 1), "conventional": (1, 1), "uniform_i2": (1, 1),
    "jeffreys": (2, 1), "berger_deely": (2, 1), "flat": (3, 2), "uniform_sqrt": (2, 1), "flat_tau2": (4, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_the_number_of_studies_needed(name: str) -> None:
    for mu, least in zip(("flat()", "normal(0, 2.82)"), NEEDED[name], strict=True):
        model = Model(likelihood="normal", mu=mu, tau=f"{name}()")
        if least > 1:
            said = "a study whose" if least == 1 else f"{least} studies whose"
            with pytest.raises(
                ModelError,
                match=f"{said} likelihood falls to zero on both sides .* needed, found {least - 1}",
            ):
                fit(of(least - 1), model)
        if name != "flat_tau2":  # right at its limit, with tails that no grid is fast for
            assert np.isfinite(fit(of(least), model)["mu"].quantile(0.5))


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_uniform_in_log_tau_never_has_a_posterior(likelihood: str) -> None:
    with pytest.raises(ModelError, match=r"log_uniform\(\).*its integral near tau = 0 is infinite"):
        fit(of(5), Model(likelihood=likelihood, tau="log_uniform()"))


def test_a_common_effect_has_no_tau_to_refuse() -> None:
    assert fit(of(2), Model(effects="common", tau="log_uniform()", mu="flat()"))["mu"].sd > 0


def test_studies_without_events_do_not_count() -> None:
    """From a baseline on the control arm; midway between the arms its prior bounds their curves."""
    rows = ((4, 9, 3, 9), (2, 7, 2, 8), (0, 20, 9, 21))
    with pytest.raises(
        ModelError, match="3 studies whose likelihood falls to zero on both sides are needed, found 2"
    ):
        fit(table(*rows), Model(mu="flat()", tau="flat()", baseline="control"))
    fit(table(*rows), Model(mu="flat()", tau="jeffreys()", baseline="control"))
    fit(table(*rows), Model(mu="flat()", tau="flat()"))
    fit(table(*rows), Model(mu="flat()", tau="flat()", likelihood="normal"))


def test_heavy_tails_of_a_proper_prior_can_be_too_much_beside_a_flat_mu() -> None:
    """One study bounds mu below, another above, none on both sides:
    the posterior needs a prior mean of tau.
    """
    one_sided = table((0, 20, 9, 21), (20, 20, 9, 21))
    with pytest.raises(
        ModelError, match="a study whose likelihood falls to zero on both sides is needed, found 0"
    ):
        fit(one_sided, Model(mu="flat()", tau="half_cauchy(0.5)", baseline="control"))
    assert fit(one_sided, Model(mu="flat()", tau="half_normal(0.5)", baseline="control")).diagnostics.ok


def falls(study: Arms, model: Model) -> tuple[bool, bool]:
    return model.family.falls(study.counts, model.baselines)


@pytest.mark.parametrize(
    ("counts", "control", "midpoint", "conditional"),
    [
        ((3, 9, 4, 9), (True, True), (True, True), (True, True)),
        ((0, 9, 4, 9), (False, True), (True, True), (False, True)),
        ((9, 9, 4, 9), (True, False), (True, True), (True, False)),
        ((0, 9, 9, 9), (False, True), (False, True), (False, True)),
        ((9, 9, 0, 9), (True, False), (True, False), (True, False)),
        ((3, 9, 0, 9), (True, True), (True, True), (True, False)),
    ],
)
def test_curves_that_level_off(
    counts: tuple[int, int, int, int], control: object, midpoint: object, conditional: object
) -> None:
    study = Arms("a", *counts)
    assert falls(study, Model(baseline="control")) == control
    assert falls(study, Model(baseline="midpoint")) == midpoint
    assert falls(study, Model(likelihood="hypergeometric")) == conditional
    assert falls(study, Model(likelihood="normal")) == (True, True)


@pytest.mark.parametrize(
    "counts", [(3, 9, 4, 9), (0, 9, 4, 9), (9, 9, 4, 9), (0, 9, 9, 9), (9, 9, 0, 9), (0, 9, 0, 9)]
)
@pytest.mark.parametrize("baseline", ["control", "midpoint"])
def test_curves_level_off_where_they_are_said_to(counts: tuple[int, int, int, int], baseline: str) -> None:
    """Far out, twice as far: a curve that falls has fallen much further."""
    from bayes_ivig.engines.grid.axes import Fineness
    from bayes_ivig.engines.grid.curves import log_curves

    model = Model(alpha="normal(0, 1)", baseline=baseline)
    study = Arms("a", *counts)
    theta = np.linspace(-80, 80, 2001)
    curve = log_curves(counts_of((study,)), model, theta, Fineness())[0]
    left, right = curve[500] - curve[0], curve[1500] - curve[-1]  # at 40 and at 80
    assert (left > 5, right > 5) == falls(study, model)


WITH_TAILS = ("half_cauchy(1)", "half_student_t(3, 1)", "inverse_gamma(1.5, 1)", "half_cauchy_tau2(1)")


@pytest.mark.parametrize(
    "text", [*(f"{name}()" for name in BY_NAME), *WITH_TAILS, "inverse_gamma_tau2(0.7, 1)"]
)
def test_tails_are_those_of_the_densities(text: str) -> None:
    prior = parse_prior(text)
    prior = prior.filled(np.array([0.4, 1.1])) if isinstance(prior, DataDependent) else prior
    far = np.array([1e5, 1e6])
    assert float(np.diff(prior.logpdf(far))[0]) / math.log(10) == pytest.approx(tail(prior), abs=1e-3)


def test_every_prior_on_tau_has_a_tail() -> None:
    arguments = {"uniform": "0, 4", "risk_ratio": "0.2, 0.1, 0.4"}
    for name in (*ON_TAU2, *FAMILIES):
        plain = name.removesuffix("_tau2")
        count = {
            "flat": 0,
            "half_normal": 1,
            "half_cauchy": 1,
            "exponential": 1,
            "student_t": 3,
            "log_student_t": 3,
        }.get(plain, 2)
        prior = parse_prior(f"{name}({arguments.get(plain, ', '.join(['1'] * count))})")
        assert tail(prior) < -1 or not prior.proper
    assert set(NAMES) <= set(BY_NAME)
    assert tail(parse_prior("mixture(0.5: half_cauchy(1), 0.5: half_normal(1))")) == -2
