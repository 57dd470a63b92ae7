"""One table for a paper as Markdown, as LaTeX with the rules of booktabs, and as a document of Word."""

import io
import re

from bayes_ivig.files.office import MADE, in_xml
from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Table
from bayes_ivig.reporting.document.docx import LONGEST_TITLE, ROOM
from bayes_ivig.reporting.document.docx_parts import with_own_parts
from bayes_ivig.reporting.document.docx_tables import add_table
from bayes_ivig.reporting.wording import numbers

LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{",
    "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "|": "$|$",
    numbers.MINUS: "$-$", "τ": r"$\tau$", "μ": r"$\mu$", "\N{GREEK SMALL LETTER ALPHA}": r"$\alpha$",
    "²": "$^2$", "∞": r"$\infty$", "\N{NO-BREAK SPACE}": "~", FIGURE_SPACE: "",
}  # fmt: skip
SPECIAL = re.compile("|".join(map(re.escape, LATEX)))
PLAIN = re.compile(r"([\\`*_{}\[\]<>|])")


def markdown_of(table: Table) -> str:
    """Return a table as Markdown."""
    headings = [_plain(column.title) for column in table.columns]
    rules = ["---:" if column.align == "number" else "---" for column in table.columns]
    rows = [[_plain(cell.text) for cell in row] for row in table.cells]
    lines = [f"| {' | '.join(cells)} |" for cells in (headings, rules, *rows)]
    return "\n".join([*([_plain(table.caption), ""] if table.caption else []), *lines])


def latex_of(table: Table) -> str:
    """Return a table as a tabular of LaTeX, inside a table where it has a caption; it needs booktabs."""
    places = "".join("r" if column.align == "number" else "l" for column in table.columns)
    headings = " & ".join(_escaped(column.title) for column in table.columns)
    rows = [" & ".join(_escaped(cell.text) for cell in row) + r" \\" for row in table.cells]
    lines = [rf"\begin{{tabular}}{{{places}}}", r"\toprule", headings + r" \\", r"\midrule", *rows]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if table.caption:
        head = [r"\begin{table}", r"\centering", rf"\caption{{{_escaped(table.caption)}}}"]
        lines = [*head, *lines, r"\end{table}"]
    return "\n".join(lines)


def docx_of(table: Table) -> bytes:
    """Return a table as a document of Word (.docx), the same bytes every time."""
    import docx

    document = docx.Document()
    about = document.core_properties
    about.title = in_xml(table.caption)[:LONGEST_TITLE]
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.created = about.modified = MADE.replace(tzinfo=None)
    document.sections[0]._sectPr.attrib.clear()  # numbers of the sessions in which the template was edited
    if table.caption:
        document.add_paragraph(in_xml(table.caption))._p.style = "Caption"
    add_table(document, table, {}, ROOM)
    held = io.BytesIO()
    document.save(held)
    return with_own_parts(held.getvalue())


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return PLAIN.sub(r"\\\1", " ".join(text.replace(FIGURE_SPACE, "").split()))


def _escaped(text: str) -> str:
    """Return a text that LaTeX shows as it is, on one line."""
    one = re.sub(r"[ \n\r\t]+", " ", text).strip()
    return SPECIAL.sub(lambda found: LATEX[found.group()], one)
