"""The history of an answer: its looks are fits of the trials until then, its surprises are uniform, and its
operating characteristics those of a brute-force simulation.
"""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.analyses.history.history import looks_of
from bayes_ivig.engines.further.foretold import estimate_of
from bayes_ivig.engines.further.influence import probability_below
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.errors import DataError, ModelError

ROWS = {
    "A": (4, 40, 12, 42, "1999"),
    "B": (6, 50, 9, 52, "2003"),
    "C": (2, 22, 5, 19, "2003"),
    "D": (11, 60, 14, 63, "2010"),
    "E": (9, 80, 12, 78, "2015"),
}


@cache
def table(event: str | None = None) -> bi.Dataset:
    dataset = bi.Dataset(
        tuple(bi.Study(name, *row[:4]) for name, row in ROWS.items()),
        columns=(("year", tuple(row[4] for row in ROWS.values())),),
    )
    return replace(dataset, about=replace(dataset.about, event=event))  # type: ignore[arg-type]


@cache
def found() -> bi.History:
    return bi.history(table())


def test_looks_are_the_accumulated_trials_with_those_of_one_year_together() -> None:
    steps = bi.trials.accumulated(table(), by="year").set_index("added")
    looks = found().looks
    assert [(look.at, look.k, len(look.added)) for look in looks] == [
        ("1999", 1, 1), ("2003", 3, 2), ("2010", 4, 1), ("2015", 5, 1),
    ]  # fmt: skip
    for look in looks:
        row = steps.loc[look.added[-1].trial]
        assert look.effect == pytest.approx((row["or_lower"], row["or_median"], row["or_upper"]), rel=1e-3)
        assert look.benefit == pytest.approx(row["prob_or_gt_1"], abs=2e-4)
        assert look.tau == pytest.approx(row["tau_median"], abs=1e-3)
        fresh = bi.fit(table().trials([each for each in table().study_names if each <= look.added[-1].trial]))
        assert look.prediction == pytest.approx(fresh.prediction.interval(0.95), rel=2e-3)


def test_without_a_column_each_trial_has_a_look_in_the_order_of_the_table() -> None:
    assert looks_of(table(), None) == [(name, (name,)) for name in ROWS]
    assert [look.at for look in bi.history(table(), by=None).looks] == list(ROWS)


def test_where_events_are_bad_benefit_lies_below() -> None:
    bad = bi.history(table("bad"))
    for one, other in zip(found().looks, bad.looks, strict=True):
        assert one.benefit is not None and other.benefit is not None
        assert one.benefit + other.benefit == pytest.approx(1, abs=1e-9)
        assert one.effect == other.effect


def test_the_first_trial_was_foretold_by_none() -> None:
    first = found().looks[0].added[0]
    assert (first.predicted, first.below, first.p, first.note) == (None, None, None, "no trial before it")
    assert all(each.p is not None for look in found().looks[1:] for each in look.added)


def test_what_was_foretold_in_closed_form() -> None:
    """Normal likelihood, common effect: the next estimate is normal, and so is the updated probability."""
    y, s = np.array([0.4, -0.1, 0.6]), np.array([0.3, 0.2, 0.25])
    trials = bi.Effects(y.tolist(), s.tolist(), measure="SMD")
    model = bi.Model(measure="SMD", effects="common", mu="normal(0, 1)")
    looks = bi.history(trials, model, by=None, line=0.9).looks
    precision, total = 1.0, 0.0
    for i, look in enumerate(looks):
        sd, mean = precision**-0.5, total / precision
        each = look.added[0]
        if i:
            wide = math.hypot(sd, s[i])
            assert each.predicted == pytest.approx(stats.norm.ppf([0.025, 0.5, 0.975], mean, wide), abs=1e-4)
            assert each.below == pytest.approx(stats.norm.cdf(y[i], mean, wide), abs=1e-5)
            assert each.p == pytest.approx(2 * stats.norm.sf(abs(y[i] - mean) / wide), abs=2e-5)
            left = (precision + s[i] ** -2) ** -0.5
            moves = math.sqrt(sd**2 - left**2)
            needed = stats.norm.ppf(0.9) * left
            assert each.reached == pytest.approx(stats.norm.sf((needed - mean) / moves), abs=1e-3)
            assert each.harm == pytest.approx(stats.norm.cdf((-needed - mean) / moves), abs=1e-3)
        precision, total = precision + s[i] ** -2, total + y[i] / s[i] ** 2
        assert look.benefit == pytest.approx(stats.norm.sf(-total / math.sqrt(precision)), abs=1e-5)
        assert each.observed == pytest.approx(tuple(y[i] + np.array([-1, 0, 1]) * 1.959964 * s[i]), abs=1e-6)


def test_the_surprise_of_counts_by_brute_force() -> None:
    """The noncentral hypergeometric distribution of SciPy, averaged over the density of theta_new."""
    before = bi.fit(table().trials(["A", "B", "C"]))["theta_new"]
    r1, n1, r0, n0 = (int(x) for x in ROWS["D"][:4])

    def integrand(theta: float) -> float:
        counts = stats.nchypergeom_fisher(n1 + n0, r1 + r0, n1, math.exp(theta))
        return float((counts.cdf(r1 - 1) + 0.5 * counts.pmf(r1)) * before.density(theta))

    whole = integrate.quad(integrand, -8, 8, limit=200)[0]
    assert found().looks[2].added[0].below == pytest.approx(whole, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("likelihood", ["hypergeometric", "binomial"])
def test_surprises_of_trials_of_the_model_are_uniform(likelihood: str) -> None:
    """Three hundred next trials, each with its own effect from the prediction; what is discrete is spread
    evenly over its steps, as exact uniformity needs.
    """
    model = bi.Model(likelihood=likelihood)
    before = bi.fit(table(), model)
    assert isinstance(before.answers, GridAnswers)
    rng = np.random.default_rng(7)
    effects = before.draws(300, seed=11)["theta_new"].to_numpy()
    spread, mid = [], []
    for theta in effects:
        n1, n0 = (int(n) for n in rng.integers(30, 120, 2))
        if likelihood == "hypergeometric":
            total = int(rng.integers(10, n1 + n0 - 10))
            r1 = int(stats.nchypergeom_fisher(n1 + n0, total, n1, math.exp(theta)).rvs(random_state=rng))
            r0 = total - r1
        else:
            risk = rng.uniform(0.2, 0.7)
            r0 = int(rng.binomial(n0, risk))
            r1 = int(rng.binomial(n1, 1 / (1 + (1 - risk) / risk * math.exp(-theta))))
        below = [_below(before, (r, n1, r1 + r0 - r, n0), model) for r in (r1, r1 - 1)]
        mid.append(below[0])
        spread.append(below[0] + (rng.uniform() - 0.5) * (below[0] - below[1]))
    assert stats.kstest(mid, "uniform").pvalue > 1e-3
    assert stats.kstest(spread, "uniform").pvalue > 1e-3
    shifted = np.asarray(mid) ** 2  # the test can fail
    assert stats.kstest(shifted, "uniform").pvalue < 1e-3


def _below(before: bi.Posterior, counts: tuple[int, int, int, int], model: bi.Model) -> float:
    """How probable a smaller effect was; of counts that cannot be, that of the nearest that can."""
    r1, n1, r0, n0 = counts
    if r1 < 0 or r0 > n0:
        return 0.0
    whole = bi.fit(bi.Dataset((bi.Study("New", r1, n1, r0, n0),)), model)
    assert isinstance(before.answers, GridAnswers)
    below = probability_below(before.answers, whole, "New", estimate_of(whole, "New"))
    assert below is not None
    return below


def test_how_often_a_line_is_reached_in_closed_form() -> None:
    """One look of one estimate under a normal prior: the chance is that of a normal variable."""
    trial = bi.Effects([0.1], [0.3], measure="SMD")
    model = bi.Model(measure="SMD", effects="common", mu="normal(0, 0.5)")
    prior, none = bi.history(trial, model, by=None, line=0.9, simulations=400).operating
    left = (0.5**-2 + 0.3**-2) ** -0.5
    needed = stats.norm.ppf(0.9) * left / (left**2 / 0.3**2)  # of the estimate
    for each, wide in ((prior, math.hypot(0.5, 0.3)), (none, 0.3)):
        expected = 2 * stats.norm.sf(needed / wide)
        assert abs(each.crossed - expected) < 4 * each.error["crossed"]
        assert each.crossed == each.last == pytest.approx(each.benefit + each.harm)
    assert none.wrong == none.crossed and prior.wrong < prior.crossed
    assert (prior.scenario, none.scenario, prior.simulations) == ("prior", "no effect", 400)


def test_more_looks_reach_a_line_more_often_than_the_last_alone() -> None:
    trials = bi.Effects([0.1] * 5, [0.3] * 5, measure="SMD")
    model = bi.Model(measure="SMD", effects="common", mu="normal(0, 10)")
    none = bi.history(trials, model, by=None, simulations=300).operating[-1]
    assert none.crossed > none.last + 2 * none.error["crossed"]
    assert abs(none.last - 0.05) < 4 * none.error["last"]


def test_histories_of_counts_are_simulated() -> None:
    prior, none = bi.history(table(), bi.Model(mu="normal(0, 1)"), simulations=20, seed=3).operating
    again = bi.history(table(), bi.Model(mu="normal(0, 1)"), simulations=20, seed=3).operating
    assert (prior, none) == again
    assert prior.crossed > none.crossed


def test_what_says_nothing_and_what_has_no_posterior_as_yet() -> None:
    studies = (bi.Study("Empty", 0, 0, 3, 10), *table().studies)
    looks = bi.history(bi.Dataset(studies), by=None).looks
    assert (looks[0].effect, looks[0].conclusion) == (None, "") and looks[0].note
    assert looks[0].added[0].note == "says nothing under this likelihood"
    assert looks[1].added[0].note == "no trial before it" and looks[1].effect is not None
    flat = bi.history(table(), bi.Model(mu="flat()", tau="half_normal(0.5)"), simulations=2)
    assert [each.scenario for each in flat.operating] == ["no effect"]


def test_the_table_has_a_row_for_each_trial() -> None:
    frame = found().table()
    assert frame["trial"].tolist() == list(ROWS)
    assert frame["look"].tolist() == ["1999", "2003", "2003", "2010", "2015"]
    last = found().looks[-1]
    assert last.effect is not None
    assert frame["or_median"].iloc[-1] == last.effect[1]
    with pytest.raises(ModelError, match="level"):
        found().table(0.9)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"by": "yaer"}, DataError, "no column 'yaer'"),
        ({"line": 0.4}, ModelError, "above 0.5"),
        ({"simulations": 10**6}, ModelError, "at most 10,000"),
        ({"model": bi.models.MetaRegression(covariates=("year",))}, (ModelError, DataError), "Model"),
        ({"model": bi.Model(tau="dumouchel()"), "simulations": 3}, ModelError, "cannot be drawn from"),
    ],
    ids=["column", "line", "simulations", "regression", "prior of the data"],
)
def test_what_cannot_be_asked(asked: dict[str, object], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        bi.history(table(), **asked)  # type: ignore[arg-type]
