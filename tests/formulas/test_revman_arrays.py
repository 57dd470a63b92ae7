"""The one-pass RevMan formulas give what pool gives, for every subset of the nine trials at once."""

import itertools

import numpy as np
import pytest

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import revman
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

COUNTS = [
    (7, 7, 9, 9), (15, 38, 29, 40), (16, 17, 40, 49), (5, 7, 6, 8), (12, 12, 9, 12), (22, 24, 0, 7),
    (12, 21, 16, 19), (41, 53, 22, 29), (29, 50, 17, 49),
]  # fmt: skip
SUBSETS = np.array(list(itertools.product([False, True], repeat=9)))


def test_all_subsets_by_matrix_product() -> None:
    cells = es.to_cells(*np.array(COUNTS).T)
    keep = revman.estimable(cells)
    sums = revman.study_terms(cells) @ SUBSETS.T.astype(float)
    by_product = revman.pooled_from_sums(sums, (SUBSETS & keep).sum(axis=1).astype(float))
    for i in range(1, 512):
        studies = tuple(Study(str(j), *COUNTS[j]) for j in range(9) if SUBSETS[i, j])
        random, fixed = (pool(Dataset(studies), method=f"revman-{form}") for form in ("random", "fixed"))
        assert (SUBSETS[i] & keep).sum() == random.k
        if random.k == 0:
            assert np.isnan(by_product["fixed"][i])
            continue
        ours = [by_product[key][i] for key in ("tau2", "q", "fixed", "fixed_variance")]
        assert fixed.standard_error is not None
        theirs = [random.tau2, random.q, fixed.estimate, fixed.standard_error**2]
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)
        if random.k > 1:
            assert by_product["i2"][i] == pytest.approx(random.i2, abs=1e-8)
            assert by_product["q_p_value"][i] == pytest.approx(random.q_p_value, rel=1e-8)


def test_candidate_tables_on_leading_axes() -> None:
    r1 = np.arange(8)[:, None, None] + np.zeros((1, 9, 1))
    r0 = np.arange(9)[None, :, None] + np.zeros((8, 1, 1))
    others = [np.broadcast_to(np.array([row]), (8, 9, 2)) for row in ([16, 29], [17, 50], [40, 17], [49, 49])]
    full = [np.concatenate([own, other], axis=-1) for own, other in zip(
        (r1, np.full_like(r1, 7), r0, np.full_like(r0, 8)), others, strict=True)]  # fmt: skip
    cells = es.to_cells(*full)
    found = revman.pooled_from_sums(
        revman.study_terms(cells).sum(axis=-1), revman.estimable(cells).sum(axis=-1).astype(float)
    )
    assert found["fixed"].shape == (8, 9)
    one = Dataset((Study("a", 5, 7, 6, 8), Study("b", 16, 17, 40, 49), Study("c", 29, 50, 17, 49)))
    assert found["fixed"][5, 6] == pytest.approx(pool(one, method="revman-fixed").estimate, rel=1e-10)
    assert found["tau2"][5, 6] == pytest.approx(pool(one, method="revman-random").tau2, rel=1e-10)
