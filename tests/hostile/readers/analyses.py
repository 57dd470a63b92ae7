"""Commands on tables that can be read and are hard to compute with: no events, or a billion people."""

from edits import Rows, written
from hypothesis import strategies as st
from readers.commands import holds, run
from readers.counts import FOUR, in_part
from registry import Reader
from rule import Case

COMMANDS = (
    ("fit", "t.csv"),
    ("fit", "t.csv", "--likelihood", "normal"),
    ("fit", "t.csv", "--likelihood", "hypergeometric"),
    ("fit", "t.csv", "--effects", "common", "--json"),
    ("fit", "t.csv", "--tau-prior", "half_cauchy(1)", "--mu-prior", "flat()"),
    ("pool", "t.csv"),
    ("pool", "t.csv", "--method", "reml", "--hartung-knapp"),
    ("pool", "t.csv", "--method", "peto", "--json"),
    ("pool", "t.csv", "--method", "glmm-cm-el"),
    ("pool", "t.csv", "--measure", "RD"),
    ("compare-priors", "t.csv", "--mu", "normal(0, 1)", "--tau", "half_normal(1)"),
    ("subsets", "t.csv"),
    ("subsets", "t.csv", "--leave-one-out", "--json"),
    ("tipping", "t.csv"),
    ("benefit", "t.csv"),
    ("check", "t.csv"),
    ("data", "show", "t.csv"),
    ("audit", "claims.csv", "--counts", "t.csv"),
)
CLAIM = b"outcome,measure,estimate,ci_lower,ci_upper,k,n\ndeaths,OR,0.71,0.29,1.74,2,101\n"
TOTALS = (0, 1, 2, 3, 10, 40, 1000, 10**6, 10**9)


@st.composite
def hard(draw: st.DrawFn) -> Rows:
    """A table of counts, each arm empty, full or between, of any size."""
    rows = []
    for i in range(draw(st.integers(1, 4))):
        cells: list[int] = []
        for _ in range(2):
            total = draw(st.one_of(st.sampled_from(TOTALS), st.integers(5, 60)))
            near = st.sampled_from((0, total, total // 2, min(1, total), max(total - 1, 0)))
            cells += [draw(st.one_of(near, st.integers(0, total))), total]
        rows.append([f"Trial {i}", *map(str, cells)])
    return [["study", *FOUR], *rows]


def small(rows: Rows) -> bool:
    """Whether no arm is so large that its own counts take seconds to go through."""
    return all(len(cell) < 4 for row in rows[1:] for cell in row[1:])


READERS = (
    Reader(
        "analyses",
        st.builds(
            lambda rows, words: Case({"t.csv": written(rows), "claims.csv": CLAIM}, words),
            hard(),
            st.sampled_from(COMMANDS),
        ),
        run,
        holds,
        accepts=(0.3, 1.0),
        share=0.08,
    ),
    Reader(
        "reconstructions",
        in_part()
        .filter(small)
        .map(
            lambda rows: Case(
                {"part.csv": written(rows[:4]), "claims.csv": CLAIM},
                ("reconstruct", "part.csv", "--claims", "claims.csv", "--time-limit", "1"),
            )
        ),
        run,
        holds,
        accepts=(0.1, 1.0),
        share=0.08,
    ),
)
