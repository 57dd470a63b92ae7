"""Exact meta-regression against bayesmeta, brute force, a closed form, and what must not change an answer."""

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.characteristics.covariates import design_of

REFERENCE = Path(__file__).parents[1] / "reference"
PRIORS = {"mu": "normal(0, 2.82)", "tau": "half_normal(0.5)", "beta": "normal(0, 1)"}
BY_SIZE = {"covariates": ("size",), "units": {"size": 1}, **PRIORS}


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _counts(key: str) -> pd.DataFrame:
    rows = [row for row in (*_rows("corpus"), *_rows("ivig_trial_sets")) if row["dataset"] == key]
    cells = ("treatment_events", "treatment_total", "control_events", "control_total")
    frame = pd.DataFrame({"study": [row["study"] for row in rows]} | {
        name: [int(row[cell]) for row in rows]
        for name, cell in zip(cells, ("r1", "n1", "r0", "n0"), strict=True)
    })  # fmt: skip
    size = np.log(frame["treatment_total"] + frame["control_total"])
    return frame.assign(size=size, turn=[("a", "b", "c")[i % 3] for i in range(len(frame))])


def _data(frame: pd.DataFrame) -> bi.Dataset:
    return bi.Dataset.from_dataframe(frame)


@cache
def _by_size(key: str, likelihood: str) -> bi.Posterior:
    return bi.fit(_data(_counts(key)), bi.models.MetaRegression(likelihood=likelihood, **BY_SIZE))


@pytest.mark.parametrize("row", [row for row in _rows("bmr") if row["tau_prior"] == "half_normal(0.5)"],
                         ids=lambda row: row["dataset"])  # fmt: skip
def test_the_normal_likelihood_gives_what_bayesmeta_gives(row: dict[str, str]) -> None:
    posterior = _by_size(row["dataset"], "normal")
    assert posterior.engine == "quadrature"
    assert posterior.diagnostics.ok
    assert posterior.k == int(row["k"])
    slope, mu, tau = posterior["beta[size]"], posterior["mu"], posterior["tau"]
    low, high = slope.interval(0.95)
    unit = float(row["slope_sd"])
    found = {
        "slope_mean": slope.mean, "slope_sd": slope.sd, "slope_q025": low, "slope_q975": high,
        "mu_mean": mu.mean, "mu_sd": mu.sd, "tau_median": tau.median, "tau_mean": tau.mean,
    }  # fmt: skip
    off = {name: (value - float(row[name])) / unit for name, value in found.items()}
    assert max(map(abs, off.values())) < 5e-3, off
    assert slope.prob_above(0) == pytest.approx(float(row["p_slope_gt_0"]), abs=2e-3)


@pytest.mark.parametrize("likelihood", ["normal", "hypergeometric"])
@pytest.mark.parametrize("key", sorted({row["dataset"] for row in _rows("regression_posteriors")}))
def test_sums_over_a_grid_of_another_program_agree(key: str, likelihood: str) -> None:
    stated = {
        row["quantity"]: float(row["value"])
        for row in _rows("regression_posteriors")
        if (row["dataset"], row["likelihood"]) == (key, likelihood)
    }
    posterior = _by_size(key, likelihood)
    slope, mu, tau = posterior["beta[size]"], posterior["mu"], posterior["tau"]
    found = {
        "slope_mean": (slope.mean, slope.sd), "mu_mean": (mu.mean, mu.sd), "tau_q50": (tau.median, tau.sd),
        "slope_q025": (slope.quantile(0.025), slope.sd), "slope_q975": (slope.quantile(0.975), slope.sd),
        "mu_q025": (mu.quantile(0.025), mu.sd), "mu_q975": (mu.quantile(0.975), mu.sd),
    }  # fmt: skip
    off = {name: abs(value - stated[name]) / sd for name, (value, sd) in found.items()}
    assert max(off["slope_mean"], off["mu_mean"]) < 5e-3, off
    assert max(off.values()) < 2.5e-2, off  # the accuracy of that grid: see reference/README.md
    assert slope.prob_above(0) == pytest.approx(stated["p_slope_gt_0"], abs=2e-3)


def test_a_common_effect_under_the_normal_likelihood_is_least_squares_with_priors() -> None:
    frame = _counts("graves2010")
    model = bi.models.MetaRegression(
        covariates=("size", "turn"), likelihood="normal", effects="common",
        units={"size": 1}, references={"size": 5}, mu="normal(-0.5, 1)", beta="normal(0.2, 0.7)",
    )  # fmt: skip
    with pytest.raises(bi.errors.ModelError, match=r"3 coefficients .* sums over 2 at most"):
        bi.fit(_data(frame), model, engine=bi.Quadrature())
    frame = frame.assign(turn=np.where(frame["turn"] == "a", "a", "b"))
    posterior = bi.fit(_data(frame), model)
    r1, n1, r0, n0 = (frame[name].to_numpy(float) for name in frame.columns[1:5])
    a, b, c, d = r1, n1 - r1, r0, n0 - r0
    some = (np.minimum.reduce([a, b, c, d]) == 0) * 0.5
    a, b, c, d = a + some, b + some, c + some, d + some
    y, w = np.log(a * d / (b * c)), 1 / (1 / a + 1 / b + 1 / c + 1 / d)
    x = np.column_stack([np.ones(len(y)), frame["size"] - 5, frame["turn"] == "b"])
    prior = np.array([1.0, 0.7, 0.7]) ** -2
    covariance = np.linalg.inv(x.T @ (w[:, None] * x) + np.diag(prior))
    mean = covariance @ (x.T @ (w * y) + prior * np.array([-0.5, 0.2, 0.2]))
    for i, name in enumerate(("mu", "beta[size]", "beta[turn=b]")):
        assert posterior[name].mean == pytest.approx(mean[i], abs=1e-4 * math.sqrt(covariance[i, i]))
        assert posterior[name].sd == pytest.approx(math.sqrt(covariance[i, i]), rel=1e-4)
    marginal = np.linalg.inv(np.diag(w)) + x @ np.diag(1 / prior) @ x.T
    evidence = -0.5 * (
        (y - x @ [-0.5, 0.2, 0.2]) @ np.linalg.solve(marginal, y - x @ [-0.5, 0.2, 0.2])
        + np.linalg.slogdet(2 * np.pi * marginal)[1]
    )
    assert posterior.log_marginal_likelihood == pytest.approx(evidence, abs=1e-4)


@pytest.mark.parametrize("effects", ["random", "common", "student_t(4)"])
def test_a_slope_that_may_be_nothing_else_than_0_leaves_the_model_without_it(effects: str) -> None:
    data = _data(_counts("crins"))
    none = bi.models.MetaRegression(("size",), beta="normal(0, 0.0001)", effects=effects)
    found, plain = bi.fit(data, none), bi.fit(data, bi.Model(effects=effects))
    for name in ("mu", "tau", "theta_new"):
        unit = plain[name].sd or 1.0
        assert found[name].quantile([0.025, 0.5, 0.975]) == pytest.approx(
            plain[name].quantile([0.025, 0.5, 0.975]), abs=2e-3 * unit
        )
    assert found.log_marginal_likelihood == pytest.approx(plain.log_marginal_likelihood, abs=1e-3)
    study = found.studies[0]
    assert found.theta[study].median == pytest.approx(plain.theta[study].median, abs=2e-3)


def test_swapping_arms_turns_everything_around() -> None:
    frame = _counts("crins")
    arms = {"treatment_events": "control_events", "treatment_total": "control_total"}
    swapped = frame.rename(columns=arms | {there: here for here, there in arms.items()})
    one = bi.fit(_data(frame), bi.models.MetaRegression(**BY_SIZE))
    other = bi.fit(_data(swapped), bi.models.MetaRegression(**BY_SIZE))
    for name in ("mu", "beta[size]", "theta_new"):
        assert other[name].quantile([0.025, 0.5]) == pytest.approx(
            -np.asarray(one[name].quantile([0.975, 0.5])), abs=2e-4
        )
    assert other["tau"].median == pytest.approx(one["tau"].median, abs=2e-4)


def test_neither_the_order_of_trials_nor_the_centre_matters() -> None:
    frame = _counts("gibson2002")
    flat = {**BY_SIZE, "mu": "normal(0, 100)"}
    one = bi.fit(_data(frame), bi.models.MetaRegression(**flat))
    other = bi.fit(_data(frame[::-1]), bi.models.MetaRegression(**flat, references={"size": 4}))
    centre = float(np.mean(frame["size"]))
    for name in ("beta[size]", "tau"):
        assert other[name].quantile([0.025, 0.5, 0.975]) == pytest.approx(
            one[name].quantile([0.025, 0.5, 0.975]), abs=1e-3
        )
    assert other["mu"].mean == pytest.approx(one["mu"].mean + (4 - centre) * one["beta[size]"].mean, abs=2e-3)


def test_draws_have_the_marginals_and_the_line_of_the_posterior() -> None:
    posterior = _by_size("crins", "hypergeometric")
    draws = posterior.draws(4000, seed=2)
    for name in ("mu", "tau", "theta_new", "beta[size]"):
        for p in (0.1, 0.5, 0.9):  # 4 standard errors of a share of 4,000 draws
            share = float((draws[name] < posterior[name].quantile(p)).mean())
            assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / 4000), (name, p)
    study = posterior.studies[2]
    own = posterior.theta[study]
    assert abs(draws[f"theta[{study}]"].mean() - own.mean) < 4 * own.sd / math.sqrt(4000)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    posterior = _by_size("crins", "hypergeometric")
    loaded = bi.Posterior.load(posterior.save(tmp_path / "regression.nc"))
    for name in ("mu", "tau", "theta_new", "beta[size]"):
        assert loaded[name].quantile(0.9) == posterior[name].quantile(0.9)
    assert loaded.draws(5).equals(posterior.draws(5))


def test_further_questions_are_fitted_anew() -> None:
    posterior = _by_size("gibson2002", "normal")
    data = _data(_counts("gibson2002"))
    narrow = bi.fit(
        data, bi.models.MetaRegression(likelihood="normal", **{**BY_SIZE, "beta": "normal(0, 0.1)"})
    )
    assert posterior.under(beta="normal(0, 0.1)")["beta[size]"].median == narrow["beta[size]"].median
    out = posterior.studies[0]
    rest = [name for name in data.study_names if name != out]
    assert posterior.without(out)["mu"].median == posterior.trials(rest)["mu"].median
    with pytest.raises(bi.errors.ModelError, match="weights: not for a model of the family meta_regression"):
        posterior.weighted({out: 0.5})
    with pytest.raises(bi.errors.ModelError, match="joint: not for"):
        posterior.joint()


def test_interactions_and_units_are_coded_as_they_read() -> None:
    frame = _counts("bcg").assign(turn=lambda f: np.where(f["turn"] == "a", "a", "b"))
    settings = {**PRIORS, "likelihood": "normal", "effects": "common", "units": {"size": 2}}
    model = bi.models.MetaRegression(("size", "turn", "size:turn"), **settings)
    with pytest.raises(bi.errors.ModelError, match=r"beta\[size:turn=b\]"):
        bi.fit(_data(frame), model, engine=bi.Quadrature())
    with pytest.raises(bi.errors.DataError, match="no column 'size:turn'"):
        bi.fit(_data(frame), bi.models.MetaRegression(("size", "size:turn"), **settings))
    one, two = (
        bi.fit(_data(frame), bi.models.MetaRegression(("size",), **{**settings, "units": {"size": unit}},))
        for unit in (1, 2)
    )  # fmt: skip
    assert two.quantities[0].label == "size, per 2"
    assert two["beta[size]"].median == pytest.approx(
        2 * one["beta[size]"].median, rel=0.1
    )  # but for its prior


def test_what_trials_cannot_tell_apart_is_refused() -> None:
    frame = _counts("crins").assign(twice=lambda f: 2 * f["size"] + 1)
    with pytest.raises(bi.errors.DataError, match="size and twice go together in every study"):
        bi.fit(_data(frame), bi.models.MetaRegression(("size", "twice")))
    with pytest.raises(bi.errors.ModelError, match=r"units\.turn: found 2; the column has levels"):
        bi.fit(_data(frame), bi.models.MetaRegression(("turn",), units={"turn": 2}))
    with pytest.raises(bi.errors.ModelError, match=r"units\.size: found -1; it must be a number above 0"):
        bi.models.MetaRegression(("size",), units={"size": -1})
    remarks = " ".join(_by_size("crins", "normal").remarks)
    assert "6 trials for 1 coefficient: fewer than 10 for each" in remarks
    assert "size: 6 trials have 6 different values" in remarks


def test_the_effect_at_values_is_that_of_the_line_there() -> None:
    posterior = _by_size("crins", "hypergeometric")
    rest, flat = "normal(0, 100)", {**BY_SIZE, "likelihood": "hypergeometric"}
    at_five = bi.fit(
        _data(_counts("crins")), bi.models.MetaRegression(references={"size": 5}, **{**flat, "mu": rest})
    )
    there = bi.fit(_data(_counts("crins")), bi.models.MetaRegression(**{**flat, "mu": rest})).at(size=5)
    for name in ("mu", "theta_new"):  # the same posterior, centred elsewhere
        unit = at_five[name].sd
        assert there[name].quantile([0.05, 0.5, 0.95]) == pytest.approx(
            at_five[name].quantile([0.05, 0.5, 0.95]), abs=2e-3 * unit
        )
    assert there.effect.median == pytest.approx(math.exp(there["mu"].median))
    one = posterior.at(size=5)
    assert bi.models.effect_at(posterior, {"size": 5}).median == one["mu"].median
    assert (
        bi.models.effect_at(posterior, {"size": 5}, new_study=True).sd == one["theta_new"].sd > one["mu"].sd
    )
    assert posterior["size"].median == posterior["beta[size]"].median
    draws = posterior.draws(4000)
    x = 5 - float(np.mean(_counts("crins")["size"]))
    assert abs((draws["mu"] + x * draws["beta[size]"]).mean() - one["mu"].mean) < 4 * one[
        "mu"
    ].sd / math.sqrt(4000)
    with pytest.raises(bi.errors.ModelError, match="no covariate 'year'"):
        posterior.at(year=3)
    with pytest.raises(bi.errors.ModelError, match="at: needs the posterior of a MetaRegression"):
        bi.fit(_data(_counts("crins"))).at(size=3)
    turns = bi.fit(_data(_counts("crins")), bi.models.MetaRegression(("turn",)))
    with pytest.raises(
        bi.errors.ModelError, match=r"turn has a coefficient for each of its levels: .*turn=b"
    ):
        turns["turn"]


@pytest.mark.parametrize("covariates", [("size",), ("turn",)])
def test_the_share_explained_is_that_of_draws(covariates: tuple[str, ...]) -> None:
    posterior = bi.fit(_data(_counts("crins")), bi.models.MetaRegression(covariates, likelihood="normal"))
    draws = posterior.draws(4000, seed=5)
    beta = draws[[quantity.name for quantity in posterior.quantities]].to_numpy()
    x = np.array(design_of(posterior.dataset, posterior.studies, posterior.model).rows)
    explained = (beta @ (x - x.mean(axis=0)).T).var(axis=1)
    share = explained / (explained + draws["tau"].to_numpy() ** 2)
    found = posterior.share_explained()
    for p in (0.1, 0.5, 0.9):
        assert abs(float((share < found.quantile(p)).mean()) - p) < 4 * math.sqrt(p * (1 - p) / 4000), p
    common = bi.models.MetaRegression(covariates, effects="common")
    assert bi.fit(_data(_counts("crins")), common).share_explained().median == 1


def test_vaccination_and_latitude_as_multinma_prints_them() -> None:
    latitude = [
        44,
        55,
        42,
        52,
        13,
        44,
        19,
        13,
        27,
        42,
        18,
        33,
        33,
    ]  # Colditz et al. 1994, in the table's order
    flat = dict.fromkeys(("mu", "beta", "alpha"), "normal(0, 100)")
    model = bi.models.MetaRegression(
        ("latitude",),
        {"latitude": 33.46154},
        units={"latitude": 1},
        baseline="control",
        tau="half_normal(5)",
        **flat,
    )
    posterior = bi.fit(_data(_counts("bcg").assign(latitude=latitude)), model)
    mu, tau = posterior["mu"], posterior["tau"]
    found = {
        "slope_mean": posterior["latitude"].mean, "mu_mean": mu.mean, "mu_sd": mu.sd,
        "mu_q025": mu.quantile(0.025), "mu_q975": mu.quantile(0.975), "tau_mean": tau.mean,
        "tau_q50": tau.median, "tau_q025": tau.quantile(0.025), "tau_q975": tau.quantile(0.975),
    }  # fmt: skip
    printed = [row for row in _rows("published_posteriors") if row["case"] == "bcg_multinma_latitude"]
    assert {row["quantity"] for row in printed} == set(found)
    for row in printed:
        assert abs(found[row["quantity"]] - float(row["value"])) <= float(row["tolerance"]), row["quantity"]


@pytest.mark.mcmc
def test_sampled_study_effects_agree() -> None:
    data = _data(_counts("crins"))
    model = bi.models.MetaRegression(**{**BY_SIZE, "covariates": ("size",), "likelihood": "binomial"})
    exact, sampled = bi.fit(data, model), bi.fit(data, model, engine=bi.NUTS(draws=1500, tune=700, seed=3))
    for name in ("mu", "tau", "beta[size]", "theta_new"):
        agrees = sampled[name].prob_below(exact[name].quantile([0.1, 0.5, 0.9]))
        assert np.asarray(agrees) == pytest.approx([0.1, 0.5, 0.9], abs=0.03), name
    there = {"size": 5}
    one, other = (bi.models.effect_at(posterior, there) for posterior in (exact, sampled))
    assert one.median == pytest.approx(other.median, abs=0.1 * one.sd)
    assert exact.share_explained().median == pytest.approx(sampled.share_explained().median, abs=0.05)
