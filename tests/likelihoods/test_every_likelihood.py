"""Every registered likelihood through every public door, and its parts against one another: a new one is
covered by its name in the registry.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from arviz_stats.base.array import array_stats
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.analyses.calibration.calibrate import calibrate
from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.curves import log_curves
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.baselines import MIDPOINT, PLACES
from bayes_ivig.likelihoods.contract import OfCounts, Seen, WithBaselines
from bayes_ivig.likelihoods.estimates import OfEstimates
from bayes_ivig.likelihoods.registry import NAMES, OF_RATES, every, likelihood
from bayes_ivig.results.calibration import Setup

pytestmark = pytest.mark.slow

ROWS = (("A", 4, 40, 9, 41), ("B", 1, 30, 6, 32), ("C", 12, 110, 18, 108), ("D", 0, 25, 3, 24))
TABLE = bi.Dataset(tuple(bi.Study(*row) for row in ROWS), "four")
SILENT = bi.Study("S", 0, 12, 0, 11)
THETA = np.linspace(-3.0, 2.0, 11)
ALPHA = "normal(-1, 1)"
COUNTS = [name for name in NAMES if isinstance(likelihood(name), OfCounts)]
ESTIMATES = [name for name in NAMES if isinstance(likelihood(name), OfEstimates)]
BASELINES = [name for name in NAMES if isinstance(likelihood(name), WithBaselines)]


def curve(name: str, study: bi.Study, theta: np.ndarray = THETA, place: str = "midpoint") -> np.ndarray:
    model = bi.Model(likelihood=name, alpha=ALPHA, baseline=place)
    return log_curves(counts_of((study,)), model, theta, Fineness())[0]


def test_a_file_for_every_name_and_a_name_for_every_file() -> None:
    folder = Path(bi.__file__).parent / "likelihoods"
    files = {
        path.stem for path in folder.glob("*.py") if "\nLIKELIHOOD = " in path.read_text(encoding="utf-8")
    }
    assert files == {*NAMES, *OF_RATES}
    assert [one.name for one in every()] == list(NAMES)


def test_what_a_likelihood_says_of_itself_holds_together() -> None:
    codes = [variant.code for one in every() for variant in one.variants]
    assert len(set(codes)) == len(codes)
    for one in every():
        assert one.has_baseline == isinstance(one, WithBaselines), one.name
        assert one.uses_estimates == isinstance(one, OfEstimates), one.name
        assert isinstance(one, OfCounts | OfEstimates), one.name
        assert one.keeps_uninformative <= one.has_baseline, (
            f"{one.name}: what else would make them informative?"
        )
        assert bool(one.words.tables) == one.conditions_on_events, one.name
        assert all(one.equations(r"\theta_i", place) for place in PLACES.values()), one.name


def test_reference_numbers_from_elsewhere() -> None:
    reference = Path(__file__).parents[1] / "reference"
    text = "".join(path.read_text(encoding="utf-8") for path in reference.glob("*_posteriors.csv"))
    assert {name for name in NAMES if f",{name}," not in text} == set()


# A likelihood's parts against one another


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", COUNTS)
def test_probabilities_of_all_tables_add_up_to_one(name: str, place: str) -> None:
    n1, n0, events = 4, 3, 3
    tables = [(r1, r0) for r1 in range(n1 + 1) for r0 in range(n0 + 1)]
    if likelihood(name).conditions_on_events:
        tables = [(r1, r0) for r1, r0 in tables if r1 + r0 == events]
    total = sum(np.exp(curve(name, bi.Study("x", r1, n1, r0, n0), place=place)) for r1, r0 in tables)
    assert total == pytest.approx(1, abs=2e-5)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", BASELINES)
def test_a_curve_is_its_density_averaged_over_the_baseline(name: str, place: str) -> None:
    counts = counts_of((TABLE.studies[0],))
    alpha = np.linspace(-9, 7, 4001)
    densities = stats.norm.pdf(alpha, -1, 1)
    expected = []
    for theta in THETA:
        effects = np.full((alpha.size, 1), theta)
        log_odds = np.stack(PLACES[place].arms(effects, alpha[:, None]), axis=-1)
        logs = likelihood(name).log_density(counts, Seen(effects, log_odds))[:, 0]
        expected.append(np.log(integrate.simpson(np.exp(logs) * densities, x=alpha)))
    assert curve(name, TABLE.studies[0], place=place) == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BASELINES])
def test_a_curve_is_the_density_at_draws(name: str) -> None:
    counts = counts_of(TABLE.studies)
    logs = likelihood(name).log_density(counts, Seen(np.repeat(THETA[:, None], 4, axis=1)))
    expected = np.stack([curve(name, study) for study in TABLE.studies], axis=1)
    assert logs == pytest.approx(expected, abs=1e-4)  # curves of counts are read between nodes


@pytest.mark.parametrize("name", ESTIMATES)
def test_estimates_have_one_distribution(name: str) -> None:
    """Density, distribution function, draws and the average over a normal spread are of the same thing."""
    family = likelihood(name)
    assert isinstance(family, OfEstimates)
    s, z = np.array([0.4]), np.linspace(-400, 400, 800_001)

    def density(at: np.ndarray, theta: float = 0.3) -> np.ndarray:
        return np.exp(family.curve(theta + s * at, np.repeat(s, at.size), np.array([theta]))[:, 0]) * s

    below = integrate.cumulative_simpson(density(z), x=z, initial=0)
    assert below[-1] == pytest.approx(1, abs=1e-6)
    assert family.below(z[::5000]) == pytest.approx(below[::5000], abs=1e-6)
    drawn = (family.draw(np.full(4000, 0.3), s, np.random.default_rng(3)) - 0.3) / s
    assert stats.kstest(drawn, lambda x: family.below(np.asarray(x))).pvalue > 1e-3
    averaged = family.averaged(np.array([0.7]), s, np.array([-0.2]), np.array([0.5]))
    theta = np.linspace(-5, 5, 4001)
    logs = family.curve(np.array([0.7]), s, theta)[0] + stats.norm.logpdf(theta, -0.2, 0.5)
    expected = np.log(integrate.simpson(np.exp(logs), x=theta))
    assert averaged is None or averaged == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("row", [(3, 9, 4, 9), (0, 9, 4, 9), (9, 9, 4, 9), (0, 9, 9, 9), (3, 9, 0, 9)])
@pytest.mark.parametrize("name", NAMES)
def test_curves_fall_where_they_are_said_to(name: str, row: tuple[int, int, int, int], place: str) -> None:
    model = bi.Model(likelihood=name, alpha=ALPHA, baseline=place)
    logs = curve(name, bi.Study("x", *row), np.array([-80.0, -40.0, 40.0, 80.0]), place)
    falls = model.family.falls(row, model.baselines)
    assert (logs[1] - logs[0] > 0.5, logs[2] - logs[3] > 0.5) == falls


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_that_cannot_tell_the_arms_apart_enters_where_it_is_said_to(name: str) -> None:
    posterior = bi.fit(bi.Dataset((*TABLE.studies, SILENT)), bi.Model(likelihood=name))
    assert ("S" in posterior.studies) == likelihood(name).keeps_uninformative


@pytest.mark.parametrize("name", BASELINES)
def test_drawn_baselines_have_the_density_they_are_drawn_from(name: str) -> None:
    family, counts = likelihood(name), counts_of((TABLE.studies[0],))
    assert isinstance(family, WithBaselines)
    model = bi.Model(likelihood=name, alpha=ALPHA)
    effects = np.full((3000, 1), 0.7)
    drawn = family.draw_baselines(counts, effects, model.baselines, np.random.default_rng(5))[:, 0]
    alpha = np.linspace(-9, 7, 4001)
    seen = Seen(
        np.full((alpha.size, 1), 0.7), np.stack(MIDPOINT.arms(0.7 + 0 * alpha, alpha), axis=-1)[:, None]
    )
    logs = family.log_density(counts, seen)[:, 0] + stats.norm.logpdf(alpha, -1, 1)
    below = integrate.cumulative_simpson(np.exp(logs - logs.max()), x=alpha, initial=0)
    assert stats.kstest(drawn, lambda x: np.interp(x, alpha, below / below[-1])).pvalue > 1e-3


# Through every public door


@pytest.mark.parametrize("effects", ["random", "student_t(4)", "common"])
@pytest.mark.parametrize("name", NAMES)
def test_a_fit_is_exact_within_its_tolerance_and_moves_with_the_data(name: str, effects: str) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood=name, effects=effects))
    assert posterior.diagnostics.ok, posterior.diagnostics.problems
    mirrored = bi.Dataset(tuple(bi.Study(n, r0, n0, r1, n1) for n, r1, n1, r0, n0 in ROWS))
    back = bi.fit(mirrored, bi.Model(likelihood=name, effects=effects))
    assert posterior["mu"].quantile(0.5) == pytest.approx(-back["mu"].quantile(0.5), abs=1e-4)
    pooled = bi.pool(TABLE, method="dl").estimate
    assert pooled is not None and abs(posterior["mu"].quantile(0.5) - pooled) < 0.5


@pytest.mark.parametrize("name", NAMES)
def test_texts_tables_and_documents(name: str) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood=name))
    clause = likelihood(name).words.clause
    assert clause.split(";")[0] in " ".join(bi.text(posterior, width=10_000).split())
    assert len(bi.table(posterior)) >= len(TABLE)
    assert json.loads(json.dumps(posterior.to_dict()))["model"]["likelihood"] == name


@pytest.mark.parametrize("name", NAMES)
def test_saved_and_handed_to_arviz(name: str, tmp_path: Path) -> None:
    posterior = bi.fit(TABLE, bi.Model(likelihood=name))
    back = bi.Posterior.load(posterior.save(tmp_path / "kept.nc"))
    assert back.model == posterior.model
    assert np.array_equal(back["mu"].quantile([0.1, 0.9]), posterior["mu"].quantile([0.1, 0.9]))
    for integrated in (True, False):
        tree = posterior.to_arviz(draws=200, chains=2, integrated=integrated)
        (observed,), (logs,) = tree["observed_data"].data_vars, tree["log_likelihood"].data_vars
        assert observed == logs == next(iter(tree["posterior_predictive"].data_vars))
        assert np.isfinite(tree["log_likelihood"][logs].to_numpy()).all()
        assert ("baseline" in tree["posterior"]) == likelihood(name).has_baseline


@pytest.mark.parametrize("name", NAMES)
def test_checks(name: str) -> None:
    """What is observed lies where it is foreseen; every check has a number for every study."""
    posterior = bi.fit(TABLE, bi.Model(likelihood=name))
    check = bi.checks.check_model(posterior)
    assert check.prior is not None and check.loo is not None
    assert all(0.01 < row.p_value <= 1 and row.lower < row.upper for row in check.predictive.rows)
    assert {row.study for row in check.predictive.rows} == set(TABLE.study_names)
    assert {row.study for row in check.loo.rows} == set(TABLE.study_names)
    assert all(0.01 < (study.predictive_p or 0) <= 1 for study in posterior.influence().studies)


@pytest.mark.parametrize("name", NAMES)
def test_priors_tipping_and_averages(name: str) -> None:
    model = bi.Model(likelihood=name)
    frame = bi.priors.compare(TABLE, mu="normal(0, 2.82)", tau="half_normal(0.5)", likelihoods=name)
    posterior = bi.fit(TABLE, model)
    assert frame["or_median"][0] == pytest.approx(float(np.exp(posterior["mu"].quantile(0.5))), rel=1e-3)
    assert np.isnan(frame["prob_or_gt_1_tight_baseline"][0]) != likelihood(name).has_baseline
    assert 0.01 < bi.average_models(TABLE, model).inclusion_probability("effect") < 0.99
    below = float(posterior["mu"].prob_below(0.0))
    assert bi.tipping.bayesian_fragility(posterior).chance == pytest.approx(below, abs=1e-4)
    every_set = bi.trials.leave_k_out(bi.trials.subsets(TABLE, model), 1)
    alone = float(bi.fit(TABLE.trials("-A"), model)["mu"].quantile(0.5))
    assert np.abs(np.log(every_set["or_median"]) - alone).min() < 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_simulated_data_are_calibrated(name: str) -> None:
    found = calibrate(Setup(name, "dense", simulations=20, seed=3), workers=0)
    assert found.checks_failed == 0
    assert max(quantity.used for quantity in found.quantities) < 1.2


@pytest.mark.parametrize("name", NAMES)
def test_a_report_says_which_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "study,treatment_events,treatment_total,control_events,control_total\n"
        + "".join(",".join(map(str, row)) + "\n" for row in ROWS)
    )
    text = bi.render_markdown(bi.reanalyze(path, model=bi.Model(likelihood=name, name="mine", title="Mine")))
    sentence = likelihood(name).settled(likelihood(name).words.sentence, MIDPOINT)
    assert sentence.split(";")[0] in text
    assert all(variant.title in text for one in every() for variant in one.variants if one.name != name)


def test_a_name_that_is_none_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(bi.errors.ModelError, match=f"allowed are {', '.join(NAMES)}"):
        bi.Model(likelihood="binominal")


# By sampling


@pytest.mark.mcmc
@pytest.mark.parametrize("name", NAMES)
def test_sampled_as_integrated(name: str) -> None:
    """Two-arm and meta-regression with a coefficient that is next to nothing: four Monte Carlo errors."""
    model = bi.Model(likelihood=name)
    exact = bi.fit(TABLE, model)
    drawn = bi.fit(TABLE, model, engine=bi.NUTS(seed=4, target_accept=0.97))
    year = bi.Dataset(TABLE.studies, "four", columns=(("year", ("1", "2", "3", "4")),))
    nothing = bi.models.MetaRegression(("year",), likelihood=name, beta="normal(0, 0.001)")
    for sampled in (drawn, bi.fit(year, nothing, engine=bi.NUTS(seed=4, target_accept=0.97))):
        assert sampled.studies == exact.studies
        for quantity in ("mu", "tau"):
            error = float(array_stats.mcse(sampled.answers.values[quantity], method="mean"))
            assert sampled[quantity].mean == pytest.approx(exact[quantity].mean, abs=4 * error), quantity
    logs = bi.checks.loo(bi.fit(year, nothing, engine=bi.NUTS(seed=4, target_accept=0.97)))
    assert logs.elpd == pytest.approx(bi.checks.loo(exact).elpd, abs=0.2)
