"""Cases that no shared grid serves, answered by plain fits: each on a grid of its own,
refined as that of a single question is.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.answers import Answers, Task
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import Prior

type Index = NDArray[np.intp]

INEXACT = 1e-3  # posterior SDs: a stated error above it is not left as it is


def mended(task: Task, pairs: list[tuple[Prior, Prior]], answers: Answers) -> None:
    """Put plain fits in the place of answers whose stated error is too large, where they are more exact.

    Priors that no model may state (those of a search for a tipping point, for instance) keep their answers.
    """
    for i in np.flatnonzero(~(answers.error <= INEXACT)):
        try:
            fitted = _fitted(task, *pairs[i])
        except ModelError:
            continue
        if not fitted.error[0] >= answers.error[i]:
            answers.put(slice(i, i + 1), fitted)


def _fitted(task: Task, mu: Prior, tau: Prior) -> Answers:
    """Return the answers of one case by a plain fit, shape (1, ...)."""
    posterior = Quadrature().fit(task.dataset, replace(task.model, mu=mu, tau=tau))
    grid = posterior.answers
    assert isinstance(grid, GridAnswers)
    effect, asked, numbers = posterior["mu"], task.asked, dict(posterior.diagnostics.numbers)
    heterogeneous = task.model.heterogeneous
    answers = Answers.empty(1, asked)
    answers.mu[0] = effect.quantile(np.array(asked.mu))
    answers.tau[0] = posterior["tau"].quantile(np.array(asked.tau)) if heterogeneous else 0.0
    answers.above[0] = effect.prob_above(asked.at)
    answers.theta_new[0] = (posterior["theta_new"] if heterogeneous else effect).quantile(
        np.array(asked.theta_new)
    )
    answers.mean[0] = np.nan if effect.mean is None else effect.mean
    answers.sd[0] = np.nan if effect.sd is None else effect.sd
    answers.log_evidence[0] = grid.log_evidence
    answers.error[0] = max(bound for name, bound in numbers.items() if name.startswith("error."))
    answers.beyond[0] = numbers["at_the_ends"]
    answers.alone[0] = True
    return answers
