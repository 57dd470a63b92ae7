"""The joint density of mu and tau: its marginals, its regions, and ratios of evidence."""

import math

import numpy as np
import pytest

from bayes_ivig import Model, fit, load_dataset
from bayes_ivig.analyses.other_models.averaging import average_models
from bayes_ivig.engines.grid.null_model import null_evidence
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.contours import outlines
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.posterior.joint import JointDensity

LIVE = load_dataset("ivig", "live_birth")
POSTERIOR = fit(LIVE, Model())


def area(outline: np.ndarray) -> float:
    x, y = outline.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def test_marginals_are_those_of_the_posterior() -> None:
    joint = POSTERIOR.joint()
    assert joint.mass.sum() == pytest.approx(1)
    over_tau = (joint.density * np.exp(joint.axes[1].log_weights)).sum(axis=1)
    assert over_tau == pytest.approx(POSTERIOR["mu"].density(joint.mu), rel=1e-4, abs=1e-9)
    over_mu = (joint.density * np.exp(joint.axes[0].log_weights)[:, None]).sum(axis=0)
    assert over_mu == pytest.approx(POSTERIOR["tau"].density(joint.tau), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_region_of_a_bivariate_normal_is_an_ellipse(level: float) -> None:
    """Density at the edge exp(-q / 2) / (2 pi s t), q the chi-squared quantile with 2 degrees
    of freedom; area pi q s t.
    """
    mu, tau = (
        Axis.spanning("identity", (0.3, 1.0), (-20, 20), 0.1),
        Axis("softplus", 4.0, 1.0, -3.0, 0.05, 121),
    )
    logs = -0.5 * ((mu.x - 0.3) / 0.5)[:, None] ** 2 - 0.5 * ((tau.x - 5) / 0.4) ** 2
    region = JointDensity.on(logs + tau.log_weights, mu, tau).highest_density_region(level)
    q = -2 * math.log(1 - level)
    assert region.threshold == pytest.approx(math.exp(-q / 2) / (2 * math.pi * 0.5 * 0.4), rel=2e-3)
    (outline,) = region.outlines
    assert (outline[0] == outline[-1]).all()
    assert area(outline) == pytest.approx(math.pi * q * 0.5 * 0.4, rel=5e-3)
    assert ((outline[:, 0] - 0.3) / 0.5) ** 2 + ((outline[:, 1] - 5) / 0.4) ** 2 == pytest.approx(q, rel=0.02)


def test_regions_of_a_posterior_are_nested_and_hold_their_share() -> None:
    joint = POSTERIOR.joint()
    regions = [joint.highest_density_region(level) for level in (0.5, 0.8, 0.95)]
    thresholds = [region.threshold for region in regions]
    assert thresholds == sorted(thresholds, reverse=True)
    for region in regions:
        assert joint.mass[joint.density >= region.threshold].sum() == pytest.approx(region.level, abs=0.03)
        assert len(region.outlines) == 1


def test_two_hills_have_two_outlines_and_a_cut_one_is_open() -> None:
    x = np.linspace(-3, 3, 61)
    hills = np.exp(-8 * (x[:, None] - 1.5) ** 2 - 8 * x**2) + np.exp(-8 * (x[:, None] + 1.5) ** 2 - 8 * x**2)
    two = outlines(hills, (x, x), 0.5)
    assert len(two) == 2
    assert all((line[0] == line[-1]).all() for line in two)
    (half,) = outlines(np.exp(-(x[:, None] ** 2) - (x + 3) ** 2), (x, x), 0.5)
    assert half[0, 1] == half[-1, 1] == -3
    assert half[0, 0] == pytest.approx(-half[-1, 0])
    assert outlines(hills, (x, x), 2.0) == ()


def test_there_is_no_joint_density_of_a_common_effect() -> None:
    with pytest.raises(ModelError, match="tau is 0"):
        fit(LIVE, Model(effects="common")).joint()
    with pytest.raises(ModelError, match="between 0 and 1"):
        POSTERIOR.joint().highest_density_region(1)


def test_the_density_ratio_is_the_bayes_factor_against_no_effect() -> None:
    for model in (Model(), Model(effects="common"), Model("normal", mu="student_t(4, 0, 0.5)")):
        posterior = fit(LIVE, model)
        log_null = null_evidence(LIVE, model, model.heterogeneous)[0]
        assert math.log(posterior.bayes_factor_at(0.0)) == pytest.approx(
            log_null - posterior.log_marginal_likelihood, abs=1e-3
        )


def test_bayes_factors_are_ratios_of_evidence() -> None:
    common = fit(LIVE, Model(effects="common"))
    averaged = average_models(LIVE, prior={"effect common": 0.5, "effect random": 0.5})
    assert POSTERIOR.bayes_factor(common) == pytest.approx(
        averaged.inclusion_bayes_factor("heterogeneity"), rel=1e-6
    )
    assert POSTERIOR.bayes_factor(common) * common.bayes_factor(POSTERIOR) == pytest.approx(1)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda: fit(LIVE, Model("hypergeometric")), "different likelihoods"),
        (lambda: POSTERIOR.without("Yamada 2022"), "different trials"),
        (lambda: fit(LIVE, Model(effects="common", mu="flat()")), "improper"),
        (lambda: POSTERIOR.weighted({"Yamada 2022": 0.5}), "counts in part"),
    ],
)
def test_what_cannot_be_compared_is_refused(other, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        POSTERIOR.bayes_factor(other())


def test_a_density_ratio_needs_a_density() -> None:
    with pytest.raises(ModelError, match="improper"):
        fit(LIVE, Model("normal", "common", mu="flat()")).bayes_factor_at()
    with pytest.raises(ModelError, match="no density"):
        POSTERIOR.under(mu="uniform(0.5, 1)").bayes_factor_at()
