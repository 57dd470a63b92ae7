"""A reanalysis laid out as a page: which sections there are, and in which order: the body first,
then the appendices that it links to.
"""

from collections.abc import Iterator
from dataclasses import replace

from bayes_ivig.reporting.benefit.findings_section import findings_section
from bayes_ivig.reporting.brief.section import NOT_ADVICE, brief_section
from bayes_ivig.reporting.document.blocks import Page, Section, Text
from bayes_ivig.reporting.document.leaving_out import without
from bayes_ivig.reporting.document.notes_section import if_needed, with_notes
from bayes_ivig.reporting.document.outline import outcome_keys
from bayes_ivig.reporting.document.pointers import settled
from bayes_ivig.reporting.evidence.section import data_section
from bayes_ivig.reporting.explorer.section import explorer_of, left_out
from bayes_ivig.reporting.judgements.section import judgements_section
from bayes_ivig.reporting.other_models.diagnostics_section import diagnostics_section
from bayes_ivig.reporting.report import opening_section as opening
from bayes_ivig.reporting.report.checklist_section import closing_sections, refilled
from bayes_ivig.reporting.report.errors_section import errors_appendix, errors_section
from bayes_ivig.reporting.report.glossary_section import cut_down, with_glossary
from bayes_ivig.reporting.report.guidelines_section import guidelines_section
from bayes_ivig.reporting.report.limits_section import limits_section
from bayes_ivig.reporting.report.methods_section import methods_section, sampled_models
from bayes_ivig.reporting.report.outcome_section import outcome_appendix, outcome_section
from bayes_ivig.reporting.report.summary_outcome_section import summary_appendix, summary_section
from bayes_ivig.reporting.weighing.section import harm_appendix, harm_section
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

type Keyed = list[tuple[CountsOutcome | SummaryOutcome, str]]


def page_of(reanalysis: Reanalysis) -> Page:
    """Return the whole report."""
    about = reanalysis.about
    ordered = outcomes.in_order(reanalysis)
    keyed = list(zip(ordered, outcome_keys(reanalysis).values(), strict=True))
    title = about.title or f"Meta-analysis of {reanalysis.source}"
    subtitle = reanalysis.options.subtitle or (
        f"A Bayesian reanalysis of {about.citation}" if about.citation else "A Bayesian meta-analysis"
    )
    sections = (*_body(reanalysis, keyed), *_appendices(reanalysis, keyed))
    measure = opening.measure_of_report(reanalysis)
    closing = closing_sections(reanalysis, sections)
    whole = with_notes(with_glossary((*sections, *closing), about.words.glossary, measure))
    left = settled(if_needed(without(whole, tuple(reanalysis.options.leave_out))))
    kept = cut_down(refilled(reanalysis, left), about.words.glossary, measure)
    foot = (NOT_ADVICE, f"bayes_ivig {reanalysis.version}; counts with SHA-256 {reanalysis.data_sha256}.")
    return Page(phrases.name(title), phrases.name(subtitle), kept, foot)


def _body(reanalysis: Reanalysis, keyed: Keyed) -> Iterator[Section]:
    """What a reader needs, each question with its main number and a link to all of it."""
    yield brief_section(reanalysis)
    yield from _explorer(reanalysis)
    for outcome, key in keyed:
        if isinstance(outcome, CountsOutcome):
            yield outcome_section(outcome, key, reanalysis)
        else:
            yield summary_section(outcome, key)
    if weighed := harm_section(reanalysis):
        yield weighed
    if wrong := errors_section(reanalysis):
        yield wrong
    if judged := judgements_section(reanalysis):
        yield judged
    yield limits_section(reanalysis)


def _appendices(reanalysis: Reanalysis, keyed: Keyed) -> Iterator[Section]:
    """All tables, the data and the methods; what closes a page comes after them."""
    yield opening.answer_section(reanalysis)
    if found := findings_section(reanalysis, reanalysis.findings):
        yield replace(found, appendix=True)
    for outcome, key in keyed:
        if isinstance(outcome, CountsOutcome):
            yield outcome_appendix(outcome, key, reanalysis)
        else:
            yield summary_appendix(outcome, key)
    others = (
        harm_appendix(reanalysis),
        data_section(reanalysis),
        errors_appendix(reanalysis),
        guidelines_section(reanalysis),
        methods_section(reanalysis, sampled_models(reanalysis)),
        diagnostics_section(reanalysis),
    )
    yield from (replace(section, appendix=True) for section in others if section)


def _explorer(reanalysis: Reanalysis) -> tuple[Section, ...]:
    """The interactive part, or the reason why there is none."""
    explorer = explorer_of(reanalysis)
    blocks = (explorer,) if explorer else tuple(Text(sentence, "note") for sentence in left_out(reanalysis))
    return (Section("bring", "Bring your own prior", blocks),) if blocks else ()
