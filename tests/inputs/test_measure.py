"""The effect measure of a table and of a model: where it is stated, what contradicts, what is refused."""

from pathlib import Path

import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.inputs.model.files import assumptions
from bayes_ivig.inputs.model.scale import measure_in_force

COUNTS = {
    "study": ["A 2001", "B 2002"],
    "treatment_events": [3, 5],
    "treatment_total": [20, 30],
    "control_events": [6, 9],
    "control_total": [21, 29],
}


def test_a_table_that_states_none_is_of_odds_ratios() -> None:
    dataset = bi.Dataset.from_dataframe(pd.DataFrame(COUNTS))
    assert dataset.measure == "OR"
    assert "measure" not in dataset.to_dataframe()
    assert measure_in_force(dataset, bi.Model()).code == "OR"


def test_argument_column_and_sidecar_say_it(tmp_path: Path) -> None:
    by_argument = bi.Dataset.from_dataframe(pd.DataFrame(COUNTS), measure="rr")
    by_column = bi.Dataset.from_dataframe(pd.DataFrame(COUNTS | {"measure": "RR"}))
    assert by_argument.measure == by_column.measure == "RR"
    again = bi.Dataset.from_dataframe(by_argument.to_dataframe())
    assert again == by_argument
    path = tmp_path / "own.csv"
    pd.DataFrame(COUNTS).to_csv(path, index=False)
    path.with_suffix(".toml").write_text('measure = "RR"\n')
    assert bi.load_dataset(str(path)).measure == "RR"
    with pytest.raises(bi.errors.DataError, match="OR by the argument measure, RR by the sidecar"):
        bi.load_dataset(str(path), measure="OR")


def test_one_measure_for_a_table() -> None:
    with pytest.raises(bi.errors.DataError, match="one effect measure for a table"):
        bi.Dataset.from_dataframe(pd.DataFrame(COUNTS | {"measure": ["OR", "RR"]}))
    with pytest.raises(bi.errors.DataError, match="'odds'; measures are"):
        bi.Dataset.from_dataframe(pd.DataFrame(COUNTS), measure="odds")


def test_a_model_states_its_own_or_takes_that_of_the_data() -> None:
    dataset = bi.Dataset.from_dataframe(pd.DataFrame(COUNTS))
    assert bi.Model(measure="smd").measure == "SMD"
    assert "measure" not in assumptions(bi.Model())
    assert assumptions(bi.Model(measure="OR"))["measure"] == "OR"
    with pytest.raises(bi.errors.ModelError, match="measure: found 'odd'"):
        bi.Model(measure="odd")
    with pytest.raises(bi.errors.ModelError, match="measure HR is not what this table gives: OR"):
        bi.fit(dataset, bi.Model(measure="HR"))
