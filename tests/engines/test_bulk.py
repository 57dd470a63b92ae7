"""Many cases from one surface against plain fits of each:
priors of every kind, subsets, weights, predictions.
"""

import itertools

import numpy as np
import pytest

from bayes_ivig import Dataset, Model, Posterior, Study, fit, load_dataset
from bayes_ivig.engines.bulk import in_turn
from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Answers, Questions
from bayes_ivig.engines.bulk.rows import Rows
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.null_model import null_evidence
from bayes_ivig.engines.grid.surface import build
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.priors import parse_prior
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

pytestmark = pytest.mark.slow

CLOSE = 1e-3  # posterior SDs, and absolute for probabilities and log marginal likelihoods
PROBABILITIES = (0.025, 0.5, 0.975)
ASKED = Questions(tau=PROBABILITIES, above=(1.0, 1.25), theta_new=(0.025, 0.975))
LIVE = load_dataset("ivig", "live_birth")

MU = (
    "normal(0, 2.82)", "normal(0.3, 0.01)", "normal(3, 0.03)", "student_t(2, 0.2, 0.1)", "uniform(-1, 1)",
    "logistic(0, 0.5)", "mixture(0.7: normal(0.5, 0.2), 0.3: normal(0, 4))",
    'cochrane("Pregnancy and Childbirth", "mu", "log OR")', "flat()",
)  # fmt: skip
TAU = (
    "half_normal(0.5)", "half_normal(0.0005)", "half_cauchy(0.5)", "uniform(0, 4)",
    "log_normal_tau2(-3.52, 1.74)", "log_normal(-1, 0.01)", "jeffreys()",
    'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")',
)  # fmt: skip


def table(*rows: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"trial {i}", *row) for i, row in enumerate(rows)))


def unit(posterior: Posterior, name: str) -> float:
    lower, upper = posterior[name].interval(0.95)
    return posterior[name].sd or (upper - lower) / 4


def assert_as_fitted(found: Answers, i: int, posterior: Posterior) -> None:
    mu, tau = posterior["mu"], posterior["tau"]
    assert found.mu[i] == pytest.approx(mu.quantile(PROBABILITIES), abs=CLOSE * unit(posterior, "mu"))
    assert found.tau[i] == pytest.approx(tau.quantile(PROBABILITIES), abs=CLOSE * unit(posterior, "tau"))
    assert found.above[i] == pytest.approx(mu.prob_above(np.log([1.0, 1.25])), abs=CLOSE)
    if posterior.log_marginal_likelihood is not None:
        assert found.log_evidence[i] == pytest.approx(posterior.log_marginal_likelihood, abs=CLOSE)
    assert found.error[i] < 1e-3


def priors(mu: tuple[str, ...], tau: tuple[str, ...]) -> list[tuple[Prior, Prior]]:
    return [(parse_prior(m), parse_prior(t)) for m, t in zip(mu, itertools.cycle(tau), strict=False)]


def test_priors_of_every_kind_in_one_call() -> None:
    pairs = priors(MU, TAU) + priors(MU[6:], ("half_cauchy(0.5)", "half_normal(0.5)"))
    found = bulk.over_priors(LIVE, Model(), pairs, ASKED)
    for i, (mu, tau) in enumerate(pairs):
        posterior = fit(LIVE, Model(mu=mu, tau=tau))
        assert_as_fitted(found, i, posterior)
        new = np.asarray(posterior["theta_new"].quantile([0.025, 0.975]))
        assert found.theta_new[i] == pytest.approx(new, abs=CLOSE * (new[1] - new[0]) / 4), (
            str(mu),
            str(tau),
        )


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_a_thousand_ordinary_priors(likelihood) -> None:
    mu = [Normal(centre, sd) for centre in (-0.5, 0.0, 0.5) for sd in (0.1, 0.35, 1.0, 3.0, 10.0)]
    pairs = list(itertools.product(mu, [HalfNormal(float(s)) for s in np.geomspace(0.05, 2, 67)]))
    found = bulk.over_priors(LIVE, Model(likelihood), pairs, ASKED)
    assert len(found.error) == 1005
    assert np.max(found.error) < 3e-4
    for i in range(7, 1005, 143):
        assert_as_fitted(found, i, fit(LIVE, Model(likelihood, mu=pairs[i][0], tau=pairs[i][1])))


def test_a_narrow_prior_among_wide_ones_gets_a_grid_of_its_own() -> None:
    """Two huge trials in conflict, and priors a thousand times narrower than the others,
    in several places.
    """
    dataset = table((100_000, 1_000_000, 110_000, 1_000_000), (5, 10, 3, 10))
    pairs = [
        (Normal(c, s), HalfNormal(0.5))
        for c, s in ((0, 2.82), (0, 1), (0.7, 0.0005), (-0.9, 0.0004), (0.2, 0.3))
    ]
    found = bulk.over_priors(dataset, Model(), pairs, ASKED)
    for i, (mu, tau) in enumerate(pairs):
        assert_as_fitted(found, i, fit(dataset, Model(mu=mu, tau=tau)))
    assert found.mu[2, 1] == pytest.approx(0.7, abs=0.001)


def test_all_subsets_of_nine_trials() -> None:
    inside = np.array(list(itertools.product((0, 1), repeat=9)))[1:]
    found = bulk.over_weights(LIVE, Model(), inside, Questions(tau=PROBABILITIES, above=(1.0, 1.25)))
    assert np.max(found.error) < 3e-4
    single = [2**k - 1 for k in range(9)]
    for i in [*single, *range(40, 511, 52)]:
        names = tuple(name for name, yes in zip(LIVE.study_names, inside[i], strict=True) if yes)
        assert_as_fitted(found, i, fit(LIVE.trials(names), Model()))


@pytest.mark.parametrize(
    "model",
    [
        Model(effects="common"),
        Model(effects="student_t(4)"),
        Model("hypergeometric", tau="jeffreys()", mu="uniform(-3, 3)"),
    ],
    ids=lambda model: f"{model.likelihood}, {model.effects}",
)
def test_subsets_under_other_models(model: Model) -> None:
    """Student-t effects, a common effect, and a tau prior that differs between subsets;
    awkward tables among the trials.
    """
    dataset = table((22, 24, 0, 7), (29, 50, 17, 49), (0, 20, 0, 22), (3, 9, 0, 0), (15, 38, 29, 40))
    inside = np.array([(1, 1, 0, 0, 1), (0, 1, 1, 0, 1), (1, 1, 1, 1, 1), (0, 0, 0, 1, 0)])
    found = bulk.over_weights(dataset, model, inside, Questions(tau=PROBABILITIES, above=(1.0, 1.25)))
    for i in range(3):
        names = tuple(name for name, yes in zip(dataset.study_names, inside[i], strict=True) if yes)
        posterior = fit(dataset.trials(names), model)
        assert found.mu[i] == pytest.approx(
            posterior["mu"].quantile(PROBABILITIES), abs=CLOSE * unit(posterior, "mu")
        )
        if model.heterogeneous:
            assert found.tau[i] == pytest.approx(
                posterior["tau"].quantile(PROBABILITIES), abs=CLOSE * unit(posterior, "tau")
            )
    assert np.isnan(found.mu[3]).all()
    assert np.isnan(found.error[3])


def test_weights_between_0_and_1_are_a_power_of_the_likelihood() -> None:
    weights = np.linspace(0.1, 1.0, 9)
    found = bulk.over_weights(LIVE, Model(), weights[None])
    built = build(LIVE, Model(), [Belief(Normal(0, 2.82), HalfNormal(0.5))], Fineness().finer())
    expected = GridAnswers.on(built, Model(), weights).marginal("mu")
    assert found.mu[0] == pytest.approx(expected.quantile(PROBABILITIES), abs=CLOSE * expected.sd)


def test_an_improper_prior_leaves_out_the_subsets_without_a_posterior() -> None:
    inside = np.eye(9)
    found = bulk.over_weights(LIVE, Model(mu="flat()"), inside)
    missing = [name for name, row in zip(LIVE.study_names, found.mu, strict=True) if np.isnan(row).any()]
    assert missing == ["Branch 2000"]  # 7 of 7 against 9 of 9; its baseline prior alone would bound it
    control = bulk.over_weights(LIVE, Model(mu="flat()", baseline="control"), inside)
    missing = [name for name, row in zip(LIVE.study_names, control.mu, strict=True) if np.isnan(row).any()]
    assert missing == ["Branch 2000", "Perricone 2008"]
    with pytest.raises(ModelError, match="does not exist"):
        bulk.over_priors(LIVE.trials("Branch 2000"), Model(), priors(("flat()",), ("half_normal(0.5)",)))
    with pytest.raises(DataError, match="no study carries information"):
        bulk.over_priors(table((0, 9, 0, 9)), Model("normal"), priors(MU[:1], TAU[:1]))


def test_the_null_model_for_many_priors_at_once() -> None:
    taus = [parse_prior(text) for text in (*TAU[:6], "half_normal(1)", "half_normal(0.2)")]
    found = bulk.null_evidence(LIVE, Model(), taus)
    for value, tau in zip(found, taus, strict=True):
        assert value == pytest.approx(null_evidence(LIVE, Model(tau=tau), True)[0], abs=CLOSE)


def test_rows_answer_as_grid_marginals_do() -> None:
    axis = Axis.spanning("identity", (0.3, 0.5), (-9.0, 9.0), 0.12)
    logs = np.stack(
        [
            -0.5 * ((axis.x - c) / s) ** 2 + axis.log_slope(axis.u)
            for c, s in ((0.1, 0.6), (0.5, 0.3), (-1.0, 1.5))
        ]
    )
    rows, p = Rows(axis, logs), np.array([1e-4, 0.025, 0.5, 0.8, 0.999])
    for i in range(3):
        one = GridMarginal(axis, logs[i])
        assert rows.quantile(p)[i] == pytest.approx(one.quantile(p), abs=2e-5)
        assert rows.above(np.array([-1.0, 0.0, 2.0]))[i] == pytest.approx(
            one.prob_above([-1.0, 0.0, 2.0]), abs=1e-6
        )
        assert (rows.mean[i], rows.sd[i]) == pytest.approx((one.mean, one.sd), rel=1e-9)
    heavy = Rows(axis, np.zeros((1, axis.size)) + axis.log_slope(axis.u))
    assert np.isnan(heavy.mean[0])


@pytest.mark.parametrize(
    "model",
    [Model("normal"), Model(effects="common")],
    ids=lambda model: f"{model.likelihood}, {model.effects}",
)
def test_choices_that_differ_by_one_study_are_those_of_any_choice(model: Model, monkeypatch) -> None:
    """Sums that run on, and sums of what comes before and after, against a product for every row."""
    many = table(*((3 + i % 7, 40 + i, 5 + i % 4, 45) for i in range(70)), (0, 30, 0, 30))
    without, added = ~np.eye(72, 71, -1, bool)[::5], np.tri(71, dtype=bool)[::7, ::-1]
    for choices in (without, added):
        rows = choices.astype(float)
        monkeypatch.setattr(in_turn, "MANY", rows.size + 1)
        plain = bulk.over_weights(many, model, rows)
        monkeypatch.setattr(in_turn, "MANY", 0)
        quick = bulk.over_weights(many, model, rows)
        for name, one, other in zip(Answers._fields, plain, quick, strict=True):
            close = 1e-4 if name == "error" else 1e-9  # curves are drawn for 64 studies at a time
            assert other == pytest.approx(one, rel=1e-9, abs=close, nan_ok=True)


def test_three_hundred_trials_without_each_are_plain_fits() -> None:
    many = table(*((3 + i % 7, 40 + i % 90, 5 + i % 4, 45 + i % 11) for i in range(310)))
    asked = Questions(tau=PROBABILITIES, above=(1.0, 1.25))
    without = bulk.over_weights(many, Model("normal"), 1.0 - np.eye(310), asked)
    added = bulk.over_weights(many, Model("normal"), np.tri(310), asked)
    names = many.study_names
    for i in (0, 77, 309):
        assert_as_fitted(without, i, fit(many.trials([n for n in names if n != names[i]]), Model("normal")))
        assert_as_fitted(added, i, fit(many.trials(list(names[: i + 1])), Model("normal")))
