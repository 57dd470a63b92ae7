"""Design effects: on a trial's own likelihood, before the spread between trials; weights temper both."""

import math

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.likelihood import Baseline, Counts, binomial, log_choose
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.likelihoods.registry import NAMES
from bayes_ivig.priors.families import Normal

ROWS = (("A", 10, 50, 20, 60), ("B", 30, 100, 24, 90), ("C", 8, 40, 16, 40))
WHOLE = bi.Dataset(tuple(bi.Study(*row) for row in ROWS), "whole")
HALVED = bi.Dataset((bi.Study("A", 5, 25, 10, 30), *WHOLE.studies[1:]), "halved")
P = np.array([0.025, 0.5, 0.975])


def same(one: bi.Posterior, other: bi.Posterior, within: float = 1e-4) -> None:
    for name in ("mu", "tau"):
        np.testing.assert_allclose(one[name].quantile(P), other[name].quantile(P), atol=within * one[name].sd)


@pytest.mark.parametrize("likelihood", NAMES)
def test_an_effect_of_1_changes_nothing(likelihood: str) -> None:
    model = bi.Model(likelihood=likelihood)
    plain, one = bi.fit(WHOLE, model), bi.fit(WHOLE, model, design_effects={"A": 1, "C": 1.0})
    assert one.dataset == plain.dataset
    np.testing.assert_array_equal(one["mu"].quantile(P), plain["mu"].quantile(P))
    assert one.log_marginal_likelihood == plain.log_marginal_likelihood


@pytest.mark.parametrize("baseline", ["midpoint", "control"])
def test_binomial_counts_divided_by_hand(baseline: str) -> None:
    model = bi.Model(baseline=baseline)
    divided, effect = bi.fit(HALVED, model), bi.fit(WHOLE, model, design_effects={"A": 2})
    same(divided, effect)
    np.testing.assert_allclose(divided.theta["A"].quantile(P), effect.theta["A"].quantile(P), atol=1e-3)
    assert divided.log_marginal_likelihood == pytest.approx(effect.log_marginal_likelihood, abs=1e-4)


def test_normal_standard_errors_times_the_root() -> None:
    """Against the normal-normal model on a dense grid, and against counts divided by hand."""
    model = bi.Model(likelihood="normal")
    effect = bi.fit(WHOLE, model, design_effects={"A": 2, "C": 3.7})
    a, b, c, d = np.array([(r1, n1 - r1, r0, n0 - r0) for _, r1, n1, r0, n0 in ROWS], float).T
    y, v = np.log(a * d / b / c), (1 / a + 1 / b + 1 / c + 1 / d) * np.array([2, 1, 3.7])
    mu, tau = np.linspace(-6, 6, 2401), np.linspace(0, 4, 801)
    logs = -0.5 * (mu / 2.82)[:, None] ** 2 - 0.5 * (tau / 0.5) ** 2
    for each, variance in zip(y, v, strict=True):
        total = variance + tau**2
        logs = logs - 0.5 * ((mu[:, None] - each) ** 2 / total + np.log(total))
    weight = np.exp(logs - logs.max())
    weight[:, 0] /= 2
    by_mu = weight.sum(axis=1) / weight.sum()
    assert effect["mu"].mean == pytest.approx(by_mu @ mu, abs=1e-4)
    assert effect["mu"].sd == pytest.approx(math.sqrt(by_mu @ mu**2 - (by_mu @ mu) ** 2), abs=1e-4)
    same(bi.fit(HALVED, model), bi.fit(WHOLE, model, design_effects=[2, 1, 1]))


def test_hypergeometric_curves_to_the_power_of_the_inverse() -> None:
    """A common effect: the posterior is that of the product of powers,
    here on a dense grid of SciPy's own distribution.
    """
    from scipy.stats import nchypergeom_fisher

    effects = {"A": 1.8, "B": 1.0, "C": 4.0}
    found = bi.fit(WHOLE, bi.Model(likelihood="hypergeometric", effects="common"), design_effects=effects)
    theta = np.linspace(-4, 3, 1401)
    logs = -0.5 * (theta / 2.82) ** 2
    for name, r1, n1, r0, n0 in ROWS:
        logs = logs + nchypergeom_fisher.logpmf(r1, n1 + n0, n1, r1 + r0, np.exp(theta)) / effects[name]
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    assert found["mu"].mean == pytest.approx(weight @ theta, abs=1e-4)
    assert found["mu"].sd == pytest.approx(math.sqrt(weight @ theta**2 - (weight @ theta) ** 2), abs=1e-4)


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])  # nearly quadratic in theta
def test_weights_temper_the_spread_between_trials_too(likelihood: str) -> None:
    """Under a common effect a weight of 1/2 and a design effect of 2 are nearly one;
    where tau is large they are not.

    A trial whose SE is small beside tau tells a random-effects mean as much with a design effect of 2 as
    without, and half as much with a weight of 1/2.
    """
    model = bi.Model(likelihood=likelihood, effects="common")
    weight, effect = bi.fit(WHOLE, model, weights={"A": 0.5}), bi.fit(WHOLE, model, design_effects={"A": 2})
    assert weight["mu"].mean == pytest.approx(effect["mu"].mean, abs=0.03 * effect["mu"].sd)
    large = bi.Dataset((bi.Study("A", 1000, 5000, 2000, 5000), bi.Study("B", 2000, 5000, 1000, 5000)))
    spread = bi.Model(likelihood=likelihood, tau="uniform(2, 2.001)")
    plain, weight, effect = (
        bi.fit(large, spread),
        bi.fit(large, spread, weights={"A": 0.5}),
        bi.fit(large, spread, design_effects={"A": 2}),
    )
    assert effect["mu"].mean == pytest.approx(plain["mu"].mean, abs=1e-3)
    assert weight["mu"].mean > plain["mu"].mean + 0.15


@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan, "2", True, None])
def test_what_is_no_design_effect_is_refused_once(value: object) -> None:
    with pytest.raises(
        DataError, match=r"A: found .*a design effect is a number above 0|design_effects\['A'\] is"
    ):
        bi.fit(WHOLE, bi.Model(), design_effects={"A": value})  # type: ignore[dict-item]
    with pytest.raises(DataError, match="A: design_effect: found"):
        bi.Study("A", 1, 2, 1, 2, design_effect=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [50.5, 1000, 1e5, 1e9])
def test_an_effect_that_leaves_less_than_one_person_of_an_arm_is_refused(value: float, tmp_path) -> None:
    said = rf"A: .*found {value:g} for an arm of 50, which leaves less than one person".replace("+", r"\+")
    with pytest.raises(DataError, match=said):
        bi.fit(WHOLE, bi.Model(), design_effects={"A": value})
    with pytest.raises(DataError, match=said):
        bi.Study(*ROWS[0], design_effect=value)
    path = tmp_path / "t.csv"
    path.write_text(
        "study,treatment_events,treatment_total,control_events,control_total,design_effect\n"
        f"A,10,50,20,60,{value}\n"
    )
    with pytest.raises(DataError, match=said.removeprefix("A: .*")):
        bi.load_dataset(path)


@pytest.mark.parametrize("likelihood", NAMES)
def test_the_largest_effect_is_fitted_and_an_empty_arm_has_no_limit(likelihood: str) -> None:
    fitted = bi.fit(WHOLE, bi.Model(likelihood=likelihood), design_effects={"A": 50})
    without = bi.fit(WHOLE.trials("-A"), bi.Model(likelihood=likelihood))
    assert fitted.diagnostics.ok
    assert abs(fitted["mu"].mean - without["mu"].mean) < 0.1 * without["mu"].sd
    assert bi.Study("E", 1, 10, 0, 0, design_effect=7).design_effect == 7
    assert bi.Study("O", 0, 1, 1, 1, design_effect=1).design_effect == 1


@pytest.mark.parametrize("people", [1.5, 0.9, 0.1, 1e-8])
def test_a_curve_of_less_than_one_person_is_its_integral(people: float) -> None:
    """Against a dense sum over the baseline, for a table divided until almost nobody is left."""
    theta = np.array([-30.0, -3.0, 0.0, 2.0, 300.0])
    counts = Counts(*(np.array([part * people]) for part in (0.1, 0.5, 0.2, 0.5)))
    prior = Normal(0.0, 1.5)
    alpha, step = np.linspace(-20, 20, 40001, retstep=True)
    logs = prior.logpdf(alpha) + np.zeros((theta.size, 1))
    for r, n, shift in ((counts.r1, counts.n1, theta), (counts.r0, counts.n0, 0 * theta)):
        eta = alpha + shift[:, None]
        logs = logs + r * eta - n * np.logaddexp(0, eta) + log_choose(n, r)
    witness = np.log(np.exp(logs).sum(axis=1) * step)
    np.testing.assert_allclose(
        binomial(counts, theta, Baseline(prior.logpdf, 0.0, 1.5), 65)[0], witness, atol=1e-5
    )


@pytest.mark.parametrize("effects", [{"X": 2}, [2, 1], 2, "A"])
def test_effects_of_other_studies_are_refused(effects: object) -> None:
    with pytest.raises(DataError, match="design_effects"):
        bi.fit(WHOLE, bi.Model(), design_effects=effects)  # type: ignore[arg-type]


def test_below_1_tells_more() -> None:
    effect, plain = (
        bi.fit(WHOLE, bi.Model(effects="common"), design_effects=[0.5] * 3),
        bi.fit(WHOLE, bi.Model(effects="common")),
    )
    assert effect["mu"].sd < plain["mu"].sd


def test_a_column_of_the_table(tmp_path) -> None:
    path = tmp_path / "t.csv"
    rows = "\n".join(",".join(map(str, row)) + end for row, end in zip(ROWS, (",2", ",", ",1"), strict=True))
    path.write_text(
        f"study,treatment_events,treatment_total,control_events,control_total,design_effect\n{rows}\n"
    )
    table = bi.load_dataset(path)
    assert table.design_effects == {"A": 2.0}
    assert bi.Dataset.from_dataframe(table.to_dataframe()).design_effects == {"A": 2.0}
    assert table.complement().design_effects == table.trials("-B").design_effects == {"A": 2.0}
    same(bi.fit(table, bi.Model()), bi.fit(WHOLE, bi.Model(), design_effects={"A": 2}), within=1e-9)
    path.write_text(path.read_text().replace(",2\n", ",zero\n").replace("40,1\n", "40,-1\n"))
    with pytest.raises(DataError, match=r"(?s)design_effect: found 'zero'.*design_effect: found -1"):
        bi.load_dataset(path)


def test_it_is_part_of_the_data(tmp_path) -> None:
    designed = WHOLE.with_design_effects({"A": 2})
    assert fingerprint(designed) != fingerprint(WHOLE) == fingerprint(designed.with_design_effects([1, 1, 1]))
    posterior = bi.fit(designed, bi.Model())
    posterior.save(tmp_path / "p.nc")
    again = bi.Posterior.load(tmp_path / "p.nc")
    assert again.dataset.design_effects == {"A": 2.0}
    assert again["mu"].quantile(0.5) == posterior["mu"].quantile(0.5)
    same(posterior.without("B"), bi.fit(designed.trials("-B"), bi.Model()), within=1e-3)
    with pytest.raises(ModelError, match="different trials or counts"):
        posterior.bayes_factor(bi.fit(WHOLE, bi.Model()))


@pytest.mark.parametrize("method", ["fixed", "reml", "mh", "peto", "revman-random"])
def test_pooling_takes_effective_counts(method: str) -> None:
    one, other = (bi.pool(table, method=method) for table in (HALVED, WHOLE.with_design_effects({"A": 2})))
    assert "design effects: A 2" in other.note and "design" not in one.note
    assert (other.estimate, other.standard_error) == pytest.approx(
        (one.estimate, one.standard_error), rel=1e-9
    )


def test_one_trial_pooled_has_its_error_times_the_root() -> None:
    one = bi.Dataset(WHOLE.studies[:1])
    plain, effect = (bi.pool(table, method="fixed") for table in (one, one.with_design_effects([3.0])))
    assert effect.standard_error == pytest.approx(plain.standard_error * math.sqrt(3))
    assert effect.estimate == pytest.approx(plain.estimate)


def test_the_predictive_check_of_a_designed_trial_is_none_with_the_reason() -> None:
    found = bi.fit(WHOLE, bi.Model(), design_effects={"A": 2}).influence()
    assert found["A"].predictive_p is None and "design effect" in found["A"].note
    assert found["B"].predictive_p is not None
    assert (
        bi.fit(WHOLE, bi.Model(likelihood="normal"), design_effects={"A": 2}).influence()["A"].predictive_p
        is not None
    )


def test_what_cannot_take_them_says_why() -> None:
    designed = WHOLE.with_design_effects({"A": 2})
    with pytest.raises(ModelError, match=r"design effects \(A 2\): not for NUTS.*Quadrature"):
        bi.fit(designed, bi.Model(), engine=bi.NUTS(seed=1))
    with pytest.raises(ModelError, match=r"design effects \(A 2\).*glmm"):
        bi.pool(designed, method="glmm-um-fs")
    with pytest.raises(ModelError, match=r"design effects \(A 2\)"):
        bi.fit(designed, bi.Model()).to_arviz()
    with pytest.raises(ModelError, match=r"design effects \(A 2\): not for draws of counts"):
        bi.checks.check_model(bi.fit(designed, bi.Model()))
