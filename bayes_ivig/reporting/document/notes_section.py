"""Where the notes stand that tables share."""

from bayes_ivig.reporting.document.blocks import Notes, Section, Table, Text
from bayes_ivig.reporting.document.notes import shared

KEY, TITLE = "notes", "Notes to the tables"
INTRODUCTION = "Each of these stands under two or more tables, which name it by its letter."


def with_notes(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return the sections of a page, and after them the place of the notes that their tables share."""
    return *sections, Section(KEY, TITLE, (Text(INTRODUCTION), Notes()), appendix=True)


def if_needed(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return the sections, some of which may have been left out, without a place for notes
    where no two tables share one.
    """
    tables = [block for section in sections for block in section.every_block() if isinstance(block, Table)]
    if shared(table.details for table in tables):
        return sections
    return tuple(section for section in sections if section.key != KEY)
