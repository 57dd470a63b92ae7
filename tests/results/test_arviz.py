"""The ArviZ tree: its groups, exact draws with the grid's own probabilities,
and logs that add up to the posterior.
"""

from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.results.draws.arviz import to_arviz

pytestmark = pytest.mark.slow

TABLE = bi.Dataset(
    (
        bi.Study("Branch", 7, 7, 9, 9), bi.Study("Dendrinos", 15, 38, 29, 40),
        bi.Study("Stricker", 22, 24, 0, 7), bi.Study("nobody", 0, 0, 4, 5),
        bi.Study("Yamada", 29, 50, 17, 49),
    ),
    "table",
)  # fmt: skip
# no study decides alone
ALIKE = bi.Dataset(tuple(bi.Study(f"S{i}", 12 + i, 40, 18 - i, 38 + i) for i in range(6)), "alike")
GROUPS = {
    "posterior", "posterior_predictive", "prior", "prior_predictive",
    "observed_data", "constant_data", "log_likelihood", "log_prior",
}  # fmt: skip
KEPT = ["Branch", "Dendrinos", "Stricker", "Yamada"]
SHARES = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
SURFACE = 1e-4  # of a log likelihood: the interpolated surface was within 4e-5 of the closed form
WITHIN = 4.0  # binomial standard errors of a share of independent draws; seeds are fixed


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
@pytest.mark.parametrize(
    "tau", ["half_normal(0.5)", "half_cauchy(5)", "inverse_gamma_tau2(0.001, 0.001)", "uniform(0, 0.02)"]
)
def test_exact_draws_have_the_grid_s_probabilities(likelihood: str, tau: str) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood=likelihood, tau=tau))
    draws = to_arviz(posterior, draws=2500)["posterior"]
    marginals = {name: (posterior[name], draws[name].values) for name in ("mu", "tau", "theta_new")}
    marginals |= {
        name: (posterior.theta[name], draws["theta"].sel(study=name).values) for name in posterior.studies
    }
    for name, (marginal, values) in marginals.items():
        below = (values[..., None] < np.asarray(marginal.quantile(SHARES))).mean(axis=(0, 1))
        assert np.abs(below - SHARES) / np.sqrt(SHARES * (1 - SHARES) / values.size) == pytest.approx(
            0, abs=WITHIN
        ), name


def test_exact_draws_of_student_t_effects_have_the_grid_s_probabilities() -> None:
    posterior = bi.fit(
        TABLE.trials(("Dendrinos", "Stricker")), bi.Model(effects="student_t(4)", tau="half_normal(0.3)")
    )
    draws = to_arviz(posterior, draws=1000)["posterior"]
    marginals = {"theta_new": (posterior["theta_new"], draws["theta_new"].values)}
    marginals |= {
        name: (posterior.theta[name], draws["theta"].sel(study=name).values) for name in posterior.studies
    }
    for name, (marginal, values) in marginals.items():
        below = (values[..., None] < np.asarray(marginal.quantile(SHARES))).mean(axis=(0, 1))
        assert np.abs(below - SHARES) / np.sqrt(SHARES * (1 - SHARES) / values.size) == pytest.approx(
            0, abs=WITHIN
        ), name


def test_exact_draws_hold_the_dependence() -> None:
    """Given mu and tau, a study's effect under the normal likelihood is normal with a known mean and SD."""
    posterior = bi.fit(TABLE, bi.Model(likelihood="normal"))
    tree = posterior.to_arviz(draws=2500)
    mu, tau, theta = (tree["posterior"][name].values for name in ("mu", "tau", "theta"))
    y, s = tree["observed_data"]["log_odds_ratio"].values, tree["constant_data"]["standard_error"].values
    weight = tau[..., None] ** 2 / (tau[..., None] ** 2 + s**2)
    z = (theta - mu[..., None] - weight * (y - mu[..., None])) / (s * np.sqrt(weight))
    z = z.reshape(-1, z.shape[-1])
    assert z.mean(axis=0) == pytest.approx(0, abs=WITHIN / np.sqrt(len(z)))
    assert z.std(axis=0) == pytest.approx(1, abs=WITHIN / np.sqrt(2 * len(z)))
    assert np.corrcoef(np.column_stack([z, mu.ravel(), tau.ravel()]).T)[: z.shape[1]] == pytest.approx(
        np.eye(z.shape[1], z.shape[1] + 2), abs=WITHIN / np.sqrt(len(z))
    )


def test_common_effect() -> None:
    tree = to_arviz(bi.fit(TABLE, bi.Model(effects="common")))
    assert list(tree["posterior"].data_vars) == ["mu", "theta_new", "baseline"]
    assert list(tree["log_prior"].data_vars) == ["mu"]
    assert tree["log_likelihood"]["events"].shape == (4, 1000, 4)
    # no baseline: integrated is conditional
    exact = bi.fit(TABLE, bi.Model(effects="common", likelihood="hypergeometric"))
    one, other = (
        to_arviz(exact, integrated=choice)["log_likelihood"]["events"].values for choice in (True, False)
    )
    assert one == pytest.approx(other, abs=SURFACE)


def test_groups_labels_and_data() -> None:
    tree = to_arviz(bi.fit(TABLE, bi.Model()), chains=2, draws=10)
    assert set(tree.children) == GROUPS
    assert list(tree["posterior"]["study"].values) == KEPT
    assert tree["posterior"]["theta"].dims == ("chain", "draw", "study")
    assert tree["log_likelihood"]["events"].dims == ("chain", "draw", "study")
    assert tree["observed_data"]["events"].sel(study="Dendrinos", arm="control") == 29
    assert tree["constant_data"]["totals"].sel(study="Dendrinos", arm="treatment") == 38
    assert tree.attrs["model_tau"] == "half_normal(0.5)" and tree.attrs["engine"] == "quadrature"
    assert not any("created_at" in node.attrs or "sampling_time" in node.attrs for node in tree.subtree)


def test_an_improper_prior_foretells_nothing() -> None:
    tree = to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal", mu="flat()")), draws=10)
    assert set(tree.children) == GROUPS - {"prior", "prior_predictive"}
    assert tree.attrs["left_out"] == "prior and prior_predictive: mu ~ flat() is improper"
    assert "left_out" not in to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal")), draws=10).attrs


def test_arviz_reads_the_tree() -> None:
    """Summaries, leave-one-out, power scaling and the predictive plot take the tree as it is."""
    import arviz as az

    tree = to_arviz(bi.fit(ALIKE, bi.Model()), draws=250)
    assert list(az.summary(tree, var_names=["mu", "tau"]).index) == ["mu", "tau"]
    assert np.isfinite(az.loo(tree).elpd)
    assert set(az.psense_summary(tree, var_names=["mu"]).columns) == {"prior", "likelihood", "diagnosis"}
    assert az.plot_psense_dist(tree, var_names=["mu", "tau"], backend="none") is not None
    assert az.plot_prior_posterior(tree, var_names=["mu", "tau"], backend="none") is not None
    summary = az.summary(tree, group="posterior_predictive", kind="stats")
    assert "events[S1, control]" in summary.index


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a.nc", "b.nc"):
        to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal")), draws=50).to_netcdf(tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()
    other = to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal")), draws=50, seed=2)
    assert not np.array_equal(
        other["posterior"]["mu"], to_arviz(bi.fit(TABLE, bi.Model()), draws=50)["posterior"]["mu"]
    )


def test_integrated_log_likelihood_is_the_integral() -> None:
    """Against the closed form: under the normal likelihood it is Normal(y | mu, s^2 + tau^2)."""
    tree = to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal")), draws=100)
    mu, tau = (tree["posterior"][name].values[..., None] for name in ("mu", "tau"))
    y, s = tree["observed_data"]["log_odds_ratio"].values, tree["constant_data"]["standard_error"].values
    v = s**2 + tau**2
    expected = -0.5 * (y - mu) ** 2 / v - 0.5 * np.log(2 * np.pi * v)
    assert tree["log_likelihood"]["log_odds_ratio"].values == pytest.approx(expected, abs=SURFACE)


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
def test_exact_leave_one_out_from_the_tree(likelihood: str) -> None:
    """Importance sampling from the tree agrees with the ratio of two exact marginal likelihoods."""
    import arviz as az

    model = bi.Model(likelihood=likelihood)
    posterior = bi.fit(ALIKE, model)
    loo = az.loo(to_arviz(posterior, draws=5000), pointwise=True)
    for name in posterior.studies:
        exact = (
            posterior.log_marginal_likelihood
            - bi.fit(ALIKE.trials(f"-{name}"), model).log_marginal_likelihood
        )
        assert float(loo.elpd_i.sel(study=name)) == pytest.approx(exact, abs=0.05)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"draws": 0}, "draws is 0"),
        ({"chains": 1.5}, "chains is 1.5"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": True}, "seed is True"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError, match=words):
        to_arviz(bi.fit(TABLE, bi.Model(likelihood="normal", effects="common")), **settings)


@pytest.mark.mcmc
def test_sampled_tree() -> None:
    """Conditional on the studies' own parameters, likelihood and priors add up to the density
    that NUTS itself used.
    """
    posterior = bi.fit(TABLE, bi.Model(baseline="midpoint"), engine=bi.NUTS(draws=1000, seed=5))
    tree = to_arviz(posterior, integrated=False)
    assert set(tree.children) == GROUPS | {"sample_stats"}
    values = tree["posterior"]
    assert list(values.data_vars) == ["mu", "tau", "theta", "theta_new", "baseline"]
    total = sum(tree["log_prior"][name].values for name in ("mu", "tau"))
    total = total + sum(tree["log_prior"][name].values.sum(axis=-1) for name in ("theta", "baseline"))
    total = total + tree["log_likelihood"]["events"].values.sum(axis=-1)
    # The sampler moves in (mu, tau with a sign, z, alpha): d theta = tau d z, study by study.
    total = total + len(KEPT) * np.log(values["tau"].values)
    difference = (
        total - tree["sample_stats"]["lp"].values
    )  # a constant: binomial coefficients are left out, and tau has two signs
    assert np.ptp(difference) < 1e-6 < np.ptp(total)


@pytest.mark.mcmc
def test_both_engines_give_one_tree() -> None:
    """The integrated log likelihood has the same mean over both engines' draws,
    and power scaling finds the same.
    """
    import arviz as az

    trees = [
        to_arviz(bi.fit(TABLE, bi.Model(), engine=engine), draws=2500)
        for engine in (bi.NUTS(draws=2500, seed=5), bi.Quadrature())
    ]
    means = [tree["log_likelihood"]["events"].values.reshape(-1, len(KEPT)) for tree in trees]
    # 1500: what the sampled 10,000 are worth at least
    error = np.sqrt(sum(mean.var(axis=0) / 1500 for mean in means))
    assert (means[0].mean(axis=0) - means[1].mean(axis=0)) / error == pytest.approx(0, abs=WITHIN)
    sense = [az.psense(tree, var_names=["mu", "tau"]) for tree in trees]
    for name in ("mu", "tau"):
        assert float(sense[0][name]) == pytest.approx(float(sense[1][name]), abs=0.05)
