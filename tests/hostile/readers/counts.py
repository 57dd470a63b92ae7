"""Tables of counts: whole, known in part, of two outcomes; trial sets and classes as text."""

import json
from pathlib import Path

from edits import NUMBERS, Rows, hostile_text, spoiled_tables, spoiled_text
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from registry import Reader
from rule import Case

import bayes_ivig as bi
from bayes_ivig.inputs.characteristics.classes import classes
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.joint_dataset import JointDataset, load_joint_dataset
from bayes_ivig.inputs.counts.known_in_part import KnownInPart, load_known_in_part
from bayes_ivig.inputs.counts.partial import load_partial
from bayes_ivig.reporting.counts.partial_text import partial_document, partial_lines
from bayes_ivig.reporting.counts.text import counts_document, counts_lines

FOUR = ["treatment_events", "treatment_total", "control_events", "control_total"]
HEADERS = (FOUR, ["ai", "n1i", "ci", "n2i"], ["event.e", "n.e", "event.c", "n.c"])
STUDY = {"ai": ("study", "slab", "author"), "event.e": ("study", "studlab")}
OTHERS = ("year", "note", "status", "basis", "design_effect", "randomised", "treatment_events_status")
CELLS = {
    "year": ("1999", "2024", ""),
    "note": ("", "a, b", 'say "x"', "línea", "two\nlines"),
    "status": ("reported", "derived", ""),
    "basis": ("Table 2", ""),
    "design_effect": ("1", "1.5", "", "0.9"),
    "randomised": ("yes", "no", "0", "1", "NR"),
    "treatment_events_status": ("reported", "imputed", "", "unknown"),
}
NAMES = st.one_of(
    st.sampled_from(("Adams 2001", "Baker", "Ærø & Sons", "試験", "C", "D, E", "-F", "0")),
    hostile_text.filter(str.strip),
)


@st.composite
def arms(draw: st.DrawFn) -> list[int]:
    """Events and total of one arm."""
    total = draw(st.one_of(st.integers(0, 60), st.sampled_from((0, 1, 10**6, 10**9))))
    return [draw(st.one_of(st.just(0), st.just(total), st.integers(0, total))), total]


@st.composite
def counts(draw: st.DrawFn, outcomes: bool = True) -> Rows:
    """A table that can be read: header and rows, some under the names of other programs."""
    header = list(draw(st.sampled_from(HEADERS)) if draw(st.booleans()) else FOUR)
    others = draw(st.lists(st.sampled_from(OTHERS), unique=True, max_size=3))
    named = ["outcome"] if outcomes and draw(st.integers(0, 7)) == 0 else []
    size = draw(st.integers(1, 6))
    plain = draw(st.integers(0, 2)) > 0
    names = (
        [f"Trial {i}" for i in range(size)]
        if plain
        else draw(st.lists(NAMES, min_size=size, max_size=size, unique_by=str.strip))
    )
    rows = [
        [
            names[i],
            *map(str, draw(arms()) + draw(arms())),
            *(draw(st.sampled_from(CELLS[name])) for name in others),
            *(draw(st.sampled_from(("live", "dead"))) for _ in named),
        ]
        for i in range(size)
    ]
    study = draw(st.sampled_from(STUDY.get(header[0], ("study",))))
    return [[study, *header, *others, *named], *rows]


def one_table(content: SearchStrategy[bytes], *arguments: SearchStrategy[str]) -> SearchStrategy[Case]:
    """Return cases of one CSV, with arguments."""
    return st.builds(lambda table, *rest: Case({"t.csv": table}, rest), content, *arguments)


def read_counts(folder: Path, case: Case) -> Dataset:
    outcome = case.arguments[0]
    return bi.load_dataset(folder / "t.csv", outcome or None)


def counts_hold(dataset: Dataset) -> None:
    again = Dataset.from_dataframe(dataset.to_dataframe())
    assert again.studies == dataset.studies
    assert json.dumps(counts_document(dataset), allow_nan=False)
    assert all(isinstance(line, str) for line in counts_lines(dataset))
    if any(study.informative for study in dataset.studies):
        assert bi.text(bi.pool(dataset, method="mh"))


@st.composite
def in_part(draw: st.DrawFn) -> Rows:
    """A table with unknown counts, narrowed at times."""
    header = [*FOUR]
    limits = ["treatment_events_min", "treatment_events_max", "control_events_min", "control_events_max"]
    shown = draw(st.lists(st.sampled_from(limits), unique=True, max_size=4))
    rows = []
    for i in range(draw(st.integers(1, 4))):
        (r1, n1), (r0, n0) = draw(arms()), draw(arms())
        known = draw(st.tuples(st.booleans(), st.booleans()))
        cells = [f"Trial {i}", str(r1) if known[0] else "", str(n1), str(r0) if known[1] else "", str(n0)]
        inside = {
            limits[0]: r1 // 2,
            limits[1]: (r1 + n1) // 2,
            limits[2]: r0 // 2,
            limits[3]: (r0 + n0) // 2,
        }
        rows.append([*cells, *(draw(st.sampled_from((str(inside[name]), ""))) for name in shown)])
    return [["study", *header, *shown], *rows]


def read_in_part(folder: Path, case: Case) -> tuple[bi.published.PartialTable, KnownInPart | None]:
    path = folder / "t.csv"
    return load_partial(path, case.arguments[0] or None), load_known_in_part(path, case.arguments[0] or None)


def in_part_holds(read: tuple[bi.published.PartialTable, KnownInPart | None]) -> None:
    table, known = read
    assert table.size >= 1
    assert load_partial(table) == table
    if known is not None:
        assert json.dumps(partial_document(known), allow_nan=False)
        assert partial_lines(known)


@st.composite
def joint(draw: st.DrawFn) -> Rows:
    """Live births, and preterm births among them."""
    rows = []
    for i in range(draw(st.integers(1, 4))):
        (r1, n1), (r0, n0) = draw(arms()), draw(arms())
        preterm = [draw(st.sampled_from((str(births // 2), "", "0", "NR"))) for births in (r1, r0)]
        rows.append([f"Trial {i}", str(r1), str(n1), str(r0), str(n0), *preterm])
    return [["study", *FOUR, "treatment_preterm", "control_preterm"], *rows]


def read_joint(folder: Path, case: Case) -> JointDataset:
    return load_joint_dataset(folder / "t.csv")


def joint_holds(data: JointDataset) -> None:
    assert JointDataset.from_columns(data.as_dataset()).preterm == data.preterm
    assert len(data.preterm_studies()) == sum(data.informative)


THREE = (
    b"study,treatment_events,treatment_total,control_events,control_total,kind,year\nA,3,10,1,10,x,1999\n"
    b'B,0,5,0,6,y,2001\n"C, D",4,9,5,9,x,\n'
)
SELECTIONS = (
    "all",
    "A",
    "A,B",
    "-A",
    "-uninformative",
    "A, -B",
    "all, -uninformative",
    "-A, -B",
    '"C, D"',
    "C, D",
    "kind",
    "year >= 2000",
)


def read_selection(folder: Path, case: Case) -> object:
    data = bi.load_dataset(folder / "t.csv")
    how, text = case.arguments
    return data.trials(text) if how == "trials" else classes(data, text)


selections = st.builds(
    lambda how, text: Case({"t.csv": THREE}, (how, text)),
    st.sampled_from(("trials", "trials", "classes")),
    st.one_of(
        st.sampled_from(SELECTIONS), spoiled_text(st.sampled_from(SELECTIONS), 2), st.sampled_from(NUMBERS)
    ),
)
OUTCOME = st.sampled_from(("",) * 12 + ("live", "dead", "nope"))
READERS = (
    Reader("counts", one_table(spoiled_tables(counts()), OUTCOME), read_counts, counts_hold),
    Reader("known in part", one_table(spoiled_tables(in_part()), OUTCOME), read_in_part, in_part_holds),
    Reader("two outcomes", one_table(spoiled_tables(joint())), read_joint, joint_holds),
    Reader("selections", selections, read_selection),
)
