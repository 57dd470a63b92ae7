"""The brief as the first section of the report: question and answer, figure, findings per 100, and on what
the answer hangs.
"""

from bayes_ivig.reporting.brief.chart import brief_figure
from bayes_ivig.reporting.brief.findings_table import findings_table
from bayes_ivig.reporting.brief.harm_chart import harm_figure
from bayes_ivig.reporting.brief.sentences import BriefSentences, Line, brief_sentences
from bayes_ivig.reporting.document.blocks import Block, Items, Section, Text
from bayes_ivig.reporting.wording import outcomes
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

KEY = "brief"
NOT_ADVICE = (
    "This is statistics about trials that were published. It is not advice to patients or clinicians."
)


def brief_section(reanalysis: Reanalysis) -> Section:
    """Return the brief: its answer in blocks of its own, the rest under headings, what there is of it."""
    said = brief_sentences(reanalysis)
    outcome = outcomes.main_outcome(reanalysis) or next(iter(reanalysis.outcomes), None)
    drawn = (brief_figure(outcome) if outcome else None, findings_table(reanalysis))
    blocks: tuple[Block, ...] = (
        Text(said.question),
        *((Items(said.verdict),) if said.verdict else ()),
        Text(f"{said.words} {said.model}", "note"),
        *(block for block in drawn if block),
    )
    inner = (
        _listed("hangs_on", "What it hangs on", said.hangs_on),
        _listed("would_change", "What would change it", said.would_change),
        _harm(reanalysis, said),
        _listed("wrong", "Found wrong in the paper", said.wrong),
        _limits(said),
    )
    return Section(KEY, "In brief", blocks, tuple(section for section in inner if section))


def _listed(key: str, title: str, lines: tuple[Line, ...]) -> Section | None:
    return Section(f"{KEY}-{key}", title, (Items(lines),)) if lines else None


def _harm(reanalysis: Reanalysis, said: BriefSentences) -> Section | None:
    """Return benefit against harm in a sentence and a bar; None where neither is known."""
    figure = harm_figure(reanalysis)
    blocks = (*((Text(said.harm),) if said.harm else ()), *((figure,) if figure else ()))
    return Section(f"{KEY}-harm", "Benefit against harm", blocks) if blocks else None


def _limits(said: BriefSentences) -> Section:
    """Return what the brief leaves open, and that it is no advice."""
    listed = (Items(said.limits),) if said.limits else ()
    return Section(f"{KEY}-limits", "Limits", (*listed, Text(NOT_ADVICE, "note")))
