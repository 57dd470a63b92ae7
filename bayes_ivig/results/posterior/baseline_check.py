"""Whether the baseline prior still takes part in the answer:
P(OR > 1) under the model's own and under a tighter one.
"""

from dataclasses import dataclass

from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.contract import Fitted

DECIDES = 0.01  # a change of P(OR > 1) beyond this, between two baseline priors, is reported
# of that change: fewer than are exact, so that the last bits of a computed probability decide nothing
DECIMALS = 4
# what the model's own baseline prior is checked against: 95% of risks between .007 and .993
TIGHT = Normal(0, 2.5)


def apart(prob_or_gt_1: float, other_prob_or_gt_1: float) -> float:
    """Return how far the probabilities under two baseline priors lie apart, rounded."""
    return round(abs(prob_or_gt_1 - other_prob_or_gt_1), DECIMALS)


def moves(prob_or_gt_1: float, other_prob_or_gt_1: float) -> bool:
    """Whether the probabilities under two baseline priors differ by more than ``DECIDES``,
    their difference rounded.
    """
    return apart(prob_or_gt_1, other_prob_or_gt_1) > DECIDES


@dataclass(frozen=True)
class BaselineCheck:
    """P(OR > 1) under the model's baseline prior and under a tighter one, everything else unchanged."""

    prior: str
    other_prior: str
    prob_or_gt_1: float
    other_prob_or_gt_1: float

    @property
    def decides(self) -> bool:
        """Whether the baseline prior moves the probability by more than ``DECIDES``."""
        return moves(self.prob_or_gt_1, self.other_prob_or_gt_1)


def why_unchecked(posterior: Fitted) -> str:
    """Return why a posterior has no check of its baseline prior; empty where it has one."""
    if not isinstance(posterior.model, Model):
        return "the check is for models of two arms with independent baselines"
    if not posterior.model.has_baseline:
        return f"the {posterior.model.likelihood} likelihood has no baseline prior"
    if posterior.engine != "quadrature":
        return "not for sampled posteriors, which differ by chance as well"
    return "" if posterior.again is not None else "the posterior does not know its engine"


def checked(posterior: Fitted) -> BaselineCheck | None:
    """Return how P(OR > 1) changes under ``TIGHT``; None where ``why_unchecked`` has a reason."""
    if not isinstance(posterior.model, Model) or why_unchecked(posterior):
        return None
    pair = (posterior, posterior.under(alpha=TIGHT))
    probabilities = (float(each["mu"].prob_above(0.0)) for each in pair)
    return BaselineCheck(str(posterior.model.alpha), str(TIGHT), *probabilities)
