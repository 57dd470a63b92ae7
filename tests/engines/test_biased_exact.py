"""The exact engine of bias adjustment: normal algebra, direct sums, its limits, and what may be asked."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import halfnorm, norm

import bayes_ivig as bi
from bayes_ivig.inputs.model.covariates import BiasAdjusted

Y, S = np.array([0.2, 1.2, -0.3, 0.5, 0.4]), np.array([0.3, 0.35, 0.25, 0.4, 0.2])
STUDIES = tuple(bi.Estimate(f"S{i}", float(y), float(s)) for i, (y, s) in enumerate(zip(Y, S, strict=True)))
DATA = bi.Dataset(STUDIES, "five")
PRIORS = {
    "mu": "normal(0, 1)",
    "tau": "half_normal(0.5)",
    "beta0": "normal(0.2, 0.4)",
    "kappa": "half_normal(0.6)",
}
NEAR = 2e-4  # posterior SDs
PLAIN = {"likelihood": "normal", "mu": PRIORS["mu"], "tau": PRIORS["tau"]}


def adjusted(*flagged: int, **priors: str) -> BiasAdjusted:
    names = tuple(f"S{i}" for i in flagged)
    return BiasAdjusted(flagged=names, likelihood="normal", **(PRIORS | priors))  # type: ignore[arg-type]


class Algebra:
    """The same posterior by normal algebra given tau and kappa, and Gauss-Legendre nodes of these two."""

    def __init__(self, flags: np.ndarray) -> None:
        x, w = np.polynomial.legendre.leggauss(60)
        tau, kappa = 2 * (x + 1), 2.5 * (x + 1)
        self.tau, self.kappa = (each.ravel() for each in np.meshgrid(tau, kappa, indexing="ij"))
        log_weight = np.log(np.multiply.outer(2 * w, 2.5 * w)).ravel()
        log_weight += halfnorm.logpdf(self.tau, scale=0.5) + halfnorm.logpdf(self.kappa, scale=0.6)
        self.flags, prior = flags, np.diag([1.0, 0.16])
        self.design = np.stack([np.ones(Y.size), flags], axis=1)
        own = S**2 + self.tau[:, None] ** 2 + flags * self.kappa[:, None] ** 2
        cov = own[:, :, None] * np.eye(Y.size) + self.design @ prior @ self.design.T
        self.inverse, self.away = np.linalg.inv(cov), Y - 0.2 * flags
        fit = np.einsum("k,nkl,l->n", self.away, self.inverse, self.away)
        logs = log_weight - 0.5 * (fit + np.linalg.slogdet(2 * np.pi * cov)[1])
        self.log_evidence = float(np.logaddexp.reduce(logs))
        self.share = np.exp(logs - self.log_evidence)

    def of(self, centre: float, variance: np.ndarray, covariance: np.ndarray) -> tuple[float, float, float]:
        """Mean, SD and probability above 0 of something normal given tau and kappa."""
        gain = np.einsum("nk,nkl->nl", covariance, self.inverse)
        mean, rest = centre + gain @ self.away, variance - (gain * covariance).sum(axis=1)
        middle = float(self.share @ mean)
        sd = np.sqrt(self.share @ (rest + mean**2) - middle**2)
        return middle, float(sd), float(self.share @ norm.sf(0, mean, np.sqrt(rest)))

    def mu(self) -> tuple[float, float, float]:
        return self.of(0.0, np.ones(self.tau.size), np.ones((self.tau.size, Y.size)))

    def beta0(self) -> tuple[float, float, float]:
        return self.of(0.2, np.full(self.tau.size, 0.16), np.tile(0.16 * self.flags, (self.tau.size, 1)))

    def theta(self, i: int) -> tuple[float, float, float]:
        own = np.eye(Y.size)[i] * self.tau[:, None] ** 2
        return self.of(0.0, 1 + self.tau**2, 1 + own)

    def bias(self, i: int) -> tuple[float, float, float]:
        own = np.eye(Y.size)[i] * self.kappa[:, None] ** 2
        return self.of(0.2, 0.16 + self.kappa**2, 0.16 * self.flags + own)


@pytest.mark.parametrize("flagged", [(1, 3), (0, 1, 2, 3, 4), (4,)])
def test_normal_algebra_gives_the_same_numbers(flagged: tuple[int, ...]) -> None:
    post = bi.fit(DATA, adjusted(*flagged))
    exact = Algebra(np.isin(np.arange(Y.size), flagged).astype(float))
    assert post.engine == "quadrature"
    assert post.diagnostics.ok, post.diagnostics.problems
    assert post.log_marginal_likelihood == pytest.approx(exact.log_evidence, abs=1e-5)
    asked: Mapping[str, tuple[bi.Marginal, tuple[float, float, float]]] = {
        "mu": (post["mu"], exact.mu()),
        "beta0": (post["beta0"], exact.beta0()),
        **{
            f"theta {i}": (post.theta[f"S{i}"], exact.theta(i)) for i in range(Y.size) if i not in flagged[2:]
        },
        **{f"bias {i}": (post[f"bias[S{i}]"], exact.bias(i)) for i in flagged[:2]},
    }
    for name, (marginal, (mean, sd, above)) in asked.items():
        assert marginal.mean == pytest.approx(mean, abs=NEAR * sd), name
        assert marginal.sd == pytest.approx(sd, rel=NEAR), name
        assert marginal.prob_above(0) == pytest.approx(above, abs=NEAR), name
    for name, values in (("tau", exact.tau), ("kappa", exact.kappa)):
        assert post[name].mean == pytest.approx(
            float(exact.share @ values), abs=NEAR * (post[name].sd or 0)
        ), name


def test_counts_by_direct_sums() -> None:
    """The hypergeometric likelihood and all four parameters on plain grids, with SciPy's probabilities."""
    from scipy.stats import nchypergeom_fisher

    rows = ((4, 30, 2, 28), (6, 25, 5, 26), (9, 20, 3, 22))
    theta = np.linspace(-8, 8, 161)
    curves = [nchypergeom_fisher.logpmf(r1, n1 + n0, r1 + r0, n1, np.exp(theta)) for r1, n1, r0, n0 in rows]
    mu, tau = np.linspace(-2.5, 3, 34), (np.arange(20) + 0.5) / 8
    beta0, kappa = np.linspace(-1.3, 2.3, 21), (np.arange(12) + 0.5) / 5

    def smoothed(curve: np.ndarray, m: np.ndarray, s: np.ndarray) -> np.ndarray:
        kernel = norm.pdf(theta, m[:, None, None], s[:, None]) * (theta[1] - theta[0])
        return np.log(kernel @ np.exp(curve))

    free = sum(smoothed(curve, mu, tau) for curve in curves[:2])
    m, s = np.add.outer(mu, beta0).ravel(), np.hypot.outer(tau, kappa).ravel()
    biased = smoothed(curves[2], m, s).reshape(mu.size, beta0.size, tau.size, kappa.size)
    logs = biased + (free + norm.logpdf(mu)[:, None] + halfnorm.logpdf(tau, scale=0.5))[:, None, :, None]
    logs += norm.logpdf(beta0, 0.2, 0.4)[:, None, None] + halfnorm.logpdf(kappa, scale=0.6)
    share = np.exp(logs - np.logaddexp.reduce(logs, axis=None))
    data = bi.Dataset(tuple(bi.Study(f"S{i}", *row) for i, row in enumerate(rows)), "three")
    post = bi.fit(data, BiasAdjusted(flagged=("S2",), likelihood="hypergeometric", **PRIORS))
    for axis, (name, values) in enumerate((("mu", mu), ("beta0", beta0), ("tau", tau), ("kappa", kappa))):
        own = share.sum(axis=tuple({0, 1, 2, 3} - {axis}))
        mean, sd = own @ values, np.sqrt(own @ values**2 - (own @ values) ** 2)
        assert post[name].mean == pytest.approx(mean, abs=0.01 * sd), name
        assert post[name].sd == pytest.approx(sd, rel=0.01), name


def test_priors_that_leave_no_room_for_bias_give_the_plain_posterior() -> None:
    post = bi.fit(DATA, adjusted(1, 3, beta0="normal(0, 1e-4)", kappa="half_normal(1e-4)"))
    plain = bi.fit(DATA, bi.Model(**PLAIN))
    for one, other in ((post[name], plain[name]) for name in ("mu", "tau", "theta_new")):
        assert one.quantile((0.025, 0.5, 0.975)) == pytest.approx(
            other.quantile((0.025, 0.5, 0.975)), abs=1e-4
        )
    for study in post.studies:
        assert post.theta[study].mean == pytest.approx(plain.theta[study].mean, abs=1e-3)
    assert post.log_marginal_likelihood == pytest.approx(plain.log_marginal_likelihood, abs=1e-5)


def test_where_all_are_flagged_the_sum_of_mean_and_bias_is_what_trials_show() -> None:
    """Normal(0, 0.8) and Normal(0.3, 0.6) add up to Normal(0.3, 1): so does what is known of either."""
    post = bi.fit(
        DATA,
        adjusted(0, 1, 2, 3, 4, mu="normal(0, 0.8)", beta0="normal(0.3, 0.6)", kappa="half_normal(1e-4)"),
    )
    plain = bi.fit(DATA, bi.Model(**(PLAIN | {"mu": "normal(0.3, 1)"})))
    assert (post["mu"].mean or 0) + (post["beta0"].mean or 0) == pytest.approx(plain["mu"].mean, abs=1e-4)
    assert post["mu"].mean == pytest.approx(0.64 * ((plain["mu"].mean or 0) - 0.3), abs=1e-4)
    assert post.log_marginal_likelihood == pytest.approx(plain.log_marginal_likelihood, abs=1e-5)


def test_a_bias_of_any_size_leaves_flagged_trials_nearly_out() -> None:
    post = bi.fit(DATA, adjusted(1, 3, beta0="normal(0, 20)", kappa="half_normal(20)"))
    without = bi.fit(DATA.trials(["S0", "S2", "S4"]), bi.Model(**PLAIN))
    assert post["mu"].mean == pytest.approx(without["mu"].mean, abs=0.01)
    assert post["mu"].sd == pytest.approx(without["mu"].sd, rel=0.02)


def test_order_of_trials_and_direction_do_not_matter() -> None:
    post = bi.fit(DATA, adjusted(1, 3))
    turned = bi.Dataset(tuple(bi.Estimate(s.name, -s.y, s.standard_error) for s in STUDIES[::-1]), "turned")
    other = bi.fit(turned, adjusted(1, 3, beta0="normal(-0.2, 0.4)"))
    assert other.studies == post.studies[::-1]
    for name in ("mu", "beta0", "bias[S1]", "bias[S3]"):
        assert other[name].quantile(0.1) == pytest.approx(-post[name].quantile(0.9), abs=1e-4), name
    for name in ("tau", "kappa"):
        assert other[name].quantile(0.9) == pytest.approx(post[name].quantile(0.9), abs=1e-4), name
    assert other.theta["S3"].mean == pytest.approx(-(post.theta["S3"].mean or 0), abs=1e-4)


def test_exchanged_arms_change_the_sign() -> None:
    rows = ((4, 30, 2, 28), (6, 25, 5, 26), (9, 20, 3, 22))
    there = bi.Dataset(tuple(bi.Study(f"S{i}", *row) for i, row in enumerate(rows)), "three")
    back = bi.Dataset(tuple(bi.Study(f"S{i}", *row[2:], *row[:2]) for i, row in enumerate(rows)), "back")
    one, other = (bi.fit(each, BiasAdjusted(flagged=("S2",))) for each in (there, back))
    for name in ("mu", "beta0"):
        assert other[name].mean == pytest.approx(-(one[name].mean or 0), abs=1e-4), name
    assert other["kappa"].mean == pytest.approx(one["kappa"].mean, abs=1e-4)


def test_further_questions_are_answered_as_a_fit_would(tmp_path: Path) -> None:
    post, model = bi.fit(DATA, adjusted(1, 3)), adjusted(1, 3, beta0="normal(0, 0.1)")
    assert post.under(beta0="normal(0, 0.1)")["mu"].mean == bi.fit(DATA, model)["mu"].mean
    part = bi.fit(DATA.trials(["S0", "S1", "S2"]), adjusted(1, 3))
    assert post.trials(["S0", "S1", "S2"])["mu"].mean == part["mu"].mean
    assert post.without("S3", "S4")["kappa"].mean == part["kappa"].mean
    assert post.leave_one_out()["S4"]["mu"].mean == post.without("S4")["mu"].mean
    post.save(tmp_path / "it.nc")
    back = bi.Posterior.load(tmp_path / "it.nc")
    for name in post.names:
        assert back[name].quantile(0.9) == pytest.approx(post[name].quantile(0.9), abs=1e-9), name
    assert back.theta["S1"].mean == pytest.approx(post.theta["S1"].mean, abs=1e-9)


def test_a_trial_set_without_flagged_trials_is_the_plain_model() -> None:
    """What is known of bias is then the prior's alone."""
    post = bi.fit(DATA, adjusted(1, 3)).without("S1", "S3")
    plain = bi.fit(DATA.trials(["S0", "S2", "S4"]), bi.Model(**PLAIN))
    assert post["mu"].quantile(0.9) == pytest.approx(plain["mu"].quantile(0.9), abs=1e-5)
    assert post.theta["S2"].quantile(0.9) == pytest.approx(plain.theta["S2"].quantile(0.9), abs=1e-4)
    assert post["beta0"].quantile(0.9) == pytest.approx(norm.ppf(0.9, 0.2, 0.4), abs=1e-4)
    assert post["kappa"].quantile(0.9) == pytest.approx(halfnorm.ppf(0.9, scale=0.6), abs=1e-4)
    assert "keep their priors" in post.remarks[0]
    assert not [name for name in post.names if name.startswith("bias")]
    assert len(post.draws(50)) == 50


def test_draws_have_the_same_moments() -> None:
    post = bi.fit(DATA, adjusted(1, 3))
    drawn = post.draws(8_000, seed=3)
    for name in post.names:
        sd = post[name].sd or 0
        assert drawn[name].mean() == pytest.approx(post[name].mean, abs=4.5 * sd / np.sqrt(len(drawn))), name
        assert drawn[name].std() == pytest.approx(sd, rel=0.05), name
    for study in post.studies:
        marginal, column = post.theta[study], drawn[f"theta[{study}]"]
        assert column.mean() == pytest.approx(
            marginal.mean, abs=4.5 * (marginal.sd or 0) / np.sqrt(len(drawn))
        )
        assert column.std() == pytest.approx(marginal.sd, rel=0.05), study
    shown = drawn["theta[S1]"] + drawn["bias[S1]"]
    assert shown.std() < 0.4, "what a trial shows is known to its own standard error"


def test_what_is_not_there_is_refused_in_words() -> None:
    post = bi.fit(DATA, adjusted(1, 3))
    for ask, said in (
        (post.influence, "influence: not for models of the family bias_adjusted"),
        (post.joint, "joint: not for models of the family bias_adjusted"),
        (lambda: post.weighted({"S1": 0.5}), "weights: not for a model of the family bias_adjusted"),
    ):
        with pytest.raises(bi.errors.ModelError, match=said):
            ask()
    far = adjusted(0, 1, 2, 3, 4, mu="student_t(1, 0, 5)", beta0="student_t(1, 0, 5)")
    precise = bi.Dataset(tuple(bi.Estimate(s.name, s.y, 0.003) for s in STUDIES), "precise")
    with pytest.raises(bi.errors.ModelError, match=r"precise: the priors of mu and beta0 reach too far"):
        bi.fit(precise, far)


@pytest.mark.mcmc
def test_sampling_gives_the_same_posterior() -> None:
    """On the case, under the bundled model, and on the trials of this file."""
    live = bi.load_dataset("ivig", "live_birth")
    for data, model in ((live, bi.load_model("bias_adjusted")), (DATA, adjusted(1, 3))):
        exact, sampled = bi.fit(data, model), bi.fit(data, model, engine=bi.NUTS(seed=1))
        assert (exact.names, exact.quantities, exact.remarks) == (
            sampled.names, sampled.quantities, sampled.remarks,
        )  # fmt: skip
        for name in ("mu", "tau", "theta_new", "beta0", "kappa"):
            error = sampled.diagnostics[f"mcse.{name}.mean"]
            assert sampled[name].mean == pytest.approx(exact[name].mean, abs=4.5 * error), name
        for name in exact.names[5:]:
            assert sampled[name].mean == pytest.approx(exact[name].mean, abs=0.1 * (exact[name].sd or 0)), (
                name
            )
        for study in exact.studies:
            sd = exact.theta[study].sd or 0
            assert sampled.theta[study].mean == pytest.approx(exact.theta[study].mean, abs=0.1 * sd), study
