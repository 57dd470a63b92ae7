"""Power-scaling sensitivity: the grid against ArviZ's importance weights, both engines,
and what the diagnoses mean.
"""

import itertools

import numpy as np
import pytest

import bayes_ivig as bi

pytestmark = pytest.mark.slow

ALIKE = bi.Dataset(tuple(bi.Study(f"S{i}", 12 + i, 40, 18 - i, 38 + i) for i in range(6)), "alike")
SPREAD = bi.Dataset(
    (
        bi.Study("A", 15, 38, 29, 40),
        bi.Study("B", 5, 7, 6, 8),
        bi.Study("C", 29, 50, 17, 49),
        bi.Study("D", 40, 60, 22, 61),
    ),
    "spread",
)
# of a sensitivity: CJS distances of 10,000 draws scatter by about 0.01, and end where the outermost draw lies
NEAR = 0.03


@pytest.mark.parametrize("table", [ALIKE, SPREAD], ids=["alike", "spread"])
@pytest.mark.parametrize(
    "model",
    [
        bi.Model(),
        bi.Model(likelihood="normal", mu="normal(1.5, 0.3)"),
        bi.Model(likelihood="hypergeometric", tau="half_cauchy(0.2)"),
    ],
    ids=["reference", "conflict", "heavy"],
)
def test_the_grid_finds_what_arviz_finds_from_independent_draws(table: bi.Dataset, model: bi.Model) -> None:
    import arviz as az

    posterior = bi.fit(table, model)
    exact = bi.checks.power_scaling(posterior)
    summary = az.psense_summary(posterior.to_arviz(draws=2500), var_names=["mu", "tau"], round_to=6)
    for name in ("mu", "tau"):
        for part in ("prior", "likelihood"):
            assert getattr(exact[name], part) == pytest.approx(summary.loc[name, part], abs=NEAR, rel=0.15), (
                name,
                part,
            )


@pytest.mark.mcmc
@pytest.mark.parametrize("mu", ["normal(0, 2.82)", "normal(1.5, 0.3)"])
def test_both_engines_agree(mu: str) -> None:
    fits = [
        bi.fit(SPREAD, bi.Model(mu=mu), engine=engine)
        for engine in (bi.Quadrature(), bi.NUTS(draws=1000, tune=500))
    ]
    exact, sampled = (bi.checks.power_scaling(each) for each in fits)
    assert [row.quantity for row in sampled.rows] == ["mu", "tau", "theta_new"]
    for one, other in zip(exact.rows, sampled.rows, strict=True):
        for part in ("prior", "prior_mu", "prior_tau", "likelihood"):
            assert getattr(one, part) == pytest.approx(getattr(other, part), abs=NEAR, rel=0.2), (
                one.quantity,
                part,
            )
    assert exact.powers == sampled.powers


@pytest.mark.mcmc
def test_sampled_sensitivities_are_those_of_arviz() -> None:
    import arviz as az

    posterior = bi.fit(SPREAD, bi.Model(), engine=bi.NUTS(draws=1000, tune=500))
    found = bi.checks.power_scaling(posterior)
    tree = posterior.to_arviz()
    summary = az.psense_summary(tree, var_names=["mu", "tau", "theta_new"], round_to=9)
    only_tau = az.psense_summary(tree, var_names=["mu"], prior_var_names=["tau"], round_to=9)
    for row in found.rows:
        assert [row.prior, row.likelihood] == pytest.approx(
            summary.loc[row.quantity, ["prior", "likelihood"]].tolist(), rel=1e-6
        )
    assert found["mu"].prior_tau == pytest.approx(only_tau.loc["mu", "prior"], rel=1e-6)


LARGE = bi.Dataset(tuple(bi.Study(f"L{i}", 300 + i, 600, 250, 600) for i in range(4)), "large")


@pytest.mark.parametrize(
    ("table", "model", "diagnosis"),
    [
        (LARGE, bi.Model(likelihood="normal", effects="common", mu="normal(0, 5)"), "none"),
        (LARGE, bi.Model(likelihood="normal", effects="common", mu="normal(-1, 0.1)"), "prior-data conflict"),
        (
            bi.Dataset((bi.Study("tiny", 1, 3, 1, 3),), "tiny"),
            bi.Model(likelihood="normal", effects="common", mu="student_t(4, 0, 0.1)"),
            "strong prior or weak likelihood",
        ),
    ],
    ids=["none", "conflict", "weak"],
)
def test_diagnoses(table: bi.Dataset, model: bi.Model, diagnosis: str) -> None:
    found = bi.checks.power_scaling(bi.fit(table, model))
    assert found["mu"].diagnosis == diagnosis
    assert found["mu"].prior_tau is None and list(found.table().index) == ["mu", "theta_new"]


ONE = bi.Dataset((bi.Study("one", 30, 100, 20, 100),), "one")


def closed_form(prior: tuple[float, float], power: float) -> tuple[float, float]:
    """Mean and SD of mu under a normal prior raised to a power and the normal likelihood of ``ONE``."""
    y, v = np.log(30 * 80 / (70 * 20)), 1 / 30 + 1 / 70 + 1 / 20 + 1 / 80
    precision = power / prior[1] ** 2 + 1 / v
    return (power * prior[0] / prior[1] ** 2 + y / v) / precision, precision**-0.5


def by_quadrature(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two normals, by SciPy's adaptive quadrature of its definition;
    lower tails and upper tails.
    """
    from scipy import integrate, stats

    p, q = stats.norm(*one), stats.norm(*other)
    found = []
    for name in ("cdf", "sf"):
        f, g = getattr(p, name), getattr(q, name)

        def both_ways(x: float, f=f, g=g) -> float:
            a, b = f(x), g(x)
            m = (a + b) / 2
            return a * np.log2(a / m) + b * np.log2(b / m) if a > 0 and b > 0 else 0.0

        nodes = [p.mean() + k * p.std() for k in range(-12, 13)]
        total = sum(
            integrate.quad(both_ways, low, high, epsabs=1e-15)[0] for low, high in itertools.pairwise(nodes)
        )
        bound = integrate.quad(lambda x, f=f, g=g: f(x) + g(x), p.ppf(1 / 4000), p.isf(1 / 4000))[0]
        found.append(total / bound)
    return float(np.sqrt(max(found)))


@pytest.mark.parametrize("prior", [(0.0, 1.0), (1.5, 0.3), (-2.0, 0.4), (0.0, 2.82)])
def test_a_normal_posterior_has_a_closed_form(prior: tuple[float, float]) -> None:
    found = bi.checks.power_scaling(
        bi.fit(ONE, bi.Model(likelihood="normal", effects="common", mu=f"normal{prior}"))
    )
    base = closed_form(prior, 1.0)
    slopes = [by_quadrature(base, closed_form(prior, power)) / abs(np.log2(power)) for power in found.powers]
    assert found["mu"].prior == pytest.approx(sum(slopes) / 2, rel=1e-3)


@pytest.mark.parametrize("far", [18.0, 22.0, 30.0])
@pytest.mark.parametrize("table", [ALIKE, SPREAD], ids=["alike", "spread"])
def test_it_does_not_depend_on_where_integration_stops(
    table: bi.Dataset, far: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bayes_ivig.engines.further import power_scaling as scaled

    posterior = bi.fit(table, bi.Model(tau="half_cauchy(0.2)"))
    base = bi.checks.power_scaling(posterior)
    monkeypatch.setattr(scaled, "FAR", far)
    again = bi.checks.power_scaling(posterior)
    for name in ("mu", "tau", "theta_new"):
        assert again[name].prior == pytest.approx(base[name].prior, rel=2e-3), name
        assert again[name].likelihood == pytest.approx(base[name].likelihood, rel=2e-3), name


def test_a_flat_prior_moves_nothing() -> None:
    found = bi.checks.power_scaling(
        bi.fit(ALIKE, bi.Model(likelihood="normal", effects="common", mu="flat()"))
    )
    assert found["mu"].prior == pytest.approx(0, abs=1e-6)
    assert found["mu"].likelihood > 0.05 and np.isfinite(found["mu"].likelihood)
