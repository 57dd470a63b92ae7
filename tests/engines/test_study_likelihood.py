"""What the richer models say of one study, against plain double integrals with scipy's binomials
and the exact engine.
"""

from collections.abc import Callable, Mapping
from typing import Any

import arviz as az
import numpy as np
import pytest
from scipy.special import expit, logsumexp
from scipy.stats import betabinom, binom, logistic, nchypergeom_fisher, norm

import bayes_ivig as bi
from bayes_ivig.engines.nuts import study_integrals, study_likelihood
from bayes_ivig.engines.nuts.answers import DrawsAnswers
from bayes_ivig.engines.nuts.study_integrals import ArmPair, arm_pair, beta_binomial
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.posterior.diagnostics import Diagnostics

pytestmark = pytest.mark.slow

type Array = np.ndarray[Any, np.dtype[np.float64]]
type Values = Mapping[str, Array]

STUDIES = (
    bi.Study("R1", 12, 40, 9, 40),
    bi.Study("No control events, é", 7, 15, 0, 16),
    bi.Study("None", 0, 5, 0, 300),
    bi.Study("Large", 2200, 24000, 2100, 20700),
)
NAMES = tuple(study.name for study in STUDIES)
YEARS = (1990, 2001, 2010, 1999)
DATA = bi.Dataset(STUDIES, "four", columns=(("year", tuple(str(year) for year in YEARS)),))
FLAGGED = ("R1", "None")
PRIORS: dict[str, Any] = {"alpha": "normal(-1, 2)"}
MODELS: dict[str, Any] = {
    "random baselines": bi.models.RandomBaselines(baseline="control"),
    "random baselines, midpoint": bi.models.RandomBaselines(),
    "bivariate": bi.models.Bivariate(),
    "beta-binomial": bi.models.BetaBinomial(),
    "beta-binomial by treatment": bi.models.BetaBinomial(dispersion="by_treatment"),
    "meta-regression": bi.models.MetaRegression(covariates=("year",), baseline="control", **PRIORS),
    "meta-regression, midpoint": bi.models.MetaRegression(covariates=("year",), alpha="logistic(-1, 1)"),
    "meta-regression, hypergeometric": bi.models.MetaRegression(
        covariates=("year",), likelihood="hypergeometric"
    ),
    "meta-regression, normal": bi.models.MetaRegression(covariates=("year",), likelihood="normal"),
    "bias-adjusted": bi.models.BiasAdjusted(flagged=FLAGGED, **PRIORS),
}
SCALARS = {
    "mu": (-0.4, 0.3), "tau": (0.05, 1.4), "nu": (-2.0, -1.2), "omega": (0.9, 2.5),
    "nu_control": (-2.0, -0.5), "omega_control": (1.2, 0.3), "omega_treatment": (0.7, 1.9),
    "rho": (0.95, -0.4), "phi": (0.02, 0.8), "phi_control": (0.3, 0.001), "phi_treatment": (0.01, 2.0),
    "beta0": (0.3, -0.5), "kappa": (0.4, 1.1),
}  # fmt: skip
WANTED = {
    bi.models.RandomBaselines: ("mu", "tau", "nu", "omega"),
    bi.models.Bivariate: ("mu", "nu_control", "omega_control", "omega_treatment", "rho"),
    bi.models.MetaRegression: ("mu", "tau"),
    bi.models.BiasAdjusted: ("mu", "tau", "beta0", "kappa"),
}
Z = np.linspace(-8.5, 8.5, 1401)
STEP = float(np.log(Z[1] - Z[0]))
COUNTS = np.array([study.counts for study in STUDIES], float)


def informative(model: Any) -> tuple[str, ...]:
    """The study without events says nothing once its total is given, or its log odds ratio stands for it."""
    return tuple(
        name for name in NAMES if getattr(model, "likelihood", "binomial") == "binomial" or name != "None"
    )


def values_of(model: Any) -> dict[str, Array]:
    """Two draws of the population's parameters, and some of the studies' own, shapes (1, 2) and (1, 2, K)."""
    if isinstance(model, bi.models.BetaBinomial):
        wanted: tuple[str, ...] = (
            "mu",
            "nu",
            *(("phi",) if model.dispersion == "common" else ("phi_control", "phi_treatment")),
        )
    else:
        wanted = WANTED[type(model)]
    values = {name: np.array([SCALARS[name]]) for name in wanted}
    k = len(informative(model))
    values |= {
        "theta": np.linspace(-1, 1, 2 * k).reshape(1, 2, k),
        "alpha": np.linspace(-2, 0, 2 * k).reshape(1, 2, k),
    }
    if isinstance(model, bi.models.MetaRegression):
        values["beta"] = np.array([[[0.5], [-0.8]]])
    if isinstance(model, bi.models.BiasAdjusted):
        values["bias"] = np.array([[[0.3, -0.2], [0.1, 0.6]]])
    return values


def posterior_of(model: Any, values: Values) -> bi.Posterior:
    """A posterior that holds these draws, as sampling leaves it."""
    names = informative(model)
    labels = {"beta": ("year",)} if "beta" in values else {"bias": FLAGGED} if "bias" in values else {}
    answers = DrawsAnswers(DATA, model, names, values, {}, labels)
    return bi.Posterior(DATA, model, "nuts", (), names, answers, None, Diagnostics("nuts"))


def log_both(row: Array, control: Array, treatment: Array) -> Array:
    r1, n1, r0, n0 = row
    return np.asarray(binom.logpmf(r0, n0, expit(control)) + binom.logpmf(r1, n1, expit(treatment)))


def plain(
    row: Array,
    arms: Callable[[Array, Array], tuple[Array, Array]],
    log_density: Any = norm.logpdf,
    far: float = 9,
) -> float:
    """The integral over a standard normal and a second variable,
    on plain grids that close in on where the integrand is.
    """
    box = [(-max(far, 9.0), max(far, 9.0)), (-far, far)]
    for size in (151, 151, 151, 401):
        a, b = (np.linspace(*limits, size) for limits in box)
        log = log_both(row, *arms(a[:, None], b)) + norm.logpdf(a)[:, None] + log_density(b)
        inside = log > log.max() - 40
        steps = a[1] - a[0], b[1] - b[0]
        for axis, (nodes, step) in enumerate(zip((a, b), steps, strict=True)):
            held = nodes[inside.any(axis=1 - axis)]
            box[axis] = max(held[0] - 2 * step, nodes[0]), min(held[-1] + 2 * step, nodes[-1])
    return float(logsumexp(log) + np.log(steps[0] * steps[1]))


def by_hand(model: Any, of: Mapping[str, Any], i: int) -> float:
    """One study's log likelihood at one draw, written down from the model's definition."""
    row = COUNTS[NAMES.index(informative(model)[i])]
    match model:
        case bi.models.RandomBaselines():
            return plain(
                row, lambda a, b: arms_of(model, of["mu"] + of["tau"] * a, of["nu"] + of["omega"] * b)
            )
        case bi.models.Bivariate():
            cov = of["rho"] * of["omega_control"] * of["omega_treatment"]
            root = np.linalg.cholesky([[of["omega_control"] ** 2, cov], [cov, of["omega_treatment"] ** 2]])
            mean = of["nu_control"], of["nu_control"] + of["mu"]
            return plain(
                row,
                lambda a, b: (mean[0] + root[0, 0] * a + 0 * b, mean[1] + root[1, 0] * a + root[1, 1] * b),
            )
        case bi.models.BetaBinomial():
            return beta_by_hand(row, of)
        case bi.models.BiasAdjusted():
            biased = NAMES[i] in FLAGGED
            mean, sd = of["mu"] + biased * of["beta0"], np.hypot(of["tau"], biased * of["kappa"])
            return plain(row, lambda a, b: arms_of(model, mean + sd * a, -1 + 2 * b))
        case _:
            return regression_by_hand(model, of, i, row)


def arms_of(model: Any, theta: Array, alpha: Array) -> tuple[Array, Array]:
    """The control and the treatment arm's log odds."""
    mid = 0.5 if model.baseline == "midpoint" else 0.0
    return alpha - mid * theta, alpha + (1 - mid) * theta


def beta_by_hand(row: Array, of: Mapping[str, Any]) -> float:
    r1, n1, r0, n0 = row
    found = 0.0
    for arm, centre, r, n in (("treatment", of["nu"] + of["mu"], r1, n1), ("control", of["nu"], r0, n0)):
        size = 1 / of.get("phi", of.get(f"phi_{arm}"))
        found += float(betabinom.logpmf(r, n, expit(centre) * size, expit(-centre) * size))
    return found


def regression_by_hand(model: Any, of: Mapping[str, Any], i: int, row: Array) -> float:
    year = np.array(
        [year for name, year in zip(NAMES, YEARS, strict=True) if name in informative(model)], float
    )
    mean, sd = of["mu"] + of["beta"][0] * (year[i] - year.mean()) / year.std(ddof=1), of["tau"]
    if model.likelihood == "binomial":
        if model.baseline == "control":
            return plain(row, lambda a, b: arms_of(model, mean + sd * a, -1 + 2 * b))
        return plain(row, lambda a, b: arms_of(model, mean + sd * a, -1 + b), logistic.logpdf, 30.0)
    theta = mean + sd * Z
    r1, n1, r0, n0 = row
    if model.likelihood == "hypergeometric":
        counts = np.array(
            [nchypergeom_fisher.logpmf(r1, n1 + n0, n1, r1 + r0, np.exp(x)) for x in theta[::4]]
        )
        return float(logsumexp(counts + norm.logpdf(Z[::4])) + STEP + np.log(4))
    cells = np.array([r1, n1 - r1, r0, n0 - r0]) + 0.5 * (r0 == 0)
    y, v = np.log(cells[0] * cells[3] / cells[1] / cells[2]), (1 / cells).sum()
    return float(logsumexp(norm.logpdf(y, theta, np.sqrt(v)) + norm.logpdf(Z)) + STEP)


@pytest.mark.parametrize("name", MODELS)
def test_a_study_is_integrated_over_its_own_parameters(name: str) -> None:
    model, names = MODELS[name], informative(MODELS[name])
    values = values_of(model)
    found = study_likelihood.log_likelihood(DATA, model, names, values)
    assert found.shape == (1, 2, len(names))
    for draw in (0, 1):
        of = {key: array[0, draw] for key, array in values.items()}
        for i, study in enumerate(names):
            if study == "Large" and getattr(model, "likelihood", "") == "hypergeometric":
                # scipy's pmf does not hold so large a table; the next test has the exact engine for it
                continue
            assert found[0, draw, i] == pytest.approx(by_hand(model, of, i), abs=1e-5), study


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
def test_without_covariates_or_bias_it_is_the_likelihood_of_the_exact_engine(likelihood: str) -> None:
    """The surface integrates theta by another rule, on axes of its own;
    counts may be as large as they like.
    """
    exact = bi.fit(DATA, bi.Model(likelihood=likelihood, **PRIORS))
    drawn, _ = drawing.posterior_draws(exact, (2, 50), 3)  # where the surface reaches
    values = {"mu": drawn["mu"], "tau": drawn["tau"], "beta": np.zeros((2, 50, 1))}
    values |= {"beta0": np.zeros((2, 50)), "kappa": np.full((2, 50), 1e-9)}
    wanted = drawing.integrated(exact, values)
    for model in (
        bi.models.MetaRegression(covariates=("year",), likelihood=likelihood, **PRIORS),
        bi.models.BiasAdjusted(flagged=("R1",), likelihood=likelihood, **PRIORS),
    ):
        found = study_likelihood.log_likelihood(DATA, model, exact.studies, values)
        assert found == pytest.approx(wanted, abs=5e-3)  # what reading the surface between its nodes costs


def test_nodes_are_enough_for_extreme_counts_and_spreads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wide and narrow spreads, correlations of either sign, empty and full arms, a million patients:
    against far more nodes.

    They reach 7 SDs everywhere, and the sums of the test above are the witness of what is integrated.
    """
    rng, size = np.random.default_rng(5), 400
    totals = np.round(np.exp(rng.uniform(0, np.log(1e6), (2, size))))
    kinds = rng.integers(0, 6, (2, size))
    events = np.where(
        kinds == 0,
        0,
        np.where(kinds == 1, totals, rng.binomial(totals.astype(int), rng.uniform(size=(2, size)) ** 2)),
    )
    w, s = np.exp(rng.uniform(-5, 2, (2, size)))
    arms = ArmPair(*rng.normal(-1, 2, (2, size)), w, rng.uniform(-2, 2, size) * w, s)
    counts = Counts(events[0], totals[0], events[1], totals[1])
    found = arm_pair(counts, arms)
    monkeypatch.setattr(study_integrals, "OUTER", 151)
    monkeypatch.setattr(study_integrals, "INNER", 101)
    monkeypatch.setattr(
        study_integrals, "reach_of_tails", lambda r, n, sd, local: np.full(np.shape(local), 7.0)
    )
    wanted = arm_pair(counts, arms)
    possible = wanted > -100  # beyond, prior and counts are hundreds of SDs apart
    difference = np.abs(found - wanted)[possible]
    assert difference.size > size / 2
    assert difference.max() < 5e-3
    assert np.quantile(difference, 0.9) < 1e-4


def test_a_beta_binomial_with_hardly_any_dispersion_is_binomial() -> None:
    found = beta_binomial(
        np.array([3.0, 0.0]), np.array([2000.0, 7.0]), (np.array(0.002), np.array(0.998)), np.array(1e-13)
    )
    assert found == pytest.approx(binom.logpmf([3, 0], [2000, 7], 0.002), abs=1e-7)


@pytest.mark.filterwarnings("ignore:Estimated shape parameter")  # the draws are scattered, not sampled
@pytest.mark.parametrize("name", MODELS)
def test_the_tree_and_the_checks_take_every_kind(name: str) -> None:
    """From draws scattered around the values above, as a sampler leaves them."""
    model, rng = MODELS[name], np.random.default_rng(1)
    values = {
        key: np.repeat(array[:, :1], 200, axis=1).repeat(2, axis=0) for key, array in values_of(model).items()
    }
    values = {key: array * np.exp(0.1 * rng.standard_normal(array.shape)) for key, array in values.items()}
    if "rho" in values:
        values["rho"] = np.tanh(values["rho"])
    posterior = posterior_of(model, values)
    tree = posterior.to_arviz()
    likelihood = drawing.counts_model(posterior).likelihood
    events = "log_odds_ratio" if likelihood == "normal" else "events"
    logs = tree["log_likelihood"][events].values
    assert np.array_equal(logs, study_likelihood.log_likelihood(DATA, model, posterior.studies, values))
    found = bi.checks.loo(posterior)
    assert np.isfinite(az.loo(tree, pointwise=True).elpd)
    # a study left out is foreseen less well
    assert found.elpd < float(np.log(np.exp(logs).mean(axis=(0, 1))).sum())
    assert "baseline" not in tree["log_prior"]
    for integrated, replicate in ((True, "mixed"), (False, "conditional")):
        replicated = posterior.to_arviz(integrated=integrated)["posterior_predictive"][events].values
        check = bi.checks.posterior_predictive_check(posterior, replicate=replicate)
        means, errors = (
            replicated.mean(axis=(0, 1)).reshape(len(posterior.studies), -1),
            replicated.std(axis=(0, 1)) / 20,
        )
        expected = np.array([row.expected for row in check.rows]).reshape(len(posterior.studies), -1)
        spread = errors.reshape(means.shape)[:, : expected.shape[1]]
        assert np.all(np.abs(means[:, : expected.shape[1]] - expected) < 6 * spread + 0.05)
    assert bi.checks.compare_models({"one": posterior, "same": posterior}).models[1].difference == 0


def test_conditional_logs_are_binomial_and_a_flagged_trial_shows_its_bias() -> None:
    model = MODELS["bias-adjusted"]
    values = values_of(model)
    found = drawing.conditional(posterior_of(model, values), values)
    shown = values["theta"].copy()
    shown[..., [0, 2]] += values["bias"]
    control, treatment = arms_of(model, shown, values["alpha"])
    wanted = [log_both(row, control[..., i], treatment[..., i]) for i, row in enumerate(COUNTS)]
    assert found == pytest.approx(np.stack(wanted, axis=-1), rel=1e-9)


def test_new_effects_have_the_distribution_stated() -> None:
    rng = np.random.default_rng(2)
    many = {
        key: np.repeat(np.repeat(v[:, :1], 40_000, axis=1), 1, axis=0)
        for key, v in values_of(MODELS["bivariate"]).items()
    }
    theta, alpha = study_likelihood.renewed(DATA, MODELS["bivariate"], NAMES, many, rng)
    assert alpha is many["alpha"]
    treatment = theta[0, :, 1] + alpha[0, :, 1]
    m = -2.4 + 0.95 * 0.7 / 1.2 * (alpha[0, 0, 1] + 2)  # the conditional normal of van Houwelingen's model
    assert treatment.mean() == pytest.approx(m, abs=0.01)
    assert treatment.std() == pytest.approx(0.7 * np.sqrt(1 - 0.95**2), rel=0.02)
    many = {key: np.repeat(v[:, 1:], 40_000, axis=1) for key, v in values_of(MODELS["bias-adjusted"]).items()}
    theta, _ = study_likelihood.renewed(DATA, MODELS["bias-adjusted"], NAMES, many, rng)
    assert theta[0].mean(axis=0) == pytest.approx([-0.2, 0.3, -0.2, 0.3], abs=0.04)
    assert theta[0].std(axis=0) == pytest.approx([np.hypot(1.4, 1.1), 1.4, np.hypot(1.4, 1.1), 1.4], rel=0.02)


def test_a_joint_outcome_is_refused_with_the_reason() -> None:
    posterior = posterior_of(bi.models.JointOutcome(), values_of(MODELS["random baselines"]))
    for ask in (
        bi.checks.loo,
        bi.checks.posterior_predictive_check,
        lambda one: bi.checks.compare_models({"a": one, "b": one}),
    ):
        with pytest.raises(bi.errors.ModelError, match=r"JointOutcome.*more than one outcome"):
            ask(posterior)
    with pytest.raises(bi.errors.ModelError, match="no likelihood of two arms' counts by study"):
        _ = posterior.answers.study_log_likelihood  # type: ignore[attr-defined]
