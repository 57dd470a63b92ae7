"""The reporting checklists, filled in from what the report contains."""

from collections.abc import Sequence

from bayes_ivig.reporting.document.blocks import Column, Prose, Section, Table
from bayes_ivig.reporting.document.citations import references_section
from bayes_ivig.reporting.document.inline import Cite, Part
from bayes_ivig.reporting.report.barg_section import barg_items
from bayes_ivig.reporting.report.checklist_item import item_row
from bayes_ivig.reporting.report.prisma_section import prisma_items
from bayes_ivig.reporting.report.reproduce_section import reproduce_section
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

HEADS = (
    Column("Item", "text"),
    Column("What it asks", "long"),
    Column("Here", "short"),
    Column("Where and how", "long"),
)


def closing_sections(reanalysis: Reanalysis, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the end of a page: the checklist of all its sections, how to reproduce it,
    and the works it cites.
    """
    reproduced = reproduce_section(reanalysis)
    return checklist_section(reanalysis, (*sections, reproduced)), reproduced, references_section()


def refilled(reanalysis: Reanalysis, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections of a page, some of which were left out,
    with the checklist filled in from those that are there.
    """
    others = tuple(section for section in sections if section.key != "checklist")
    return tuple(
        checklist_section(reanalysis, others) if section.key == "checklist" else section
        for section in sections
    )


def checklist_section(reanalysis: Reanalysis, sections: Sequence[Section]) -> Section:
    """Return the checklist; ``sections`` are those of the page, all of them,
    this one and the references apart.
    """
    known = _titles(sections)
    introduction: tuple[Part, ...] = (
        "Filled in by the program that wrote the report, from what is in it; items in our own words. The "
        "Bayesian analysis reporting guidelines",
        Cite(("kruschke2021",)),
        ":",
    )
    review: tuple[Part, ...] = (
        "PRISMA 2020",
        Cite(("page2021",)),
        ": what it asks of the search and the selection is for the review that found the trials to answer; "
        "these items apply to whoever pools them again.",
    )
    tables = [
        Table(caption, HEADS, tuple(item_row(item, known) for item in asked))
        for caption, asked in (
            ("Reporting checklist: Bayesian analysis reporting guidelines.", barg_items(reanalysis, known)),
            ("Reporting checklist: items of PRISMA 2020 that apply.", prisma_items(reanalysis)),
        )
    ]
    blocks = (Prose(introduction), tables[0], Prose(review), tables[1])
    return Section("checklist", "Reporting checklist", blocks, appendix=True)


def _titles(sections: Sequence[Section]) -> dict[str, str]:
    """Return the title of every section by its key; the parts of an outcome are named with it."""
    every = [inner for section in sections for inner in section.every_section()]
    titles = {section.key: section.title for section in every}
    for above in every:
        for part in above.sections:
            if part.key.startswith(f"{above.key}-"):
                titles[part.key] = f"{above.title}: {part.title[:1].lower() + part.title[1:]}"
    return titles
