"""Groups of trials under one tau: closed forms, invariances and the refusals."""

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig import DataError, Dataset, Model, ModelError, Study, fit, load_dataset
from bayes_ivig.analyses.contrasts import contrast
from bayes_ivig.engines.curves import counts_of, estimates, log_curves
from bayes_ivig.engines.grids import Fineness

LIVE = load_dataset("ivig", "live_birth")
GROUPS = {"a": ["Dendrinos 2009", "Triolo 2003", "Vaquero 2001"], "b": ["Yamada 2022", "Heilmann 2001"]}


def of(names: list[str]) -> tuple[Study, ...]:
    return tuple(study for study in LIVE.studies if study.name in names)


def test_normal_groups_against_the_closed_form_at_each_tau() -> None:
    """Given tau every mean is conjugate normal, so a sum over a dense tau grid is all that is left."""
    tau = np.linspace(5e-4, 4, 4000)

    def group(names):
        y, s = estimates(counts_of(of(names)))
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
    found = contrast(LIVE, GROUPS, model)
    difference = found.difference("a", "b")
    assert difference.mean == pytest.approx(mean, abs=1e-5)
    assert difference.sd == pytest.approx(np.sqrt((weight * (spread + (centre - mean) ** 2)).sum()), abs=1e-4)
    assert difference.prob_above(0.0) == pytest.approx((weight * stats.norm.sf(0, centre, np.sqrt(spread))).sum(), abs=1e-5)
    low, high = difference.interval(0.95)
    for limit, share in ((low, 0.025), (high, 0.975)):
        assert (weight * stats.norm.cdf(limit, centre, np.sqrt(spread))).sum() == pytest.approx(share, abs=1e-5)
    assert found.mu["a"].mean == pytest.approx((weight * mean_a).sum(), abs=1e-5)
    assert found.tau.mean == pytest.approx((weight * tau).sum(), abs=5e-4)
    together = fit(found.dataset, model).log_marginal_likelihood
    assert found.log_bayes_factor == pytest.approx(log_evidence - together, abs=1e-4)


def test_exact_likelihoods_against_adaptive_integration_under_a_common_effect() -> None:
    """tau = 0: each mean has its own posterior, and the difference is an integral over one of them."""
    model = Model(effects="common")
    found = contrast(LIVE, {"one": ["Perricone 2008"], "two": ["Mahmoud 2004", "Triolo 2003"]}, model)

    grid = np.linspace(-14, 16, 6001)

    def density(names):
        logs = log_curves(counts_of(of(names)), model, grid, Fineness().finer()).sum(axis=0) - 0.5 * (grid / 2.82) ** 2
        return np.exp(logs - logs.max()) / integrate.trapezoid(np.exp(logs - logs.max()), grid)

    one, two = density(["Perricone 2008"]), density(["Mahmoud 2004", "Triolo 2003"])
    below = integrate.cumulative_trapezoid(two, grid, initial=0)
    assert found.difference("one", "two").prob_above(0.0) == pytest.approx(integrate.trapezoid(one * below, grid), abs=1e-5)
    assert found.difference("one", "two").mean == pytest.approx(
        integrate.trapezoid(one * grid, grid) - integrate.trapezoid(two * grid, grid), abs=1e-4
    )
    assert found.tau.interval() == (0.0, 0.0)


@pytest.mark.parametrize("model", [Model(), Model("hypergeometric", "student_t(4)")], ids=["normal effects", "Student-t"])
def test_differences_are_those_of_the_means(model: Model) -> None:
    found = contrast(LIVE, "status", model)
    assert found.diagnostics.ok
    assert list(found.groups) == ["derived", "reported", "reconstructed"]
    assert len(found.differences) == 3
    for (a, b), difference in found.differences.items():
        assert difference.mean == pytest.approx(found.mu[a].mean - found.mu[b].mean, abs=2e-4)
    other = contrast(LIVE, {name: found.groups[name] for name in reversed(found.groups)}, model)
    turned = other.difference("reported", "derived")
    assert turned.prob_above(0.3) == pytest.approx(found.difference("derived", "reported").prob_below(-0.3), abs=1e-5)
    assert other.log_bayes_factor == pytest.approx(found.log_bayes_factor, abs=1e-5)


def test_extremes_are_finite() -> None:
    """A trial without events, a million people, separation; means far apart."""
    rows = {"x": (0, 20, 0, 22), "y": (100_000, 1_000_000, 110_000, 1_000_000), "z": (22, 24, 0, 7)}
    dataset = Dataset(tuple(Study(name, *counts) for name, counts in rows.items()))
    found = contrast(dataset, {name: [name] for name in rows})
    assert np.isfinite(found.table().drop(columns="scale").to_numpy(float)).all()
    assert found.diagnostics.ok
    for (a, b), difference in found.differences.items():
        assert difference.mean == pytest.approx(found.mu[a].mean - found.mu[b].mean, abs=1e-3)


def test_the_table_reads_as_ratios() -> None:
    found = contrast(LIVE, GROUPS)
    table = found.table(0.9)
    assert list(table.index) == ["a", "b", "a / b"]
    assert table.loc["a / b", "median"] == pytest.approx(np.exp(found.difference("a", "b").quantile(0.5)))
    assert table.loc["a", "lower_0.9"] == pytest.approx(np.exp(found.mu["a"].interval(0.9)[0]))


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
        (["a", "b"], Model(), DataError, "mapping of names"),
    ],
)
def test_what_is_no_contrast_is_refused(by, model, error, said: str) -> None:
    with pytest.raises(error, match=said):
        contrast(LIVE, by, model)


def test_no_bayes_factor_without_proper_priors() -> None:
    assert contrast(LIVE, GROUPS, Model("normal", "common", mu="flat()")).log_bayes_factor is None
