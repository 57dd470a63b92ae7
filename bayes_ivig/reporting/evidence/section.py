"""The evidence behind a reanalysis as a section: counts, studies, search and risk of bias."""

from bayes_ivig.reporting.document.blocks import Block, Items, Section, Text
from bayes_ivig.reporting.evidence import table as evidence
from bayes_ivig.reporting.evidence.bias_section import bias_blocks
from bayes_ivig.reporting.evidence.search_section import search_blocks
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


def data_section(reanalysis: Reanalysis) -> Section:
    """Return what is known of the trials and how; parts that no table speaks of are left out."""
    blocks: list[Block] = [Text(phrases.name(reanalysis.about.note))] if reanalysis.about.note else []
    if items := evidence.status_items(reanalysis):
        blocks.append(Items(items))
    blocks.append(evidence.counts_table(reanalysis))
    made = (
        ("characteristics", "Study characteristics", evidence.characteristics_table(reanalysis)),
        ("search", "Search and selection", search_blocks(reanalysis)),
        ("bias", "Risk of bias", bias_blocks(reanalysis)),
        ("reviews", "Other meta-analyses", evidence.other_reviews_table(reanalysis)),
    )
    inner = tuple(
        Section(key, title, shown if isinstance(shown, tuple) else (shown,))
        for key, title, shown in made
        if shown
    )
    return Section("data", "Data and provenance", tuple(blocks), inner)
