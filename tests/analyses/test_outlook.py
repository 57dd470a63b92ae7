"""Every trial foreseen from the others: closed forms, the other checks of the package,
and large seeded simulations.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.analyses.checks.outlook import foreseen_studies
from bayes_ivig.analyses.checks.predictive import posterior_predictive_check
from bayes_ivig.engines.further.influence import foreseen_effects
from bayes_ivig.engines.further.outlook import (
    CountsOutlook,
    EstimateOutlook,
    ManyOutlook,
    outlook,
    smallest_p,
)
from bayes_ivig.formulas.conditional_lattice import MOST, chances, ends, lattice
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.results.draws import replicates as predictive

pytestmark = pytest.mark.slow

REPLICATES = 100_000
ROUNDING = 1e-9


def table(*rows: tuple[int, int, int, int]) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(f"S{i}", *row) for i, row in enumerate(rows)), name="made")


LIVE = bi.load_dataset("ivig", outcome="live_birth")
REFERENCE = bi.load_model("binomial_normal")
HYPERGEOMETRIC = bi.load_model("hypergeometric_normal")


def outlooks(posterior, *, left_out=True):
    """What the others foretell of each study, or with ``left_out=False`` what all studies do."""
    answers = posterior.answers
    for i, name in enumerate(answers.surface.studies):
        study = next(each for each in posterior.dataset.studies if each.name == name)
        estimate = float(answers.surface.estimates[0][i]), float(answers.surface.estimates[1][i])
        yield outlook(
            posterior.without(name).answers if left_out else answers, study, estimate, posterior.model
        )


def test_known_effects_leave_the_hypergeometric_distribution():
    """With an effect of exactly zero the treatment events given all events are hypergeometric,
    whatever the others say.
    """
    model = Model(likelihood="hypergeometric", effects="common", mu=Normal(0, 1e-4))
    found = foreseen_studies(bi.fit(table((9, 20, 3, 15), (4, 30, 8, 31), (0, 6, 2, 9)), model))
    for row, (n1, n0) in zip(found.rows, ((20, 15), (30, 31), (6, 9)), strict=True):
        exact = stats.hypergeom(n1 + n0, row.events, n1)
        assert row.expected == pytest.approx(exact.mean(), abs=1e-6)
        quantiles = exact.ppf([0.025, 0.25, 0.75, 0.975])
        assert (row.lower, row.quarter, row.three_quarters, row.upper) == tuple(quantiles)
        assert row.prob_below == pytest.approx(
            exact.cdf(row.observed - 1) + exact.pmf(row.observed) / 2, abs=1e-6
        )
    below = [
        stats.hypergeom(n1 + n0, row.events, n1)
        for row, (n1, n0) in zip(found.rows, ((20, 15), (30, 31), (6, 9)), strict=True)
    ]
    assert found.expected_outside == pytest.approx(
        sum(
            1 - each.cdf(row.upper) + each.cdf(row.lower - 1)
            for each, row in zip(below, found.rows, strict=True)
        ),
        abs=1e-6,
    )
    smallest, none = min(row.p_value for row in found.rows), 1.0
    for each in below:  # one less the product of what every study has within
        x = np.arange(each.support()[0], each.support()[1] + 1)
        mid = each.cdf(x - 1) + each.pmf(x) / 2
        none *= each.pmf(x)[2 * np.minimum(mid, 1 - mid) > smallest * (1 + 1e-5)].sum()
    assert found.smallest_p_chance == pytest.approx(1 - none, abs=1e-5)


def test_normal_estimates_have_a_closed_form():
    """Common effect: the others' posterior is normal, a new estimate too,
    and two studies are foreseen by one each.
    """
    data = table((12, 40, 7, 41), (30, 80, 21, 82))
    model = Model(likelihood="normal", effects="common", mu=Normal(0.2, 0.7))
    posterior = bi.fit(data, model)
    found = foreseen_studies(posterior, level=0.9)
    y, s = posterior.answers.surface.estimates
    for i, other in ((0, 1), (1, 0)):
        variance = 1 / (1 / 0.7**2 + 1 / s[other] ** 2)
        exact = stats.norm(
            variance * (0.2 / 0.7**2 + y[other] / s[other] ** 2), math.sqrt(variance + s[i] ** 2)
        )
        row = found.rows[i]
        assert (row.total, row.events) == (None, None)
        assert (row.lower, row.quarter, row.three_quarters, row.upper) == pytest.approx(
            exact.ppf([0.05, 0.25, 0.75, 0.95]), abs=1e-6
        )
        assert row.expected == pytest.approx(exact.mean(), abs=1e-6)
        assert row.prob_below == pytest.approx(exact.cdf(row.observed), abs=1e-7)
        assert row.log_predictive_density == pytest.approx(exact.logpdf(row.observed), abs=1e-6)
    assert found.expected_outside == pytest.approx(0.2, abs=1e-7)


@pytest.mark.parametrize(
    "model", [REFERENCE, HYPERGEOMETRIC, bi.load_model("normal_normal")], ids=lambda model: model.likelihood
)
def test_p_values_and_densities_are_those_of_influence_and_loo(model):
    posterior = bi.fit(LIVE, model)
    found, other = foreseen_studies(posterior), posterior.influence()
    for row in found.rows:
        known = other[row.study]
        assert row.log_predictive_density == pytest.approx(known.log_predictive_density, abs=1e-6)
        assert (row.p_value is None) == (known.predictive_p is None)
        if row.p_value is not None:
            assert row.p_value == pytest.approx(known.predictive_p, abs=1e-6)
            assert row.prob_below == pytest.approx(known.prob_below, abs=1e-6)
    assert found.log_predictive_density == pytest.approx(bi.checks.loo(posterior).elpd, abs=1e-5)
    assert found.outside == sum(
        not row.lower <= row.observed <= row.upper for row in found.rows if row.lower is not None
    )


def test_replicates_of_all_trials_are_those_of_check_model():
    """The mixed replicates of ``check_model`` come from all trials:
    the same sums from all trials must meet its draws.
    """
    data = bi.load_dataset("ivig", outcome="obstetric_complication")
    posterior = bi.fit(data, HYPERGEOMETRIC)
    drawn = posterior_predictive_check(posterior)
    for row, exact in zip(foreseen_studies(posterior).rows, outlooks(posterior, left_out=False), strict=True):
        arm = drawn[row.study, "treatment"]
        assert 1 - exact.below == pytest.approx(arm.prob_above, abs=5 * arm.mcse)
        assert row.replicated_p == pytest.approx(arm.p_value, abs=10 * arm.mcse)
        assert exact.expected == pytest.approx(arm.expected, rel=0.01)
        # limits of draws
        assert exact.quantiles(np.array([0.025, 0.975])) == pytest.approx([arm.lower, arm.upper], abs=1)


def test_against_a_large_simulation():
    """Draw effects from the posterior, results given the margins,
    p-values from the tables of each trial: chances agree.
    """
    posterior = bi.fit(LIVE.trials("published"), REFERENCE)
    found, given = foreseen_studies(posterior), list(outlooks(posterior, left_out=False))
    rng = np.random.default_rng(20240501)
    values = posterior.answers
    joint = np.exp(values.log_joint + values.surface.axes.mu.log_weights[:, None] - values.log_evidence)
    at = rng.choice(joint.size, REPLICATES, p=joint.ravel() / joint.sum())
    i, j = np.unravel_index(at, joint.shape)
    mu, tau = values.surface.axes.mu.x[i], values.surface.axes.tau.x[j]
    least = np.ones(REPLICATES)
    for each in given:
        theta = rng.normal(mu, tau)
        results = predictive.replicate(
            HYPERGEOMETRIC,
            predictive.Observed(np.array([each.counts]), (np.zeros(1), np.ones(1))),
            theta[:, None],
            None,
            rng,
        )[:, 0, 0]
        below = np.cumsum(each.share) - each.share / 2
        p = (2 * np.minimum(below, 1 - below))[(results - each.x[0]).astype(int)]
        least = np.minimum(least, p)
    smallest = smallest_p(given)
    share = (least <= smallest * (1 + 1e-6)).mean()
    error = math.sqrt(share * (1 - share) / REPLICATES)
    assert found.smallest_p_chance == pytest.approx(share, abs=4 * error + 1e-4)
    assert smallest == min(row.replicated_p for row in found.rows)
    assert 0.1 < found.smallest_p_chance < 0.13


def test_limits_hold_what_they_say():
    """By simulation of one trial from the posterior of the others."""
    posterior = bi.fit(LIVE.trials("published"), REFERENCE)
    row = next(row for row in foreseen_studies(posterior).rows if row.study == "Yamada 2022")
    others = posterior.without("Yamada 2022")
    rng = np.random.default_rng(7)
    theta = np.asarray(others["theta_new"].quantile(rng.random(20_000)))
    counts = np.array([[29.0, 50.0, 17.0, 49.0]])
    drawn = predictive.replicate(
        HYPERGEOMETRIC, predictive.Observed(counts, (np.zeros(1), np.ones(1))), theta[:, None], None, rng
    )[:, 0, 0]
    assert drawn.mean() == pytest.approx(row.expected, abs=5 * drawn.std() / math.sqrt(drawn.size))
    for limit, share in (
        (row.lower, 0.025),
        (row.quarter, 0.25),
        (row.three_quarters, 0.75),
        (row.upper, 0.975),
    ):
        slack = 5 * math.sqrt(share * (1 - share) / drawn.size)
        assert (drawn < limit).mean() - slack < share < (drawn <= limit).mean() + slack


def test_mirror_images():
    """Exchanging the arms, or events and non-events, turns the direction and leaves every p-value."""
    data = table((9, 20, 3, 15), (4, 30, 8, 31), (0, 6, 2, 9))
    arms = table((3, 15, 9, 20), (8, 31, 4, 30), (2, 9, 0, 6))
    events = table((11, 20, 12, 15), (26, 30, 23, 31), (6, 6, 7, 9))
    one, two, three = (foreseen_studies(bi.fit(each, HYPERGEOMETRIC)) for each in (data, arms, events))
    for row, turned, other in zip(one.rows, two.rows, three.rows, strict=True):
        assert (
            row.prob_below
            == pytest.approx(1 - turned.prob_below, abs=1e-5)
            == pytest.approx(1 - other.prob_below, abs=1e-5)
        )
        assert (row.lower, row.upper) == (row.events - turned.upper, row.events - turned.lower)
        assert (row.lower, row.upper) == (row.total - other.upper, row.total - other.lower)
    assert (
        one.smallest_p_chance
        == pytest.approx(two.smallest_p_chance, abs=1e-5)
        == pytest.approx(three.smallest_p_chance, abs=1e-5)
    )


def test_large_trials_agree_with_full_sums():
    """Beyond a thousand possible values the log odds ratio stands in: against every value summed."""
    data = table(
        (1300, 4000, 1100, 4100), (700, 2500, 720, 2400), (1600, 5000, 1500, 5000), (60, 200, 48, 190)
    )
    posterior = bi.fit(data, HYPERGEOMETRIC)
    found, given = foreseen_studies(posterior), list(outlooks(posterior))
    assert [type(each) for each in given] == [ManyOutlook] * 3 + [CountsOutlook]
    for i, (each, row) in enumerate(zip(given[:3], found.rows, strict=False)):
        lowest, highest = ends(each.counts)
        assert highest - lowest > MOST
        others = posterior.without(row.study).answers
        estimate = tuple(float(part[i]) for part in posterior.answers.surface.estimates)
        theta, mass = foreseen_effects(others, estimate)
        x = np.arange(lowest, highest + 1)
        full = CountsOutlook(each.counts, x, mass @ chances(each.counts, x, theta), each.below)
        p = np.array([0.025, 0.25, 0.75, 0.975])
        assert each.quantiles(p) == pytest.approx(full.quantiles(p), abs=2)
        assert each.expected == pytest.approx(full.expected, rel=1e-3)
        mid = full.share[x < each.observed].sum() + full.share[x == each.observed].sum() / 2
        assert each.below == pytest.approx(mid, abs=1e-6)
        assert each.outside(row.lower, row.upper) == pytest.approx(
            full.outside(row.lower, row.upper), abs=1e-3
        )
        at = np.linspace(-0.5, 0.8, 30)
        assert np.exp(each.log_within(at, 0.2)) == pytest.approx(np.exp(full.log_within(at, 0.2)), abs=0.01)


def test_lattices_with_gaps_keep_the_distribution():
    """A rare event among many: too few events in one arm for a normal log odds ratio,
    too many values for all of them.
    """
    counts = (40.0, 2_000.0, 5_960.0, 300_000.0)
    theta = np.linspace(-1.0, 1.0, 9)
    x, full = lattice(counts, theta), np.arange(0.0, 2001.0)
    assert x.size <= MOST + 1 < full.size
    exact = chances(counts, full, theta)
    assert (chances(counts, x, theta) @ x) == pytest.approx(exact @ full, rel=1e-3)
    assert chances(counts, x, theta).sum(axis=1) == pytest.approx(np.ones(9), abs=ROUNDING)


def test_trials_without_a_choice_and_improper_priors():
    found = foreseen_studies(bi.fit(LIVE, REFERENCE))
    branch = found.rows[0]
    assert (branch.study, branch.p_value, branch.lower) == ("Branch 2000", None, None)
    assert "no choice" in branch.note and branch.log_predictive_density is not None
    assert len(found.foreseen) == 8
    flat = Model(likelihood="normal", mu=Flat(), tau=HalfNormal(0.5))
    three = foreseen_studies(bi.fit(table((9, 20, 3, 15), (4, 30, 8, 31), (3, 6, 2, 9)), flat))
    assert all(row.p_value is not None and row.log_predictive_density is None for row in three.rows)
    assert three.log_predictive_density is None
    data = bi.priors.parse_prior("uniform_shrinkage()")
    depends = foreseen_studies(bi.fit(LIVE.trials("published"), replace(HYPERGEOMETRIC, tau=data)))
    assert all(row.p_value is not None and row.log_predictive_density is None for row in depends.rows)


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(bi.errors.ModelError, match="no others"):
        foreseen_studies(bi.fit(table((9, 20, 3, 15)), REFERENCE))
    weighted = bi.fit(LIVE, REFERENCE).weighted({"Yamada 2022": 0.5})
    with pytest.raises(bi.errors.ModelError, match="count in full"):
        foreseen_studies(weighted)


def test_estimates_far_from_every_effect_have_a_p_value_of_zero_and_no_less():
    data = table((40_000, 100_000, 30_000, 100_000), (30_000, 100_000, 40_000, 100_000))
    found = foreseen_studies(bi.fit(data, bi.load_model("common_effect")))
    p_values = [row.p_value for row in found.rows]
    # Each is 1 less a sum of 1, and so keeps that sum's rounding error,
    # a few 1e-16 for each of some hundred terms.
    assert p_values == pytest.approx([0.0, 0.0], abs=1e-13)
    assert min(p_values) >= 0 and found.outside == 2
    assert found.smallest_p_chance == pytest.approx(0.0, abs=1e-6)
    assert isinstance(next(outlooks(bi.fit(data, bi.load_model("normal_normal")))), EstimateOutlook)
