"""``compare_alternatives``: how far the answer depends on how people are counted (intention to treat,
a study left out).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.engines.fitting import fit
from bayes_ivig.errors import DataError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.alternatives import Alternative
from bayes_ivig.inputs.counts.counted_otherwise import check_alternatives, with_alternative
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.files import REFERENCE, TwoArm, two_arm_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.alternatives import AlternativeRow

if TYPE_CHECKING:
    import pandas as pd

METHOD, LEVEL = "revman-random", 0.95


@checked
def compare_alternatives(
    dataset: Dataset, model: TwoArm | None = None, *, trials: Sequence[str] = ("all",), method: str = METHOD
) -> "pd.DataFrame":
    """Return each trial set as it is in the table and under every alternative that changes it: one row each.

    Columns ``trials, alternative, title, k, pooled_or, pooled_ci_lower, pooled_ci_upper, or_median, or_lower,
    or_upper, level, prob_or_gt_1, basis``; odds ratios, all limits of ``level``. ``model`` is
    ``binomial_normal`` unless given. Raises ``DataError`` where the sidecar states no alternatives, or one
    about a study that the table does not have.

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> table = bi.compare_alternatives(live)
    >>> table[["alternative", "k", "or_median"]].round(2).head(3)
                 alternative  k  or_median
    0                         9       1.80
    1  yamada_all_randomised  9       1.75
    2     stricker_all_women  9       1.58
    """
    import pandas as pd

    if not dataset.about.alternatives:
        raise DataError(
            f"{dataset.label}: no alternatives; state them in the sidecar under "
            "outcomes.NAME.alternatives.NAME"
        )
    return pd.DataFrame(
        {
            "trials": row.trials,
            "alternative": row.name,
            "title": row.title,
            "k": row.k,
            "pooled_or": row.pooled.estimate,
            "pooled_ci_lower": row.pooled.lower,
            "pooled_ci_upper": row.pooled.upper,
            "or_median": row.posterior.estimate,
            "or_lower": row.posterior.lower,
            "or_upper": row.posterior.upper,
            "level": LEVEL,
            "prob_or_gt_1": row.prob_or_gt_1,
            "basis": row.basis,
        }
        for row in alternative_rows(dataset, model, trials=trials, method=method)
    )


def alternative_rows(
    dataset: Dataset, model: TwoArm | None, *, trials: Sequence[str], method: str = METHOD
) -> tuple[AlternativeRow, ...]:
    """Return the rows of ``compare_alternatives``; none where there are no alternatives."""
    check_alternatives(dataset)
    stated = two_arm_of(model or REFERENCE)
    rows = []
    for name in trials:
        own = dataset.trials(name)
        changing = [each for each in dataset.about.alternatives if set(each.studies) & set(own.study_names)]
        if changing:
            rows.append(_row(own, name, Alternative(""), stated, method))
            rows += [_row(with_alternative(own, each), name, each, stated, method) for each in changing]
    return tuple(rows)


def _row(
    dataset: Dataset, trials: str, alternative: Alternative, model: Model, method: str
) -> AlternativeRow:
    posterior, pooled = fit(dataset, model), pool(dataset, method=method)
    lower, median, upper = np.exp(np.asarray(posterior["mu"].quantile([0.025, 0.5, 0.975]))).tolist()
    return AlternativeRow(
        name=alternative.name,
        title=alternative.label if alternative.name else "",
        basis=alternative.basis,
        trials=trials,
        k=posterior.k,
        method=method,
        pooled=pooled.ratio,
        posterior=Ratio(median, lower, upper),
        prob_or_gt_1=float(posterior["mu"].prob_above(0.0)),
    )
