"""Every comparison by itself and what sets them apart: against direct sums, and what must not matter."""

from pathlib import Path

import numpy as np
import pytest
from direct_integral import curve, direct, smoothed
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.analyses.comparisons.by_comparison import by_comparison
from bayes_ivig.errors import DataError

pytestmark = pytest.mark.slow

LIVE = bi.load_dataset("ivig", "live_birth")
# odds ratio with limits, those of a new trial, P(OR > 1): as the issue that asked for them states them
STATED = {
    "instead_of_heparin_and_aspirin": (0.25, 0.09, 0.69, 0.006),
    "instead_of_a_steroid": (1.73, 0.51, 7.51, 0.82),
    "against_placebo_or_vitamins": (0.85, 0.08, 9.30, 0.44),
    "against_placebo_antibody_negative": (2.54, 0.71, 8.66, 0.94),
    "against_nothing_by_refusal": (137, 10, 4336, 1.0),
}
FOUR = ("Branch 2000", "Mahmoud 2004", "Yamada 2022", "Stricker 2000")


@pytest.fixture(scope="module")
def found():
    return by_comparison(LIVE)


@pytest.mark.parametrize("key", list(STATED))
def test_a_comparison_by_itself_is_the_posterior_of_direct_sums(found, key: str) -> None:
    group = found.group(key)
    witness = direct(LIVE.trials(key), bi.Model())
    mu = group.result.posterior["mu"]
    assert mu.mean == pytest.approx(witness.mean, abs=2e-4)
    assert mu.sd == pytest.approx(witness.sd, abs=2e-4)
    assert mu.prob_above(0.0) == pytest.approx(float(witness.probability @ (witness.mu > 0)), abs=0.01)
    median, lower, upper, above = STATED[key]
    shown = np.exp(np.asarray(mu.quantile([0.5, 0.025, 0.975])))
    assert shown == pytest.approx([median, lower, upper], rel=0.02, abs=0.005)
    assert mu.prob_above(0.0) == pytest.approx(above, abs=0.006)


def test_a_new_trial_is_of_the_same_fit(found) -> None:
    posterior = found.group("instead_of_heparin_and_aspirin").result.posterior
    shown = np.exp(np.asarray(posterior["theta_new"].quantile([0.5, 0.025, 0.975])))
    assert shown == pytest.approx([0.25, 0.06, 0.99], abs=0.006)
    again = bi.fit(LIVE.trials("instead_of_heparin_and_aspirin"), bi.Model())
    assert posterior["theta_new"].interval() == again["theta_new"].interval()


NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
TAU, TAU_WEIGHTS = 1.5 * (NODES + 1), 1.5 * WEIGHTS
STEP = 0.05


def side(names: tuple[str, ...], low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Values of a mean, and the log likelihood of its trials, shape (mu, tau), by direct sums."""
    mu = np.arange(low, high, STEP)
    grid = [each.ravel() for each in np.meshgrid(mu, TAU, indexing="ij")]
    studies = [study for study in LIVE.studies if study.name in names]
    logs = sum(smoothed(curve(study, bi.Model(), 60.0), *grid) for study in studies)
    return mu, np.asarray(logs).reshape(len(mu), len(TAU))


def joint(prior: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Probabilities of pairs of means, shape (first, second), tau summed out."""
    log_tau = stats.halfnorm.logpdf(TAU, scale=0.5) + np.log(TAU_WEIGHTS)
    one, other = (np.exp(each - each.max()) for each in (first, second))
    found = np.einsum("at,bt,t->ab", one, other, np.exp(log_tau)) * prior
    return found / found.sum()


def shrinking(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Density of two means around one centre ~ normal(0, 2.82) whose difference ~ student_t(4, 0, 0.5): for a
    variance w of the difference each deviates from the centre with half of it.
    """
    shares = (np.arange(400) + 0.5) / 400
    total = np.zeros((len(first), len(second)))
    for w in 0.25 * 4 / stats.chi2.ppf(shares, 4):
        covariance = np.full((2, 2), 2.82**2) + np.eye(2) * w / 2
        points = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1)
        total += stats.multivariate_normal(cov=covariance).pdf(points)
    return total


@pytest.mark.parametrize(
    ("left_out", "wide", "narrow"),
    [((), (0.054, 0.998), (0.306, 0.928)), (("Stricker 2000",), (0.114, 0.995), (0.383, 0.923))],
)
def test_contrasts_are_sums_over_both_means_and_tau(found, left_out, wide, narrow) -> None:
    each = next(each for each in found.contrasts if each.left_out == left_out)
    first, log_first = side(("Dendrinos 2009", "Triolo 2003"), -6.0, 4.0)
    second, log_second = side(tuple(name for name in FOUR if name not in left_out), -6.0, 9.0)
    flat = stats.norm.pdf(first, 0, 2.82)[:, None] * stats.norm.pdf(second, 0, 2.82)
    difference = first[:, None] - second
    for prior, stated, marginal in (
        (flat, wide, each.difference(wide=True)),
        (shrinking(first, second), narrow, each.difference()),
    ):
        chances = joint(prior, log_first, log_second)
        mean = float((chances * difference).sum())
        assert marginal.mean == pytest.approx(mean, abs=5e-3)
        assert marginal.sd == pytest.approx(
            np.sqrt(float((chances * (difference - mean) ** 2).sum())), abs=5e-3
        )
        below = float((chances * ((difference < -1e-9) + 0.5 * (abs(difference) <= 1e-9))).sum())
        assert marginal.prob_below(0.0) == pytest.approx(below, abs=2e-3)
        assert np.exp(float(marginal.quantile(0.5))) == pytest.approx(stated[0], abs=1e-3)
        assert marginal.prob_below(0.0) == pytest.approx(stated[1], abs=1e-3)


@pytest.mark.mcmc
def test_a_comparison_by_itself_agrees_with_sampling(found) -> None:
    sampled = bi.fit(LIVE.trials("instead_of_heparin_and_aspirin"), bi.Model(), engine=bi.NUTS(seed=1))
    exact = found.group("instead_of_heparin_and_aspirin").result.posterior
    for name in ("mu", "theta_new", "tau"):
        error = sampled.diagnostics[f"mcse.{name}.mean"]
        assert sampled[name].mean == pytest.approx(exact[name].mean, abs=5 * error)


def test_the_order_of_trials_does_not_matter(found) -> None:
    cells = dict(LIVE.about.comparisons.cells)
    names = tuple(reversed(LIVE.study_names))
    turned = bi.Dataset(
        tuple(reversed(LIVE.studies)),
        about=LIVE.about,
        columns=(("comparison", tuple(cells[name] for name in names)),),
    )
    again = by_comparison(turned)
    for one, other in zip(found.groups, again.groups, strict=True):
        assert one.key == other.key
        assert other.result.posterior["mu"].mean == pytest.approx(one.result.posterior["mu"].mean, abs=1e-6)
    for a, b in zip(found.contrasts, again.contrasts, strict=True):
        assert b.difference().mean == pytest.approx(a.difference().mean, abs=1e-6)


def test_exchanged_arms_turn_every_answer_round(found) -> None:
    studies = tuple(
        bi.Study(s.name, s.control_events, s.control_total, s.treatment_events, s.treatment_total)
        for s in LIVE.studies
    )
    turned = by_comparison(bi.Dataset(studies, about=LIVE.about))
    for one, other in zip(found.groups, turned.groups, strict=True):
        a, b = one.result.posterior["mu"], other.result.posterior["mu"]
        assert b.quantile(0.5) == pytest.approx(-a.quantile(0.5), abs=1e-5)
        assert b.prob_above(0.0) == pytest.approx(a.prob_below(0.0), abs=1e-6)
    for one, other in zip(found.contrasts, turned.contrasts, strict=True):
        assert other.difference(wide=True).mean == pytest.approx(-one.difference(wide=True).mean, abs=1e-4)


def test_the_mirrored_outcome_has_the_inverse_answers(found) -> None:
    mirrored = by_comparison(bi.load_dataset("ivig", "miscarriage"))
    for one, other in zip(found.groups, mirrored.groups, strict=True):
        assert other.result.posterior["mu"].mean == pytest.approx(-one.result.posterior["mu"].mean, abs=1e-5)


def test_tables_have_the_level_asked_for(found) -> None:
    wide, narrow = found.table(), found.table(level=0.5)
    assert list(wide["comparison"][:2]) == ["instead of heparin and aspirin", "instead of a steroid"]
    assert (narrow["upper"] < wide["upper"]).all()
    assert (narrow["pooled_ci_upper"].dropna() < wide["pooled_ci_upper"].dropna()).all()
    assert list(wide["left_out"][-2:]) == ["Stricker 2000"] * 2


def mine(*cells: str, rows: tuple[tuple[float, ...], ...] = ()) -> bi.Dataset:
    counts = rows or ((5, 40, 12, 41), (4, 50, 9, 52), (2, 20, 3, 19), (6, 30, 5, 31), (7, 30, 9, 31))
    studies = tuple(bi.Study(f"T{i}", *counts[i]) for i in range(len(cells)))
    return bi.Dataset(studies, columns=(("comparison", cells),))


def test_without_stated_contrasts_all_pairs_are_set_against_each_other() -> None:
    found = by_comparison(mine("placebo", "aspirin", "placebo", "steroid"))
    assert [each.title for each in found.contrasts] == [
        "against placebo, set against aspirin",
        "against placebo, set against steroid",
        "against aspirin, set against steroid",
    ]
    direct_contrast = bi.trials.contrast(found.dataset, "comparison")
    assert found.contrasts[0].difference().mean == direct_contrast.difference("placebo", "aspirin").mean


def test_of_many_groups_each_is_set_against_the_one_with_most_trials() -> None:
    found = by_comparison(mine("a", "b", "c", "d", "e"))
    assert len(found.contrasts) == 4
    assert all("a" in each.of + each.against for each in found.contrasts)


def test_one_group_has_no_contrast() -> None:
    found = by_comparison(mine("placebo", "placebo", ""))
    assert len(found.groups) == 1
    assert found.contrasts == ()
    assert found.unstated == ("T2",)


def test_a_group_that_cannot_tell_the_arms_apart_is_named_and_not_fitted() -> None:
    found = by_comparison(mine("placebo", "aspirin", rows=((5, 40, 12, 41), (0, 20, 0, 21))))
    assert [each.key for each in found.groups] == ["placebo"]
    assert [each.key for each in found.silent] == ["aspirin"]
    with pytest.raises(DataError, match="no comparison that tells anything; there are against placebo"):
        by_comparison(mine("placebo", rows=((0, 20, 0, 21),)))


def test_a_table_that_says_nothing_of_comparisons_is_answered_with_what_to_do() -> None:
    with pytest.raises(DataError, match="give the table a column comparison"):
        by_comparison(bi.Dataset((bi.Study("A", 1, 9, 2, 9),)))


def test_estimates_of_hazard_ratios_go_by_comparison_too(tmp_path: Path) -> None:
    path = tmp_path / "hazards.csv"
    path.write_text(
        "study,estimate,lower,upper,measure,comparison\nA,0.8,0.6,1.1,HR,placebo\n"
        "B,0.7,0.5,1.0,HR,placebo\nC,1.1,0.8,1.5,HR,surgery\n",
        encoding="utf-8",
    )
    found = by_comparison(bi.load_dataset(path))
    assert found.measure.code == "HR"
    assert [each.counted for each in found.groups] == [None, None]
    assert found.groups[0].result.posterior["mu"].quantile(0.5) == pytest.approx(np.log(0.75), abs=0.03)
    assert "prob_gt_1" in found.table().columns
    assert "HR" in found.text()


def test_a_flat_prior_refuses_one_comparison_and_not_the_others() -> None:
    model = bi.Model(mu="flat()", tau="half_normal(0.5)", likelihood="normal")
    found = by_comparison(mine("placebo", "placebo", "aspirin"), model)
    assert [each.key for each in found.groups]
