"""Frames of other libraries than pandas."""

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.partial import load_partial

DATA: dict[str, list[Any]] = {
    "study": ["A", "B"],
    "ai": [1, 2],
    "n1i": [10, 12],
    "ci": [3, 4],
    "n2i": [11, 13],
    "year": [1999, None],
}

pytestmark = pytest.mark.filterwarnings("ignore::bayes_ivig.errors.ReadNote")


class Foreign:
    """A frame of a library that narwhals does not know; it speaks Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return pa.table(DATA).__arrow_c_stream__(requested_schema)


FRAMES: list[Callable[[], Any]] = [
    lambda: pl.DataFrame(DATA),
    lambda: pa.table(DATA),
    lambda: nw.from_native(pl.DataFrame(DATA)),
    Foreign,
]


@pytest.mark.parametrize("frame", FRAMES)
def test_any_frame_gives_what_pandas_gives(frame: Callable[[], Any]) -> None:
    ours = bi.Dataset.from_dataframe(frame())
    theirs = bi.Dataset.from_dataframe(pd.DataFrame(DATA).astype({"year": "Int64"}))
    assert ours == theirs
    assert ours.studies[1].counts == (2, 12, 4, 13)
    assert dict(ours.columns) == {"year": ("1999", "")}


def test_a_missing_value_of_any_frame_is_an_empty_cell() -> None:
    for missing in (None, float("nan")):
        frame = pl.DataFrame(DATA | {"ci": [3.0, missing]})
        with pytest.raises(DataError, match=r"row 1 \(counting from 0\): column control_events: empty"):
            bi.Dataset.from_dataframe(frame)


def test_a_table_known_in_part_may_be_any_frame() -> None:
    frame = pl.DataFrame(DATA | {"ci": [3, None]})
    assert load_partial(frame).unknown == (("B", "control"),)


def test_a_lazy_frame_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(DataError, match="polars LazyFrame; it must be a pandas DataFrame, or one of polars"):
        bi.Dataset.from_dataframe(pl.LazyFrame(DATA))  # type: ignore[arg-type]


def test_a_frame_that_cannot_be_read_is_one_error() -> None:
    twice = pa.table([[1], [2]], names=["study", "study"])
    with pytest.raises(DataError, match="study"):
        bi.Dataset.from_dataframe(twice)


# The detection that files go through


LONG = {
    "study": ["A", "A", "B", "B"],
    "trt": ["placebo", "drug", "placebo", "drug"],
    "r": [2, 1, 4, 3],
    "n": [12, 10, 15, 11],
}


def test_a_frame_with_a_row_for_each_arm() -> None:
    data = bi.Dataset.from_dataframe(pl.DataFrame(LONG))
    assert [study.counts for study in data.studies] == [(1, 10, 2, 12), (3, 11, 4, 15)]
    assert (data.about.treatment, data.about.control) == ("drug", "placebo")
    turned = bi.Dataset.from_dataframe(pd.DataFrame(LONG), treatment="placebo", control="drug")
    assert turned.studies[0].counts == (2, 12, 1, 10)


def test_arms_that_are_not_known_are_an_error_until_they_are_stated() -> None:
    frame = pd.DataFrame(LONG).assign(trt=["a", "b", "a", "b"])
    with pytest.raises(DataError, match="reading 2: treatment 'b', control 'a'"):
        bi.Dataset.from_dataframe(frame)
    assert bi.Dataset.from_dataframe(frame, control="a").studies[0].counts == (1, 10, 2, 12)


def test_names_of_columns_of_any_habit() -> None:
    names = ["Author", "Treatment events", "Treatment N", "Control events", "Control N", "Year"]
    frame = pd.DataFrame(DATA).set_axis(names, axis=1)
    data = bi.Dataset.from_dataframe(frame)
    assert [study.counts for study in data.studies] == [(1, 10, 3, 11), (2, 12, 4, 13)]
    assert dict(data.columns) == {"Year": ("1999.0", "")}
    mapped = bi.Dataset.from_dataframe(frame, columns={"control_total": "Control N"})
    assert mapped.studies == data.studies


def test_estimates_under_names_of_the_field() -> None:
    frame = pd.DataFrame(
        {"Trial": ["A", "B"], "HR": [0.5, 0.8], "lower CI": [0.2, 0.4], "upper CI": [1.2, 1.6]}
    )
    data = bi.Dataset.from_dataframe(frame)
    assert data.measure == "HR"
    assert data.estimated == ("A", "B")


def test_a_total_row_in_a_frame_is_an_error() -> None:
    frame = pd.DataFrame(
        {"Study": ["A", "B", "Total"], "event.e": [1, 3, 4], "n.e": [10, 11, 21], "event.c": [2, 4, 6],
         "n.c": [12, 15, 27]}
    )  # fmt: skip
    with pytest.raises(
        DataError, match=r"row 2 'Total': by its name; its counts are the sums of the 2 rows 0, 1"
    ):
        bi.Dataset.from_dataframe(frame)


def test_a_control_arm_twice_in_a_frame_is_said() -> None:
    frame = pd.DataFrame(
        {"Study": ["S 2004 low", "S 2004 high"], "events_t": [5, 7], "n_t": [50, 52], "events_c": [9, 9],
         "n_c": [51, 51]}
    )  # fmt: skip
    with pytest.warns(UserWarning, match="control arm 9/51 stands in 2 rows of one trial"):
        bi.Dataset.from_dataframe(frame)


def test_several_outcomes_in_a_frame() -> None:
    frame = pd.DataFrame(
        {"Study": ["A", "B"], "deaths_t": [1, 2], "relapses_t": [3, 4], "n_t": [10, 11], "deaths_c": [2, 3],
         "relapses_c": [5, 6], "n_c": [12, 13]}
    )  # fmt: skip
    with pytest.raises(DataError, match="several outcomes; choose one of deaths, relapses"):
        bi.Dataset.from_dataframe(frame)
    data = bi.Dataset.from_dataframe(frame, outcome="relapses")
    assert (data.outcome, data.studies[0].counts) == ("relapses", (3, 10, 5, 12))


def test_a_title_names_the_data() -> None:
    frame = pd.DataFrame(
        {"study": ["A", "B"], "treatment_events": [1, 2], "treatment_total": [9, 8], "control_events": [2, 3],
         "control_total": [9, 9]}
    )  # fmt: skip
    named = bi.Dataset.from_dataframe(frame, title="BCG vaccine")
    assert (named.name, named.about.title) == ("BCG vaccine", "BCG vaccine")
    assert repr(bi.fit(named)).startswith("Posterior(BCG vaccine, k=2): OR ")
    assert bi.Dataset.from_dataframe(frame).name == "DataFrame"


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"evnet": "bad"}, r"no argument 'evnet' \(did you mean 'event'\?\)"),
        ({"titel": "x"}, r"no argument 'titel' \(did you mean 'title'\?\)"),
        ({"name": "x"}, r"no argument 'name' \(title names the data\)"),
    ],
)
def test_a_misspelt_argument_is_not_lost(given: dict[str, str], hint: str) -> None:
    frame = pd.DataFrame({"study": ["A"], "ai": [1], "n1i": [9], "ci": [2], "n2i": [9]})
    with pytest.raises(bi.errors.ArgumentError, match=hint):
        bi.Dataset.from_dataframe(frame, **given)  # type: ignore[call-arg]
