"""The log likelihood of each arm's events, given a study's own effect and baseline."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.draws.replicates import seen

type Array = NDArray[np.float64]


def by_arm_log_likelihood(posterior: Fitted, values: Mapping[str, Array]) -> Array:
    """Return binomial log probabilities of both arms' events, treatment first, (chains, draws, K, 2).

    Raises ``ModelError`` where arms are not binomial each given its log odds: given all events of a trial,
    of estimates, of rates, and of models in which an arm's risk is drawn anew.
    """
    model = drawing.counts_model(posterior)
    theta, alpha = drawing.seen(posterior, values, None)
    binomial = model.has_baseline and posterior.measure.from_counts and alpha is not None
    if not binomial or drawing.of_two_kinds(posterior):
        raise ModelError(
            "to_arviz: by_arm needs arms that are binomial each given its own log odds; use the binomial "
            "likelihood of events and totals, or leave by_arm out for a log likelihood by study"
        )
    drawing.require_whole_counts(posterior)
    log_odds = seen(model, theta, alpha).log_odds
    assert log_odds is not None
    r1, n1, r0, n0 = drawing.observed(posterior).counts.T
    r, n = np.stack([r1, r0], axis=1), np.stack([n1, n0], axis=1)
    return np.asarray(log_choose(n, r) + r * log_odds - n * np.logaddexp(0, log_odds))
