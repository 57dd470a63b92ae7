"""Review Manager 5 in one pass over arrays: "M-H, Fixed" odds ratios and tau2 of "M-H,
Random" for any number of tables.

``pool`` gives the same numbers for one dataset with everything around them;
this is for all subsets of studies.
"""

import numpy as np
from scipy import special

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import mantel_haenszel as mh
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask


def estimable(cells: Cells) -> Mask:
    """Mark the studies Review Manager pools on the OR scale:
    both arms have people, some have the event and some not.
    """
    return np.asarray(~(es.has_empty_arm(cells) | es.has_no_events(cells) | es.has_only_events(cells)))


def study_terms(cells: Cells) -> Array:
    """Return the nine additive terms per study, shape (9, ..., K), 0 for a study that is not estimable.

    Five of ``mantel_haenszel.odds_ratio_terms``, four of ``heterogeneity.weight_terms``, after 0.5 has been
    added to every cell of studies with a zero cell. Sums over any set of studies are all that
    ``pooled_from_sums`` needs.
    """
    keep = estimable(cells)
    own = es.keep_studies(cells, keep)
    own = es.add_to_cells(own, keep & es.has_zero_cell(own))
    y, v = es.leave_out(es.log_odds_ratio(own), keep)
    return np.concatenate([mh.odds_ratio_terms(own), het.weight_terms(y, v)])


def pooled_from_sums(sums: Array, k: Array) -> dict[str, Array]:
    """Return fixed estimate and variance, Q around it, its P value, tau2 and I squared (percent),
    from the nine sums.

    ``k`` is the number of estimable studies behind each sum. Log odds ratios; NaN where k is 0.
    """
    fixed, variance = mh.odds_ratio_from_sums(sums[:5])
    q = np.where(k > 1, het.q_from_sums(sums[5:], fixed), 0.0)
    tau2 = het.dersimonian_laird(q, sums[5:], k)
    p_value = np.where(k > 1, special.chdtrc(np.maximum(k - 1, 1), q), np.nan)
    i2 = np.where(k > 1, het.i_squared(q, k), np.nan)
    return {"fixed": fixed, "fixed_variance": variance, "q": q, "q_p_value": p_value, "tau2": tau2, "i2": i2}
