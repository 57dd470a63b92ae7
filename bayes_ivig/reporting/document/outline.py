"""The table of contents: which sections stand together, and which keys the page keeps for itself
and which it gives to outcomes.
"""

from itertools import groupby

from bayes_ivig.reporting.document.blocks import Page, Section
from bayes_ivig.reporting.wording import outcomes
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

SUMMARY, RESULTS, EVIDENCE, APPENDICES = "Summary", "Results", "Evidence", "Appendices"
GROUPS = {SUMMARY: ("brief", "bring"), EVIDENCE: ("contradictions", "judgements", "not_covered")}
BEHIND = (
    "answer", "findings", "data", "guidelines", "methods", "diagnostics", "checklist", "reproduce",
    "glossary", "references", "notes",
)  # fmt: skip
ACROSS = ("harm",)  # stands with the outcomes
INSIDE = ("characteristics", "bias", "search", "reviews", "priors", "pooling", "summaries", "checks")
# no outcome may have these for a key
RESERVED = (*(key for keys in GROUPS.values() for key in keys), *BEHIND, *ACROSS, *INSIDE)

KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def contents(page: Page) -> list[tuple[str, list[Section]]]:
    """Return the sections of a page in groups, in the order they stand in."""
    return [(group, list(sections)) for group, sections in groupby(page.sections, key=_group)]


def _group(section: Section) -> str:
    if section.appendix:
        return APPENDICES
    return next((group for group, keys in GROUPS.items() if section.key in keys), RESULTS)


def outcome_keys(reanalysis: Reanalysis) -> dict[str, str]:
    """Return the key of every outcome's section in the report, by the outcome's name, in their order."""
    names = [outcome.name for outcome in outcomes.in_order(reanalysis)]
    return dict(zip(names, unique_keys(names, RESERVED), strict=True))


def unique_keys(names: list[str], taken: tuple[str, ...] = ()) -> list[str]:
    """Return a key per name that is fit for file names and links,
    no two alike and none of those ``taken``.
    """
    keys: list[str] = []
    for name in names:
        plain = "".join(c if c in KEY_LETTERS else "_" for c in name.lower()).strip("_")[:40] or "outcome"
        key = next(
            k
            for k in (plain, *(f"{plain}_{i}" for i in range(2, len(names) + 3)))
            if k not in (*keys, *taken)
        )
        keys.append(key)
    return keys
