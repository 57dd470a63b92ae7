"""Review Manager 5 arithmetic against the R package meta's RevMan 5 settings
and against the published case.
"""

import pytest
from frequentist_reference import number, rows, tables

from bayes_ivig.frequentist.pooling import pool

REVMAN = rows("revman")


@pytest.mark.parametrize("row", REVMAN, ids=[f"{r['dataset']}-{r['measure']}" for r in REVMAN])
def test_every_row_of_revman(row: dict[str, str]) -> None:
    dataset = tables()[row["dataset"]]
    fixed = pool(dataset, method="revman-fixed", measure=row["measure"])
    random = pool(dataset, method="revman-random", measure=row["measure"])
    found = {
        "k": random.k, "fixed": fixed.estimate, "fixed_lb": fixed.ci_lower, "fixed_ub": fixed.ci_upper,
        "fixed_p": fixed.p_value, "random": random.estimate, "random_lb": random.ci_lower,
        "random_ub": random.ci_upper, "random_p": random.p_value, "tau2": random.tau2, "Q": random.q,
        "Qp": random.q_p_value, "I2": random.i2,
    }  # fmt: skip
    wanted = {column: number(row, column) for column in found}
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-12)
    assert (fixed.q, fixed.i2) == (random.q, random.i2)


@pytest.mark.parametrize(
    ("name", "method", "ratio", "q", "p_het", "i2"),
    [
        ("ivig_live_published", "revman-random", (2.862, 1.037, 7.898), 10.382, 0.0651, 51.8),
        ("ivig_obstetric", "revman-random", (1.667, 0.205, 13.583), None, 0.026, 72.5),
        ("ivig_neonatal", "revman-fixed", (1.419, 0.385, 5.232), None, 0.161, 45.2),
    ],
)
def test_published_case(name, method, ratio, q, p_het, i2) -> None:
    found = pool(tables()[name], method=method)
    assert found.ratio == pytest.approx(ratio, abs=5e-4)
    assert found.i2 == pytest.approx(i2, abs=0.05)
    assert found.q_p_value == pytest.approx(p_het, abs=5e-4)
    if q:
        assert found.q == pytest.approx(q, abs=5e-4)


def test_published_case_in_full() -> None:
    found = pool(tables()["ivig_live_published"], method="revman-random")
    assert found.tau2 == pytest.approx(0.718, abs=5e-4)
    assert found.zero_cells.studies_altered == ("Perricone 2008", "Stricker 2000")
    assert [round(study.weight, 1) for study in found.studies] == [14.0, 12.9, 8.4, 8.1, 26.5, 30.1]
    miscarriage = pool(tables()["ivig_live_published"].complement(), method="revman-random")
    assert miscarriage.ratio == pytest.approx((0.349, 0.127, 0.964), abs=5e-4)
