"""One outcome that is known from its published summary: its part of the body, and its appendix."""

from functools import partial

from bayes_ivig.reporting.document.blocks import Block, Figure, Items, Section, Text
from bayes_ivig.reporting.document.pointers import appendix_key, as_appendix, pointing
from bayes_ivig.reporting.reconstruction import summary_table as shown
from bayes_ivig.reporting.reconstruction.readings_chart import plot_readings
from bayes_ivig.reporting.reconstruction.section import reconstruction_appendix, reconstruction_section
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome

MISFIT = (
    "Estimate and limits do not fit together, so at least one of them must be wrong. "
    "Each reading takes two as right:"
)


def summary_section(outcome: SummaryOutcome, key: str) -> Section:
    """Return what was printed, how it can be read, and the posterior over the readings."""
    title = outcomes.title(outcome)
    blocks: list[Block] = [
        Text(f"{title} is known {shown.LABEL}. The paper prints: {shown.printed(outcome)}.")
    ]
    if len(outcome.readings) > 1:
        blocks.append(Text(MISFIT))
    blocks.append(Items(shown.reading_sentences(outcome)))
    said = shown.posteriors_sentence(outcome)
    blocks.append(pointing(said, f"{title} in full", appendix_key(key)))
    possible = reconstruction_section(outcome, key)
    return Section(key, title, tuple(blocks), (possible,) if possible else ())


def summary_appendix(outcome: SummaryOutcome, key: str) -> Section:
    """Return the readings and what is known of the counts in tables and figures."""
    title = outcomes.title(outcome)
    caption = (
        f"{title}, {shown.LABEL}: the summary under each reading (squares) and the posterior "
        "from it (circles)."
    )
    alternative = (
        f"{title}: intervals under each reading of the published summary; numbers in the table above."
    )
    blocks: list[Block] = [
        shown.readings_table(outcome),
        Figure(f"{key}_readings", caption, alternative, partial(plot_readings, outcome)),
    ]
    if outcome.about.note:
        blocks.append(Text(f"Why no single table of counts is used. {phrases.name(outcome.about.note)}"))
    if known := shown.partial_table(outcome):
        blocks.append(known)
    possible = reconstruction_appendix(outcome, key)
    inner = (as_appendix(possible, key),) if possible else ()
    return Section(appendix_key(key), f"{title} in full", tuple(blocks), inner, appendix=True)
