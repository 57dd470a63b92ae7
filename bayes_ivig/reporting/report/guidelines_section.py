"""What guidelines say, as told by a table of statements, each with how it is known; without advice."""

from bayes_ivig.reporting.document.blocks import Cell, Column, Section, Table, Text
from bayes_ivig.reporting.document.inline import Cite
from bayes_ivig.reporting.evidence.table import records
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

KNOWN = {
    "read": "read",
    "abstract": "abstract only",
    "secondary source": "told by another source",
    "from memory": "from memory, not checked",
}
COLUMNS = (
    Column("Who", "text"),
    Column("Year", "text"),
    Column("Kind", "short"),
    Column("About", "long"),
    Column("Statement", "long"),
    Column("How it is known", "long"),
)
INTRODUCTION = (
    "What guidelines say, in words of this report. They were written by others, at other times and with "
    "other evidence than the trials reanalysed here, and are given for comparison, not as advice."
)


def guidelines_section(reanalysis: Reanalysis) -> Section | None:
    """Return the statements with their sources; None where no guidelines are given."""
    stated = records(reanalysis, "guidelines")
    if not stated:
        return None
    sentences = [_known(row) for row in stated]
    second_hand = any(row.get("known") == "secondary source" for row in stated)
    line = "Nothing is added to what was read." + (
        " What is told by another source may be incomplete: see the guideline itself." if second_hand else ""
    )
    rows = tuple(
        (
            Cell(
                phrases.name(row["organisation"]),
                after=(Cite((row["source"],)),) if row.get("source") else (),
            ),
            phrases.name(row.get("year", "")) or "undated",
            phrases.name(row.get("kind", "")) or numbers.NONE,
            phrases.name(row.get("population", "")) or numbers.NONE,
            phrases.name(row["statement"]),
            known,
        )
        for row, known in zip(stated, sentences, strict=True)
    )
    return Section(
        "guidelines",
        "What guidelines say",
        (Text(INTRODUCTION), Table("Statements of guidelines.", COLUMNS, rows, (line,))),
    )


def _known(row: dict[str, str]) -> str:
    """Return how a statement is known, and on what basis."""
    known = KNOWN.get(row.get("known", ""), phrases.name(row.get("known", "")))
    basis = phrases.name(row.get("basis", ""))
    return phrases.first_upper("; ".join(text for text in (known, basis) if text)) or numbers.NONE
