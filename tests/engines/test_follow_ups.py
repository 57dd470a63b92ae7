"""Further questions of a posterior equal plain fits of the same questions,
on the same grid or on a new one.
"""

import math
from functools import cache

import numpy as np
import pytest

from bayes_ivig import Dataset, Model, Posterior, Quadrature, Study, fit, load_dataset, load_model
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO

pytestmark = pytest.mark.slow

SAME = 1e-3  # posterior SDs between two computations, each with a stated error of 1e-4
LIVE = load_dataset("ivig", "live_birth")
REFERENCE = load_model("binomial_normal")


def table(*rows: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"trial {i}", *row) for i, row in enumerate(rows)))


TABLES = {
    "live birth": LIVE,
    "sparse": table((0, 20, 0, 22), (1, 15, 0, 14), (0, 9, 3, 8), (2, 2, 0, 1)),
    "separation": table((22, 24, 0, 7), (29, 50, 17, 49), (7, 7, 9, 9)),
    "huge and small": table((100_000, 1_000_000, 110_000, 1_000_000), (5, 10, 3, 10), (1, 4, 0, 3)),
    "in conflict": table(
        (10_000, 100_000, 11_000, 100_000), (20_000, 100_000, 11_000, 100_000), (20, 50, 30, 50)
    ),
}
QUESTIONS = {
    "narrow mu": {"mu": "normal(0, 0.05)"},
    "narrower than any step": {"mu": "normal(0.3, 0.001)"},
    "wide": {"mu": "normal(0, 30)", "tau": "half_normal(2)"},
    "bounded": {"mu": "uniform(-1, 2)", "tau": "uniform(0, 1)"},
    "heavy": {"mu": "student_t(3, 0, 0.5)", "tau": "half_cauchy(0.3)"},
    "far away": {"mu": "normal(6, 0.5)", "tau": "half_normal(0.05)"},
    "of the data": {"tau": "dumouchel()"},
}


def numbers(posterior: Posterior) -> np.ndarray:
    """Quantiles of mu, tau and theta_new in posterior SDs, P(OR > 1), log evidence."""
    found = []
    for name in ("mu", "tau", "theta_new"):
        marginal = posterior[name]
        low, high = marginal.interval(0.95)
        unit = marginal.sd or (high - low) / 4 or 1.0
        found += [*(np.asarray(marginal.quantile([0.025, 0.5, 0.975])) / unit)]
    return np.array([*found, posterior["mu"].prob_above(0.0), posterior.log_marginal_likelihood or 0.0])


ASKED = [("live birth", question) for question in QUESTIONS] + [
    ("sparse", "bounded"),
    ("sparse", "wide"),
    ("separation", "wide"),
    ("huge and small", "narrow mu"),
    ("huge and small", "far away"),
    ("in conflict", "narrower than any step"),
    ("in conflict", "bounded"),
]


@cache
def fitted(name: str) -> Posterior:
    return fit(TABLES[name], REFERENCE)


@pytest.mark.parametrize(("name", "question"), ASKED)
def test_other_priors_are_a_plain_fit(name: str, question: str) -> None:
    asked = fitted(name).under(**QUESTIONS[question])
    plain = fit(TABLES[name], Model(**QUESTIONS[question]))
    assert numbers(asked) == pytest.approx(numbers(plain), abs=SAME)
    assert asked.diagnostics.ok
    assert (str(asked.model.mu), str(asked.model.tau)) == (str(plain.model.mu), str(plain.model.tau))


@pytest.mark.parametrize("name", TABLES)
def test_fewer_trials_are_a_plain_fit(name: str) -> None:
    first = fitted(name)
    for study in first.studies[:3]:
        asked, plain = first.without(study), fit(first.dataset.trials(f"-{study}"), REFERENCE)
        assert numbers(asked) == pytest.approx(numbers(plain), abs=SAME)
        assert asked.studies == plain.studies
    alone = first.trials(first.studies[-1])
    assert numbers(alone) == pytest.approx(
        numbers(fit(first.dataset.trials(first.studies[-1]), REFERENCE)), abs=SAME
    )


@pytest.mark.parametrize(
    "model", [Model("hypergeometric", "common"), Model("normal", "student_t(4)"), Model(baseline="midpoint")]
)
def test_of_every_kind_of_model(model: Model) -> None:
    posterior = fit(LIVE, model)
    asked = posterior.trials("published").under(mu="normal(0, 1)")
    plain = fit(LIVE.trials("published"), posterior.under(mu="normal(0, 1)").model)
    assert numbers(asked) == pytest.approx(numbers(plain), abs=SAME)
    study = asked.studies[0]
    assert asked.theta[study].quantile([0.1, 0.9]) == pytest.approx(
        plain.theta[study].quantile([0.1, 0.9]), abs=1e-3
    )


def test_most_questions_need_no_new_grid() -> None:
    posterior = fit(LIVE, REFERENCE)
    grid = posterior.answers.surface.axes
    for asked in (
        posterior.under(mu="normal(0, 1)"),
        posterior.without("Yamada 2022"),
        posterior.weighted({"Yamada 2022": 0.5}),
    ):
        assert asked.answers.surface.axes is grid
    for asked in (
        posterior.under(mu="normal(0, 0.01)"),
        posterior.under(mu="uniform(-1, 2)"),
        posterior.under(alpha="logistic(0, 1)"),
    ):
        assert asked.answers.surface.axes is not grid


def test_a_prior_that_depends_on_the_data_meets_those_that_are_left() -> None:
    posterior = fit(LIVE, Model(tau="uniform_shrinkage()"))
    assert len(posterior.model.tau.variances) == 9
    assert len(posterior.without("Yamada 2022").model.tau.variances) == 8


def test_weights_against_a_double_sum() -> None:
    """Normal likelihood: each study's marginal density of (mu, tau) to its power, on a dense grid."""
    dataset = table((29, 50, 17, 49), (15, 38, 29, 40), (12, 21, 16, 19))
    weights = {"trial 0": 0.3, "trial 2": 0.75}
    y, s = (values[:, None, None] for values in ODDS_RATIO.estimates(counts_of(dataset.studies)))
    mu, tau = np.linspace(-9, 9, 721)[:, None], np.linspace(0.002, 4, 500)
    v = s**2 + tau**2
    logs = -0.5 * (np.log(v) + (y - mu) ** 2 / v)
    power = np.array([0.3, 1.0, 0.75])[:, None, None]
    mass = np.exp((power * logs).sum(axis=0) - 0.5 * (mu / 2.82) ** 2 - 0.5 * (tau / 0.5) ** 2)
    mass /= mass.sum()
    model = Model(likelihood="normal")
    for posterior in (fit(dataset, model, weights=weights), fit(dataset, model).weighted(weights)):
        assert posterior["mu"].mean == pytest.approx((mass * mu).sum(), abs=2e-4)
        assert posterior["mu"].sd == pytest.approx(
            math.sqrt((mass * mu**2).sum() - (mass * mu).sum() ** 2), abs=2e-4
        )
        assert posterior["tau"].mean == pytest.approx((mass * tau).sum(), rel=2e-3)
        assert posterior.log_marginal_likelihood is None
        assert dict(posterior.settings)["weights"] == "trial 0 0.3, trial 2 0.75"


def test_weights_build_a_grid_of_their_own_where_they_must() -> None:
    posterior = fit(LIVE, REFERENCE).weighted({"Stricker 2000": 0.5, "Yamada 2022": 0.2})
    narrow = posterior.under(mu="normal(0, 0.02)")
    assert narrow.diagnostics.ok
    assert narrow.weights == posterior.weights
    assert narrow["mu"].sd == pytest.approx(0.02, rel=0.01)
    again = fit(LIVE, narrow.model, weights=dict(posterior.weights))
    assert numbers(narrow) == pytest.approx(numbers(again), abs=SAME)
    assert again.without("Yamada 2022").weights == (("Stricker 2000", 0.5),)


def test_weight_0_leaves_out_and_weight_1_changes_nothing() -> None:
    posterior = fit(LIVE, REFERENCE)
    assert numbers(posterior.weighted({"Stricker 2000": 0})) == pytest.approx(
        numbers(posterior.without("Stricker 2000")), abs=1e-9
    )
    assert numbers(posterior.weighted({"Stricker 2000": 1})) == pytest.approx(numbers(posterior), abs=1e-9)
    assert numbers(
        posterior.weighted({"Stricker 2000": 0.5}).weighted({"Stricker 2000": 1})
    ) == pytest.approx(numbers(posterior), abs=1e-9)


def test_a_series_by_year_and_without_each() -> None:
    posterior = fit(LIVE, REFERENCE)
    series = posterior.cumulative("year")
    assert next(iter(series)) == "Branch 2000"
    assert list(series)[-1] == "Yamada 2022"
    found = series.table()
    assert list(found["k"]) == list(range(1, 10))
    assert found.loc["Yamada 2022", "prob_or_gt_1"] == pytest.approx(
        posterior["mu"].prob_above(0.0), abs=1e-6
    )
    third = fit(LIVE.trials(["Branch 2000", "Heilmann 2001", "Stricker 2000"]), REFERENCE)
    assert numbers(series[list(series)[2]]) == pytest.approx(numbers(third), abs=SAME)
    left = posterior.leave_one_out()
    assert len(left) == 9
    assert numbers(left["Stricker 2000"]) == pytest.approx(
        numbers(posterior.without("Stricker 2000")), abs=1e-9
    )
    ordered = posterior.cumulative(order=["Yamada 2022", "Branch 2000"])
    assert ordered["Branch 2000"].studies == ("Branch 2000", "Yamada 2022")


def test_a_step_that_says_nothing_says_so() -> None:
    posterior = fit(table((0, 9, 0, 8), (3, 9, 1, 8)), Model(likelihood="hypergeometric"))
    found = posterior.cumulative().table()
    assert found.loc["trial 0", "k"] == 0
    assert "no study carries information" in found.loc["trial 0", "note"]
    assert found.loc["trial 1", "k"] == 1


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda p: p.without("Yamda 2022"), DataError, "did you mean 'Yamada 2022'"),
        (lambda p: p.without(*LIVE.study_names), DataError, "no study is left"),
        (lambda p: p.trials("nothing"), DataError, "no trial set or study"),
        (lambda p: p.weighted({"Yamada 2022": 1.5}), ModelError, "between 0 and 1"),
        (lambda p: p.weighted({"Yamada": 0.5}), DataError, "weights name"),
        (lambda p: p.weighted(dict.fromkeys(LIVE.study_names, 0)), DataError, "none is left"),
        (lambda p: p.under(mu="half_normal(1)"), ModelError, "allows no negative"),
        (lambda p: p.under(alhpa="logistic(0, 1)"), ModelError, "did you mean 'alpha'"),
        (lambda p: p.trials("Yamada 2022").under(mu="flat()", tau="flat()"), ModelError, "does not exist"),
        (lambda p: p.cumulative("yeer"), DataError, "did you mean 'year'"),
        (lambda p: p.cumulative("year", order=["Yamada 2022"]), DataError, "not both"),
        (lambda p: p.cumulative(order=["Yamada"]), DataError, "not in the table"),
        (lambda p: p.leave_one_out()["Yamada"], ModelError, "did you mean"),
        (
            lambda p: Quadrature().fit(LIVE, REFERENCE).without("Yamada 2022"),
            ModelError,
            "does not know its engine",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(ask, error, said: str) -> None:
    with pytest.raises(error, match=said):
        ask(fit(LIVE, REFERENCE))
