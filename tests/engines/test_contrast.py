"""Groups of trials under one tau: closed forms, invariances and the refusals."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.analyses.trials.classes import contrast
from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.curves import log_curves
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
GROUPS = {"a": ["Dendrinos 2009", "Triolo 2003", "Vaquero 2001"], "b": ["Yamada 2022", "Heilmann 2001"]}


def of(names: list[str]) -> tuple[Study, ...]:
    return tuple(study for study in LIVE.studies if study.name in names)


def test_normal_groups_against_the_closed_form_at_each_tau() -> None:
    """Given tau every mean is conjugate normal, so a sum over a dense tau grid is all that is left."""
    tau = np.linspace(5e-4, 4, 4000)

    def group(names):
        y, s = ODDS_RATIO.estimates(counts_of(of(names)))
        v = s[:, None] ** 2 + tau**2
        precision = (1 / v).sum(axis=0) + 2.82**-2
        mean = (y[:, None] / v).sum(axis=0) / precision
        log = -0.5 * (np.log(2 * np.pi * v) + y[:, None] ** 2 / v).sum(axis=0)
        return mean, 1 / precision, log + 0.5 * mean**2 * precision - 0.5 * np.log(precision) - np.log(2.82)

    (mean_a, var_a, log_a), (mean_b, var_b, log_b) = group(GROUPS["a"]), group(GROUPS["b"])
    logs = log_a + log_b + stats.halfnorm.logpdf(tau, scale=0.5)
    log_evidence = np.log(np.exp(logs).sum() * (tau[1] - tau[0]))
    weight = np.exp(logs) / np.exp(logs).sum()
    centre, spread = mean_a - mean_b, var_a + var_b
    mean = (weight * centre).sum()
    model = Model(likelihood="normal")
    found = contrast(LIVE, GROUPS, model, difference="independent")
    difference = found.difference("a", "b")
    assert difference.mean == pytest.approx(mean, abs=1e-5)
    assert difference.sd == pytest.approx(np.sqrt((weight * (spread + (centre - mean) ** 2)).sum()), abs=1e-4)
    assert difference.prob_above(0.0) == pytest.approx(
        (weight * stats.norm.sf(0, centre, np.sqrt(spread))).sum(), abs=1e-5
    )
    low, high = difference.interval(0.95)
    for limit, share in ((low, 0.025), (high, 0.975)):
        assert (weight * stats.norm.cdf(limit, centre, np.sqrt(spread))).sum() == pytest.approx(
            share, abs=1e-5
        )
    assert found.mu["a"].mean == pytest.approx((weight * mean_a).sum(), abs=1e-5)
    assert found.tau.mean == pytest.approx((weight * tau).sum(), abs=5e-4)
    together = fit(found.dataset, model).log_marginal_likelihood
    assert found.log_bayes_factor == pytest.approx(log_evidence - together, abs=1e-4)


def test_exact_likelihoods_against_adaptive_integration_under_a_common_effect() -> None:
    """tau = 0: each mean has its own posterior, and the difference is an integral over one of them."""
    model = Model(effects="common")
    found = contrast(
        LIVE,
        {"one": ["Perricone 2008"], "two": ["Mahmoud 2004", "Triolo 2003"]},
        model,
        difference="independent",
    )

    grid = np.linspace(-14, 16, 6001)

    def density(names):
        logs = (
            log_curves(counts_of(of(names)), model, grid, Fineness().finer()).sum(axis=0)
            - 0.5 * (grid / 2.82) ** 2
        )
        return np.exp(logs - logs.max()) / integrate.trapezoid(np.exp(logs - logs.max()), grid)

    one, two = density(["Perricone 2008"]), density(["Mahmoud 2004", "Triolo 2003"])
    below = integrate.cumulative_trapezoid(two, grid, initial=0)
    assert found.difference("one", "two").prob_above(0.0) == pytest.approx(
        integrate.trapezoid(one * below, grid), abs=1e-5
    )
    assert found.difference("one", "two").mean == pytest.approx(
        integrate.trapezoid(one * grid, grid) - integrate.trapezoid(two * grid, grid), abs=1e-4
    )
    assert found.tau.interval() == (0.0, 0.0)


@pytest.mark.parametrize("difference", ["independent", "student_t(4, 0, 0.5)", "normal(0, 1)"])
@pytest.mark.parametrize(
    "model", [Model(), Model("hypergeometric", "student_t(4)")], ids=["normal effects", "Student-t"]
)
def test_differences_are_those_of_the_means_in_either_order(model: Model, difference: str) -> None:
    found = contrast(LIVE, "status", model, difference=difference)
    assert found.diagnostics.ok
    assert list(found.groups) == ["derived", "reported", "reconstructed"]
    assert len(found.differences) == 3
    for (a, b), marginal in found.differences.items():
        assert marginal.mean == pytest.approx(found.mu[a].mean - found.mu[b].mean, abs=2e-4)
    other = contrast(
        LIVE, {name: found.groups[name] for name in reversed(found.groups)}, model, difference=difference
    )
    turned = other.difference("reported", "derived")
    assert turned.prob_above(0.3) == pytest.approx(
        found.difference("derived", "reported").prob_below(-0.3), abs=1e-5
    )
    assert other.log_bayes_factor == pytest.approx(found.log_bayes_factor, abs=1e-5)


@pytest.mark.parametrize("difference", ["independent", "student_t(4, 0, 0.5)", "normal(0, 2)"])
def test_extremes_are_finite(difference: str) -> None:
    """A trial without events, a million people, separation; means far apart."""
    rows = {"x": (0, 20, 0, 22), "y": (100_000, 1_000_000, 110_000, 1_000_000), "z": (22, 24, 0, 7)}
    dataset = Dataset(tuple(Study(name, *counts) for name, counts in rows.items()))
    found = contrast(dataset, {name: [name] for name in rows}, difference=difference)
    assert np.isfinite(found.table().drop(columns="scale").to_numpy(float)).all()
    assert found.diagnostics.ok
    for (a, b), marginal in found.differences.items():
        assert marginal.mean == pytest.approx(found.mu[a].mean - found.mu[b].mean, abs=1e-3)


def normal_witness(
    groups: dict[str, list[str]], prior: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weights, means and covariances of the groups' means at every (W, tau), and log evidences:
    all Gaussian given both.
    """
    tau = 0.02 * (np.arange(140) + 0.5)
    if prior.startswith("normal"):
        mixed, shares = np.ones(1), np.ones(1)
    else:
        x = np.arange(-10, 4.5, 0.25)
        shares = stats.chi2.pdf(np.exp(x), 4) * np.exp(x) * 0.25
        mixed = 4 / np.exp(x)
    scale, size = (1.0 if prior.startswith("normal") else 0.5), len(groups)
    studies = [
        (g, *ODDS_RATIO.estimates(counts_of(of([name]))))
        for g, names in enumerate(groups.values())
        for name in names
    ]
    y, s = np.array([float(e[0]) for _, e, _ in studies]), np.array([float(e[0]) for _, _, e in studies])
    design = np.eye(size)[[g for g, _, _ in studies]]
    logs, means, covariances = [], [], []
    for w, share in zip(mixed, shares, strict=True):
        before = np.full((size, size), 2.82**2) + np.eye(size) * w * scale**2 / 2
        for t in tau:
            total = design @ before @ design.T + np.diag(s**2 + t**2)
            gain = before @ design.T @ np.linalg.inv(total)
            logs.append(
                stats.multivariate_normal.logpdf(y, np.zeros(y.size), total)
                + np.log(share)
                + stats.halfnorm.logpdf(t, 0, 0.5)
            )
            means.append(gain @ y)
            covariances.append(before - gain @ design @ before)
    return (
        np.array(logs) + np.log(0.02),
        np.array(means),
        np.array(covariances),
        np.exp(logs - np.logaddexp.reduce(logs)),
    )


@pytest.mark.parametrize("prior", ["normal(0, 1)", "student_t(4, 0, 0.5)"])
@pytest.mark.parametrize("size", [2, 3])
def test_exchangeable_means_against_the_closed_form_at_each_tau_and_mixing_weight(
    size: int, prior: str
) -> None:
    groups = dict([*GROUPS.items(), ("c", ["Perricone 2008", "Mahmoud 2004"])][:size])
    logs, means, covariances, weight = normal_witness(groups, prior)
    found = contrast(LIVE, groups, Model(likelihood="normal"), difference=prior)
    assert found.diagnostics.ok
    together = fit(found.dataset, Model(likelihood="normal")).log_marginal_likelihood
    assert found.log_bayes_factor == pytest.approx(np.logaddexp.reduce(logs) - together, abs=3e-4)
    for g, name in enumerate(groups):
        centre, sd = means[:, g], np.sqrt(covariances[:, g, g])
        assert found.mu[name].mean == pytest.approx(weight @ centre, abs=2e-4)
        assert found.mu[name].prob_above(0.4) == pytest.approx(
            weight @ stats.norm.sf(0.4, centre, sd), abs=1e-4
        )
    other, *_, one = groups
    across = np.zeros(size)
    across[-1], across[0] = 1, -1
    centre, sd = means @ across, np.sqrt(np.einsum("i,nij,j->n", across, covariances, across))
    difference = found.difference(other, one)
    for p in (0.025, 0.5, 0.975):
        assert weight @ stats.norm.sf(float(difference.quantile(p)), -centre, sd) == pytest.approx(
            1 - p, abs=2e-4
        )


@pytest.mark.parametrize(
    ("baseline", "expected"), [("control", (5.165, 1.056, 29.57)), ("midpoint", (5.266, 1.068, 30.11))]
)
def test_the_shares_of_antibodies_by_brute_force(baseline: str, expected: tuple[float, float, float]) -> None:
    """Plain sums over both means, the mixing weight and tau;
    the outside value on the control arm is 5.2 (1.06 to 29.6).
    """
    model = Model(baseline=baseline)
    found = contrast(LIVE, "apl_share >= 1", model)
    shown = -np.asarray(found.difference(*found.groups).quantile([0.5, 0.975, 0.025]))
    assert np.exp(shown) == pytest.approx(expected, rel=2e-3)
    theta, alpha = np.linspace(-24, 24, 801), np.linspace(-40, 40, 801)[:, None]
    mu, tau = np.linspace(-9, 9, 241), 0.08 * (np.arange(32) + 0.5)
    half = 0.5 if baseline == "midpoint" else 0.0
    spread = [stats.norm.pdf(theta, mu[:, None], t) for t in tau]

    def surface(names: tuple[str, ...]) -> np.ndarray:
        logs = np.zeros((mu.size, tau.size))
        for study in of(list(names)):
            a, n1, c, n0 = study.counts
            p1, p0 = special.expit(alpha + (1 - half) * theta), special.expit(alpha - half * theta)
            curve = stats.norm.pdf(alpha[:, 0], 0, 10) @ (
                stats.binom.pmf(a, n1, p1) * stats.binom.pmf(c, n0, p0)
            )
            logs += np.log(np.stack([each @ curve for each in spread], axis=1))
        return np.exp(logs - logs.max())

    one, two = (surface(names) for names in found.groups.values())
    d, m = mu[:, None] - mu, (mu[:, None] + mu) / 2
    x = np.arange(-9, 4.5, 0.15)
    v = 4 / np.exp(x) * 0.25 / 2  # variance of a mean around the centre
    shares = stats.chi2.pdf(np.exp(x), 4) * np.exp(x)
    prior = sum(
        w * stats.norm.pdf(d, 0, np.sqrt(2 * each)) * stats.norm.pdf(m, 0, np.sqrt(2.82**2 + each / 2))
        for w, each in zip(shares, v, strict=True)
    )
    joint = np.einsum("at,bt,t->ab", one, two, stats.halfnorm.pdf(tau, scale=0.5)) * prior
    step = mu[1] - mu[0]
    mass = np.array([np.trace(joint, offset=k) for k in range(-240, 241)])  # of mu_2 - mu_1 = k steps
    below = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    assert np.interp([0.5, 0.025, 0.975], below, step * np.arange(-240, 241)) == pytest.approx(
        shown, abs=0.01
    )


def test_a_narrow_prior_of_differences_is_nearly_one_mean() -> None:
    apart, one = (
        contrast(LIVE, GROUPS, Model(), difference="normal(0, 0.1)"),
        fit(LIVE.trials([*GROUPS["a"], *GROUPS["b"]]), Model()),
    )
    assert abs(apart.log_bayes_factor) < 0.05
    assert apart.mu["a"].quantile(0.5) == pytest.approx(one["mu"].quantile(0.5), abs=0.05)


@pytest.mark.parametrize(
    "prior", ["normal(0.5, 1)", "student_t(4, 1, 0.5)", "half_normal(1)", "normal(0, 0.05)", "logistic(0, 1)"]
)
def test_a_prior_that_makes_a_class_the_reference_or_forbids_differences_is_refused(prior: str) -> None:
    with pytest.raises(ModelError, match="difference: "):
        contrast(LIVE, GROUPS, difference=prior)


def test_a_comparison_is_post_hoc_unless_the_data_say_otherwise(tmp_path) -> None:
    rows = (
        "study,treatment_events,treatment_total,control_events,control_total,kind\nA,4,20,5,21,x\n"
        "B,3,30,8,29,x\nC,9,25,5,24,y\n"
    )
    (tmp_path / "mine.csv").write_text(rows)
    assert not contrast(load_dataset(tmp_path / "mine.csv"), "kind").stated_before
    (tmp_path / "mine.toml").write_text('stated_before = ["kind"]')
    assert contrast(load_dataset(tmp_path / "mine.csv"), "kind").stated_before
    (tmp_path / "mine.toml").write_text("stated_before = [1]")
    with pytest.raises(DataError, match="stated_before: found 1; each must be the name of a column"):
        load_dataset(tmp_path / "mine.csv")


def test_the_table_reads_as_ratios() -> None:
    found = contrast(LIVE, GROUPS)
    table = found.table(0.9)
    assert list(table.index) == ["a", "b", "a / b"]
    assert table.loc["a / b", "median"] == pytest.approx(np.exp(found.difference("a", "b").quantile(0.5)))
    assert table.loc["a", "lower"] == pytest.approx(np.exp(found.mu["a"].interval(0.9)[0]))


@pytest.mark.parametrize(
    ("by", "model", "error", "said"),
    [
        ("statsu", Model(), DataError, "did you mean 'status'"),
        ({"a": "published"}, Model(), DataError, "two groups"),
        ({"a": "published", "b": "all"}, Model(), DataError, "belongs to one"),
        ({"a": "Branch 2000", "b": "Yamada 2022"}, Model("hypergeometric"), DataError, "no study carries"),
        (
            {"a": "Stricker 2000", "b": "Yamada 2022"},
            Model("hypergeometric", mu="flat()"),
            ModelError,
            "group a: .*does not exist",
        ),
        (["a", "b"], Model(), DataError, "the name of a column or a dict of study names by group"),
    ],
)
def test_what_is_no_contrast_is_refused(by, model, error, said: str) -> None:
    with pytest.raises(error, match=said):
        contrast(LIVE, by, model)


def test_no_bayes_factor_without_proper_priors() -> None:
    assert contrast(LIVE, GROUPS, Model("normal", "common", mu="flat()")).log_bayes_factor is None
