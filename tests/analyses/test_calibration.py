"""Simulation-based calibration: what it must let pass, what it must catch,
and that a killed run loses nothing.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, special, stats

from bayes_ivig import Dataset, Model, Study, fit
from bayes_ivig.analyses.calibration import calibrate as calibration
from bayes_ivig.analyses.calibration import one_simulation
from bayes_ivig.analyses.calibration.calibrate import Batch, calibrate, run_batch, summarize
from bayes_ivig.analyses.calibration.one_simulation import given_posterior, likelihood_pit
from bayes_ivig.analyses.calibration.uniformity import band_of, coverage, uniformity
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.canaries import engine_sha256
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.reporting.calibration.chart import calibration_alternative, plot_calibration
from bayes_ivig.reporting.calibration.text import calibration_document, calibration_text
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.results.calibration import DESIGNS, QUANTITIES, Setup

pytestmark = pytest.mark.slow

STORED = Path(__file__).parents[2] / "benchmarks" / "calibration"
SIZE = 2000


def test_band_holds_uniform_values_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    found = [uniformity("u", rng.random(200), band_of(200)) for _ in range(2000)]
    outside = np.mean([one.used > 1 for one in found])
    assert outside == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 2000))
    assert np.mean([one.p_value <= 0.5 for one in found]) == pytest.approx(
        0.5, abs=4 * math.sqrt(0.25 / 2000)
    )
    assert all(one.p_value <= 0.0501 for one in found if one.used > 1)


def test_band_is_about_the_known_width() -> None:
    """Kolmogorov's 1.36 / sqrt(n) is the width of a band that does not narrow to the ends;
    this one is a little wider inside.
    """
    assert max(band_of(SIZE).upper) == pytest.approx(1.36 / math.sqrt(SIZE), rel=0.15)
    assert band_of(SIZE).upper == pytest.approx([-value for value in reversed(band_of(SIZE).lower)])


def test_band_of_two_values_by_hand() -> None:
    """One point, at 1/2, and both values on one side of it with probability 1/2: nothing can be outside."""
    band = band_of(2)
    assert (band.points, band.lower, band.upper) == ((0.5,), (-0.5,), (0.5,))
    assert uniformity("u", np.array([0.1, 0.2]), band).p_value == pytest.approx(0.5)


def conjugate(rng: np.random.Generator, shrink: float = 1.0, informed: bool = True) -> np.ndarray:
    """Transforms of a normal mean with prior Normal(0, 1) and one observation,
    the posterior SD multiplied by ``shrink``.
    """
    truth = rng.standard_normal(SIZE)
    seen = truth + rng.standard_normal(SIZE)
    mean, sd = (seen / 2, math.sqrt(0.5)) if informed else (0.0, 1.0)
    return special.ndtr((truth - mean) / (sd * shrink))


def test_a_right_posterior_passes_and_a_narrow_one_does_not() -> None:
    right = uniformity("mean", conjugate(np.random.default_rng(1)), band_of(SIZE))
    narrow = uniformity("mean", conjugate(np.random.default_rng(1), shrink=0.8), band_of(SIZE))
    assert right.used < 1
    assert right.p_value > 0.05
    assert narrow.used > 1
    assert narrow.p_value < 1e-6
    assert narrow.coverage[2].share < 0.95 - 4 * narrow.coverage[2].mcse


def test_a_posterior_equal_to_the_prior_is_caught_by_the_likelihood_alone() -> None:
    """Modrák et al. 2023: the parameter itself cannot tell, a quantity that depends on the data can."""
    rng = np.random.default_rng(2)
    truth = rng.standard_normal(SIZE)
    seen = truth + rng.standard_normal(SIZE)
    prior = rng.standard_normal((SIZE, 999))
    # log likelihood below the truth's
    rank = (np.abs(seen[:, None] - prior) > np.abs(seen - truth)[:, None]).mean(axis=1)
    assert uniformity("mean", conjugate(rng, informed=False), band_of(SIZE)).p_value > 0.01
    assert uniformity("log_likelihood", rank, band_of(SIZE)).used > 1


def test_a_run_of_narrow_posteriors_is_caught_in_every_quantity() -> None:
    setup, z = (
        Setup("normal", "sparse", 1000),
        np.random.default_rng(5).standard_normal((1000, len(QUANTITIES))),
    )
    right, narrow = (
        summarize(setup, [Batch(special.ndtr(z / shrink).tolist(), 0, 0)]) for shrink in (1.0, 0.8)
    )
    assert [one.quantity for one in narrow.quantities] == list(QUANTITIES)
    assert min(one.p_value for one in right.quantities) > 0.01
    assert min(one.used for one in narrow.quantities) > 1


def test_coverage_with_its_monte_carlo_error() -> None:
    values = np.array([0.01, 0.03, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.96, 0.99])
    assert coverage(values, 0.5).share == 0.4
    assert coverage(values, 0.95).share == 0.8
    assert coverage(values, 0.95).mcse == pytest.approx(math.sqrt(0.8 * 0.2 / 10))
    assert coverage(np.array([0.5]), 0.5).mcse == 0.0


def test_given_estimates_are_fitted_as_a_closed_form_says() -> None:
    """Normal estimates, normal mu: given tau all is conjugate, and tau is integrated adaptively."""
    model = Setup("normal").model
    y, s = np.array([0.4, -0.3, 1.1]), np.array([0.5, 0.8, 1.2])

    def weight(tau: float) -> float:
        covariance = np.diag(s**2 + tau**2) + 1.0  # mu ~ normal(0, 1) is shared by all
        return float(stats.multivariate_normal.pdf(y, cov=covariance) * np.exp(model.tau.logpdf(tau)))

    def below(tau: float) -> float:
        w = 1 / (s**2 + tau**2)
        return weight(tau) * float(special.ndtr((0.2 - (w @ y) / (1 + w.sum())) * math.sqrt(1 + w.sum())))

    total = integrate.quad(weight, 0, 6, epsabs=1e-12)[0]
    answers = given_posterior(y, s, model)
    assert answers.log_evidence == pytest.approx(math.log(total), abs=1e-5)
    assert answers.marginal("mu").prob_below(0.2) == pytest.approx(
        integrate.quad(below, 0, 6, epsabs=1e-12)[0] / total, abs=1e-5
    )
    assert answers.marginal("tau").prob_below(0.4) == pytest.approx(
        integrate.quad(weight, 0, 0.4, epsabs=1e-12)[0] / total, abs=1e-5
    )


def test_the_rank_of_the_likelihood_by_brute_force() -> None:
    model = Setup("normal").model
    y, s = np.array([0.4, -0.3, 1.1]), np.array([0.5, 0.8, 1.2])
    mu, tau = np.meshgrid(np.linspace(-4, 4, 801), (np.arange(800) + 0.5) * 0.004, indexing="ij")

    def log_likelihood(mu: np.ndarray, tau: np.ndarray) -> np.ndarray:
        variance = s**2 + np.asarray(tau)[..., None] ** 2
        return -0.5 * (np.log(variance) + (y - np.asarray(mu)[..., None]) ** 2 / variance).sum(axis=-1)

    values = log_likelihood(mu, tau)
    weights = np.exp(values - 0.5 * mu**2 + model.tau.logpdf(tau))
    for at in ((0.3, 0.2), (-0.5, 0.9), (1.5, 0.05)):
        exact = weights[values < log_likelihood(*at)].sum() / weights.sum()  # type: ignore[arg-type]
        assert likelihood_pit(given_posterior(y, s, model), *at) == pytest.approx(exact, abs=4e-3)


@pytest.mark.parametrize("likelihood", ["hypergeometric", "normal"])
def test_data_without_information_leave_the_prior(likelihood: str, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Dataset(tuple(Study(f"Study {i}", 0, 9, 0, 9) for i in (1, 2, 3)))
    monkeypatch.setattr(one_simulation, "counted", lambda *_: empty)
    setup = Setup(likelihood, "sparse", 200, from_counts=likelihood == "normal")  # type: ignore[arg-type]
    batch = run_batch(setup, 0, 200)
    assert batch.without_information == 200
    assert max(one.used for one in summarize(setup, [batch]).quantities) < 1.2


def test_prior_transform_of_an_effect_by_draws() -> None:
    from bayes_ivig.analyses.calibration.one_simulation import Truth, prior_pit

    model, rng = Setup().model, np.random.default_rng(1)
    draws = rng.standard_normal(400_000) + model.tau.sample(rng, 400_000) * rng.standard_normal(400_000)
    pit = prior_pit(model, Truth(0.5, 0.3, np.array([-1.2]), 1.4, np.zeros(1)))
    assert pit[2:] == pytest.approx(((draws < 1.4).mean(), (draws < -1.2).mean()), abs=4e-3)


def test_a_run_is_resumed_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "BATCH", 6)
    setup, told = Setup("normal", simulations=16, seed=4), []
    whole = calibrate(setup, folder=tmp_path, workers=0)
    files = {path: path.read_bytes() for path in sorted((tmp_path / "normal-sparse-batches").iterdir())}
    assert [path.name for path in files] == ["0000.json", "0001.json", "0002.json"]
    list(files)[1].unlink()
    again = calibrate(setup, folder=tmp_path, workers=0, progress=told.append)
    assert told == [10, 16]  # two batches were found
    assert again == whole
    assert {
        path: path.read_bytes() for path in sorted((tmp_path / "normal-sparse-batches").iterdir())
    } == files
    assert calibrate(setup, workers=0) == whole


def test_processes_do_not_matter(tmp_path: Path) -> None:
    setup = Setup("normal", simulations=calibration.BATCH + 2, seed=4)
    assert (
        calibrate(setup, folder=tmp_path, workers=2).first
        == calibrate(Setup("normal", simulations=60, seed=4)).first
    )


def test_a_longer_run_begins_with_the_shorter(tmp_path: Path) -> None:
    short = calibrate(Setup("normal", simulations=3), folder=tmp_path)
    longer = calibrate(Setup("normal", simulations=5), folder=tmp_path)
    assert [values[:3] for _, values in longer.first] == [values for _, values in short.first]


def test_batches_of_another_calibration_are_refused(tmp_path: Path) -> None:
    calibrate(Setup("normal", simulations=2), folder=tmp_path)
    with pytest.raises(DataError, match=r"0000\.json: a batch of another calibration \(seed differ\)"):
        calibrate(Setup("normal", simulations=2, seed=2), folder=tmp_path)
    path = tmp_path / "normal-sparse-batches" / "0000.json"
    batch = json.loads(path.read_text(encoding="utf-8"))
    pit = batch["pit"]
    for other in (
        [], {}, batch | {"pit": "0.5"}, batch | {"pit": [["a"] * len(row) for row in pit]},
        batch | {"pit": [row[:-1] for row in pit]}, batch | {"setup": [1]}, batch | {"checks_failed": "0"},
    ):  # fmt: skip
        path.write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(DataError, match="not a batch"):
            calibrate(Setup("normal", simulations=2), folder=tmp_path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="not a batch"):
        calibrate(Setup("normal", simulations=2), folder=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be kept there"):
        calibrate(Setup("normal", simulations=2), folder=tmp_path / "file")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"likelihood": "binomal"}, "did you mean 'binomial'"),
        ({"design": "thin"}, "allowed are sparse, dense"),
        ({"simulations": 0}, "whole number from 1"),
        ({"seed": -1}, "whole number from 0"),
        ({"from_counts": True}, "only with the normal likelihood"),
    ],
)
def test_impossible_setups_are_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        Setup(**change)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="workers"):
        calibrate(Setup(simulations=1), workers=-1)


STORED_NAMES = sorted(path.stem for path in STORED.glob("*.json"))


def test_everything_is_stored() -> None:
    fitted = ("binomial", "hypergeometric", "normal", "normal-from-counts")
    assert sorted(f"{name}-{design}" for name in fitted for design in ("sparse", "dense")) == STORED_NAMES


@pytest.mark.parametrize("name", STORED_NAMES)
def test_stored_results_belong_to_this_engine(name: str) -> None:
    """The first transforms come out again, far closer than 2,000 simulations could tell."""
    stored = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    simulations = 60 if stored["design"]["name"] == "sparse" else 10
    setup = Setup(
        stored["likelihood"], stored["design"]["name"], simulations, stored["seed"], stored["from_counts"]
    )
    assert setup.stated() == {key: stored[key] for key in setup.stated()}
    assert stored["provenance"]["engine_sha256"] == engine_sha256()
    again = calibrate(setup, workers=0)
    assert again.checks_failed == stored["checks_failed"] == 0
    for quantity, values in again.first:
        assert values == pytest.approx(stored["first"][quantity][:simulations], abs=1e-3)


@pytest.mark.parametrize("name", STORED_NAMES)
def test_stored_results_are_calibrated(name: str) -> None:
    """Thirty bands, and the least likely of thirty paths has a probability of .05 to be beyond .05 / 30."""
    stored = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    assert stored["simulations"] >= 1000
    if stored["calibrated_by_construction"]:
        assert min(found["ecdf"]["p_value"] for found in stored["quantities"].values()) > 0.05 / 30


def test_text_document_and_drawing_agree() -> None:
    found = calibrate(Setup("hypergeometric", simulations=25), workers=0)
    document = json.loads(json.dumps(calibration_document(found), allow_nan=False))
    share = document["quantities"]["tau"]["coverage"]["0.8"]["share"]
    text = calibration_text(found)
    assert f"{share:.3f} (" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "hypergeometric likelihood, sparse design, 25" in text
    drawn = svg_file(plot_calibration([found]), calibration_alternative([found]))
    assert drawn == svg_file(plot_calibration([found]), calibration_alternative([found]))
    assert "log likelihood" in drawn
    assert "tau at most" in drawn


def test_an_approximation_is_labelled_as_one() -> None:
    found = calibrate(Setup("normal", simulations=4, from_counts=True), workers=0)
    assert "not calibrated by construction" in calibration_text(found).replace("\n", " ")
    assert calibration_document(found)["calibrated_by_construction"] is False


def test_the_rank_of_the_likelihood_is_that_of_a_surface_computed_everywhere() -> None:
    """Nodes that the engine leaves out because they cannot matter must not sway it (numbers 32
    and 84 once did).
    """
    plan = DESIGNS["dense"]
    model = Model(mu=plan.mu, tau=plan.tau, alpha=plan.alpha)
    rng = np.random.default_rng(5)
    for number in range(85):
        truth = one_simulation.drawn_truth(model, plan.studies, rng)
        dataset = one_simulation.counted(truth, plan, model.family, rng)
        if number not in (32, 84):
            continue
        answers = fit(dataset, model).answers
        everywhere = surface.build(dataset, model, [Belief(model.mu, model.tau)] * 5, Fineness().finer())
        ranks = [
            one_simulation.likelihood_pit(each, truth.mu, truth.tau)
            for each in (answers, GridAnswers.on(everywhere, model))
        ]
        assert ranks[0] == pytest.approx(ranks[1], abs=0.003)


def test_which_points_are_interpolated_does_not_hang_on_the_last_bits_of_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weights that add up to 0.9999999999 must not turn eight points into two:
    a kernel of linear algebra may give such.
    """
    x = np.arange(12.0)
    values, computed = np.cos(0.4 * x)[:, None] * np.cos(0.3 * x), np.ones((12, 12), np.bool_)
    computed[-1, -1] = False
    still = one_simulation.denser(values, computed)
    exact = one_simulation.stencil

    def less(position: NDArray[np.float64], size: int) -> tuple[NDArray[np.intp], list[NDArray[np.float64]]]:
        first, weights = exact(position, size)
        return first, [each * (1 - 1e-10) for each in weights]

    monkeypatch.setattr(one_simulation, "stencil", less)
    moved = one_simulation.denser(values, computed)
    fine = np.arange(45) / 4
    assert moved == pytest.approx(still, abs=1e-9)
    # eight points
    assert moved[:28, :28] == pytest.approx(
        np.cos(0.4 * fine[:28])[:, None] * np.cos(0.3 * fine[:28]), abs=2e-5
    )
    # two of them, beside what was left out
    assert np.abs(moved - np.cos(0.4 * fine)[:, None] * np.cos(0.3 * fine)).max() > 1e-3
