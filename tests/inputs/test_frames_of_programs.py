"""A frame with the names of metafor, meta or RevMan is read as it is, and what was read as what is said."""

import re
import warnings
from typing import Any

import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ReadNote

COUNTS = [(4, 123, 11, 139), (6, 306, 29, 303)]
T, NT, C, NC = (list(each) for each in zip(*COUNTS, strict=True))
WITHOUT = [[n - r for r, n in zip(*each, strict=True)] for each in ((T, NT), (C, NC))]
FRAMES: dict[str, dict[str, list[Any]]] = {
    "metafor": {"author": ["A", "B"], "ai": T, "n1i": NT, "ci": C, "n2i": NC},
    "metafor with non-events": {"slab": ["A", "B"], "ai": T, "bi": WITHOUT[0], "ci": C, "di": WITHOUT[1]},
    "metafor's dat.bcg": {
        "trial": [1, 2], "author": ["A", "B"], "year": [1948, 1949],
        "tpos": T, "tneg": WITHOUT[0], "cpos": C, "cneg": WITHOUT[1],
    },
    "meta": {"studlab": ["A", "B"], "event.e": T, "n.e": NT, "event.c": C, "n.c": NC},
    "RevMan": {
        "Study": ["A", "B"], "Experimental Events": T, "Experimental Total": NT,
        "Control Events": C, "Control Total": NC,
    },
}  # fmt: skip


@pytest.mark.parametrize("program", FRAMES)
def test_names_of_programs_are_understood(program: str) -> None:
    frame = pd.DataFrame(FRAMES[program])
    with pytest.warns(ReadNote, match="DataFrame: read: ") as caught:
        dataset = bi.Dataset.from_dataframe(
            frame, treatment="BCG", control="none", event="bad", title="Vaccines"
        )
    assert [study.counts for study in dataset.studies] == COUNTS
    assert dataset.study_names == ("A", "B")
    about = dataset.about
    assert (about.treatment, about.control, about.event, about.title) == ("BCG", "none", "bad", "Vaccines")
    said = str(caught[0].message)
    theirs = [name for name in frame if re.search(rf"= {re.escape(str(name))}(,|$)", said)]
    assert len(theirs) >= 4
    assert "treatment_events = " in said
    assert caught[0].filename == __file__


def test_estimates_of_programs_are_understood() -> None:
    meta = pd.DataFrame({"studlab": ["A", "B"], "TE": [-0.9, -1.5], "seTE": [0.3, 0.2]})
    with pytest.warns(ReadNote, match="yi = TE, sei = seTE"):
        dataset = bi.Dataset.from_dataframe(meta, measure="RR")
    metafor = pd.DataFrame({"study": ["A", "B"], "yi": [-0.9, -1.5], "vi": [0.09, 0.04]})
    other = bi.Dataset.from_dataframe(metafor, measure="RR")
    for study, error in zip(other.studies, (0.3, 0.2), strict=True):
        assert isinstance(study, bi.Estimate)
        assert study.standard_error == pytest.approx(error)
    assert [study.y for study in dataset.studies] == [-0.9, -1.5]  # type: ignore[union-attr]


def test_the_column_of_the_studies_may_be_named() -> None:
    frame = pd.DataFrame({"who": ["A", "B"], "ai": T, "n1i": NT, "ci": C, "n2i": NC})
    with pytest.warns(ReadNote):
        dataset = bi.Dataset.from_dataframe(frame, study="who")
    assert dataset.study_names == ("A", "B")


def test_names_of_our_own_are_no_news() -> None:
    frame = pd.DataFrame(
        COUNTS, columns=["treatment_events", "treatment_total", "control_events", "control_total"]
    )
    frame.insert(0, "study", ["A", "B"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bi.Dataset.from_dataframe(frame).studies[0].name == "A"


def test_arms_in_doubt_are_refused_with_what_to_write() -> None:
    frame = pd.DataFrame({"study": ["A", "B"], "events1": T, "n1": NT, "events2": C, "n2": NC})
    with pytest.raises(
        DataError, match="say which: treatment='1', control='2', or the other way round"
    ) as caught:
        bi.Dataset.from_dataframe(frame)
    assert "--" not in str(caught.value)
    with pytest.warns(ReadNote):
        dataset = bi.Dataset.from_dataframe(frame, treatment="1", control="2")
    assert [study.counts for study in dataset.studies] == COUNTS
