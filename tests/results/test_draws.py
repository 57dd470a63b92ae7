"""What the exact engine integrated out, drawn back; replicated data, and their exact probabilities."""

import numpy as np
import pytest
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.likelihoods.baseline_draws import draw_baselines
from bayes_ivig.likelihoods.contract import Observed
from bayes_ivig.likelihoods.registry import NAMES
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.draws.replicates import at_most, expected, replicate

pytestmark = pytest.mark.slow

SIZE = 2000
# of an empirical distribution function from the truth: passed by one correct one in a thousand
FAR = 1.95 / np.sqrt(SIZE)
MODES = "mixture(0.3: normal(-2, 0.2), 0.7: normal(1, 0.5))"
ROWS = {
    "ordinary": (7, 20, 11, 25), "nobody had it": (0, 12, 0, 9), "everybody": (6, 6, 8, 8),
    "opposite": (22, 24, 0, 7), "large": (400_000, 1_000_000, 1000, 1_000_000), "empty control": (3, 9, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("prior", ["normal(0, 10)", "logistic(0, 1)", "student_t(3, -1, 2)", MODES])
@pytest.mark.parametrize("baseline", ["control", "midpoint"])
def test_baselines_have_the_integral_s_probabilities(row: tuple[int, ...], prior: str, baseline: str) -> None:
    """The share of the density below each draw, integrated on a grid of its own, is uniform."""
    model = bi.Model(alpha=prior, baseline=baseline)
    rng = np.random.default_rng(5)
    theta = np.full((SIZE, 1), 0.7)
    drawn = np.sort(draw_baselines(model.baselines, np.array([row], float), theta, rng)[:, 0])
    shift = -0.35 if baseline == "midpoint" else 0.0

    def log_density(alpha: np.ndarray) -> np.ndarray:
        control, treated = alpha + shift, alpha + shift + 0.7
        logs = (
            row[0] * treated
            - row[1] * np.logaddexp(0, treated)
            + row[2] * control
            - row[3] * np.logaddexp(0, control)
        )
        return logs + model.alpha.logpdf(alpha)

    middle = float(np.median(drawn))
    scale = max(float(np.subtract(*np.quantile(drawn, [0.84, 0.16]))), 1e-9)
    nodes = middle + scale * np.sinh(np.linspace(-9, 9, 200_001))
    logs = log_density(nodes)
    cumulative = integrate.cumulative_trapezoid(np.exp(logs - logs.max()), nodes, initial=0)
    expected = np.interp(drawn, nodes, cumulative / cumulative[-1])
    assert np.max(np.abs(expected - (np.arange(SIZE) + 0.5) / SIZE)) < FAR


def test_drawn_baselines_are_those_that_were_sampled_under_a_common_effect() -> None:
    """With a flat-looking prior and many events, alpha is normal around the middle of the arms' log odds."""
    posterior = bi.fit(bi.Dataset((bi.Study("A", 4000, 10_000, 3000, 10_000),)), bi.Model(effects="common"))
    values, stats_ = drawing.posterior_draws(posterior, (2, 1000), 1)
    alpha = values["alpha"][..., 0]
    assert not stats_ and alpha.shape == (2, 1000)
    assert alpha.mean() == pytest.approx((np.log(3 / 7) + np.log(4 / 6)) / 2, abs=4 * 0.0151 / np.sqrt(2000))
    assert alpha.std() == pytest.approx(np.sqrt(1 / (10_000 * 0.21) + 1 / (10_000 * 0.24)) / 2, rel=0.07)


@pytest.mark.parametrize("row", [(4, 9, 6, 12), (0, 5, 3, 40), (1200, 3000, 900, 2500), (7, 7, 9, 9)])
@pytest.mark.parametrize("theta", [-6.0, -0.4, 0.0, 2.5])
def test_hypergeometric_probabilities_are_those_of_scipy(row: tuple[int, ...], theta: float) -> None:
    model = bi.Model(likelihood="hypergeometric")
    data = Observed(np.array([row], float), (np.zeros(1), np.ones(1)))
    r1, n1, r0, n0 = row
    known = stats.nchypergeom_fisher(n1 + n0, n1, r1 + r0, np.exp(theta))
    for at in (r1 - 1, r1, r1 + 2):
        assert float(
            at_most(model, data, np.array([[theta]]), None, np.array([[float(at)]]))[0, 0, 0]
        ) == pytest.approx(known.cdf(at), abs=1e-9)
    assert expected(model, data, np.full((3, 1), theta), None) == pytest.approx(known.mean())
    drawn = replicate(model, data, np.full((4000, 1), theta), None, np.random.default_rng(2))
    assert drawn.sum(axis=-1) == pytest.approx(r1 + r0)
    assert drawn[:, 0, 0].mean() == pytest.approx(known.mean(), abs=4 * known.std() / np.sqrt(4000) + 1e-9)


def test_binomial_probabilities_are_those_of_scipy() -> None:
    rows = np.array([row for row in ROWS.values() if row[3]], float)
    theta, alpha = np.array([[0.3, -2.0, 5.0, 30.0, -6.0]]), np.array([[-0.4, -9.0, 2.0, -40.0, -0.2]])
    at = rows[:, [0, 2]]
    data = Observed(rows, (np.zeros(5), np.ones(5)))
    log_odds = np.stack([alpha + theta / 2, alpha - theta / 2], axis=-1)[0]
    known = stats.binom(rows[:, [1, 3]], 1 / (1 + np.exp(-log_odds)))
    for r in (at - 1, at):
        assert at_most(bi.Model(), data, theta, alpha, r)[0] == pytest.approx(known.cdf(r), abs=1e-12)
    assert expected(bi.Model(), data, theta, alpha) == pytest.approx(known.mean())


@pytest.mark.parametrize("likelihood", NAMES)
@pytest.mark.parametrize("new", [True, False])
def test_replicates_have_their_exact_probabilities(likelihood: str, new: bool) -> None:
    """The share of replicates at or below a value is the mean of the exact probabilities,
    within four standard errors.
    """
    table = bi.Dataset(
        (bi.Study("A", 7, 20, 11, 25), bi.Study("B", 0, 12, 3, 9), bi.Study("C", 9, 14, 4, 16))
    )
    posterior = bi.fit(table, bi.Model(likelihood=likelihood))
    values, _ = drawing.posterior_draws(posterior, (4, 1000), 1)
    data, again = drawing.observed(posterior), drawing.replicates(posterior, values, 1, new=new)
    at = data.estimates[0][:, None] if posterior.model.uses_estimates else data.counts[:, [0, 2]]
    theta = (
        drawing.new_effects(posterior.model, values, 3, np.random.default_rng(9)) if new else values["theta"]
    )
    flat = {"theta": theta, "alpha": values.get("alpha")}
    theta, alpha = (None if array is None else array.reshape(-1, 3) for array in flat.values())
    up_to = at_most(posterior.model, data, theta, alpha, at)
    shares = (again.reshape(4000, 3, -1)[..., : up_to.shape[-1]] <= at[:, : up_to.shape[-1]]).mean(axis=0)
    foretold = up_to.mean(axis=0)
    error = np.sqrt(foretold * (1 - foretold) / 4000 + up_to.var(axis=0) / 4000)
    assert (shares - foretold) / error == pytest.approx(0, abs=4)


def test_effects_of_a_trial_far_larger_than_the_others_stay_with_its_data() -> None:
    """Its curve is far narrower than the spread between studies, wherever mu is."""
    table = bi.Dataset(
        (
            bi.Study("a", 0, 12, 3, 9),
            bi.Study("b", 7, 7, 8, 8),
            bi.Study("huge", 400_000, 10**6, 399_000, 10**6),
        )
    )
    posterior = bi.fit(table, bi.Model())
    values, _ = drawing.posterior_draws(posterior, (2, 1000), 1)
    theta = values["theta"][..., 2]
    low, high = posterior.theta["huge"].interval(0.9999)
    assert low - 0.01 < theta.min() and theta.max() < high + 0.01
    assert theta.mean() == pytest.approx(
        posterior.theta["huge"].mean, abs=4 * posterior.theta["huge"].sd / np.sqrt(2000)
    )
