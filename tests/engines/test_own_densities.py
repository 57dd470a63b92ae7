"""A density of one's own in both engines: what is a family's gives that family's posterior, jumps and spikes
included, and a saved posterior answers without the function.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.engines.nuts.priors import form, limited, log_density, parameters, place
from bayes_ivig.priors.composite import Prior

pytestmark = pytest.mark.slow

TRIALS = bi.Dataset(
    tuple(
        bi.Study(str(i), *counts)
        for i, counts in enumerate(((12, 50, 20, 52), (30, 101, 33, 99), (8, 40, 15, 41), (22, 80, 30, 78)))
    )
)
LEVELS = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
HALF = (0.0, math.inf)
Density = bi.priors.Density


def two(x: Any) -> Any:
    return stats.norm(-1, 0.1).pdf(x) + stats.norm(1, 0.1).pdf(x)


def spike(x: Any) -> Any:
    return stats.norm(0, 0.001).pdf(x) + stats.norm(0, 2).pdf(x)


def spike_of_tau(x: Any) -> Any:
    return stats.lognorm(0.002, 0, math.exp(-1)).pdf(x) + 2 * stats.norm.pdf(x)


SAME: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    ({"mu": "normal(0, 2.82)"}, {"mu": Density(lambda x: np.exp(-0.5 * (x / 2.82) ** 2))}, 1e-6),
    ({"tau": "half_cauchy(0.5)"}, {"tau": Density(lambda x: 1 / (0.25 + x * x), HALF)}, 1e-6),
    ({"tau": "log_normal(-1, 0.5)"}, {"tau": Density(stats.lognorm(0.5, 0, math.exp(-1)).pdf, HALF)}, 1e-6),
    ({"mu": "mixture(0.5: normal(-1, 0.1), 0.5: normal(1, 0.1))"}, {"mu": Density(two)}, 1e-6),
    ({"mu": "mixture(0.5: normal(0, 0.001), 0.5: normal(0, 2))"}, {"mu": Density(spike)}, 1e-4),
    (
        {"tau": "mixture(0.5: log_normal(-1, 0.002), 0.5: half_normal(1))"},
        {"tau": Density(spike_of_tau, HALF)},
        1e-4,
    ),
    ({"mu": "uniform(-0.5, 0.25)"}, {"mu": Density(lambda x: (x > -0.5) & (x < 0.25))}, 1e-4),
    ({"tau": "uniform(0, 0.25)"}, {"tau": Density(lambda x: x < 0.25, HALF)}, 1e-4),
    ({"mu": "truncated(normal(0, 1), -0.3, 9)"}, {"mu": Density(stats.norm.pdf, (-0.3, math.inf))}, 1e-4),
    (
        {"tau": "truncated(half_normal(0.5), 0.2, 9)"},
        {"tau": Density(stats.norm(0, 0.5).pdf, (0.2, math.inf))},
        1e-4,
    ),
]


@pytest.mark.parametrize(("family", "own", "within"), SAME, ids=[str(each[0]) for each in SAME])
def test_the_posterior_is_that_of_the_family(
    family: dict[str, Any], own: dict[str, Any], within: float
) -> None:
    theirs, ours = bi.fit(TRIALS, bi.Model(**family)), bi.fit(TRIALS, bi.Model(**own))
    assert ours.diagnostics.ok, ours.diagnostics.problems
    for name in ("mu", "tau"):
        sd = theirs[name].sd
        away = np.abs(ours[name].quantile(LEVELS) - theirs[name].quantile(LEVELS))
        assert away.max() < within * (sd or 1), name
    assert ours.log_marginal_likelihood == pytest.approx(theirs.log_marginal_likelihood, abs=within)


def test_a_mixture_with_a_spike_on_tau_has_the_evidence_of_its_parts() -> None:
    """It was once a grid that fell beside the spike and did not say so."""

    def evidence(tau: str) -> float:
        found = bi.fit(TRIALS, bi.Model(tau=tau)).log_marginal_likelihood  # type: ignore[arg-type]
        assert found is not None
        return found

    parts = evidence("log_normal(-1, 0.002)"), evidence("half_normal(1)")
    both = evidence("mixture(0.5: log_normal(-1, 0.002), 0.5: half_normal(1))")
    assert both == pytest.approx(np.logaddexp(*parts) - math.log(2), abs=1e-6)


def test_no_posterior_where_there_is_no_prior() -> None:
    """The witness is a prior without the gap, and the posterior probability of what is left of it."""
    own = bi.fit(TRIALS, bi.Model(mu=Density(lambda x: (np.abs(x) > 0.3) & (np.abs(x) < 1))))
    whole = bi.fit(TRIALS, bi.Model(mu=bi.priors.Uniform(-1, 1)))
    left = whole["mu"].prob_below(-0.3)
    share = left / (left + 1 - whole["mu"].prob_below(0.3))
    assert own["mu"].prob_below(0) == pytest.approx(share, abs=1e-5)
    assert own["mu"].prob_below(0.29) == pytest.approx(own["mu"].prob_below(-0.29), abs=1e-6)
    assert own["mu"].prob_below(-0.5) == pytest.approx(share * whole["mu"].prob_below(-0.5) / left, abs=1e-4)


def test_the_effect_of_a_new_study_where_mu_jumps() -> None:
    """The witness is the sum over the nodes of mu and tau of the normal probabilities."""
    own = bi.fit(TRIALS, bi.Model(mu=Density(lambda x: (x > -0.5) & (x < 0.25))))
    answers = own.answers.grid
    assert answers is not None and answers.surface.axes.tau is not None
    share = np.exp(answers.log_mass - answers.log_evidence)
    mu, tau = answers.surface.axes.mu.x[:, None], answers.surface.axes.tau.x
    for q in (-1.0, -0.6, -0.5, 0.3):  # inside, the nodes are too far apart for the smallest taus
        direct = float((share * stats.norm.cdf((q - mu) / tau)).sum())
        assert own["theta_new"].prob_below(q) == pytest.approx(direct, abs=1e-6)


def test_other_doors(tmp_path: Path) -> None:
    own = Density(lambda x: np.exp(-np.abs(x) / 0.5), name="Laplace")
    fitted = bi.fit(TRIALS, bi.Model(mu=own))
    again = bi.Posterior.load(fitted.save(tmp_path / "own.nc"))
    assert again.model.mu == own
    np.testing.assert_array_equal(again["mu"].quantile(LEVELS), fitted["mu"].quantile(LEVELS))
    under = bi.fit(TRIALS, bi.Model()).under(mu=own)
    np.testing.assert_allclose(under["mu"].quantile(LEVELS), fitted["mu"].quantile(LEVELS), atol=1e-4)
    frame = bi.priors.compare(TRIALS, mu=[own, "normal(0, 1)"], tau="half_normal(0.5)")
    assert frame["mu_prior"][0] == str(own)
    assert str(own) in str(fitted.to_dict())
    assert bi.tipping.tipping_point(fitted, "mu").text()


OWN: list[tuple[str, Prior]] = [
    ("mu", Density(stats.laplace(-0.2, 0.3).pdf)),
    ("mu", Density(stats.norm(0, 1).pdf, (-0.5, math.inf))),
    ("mu", Density(stats.norm(0, 1).pdf, (-math.inf, 0.5))),
    ("mu", Density.from_grid([-1, 0, 2], [0.2, 1, 0.1])),
    ("tau", Density(stats.gamma(2, scale=0.3).pdf, HALF)),
    ("tau", Density(stats.norm(0, 0.5).pdf, (0.2, math.inf))),
]


@pytest.mark.parametrize(("name", "prior"), OWN, ids=[str(each) for _, each in OWN])
def test_log_density_in_pymc(name: str, prior: Prior) -> None:
    import pymc as pm
    import pytensor
    import pytensor.tensor as pt

    values, x = pt.dvector(), pt.dvector()
    density = pytensor.function([values, x], log_density(prior, values, x), mode="FAST_COMPILE")
    grid = np.asarray(prior.quantile(np.linspace(0.001, 0.999, 101)))
    assert density(parameters(prior), grid) == pytest.approx(prior.logpdf(grid), abs=1e-9)
    low, high = prior.support
    with pm.Model() as model:
        place(name, prior, positive=name == "tau")
    (variable,) = model.value_vars
    log_p = model.compile_logp(mode="FAST_COMPILE")
    if math.isfinite(low) and math.isfinite(high):
        share = 1 / (1 + math.exp(0.7))
        value, slope = low + (high - low) * share, (high - low) * share * (1 - share)
    elif math.isfinite(low) or math.isfinite(high):
        slope = math.exp(-0.7)
        value = low + slope if math.isfinite(low) else high - slope
    else:
        value, slope = -0.7, 1.0
    at = {variable.name: np.array(-0.7)}
    assert log_p(at) == pytest.approx(float(prior.logpdf(value)) + math.log(slope), abs=1e-9)


def test_forms_and_limits() -> None:
    assert form(OWN[0][1]) != form(OWN[1][1])
    assert [limited(prior) for _, prior in OWN] == [False, True, True, True, False, True]


@pytest.mark.mcmc
def test_nuts_agrees_with_the_grid() -> None:
    model = bi.Model(
        mu=Density(stats.laplace(-0.2, 0.3).pdf, (-2, math.inf)),
        tau=Density(stats.gamma(2, scale=0.2).pdf, HALF),
    )
    exact = bi.fit(TRIALS, model)
    drawn = bi.fit(TRIALS, model, engine=bi.NUTS(draws=2000, chains=4, seed=4))
    assert drawn.diagnostics.ok, drawn.diagnostics.problems
    for name in ("mu", "tau"):
        sd = exact[name].sd
        assert sd is not None
        away = np.abs(drawn[name].quantile(LEVELS) - exact[name].quantile(LEVELS))
        assert away.max() < 0.12 * sd  # MCSE of a tail quantile of some 3,000 draws is 0.04 SD
        assert away[2] < 0.08 * sd
