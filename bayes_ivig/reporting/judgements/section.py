"""The section of what a person judged; without judgements there is none, and what a report does not cover
says so in a line.
"""

from bayes_ivig.reporting.document.blocks import Block, Section, Text
from bayes_ivig.reporting.judgements.table import bias_again_table, certainty_table, differences_table
from bayes_ivig.reporting.judgements.words import before_sentence
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

KEY, TITLE = "judgements", "Certainty of the evidence (GRADE) and other judgements"


def judgements_section(reanalysis: Reanalysis) -> Section | None:
    """Return the tables of what was entered; None where nothing was."""
    judged = [each.about.judgements for each in reanalysis.outcomes if each.about.judgements]
    if not judged:
        return None
    certainty = certainty_table(reanalysis)
    blocks: list[Block] = [certainty or Text("Certainty of the evidence by GRADE: not judged.")]
    blocks += [each for each in (bias_again_table(reanalysis), differences_table(reanalysis)) if each]
    befores = dict.fromkeys(each.stated_before for each in judged)
    blocks += [Text(before_sentence(before)) for before in befores if before is not None or len(befores) == 1]
    return Section(KEY, TITLE, tuple(blocks))
