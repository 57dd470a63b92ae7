"""What papers print: claims of pooled results and of other kinds, both held against known counts."""

import json
from collections.abc import Callable
from pathlib import Path

from edits import NUMBERS, Rows, spoiled_tables
from hypothesis import strategies as st
from registry import Reader
from rule import Case

import bayes_ivig as bi
from bayes_ivig.inputs.paper.claims import COLUMNS, NEEDED, load_claims
from bayes_ivig.inputs.paper.other_claims import COLUMNS as OTHER_COLUMNS
from bayes_ivig.inputs.paper.other_claims import KINDS, read_other_claims

PRINTED = st.one_of(
    st.sampled_from(
        ("1", "1.0", "0.95", "7.90", "12", "0", "-0.30", "2.5", "<0.05", "0.049", "50", "95%", "100", "1·5")
    ),
    st.decimals(-99, 99, places=2).map(str),
)
CELLS = {
    "outcome": ("live birth", "dead", "a"), "measure": ("OR", "RR", "or", "RD", "HR"), "k": ("3", "1", ""),
    "n": ("60", "", "0"),
    "k_estimable": ("2", ""), "i2_percent": ("0", "50%", "12.5", ""), "heterogeneity_p": ("0.10", "<0.05",
    ""),
    "effect_p": ("0.049", ">0.05", "5%", ""), "level": ("0.95", "", "0.9"), "model": ("random", "fixed",
    "", "unstated"),
    "method": ("", "DL"), "where": ("Table 1", ""), "source": ("x2024", ""), "note": ("", "a; b"),
}  # fmt: skip
OTHER_CELLS = {
    "kind": tuple(KINDS), "subject": ("live birth", "Trial 1", "a against b"), "parts": ("10; 20",
    "5%; 3%", "1", ""),
    "measure": ("OR", "RR", ""), "level": ("0.95", ""), "about": ("paper", "other", ""), "where": ("",),
    "source": ("",), "note": ("",),
}  # fmt: skip
COUNTS = b"study,treatment_events,treatment_total,control_events,control_total\nA,3,20,5,20\nB,7,30,9,31\n"


@st.composite
def claims(draw: st.DrawFn) -> Rows:
    """A table of claims that can be read."""
    more = draw(st.lists(st.sampled_from(COLUMNS[len(NEEDED) :]), unique=True, max_size=6))
    header = [*NEEDED, *more]
    wide = draw(st.integers(0, 9)) == 0

    def cell(name: str) -> st.SearchStrategy[str]:
        if name in CELLS:
            return st.sampled_from(CELLS[name])
        return (
            st.sampled_from(NUMBERS)
            if wide
            else PRINTED.filter(lambda text: "<" not in text and "%" not in text)
        )

    return under(draw, header, cell)


@st.composite
def other_claims(draw: st.DrawFn) -> Rows:
    """A table of other claims that can be read."""
    more = draw(st.lists(st.sampled_from(OTHER_COLUMNS[2:]), unique=True, max_size=8))
    header = ["kind", "subject", *more]

    def cell(name: str) -> st.SearchStrategy[str]:
        if name in OTHER_CELLS:
            return st.sampled_from(OTHER_CELLS[name])
        if "_events" in name or "_total" in name:
            return st.sampled_from(("", "3" if "events" in name else "20"))
        return st.one_of(st.just(""), PRINTED)

    return under(draw, header, cell)


def under(draw: st.DrawFn, header: list[str], cell: Callable[[str], st.SearchStrategy[str]]) -> Rows:
    """Draw one to three rows under a header, each cell by its column."""
    return [header, *([draw(cell(name)) for name in header] for _ in range(draw(st.integers(1, 3))))]


def read(folder: Path, case: Case) -> bi.published.Audit:
    counts = folder / "counts.csv" if case.arguments[0] else None
    return bi.published.audit(folder / "claims.csv", counts)


def read_rest(folder: Path, case: Case) -> bi.published.Audit:
    read_other_claims(folder / "other.csv")
    if not case.arguments[0]:
        return bi.published.audit(folder / "other.csv")
    return bi.published.audit(
        load_claims(folder / "claims.csv"), folder / "counts.csv", other=folder / "other.csv"
    )


def holds(audit: bi.published.Audit) -> None:
    assert json.dumps(audit.to_dict(), allow_nan=False)
    assert bi.text(audit)


GOOD = b"outcome,measure,estimate,ci_lower,ci_upper,k,n\nlive birth,OR,0.71,0.29,1.74,2,101\n"
COUNTED = st.sampled_from(("",) * 9 + ("counts",))  # which takes a second
READERS = (
    Reader(
        "claims",
        st.builds(
            lambda content, counts: Case({"claims.csv": content, "counts.csv": COUNTS}, (counts,)),
            spoiled_tables(claims()),
            COUNTED,
        ),
        read,
        holds,
    ),
    Reader(
        "other claims",
        st.builds(
            lambda content, counts: Case(
                {"other.csv": content, "claims.csv": GOOD, "counts.csv": COUNTS}, (counts,)
            ),
            spoiled_tables(other_claims()),
            COUNTED,
        ),
        read_rest,
        holds,
    ),
)
