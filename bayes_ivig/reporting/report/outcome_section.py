"""One outcome with counts in the report: its part of the body, and its appendix."""

from dataclasses import replace
from functools import partial

from bayes_ivig.inputs.report_options import Order
from bayes_ivig.reporting.benefit.chart import benefit_alternative, benefit_caption, plot_benefit
from bayes_ivig.reporting.checks.measures_section import other_measures_appendix, other_measures_section
from bayes_ivig.reporting.checks.section import model_checks_appendix, model_checks_section
from bayes_ivig.reporting.comparisons.section import comparisons_section
from bayes_ivig.reporting.counts import table as tables
from bayes_ivig.reporting.counts.forest_chart import draw_forest, forest_alternative
from bayes_ivig.reporting.counts.sets_chart import plot_trial_sets
from bayes_ivig.reporting.document.blocks import Block, Figure, Section, Table, Text
from bayes_ivig.reporting.document.pointers import appendix_key, as_appendix, pointing
from bayes_ivig.reporting.next_trial.section import next_trial_appendix, next_trial_section
from bayes_ivig.reporting.other_models.counts_section import alternatives_appendix, alternatives_section
from bayes_ivig.reporting.other_models.section import other_models_appendix, other_models_section
from bayes_ivig.reporting.priors.section import prior_appendix, prior_section
from bayes_ivig.reporting.report import opening_section as opening
from bayes_ivig.reporting.small_studies.section import small_studies_appendix, small_studies_section
from bayes_ivig.reporting.specification.section import specifications_appendix, specifications_section
from bayes_ivig.reporting.tipping.section import tipping_appendix, tipping_section
from bayes_ivig.reporting.trials.section import subsets_appendix, subsets_section
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.reporting.wording.order import SAID
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, TrialSetResult

SETS = "Sensitivity analysis: sets of trials"
BODY = (
    prior_section,
    specifications_section,
    tipping_section,
    next_trial_section,
    subsets_section,
    other_models_section,
    small_studies_section,
    other_measures_section,
    model_checks_section,
    alternatives_section,
)
FULL = (
    prior_appendix,
    specifications_appendix,
    tipping_appendix,
    next_trial_appendix,
    subsets_appendix,
    other_models_appendix,
    small_studies_appendix,
    other_measures_appendix,
    model_checks_appendix,
    alternatives_appendix,
)


def outcome_section(outcome: CountsOutcome, key: str, reanalysis: Reanalysis) -> Section:
    """Return what the body says of an outcome: what was pooled, and how far the answer moves."""
    if opening.mirrored(outcome, reanalysis):
        return _mirrored_section(outcome, key)
    blocks: list[Block] = [*opening.opening_blocks(outcome, reanalysis)]
    main = outcome is outcomes.main_outcome(reanalysis)
    asked = comparisons_section(outcome, key)
    if asked and not main:
        asked = _shortened(asked, key)
    inner = [*([asked] if asked else []), _pooled(outcome, key, reanalysis.options.order, drawn=main)]
    if len(outcome.sets) > 1:
        leads = pointing("", "trial sets, and the probability of every effect", f"{appendix_key(key)}-sets")
        inner.append(Section(f"{key}-sets", SETS, (tables.sets_table(outcome), leads)))
    inner += [section for part in BODY if (section := part(outcome, key))]
    if not outcome.usual:
        blocks.append(Text(_without_counts(outcome), "note"))
    if not outcome.in_depth and not main:
        blocks.append(Text(_shallow(outcome), "note"))
    return Section(key, outcomes.title(outcome), tuple(blocks), tuple(inner))


def outcome_appendix(outcome: CountsOutcome, key: str, reanalysis: Reanalysis) -> Section:
    """Return all tables and figures of an outcome that the body leaves out."""
    order = reanalysis.options.order
    mirror = opening.mirrored(outcome, reanalysis)
    published, whole = outcome.trial_set(outcome.published_trials), outcome.trial_set("all")
    drawn = _forest(outcome, published, key, order)
    if mirror:
        blocks = (tables.compared_table(outcome), *drawn)
        inner = [Section(f"{key}-pooled", _pooled_title(outcome), blocks)]
    else:
        main = outcome is outcomes.main_outcome(reanalysis)
        heading = f"Study by study, {outcomes.set_phrase(published, outcome)}"
        inner = [Section(f"{key}-studies", heading, drawn[1:] if main else drawn)]
        inner += [] if main else _asked_in_full(outcome, key)
    if published is not whole and not outcome.about.complement_of:
        heading = f"Study by study, {outcomes.set_phrase(whole, outcome)}"
        inner.append(Section(f"{key}-all", heading, _forest(outcome, whole, key, order)))
    inner.append(_sets_in_tables(outcome, key) if mirror else _sets(outcome, key))
    parts = (other_measures_appendix,) if mirror else FULL
    inner += [section for part in parts if (section := part(outcome, key))]
    return Section(
        appendix_key(key),
        f"{outcomes.title(outcome)} in full",
        (),
        tuple(as_appendix(section, key) for section in inner),
        appendix=True,
    )


def _pooled_title(outcome: CountsOutcome) -> str:
    return "What the paper pooled" if outcome.claim is not None else "All trials together"


def _shortened(asked: Section, key: str) -> Section:
    """The comparisons of an outcome that is not the first: the table, and where all else is."""
    tables_of = tuple(block for block in asked.blocks if isinstance(block, Table))
    leads = pointing("", "what is compared, and how far apart", f"{appendix_key(key)}-comparisons")
    return replace(asked, blocks=(tables_of[0], leads)) if tables_of else asked


def _asked_in_full(outcome: CountsOutcome, key: str) -> list[Section]:
    """What the body leaves out of these comparisons."""
    asked = comparisons_section(outcome, key)
    if asked is None:
        return []
    first = next((block for block in asked.blocks if isinstance(block, Table)), None)
    rest = tuple(block for block in asked.blocks if block is not first)
    return [replace(asked, blocks=rest)] if first is not None and rest else []


def _pooled(outcome: CountsOutcome, key: str, order: Order, *, drawn: bool) -> Section:
    """What was published, pooled again and posterior; for the first outcome with the forest."""
    result = outcome.trial_set(outcome.published_trials)
    figures = _forest(outcome, result, key, order)[:1] if drawn else ()
    blocks: list[Block] = [tables.compared_table(outcome)]
    if said := opening.baseline_sentence(outcome):
        blocks.append(Text(said))
    leads = pointing("", "study by study", f"{appendix_key(key)}-studies")
    return Section(f"{key}-pooled", _pooled_title(outcome), (*blocks, *figures, leads))


def _mirrored_section(outcome: CountsOutcome, key: str) -> Section:
    """An outcome that is the complement of another one, in two sentences."""
    other = phrases.name(outcome.about.complement_of.replace("_", " "))
    title = outcomes.title(outcome)
    said = (
        f"{title} is the complement of {other}: the same table with events and non-events exchanged, so that "
        f"every {outcome.measure.name} is one over the one above. {opening.published_sentence(outcome)}"
    )
    return Section(key, title, (pointing(said, f"{title} in full", appendix_key(key)),))


def _forest(outcome: CountsOutcome, result: TrialSetResult, key: str, order: Order) -> tuple[Block, ...]:
    published = result.trials == outcome.published_trials
    pooled = _estimate(result, outcome)
    caption = (
        f"{outcomes.title(outcome)}, {outcomes.set_phrase(result, outcome)}. Squares: "
        f"{outcome.measure.plural} as "
        "observed, with 95% confidence intervals, sized by weight. Circles: posteriors of the same studies, "
        "drawn towards each other, with 95% credible intervals. "
        "An interval that runs off the axis ends in an arrow with its limit."
        f"{SAID[order]}"
    )
    chart = partial(
        draw_forest, result.posterior, pooled, claim=outcome.claim if published else None, order=order
    )
    figure = Figure(
        f"{key}_forest_{result.trials}", caption, forest_alternative(result.posterior, pooled), chart
    )
    return figure, tables.study_table(result, outcome, pooled, order)


def _estimate(result: TrialSetResult, outcome: CountsOutcome) -> PooledEstimate:
    """Return the estimate by the rule the paper used where it is the published set, else the usual one."""
    return outcome.as_published if result.trials == outcome.published_trials else result.pooled


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
        f"{title}: intervals of the {outcome.measure.name} of every trial set; "
        "the table of trial sets has every number.",
        partial(plot_trial_sets, outcome),
    )
    return Section(
        f"{key}-sets",
        SETS,
        (chart, tables.chances_table(outcome), curves),
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
    return Section(f"{key}-sets", SETS, (said, *found))
