"""The report as Markdown, with the charts as files beside it."""

import re

from bayes_ivig.reporting.document.blocks import (
    Block,
    Cell,
    Code,
    Equations,
    Explorer,
    Figure,
    Items,
    Notes,
    Page,
    Prose,
    References,
    Section,
    Table,
    Text,
)
from bayes_ivig.reporting.document.citations import listed
from bayes_ivig.reporting.document.inline import plain

CHARTS = "charts"
# _ inside a word and ~ alone mean nothing
SPECIAL = re.compile(r"[\\`*\[\]|$]|(?<![^\W_])_|_(?![^\W_])|~(?=\S)|(?<=\S)~")
TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#?\w+;)")
FIRST = re.compile(
    r"^(?P<number>\d{1,9}(?=[.)](?:\s|$)))?(?P<sign>[#>+=.)-])(?=[\s#=-]|$)"
)  # what begins another kind of block
FENCE = re.compile("`+")
BLANKS = re.compile(r"\s+")


def markdown_of(page: Page) -> str:
    """Return a page as Markdown."""
    parts = [f"# {escaped(page.title)}", escaped_line(page.subtitle)]
    for section in page.sections:
        parts += _section(section, page, 2)
    parts += ["---", *(escaped_line(line) for line in page.foot)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    plain = BLANKS.sub(" ", TAG.sub("&lt;", ENTITY.sub("&amp;", text))).strip()
    return SPECIAL.sub(lambda match: f"\\{match.group()}", plain)


def escaped_line(text: str) -> str:
    """Return text that Markdown shows as it is where it begins a line: no heading, list, quote or rule."""
    return FIRST.sub(lambda match: f"{match['number'] or ''}\\{match['sign']}", escaped(text))


def _section(section: Section, page: Page, level: int) -> list[str]:
    parts = [f"{'#' * level} {escaped(page.heading(section))}"]
    for block in section.blocks:
        parts += _block(block, page)
    for inner in section.sections:
        parts += _section(inner, page, level + 1)
    return parts


def _block(block: Block, page: Page) -> list[str]:
    match block:
        case Table():
            return [
                f"**Table {page.number(block)}.** {escaped(block.heading)}",
                _table(block, page),
                *_details(block, page),
            ]
        case Figure():
            caption = f"**Figure {page.number(block)}.** {escaped(block.caption)}"
            return [f"![{escaped(block.alternative)}]({CHARTS}/{block.name}.svg)", caption]
        case Text(text, style):
            return [_styled(text, style)]
        case Prose(parts, style):
            return [_styled(plain(parts, page.citations), style)]
        case _:
            return ["\n".join(_lines(block, page))]


def _styled(text: str, style: str) -> str:
    mark = {"lead": "**", "note": "*", "": ""}[style]
    return f"{mark}{escaped(text) if mark else escaped_line(text)}{mark}"


def _lines(block: Items | Code | Equations | References | Notes | Explorer, page: Page) -> list[str]:
    match block:
        case Items(items):
            return [
                f"- {escaped_line(item if isinstance(item, str) else plain(item, page.citations))}"
                for item in items
            ]
        case Code(text):
            return _code(text)
        case Equations(lines):
            return _code("\n".join(line.plain for line in lines))
        case References(works):
            return [_reference(*entry) for entry in listed(works, page.citations)]
        case Notes():
            return [f"- **{name}** {escaped(line)}" for line, name in page.notes.items()]
        case Explorer():
            return ["*Only in report.html: controls for a prior and a choice of trials of your own.*"]


def _code(text: str) -> list[str]:
    """Return lines shown as they are, in fences longer than any in them."""
    fence = "`" * max(3, 1 + max(map(len, FENCE.findall(text)), default=0))
    return [f"{fence}text", text, fence]


def _reference(number: int, text: str, doi: str) -> str:
    return f"{number}. {escaped(text)}{f' [doi:{escaped(doi)}](https://doi.org/{doi})' if doi else ''}"


def _table(table: Table, page: Page) -> str:
    rules = {"number": "---:"}
    lines = [
        [escaped(column.title) for column in table.columns],
        [rules.get(column.align, "---") for column in table.columns],
    ]
    for row in table.shown:
        lines.append([_cell(cell, page) for cell in row])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell, page: Page) -> str:
    text, after = escaped(cell.text), escaped(plain(cell.after, page.citations))
    apart = " " if after and after[0] != " " and text else ""
    return f"{f'**{text}**' if cell.tone == 'strong' else text}{apart}{after}"


def _details(table: Table, page: Page) -> list[str]:
    letters, own = page.letters(table), page.own_details(table)
    parts = [f"Notes: {', '.join(letters)}"] if letters else []
    if own:
        parts.append("\n".join(["Details", *(f"- {escaped_line(line)}" for line in own)]))
    return parts
