"""Every row of metafor's results: closed forms to 1e-6, iterative ones up
to metafor's own stopping rule, GLMMs to 1e-3.
"""

import numpy as np
import pytest
from frequentist_reference import number, rows, tables
from stopping_rules import fisher_scoring, paule_mandel_uniroot

from bayes_ivig.formulas import tau_squared
from bayes_ivig.frequentist import inverse_variance as iv
from bayes_ivig.frequentist.assembly import Request, assemble
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import prepare
from bayes_ivig.results.pooled import PooledEstimate

pytestmark = pytest.mark.slow

METAFOR = rows("frequentist")
COLUMNS = {
    "estimate": "estimate", "se": "standard_error", "ci_lb": "ci_lower", "ci_ub": "ci_upper",
    "pval": "p_value", "tau2": "tau2", "Q": "q", "Qp": "q_p_value", "I2": "i2", "pi_lb": "prediction_lower",
    "pi_ub": "prediction_upper",
}  # fmt: skip
CLOSED = {
    "MH": "mh", "Peto": "peto", "IV-FE": "fixed", "IV-DL": "dl", "IV-SJ": "sj", "IV-HE": "he", "IV-HS": "hs",
    "IV-DL-HKSJ": "dl",
}  # fmt: skip
ITERATIVE = {"IV-REML": "reml", "IV-ML": "ml", "IV-PM": "pm", "IV-EB": "eb", "IV-REML-HKSJ": "reml"}
MIXED = {
    "GLMM-UM.FS": "glmm-um-fs", "GLMM-UM.RS": "glmm-um-rs",
    "GLMM-CM.AL": "glmm-cm-al", "GLMM-CM.EL": "glmm-cm-el",
}  # fmt: skip
# metafor's CM.EL: its second derivatives failed, the standard errors printed are 6e-7 and 1e-6
FAILED = {("hine1989", "GLMM-CM.EL"), ("hartmannboyce2018_intranasal_spray", "GLMM-CM.EL")}
EARLY = 8e-5  # steps of less than 1e-5 may still leave a few of them to go; uniroot's tolerance is 1.2e-4


def selected(methods: dict[str, str]) -> dict[str, object]:
    found = [row for row in METAFOR if row["method"] in methods]
    return {"argvalues": found, "ids": [f"{r['dataset']}-{r['method']}-{r['measure']}" for r in found]}


def values(found: PooledEstimate, row: dict[str, str]) -> tuple[dict[str, float], dict[str, float]]:
    theirs = {column: number(row, column) for column in COLUMNS}
    ours = {column: getattr(found, name) for column, name in COLUMNS.items()}
    present = [column for column in COLUMNS if theirs[column] is not None]
    assert [column for column in COLUMNS if ours[column] is not None] == present
    return {column: ours[column] for column in present}, {column: theirs[column] for column in present}


def test_no_row_is_forgotten() -> None:
    known = CLOSED | ITERATIVE | MIXED
    assert {row["method"] for row in METAFOR} == set(known)
    assert len(METAFOR) == 1191


@pytest.mark.parametrize("row", **selected(CLOSED))
def test_closed_forms(row: dict[str, str]) -> None:
    dataset, method = tables()[row["dataset"]], CLOSED[row["method"]]
    found = pool(dataset, method=method, measure=row["measure"], hartung_knapp=row["method"].endswith("HKSJ"))
    ours, theirs = values(found, row)
    assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-12)
    # metafor counts studies without events there
    counted = found.k_listed if method in ("mh", "peto") else found.k
    assert counted == int(row["k"])


@pytest.mark.parametrize("row", **selected(ITERATIVE))
def test_iterative_estimators(row: dict[str, str]) -> None:
    method, theirs = ITERATIVE[row["method"]], float(row["tau2"])
    prepared = prepare(tables()[row["dataset"]], row["measure"], Rules.metafor())
    taking_part = np.isfinite(prepared.v)
    y, v = prepared.y[taking_part], prepared.v[taking_part]
    stopped = paule_mandel_uniroot(y, v) if method == "pm" else fisher_scoring(y, v, method)
    assert stopped == pytest.approx(theirs, rel=1e-7, abs=1e-12), (
        "the reason for the difference does not hold"
    )
    request = Request(method, row["measure"], row["method"].endswith("HKSJ"), 0.95, Rules.metafor())
    at_theirs = assemble(request, prepared, iv.random_effects(lambda *_: np.array(theirs))(prepared, request))
    ours, wanted = values(at_theirs, row)
    assert ours == pytest.approx(wanted, rel=1e-6, abs=1e-12)
    assert at_theirs.k == int(row["k"])
    exact = pool(tables()[row["dataset"]], method=method, measure=row["measure"])
    assert exact.tau2 == pytest.approx(theirs, abs=EARLY)
    assert_solved(y, v, exact.tau2, method)


def assert_solved(y, v, tau2: float, method: str) -> None:
    if method in ("pm", "eb"):
        gap = float(tau_squared.generalised_q(y, v, tau2)) - (len(y) - 1)
        assert gap == pytest.approx(0, abs=1e-8) or (tau2 == 0 and gap < 0)
        return
    heights = [
        tau_squared.log_likelihood(y, v, t, restricted=method == "reml")
        for t in (tau2, 0, tau2 * 1.01, tau2 * 0.99)
    ]
    assert heights[0] >= max(heights[1:]) - 1e-12


@pytest.mark.parametrize("row", **selected(MIXED))
def test_mixed_models(row: dict[str, str]) -> None:
    found = pool(tables()[row["dataset"]], method=MIXED[row["method"]])
    assert found.k == int(row["k"])
    se = found.standard_error
    assert found.estimate == pytest.approx(float(row["estimate"]), abs=max(3e-3 * se, 1e-4))
    assert found.tau2 == pytest.approx(float(row["tau2"]), abs=1e-4, rel=4e-3)
    if (row["dataset"], row["method"]) in FAILED:
        assert float(row["se"]) < 1e-5 < se
        return
    rel = 1e-2 if row["method"] == "GLMM-UM.RS" else 1.1e-3
    assert se == pytest.approx(float(row["se"]), rel=rel)
    assert found.i2 == pytest.approx(float(row["I2"]), abs=0.1)
    assert found.prediction_lower == pytest.approx(float(row["pi_lb"]), abs=5e-3)
    assert found.prediction_upper == pytest.approx(float(row["pi_ub"]), abs=5e-3)


def test_catheter_trials_as_stijnen_table_3() -> None:
    exact = pool(tables()["nielweise2007"], method="glmm-cm-el")
    approximate = pool(tables()["nielweise2007"], method="glmm-cm-al")
    found = [(e.estimate, e.standard_error, e.tau2**0.5) for e in (exact, approximate)]
    assert found[0] == pytest.approx((-1.3532, 0.3511, 0.8327), abs=6e-5)
    assert found[1] == pytest.approx((-1.3027, 0.3386, 0.7750), abs=1.1e-4)


def test_rebleeding_as_van_houwelingen_1993() -> None:
    found = pool(tables()["collins1985a_recur"], method="glmm-cm-el")  # that paper codes control first
    assert (-found.estimate, found.standard_error, found.tau2) == pytest.approx(
        (0.1744, 0.1364, 0.1192), abs=1e-4
    )
