"""Priors that no grid serves together: each pair is answered as a plain fit of it is."""

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.engines.bulk import plain_fits
from bayes_ivig.engines.bulk.answers import Answers, Questions, Task
from bayes_ivig.priors.parsing import parse_prior

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
