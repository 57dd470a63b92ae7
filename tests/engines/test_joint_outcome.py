"""Loss, preterm and term live birth together: density, independence limit, known truth,
hidden counts, no counts at all.
"""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom, norm

import bayes_ivig as bi
from bayes_ivig.engines.nuts import joint_outcome
from bayes_ivig.reporting.fit.json import fit_document
from bayes_ivig.reporting.fit.text import fit_text
from bayes_ivig.results.other_models.joint_outcome import term_effects

FOUR = (
    bi.Study("A/1", 30, 41, 24, 42), bi.Study("B, two", 17, 25, 19, 24),
    bi.Study("Ç", 8, 9, 0, 7), bi.Study("D", 44, 60, 41, 63),
)  # fmt: skip
LIVE = bi.Dataset(FOUR, "four", "live_birth")
TRUTH = {"mu": 0.6, "tau": 0.5, "mu_preterm": -0.4, "tau_preterm": 0.5, "rho": 0.6}
ENGINE = bi.NUTS(draws=1500, tune=700)


def joint(*preterm: tuple[int | None, int | None]) -> bi.JointDataset:
    return bi.JointDataset(LIVE, preterm)


def simulated() -> bi.JointDataset:
    """30 studies of 240 pregnancies in each arm, from the model with the parameters in TRUTH."""
    rng = np.random.default_rng(77)
    z = rng.multivariate_normal([0, 0], [[1, TRUTH["rho"]], [TRUTH["rho"], 1]], 30).T
    theta, theta_preterm = (
        TRUTH["mu"] + TRUTH["tau"] * z[0],
        TRUTH["mu_preterm"] + TRUTH["tau_preterm"] * z[1],
    )
    alpha, alpha_preterm = rng.normal(0.3, 0.6, 30), rng.normal(-1, 0.4, 30)
    live = rng.binomial(240, expit(np.stack([alpha + theta, alpha], axis=1)))
    preterm = rng.binomial(live, expit(np.stack([alpha_preterm + theta_preterm, alpha_preterm], axis=1)))
    studies = tuple(
        bi.Study(f"study {i}", one, 240, other, 240) for i, (one, other) in enumerate(live.tolist())
    )
    return bi.JointDataset(
        bi.Dataset(studies, "simulated", "live_birth"), tuple((a, b) for a, b in preterm.tolist())
    )


@pytest.mark.parametrize("baseline", ["midpoint", "control"])
def test_the_density_is_the_one_stated(baseline: str) -> None:
    """Between two points, since constants are left out; B lacks one arm,
    in the control arm of Ç nobody was born alive.
    """
    model = bi.models.JointOutcome(rho="lkj(3)", baseline=baseline)
    share = 0.5 if baseline == "midpoint" else 0.0
    plan = joint_outcome.plan(joint((6, 3), (4, None), (2, 0), (5, 9)).as_dataset(), model)
    r1, n1, r0, n0 = np.array([study.counts for study in FOUR]).T
    p1, p0, rows = np.array([6, 5]), np.array([3, 9]), [0, 3]

    def both(mu: float, tau: float, rho: float, turn: float) -> tuple[dict[str, np.ndarray], float]:
        z, own = turn * np.linspace(-1, 1, 4), turn * np.array([0.5, -1.2])
        alpha, alpha_preterm = np.linspace(-1, 1, 4) - turn, np.array([-1.0, -0.3]) + turn
        theta, theta_preterm = mu + tau * z, -mu + 2 * tau * (rho * z[rows] + np.sqrt(1 - rho**2) * own)
        log = (
            norm.logpdf([mu, -mu], 0, 2.82).sum()
            + model.tau.logpdf(np.array([tau, 2 * tau])).sum()
            + np.log(2 * tau**2)
        )
        log += (
            norm.logpdf(z).sum() + norm.logpdf(own).sum() + norm.logpdf([*alpha, *alpha_preterm], 0, 10).sum()
        )
        log += float(model.rho.logpdf(rho)) + np.log((1 + rho) * (1 - rho))
        log += binom.logpmf(r0, n0, expit(alpha - share * theta)).sum()
        log += binom.logpmf(r1, n1, expit(alpha + (1 - share) * theta)).sum()
        log += binom.logpmf(p0, r0[rows], expit(alpha_preterm - share * theta_preterm)).sum()
        log += binom.logpmf(p1, r1[rows], expit(alpha_preterm + (1 - share) * theta_preterm)).sum()
        point = {
            "mu": mu, "tau_log__": np.log(tau), "z": z, "alpha": alpha, "mu_preterm": -mu,
            "tau_preterm_log__": np.log(2 * tau), "z_preterm": own, "alpha_preterm": alpha_preterm,
            "rho_share_logodds__": logit((rho + 1) / 2),
        }  # fmt: skip
        return {name: np.asarray(value) for name, value in point.items()}, float(log)

    density = plan.build().compile_logp(mode="FAST_COMPILE")
    (one, log_one), (other, log_other) = both(0.4, 0.6, 0.5, 1.0), both(-0.3, 0.2, -0.7, -0.4)
    assert float(density(one) - density(other)) == pytest.approx(log_one - log_other, rel=1e-9)


def test_term_live_birth_is_arithmetic() -> None:
    """Of 100 control pregnancies 60 are live births, 12 of them preterm; an odds ratio of 3 on each step."""
    found = {name: float(value) for name, value in term_effects(np.log(3.0), np.log(3.0), 0.6, 0.2).items()}
    live, preterm = 4.5 / 5.5, 0.75 / 1.75
    assert found["rd_live"] == pytest.approx(live - 0.6)
    assert found["rd_preterm"] == pytest.approx(live * preterm - 0.12)
    assert found["rd_term"] == pytest.approx(live * (1 - preterm) - 0.48)
    assert found["rd_term"] + found["rd_preterm"] == pytest.approx(found["rd_live"])
    term = live * (1 - preterm)
    assert found["mu_term"] == pytest.approx(np.log(term / (1 - term)) - np.log(0.48 / 0.52))


def test_no_effect_and_huge_effects_stay_finite() -> None:
    ends = np.array([0.0, 30.0, -30.0, 300.0])
    found = term_effects(ends, -ends, 0.6, 0.2)
    assert all(value[0] == pytest.approx(0, abs=1e-12) for value in found.values())
    assert np.isfinite(found["mu_term"]).all()
    assert found["rd_term"][1] == pytest.approx(0.52)


@pytest.mark.mcmc
def test_without_correlation_each_step_is_its_own_model() -> None:
    """The exact engine on the live births, and on the preterm births among them, is the witness."""
    table = joint((6, 3), (4, 7), (2, 0), (5, 9))
    posterior = bi.fit(table, bi.models.JointOutcome(effects="independent"), engine=bi.NUTS())
    assert posterior.diagnostics.ok
    assert "rho" not in posterior.names
    second = bi.Dataset(table.preterm_studies(), "preterm")
    assert second.study_names == ("A/1", "B, two", "D")
    for exact, names in (
        (bi.fit(LIVE, bi.Model()), ("mu", "tau")),
        (bi.fit(second, bi.Model()), ("mu_preterm", "tau_preterm")),
    ):
        for name, plain in zip(names, ("mu", "tau"), strict=True):
            assert (
                abs(posterior[name].mean - exact[plain].mean) < 4 * posterior.diagnostics[f"mcse.{name}.mean"]
            ), name
            for key, p in (("q2.5", 0.025), ("q50", 0.5), ("q97.5", 0.975)):
                error = posterior.diagnostics[f"mcse.{name}.{key}"]
                assert abs(posterior[name].quantile(p) - exact[plain].quantile(p)) < 4 * error, (name, p)


@pytest.mark.mcmc
def test_truth_comes_back_and_hiding_counts_widens_only_what_they_inform() -> None:
    """Complete tables, then the same with preterm births unknown in two thirds of the studies,
    here one arm, there both.
    """
    table = simulated()
    hidden = [
        (None, None) if i % 3 == 1 else (pair[0], None) if i % 3 == 2 else pair
        for i, pair in enumerate(table.preterm)
    ]
    full = bi.fit(table, bi.models.JointOutcome(), engine=ENGINE)
    part = bi.fit(bi.JointDataset(table.live, tuple(hidden)), bi.models.JointOutcome(), engine=ENGINE)
    for posterior in (full, part):
        assert posterior.diagnostics.ok
        for name, truth in TRUTH.items():
            assert 0.001 < posterior[name].prob_below(truth) < 0.999, name
        truth = float(
            term_effects(np.array(TRUTH["mu"]), np.array(TRUTH["mu_preterm"]), 0.6, 0.15)["mu_term"]
        )
        assert 0.001 < posterior["mu_term"].prob_below(truth) < 0.999
    assert not any(quantity.withheld for quantity in full.quantities)
    # 10 studies for 30: sqrt(3) were tau the only source
    assert part["mu_preterm"].sd > 1.4 * full["mu_preterm"].sd
    assert part["rho"].sd > full["rho"].sd
    for name in ("mu", "tau"):
        assert part[name].mean == pytest.approx(full[name].mean, abs=0.25 * full[name].sd)
        assert part[name].sd == pytest.approx(full[name].sd, rel=0.15)
    assert part.remarks[0].startswith(
        "preterm births are known in 20 treatment and 10 control arms with live births, in both"
    )
    shown = [study.counts for study in table.preterm_studies()]
    log_odds = np.array([np.log(r1 / (n1 - r1)) - np.log(r0 / (n0 - r0)) for r1, n1, r0, n0 in shown])
    pooled = np.array([full[f"theta_preterm[{study.name}]"].mean for study in table.preterm_studies()])
    assert np.corrcoef(pooled, log_odds)[0, 1] > 0.95
    effects(full)


def effects(full: bi.Posterior) -> None:
    """Term live birth at other baseline risks, in a new study, and weighed against preterm births."""
    there = bi.models.term_live_birth(full, live_risk=0.3, preterm_risk=0.4)
    assert there.informed
    by_hand = term_effects(full.answers.values["mu"], full.answers.values["mu_preterm"], 0.3, 0.4)
    assert there.odds_ratio.mean == pytest.approx(float(by_hand["mu_term"].mean()))
    assert bi.models.term_live_birth(full).odds_ratio.mean == pytest.approx(full["mu_term"].mean)
    assert bi.models.term_live_birth(full, new_study=True).odds_ratio.sd > 2 * full["mu_term"].sd
    assert there.net_benefit(0).mean == pytest.approx(there.risk_difference_live.mean)
    assert there.net_benefit(1).mean == pytest.approx(there.risk_difference_term.mean)
    assert there.risk_difference_loss.mean == pytest.approx(-there.risk_difference_live.mean)
    for wrong in ({"live_risk": 0}, {"preterm_risk": 1.2}, {"live_risk": True}):
        with pytest.raises(
            bi.errors.ModelError, match=r"risk is .* it must be a (number|risk between 0 and 1)"
        ):
            bi.models.term_live_birth(full, **wrong)
    with pytest.raises(bi.errors.ModelError, match="weight is 2"):
        there.net_benefit(2)


@pytest.mark.mcmc
def test_the_case_says_that_no_data_inform_the_preterm_contrast() -> None:
    """No control arm has a preterm count: live birth is answered as by the exact engine,
    the rest is prior and says so.
    """
    table = bi.load_joint_dataset("ivig")
    posterior = bi.fit(table, bi.load_model("joint_outcome"))
    assert posterior.diagnostics.ok
    assert (
        min(
            posterior.diagnostics[f"ess_{kind}.{name}"] for kind in ("bulk", "tail") for name in ("mu", "tau")
        )
        > 2000
    )
    exact = bi.fit(table.live, bi.load_model("binomial_normal"))
    for name in ("mu", "tau"):
        assert abs(posterior[name].mean - exact[name].mean) < 4 * posterior.diagnostics[f"mcse.{name}.mean"]
    withheld = {quantity.name for quantity in posterior.quantities if quantity.withheld}
    assert withheld == {
        "mu_preterm",
        "tau_preterm",
        "rho",
        "theta_new_preterm",
        "mu_term",
        "rd_preterm",
        "rd_term",
    }
    assert not bi.models.term_live_birth(posterior).informed
    table_of_both = bi.checks.prior_and_posterior(posterior)
    assert (table_of_both.loc[["mu_preterm", "tau_preterm", "rho"], "distance"] < 0.05).all()
    assert table_of_both.loc["mu", "distance"] > 0.3
    assert "in both arms of 0 of 9 studies" in posterior.remarks[0]
    assert any("what rests on it is the prior, no finding" in remark for remark in posterior.remarks)
    lines = fit_text(posterior).splitlines()
    assert any(line.startswith("term live birth (mu_term)") and line.endswith("prior only") for line in lines)
    shown = fit_document(posterior)["quantities"]
    assert {name for name, entry in shown.items() if entry.get("no_finding")} == withheld


def test_term_live_birth_needs_a_joint_model() -> None:
    with pytest.raises(
        bi.errors.ModelError, match="needs a posterior of a JointOutcome model; found one of Model"
    ):
        bi.models.term_live_birth(bi.fit(LIVE, bi.Model()))


def test_a_table_without_preterm_counts_is_refused_with_the_way_out() -> None:
    with pytest.raises(
        bi.errors.DataError, match=r"no column treatment_preterm .*JointDataset.from_outcomes"
    ):
        bi.fit(LIVE, bi.models.JointOutcome())
