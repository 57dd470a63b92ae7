"""The door of all files of other programs: good ones of every kind, spoiled, under any ending."""

import sys
import warnings
from pathlib import Path

from edits import spoiled_bytes
from hypothesis import strategies as st
from registry import Reader
from rule import Case

sys.path.append(str(Path(__file__).parents[2] / "inputs" / "foreign"))  # of the makers of files

from making.trials import FORMS, METAFOR, TRIALS, long, review_of, text, wide

import bayes_ivig as bi
from bayes_ivig.errors import ReadNote
from bayes_ivig.inputs.foreign.written import written
from bayes_ivig.results.imports.imported import Imported

MADE = tuple(make(TRIALS)[1] for make in FORMS.values())
TEXTS = (
    text([METAFOR, *TRIALS], ";"),
    text(long(TRIALS)),
    text(wide(TRIALS)),
    review_of(TRIALS),
    text([("outcome", *METAFOR), *(("Death", *row) for row in TRIALS), *(("Harm", *row) for row in TRIALS)]),
)
ENDINGS = ("csv", "txt", "xlsx", "xls", "ods", "dta", "sav", "rda", "rds", "jasp", "rm5", "zip", "oma", "")
OUTCOMES = ("",) * 8 + ("Death", "Harm", "nope")


def read_any(folder: Path, case: Case) -> Imported:
    (name,) = case.files
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReadNote)
        return bi.read(folder / name, outcome=case.arguments[0] or None)


def any_holds(found: Imported) -> None:
    """Whatever was read is a dataset with its arms in the order that is printed, and can be written."""
    assert found.text()
    assert found.to_dict()
    assert len(found.table()) == len(found.outcomes) >= 1
    for outcome in found.outcomes:
        assert outcome.dataset is not None or outcome.why
        assert outcome.found.mapping
        assert outcome.dataset is None or len(outcome.dataset) == len(outcome.found.table.rows)
    if found.datasets:
        assert found.case is not None
        csv, toml = written(found.case, found.datasets)  # which compares what would be read back of them
        assert csv
        assert toml


def cases(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[Case]:
    return st.builds(
        lambda raw, ending, outcome: Case({f"t.{ending}".rstrip("."): raw}, (outcome,)),
        content,
        st.sampled_from(ENDINGS),
        st.sampled_from(OUTCOMES),
    )


READERS = (
    Reader(
        "any file",
        cases(st.one_of(st.sampled_from(MADE), spoiled_bytes(st.sampled_from((*TEXTS, *MADE)), 3))),
        read_any,
        any_holds,
        share=0.5,
    ),
)
