"""What a report is made of before it is HTML or Markdown: sections of text, tables and figures."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal

from bayes_ivig.inputs.paper.bibliography import Work
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.reporting.document.inline import Cite, Part
from bayes_ivig.reporting.document.notes import letter, shared
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.equations import Equation

if TYPE_CHECKING:
    import altair as alt

type Align = Literal["text", "short", "number", "long"]
type Tone = Literal["", "low", "unclear", "high", "strong"]
# as wide as a digit, so that limits of different lengths stand under each other
FIGURE_SPACE = "\N{FIGURE SPACE}"
BETWEEN = " to "
MOST_ROWS, LAST = 250, 10  # of a table in a page, and how many of them are its last: totals may stand there


@dataclass(frozen=True)
class Cell:
    """A table cell with a tone: ``strong`` for emphasis, the others for a judgement of risk;
    ``after`` follows its text.
    """

    text: str
    tone: Tone = ""
    after: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column heading; ``number`` columns are set to the right, ``long`` ones hold sentences,
    ``short`` ones do not wrap. For files, ``ends`` says what ``1.80 to 1.04`` are the two ends of, and
    ``unit`` what the heading leaves to the caption.
    """

    title: str
    align: Align = "number"
    ends: tuple[str, str] = ("lower", "upper")
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title, with probabilities kept on one line."""
        return re.sub(
            r"P\([^()]*\)", lambda match: match.group().replace(" ", "\N{NO-BREAK SPACE}"), self.title
        )


@dataclass(frozen=True)
class Table:
    """A table with its caption and the choices behind its numbers; the first column names the rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    details: tuple[str, ...] = ()
    kind: str = "table"

    __repr__ = short_repr

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """All cells, limits padded so that they stand under each other."""
        columns = [
            [c if isinstance(c, Cell) else Cell(c) for c in column] for column in zip(*self.rows, strict=True)
        ]
        return tuple(zip(*(_padded(column) for column in columns), strict=True))

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows that a page shows: all, or of thousands the first and the last."""
        if len(self.rows) <= MOST_ROWS:
            return self.cells
        return self.cells[: MOST_ROWS - LAST] + self.cells[-LAST:]

    @property
    def heading(self) -> str:
        """The caption, which says where rows are left out."""
        if len(self.rows) <= MOST_ROWS:
            return self.caption
        return (
            f"{self.caption} The first {MOST_ROWS - LAST} and the last {LAST} of "
            f"{numbers.count(len(self.rows))} rows; "
            "all of them are in the CSV of this table in the folder tables."
        )


@dataclass(frozen=True, eq=False)
class Figure:
    """A chart with its caption; ``name`` is its file name without the ending,
    ``alternative`` says what it shows.

    ``draw`` makes the chart when it is first wanted: Markdown links to it without drawing it.
    """

    name: str
    caption: str
    alternative: str
    draw: Callable[[], "alt.LayerChart | alt.VConcatChart"]
    kind: str = "figure"

    @cached_property
    def svg(self) -> str:
        """The chart as a document of its own."""
        from altair.utils.schemapi import debug_mode

        from bayes_ivig.reporting.drawing.render import svg_file

        # it would hold every part of a chart to the schema as it is made, and again with every copy
        with debug_mode(False):
            return svg_file(self.draw(), self.alternative)


@dataclass(frozen=True)
class Text:
    """A paragraph; ``lead`` is the sentence to quote, ``note`` an aside."""

    text: str
    style: Literal["", "lead", "note"] = ""
    kind: str = "text"


@dataclass(frozen=True)
class Prose:
    """A paragraph with citations, links or formulas in it."""

    parts: tuple[Part, ...]
    style: Literal["", "lead", "note"] = ""
    kind: str = "prose"


@dataclass(frozen=True)
class Equations:
    """Formulas under each other, each with what its new symbols mean."""

    lines: tuple[Equation, ...]
    kind: str = "equations"


@dataclass(frozen=True)
class References:
    """The list of works cited on the page, out of all that are known."""

    works: tuple[Work, ...]
    kind: str = "references"


@dataclass(frozen=True)
class Notes:
    """The lines that stand under two or more tables of the page, each once; the page knows which."""

    kind: str = "notes"


@dataclass(frozen=True)
class Items:
    """A list of short statements, each a text or what can stand inside a line."""

    items: tuple[str | tuple[Part, ...], ...]
    kind: str = "items"


@dataclass(frozen=True)
class Code:
    """Lines set as they are: equations, commands."""

    text: str
    kind: str = "code"


@dataclass(frozen=True, eq=False)
class Explorer:
    """The part of a page that a reader moves: ``payload`` is what its script reads, ``limits`` where its
    sliders end; the other fields are its texts.
    """

    payload: dict[str, Any]
    limits: dict[str, Any]
    intro: str
    back: str
    observed: str
    nothing: str
    kind: str = "explorer"


type Block = Table | Figure | Text | Prose | Equations | References | Notes | Items | Code | Explorer


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; sections inside come after the blocks.

    An ``appendix`` of a page stands after its other sections, folded where the medium can fold; for a section
    inside another it says nothing.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()
    appendix: bool = False

    def every_section(self) -> Iterator["Section"]:
        """Yield the section and those inside it in reading order."""
        yield self
        for inner in self.sections:
            yield from inner.every_section()

    def every_block(self) -> Iterator[Block]:
        """Yield the blocks in reading order, those of the sections inside too."""
        for section in self.every_section():
            yield from section.blocks


@dataclass(frozen=True)
class Page:
    """A whole report, or its ``brief``, whose links lead to the sections of the report beside it.

    Appendices stand last, whatever their place among the sections given; tables and figures are numbered in
    the order they appear.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = ()
    form: Literal["report", "brief"] = "report"
    _numbers: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.sections, key=lambda section: section.appendix))
        object.__setattr__(self, "sections", ordered)

    def letter(self, section: Section) -> str:
        """Return the letter of an appendix; empty for any other section."""
        keys = [each.key for each in self.sections if each.appendix]
        return letter(keys.index(section.key)).upper() if section.key in keys else ""

    def heading(self, section: Section) -> str:
        """Return the heading of a section: its title, after ``Appendix A.`` where it is an appendix."""
        name = self.letter(section)
        return f"Appendix {name}. {section.title}" if name else section.title

    @cached_property
    def notes(self) -> dict[str, str]:
        """The letter of every line that stands under two or more tables, in the order of the letters;
        none where the page has no place for notes.
        """
        if not any(isinstance(block, Notes) for block in self.blocks()):
            return {}
        return shared(block.details for block in self.blocks() if isinstance(block, Table))

    def letters(self, table: Table) -> tuple[str, ...]:
        """Return the letters of the notes of a table, in their order."""
        return tuple(name for line, name in self.notes.items() if line in table.details)

    def own_details(self, table: Table) -> tuple[str, ...]:
        """Return the lines that stand under this table and nowhere else."""
        return tuple(line for line in table.details if line not in self.notes)

    def number(self, block: Table | Figure) -> int:
        """Return the number of a table among the tables, or of a figure among the figures."""
        if not self._numbers:
            for kind in ("table", "figure"):
                of_its_kind = [each for each in self.blocks() if each.kind == kind]
                self._numbers.update({id(each): i for i, each in enumerate(of_its_kind, start=1)})
        return self._numbers[id(block)]

    @cached_property
    def citations(self) -> dict[str, int]:
        """The number of every work that is cited, in the order of its first citation;
        works that are not known have none.
        """
        known = {work.key for block in self.blocks() if isinstance(block, References) for work in block.works}
        keys = (
            key
            for block in self.blocks()
            for part in parts_of(block)
            if isinstance(part, Cite)
            for key in part.keys
        )
        return {
            key: number
            for number, key in enumerate(dict.fromkeys(key for key in keys if key in known), start=1)
        }

    def blocks(self) -> Iterator[Any]:
        """Yield every block in reading order."""
        for section in self.sections:
            yield from section.every_block()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures in order."""
        return tuple(block for block in self.blocks() if isinstance(block, Figure))


def parts_of(block: Block) -> Iterator[Part]:
    """Yield what stands inside the lines of a block: texts, links, citations."""
    match block:
        case Prose(parts):
            yield from parts
        case Items(items):
            yield from (part for item in items for part in ((item,) if isinstance(item, str) else item))
        case Table(rows=rows):
            yield from (part for row in rows for cell in row if isinstance(cell, Cell) for part in cell.after)
        case _:
            return


def _padded(column: list[Cell]) -> list[Cell]:
    """Pad both limits of intervals such as ``1.50 to 11.61`` to the widths of their column."""
    parts = [cell.text.split(BETWEEN) for cell in column]
    intervals = [len(part) == 2 and all(is_number(limit) for limit in part) for part in parts]
    if not any(intervals):
        return column
    widths = [max(len(pair[i]) for pair in compress(parts, intervals)) for i in (0, 1)]
    return [
        replace(
            cell,
            text=BETWEEN.join(
                limit.rjust(width, FIGURE_SPACE) for limit, width in zip(part, widths, strict=True)
            ),
        )
        if interval
        else cell
        for part, cell, interval in zip(parts, column, intervals, strict=True)
    ]


def is_number(text: str) -> bool:
    """Whether a text is a number as a report prints it: perhaps with a bound
    or a true minus sign before it.
    """
    return bool(text) and (text[0].isdigit() or text[0] in "<>\N{MINUS SIGN}") and text[-1].isdigit()
