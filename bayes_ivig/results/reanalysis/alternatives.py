"""Other ways to count side by side: what each gives, pooled again and as a posterior."""

from dataclasses import dataclass

from bayes_ivig.results.pooled import Ratio


@dataclass(frozen=True)
class AlternativeRow:
    """One trial set counted one way (``name`` empty: as in the table); odds ratios with 95% limits.

    ``pooled`` is the confidence interval of ``method``, ``posterior`` the central credible interval of
    ``model``'s pooled odds ratio. ``k`` counts the studies that carry information.
    """

    name: str
    title: str
    basis: str
    trials: str
    k: int
    method: str
    pooled: Ratio
    posterior: Ratio
    prob_or_gt_1: float
