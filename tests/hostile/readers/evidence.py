"""The evidence beside the counts: search, risk of bias, other meta-analyses; the bibliography."""

from pathlib import Path

from edits import Rows, hostile_text, spoiled_bytes, spoiled_tables
from hypothesis import strategies as st
from readers.counts import THREE
from registry import Reader
from rule import Case

from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.evidence.search import stages, steps_of
from bayes_ivig.inputs.evidence.tables import OWN, own_evidence
from bayes_ivig.inputs.paper.bibliography import Work, read_bibliography

TABLES: dict[str, tuple[list[str], tuple[tuple[str, ...], ...]]] = {
    "prisma": (
        ["step", "count", "kind", "note"],
        (("found", "screened", "included"), ("100", "1234", "0", ""), ("kept", "removed"), ("", "why")),
    ),
    "risk_of_bias": (
        ["study", "sequence", "blinding"],
        (("A", "B", "C, D"), ("+", "?", "-", ""), ("+", "?", "-")),
    ),
    "guidelines": (["organisation", "statement", "year"], (("ESHRE",), ("Do it.", "Do not."), ("2018", ""))),
    "characteristics": (["study", "age", "dose"], (("A", "B"), ("31", "NR", ""), ("0.4 g/kg", ""))),
    "external_evidence": (
        ["label", "outcome", "measure", "estimate", "ci_lower", "ci_upper"],
        (("Wang 2020",), ("live birth",), ("OR", "RR"), ("1.1",), ("0.9", ""), ("1.4", "")),
    ),
}


@st.composite
def tables(draw: st.DrawFn, name: str) -> Rows:
    header, cells = TABLES[name]
    return [
        header,
        *([draw(st.sampled_from(column)) for column in cells] for _ in range(draw(st.integers(1, 4)))),
    ]


@st.composite
def evidence(draw: st.DrawFn) -> Case:
    """A table of counts, its sidecar, and a table of evidence that it names."""
    name = draw(st.sampled_from(sorted(TABLES)))
    sidecar = f'[evidence]\n{name} = "e.csv"\n'.encode()
    return Case({"t.csv": THREE, "t.toml": sidecar, "e.csv": draw(spoiled_tables(tables(name)))})


def read_evidence(folder: Path, case: Case) -> dict[str, Table]:
    return own_evidence(folder / "t.csv")


def evidence_holds(read: dict[str, Table]) -> None:
    assert set(read) <= set(OWN)
    for name, table in read.items():
        records = table.records()
        assert all(len(record) == len(table.columns) for record in records)
        if name == "prisma":
            steps = steps_of(records)
            assert sum(1 + len(stage.removed) for stage in stages(steps)) <= len(steps)


FIELDS = ("title", "journal", "year", "doi", "note", "pages", "publisher")
VALUES = st.one_of(
    st.sampled_from(
        ("A title", "2024", "The {Cochrane} Collaboration", "10.1/x", "a {b {c}} d", "1--9", "ü")
    ),
    hostile_text,
)
works = st.builds(
    lambda key, kind, author, fields, quoted: (
        f"@{kind}{{{key},\n  author = {{{author}}},\n"
        + ",\n".join(f'  {name} = "{value}"' if quoted else f"  {name} = {{{value}}}" for name,
        value in fields)
        + "\n}\n"
    ),
    st.sampled_from(("yuan2024", "a", "b2001", "c:d")), st.sampled_from(("article", "book", "misc")),
    st.sampled_from(("Yuan, Xin and Zhang, Wei", "{World Health Organization and others}", "Solo",
    "others")),
    st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=4), st.booleans(),
)  # fmt: skip
bibliographies = (
    st.lists(works, min_size=1, max_size=4).map(lambda parts: "% note\n\n" + "\n".join(parts)).map(str.encode)
)


def read_works(folder: Path, case: Case) -> tuple[Work, ...]:
    return read_bibliography(folder / "r.bib")


def works_hold(read: tuple[Work, ...]) -> None:
    assert len({work.key for work in read}) == len(read)
    assert all(work.authors for work in read)


READERS = (
    Reader("evidence tables", evidence(), read_evidence, evidence_holds),
    Reader(
        "bibliographies",
        st.one_of(bibliographies, spoiled_bytes(bibliographies)).map(
            lambda content: Case({"r.bib": content})
        ),
        read_works,
        works_hold,
    ),
)
