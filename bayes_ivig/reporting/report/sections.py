"""A reanalysis laid out as a page: which tables and figures there are, in which order,
and the sentences between them.
"""

from functools import partial

from bayes_ivig.inputs.report_options import Order
from bayes_ivig.reporting.audit.section import audit_blocks
from bayes_ivig.reporting.benefit.chart import benefit_alternative, benefit_caption, plot_benefit
from bayes_ivig.reporting.benefit.findings_section import findings_section
from bayes_ivig.reporting.brief.section import NOT_ADVICE, brief_section
from bayes_ivig.reporting.checks.measures_section import other_measures_section
from bayes_ivig.reporting.checks.section import model_checks_section
from bayes_ivig.reporting.counts import table as tables
from bayes_ivig.reporting.counts.forest_chart import forest_alternative, plot_forest
from bayes_ivig.reporting.counts.sets_chart import plot_trial_sets
from bayes_ivig.reporting.document.blocks import Block, Figure, Items, Page, Section, Text
from bayes_ivig.reporting.document.leaving_out import without
from bayes_ivig.reporting.document.notes_section import if_needed, with_notes
from bayes_ivig.reporting.document.outline import outcome_keys
from bayes_ivig.reporting.evidence.section import data_section
from bayes_ivig.reporting.explorer.section import explorer_of, left_out
from bayes_ivig.reporting.other_models.counts_section import alternatives_section
from bayes_ivig.reporting.other_models.diagnostics_section import diagnostics_section
from bayes_ivig.reporting.other_models.section import other_models_section
from bayes_ivig.reporting.priors.section import prior_section
from bayes_ivig.reporting.reconstruction import summary_table as summary_tables
from bayes_ivig.reporting.reconstruction.readings_chart import plot_readings
from bayes_ivig.reporting.reconstruction.section import reconstruction_section
from bayes_ivig.reporting.report import opening_section as opening
from bayes_ivig.reporting.report.checklist_section import closing_sections, refilled
from bayes_ivig.reporting.report.glossary_section import cut_down, with_glossary
from bayes_ivig.reporting.report.guidelines_section import guidelines_section
from bayes_ivig.reporting.report.limits_section import limits_section
from bayes_ivig.reporting.report.methods_section import methods_section, sampled_models
from bayes_ivig.reporting.report.rests_on_section import points, summary_point
from bayes_ivig.reporting.tipping.section import tipping_section
from bayes_ivig.reporting.trials.section import subsets_section
from bayes_ivig.reporting.weighing.section import harm_section
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.reporting.wording.order import SAID
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult

OTHERS = (other_models_section, other_measures_section, model_checks_section, alternatives_section)
FURTHER = (prior_section, tipping_section, subsets_section, *OTHERS)  # of an outcome


def page_of(reanalysis: Reanalysis) -> Page:
    """Return the whole report."""
    about = reanalysis.about
    ordered = outcomes.in_order(reanalysis)
    keys = outcome_keys(reanalysis)
    title = about.title or f"Meta-analysis of {reanalysis.source}"
    subtitle = reanalysis.options.subtitle or (
        f"A Bayesian reanalysis of {about.citation}" if about.citation else "A Bayesian meta-analysis"
    )
    middle = [
        _counts_section(outcome, keys[outcome.name], reanalysis)
        if isinstance(outcome, CountsOutcome)
        else _summary_section(outcome, keys[outcome.name])
        for outcome in ordered
    ]
    own = _explorer(reanalysis)
    findings = findings_section(reanalysis, reanalysis.findings)
    results = (
        brief_section(reanalysis),
        _opening(reanalysis, keys),
        findings,
        *own,
        *middle,
        harm_section(reanalysis),
    )
    evidence = (
        data_section(reanalysis, audit_blocks(reanalysis)),
        guidelines_section(reanalysis),
        limits_section(reanalysis),
    )
    methods = (methods_section(reanalysis, sampled_models(reanalysis)), diagnostics_section(reanalysis))
    body = tuple(section for section in (*results, *evidence, *methods) if section)
    measure = opening.measure_of_report(reanalysis)
    sections = with_notes(
        with_glossary((*body, *closing_sections(reanalysis, body)), about.words.glossary, measure)
    )
    kept = if_needed(without(sections, reanalysis.options.leave_out))
    kept = cut_down(refilled(reanalysis, kept), about.words.glossary, measure)
    foot = (NOT_ADVICE, f"bayes_ivig {reanalysis.version}; counts with SHA-256 {reanalysis.data_sha256}.")
    return Page(phrases.name(title), phrases.name(subtitle), kept, foot)


def _opening(reanalysis: Reanalysis, keys: dict[str, str]) -> Section:
    """The answer in one sentence, a table and a picture, and what it rests on."""
    main = outcomes.main_outcome(reanalysis)
    first = opening.first_sentence(reanalysis)
    blocks: list[Block] = [Text(first, "lead")] if first else []
    text = " ".join(
        filter(None, (opening.direction_sentence(reanalysis), phrases.name(reanalysis.about.note)))
    )
    if text:
        blocks.append(Text(text))
    blocks.append(opening.answer_figure(reanalysis))
    found = points(main, keys[main.name]) if main else ()
    found += tuple(
        point
        for each in reanalysis.outcomes
        if isinstance(each, SummaryOutcome) and (point := summary_point(each, keys[each.name]))
    )
    if found:
        blocks += [Text("What the answer rests on:"), Items(found)]
    blocks.append(opening.answer_table(reanalysis))
    blocks += [Text(sentence) for sentence in opening.difference_sentences(reanalysis)]
    if intro := opening.baseline_intro(reanalysis):
        blocks.append(Text(intro))
    if sentences := opening.baseline_sentences(reanalysis):
        blocks.append(Items(sentences))
    blocks.append(Text(NOT_ADVICE, "note"))
    return Section("answer", "The answer", tuple(blocks))


def _explorer(reanalysis: Reanalysis) -> tuple[Section, ...]:
    """The interactive part, or the reason why there is none."""
    explorer = explorer_of(reanalysis)
    blocks = (explorer,) if explorer else tuple(Text(sentence, "note") for sentence in left_out(reanalysis))
    return (Section("bring", "Bring your own prior", blocks),) if blocks else ()


def _counts_section(outcome: CountsOutcome, key: str, reanalysis: Reanalysis) -> Section:
    """One outcome: what was published beside what comes out, study by study, by trial set, by prior."""
    result, order = outcome.trial_set(outcome.published_trials), reanalysis.options.order
    blocks: list[Block] = []
    if outcome.about.note != reanalysis.about.note:
        blocks.append(Text(phrases.name(outcome.about.note)))
    blocks += [tables.compared_table(outcome), *_forest(outcome, result, key, order)]
    if opening.mirrored(outcome, reanalysis):
        scales = other_measures_section(outcome, key)
        parts = (_sets_in_tables(outcome, key), *((scales,) if scales else ()))
        return Section(key, outcomes.title(outcome), tuple(blocks), parts)
    inner = [_sets(outcome, key)]
    whole = outcome.trial_set("all")
    if result.trials != "all" and not outcome.about.complement_of:
        heading = f"Study by study, {outcomes.set_phrase(whole, outcome)}"
        inner.insert(0, Section(f"{key}-all", heading, _forest(outcome, whole, key, order)))
    inner += [section for part in FURTHER if (section := part(outcome, key))]
    if not outcome.usual:
        blocks.append(Text(_without_counts(outcome), "note"))
    if not outcome.in_depth and outcome is not outcomes.main_outcome(reanalysis):
        blocks.append(Text(_shallow(outcome), "note"))
    return Section(key, outcomes.title(outcome), tuple(blocks), tuple(inner))


def _forest(outcome: CountsOutcome, result: TrialSetResult, key: str, order: Order) -> tuple[Block, ...]:
    published = result.trials == outcome.published_trials
    pooled = outcome.as_published if published else result.pooled
    caption = (
        f"{outcomes.title(outcome)}, {outcomes.set_phrase(result, outcome)}. Squares: "
        f"{outcome.measure.plural} as "
        "observed, with 95% confidence intervals, sized by weight. Circles: posteriors of the same studies, "
        "drawn towards each other, with 95% credible intervals. "
        "An interval that runs off the axis ends in an arrow with its limit."
        f"{SAID[order]}"
    )
    chart = partial(
        plot_forest, result.posterior, pooled, claim=outcome.claim if published else None, order=order
    )
    figure = Figure(
        f"{key}_forest_{result.trials}", caption, forest_alternative(result.posterior, pooled), chart
    )
    return figure, tables.study_table(result, outcome, pooled, order)


def _sets(outcome: CountsOutcome, key: str) -> Section:
    """The trial sets side by side, and the probability of every effect."""
    posteriors = {
        outcomes.set_label(result, outcome): result.posterior for result in outcomes.ordered_sets(outcome)
    }
    curves = Figure(
        f"{key}_benefit",
        f"{outcomes.title(outcome)}: {benefit_caption(posteriors)}",
        benefit_alternative(posteriors),
        partial(plot_benefit, posteriors),
    )
    if len(posteriors) == 1:
        return Section(f"{key}-effects", "Probability of an effect", (tables.chances_table(outcome), curves))
    title = outcomes.title(outcome)
    chart = Figure(
        f"{key}_sets",
        f"{title}: {outcome.measure.name} of every trial set, pooled again (squares) and posterior "
        "(circles).",
        f"{title}: intervals of the {outcome.measure.name} of every trial set; numbers in the table above.",
        partial(plot_trial_sets, outcome),
    )
    return Section(
        f"{key}-sets",
        "By trial set",
        (tables.sets_table(outcome), chart, tables.chances_table(outcome), curves),
    )


def _without_counts(outcome: CountsOutcome) -> str:
    """Say which sections need odds ratios from counts, and are left out."""
    dataset = outcome.trial_set("all").dataset
    some = "Some trials" if len(dataset.estimated) < len(dataset) else "Trials"
    known = "are known by estimates only" if dataset.estimated else f"are pooled as {outcome.measure.plural}"
    return (
        f"{some if dataset.estimated else 'Trials'} {known}, so what asks for odds ratios from the counts of "
        "every arm is left out: events per 1000, families of priors, models of arms, checks of arms, other "
        "ways to count, and the explorer."
    )


def _shallow(outcome: CountsOutcome) -> str:
    """Say why an outcome has fewer sections than the first one."""
    trials = (
        f"{phrases.small(outcome.k)} trial{'s' if outcome.k != 1 else ''} "
        f"carr{'y' if outcome.k != 1 else 'ies'} information"
    )
    return (
        f"Only {trials} here, so priors decide much of the answer. Families of priors, how much prior it "
        "takes and every choice of trials are left out of this report; "
        "the commands compare-priors, tipping and subsets give them."
    )


def _sets_in_tables(outcome: CountsOutcome, key: str) -> Section:
    """The trial sets of an outcome whose charts would be mirror images of another one's."""
    chances = tables.chances_table(outcome)
    found = (tables.sets_table(outcome), chances) if len(outcome.sets) > 1 else (chances,)
    other = phrases.name(outcome.about.complement_of.replace("_", " "))
    said = Text(
        f"Charts and further questions stand under {other}: "
        "the same table with events and non-events exchanged."
    )
    return Section(f"{key}-sets", "By trial set", (said, *found))


def _summary_section(outcome: SummaryOutcome, key: str) -> Section:
    title = outcomes.title(outcome)
    blocks: list[Block] = [
        Text(f"{title} is known {summary_tables.LABEL}. The paper prints: {summary_tables.printed(outcome)}.")
    ]
    if len(outcome.readings) > 1:
        blocks.append(
            Text(
                "Estimate and limits do not fit together, so at least one of them must be wrong. "
                "Each reading takes two as right:"
            )
        )
    blocks.append(Items(summary_tables.reading_sentences(outcome)))
    blocks.append(summary_tables.readings_table(outcome))
    caption = (
        f"{title}, {summary_tables.LABEL}: the summary under each reading (squares) and the posterior "
        "from it (circles)."
    )
    alternative = (
        f"{title}: intervals under each reading of the published summary; numbers in the table above."
    )
    blocks.append(Figure(f"{key}_readings", caption, alternative, partial(plot_readings, outcome)))
    if outcome.about.note:
        blocks.append(Text(f"Why no single table of counts is used. {phrases.name(outcome.about.note)}"))
    known = summary_tables.partial_table(outcome)
    possible = reconstruction_section(outcome, key)
    return Section(key, title, (*blocks, known) if known else tuple(blocks), (possible,) if possible else ())
