"""Joint draws as a data frame, and a log likelihood by arm that ArviZ takes."""

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.errors import ModelError

DATA = bi.Dataset(
    (bi.Study("A", 3, 20, 6, 21), bi.Study("B", 8, 40, 9, 38), bi.Study("C", 0, 15, 4, 16)), "mine"
)


def test_draws_have_the_posterior_s_quantiles_and_hold_together() -> None:
    posterior = bi.fit(DATA)
    draws = posterior.draws(4000)
    assert list(draws) == [
        "mu", "tau", "theta_new", *(f"{name}[{study}]" for name in ("theta", "alpha") for study in "ABC"),
    ]  # fmt: skip
    for name in ("mu", "tau", "theta_new"):
        below = (draws[name].to_numpy()[:, None] < posterior[name].quantile([0.1, 0.5, 0.9])).mean(axis=0)
        error = np.sqrt(np.array([0.09, 0.25, 0.09]) / 4000)
        assert np.all(np.abs(below - [0.1, 0.5, 0.9]) < 4 * error)
    # effects of trials lie around mu: what a marginal alone could not show
    assert np.corrcoef(draws["mu"], draws["theta[B]"])[0, 1] > 0.3
    assert draws.equals(posterior.draws(4000)) and not draws.equals(posterior.draws(4000, seed=2))


def test_arms_are_binomial_given_effect_and_baseline() -> None:
    posterior = bi.fit(DATA)
    tree = posterior.to_arviz(by_arm=True, chains=1, draws=20)
    theta, alpha = (np.asarray(tree.posterior[name])[0] for name in ("theta", "baseline"))
    risks = 1 / (1 + np.exp(-np.stack([alpha + theta / 2, alpha - theta / 2], axis=-1)))
    events, totals = np.array([[3, 6], [8, 9], [0, 4]]), np.array([[20, 21], [40, 38], [15, 16]])
    expected = stats.binom.logpmf(events, totals, risks)
    assert np.asarray(tree.log_likelihood["events"])[0] == pytest.approx(expected, rel=1e-9)
    by_study = posterior.to_arviz(integrated=False, chains=1, draws=20).log_likelihood["events"]
    assert np.asarray(by_study)[0] == pytest.approx(expected.sum(axis=-1), rel=1e-9)


@pytest.mark.filterwarnings("ignore:Estimated shape parameter of Pareto:UserWarning")
def test_arviz_has_a_leave_one_out_check_for_each_arm() -> None:
    import arviz as az

    alike = bi.Dataset(tuple(bi.Study(f"S{i}", 12 + i, 40, 18 - i, 38 + i) for i in range(6)), "alike")
    tree = bi.fit(alike).to_arviz(by_arm=True, draws=250)
    values = np.asarray(az.loo_pit(tree, var_names="events")["events"])
    assert values.shape == (6, 2)
    assert np.all((values > 0) & (values < 1)) and 0.2 < values.mean() < 0.8


@pytest.mark.parametrize("likelihood", ["hypergeometric", "normal"])
def test_arms_that_are_not_seen_apart_are_refused(likelihood: str) -> None:
    with pytest.raises(ModelError, match="by_arm needs arms that are binomial each given its own log odds"):
        bi.fit(DATA, bi.Model(likelihood)).to_arviz(by_arm=True)


@pytest.mark.mcmc
def test_a_sampled_posterior_gives_its_own_draws() -> None:
    posterior = bi.fit(DATA, engine=bi.NUTS(draws=300, tune=500, chains=2, seed=1))
    draws = posterior.draws(600)
    assert len(draws) == 600 and {"mu", "tau", "theta_new", "theta[A]"} <= set(draws)
    assert draws["mu"].mean() == pytest.approx(posterior["mu"].mean, rel=1e-12)
    assert set(posterior.draws(100)["mu"]) <= set(draws["mu"])
    with pytest.raises(ModelError, match="size is 700; this posterior was sampled and has 600 draws"):
        posterior.draws(700)
