"""Uncertain design effects: log-normal, integrated out of a trial's own curve before anything else."""

import math

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.analyses.reanalysis.subject import counts_csv
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint
from bayes_ivig.likelihoods.registry import NAMES, likelihood

ROWS = (("A", 10, 50, 20, 60), ("B", 30, 100, 24, 90), ("C", 8, 40, 16, 40), ("E", 0, 30, 4, 32))
WHOLE = bi.Dataset(tuple(bi.Study(*row) for row in ROWS), "whole")
LIMITS = {"A": (1.2, 2.7), "E": (1.0, 3.0)}
MEDIANS = {name: math.sqrt(low * high) for name, (low, high) in LIMITS.items()}
SDS = {name: math.log(high / low) / 2 / stats.norm.ppf(0.975) for name, (low, high) in LIMITS.items()}
P = np.array([0.025, 0.5, 0.975])
Z = np.linspace(-6, 6, 61)  # of the log of D, for witnesses
DENSITY = stats.norm.logpdf(Z) + math.log(Z[1] - Z[0])
OF_COUNTS = [name for name in NAMES if not likelihood(name).uses_estimates]


def designs(name: str) -> np.ndarray:
    return MEDIANS[name] * np.exp(SDS[name] * Z)


@pytest.mark.parametrize("name", NAMES)
def test_next_to_no_uncertainty_is_a_known_effect(name: str) -> None:
    model = bi.Model(likelihood=name)
    ends = {"A": (1.8 * math.exp(-1e-6), 1.8 * math.exp(1e-6))}
    known, found = bi.fit(WHOLE, model, design_effects={"A": 1.8}), bi.fit(WHOLE, model, design_effects=ends)
    for quantity in ("mu", "tau", "theta_new"):
        np.testing.assert_allclose(known[quantity].quantile(P), found[quantity].quantile(P), atol=1e-9)
    assert known.log_marginal_likelihood == pytest.approx(found.log_marginal_likelihood, abs=1e-9)
    plain = bi.Dataset((bi.Study(*ROWS[0], 1.8, design_effect_sd=0.0), *WHOLE.studies[1:]), "whole")
    np.testing.assert_array_equal(bi.fit(plain, model)["mu"].quantile(P), known["mu"].quantile(P))


def averaged(name: str, curve, theta: np.ndarray) -> np.ndarray:
    """Return log of the sum over D of curves made equally high over Normal(0, 10^2), at theta."""
    wide = np.linspace(-60, 60, 1201)
    reference = stats.norm.logpdf(wide, 0, 10)
    parts = []
    for log_weight, design in zip(DENSITY, designs(name), strict=True):
        height = integrate.trapezoid(np.exp(curve(wide, design) + reference), wide)
        parts.append(log_weight + curve(theta, design) - math.log(height))
    return np.logaddexp.reduce(parts, axis=0)


def hypergeometric(row):
    _, r1, n1, r0, n0 = row
    x = np.arange(max(0, r1 + r0 - n0), min(n1, r1 + r0) + 1)

    def curve(theta: np.ndarray, design: float) -> np.ndarray:
        ways = log_choose(n1, x) + log_choose(n0, r1 + r0 - x)
        logs = ways + np.multiply.outer(theta, x)
        return (logs[:, list(x).index(r1)] - np.logaddexp.reduce(logs, axis=1)) / design

    return curve


def binomial(row):
    _, r1, n1, r0, n0 = row
    alpha = np.linspace(-32, 32, 641)

    def curve(theta: np.ndarray, design: float) -> np.ndarray:
        logs = stats.norm.logpdf(alpha, 0, 10) + np.zeros((theta.size, 1))
        for r, n, share in ((r1, n1, 0.5), (r0, n0, -0.5)):
            eta = alpha + share * theta[:, None]
            logs += r / design * eta - n / design * np.logaddexp(0, eta) + log_choose(n / design, r / design)
        return np.logaddexp.reduce(logs, axis=1)

    return curve


@pytest.mark.parametrize(("name", "of"), [("hypergeometric", hypergeometric), ("binomial", binomial)])
def test_a_common_effect_by_brute_force_over_the_design_effects(name: str, of) -> None:
    model = bi.Model(likelihood=name, effects="common", baseline="midpoint", alpha="normal(0, 10)")
    found = bi.fit(WHOLE, model, design_effects=LIMITS)
    theta = np.linspace(-3, 2, 251)
    logs = stats.norm.logpdf(theta, 0, 2.82)
    for row in ROWS:
        logs = logs + (averaged(row[0], of(row), theta) if row[0] in LIMITS else of(row)(theta, 1.0))
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    mean = weight @ theta
    assert found["mu"].mean == pytest.approx(mean, abs=2e-4)
    assert found["mu"].sd == pytest.approx(math.sqrt(weight @ theta**2 - mean**2), abs=2e-4)
    known = bi.fit(WHOLE, model, design_effects=MEDIANS)
    assert abs(known["mu"].mean - mean) > 1e-3  # which the median alone does not give


def test_normal_errors_by_brute_force_over_mu_tau_and_the_design_effect() -> None:
    """The estimate has a density given D, which learns of D what the other trials tell."""
    rows, limits = ROWS[:3], {"A": LIMITS["A"]}
    found = bi.fit(WHOLE.trials("-E"), bi.Model(likelihood="normal"), design_effects=limits)
    a, b, c, d = np.array([(r1, n1 - r1, r0, n0 - r0) for _, r1, n1, r0, n0 in rows], float).T
    y, v = np.log(a * d / b / c), 1 / a + 1 / b + 1 / c + 1 / d
    mu, tau = np.linspace(-5, 5, 801), np.linspace(0, 3, 401)
    logs = stats.norm.logpdf(mu, 0, 2.82)[:, None] + stats.norm.logpdf(tau, 0, 0.5)

    def own(i: int, design: float) -> np.ndarray:
        return stats.norm.logpdf(y[i], mu[:, None], np.sqrt(v[i] * design + tau**2))

    parts = [weight + own(0, design) for weight, design in zip(DENSITY, designs("A"), strict=True)]
    logs = logs + np.logaddexp.reduce(parts, axis=0) + own(1, 1.0) + own(2, 1.0)
    weight = np.exp(logs - logs.max())
    weight[:, [0, -1]] /= 2
    by_mu, by_tau = weight.sum(axis=1) / weight.sum(), weight.sum(axis=0) / weight.sum()
    for quantity, axis, mass in (("mu", mu, by_mu), ("tau", tau, by_tau)):
        mean = mass @ axis
        assert found[quantity].mean == pytest.approx(mean, abs=1e-4)
        assert found[quantity].sd == pytest.approx(math.sqrt(mass @ axis**2 - mean**2), abs=1e-4)


@pytest.mark.parametrize("name", OF_COUNTS)
@pytest.mark.parametrize("row", [ROWS[0], ROWS[3]])
def test_a_trial_by_itself_leaves_the_distribution_as_it_was_stated(name: str, row) -> None:
    """Every design effect then foretells the data alike, under the effects for which that is arranged."""
    one = bi.Dataset((bi.Study(*row),))
    model = bi.Model(likelihood=name, effects="common", mu="normal(0, 10)")
    found = bi.fit(one, model, design_effects=[LIMITS[row[0]]])
    known = bi.fit(one, model, design_effects=[MEDIANS[row[0]]])
    assert found.log_marginal_likelihood == pytest.approx(known.log_marginal_likelihood, abs=1e-4)


@pytest.mark.parametrize("name", ["hypergeometric", "binomial", "normal"])
def test_exchanged_arms_exchange_the_effect(name: str) -> None:
    model = bi.Model(likelihood=name, baseline="midpoint")
    turned = bi.Dataset(tuple(bi.Study(n, r0, n0, r1, n1) for n, r1, n1, r0, n0 in ROWS))
    one, other = bi.fit(WHOLE, model, design_effects=LIMITS), bi.fit(turned, model, design_effects=LIMITS)
    np.testing.assert_allclose(one["mu"].quantile(P), -np.asarray(other["mu"].quantile(1 - P)), atol=1e-6)
    assert one.log_marginal_likelihood == pytest.approx(other.log_marginal_likelihood, abs=1e-6)
    events = bi.fit(WHOLE.with_design_effects(LIMITS).complement(), model)
    np.testing.assert_allclose(one["mu"].quantile(P), -np.asarray(events["mu"].quantile(1 - P)), atol=1e-6)


@pytest.mark.parametrize("measure", ["RR", "RD"])
def test_other_measures_of_counts(measure: str) -> None:
    model = bi.Model(likelihood="binomial", measure=measure, mu="normal(0, 0.5)", tau="half_normal(0.2)")
    known = bi.fit(WHOLE, model, design_effects=MEDIANS)
    found = bi.fit(WHOLE, model, design_effects=LIMITS)
    assert found.diagnostics.ok
    assert 0 < abs(found["mu"].mean - known["mu"].mean) < 0.1 * known["mu"].sd


def test_given_estimates_are_scale_mixtures_under_every_likelihood() -> None:
    """A t error with an uncertain design effect, alone, under a wide prior: its posterior in closed form."""
    one = bi.Effects([0.4], [0.3], measure="OR", df=5)
    wide = {"effects": "common", "mu": "normal(0, 50)"}
    z, w = hermegauss(61)
    scale = 0.3 * np.sqrt(1.8 * np.exp(SDS["A"] * z))
    at = np.array([-0.5, 0.1, 0.4, 1.3])
    witness = (w / w.sum()) @ stats.t.cdf((at - 0.4) / scale[:, None], 5)
    for name in ("normal", "binomial"):
        table = one if name == "normal" else bi.Dataset((*one.studies, bi.Study("none", 0, 1, 0, 1)))
        found = bi.fit(table, bi.Model(likelihood=name, **wide), design_effects={"Study 1": LIMITS["A"]})
        np.testing.assert_allclose([found["mu"].prob_below(x) for x in at], witness, atol=2e-3)


def test_baselines_are_drawn_given_a_drawn_design_effect() -> None:
    row, model = ROWS[0], bi.Model(effects="common", baseline="midpoint", alpha="normal(0, 2)")
    ends = (1.0, 12.0)
    found = bi.fit(bi.Dataset((bi.Study(*row),)), model, design_effects=[ends])
    alpha = found.draws(4000, seed=1)["alpha[A]"].to_numpy()
    theta, base = np.linspace(-12, 12, 241), np.linspace(-10, 10, 401)
    median, sd = math.sqrt(12), math.log(12) / 2 / stats.norm.ppf(0.975)
    z, w = hermegauss(15)
    mass = np.zeros(base.size)
    for place, weight in zip(z, w, strict=True):
        design = median * math.exp(sd * place)
        logs = stats.norm.logpdf(base, 0, 2) + np.zeros((theta.size, 1))
        for r, n, share in ((row[1], row[2], 0.5), (row[3], row[4], -0.5)):
            eta = base + share * theta[:, None]
            logs += r / design * eta - n / design * np.logaddexp(0, eta)
        joint = np.exp(logs - logs.max())
        height = stats.norm.pdf(theta, 0, 10) @ joint.sum(axis=1)
        mass += weight * (stats.norm.pdf(theta, 0, 2.82) @ joint) / height
    mass /= mass.sum()
    mean = mass @ base
    sd = math.sqrt(mass @ base**2 - mean**2)
    assert alpha.mean() == pytest.approx(mean, abs=4 * sd / math.sqrt(4000))
    assert alpha.std() == pytest.approx(sd, rel=0.06)


def test_biased_trials_and_regressions_read_the_same_curves() -> None:
    """Where next to nothing is uncertain they are those of known effects, and else they are not."""
    table = bi.Dataset(WHOLE.studies, columns=(("year", ("1", "2", "3", "4")),))
    near = {name: (median * math.exp(-1e-6), median * math.exp(1e-6)) for name, median in MEDIANS.items()}
    for model in (bi.models.BiasAdjusted(flagged=("A",)), bi.models.MetaRegression(("year",))):
        known, close, found = (
            bi.fit(table, model, design_effects=each)["mu"].quantile(P) for each in (MEDIANS, near, LIMITS)
        )
        np.testing.assert_allclose(close, known, atol=1e-8)
        assert 1e-4 < np.abs(np.subtract(found, known)).max() < 0.1


def test_cells_and_columns_of_a_table(tmp_path) -> None:
    path = tmp_path / "t.csv"

    def table(*cells: str, header: str = "design_effect") -> bi.Dataset:
        rows = (",".join((*map(str, row), cell)) for row, cell in zip(ROWS, cells, strict=True))
        counts = "study,treatment_events,treatment_total,control_events,control_total"
        path.write_text("\n".join((f"{counts},{header}", *rows)) + "\n")
        return bi.load_dataset(path)

    found = table("1.8 (1.2 to 2.7)", "", "1.2 to 2.7", "2")
    assert found.design_effects == pytest.approx({"A": 1.8, "C": 1.8, "E": 2.0})
    assert [study.design_effect_sd for study in found.studies] == pytest.approx([SDS["A"], 0, SDS["A"], 0])
    assert bi.Dataset.from_dataframe(found.to_dataframe()).studies == found.studies
    path.write_bytes(counts_csv(found))
    assert bi.load_dataset(path).studies == found.studies
    both = table("1.8,0.3", ",", "2,", "1,0.2", header="design_effect,design_effect_sd")
    assert [study.design_effect_sd for study in both.studies] == [0.3, 0, 0, 0.2]
    assert both.design_effects == {"A": 1.8, "C": 2.0, "E": 1.0}
    for cell, said in (
        ("2.7 to 1.2", "two numbers above 0, the lower one first"),
        ("3 (1.2 to 2.7)", "the root of their product, 1.8"),
        ("0.01 to 90", "from 0, where it is known, to 1"),
        ("1,8 to 2", "found"),
        ("40 to 90", "less than one person"),
    ):
        with pytest.raises(DataError, match=said):
            table(f'"{cell}"', "", "", "")
    with pytest.raises(DataError, match=r"design_effect_sd: found '0\.3' beside limits"):
        table("1.2 to 2.7,0.3", ",", ",", ",", header="design_effect,design_effect_sd")
    with pytest.raises(DataError, match=r"design_effect_sd: found 'x'"):
        table("1.2,x", ",", ",", ",", header="design_effect,design_effect_sd")


@pytest.mark.parametrize("value", [(2.7, 1.2), (0, 2), (-1, 2), (1.2, 1.2)])
def test_what_are_no_limits_is_refused(value: object) -> None:
    with pytest.raises(DataError, match=r"A: found .*; limits of a design effect are two numbers above 0"):
        WHOLE.with_design_effects({"A": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, "x", True, None])
def test_what_is_no_spread_is_refused(value: object) -> None:
    with pytest.raises(DataError, match="A: design_effect_sd: found"):
        bi.Study(*ROWS[0], 1.5, design_effect_sd=value)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="design_effect_sd"):
        bi.Estimate("A", 0.1, 0.2, design_effect_sd=value)  # type: ignore[arg-type]


def test_it_is_part_of_the_data_and_is_named(tmp_path) -> None:
    designed, known = WHOLE.with_design_effects(LIMITS), WHOLE.with_design_effects(MEDIANS)
    assert fingerprint(designed) != fingerprint(known)
    posterior = bi.fit(designed)
    posterior.save(tmp_path / "p.nc")
    again = bi.Posterior.load(tmp_path / "p.nc")
    assert again.dataset.studies == designed.studies
    assert again["mu"].quantile(0.5) == posterior["mu"].quantile(0.5)
    text = " ".join(posterior.text().split())
    assert "design effects: A 1.8 (1.2 to 2.7), E 1.73 (1 to 3);" in text and "uncertain: log-normal" in text
    assert posterior.to_dict()["design_effect_limits"][0] == pytest.approx(
        {"study": "A", "lower": 1.2, "upper": 2.7, "level": 0.95}
    )
    assert "uncertain" not in " ".join(bi.fit(known).text().split())
    assert "design_effect_limits" not in bi.fit(known).to_dict()
    with pytest.raises(ModelError, match="different trials or counts"):
        posterior.bayes_factor(bi.fit(known))
    without = posterior.without("B")
    np.testing.assert_allclose(
        without["mu"].quantile(P), bi.fit(designed.trials("-B"))["mu"].quantile(P), atol=1e-3
    )


def test_pooling_takes_the_median_and_says_so() -> None:
    one, other = (bi.pool(WHOLE.with_design_effects(each), method="reml") for each in (LIMITS, MEDIANS))
    assert (one.estimate, one.standard_error) == pytest.approx((other.estimate, other.standard_error))
    assert "(of an uncertain one its median): A 1.8 (1.2 to 2.7), E 1.73 (1 to 3)" in one.note
    assert "median" not in other.note


def test_what_cannot_take_them_says_why() -> None:
    designed = WHOLE.with_design_effects({"A": (0.5, 2.0)})  # of median 1
    with pytest.raises(ModelError, match=r"design effects \(A 1 \(0\.5 to 2\)\): not for NUTS"):
        bi.fit(designed, bi.Model(), engine=bi.NUTS(seed=1))
    rule = bi.models.Selection(steps=(0.025,), side="one", direction="below", likelihood="normal")
    with pytest.raises(DataError, match="A has an uncertain design effect, with which its p-value"):
        bi.fit(designed, rule)
    with pytest.raises(DataError, match="A has an uncertain design effect"):
        bi.average_models(designed, bias="psma", direction="below")
    with pytest.raises(DataError, match="A has a design effect, to which no distribution of whole tables"):
        bi.average_models(WHOLE.with_design_effects({"A": 2}), bias="psma", direction="below")
    note = bi.fit(designed, bi.Model(likelihood="normal")).influence()["A"]
    assert note.predictive_p is None and "uncertain" in note.note
    with pytest.raises(ModelError, match="design effects"):
        bi.checks.check_model(bi.fit(designed))
