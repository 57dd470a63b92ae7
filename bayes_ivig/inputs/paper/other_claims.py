"""Claims of other kinds than pooled results: a percentage of a count, parts of a total,
one study's effect, mirror images.

One row of a CSV each, with a column ``kind``. Only ``kind`` and ``subject`` must stand in every row; what a
kind needs and a row does not give leaves that claim without an answer, it is no error.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.study import COUNTS, count_problems
from bayes_ivig.inputs.estimates.studies import whole_number
from bayes_ivig.inputs.paper.claim_rows import level, one_of, read_rows
from bayes_ivig.inputs.paper.claims import MEASURES, NUMBERS, Printed
from bayes_ivig.inputs.paper.stated_rule import parse_rules

KINDS = {
    "percentage": "printed is the percentage, parts the count, total what it is a count of",
    "sum": "parts, separated by semicolons, add up to total; printed is the total as another place prints it",
    "equal": "printed, every one of parts, and total are one number",
    "study_effect": "one study's estimate and limits, with its four counts as far as they are known",
    "complement": ("two outcomes of the claims, as in 'survival against death', that are mirror images"),
    "rule": (
        "when the paper says it uses which model: 'fixed: "
        "heterogeneity_p >= 0.10 or i2_percent <= 50; random: ...'"
    ),
}
About = Literal["paper", "other"]
ABOUT: tuple[str, ...] = get_args(About)
NEEDED = ("kind", "subject")
COLUMNS = (
    *NEEDED,
    "printed",
    "parts",
    "total",
    "measure",
    *COUNTS,
    *NUMBERS,
    "level",
    "about",
    "where",
    "source",
    "note",
)


@dataclass(frozen=True, slots=True)
class OtherClaim:
    """One row of other claims, numbers kept as printed; what is not printed is None,
    or an empty tuple for ``parts``.

    ``about`` is ``"other"`` for what another paper prints than the one that is audited: it is counted apart.
    ``rule`` holds the text of column ``parts`` where the kind is ``"rule"``, ``percent`` whether a percent
    sign stood there.
    """

    kind: str
    subject: str
    printed: Printed | None = None
    parts: tuple[Printed, ...] = ()
    total: Printed | None = None
    measure: str = ""
    treatment_events: int | None = None
    treatment_total: int | None = None
    control_events: int | None = None
    control_total: int | None = None
    estimate: Printed | None = None
    ci_lower: Printed | None = None
    ci_upper: Printed | None = None
    level: float = 0.95
    rule: str = ""
    percent: bool = False
    about: About = "paper"
    where: str = ""
    source: str = ""
    note: str = ""

    @property
    def counts(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Treatment events and total, control events and total; None for what is not known."""
        return self.treatment_events, self.treatment_total, self.control_events, self.control_total


def read_other_claims(path: str | Path | tables.Table) -> tuple[OtherClaim, ...]:
    """Read a CSV of other claims; raises one ``DataError`` that lists every problem with row and column."""
    rows = read_rows(path, needed=NEEDED, allowed=COLUMNS, called=("other claims", "claim"), fields=_fields)
    return tuple(OtherClaim(**row) for row in rows)  # type: ignore[arg-type]  # _fields gives each its type


def holds_other_claims(path: str | Path) -> bool:
    """Whether a CSV has the header of other claims rather than of pooled results."""
    columns = tables.read_csv(path).columns
    return "kind" in columns and "outcome" not in columns


def _fields(record: dict[str, str]) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """Turn the cells of one row into the fields of a claim, and list what is wrong with them."""
    fields: dict[str, object] = {}
    problems: list[tuple[str, str]] = []
    for column, cell in record.items():
        if column not in COLUMNS or (not cell and column not in NEEDED):
            continue
        try:
            fields |= _field(column, cell, record.get("kind", "").lower())
        except (DataError, ValueError) as error:
            problems.append((column, str(error)))
    counts = {column: value for column in COUNTS if isinstance(value := fields.get(column), int)}
    return fields, problems + count_problems(counts)


def _field(column: str, cell: str, kind: str) -> dict[str, object]:
    """Return one cell as its column's type; raises with what was found and what must stand there."""
    closed = {
        "kind": (kind, tuple(KINDS)),
        "about": (cell.lower(), ABOUT),
        "measure": (cell.upper(), MEASURES),
    }
    if column in closed:
        return {column: one_of(*closed[column])}
    if column == "parts":
        return _parts(cell, kind)
    if column in (*COUNTS, "level"):
        return {column: level(cell) if column == "level" else whole_number(cell)}
    if column in ("printed", "total", *NUMBERS):
        return {column: Printed(_bare(cell))} | ({"percent": True} if cell.endswith("%") else {})
    if column == "subject" and not cell:
        raise ValueError("blank; say what the claim is about")
    return {column: cell}


def _parts(cell: str, kind: str) -> dict[str, object]:
    """Return the parts of a sum; the parts of a rule are a text."""
    if kind == "rule":
        parse_rules(cell)
        return {"rule": cell}
    if kind == "complement":
        return {"rule": cell}
    parts = tuple(Printed(_bare(part.strip())) for part in cell.split(";") if part.strip())
    return {"parts": parts} | ({"percent": True} if "%" in cell else {})


def _bare(cell: str) -> str:
    return cell.removesuffix("%").rstrip()
