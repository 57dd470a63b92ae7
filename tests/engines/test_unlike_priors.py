"""Priors that no grid serves together: each pair is answered as a plain fit of it is."""

import csv
from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.engines.bulk import plain_fits, solving
from bayes_ivig.engines.bulk.answers import Answers, Questions, Task
from bayes_ivig.engines.bulk.over_cases import over_priors
from bayes_ivig.engines.bulk.solving import TOLERANCE
from bayes_ivig.priors.parsing import parse_prior

CORPUS = Path(__file__).parents[1] / "reference" / "corpus.csv"
TABLE = bi.Dataset((bi.Study("a", 1, 10, 3, 12), bi.Study("b", 4, 20, 6, 21)))
PAIRS = [
    (parse_prior(mu), parse_prior(tau))
    for mu, tau in (
        ("normal(0, 0.001)", "half_normal(20)"),
        ("normal(0, 1000)", "half_normal(0.001)"),
        ("student_t(1, 0, 1)", "exponential(500)"),
    )
]
ASKED = Questions(mu=(0.1, 0.9), tau=(0.5,), above=(1.0, 2.0), theta_new=(0.5,))


@pytest.mark.parametrize("effects", ["random", "common"])
def test_what_is_left_inexact_is_replaced_by_plain_fits(effects: str) -> None:
    model = bi.Model(effects=effects)
    answers = Answers.empty(len(PAIRS), ASKED)
    answers.error[:] = [np.nan, 0.5, 1e-5]
    plain_fits.mended(Task(TABLE, model, ASKED), PAIRS, answers)
    assert np.isnan(answers.mean[2])  # exact already: left as it was
    assert answers.alone.tolist() == [True, True, False]
    for i in (0, 1):
        mu, tau = PAIRS[i]
        fitted = bi.fit(TABLE, bi.Model(effects=effects, mu=mu, tau=tau))
        assert answers.error[i] < 1e-3
        assert answers.mu[i] == pytest.approx(fitted["mu"].quantile([0.1, 0.9]))
        assert answers.above[i] == pytest.approx([fitted["mu"].prob_above(np.log(x)) for x in (1.0, 2.0)])
        assert answers.tau[i, 0] == pytest.approx(fitted["tau"].quantile(0.5) if effects == "random" else 0.0)
        assert answers.log_evidence[i] == pytest.approx(fitted.log_marginal_likelihood)
        assert answers.mean[i] == pytest.approx(fitted["mu"].mean)


def test_a_prior_that_no_model_may_state_keeps_its_answer() -> None:
    """A search for a tipping point asks of advocates that lie further out than anybody's prior."""
    answers = Answers.empty(1, ASKED)
    answers.error[:], answers.mean[:] = 0.5, -3.0
    far = [(parse_prior("normal(-24.7, 12.6)"), parse_prior("half_normal(1)"))]
    plain_fits.mended(Task(TABLE, bi.Model(), ASKED), far, answers)
    assert (answers.error[0], answers.mean[0]) == (0.5, -3.0)


FAR_APART = (
    parse_prior("mixture(0.5: normal(0.22, 0.4), 0.5: student_t(4, 0.12, 2.5))"),
    parse_prior("half_normal(0.5)"),
)


def bcg() -> bi.Dataset:
    with CORPUS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset"] == "bcg"]
    counts = [(row["study"], *(int(row[name]) for name in ("r1", "n1", "r0", "n0"))) for row in rows]
    return bi.Dataset(tuple(bi.Study(*each) for each in counts))


def test_heavy_tails_need_no_second_grid() -> None:
    """They reach log odds ratios of thousands, where a likelihood must be right to be interpolated."""
    mu, tau = FAR_APART
    trials = bcg()
    answers = over_priors(trials, bi.Model(), [FAR_APART], ASKED)
    assert answers.error[0] < TOLERANCE
    assert not answers.alone[0]
    _is_as_fitted(answers, bi.fit(trials, bi.Model(mu=mu, tau=tau)))


def test_a_grid_that_would_be_much_work_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not exact enough on the first grid goes to plain fits, whatever that grid's error."""
    monkeypatch.setattr(solving, "TOLERANCE", 0.0)
    monkeypatch.setattr(plain_fits, "INEXACT", 0.0)
    monkeypatch.setattr(solving, "WORK", 0.0)
    mu, tau = parse_prior("normal(0, 3)"), parse_prior("half_cauchy(2)")
    answers = over_priors(TABLE, bi.Model(), [(mu, tau)], ASKED)
    fitted = bi.fit(TABLE, bi.Model(mu=mu, tau=tau))
    assert answers.error[0] <= max(value for _, value in fitted.diagnostics.numbers)
    _is_as_fitted(answers, fitted)


def _is_as_fitted(answers: Answers, fitted: bi.Posterior) -> None:
    sd = fitted["mu"].sd
    assert answers.mu[0] == pytest.approx(fitted["mu"].quantile([0.1, 0.9]), abs=1e-3 * sd)
    assert answers.above[0] == pytest.approx(fitted["mu"].prob_above(np.log([1.0, 2.0])), abs=1e-3)
    assert answers.tau[0, 0] == pytest.approx(fitted["tau"].quantile(0.5), abs=1e-3 * fitted["tau"].sd)
    assert answers.log_evidence[0] == pytest.approx(fitted.log_marginal_likelihood, abs=1e-2)
