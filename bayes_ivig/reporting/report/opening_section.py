"""What opens an outcome, and the answers of all outcomes as a table and a picture, for the appendix."""

from collections.abc import Sequence
from functools import partial

from bayes_ivig.inputs.paper.claims import RATIOS
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.document.blocks import Block, Column, Figure, Section, Table, Text
from bayes_ivig.reporting.document.cells import (
    CONFIDENCE,
    CREDIBLE,
    Row,
    above_one,
    benefit_cell,
    direction,
    effect_cells,
)
from bayes_ivig.reporting.reconstruction.section import answer_rows as reconstructed_rows
from bayes_ivig.reporting.reconstruction.summary_table import (
    LABEL,
    answer_rows,
    posterior_numbers,
    reading_phrase,
)
from bayes_ivig.reporting.reconstruction.summary_table import (
    effect_cells as summary_cells,
)
from bayes_ivig.reporting.report.answer_chart import plot_answer
from bayes_ivig.reporting.wording import classical, details, information, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.pooled import PooledEstimate, posterior_effect
from bayes_ivig.results.posterior.baseline_check import DECIDES
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult


def answer_section(reanalysis: Reanalysis) -> Section:
    """Return all outcomes and main trial sets in one table and one picture."""
    said = tuple(Text(sentence) for sentence in difference_sentences(reanalysis))
    blocks: tuple[Block, ...] = (answer_figure(reanalysis), answer_table(reanalysis), *said)
    return Section("answer", "All outcomes and main trial sets in one table", blocks, appendix=True)


def opening_blocks(outcome: CountsOutcome, reanalysis: Reanalysis) -> tuple[Block, ...]:
    """Return what a reader has to know before the numbers of an outcome: that nothing was learnt, which
    direction is good, and what the description of the data says of the trials.
    """
    main = outcome is outcomes.main_outcome(reanalysis)
    note = outcome.about.note
    if not main and note == reanalysis.about.note:
        note = ""
    said = (nothing_learnt_sentence(outcome), direction_sentence(outcome), phrases.name(note))
    text = " ".join(filter(None, said))
    return (Text(text),) if text else ()


def nothing_learnt_sentence(outcome: CountsOutcome) -> str:
    """Return that nothing was learnt, from all or from some of the published and of all trials;
    empty where all of them tell.
    """
    shown = [result for result in outcome.sets if result.trials in (outcome.published_trials, "all")]
    return information.nothing_learnt_of(
        {phrases.with_article(outcomes.set_phrase(result, outcome)): result.posterior for result in shown}
    )


def direction_sentence(outcome: CountsOutcome) -> str:
    """Return which side of 1 favours the treatment, as the description of the data says;
    empty where it does not.
    """
    if not outcome.about.event:
        return ""
    side = "above" if outcome.about.event == "good" else "below"
    measure = outcome.measure
    at = f"{phrases.first_upper(measure.one)} {side} {numbers.stated(measure.null)}"
    return f"{at} favours {phrases.name(outcome.about.treatment)}."


def published_sentence(outcome: CountsOutcome) -> str:
    """Return what was published of an outcome, pooled again, and its posterior, in one sentence."""
    result, measure = outcome.trial_set(outcome.published_trials), outcome.measure
    claim = outcome.claim
    printed = ""
    if claim is not None:
        limits = f" ({claim.ci_lower} to {claim.ci_upper})" if claim.ci_lower and claim.ci_upper else ""
        printed = f"published {claim.estimate}{limits}, "
    parts = []
    for what, shown in (
        ("pooled again", _estimate(result, outcome).own),
        ("posterior", posterior_effect(result.posterior["mu"], measure)),
    ):
        estimate, interval = effect_cells(measure, shown)
        parts.append(f"{what} {estimate} ({interval})")
    trials = phrases.with_article(outcomes.set_phrase(result, outcome))
    return f"{phrases.first_upper(measure.name)} in {trials}: {printed}{', '.join(parts)}."


def baseline_sentence(outcome: CountsOutcome) -> str:
    """Return how far the baseline prior moves P(OR > 1), with both probabilities where that is noticeable;
    empty without a baseline.
    """
    checks = [
        (result, result.baseline) for result in outcomes.ordered_sets(outcome) if result.baseline is not None
    ]
    if not checks:
        return ""
    above, first = outcome.measure.above, checks[0][1]
    exchanged = f"alpha ~ {first.prior} is exchanged for the tighter {first.other_prior}"
    moved = [
        f"from {numbers.probability(check.prob_or_gt_1)} to {numbers.probability(check.other_prob_or_gt_1)} "
        f"for {phrases.with_article(outcomes.set_phrase(result, outcome))}"
        for result, check in checks
        if check.decides
    ]
    if not moved:
        return (
            f"The baseline prior does not decide: P({above}) moves by at most {numbers.stated(DECIDES)} in "
            f"every trial set when {exchanged}."
        )
    return (
        f"The baseline prior takes part in the answer: P({above}) goes {phrases.series(moved)} when "
        f"{exchanged}."
    )


def measure_of_report(reanalysis: Reanalysis) -> Measure:
    """Return the effect measure of the main outcome; the odds ratio where none has counts or estimates."""
    outcome = outcomes.main_outcome(reanalysis)
    return OR if outcome is None else outcome.measure


def difference_sentences(reanalysis: Reanalysis) -> tuple[str, ...]:
    """Return one sentence per outcome measured as a difference,
    which has no place among the odds ratios of the table.
    """
    sentences = []
    for outcome in reanalysis.outcomes:
        if isinstance(outcome, CountsOutcome) or outcome.claim.measure in RATIOS:
            continue
        for reading in outcome.readings:
            estimate, interval = summary_cells(outcome, posterior_numbers(reading))
            chance = numbers.chance("difference < 0", float(reading.marginal.prob_below(0.0)))
            measure = classical.MEASURES.get(outcome.claim.measure, "difference")
            sentences.append(
                f"{outcomes.title(outcome)}, {LABEL} ({reading_phrase(reading)}): {measure} {estimate} (95% "
                f"credible interval {interval}; {chance})."
            )
    return tuple(sentences)


def answer_table(reanalysis: Reanalysis) -> Table:
    """Return one row per outcome and main trial set: pooled again, posterior, probabilities; ratios only."""
    rows: list[Row] = []
    measure = measure_of_report(reanalysis)
    symbol = measure.symbol
    ordered = [each for each in outcomes.in_order(reanalysis) if not mirrored(each, reanalysis)]
    for outcome in ordered:
        rows += (
            (reconstructed_rows(outcome) or answer_rows(outcome))
            if isinstance(outcome, SummaryOutcome)
            else _rows(outcome)
        )
    columns = (
        Column("Outcome", "text"),
        Column("Trials", "text"),
        Column(f"Pooled again, {symbol}"),
        Column(CONFIDENCE),
        Column(f"Posterior {symbol}"),
        Column(CREDIBLE),
        Column(f"P({measure.above})"),
        Column("P(benefit)"),
    )
    lines = _answer_details(reanalysis, ordered)
    # one kind of probability: no benefit without a direction
    directed = all(outcome.about.event for outcome in ordered)
    # the posterior first: on a narrow screen the rest must be scrolled to
    shown = (0, 1, 4, 5, 7 if directed else 6, 2, 3)
    caption = "The answer, by outcome and trials."
    return Table(
        caption, tuple(columns[i] for i in shown), tuple(tuple(row[i] for i in shown) for row in rows), lines
    )


def _answer_details(
    reanalysis: Reanalysis, ordered: Sequence[CountsOutcome | SummaryOutcome]
) -> tuple[str, ...]:
    """Return what stands behind the numbers of ``answer_table``."""
    pooling = [_pooling(outcome) for outcome in ordered if isinstance(outcome, CountsOutcome)]
    summaries = [
        "From the published summary: the estimate and limits under each reading stand in place "
        "of pooling again."
    ]
    main = outcomes.main_outcome(reanalysis)
    estimated = main is not None and main.trial_set("all").dataset.estimated
    what = "estimates" if estimated else "counts"
    return (
        *models.details(outcomes.fitted_model(reanalysis)),
        *pooling,
        *(summaries if len(pooling) < len(ordered) else []),
        "Which trials each set holds stands under its outcome below.",
        direction(measure_of_report(reanalysis)),
        details.INTERVALS,
        f"Pooled again: the classical estimate, computed again from the {what}.",
    )


def answer_figure(reanalysis: Reanalysis) -> Figure:
    """Return the picture of the answer table."""
    shown = [
        (each, None)
        if isinstance(each, SummaryOutcome)
        else (each, [(s, _estimate(s, each)) for s in main_sets(each)])
        for each in outcomes.in_order(reanalysis)
        if not mirrored(each, reanalysis)
    ]
    measure = measure_of_report(reanalysis)
    name = phrases.first_upper(measure.plural)
    caption = (
        f"{name} of every outcome and main trial set: pooled again (squares, 95% confidence intervals) "
        "and posterior under the reference model (circles, 95% credible intervals). An interval that runs "
        "off the axis ends in an arrow with its limit."
    )
    return Figure(
        "answer",
        caption,
        f"Intervals of the {measure.plural} in the table of all outcomes.",
        partial(plot_answer, shown),
    )


def mirrored(outcome: CountsOutcome | SummaryOutcome, reanalysis: Reanalysis) -> bool:
    """Whether an outcome is the complement of another one that this report has in full."""
    other = outcome.about.complement_of
    return bool(other) and other in [each.name for each in reanalysis.outcomes]


def _rows(outcome: CountsOutcome) -> list[Row]:
    return [
        (
            outcomes.title(outcome),
            outcomes.set_label(result, outcome),
            *effect_cells(outcome.measure, _estimate(result, outcome).own),
            *effect_cells(outcome.measure, posterior_effect(result.posterior["mu"], outcome.measure)),
            above_one(result.posterior["mu"]),
            benefit_cell(result.posterior["mu"], outcome),
        )
        for result in main_sets(outcome)
    ]


def _pooling(outcome: CountsOutcome) -> str:
    """Return how the sets of an outcome were pooled again, with all the studies altered in any of them."""
    estimates = [_estimate(result, outcome) for result in main_sets(outcome)]
    methods = phrases.series(list(dict.fromkeys(classical.method(each) for each in estimates)))
    counts = phrases.series([f"{each.k} of {each.k_listed}" for each in estimates])
    touched = (
        phrases.names(dict.fromkeys(study for each in estimates for study in each.zero_cells.studies_altered))
        or "none"
    )
    return (
        f"{outcomes.title(outcome)}, pooled again: {methods}; k = {counts} listed; zero cells: "
        f"{estimates[0].zero_cells.rule}; altered: {touched}."
    )


def main_sets(outcome: CountsOutcome) -> tuple[TrialSetResult, ...]:
    """Return the sets the opening shows: not those made by leaving a trial out,
    and of a mirror image the published one.
    """
    sets = [result for result in outcomes.ordered_sets(outcome) if not outcome.about.part_of(result.trials)]
    return tuple(sets[:1] if outcome.about.complement_of else sets)


def _estimate(result: TrialSetResult, outcome: CountsOutcome) -> PooledEstimate:
    """Return the estimate by the rule the paper used where it is the published set, else the usual one."""
    return outcome.as_published if result.trials == outcome.published_trials else result.pooled
