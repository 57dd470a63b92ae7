"""The table of contents: which sections stand together, and which keys the page keeps for itself."""

from itertools import groupby

from bayes_ivig.reporting.document.blocks import Page, Section

GROUPS = {
    "Summary": ("answer", "findings", "bring"),
    "Evidence": ("data", "guidelines", "not_covered"),
    "Methods": ("methods", "diagnostics", "checklist", "reproduce", "glossary", "references", "notes"),
}
APPENDICES = "Appendices"
ACROSS = ("harm",)  # stands with the outcomes
INSIDE = (
    "characteristics", "bias", "search", "contradictions", "reviews", "priors", "pooling", "summaries",
    "checks",
)  # fmt: skip
# no outcome may have these for a key
RESERVED = (*(key for keys in GROUPS.values() for key in keys), *ACROSS, *INSIDE)


def contents(page: Page) -> list[tuple[str, list[Section]]]:
    """Return the sections of a page in groups, in the order they stand in."""
    return [(group, list(sections)) for group, sections in groupby(page.sections, key=_group)]


def _group(section: Section) -> str:
    if section.appendix:
        return APPENDICES
    return next((group for group, keys in GROUPS.items() if section.key in keys), "Results")
