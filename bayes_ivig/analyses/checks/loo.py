"""``loo``: each study foreseen from all the others, exactly from the surface or
by importance sampling from draws.
"""

import math

import numpy as np

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.nuts import importance
from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.checks.loo import LARGEST_K, LeaveOneOut, StudyLoo
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.posterior.posterior import Posterior

DRAWS = (4, 2000)  # chains and draws of a posterior that was not sampled and is no grid of mu and tau


@checked
def loo(posterior: Posterior) -> LeaveOneOut:
    """Return leave-one-study-out predictive densities: exact for ``Quadrature``,
    by importance sampling for ``NUTS``.

    Exact regressions are drawn from for importance sampling, too.

    The density of a left-out study is that of its data given (mu, tau), and what else the population has in
    models of other kinds, its own effect theta_i and baseline alpha_i integrated out. Conditional on theta_i
    and alpha_i it would answer another question, how well the study's own parameters fit the data that
    estimated them, and importance sampling would break down, since without the study these parameters fall
    back on their priors (Merkle, Furr & Rabe-Hesketh 2019, Psychometrika 84:802; Vehtari et al. 2016, JMLR
    17:103).

    Raises ``ModelError`` for a joint outcome, whose counts have no such density by study, for studies that
    count in part, and where the posterior of the others does not exist.

    >>> import bayes_ivig as bi
    >>> left_out = bi.checks.loo(bi.fit(bi.load_dataset("my.csv")))
    >>> left_out.table()[["study", "elpd", "p_loo"]].round(2)
            study   elpd  p_loo
    0  Adams 2011  -7.74   0.06
    1  Baker 2013 -10.06   0.57
    2   Chen 2016  -7.76   0.09
    3   Diaz 2019 -11.18   1.08
    """
    drawing.require_by_study(posterior, "loo")
    if posterior.weights:
        raise ModelError(
            "loo: some studies count in part (weights); leave one out of a fit in which all count in full"
        )
    if isinstance(posterior.answers, GridAnswers):
        return LeaveOneOut(_exact(posterior, posterior.answers), "exact", posterior.model.likelihood)
    return _sampled(posterior)


def _exact(posterior: Posterior, answers: GridAnswers) -> tuple[StudyLoo, ...]:
    """Return ratios of marginal likelihoods, with and without each study."""
    without = {row.study: row for row in posterior.influence().studies} if posterior.k > 1 else {}
    missing = [study for study, row in without.items() if row.log_predictive_density is None]
    if missing:
        raise ModelError(
            f"loo: without {missing[0]}: {without[missing[0]].note}; use proper priors on mu and tau"
        )
    if posterior.k == 1 and posterior.log_marginal_likelihood is None:
        raise ModelError(
            "loo: nothing foresees the only study under an improper prior; use proper priors on mu and tau"
        )
    log_weights = answers.surface.axes.mu.log_weights[:, None]
    rows = []
    for i, study in enumerate(answers.surface.studies):
        own = (
            answers.surface.common[i][:, None]
            if answers.surface.random is None
            else answers.surface.random[i]
        )
        let_in = (
            float(np.logaddexp.reduce(answers.log_joint + own + log_weights, axis=None))
            - answers.log_evidence
        )
        elpd = without[study].log_predictive_density if without else posterior.log_marginal_likelihood
        assert elpd is not None
        rows.append(StudyLoo(study, elpd, let_in - elpd))
    return tuple(rows)


def _sampled(posterior: Posterior) -> LeaveOneOut:
    """Return importance-sampled densities, and name the studies for which they cannot be relied on."""
    values, _ = drawing.posterior_draws(posterior, DRAWS, 0)
    logs = drawing.integrated(posterior, values)
    rows = tuple(
        StudyLoo(study, float(elpd), float(p_loo), float(k))
        for study, elpd, p_loo, k in zip(posterior.studies, *importance.leave_one_out(logs), strict=True)
    )
    remedy = "use Quadrature(), whose leave-one-out is exact, or fit without the study"
    if drawing.richer(posterior):
        remedy = "fit without the study"
    limit = min(1 - 1 / math.log10(max(values["mu"].size, 2)), LARGEST_K)
    problems = tuple(
        f"{row.study}: Pareto k {row.pareto_k:.2f}, above {limit:.2f}: the posterior without it is too far "
        f"from the one with it for importance sampling; {remedy}"
        for row in rows
        if not (row.pareto_k is not None and row.pareto_k <= limit)
    )
    return LeaveOneOut(rows, "psis", drawing.counts_model(posterior).likelihood, problems)
