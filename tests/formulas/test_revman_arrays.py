"""The one-pass RevMan formulas give what pool gives, for every subset of the nine trials at once."""

import itertools

import numpy as np
import pytest

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import revman
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.study import Study

COUNTS = [
    (7, 7, 9, 9), (15, 38, 29, 40), (16, 17, 40, 49), (5, 7, 6, 8), (12, 12, 9, 12), (22, 24, 0, 7), (12, 21, 16, 19),
    (41, 53, 22, 29), (29, 50, 17, 49),
]  # fmt: skip
SUBSETS = np.array(list(itertools.product([False, True], repeat=9)))


def test_all_subsets_by_matrix_product_and_in_one_pass() -> None:
    cells = es.to_cells(*np.array(COUNTS).T)
    keep = revman.estimable(cells)
    sums = revman.study_terms(cells) @ SUBSETS.T.astype(float)
    by_product = revman.pooled_from_sums(sums, (SUBSETS & keep).sum(axis=1).astype(float))
    chosen = es.keep_studies(tuple(np.broadcast_to(cell, SUBSETS.shape) for cell in cells), SUBSETS)
    at_once = revman.revman_random(chosen)
    for i in range(1, 512):
        studies = tuple(Study(str(j), *COUNTS[j]) for j in range(9) if SUBSETS[i, j])
        random, fixed = (pool(Dataset(studies), method=f"revman-{form}") for form in ("random", "fixed"))
        assert at_once["k"][i] == random.k
        if random.k == 0:
            assert np.isnan(at_once["estimate"][i])
            continue
        ours = [at_once[key][i] for key in ("estimate", "standard_error", "tau2", "q", "fixed")]
        theirs = [random.estimate, random.standard_error, random.tau2, random.q, fixed.estimate]
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)
        if random.k > 1:
            assert at_once["i2"][i] == pytest.approx(random.i2, abs=1e-8)
            assert at_once["q_p_value"][i] == pytest.approx(random.q_p_value, rel=1e-8)
    for key, values in by_product.items():
        assert values == pytest.approx(at_once[key], rel=1e-9, abs=1e-9, nan_ok=True)


def test_candidate_tables_on_leading_axes() -> None:
    r1 = np.arange(8)[:, None, None] + np.zeros((1, 9, 1))
    r0 = np.arange(9)[None, :, None] + np.zeros((8, 1, 1))
    others = [np.broadcast_to(np.array([row]), (8, 9, 2)) for row in ([16, 29], [17, 50], [40, 17], [49, 49])]
    full = [np.concatenate([own, other], axis=-1) for own, other in zip(
        (r1, np.full_like(r1, 7), r0, np.full_like(r0, 8)), others, strict=True)]  # fmt: skip
    found = revman.revman_random(es.to_cells(*full))
    assert found["estimate"].shape == (8, 9)
    one = Dataset((Study("a", 5, 7, 6, 8), Study("b", 16, 17, 40, 49), Study("c", 29, 50, 17, 49)))
    assert found["estimate"][5, 6] == pytest.approx(pool(one, method="revman-random").estimate, rel=1e-10)
