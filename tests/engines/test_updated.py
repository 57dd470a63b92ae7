"""``Posterior.updated``: a refit of the longer table, and probabilities that are martingales."""

import math
from dataclasses import replace

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.foreseen import foreseen
from bayes_ivig.engines.next_trial.trials import ControlLogOdds, Size, curves
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.formulas.likelihood import Baseline

TABLE = bi.Dataset(
    (
        bi.Study("A", 4, 40, 12, 42),
        bi.Study("B", 6, 50, 9, 52),
        bi.Study("C", 2, 22, 5, 19),
        bi.Study("D", 11, 60, 14, 63),
    ),
    columns=(("year", ("1999", "2003", "2004", "2010")),),
)
NEW = bi.Study("New", 3, 30, 8, 31)
CONTROLLED = bi.Model(mu="normal(0, 1)", alpha="normal(-1, 1)", baseline="control")


def longer(dataset: bi.Dataset, *trials: bi.Study | bi.Estimate, **columns: str) -> bi.Dataset:
    whole = tuple((name, (*cells, *([columns[name]] * len(trials)))) for name, cells in dataset.columns)
    return replace(dataset, studies=(*dataset.studies, *trials), columns=whole)


def same(one: bi.Posterior, other: bi.Posterior) -> None:
    for name in ("mu", "tau", "theta_new"):
        assert one[name].interval(0.95) == other[name].interval(0.95)
    assert one["mu"].prob_above(0) == other["mu"].prob_above(0)
    assert one.log_marginal_likelihood == other.log_marginal_likelihood


@pytest.mark.parametrize(
    "model",
    [
        bi.Model(),
        bi.Model(likelihood="hypergeometric"),
        bi.Model(effects="common"),
        bi.Model(tau="half_student_t(4, 1)", mu="uniform(-2, 2)"),
        bi.Model(measure="RR"),
    ],
    ids=["binomial", "conditional", "common", "other priors", "risk ratio"],
)
def test_it_is_a_fit_of_the_longer_table(model: bi.Model) -> None:
    post = bi.fit(TABLE, model)
    now = post.updated(NEW, columns={"year": "2020"})
    same(now, bi.fit(longer(TABLE, NEW, year="2020"), model))
    assert now.dataset == longer(TABLE, NEW, year="2020") and post.k == 4
    second = replace(NEW, name="Newer")
    same(now.updated(second), post.updated(NEW, second))
    assert now.without("New")["mu"].median == pytest.approx(post["mu"].median, abs=2e-4)


def test_estimates_of_other_measures() -> None:
    trials = bi.Effects(estimate=[0.85, 0.7], lower=[0.70, 0.45], upper=[1.03, 1.09], measure="HR")
    new = bi.Estimate("New", y=-0.2, standard_error=0.15)
    now = bi.fit(trials, bi.Model(measure="HR")).updated(new)
    same(now, bi.fit(longer(trials, new), bi.Model(measure="HR")))
    # one trial more under known tau: the normal closed form
    flat = bi.Model(measure="HR", effects="common", mu="normal(0, 1)")
    before, after = bi.fit(trials, flat), bi.fit(trials, flat).updated(new)
    assert before["mu"].sd and after["mu"].sd and before["mu"].mean is not None
    precision = 1 / before["mu"].sd ** 2 + 1 / 0.15**2
    assert after["mu"].sd == pytest.approx(precision**-0.5, abs=1e-5)
    mean = (before["mu"].mean / before["mu"].sd ** 2 - 0.2 / 0.15**2) / precision
    assert after["mu"].mean == pytest.approx(mean, abs=1e-5)


@pytest.mark.parametrize("effects", ["random", "common"])
def test_nothing_is_learnt_before_the_trial_is_seen(effects: str) -> None:
    """The posterior's own probability of every table is what the marginal likelihood grows by; they add up
    to one, and the mean of the updated probabilities is that of today.
    """
    post = bi.fit(TABLE, bi.Model(mu="normal(0, 1)", effects=effects))  # type: ignore[arg-type]
    today, total, mean = post.log_marginal_likelihood, 0.0, 0.0
    assert today is not None
    for treated in range(4):
        for control in range(4):
            after = post.updated(bi.Study("New", treated, 3, control, 3))
            assert after.log_marginal_likelihood is not None
            chance = math.exp(after.log_marginal_likelihood - today)
            total += chance
            mean += chance * float(after["mu"].prob_below(0))
    assert total == pytest.approx(1, abs=1e-4)
    assert mean == pytest.approx(float(post["mu"].prob_below(0)), abs=1e-4)


class OfTheModel(ControlLogOdds):
    """The control log odds of a trial to come, as the prior of the model has them, not as the arms do."""

    def baseline(self) -> Baseline:
        return Baseline(CONTROLLED.alpha.logpdf, -1.0, 1.0)


@pytest.mark.parametrize("trial", [NEW, bi.Study("New", 0, 12, 5, 11)], ids=["some", "none"])
def test_next_trial_says_the_same_of_a_table_given_that_prior(trial: bi.Study) -> None:
    """Two ways: the trial's effect on its prediction, and a refit."""
    post = bi.fit(TABLE, CONTROLLED)
    assert isinstance(post.answers, GridAnswers)
    ahead = foreseen(post.answers, np.array([0.0]), 0.05)
    r1, n1, r0, n0 = trial.whole_counts
    logs = curves(ahead, (np.array([r1]), np.array([r0])), Size(n1, n0), OfTheModel(None, None))
    weights, chance = ahead.weights(logs)
    after = post.updated(trial)
    assert (weights @ ahead.mu_below).item() == pytest.approx(float(after["mu"].prob_below(0)), abs=2e-5)
    assert after.log_marginal_likelihood is not None and post.log_marginal_likelihood is not None
    grown = after.log_marginal_likelihood - post.log_marginal_likelihood
    assert chance.item() == pytest.approx(grown, abs=1e-4)


def test_studies_that_count_in_part_still_do() -> None:
    post = bi.fit(TABLE, weights={"A": 0.5})
    now = post.updated(NEW)
    assert now.weights == (("A", 0.5),)
    whole = bi.fit(longer(TABLE, NEW, year=""), weights={"A": 0.5})
    assert now["mu"].median == pytest.approx(whole["mu"].median, abs=1e-5)


def test_a_regression_asks_for_its_columns() -> None:
    model = bi.models.MetaRegression(covariates=("year",))
    post = bi.fit(TABLE, model)
    now = post.updated(NEW, columns={"year": 2020})
    assert now["mu"].median == bi.fit(longer(TABLE, NEW, year="2020"), model)["mu"].median
    for columns in (None, {"year": ""}):
        with pytest.raises(DataError, match="the model reads column year; give it for New"):
            post.updated(NEW, columns=columns)


def test_a_bundled_table_takes_its_characteristics_along() -> None:
    live = bi.load_dataset("ivig", "live_birth")
    now = bi.fit(live).updated(bi.Study("New 2026", 20, 40, 15, 40), columns={"randomised": "1"})
    cells = dict(now.dataset.columns)["randomised"]
    assert cells[-1] == "1" and len(cells) == len(live) + 1 and any(cells[:-1])


def test_a_chosen_set_of_trials_says_what_came_to_it() -> None:
    now = bi.fit(TABLE).without("A").updated(NEW)
    assert now.dataset.selection.endswith("with New") and now.k == 4


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda post: post.updated(), "no trial to add"),
        (lambda post: post.updated(bi.Study("A", 1, 10, 2, 10)), "'A' is in the table already"),
        (lambda post: post.updated(NEW, NEW), "more than once: New"),
        (lambda post: post.updated(NEW, columns={"yaer": "2020"}), "no column 'yaer' .did you mean 'year'"),
        (lambda post: post.updated(NEW, columns={"year": ["1", "2"]}), "2 values for 1 trials"),
    ],
    ids=["none", "taken", "twice", "column", "cells"],
)
def test_trials_that_cannot_be_added(ask: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        ask(bi.fit(TABLE))  # type: ignore[operator]


def test_a_posterior_that_does_not_know_its_engine_says_so() -> None:
    with pytest.raises(ModelError, match="does not know its engine"):
        replace(bi.fit(TABLE), again=None).updated(NEW)
