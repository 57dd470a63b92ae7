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
