"""Uniform priors on mu whose limits cut through the likelihood, or leave it outside."""

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.formulas.likelihood import hypergeometric
from bayes_ivig.inputs.estimates.arrays import counts_of

TABLES = {
    "three": ((15, 35, 7, 9), (6, 33, 20, 29), (12, 16, 15, 15)),
    "one": ((15, 35, 7, 9),),
    "large": ((300, 3000, 500, 3000), (250, 3000, 400, 3000)),
    "null": ((3, 10, 2, 12),),
}
P = np.array([0.025, 0.5, 0.975])


def table(name):
    return bi.Dataset(tuple(bi.Study(str(number), *counts) for number, counts in enumerate(TABLES[name])))


@pytest.mark.parametrize("limits", [(-1, 2), (0, 1), (0.5, 4), (-10, 10), (-0.01, 0.01)], ids=str)
@pytest.mark.parametrize("name", TABLES)
def test_common_effect_equals_a_dense_sum(name, limits):
    low, high = limits
    dataset = table(name)
    x = np.linspace(low, high, 20_001)
    counts = counts_of(dataset.studies)
    logs = hypergeometric(counts, x).sum(axis=0)
    density = np.exp(logs - logs.max())
    below = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    model = bi.Model(likelihood="hypergeometric", effects="common", mu=f"uniform({low}, {high})")
    posterior = bi.fit(dataset, model)
    assert posterior.diagnostics.ok
    exact = np.interp(P, below / below[-1], x)
    np.testing.assert_allclose(posterior["mu"].quantile(P), exact, atol=1e-3 * posterior["mu"].sd)


@pytest.mark.parametrize("name", TABLES)
def test_random_effects_stay_inside_the_limits(name):
    posterior = bi.fit(table(name), bi.Model(mu="uniform(0.5, 4)"))
    assert posterior.diagnostics.ok
    lower, upper = posterior["mu"].interval(0.999)
    assert 0.5 <= lower < upper <= 4
