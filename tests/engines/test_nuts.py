"""The sampling engine: its settings, its seed, what it compiles, what it prints,
and what it says about bad draws.
"""

import subprocess
import sys

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.engines.nuts import sampling, two_arm
from bayes_ivig.engines.nuts.checks import check
from bayes_ivig.engines.nuts.sampling import CompiledModels
from bayes_ivig.formulas import likelihood as formulas
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.estimates.arrays import counts_of

pytestmark = pytest.mark.slow

THREE = bi.Dataset(
    (bi.Study("Branch", 3, 7, 1, 9), bi.Study("Heilmann", 3, 16, 2, 40), bi.Study("Vaquero", 4, 41, 6, 22)),
    "three",
)
OTHER_THREE = bi.Dataset(
    (bi.Study("A", 15, 38, 29, 40), bi.Study("B", 5, 7, 6, 8), bi.Study("C", 29, 50, 17, 49)), "other three"
)
MODEL = bi.Model(likelihood="normal")
FEW = bi.NUTS(draws=200, tune=300)


def draws(posterior: bi.Posterior, name: str = "mu") -> np.ndarray:
    return posterior.answers.values[name]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"draws": 0}, "draws is 0; it must be a whole number of 4 or more"),
        ({"draws": 2.5}, "draws is 2.5"),
        ({"chains": True}, "chains is True"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": None}, "seed is None"),
        ({"cores": 0}, "cores is 0"),
        ({"target_accept": 1.0}, "target_accept is 1.0; it must be a number between 0 and 1"),
        ({"progress": "yes"}, "progress is the text 'yes'; it must be True or False"),
        ({"sampler": "nutpi"}, "it must be 'nutpie' or 'pymc' (did you mean 'nutpie'?)"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.NUTS(**settings)
    assert words in str(error.value)


def test_all_problems_at_once() -> None:
    with pytest.raises(bi.errors.ModelError) as error:
        bi.NUTS(draws=-1, tune=0, chains=0)
    assert len(str(error.value).splitlines()) == 3


def test_stating_an_engine_imports_no_sampler() -> None:
    code = (
        "import sys, bayes_ivig as bi; bi.NUTS(); import bayes_ivig.results.draws.arviz; "
        "print({'pymc', 'pytensor', 'nutpie', 'arviz', 'arviz_stats', 'xarray'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_log_density_is_the_product_of_the_curves(likelihood: str) -> None:
    """Given theta the PyMC model's likelihood is that of the package's own formulas;
    without constants where binomial.
    """
    import pymc as pm

    model = bi.Model(likelihood=likelihood, mu="normal(0, 1)", tau="half_normal(1)", alpha="normal(-1, 2)")
    built = two_arm.build(OTHER_THREE.studies, model)
    z, alpha, mu, tau = np.array([0.3, -1.0, 2.0]), np.array([-0.2, 0.9, -1.3]), 0.4, 0.7
    point = {"mu": mu, "tau_signed": -tau, "z": -z} | ({"alpha": alpha} if likelihood == "binomial" else {})
    found = float(
        built.compile_logp(mode="FAST_COMPILE")({name: np.asarray(value) for name, value in point.items()})
    )
    priors = model.mu.logpdf(mu) + model.tau.logpdf(tau) - np.log(2) + bi.priors.Normal(0, 1).logpdf(z).sum()
    theta = mu + tau * z
    if likelihood == "binomial":
        priors += model.alpha.logpdf(alpha).sum()
        r1, n1, r0, n0 = np.array([study.counts for study in OTHER_THREE.studies]).T
        by_arm = [
            pm.logp(pm.Binomial.dist(n, logit_p=x), r).eval() - log_choose(n, r)
            for r, n, x in ((r1, n1, alpha + theta / 2), (r0, n0, alpha - theta / 2))
        ]
        expected = np.sum(by_arm)
    else:
        from bayes_ivig.likelihoods.scales import ODDS_RATIO

        counts = counts_of(OTHER_THREE.studies)
        curves = (
            formulas.normal(*ODDS_RATIO.estimates(counts), theta)
            if likelihood == "normal"
            else formulas.hypergeometric(counts, theta)
        )
        expected = np.trace(curves)
    assert found == pytest.approx(float(priors + expected), rel=1e-10)


def test_midpoint_baseline_lies_between_the_arms() -> None:
    """With equal priors on the baseline the two arms change places when treatment and control do."""
    model = bi.Model(baseline="midpoint", alpha="normal(0, 2)")
    swapped = bi.Dataset(
        tuple(bi.Study(s.name, *s.counts[2:], *s.counts[:2]) for s in THREE.studies), "swapped"
    )
    point = {"mu": 0.5, "tau_signed": 0.74, "z": [0.3, -1.0, 2.0], "alpha": [-0.2, 0.9, -1.3]}
    mirrored = {"mu": -0.5, "tau_signed": 0.74, "z": [-0.3, 1.0, -2.0], "alpha": [-0.2, 0.9, -1.3]}
    densities = [
        float(
            two_arm.build(table.studies, model).compile_logp(mode="FAST_COMPILE")(
                {k: np.array(v) for k, v in at.items()}
            )
        )
        for table, at in ((THREE, point), (swapped, mirrored))
    ]
    assert densities[0] == pytest.approx(densities[1], rel=1e-12)


def test_a_hopeless_hypergeometric_support_is_refused() -> None:
    huge = bi.Dataset((bi.Study("register", 40_000, 90_000, 38_000, 90_000),), "huge")
    with pytest.raises(bi.errors.ModelError, match="too slow to sample; use Quadrature"):
        bi.fit(huge, bi.Model(likelihood="hypergeometric"), engine=FEW)


def test_improper_posteriors_are_refused_before_sampling() -> None:
    one = bi.Dataset(THREE.studies[:1], "one")
    with pytest.raises(bi.errors.ModelError, match="posterior does not exist"):
        bi.fit(one, bi.Model(tau="flat()"), engine=FEW)


# Diagnostics, on draws made up for the purpose.

GOOD_STATS = {
    "diverging": np.zeros((4, 1000), bool),
    "reached_max_treedepth": np.zeros((4, 1000), bool),
    "tree_depth": np.full((4, 1000), 4),
    "energy": np.random.default_rng(3).normal(size=(4, 1000)),
}


def made_up() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    mu, tau, theta = (
        rng.normal(size=(4, 1000)),
        np.abs(rng.normal(size=(4, 1000))),
        rng.normal(size=(4, 1000, 2)),
    )
    return {"mu": mu, "tau": tau, "theta": theta, "theta_new": mu + tau}


def test_good_draws_pass_and_keep_their_numbers() -> None:
    found = check(made_up(), GOOD_STATS, ("A", "B"))
    assert found.ok
    names = dict(found.numbers)
    for name in (
        "rhat.mu",
        "ess_bulk.tau",
        "ess_tail.theta",
        "mcse.theta_new.q97.5",
        "mcse.prob_or_gt_1",
        "divergences",
        "ebfmi",
    ):
        assert np.isfinite(names[name])
    # independent draws: SD / sqrt(n)
    assert names["mcse.mu.mean"] == pytest.approx(1 / np.sqrt(4000), rel=0.1)
    assert names["ess_bulk.mu"] == pytest.approx(4000, rel=0.15)


def bad_draws() -> dict[str, tuple[dict[str, np.ndarray], dict[str, np.ndarray]]]:
    """Values and statistics with one fault each, by words of the problem that must be named."""
    apart = made_up()
    apart["mu"] = apart["mu"] + np.array([0.0, 0.0, 0.0, 1.0])[:, None]
    slow = made_up()
    slow["theta"][..., 1] = np.cumsum(slow["theta"][..., 1], axis=1)
    one = np.zeros((4, 1000), bool)
    one[2, 5] = True
    walk = np.cumsum(GOOD_STATS["energy"], axis=1)
    return {
        "mu: the chains do not agree": (apart, GOOD_STATS),
        "theta[B]: bulk effective sample size": (slow, GOOD_STATS),
        "1 of 4000 draws diverged": (made_up(), GOOD_STATS | {"diverging": one}),
        "1 of 4000 draws stopped at the largest tree depth": (
            made_up(),
            GOOD_STATS | {"reached_max_treedepth": one},
        ),
        "below 0.3": (made_up(), GOOD_STATS | {"energy": walk}),
    }


@pytest.mark.parametrize("exact", [True, False])
def test_each_problem_is_named_with_a_remedy(exact: bool) -> None:
    """Without the exact engine, that is for every family but the plain two-arm model,
    no remedy points to it.
    """
    told = []
    for words, (values, stats) in bad_draws().items():
        found = check(values, stats, ("A", "B"), exact=exact)
        assert not found.ok
        (problem, *_) = [problem for problem in found.problems if words in problem]
        assert "NUTS(" in problem
        told += found.problems
    assert sum("Quadrature" in problem for problem in told) == (4 if exact else 0)
    assert all(
        "or use tighter priors" in problem for problem in told if not exact and "sample size" not in problem
    )


def test_stuck_draws_are_a_problem_and_no_number_is_nan() -> None:
    stuck = made_up() | {"mu": np.ones((4, 1000))}
    found = check(stuck, GOOD_STATS, ("A", "B"))
    assert not found.ok
    assert all(np.isfinite(value) for _, value in found.numbers)


# Sampling.


@pytest.mark.mcmc
def test_a_seed_means_the_same_draws() -> None:
    first = bi.fit(THREE, MODEL, engine=FEW)
    again = bi.fit(THREE, MODEL, engine=bi.NUTS(draws=200, tune=300, cores=1))
    other = bi.fit(THREE, MODEL, engine=bi.NUTS(draws=200, tune=300, seed=2))
    for name in ("mu", "tau", "theta", "theta_new"):
        assert np.array_equal(draws(first, name), draws(again, name))
        assert not np.array_equal(draws(first, name), draws(other, name))
    assert first.diagnostics == again.diagnostics


@pytest.mark.mcmc
def test_compiled_once_and_no_memory_of_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_ = sampling.compiled_model
    monkeypatch.setattr(sampling, "compiled_model", lambda model: compiled.append(model) or compile_(model))
    narrow = bi.Model(likelihood="normal", mu="uniform(-4, 4)", tau="uniform(0, 1)")
    wide = bi.Model(likelihood="normal", mu="uniform(-4.1, 5)", tau="uniform(0, 3)")

    monkeypatch.setattr(sampling, "COMPILED", CompiledModels())
    bi.fit(THREE, narrow, engine=FEW)
    after = bi.fit(OTHER_THREE, wide, engine=FEW)
    assert len(compiled) == 1
    monkeypatch.setattr(sampling, "COMPILED", CompiledModels())
    alone = bi.fit(OTHER_THREE, wide, engine=FEW)
    assert np.array_equal(draws(after, "theta"), draws(alone, "theta"))
    assert after.studies == ("A", "B", "C")


def test_compiled_models_are_bounded() -> None:
    kept = CompiledModels(size=2)
    made = []
    for structure in ("a", "b", "a", "c", "a", "b"):
        kept.get(structure, lambda structure=structure: made.append(structure) or structure)
    assert made == ["a", "b", "c", "b"]


@pytest.mark.mcmc
def test_an_empty_arm_is_left_out() -> None:
    wider = bi.Dataset((bi.Study("nobody", 0, 0, 2, 5), *THREE.studies), "wider")
    found = bi.fit(wider, MODEL, engine=FEW)
    assert found.studies == THREE.study_names
    assert np.array_equal(draws(found), draws(bi.fit(THREE, MODEL, engine=FEW)))
    with pytest.raises(bi.errors.ModelError, match="listed but carries no information"):
        found.theta["nobody"]


@pytest.mark.mcmc
def test_too_few_draws_and_a_nearly_improper_model_are_not_ok() -> None:
    few = bi.fit(THREE, MODEL, engine=bi.NUTS(draws=20, tune=50))
    assert not few.diagnostics.ok
    assert any("effective sample size" in problem for problem in few.diagnostics.problems)
    vague = bi.Model(likelihood="normal", mu="normal(0, 1000)", tau="half_normal(100000)")
    two = bi.Dataset((*THREE.studies[:2], bi.Study("C", 4, 41, 4, 41)), "vague")
    assert not bi.fit(two, vague, engine=bi.NUTS(draws=300, tune=100, target_accept=0.6)).diagnostics.ok


@pytest.mark.mcmc
def test_progress_goes_to_standard_error_only_when_asked(capfd: pytest.CaptureFixture[str]) -> None:
    bi.fit(THREE, MODEL, engine=FEW)
    assert capfd.readouterr() == ("", "")
    bi.fit(THREE, MODEL, engine=bi.NUTS(draws=200, tune=300, progress=True))
    out, err = capfd.readouterr()
    assert out == "" and "sampling" in err


@pytest.mark.mcmc
def test_settings_say_how_it_was_run_and_common_effects_have_no_tau() -> None:
    found = bi.fit(THREE, bi.Model(likelihood="normal", effects="common"), engine=FEW)
    settings = dict(found.settings)
    assert settings["sampler"] == "nutpie" and settings["seed"] == "1" and "pymc 6" in settings["versions"]
    assert found.log_marginal_likelihood is None and found.engine == "nuts"
    assert found["tau"].quantile(0.5) == 0.0
    assert found.theta["Branch"].mean == found["theta_new"].mean == found["mu"].mean
    assert list(found.summary().index) == [
        "mu",
        "theta_new",
        "theta[Branch]",
        "theta[Heilmann]",
        "theta[Vaquero]",
        "tau",
    ]
