"""The exact engine: golden numbers of the case, invariances, limits, extremes and refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from bayes_ivig import Dataset, Model, Posterior, Quadrature, Study, fit, load_dataset, load_model
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.priors.families import Normal

pytestmark = pytest.mark.slow

REFERENCE = load_model("binomial_normal")
CONTROL = load_model("binomial_control")
MIRRORED = [Model(likelihood="hypergeometric"), Model(likelihood="normal"), Model()]
CLOSE = 3e-4  # posterior SDs: two computations, each with its own stated error of 1e-4


def table(*rows: tuple[int, int, int, int]) -> Dataset:
    return Dataset(tuple(Study(f"trial {i}", *row) for i, row in enumerate(rows)))


def numbers(posterior: Posterior) -> np.ndarray:
    mu, tau = posterior["mu"], posterior["tau"]
    return np.array([mu.mean, *mu.quantile([0.025, 0.5, 0.975]), *tau.quantile([0.025, 0.5, 0.975])])


def swapped(dataset: Dataset) -> Dataset:
    return Dataset(tuple(Study(s.name, *s.counts[2:], *s.counts[:2]) for s in dataset.studies))


def assert_same(first: Posterior, second: Posterior, sign: float = 1.0) -> None:
    a, b = numbers(first), numbers(second)
    if sign < 0:
        b[[0, 1, 2, 3]] = -b[[0, 3, 2, 1]]
    assert a == pytest.approx(b, abs=CLOSE * max(first["mu"].sd, 0.05))


GOLDEN = [
    ("published", 3.66, 1.50, 11.57, 0.9965),
    ("all", 1.80, 0.69, 5.32, 0.8861),
    ("randomised_apl", 0.289, 0.115, 0.753, 0.0080),
    ("randomised", 0.651, 0.227, 1.757, 0.1862),
]
CONTROL_ARM = [
    ("published", 3.67, 1.50, 11.61, 0.997),
    ("all", 1.83, 0.70, 5.43, 0.892),
    ("randomised_apl", 0.29, 0.12, 0.77, 0.009),
    ("randomised", 0.66, 0.23, 1.79, 0.194),
]


@pytest.mark.parametrize(("trials", "median", "lower", "upper", "probability"), GOLDEN)
def test_live_birth_by_trial_set(trials, median, lower, upper, probability) -> None:
    mu = fit(load_dataset("ivig", "live_birth").trials(trials), REFERENCE)["mu"]
    assert np.exp(mu.quantile([0.5, 0.025, 0.975])) == pytest.approx([median, lower, upper], abs=0.005)
    assert mu.prob_above(0.0) == pytest.approx(probability, abs=0.0005)


@pytest.mark.parametrize(("trials", "median", "lower", "upper", "probability"), CONTROL_ARM)
def test_live_birth_with_the_baseline_on_the_control_arm(trials, median, lower, upper, probability) -> None:
    mu = fit(load_dataset("ivig", "live_birth").trials(trials), CONTROL)["mu"]
    assert np.exp(mu.quantile([0.5, 0.025, 0.975])) == pytest.approx([median, lower, upper], abs=0.005)
    assert mu.prob_above(0.0) == pytest.approx(probability, abs=0.0005)


@pytest.mark.parametrize("model", MIRRORED, ids=lambda m: f"{m.likelihood}-{m.baseline}")
def test_swapping_the_arms_negates_the_effect(model: Model) -> None:
    live = load_dataset("ivig", "live_birth")
    assert_same(fit(live, model), fit(swapped(live), model), sign=-1)


def test_swapping_the_arms_with_a_control_baseline_does_not_mirror() -> None:
    live = load_dataset("ivig", "live_birth")
    assert fit(live, CONTROL)["mu"].prob_above(0.0) == pytest.approx(0.892, abs=0.0005)
    assert fit(swapped(live), CONTROL)["mu"].prob_below(0.0) == pytest.approx(0.879, abs=0.0005)


COUNTS = st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30)).map(
    lambda t: (min(t[0], t[1]), t[1], min(t[2], t[3]), t[3])
)


@settings(max_examples=15, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=5))
def test_invariances_on_any_table(rows: list[tuple[int, int, int, int]]) -> None:
    dataset = table(*rows)
    found = fit(dataset, REFERENCE)
    assert found.diagnostics.ok
    assert np.isfinite(numbers(found)).all()
    assert_same(found, fit(Dataset(dataset.studies[::-1]), REFERENCE))
    assert_same(found, fit(dataset.complement(), REFERENCE), sign=-1)
    assert_same(found, fit(swapped(dataset), REFERENCE), sign=-1)
    empty = Study("nobody under control", 3, 9, 0, 0)
    with_empty = fit(Dataset((*dataset.studies, empty)), REFERENCE)
    assert_same(found, with_empty)
    assert (with_empty.k, len(with_empty.dataset)) == (found.k, len(dataset) + 1)


@settings(max_examples=15, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=4), st.floats(-2, 2), st.floats(-2, 2))
def test_priors_off_centre_are_reflected_with_the_arms(
    rows: list[tuple[int, int, int, int]], mu: float, alpha: float
) -> None:
    """From the midpoint exchanged arms negate mu and leave alpha;
    non-events in the place of events negate both.
    """
    dataset = table(*rows)

    def model(mu_sign: float, alpha_sign: float) -> Model:
        return Model(mu=Normal(mu_sign * mu, 1), alpha=Normal(alpha_sign * alpha, 2))

    found = fit(dataset, model(1, 1))
    assert_same(found, fit(swapped(dataset), model(-1, 1)), sign=-1)
    assert_same(found, fit(dataset.complement(), model(-1, -1)), sign=-1)


def test_trials_that_cannot_tell_the_arms_apart_cancel_or_say_nothing() -> None:
    """Equal arms without events leave mu centred, and mirror-image trials cancel; either still narrows mu."""
    silent = fit(table((0, 100, 0, 100), (0, 50, 0, 50), (0, 200, 0, 200)), REFERENCE)["mu"]
    assert silent.prob_above(0.0) == pytest.approx(0.5, abs=1e-9)
    assert silent.sd == pytest.approx(2.38, abs=0.005)
    assert fit(table((0, 50, 0, 200)), REFERENCE)["mu"].prob_above(0.0) == pytest.approx(0.526, abs=0.0005)
    assert fit(table((7, 9, 2, 30), (2, 30, 7, 9)), REFERENCE)["mu"].prob_above(0.0) == pytest.approx(
        0.5, abs=1e-6
    )


def test_a_double_zero_study_says_nothing_given_its_events() -> None:
    without, with_it = (
        table((5, 10, 3, 10), (8, 20, 3, 20)),
        table((5, 10, 3, 10), (8, 20, 3, 20), (0, 12, 0, 15)),
    )
    model = Model(likelihood="hypergeometric")
    assert_same(fit(without, model), fit(with_it, model))
    assert fit(with_it, model).k == 2


def test_small_tau_is_the_common_effect() -> None:
    live = load_dataset("ivig", "live_birth")
    common = fit(live, Model(effects="common"))
    nearly = fit(live, Model(tau="half_normal(0.0001)"))
    assert nearly["mu"].quantile([0.1, 0.5, 0.9]) == pytest.approx(
        common["mu"].quantile([0.1, 0.5, 0.9]), abs=1e-4
    )
    assert nearly.log_marginal_likelihood == pytest.approx(common.log_marginal_likelihood, abs=1e-4)
    assert common["tau"].interval(0.95) == (0.0, 0.0)
    assert common.theta["Yamada 2022"].quantile(0.5) == pytest.approx(common["mu"].quantile(0.5))


def test_a_huge_tau_prior_separates_the_studies() -> None:
    """With tau large each theta depends on its own trial alone: its curve times a nearly flat density."""
    dataset = table((41, 53, 22, 29), (29, 50, 17, 49), (15, 38, 29, 40), (30, 60, 20, 60))
    posterior = fit(dataset, Model(likelihood="normal", mu="normal(0, 1000)", tau="uniform(300, 301)"))
    y, s = ODDS_RATIO.estimates(counts_of(dataset.studies))
    for study, estimate, error in zip(posterior.studies, y, s, strict=True):
        expected = stats.norm(estimate, error).ppf([0.025, 0.5, 0.975])
        assert posterior.theta[study].quantile([0.025, 0.5, 0.975]) == pytest.approx(expected, abs=2e-3)


def test_study_effects_against_a_double_sum() -> None:
    """theta of one trial and theta_new, by brute force over a dense grid of theta,
    mu and tau (normal likelihood).
    """
    dataset = table((29, 50, 17, 49), (15, 38, 29, 40), (12, 21, 16, 19))
    y, s = ODDS_RATIO.estimates(counts_of(dataset.studies))
    mu, tau = np.linspace(-6, 6, 601)[:, None], np.linspace(0.002, 3, 500)[None, :]
    v = s[:, None, None] ** 2 + tau**2
    weight = np.exp(
        (stats.norm.logpdf(y[:, None, None], mu, np.sqrt(v))).sum(axis=0)
        - 0.5 * (mu / 2.82) ** 2
        - 0.5 * (tau / 0.5) ** 2
    )
    weight /= weight.sum()
    posterior = fit(dataset, Model(likelihood="normal"))
    for i, study in enumerate(posterior.studies):
        shrunk = (y[i] * tau**2 + mu * s[i] ** 2) / v[i]
        spread = np.sqrt(s[i] ** 2 * tau**2 / v[i])
        mean = (weight * shrunk).sum()
        assert posterior.theta[study].mean == pytest.approx(mean, abs=2e-4)
        assert posterior.theta[study].sd == pytest.approx(
            math.sqrt((weight * (spread**2 + (shrunk - mean) ** 2)).sum()), abs=2e-4
        )
        assert posterior.theta[study].prob_above(0.0) == pytest.approx(
            (weight * special.ndtr(shrunk / spread)).sum(), abs=2e-4
        )
    assert posterior["theta_new"].prob_above(0.0) == pytest.approx(
        (weight * special.ndtr(mu / tau)).sum(), abs=2e-4
    )


def test_the_stated_error_holds() -> None:
    """Halving every step moves nothing by more than the error stated before."""
    live = load_dataset("ivig", "live_birth").trials("published")
    for likelihood in ("binomial", "hypergeometric", "normal"):
        first = fit(live, Model(likelihood=likelihood))
        finer = fit(live, Model(likelihood=likelihood), engine=Quadrature(tolerance=1e-7, refinements=2))
        bound = first.diagnostics["error.mu"] * first["mu"].sd
        assert bound < 3e-4 * first["mu"].sd
        assert numbers(first)[:4] == pytest.approx(numbers(finer)[:4], abs=bound + 1e-7)
        assert (
            abs(first.log_marginal_likelihood - finer.log_marginal_likelihood)
            < 10 * first.diagnostics["error.log_marginal_likelihood"] + 1e-7
        )


EXTREMES = {
    "one study": (table((5, 10, 3, 10)), Model()),
    "one woman in an arm": (table((1, 1, 0, 1), (0, 1, 1, 1)), Model()),
    "only double zeros": (table((0, 20, 0, 22), (0, 10, 0, 9)), Model()),
    "only events": (table((7, 7, 9, 9)), Model()),
    "separation": (table((22, 24, 0, 7)), Model()),
    "a million": (table((100_000, 1_000_000, 110_000, 1_000_000), (5, 10, 3, 10)), Model()),
    "a million, given events": (
        table((100_000, 1_000_000, 110_000, 1_000_000), (5, 10, 3, 10)),
        Model(likelihood="hypergeometric"),
    ),
    "half-Cauchy on two": (table((5, 10, 3, 10), (8, 20, 3, 20)), Model(tau="half_cauchy(0.5)")),
    "prior far away": (table((29, 50, 17, 49), (15, 38, 29, 40)), Model(mu="normal(3, 0.03)")),
    "bounded mu": (table((29, 50, 17, 49), (15, 38, 29, 40)), Model(mu="uniform(-1, 1)")),
    "bounded tau": (table((29, 50, 17, 49), (15, 38, 29, 40)), Model(tau="uniform(1, 2)")),
    "mixture": (table((29, 50, 17, 49)), Model(mu="mixture(0.7: normal(0.5, 0.05), 0.3: normal(0, 4))")),
    "Student-t baseline": (table((22, 24, 0, 7), (29, 50, 17, 49)), Model(alpha="student_t(3, 0, 2)")),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_finite_and_within_tolerance(name: str) -> None:
    dataset, model = EXTREMES[name]
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        posterior = fit(dataset, model)
        found = numbers(posterior)
        effects = [m.quantile(0.5) for m in (posterior["theta_new"], *posterior.theta.values())]
    assert posterior.diagnostics.ok
    assert np.isfinite([*found, *effects]).all()


def test_two_huge_trials_in_conflict_at_tiny_tau() -> None:
    """Both curves are normal to the last digit here, so the closed normal-normal posterior
    on a dense tau grid is a witness.
    """
    dataset = table((100_000, 1_000_000, 110_000, 1_000_000), (200_000, 1_000_000, 110_000, 1_000_000))
    y, s = ODDS_RATIO.estimates(counts_of(dataset.studies))
    tau = np.linspace(1e-4, 0.2, 40_001)
    v = s[:, None] ** 2 + tau**2
    precision = (1 / v).sum(axis=0) + 2.82**-2
    mean = (y[:, None] / v).sum(axis=0) / precision
    logs = -0.5 * np.log(v).sum(axis=0) - 0.5 * (y[:, None] ** 2 / v).sum(axis=0) + 0.5 * mean**2 * precision
    weight = np.exp((logs := logs - 0.5 * np.log(precision) - 0.5 * (tau / 0.01) ** 2) - logs.max())
    weight /= weight.sum()
    centre = (weight * mean).sum()
    posterior = fit(dataset, Model(tau="half_normal(0.01)"))
    assert posterior["mu"].mean == pytest.approx(centre, abs=2e-5)
    assert posterior["mu"].sd == pytest.approx(
        math.sqrt((weight * (1 / precision + (mean - centre) ** 2)).sum()), rel=1e-3
    )
    assert posterior["tau"].quantile(0.5) == pytest.approx(
        tau[np.searchsorted(np.cumsum(weight), 0.5)], rel=1e-3
    )


@pytest.mark.parametrize(
    "tau",
    [
        "half_normal(1e-5)",
        "exponential(1e5)",
        "half_cauchy(1e-6)",
        "half_student_t(1, 1e-5)",
        "log_normal(-10, 5)",
    ],
)
def test_priors_of_tiny_taus_are_followed_down(tau: str) -> None:
    """Where tau is tiny the likelihood is flat in it: the posterior is the prior there,
    cut off where the data cut it off.
    """
    dataset = table((12, 50, 20, 52), (30, 101, 33, 99), (8, 40, 15, 41), (22, 80, 30, 78))
    posterior = fit(dataset, Model(tau=tau))
    assert posterior.diagnostics.ok
    prior = posterior.model.tau
    # what the data took from larger ones
    ratio = float(posterior["tau"].prob_below(1e-4)) / float(prior.cdf(1e-4))
    for share in (0.001, 0.025, 0.4):
        at = float(prior.quantile(share / ratio if share / ratio < float(prior.cdf(1e-4)) else share))
        assert posterior["tau"].prob_below(at) == pytest.approx(ratio * float(prior.cdf(at)), rel=2e-3)


def test_a_prior_ten_times_narrower_than_the_likelihood() -> None:
    live = load_dataset("ivig", "live_birth")
    mu = fit(live, Model(mu="normal(0, 0.05)"))["mu"]
    assert mu.sd == pytest.approx(0.05, rel=0.02)
    assert abs(mu.mean) < 0.02


def test_a_flat_mu_is_the_limit_of_wide_normals() -> None:
    live = load_dataset("ivig", "live_birth")
    flat, wide = fit(live, Model(mu="flat()")), fit(live, Model(mu="normal(0, 300)"))
    assert flat["mu"].quantile([0.025, 0.5, 0.975]) == pytest.approx(
        wide["mu"].quantile([0.025, 0.5, 0.975]), abs=1e-3
    )
    assert flat.log_marginal_likelihood is None


@pytest.mark.parametrize(
    ("dataset", "model", "said"),
    [
        (table((0, 9, 3, 9), (0, 7, 2, 8)), Model(mu="flat()", baseline="control"), "does not exist"),
        (table((4, 9, 3, 9), (2, 7, 2, 8)), Model(mu="flat()", tau="flat()"), "3 studies"),
        (table((4, 9, 3, 9)), Model(tau="flat()"), "2 studies"),
    ],
)
def test_an_improper_posterior_is_refused_with_the_reason(dataset: Dataset, model: Model, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        fit(dataset, model)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(DataError, match="no study carries information"):
        fit(table((0, 20, 0, 22)), Model(likelihood="hypergeometric"))
    with pytest.raises(DataError, match="no study carries information"):
        fit(table((3, 20, 0, 0)), REFERENCE)


def test_asking_for_what_is_not_there_names_what_is() -> None:
    posterior = fit(load_dataset("ivig", "neonatal_outcome"), REFERENCE)
    with pytest.raises(ModelError, match="mu, tau, theta_new"):
        posterior["mean"]
    with pytest.raises(ModelError, match="carries no information"):
        posterior.theta["Stricker 2000"]
    with pytest.raises(ModelError, match="not in the dataset"):
        posterior.theta["Stricker"]
    with pytest.raises(ModelError, match="NUTS"):
        fit(posterior.dataset, REFERENCE, engine="nuts")  # type: ignore[arg-type]


def test_tails_beyond_the_grid_are_said_not_cut_off_silently() -> None:
    two = table((5, 10, 3, 10), (8, 20, 3, 20))
    heavy = fit(two, Model(mu="flat()", tau="uniform_sqrt()"))
    assert not heavy.diagnostics.ok
    assert "beyond the grid" in " ".join(heavy.diagnostics.problems)
    assert fit(two, Model(mu="flat()", tau="half_cauchy(0.5)")).diagnostics.ok


def test_evidence_of_a_common_effect_does_not_ask_for_a_prior_on_tau() -> None:
    two = table((5, 10, 3, 10), (8, 20, 3, 20))
    assert fit(two, Model(effects="common", tau="flat()")).log_marginal_likelihood == pytest.approx(
        fit(two, Model(effects="common")).log_marginal_likelihood
    )


def test_effects_of_many_studies_agree_with_those_of_the_same_posterior_one_by_one() -> None:
    """Effects are computed for groups of studies on shared axes;
    alone, each has an axis of its own and sums taken apart.
    """
    rng = np.random.default_rng(5)
    rows = [
        (int(rng.binomial(n, 0.3)), int(n), int(rng.binomial(n, 0.2)), int(n))
        for n in rng.integers(15, 200, 70)
    ]
    posterior = fit(table(*rows), Model(likelihood="normal"))
    y, s = ODDS_RATIO.estimates(counts_of(posterior.dataset.studies))
    axes, joint = (
        posterior.answers.surface.axes,
        posterior.answers.log_joint + posterior.answers.surface.axes.mu.log_weights[:, None],
    )
    weight = np.exp(joint - joint.max())
    weight /= weight.sum()
    for i in (0, 63, 64, 69):
        v = s[i] ** 2 + axes.tau.x**2
        shrunk = (y[i] * axes.tau.x**2 + axes.mu.x[:, None] * s[i] ** 2) / v
        mean = (weight * shrunk).sum()
        variance = (weight * (s[i] ** 2 * axes.tau.x**2 / v + (shrunk - mean) ** 2)).sum()
        effect = posterior.theta[posterior.studies[i]]
        assert effect.mean == pytest.approx(mean, abs=1e-5)
        assert effect.sd == pytest.approx(math.sqrt(variance), rel=1e-5)


def test_a_new_study_has_moments_where_mu_and_tau_have_them() -> None:
    """Two trials and a half-Cauchy prior leave tau a tail like tau^-4:
    mean and SD exist, the fourth moment does not.
    """
    posterior = fit(table((5, 10, 3, 10), (8, 20, 3, 20)), Model(tau="half_cauchy(0.5)"))
    tau, new = posterior["tau"], posterior["theta_new"]
    assert tau.sd is not None
    assert new.mean == pytest.approx(posterior["mu"].mean, abs=1e-4)
    assert new.sd == pytest.approx(math.sqrt(posterior["mu"].sd ** 2 + tau.sd**2 + tau.mean**2), rel=1e-4)
