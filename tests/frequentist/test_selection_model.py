"""Step-function selection models by maximum likelihood, held to metafor's."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import bayes_ivig as bi

REFERENCE = Path(__file__).parents[1] / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TABLES = [*rows("corpus.csv"), *rows("ivig_trial_sets.csv")]
FITS = rows("selection_likelihoods.csv")


def data(name: str) -> bi.Dataset:
    keys = {"r1": "treatment_events", "n1": "treatment_total", "r0": "control_events", "n0": "control_total"}
    found = [
        {"study": row["study"], **{to: int(row[key]) for key, to in keys.items()}}
        for row in TABLES
        if row["dataset"] == name
    ]
    return bi.Dataset.from_dataframe(pd.DataFrame(found))


@pytest.mark.parametrize("fit", FITS, ids=lambda fit: f"{fit['dataset']}-{fit['alternative']}-{fit['steps']}")
def test_maxima_are_metafors(fit: dict[str, str]) -> None:
    """Its likelihood is never higher than ours; where its search ended inside, the maximum is the same."""
    side = "two" if fit["alternative"] == "two.sided" else "one"
    found = bi.classical.selection_model(
        data(fit["dataset"]),
        steps=tuple(map(float, fit["steps"].split(";"))),
        side=side,
        direction="" if side == "two" else {"greater": "above", "less": "below"}[fit["alternative"]],
    )
    assert found.k == int(fit["k"])
    assert found.log_likelihood_without == pytest.approx(float(fit["loglik_none"]), abs=1e-4)
    assert found.log_likelihood >= float(fit["loglik_selection"]) - 1e-6
    if found.log_likelihood > float(fit["loglik_selection"]) + 1e-5:
        return  # metafor stopped at its largest weight, at a small tau squared, or at a lower peak
    assert found.statistic == pytest.approx(float(fit["lrt"]), abs=1e-4)
    assert found.p_value == pytest.approx(float(fit["lrt_p"]), abs=1e-4)
    assert found.estimate == pytest.approx(float(fit["estimate"]), abs=2e-3)
    assert found.tau2 == pytest.approx(float(fit["tau2"]), abs=2e-3)
    assert found.weights == pytest.approx([float(w) for w in fit["delta"].split(";")], rel=5e-3)
    assert found.standard_error == pytest.approx(float(fit["se"]), rel=2e-3)


def test_where_the_likelihood_grows_without_end_it_is_said() -> None:
    """No trial of the BCG vaccine favours more tuberculosis: the first interval is empty."""
    found = bi.classical.selection_model(data("bcg"), direction="above")
    assert found.trials == (0, 13)
    assert found.standard_error is None
    assert "the likelihood grows without end in the weight of interval 2" in found.warnings


def test_what_cannot_be_fitted_is_refused() -> None:
    dataset = data("bcg")
    with pytest.raises(bi.errors.ModelError, match="side: found 'both'"):
        bi.classical.selection_model(dataset, side="both")
    with pytest.raises(bi.errors.ModelError, match="state direction="):
        bi.classical.selection_model(dataset)
    with pytest.raises(bi.errors.ModelError, match="cuts of a p-value rise"):
        bi.classical.selection_model(dataset, steps=(0.5, 0.1), side="two")
