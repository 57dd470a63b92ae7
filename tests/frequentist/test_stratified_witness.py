"""statsmodels' StratifiedTable as a second witness for Mantel-Haenszel."""

import numpy as np
import pytest
from frequentist_reference import tables

from bayes_ivig.frequentist.pooling import pool

NAMES = sorted(tables())


@pytest.mark.parametrize("name", NAMES)
def test_mantel_haenszel(name: str) -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    dataset = tables()[name]
    strata = [
        np.array([[r1, n1 - r1], [r0, n0 - r0]], dtype=float)
        for r1, n1, r0, n0 in (study.counts for study in dataset.studies)
        if 0 < r1 + r0 < n1 + n0
    ]
    theirs = StratifiedTable(strata)
    odds, risk = pool(dataset, method="mh"), pool(dataset, method="mh", measure="RR")
    assert odds.estimate == pytest.approx(theirs.logodds_pooled, rel=1e-10)
    assert odds.standard_error == pytest.approx(theirs.logodds_pooled_se, rel=1e-10)
    if not any(
        study.counts[0] == study.counts[1] and study.counts[2] == study.counts[3] for study in dataset.studies
    ):
        assert risk.ratio.estimate == pytest.approx(theirs.riskratio_pooled, rel=1e-10)
