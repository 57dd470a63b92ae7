"""The opening of a report: the sentence to quote, the answer table, and where the baseline prior decides."""

from bayes_ivig.reporting import details, models, words
from bayes_ivig.reporting.cells import CONFIDENCE, CREDIBLE, DIRECTION, OR_ABOVE, Row, above_one, benefit_cell, ratio_cells
from bayes_ivig.reporting.charts.readings import RATIOS
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.reporting.page import Column, Table
from bayes_ivig.reporting.reconstruction_tables import answer_rows as reconstructed_rows
from bayes_ivig.reporting.summary_tables import LABEL, answer_rows, effect_cells, posterior_numbers, reading_phrase
from bayes_ivig.results.estimate import PooledEstimate
from bayes_ivig.results.reanalysis import BASELINE_DECIDES, CountsOutcome, Reanalysis, SummaryOutcome, TrialSetResult

QUOTED = ("published", "all", "randomised_apl")


def first_sentence(reanalysis: Reanalysis) -> str:
    """Return the answer for the first outcome in one sentence that can be quoted; empty without an outcome with counts."""
    outcome = next((each for each in reanalysis.outcomes if isinstance(each, CountsOutcome)), None)
    if outcome is None:
        return ""
    sets = _quoted(outcome)
    phrase = words.outcome_phrase(outcome)
    parts = []
    for i, result in enumerate(sets):
        found = words.posterior_ratio(result.posterior["mu"])
        chance = words.chance("OR > 1", float(result.posterior["mu"].prob_above(0.0)))
        trials = _with_article(words.set_phrase(result, outcome))
        if i == 0:
            verb = "gives" if len(result.dataset) == 1 else "give"
            credible = "95% credible interval "
            trials = f"{trials} {verb} an odds ratio{f' for {phrase}' if phrase else ''} of"
        else:
            credible, chance = "", chance.removeprefix("P(OR > 1)").removeprefix(" = ").strip()
        parts.append(f"{trials} {words.ratio(found.estimate)} ({credible}{words.limits(found.lower, found.upper)}; {chance})")
    return f"Under the reference model ({models.short(reanalysis.model)}), {_listed(parts)}."


def _quoted(outcome: CountsOutcome) -> list[TrialSetResult]:
    """The published trials, all trials and the strictest set; without these names the first three sets."""
    sets = words.ordered_sets(outcome)
    chosen = [result for result in sets if result.trials in QUOTED]
    return (chosen if len(chosen) > 1 else list(sets))[:3]


def _with_article(phrase: str) -> str:
    return phrase if phrase.startswith(("all ", "both ", "the ")) else f"the {phrase}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def difference_sentences(reanalysis: Reanalysis) -> tuple[str, ...]:
    """Return one sentence per outcome measured as a difference, which has no place among the odds ratios of the table."""
    sentences = []
    for outcome in reanalysis.outcomes:
        if isinstance(outcome, CountsOutcome) or outcome.claim.measure in RATIOS:
            continue
        for reading in outcome.readings:
            estimate, interval = effect_cells(outcome, posterior_numbers(reading))
            chance = words.chance("difference < 0", float(reading.marginal.prob_below(0.0)))
            measure = words.MEASURES.get(outcome.claim.measure, "difference")
            sentences.append(
                f"{words.outcome_title(outcome)}, {LABEL} ({reading_phrase(reading)}): {measure} {estimate} (95% credible "
                f"interval {interval}; {chance})."
            )
    return tuple(sentences)


def baseline_sentences(reanalysis: Reanalysis) -> tuple[str, ...]:
    """Return one sentence per outcome in which the baseline prior moves P(OR > 1) noticeably, with both probabilities."""
    sentences = []
    for outcome in words.in_order(reanalysis):
        if isinstance(outcome, SummaryOutcome) or outcome.about.complement_of:
            continue
        moved = [
            f"{probability(check.prob_or_gt_1)} against {probability(check.other_prob_or_gt_1)} for "
            f"{_with_article(words.set_phrase(result, outcome))}"
            for result in words.ordered_sets(outcome)
            if (check := result.baseline) is not None and check.decides
        ]
        if moved:
            sentences.append(f"{words.outcome_title(outcome)}: {words.series(moved)}.")
    return tuple(sentences)


def baseline_intro(reanalysis: Reanalysis) -> str:
    """Return what the sentences on the baseline prior compare, or that it nowhere decides; empty without a baseline."""
    checks = [
        result.baseline
        for outcome in reanalysis.outcomes
        if isinstance(outcome, CountsOutcome)
        for result in outcome.sets
        if result.baseline is not None
    ]
    if not checks:
        return ""
    prior, other = checks[0].prior, checks[0].other_prior
    if not any(check.decides for check in checks):
        return (
            f"The baseline prior does not decide: exchanging alpha ~ {prior} for {other} moves P(OR > 1) by at most "
            f"{BASELINE_DECIDES:g} in every trial set."
        )
    return (
        f"The baseline prior takes part in the answer. P(OR > 1) moves by more than {BASELINE_DECIDES:g} when "
        f"alpha ~ {prior} is exchanged for the tighter {other}; the first probability is under {prior}, the second under {other}:"
    )


def answer_table(reanalysis: Reanalysis) -> Table:
    """Return one row per outcome and main trial set: pooled again, posterior, probabilities; ratios only."""
    rows: list[Row] = []
    outcomes = words.in_order(reanalysis)
    for outcome in outcomes:
        rows += [*reconstructed_rows(outcome), *answer_rows(outcome)] if isinstance(outcome, SummaryOutcome) else _rows(outcome)
    columns = (
        Column("Outcome", "text"),
        Column("Trials", "text"),
        Column("Pooled again, OR"),
        Column(CONFIDENCE),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column(OR_ABOVE),
        Column("P(benefit)"),
    )
    pooling = [_pooling(outcome) for outcome in outcomes if isinstance(outcome, CountsOutcome)]
    summaries = ["From the published summary: the estimate and limits under each reading stand in place of pooling again."]
    lines = [*models.details(reanalysis.model), *pooling, *(summaries if len(pooling) < len(outcomes) else [])]
    lines.append("Which trials each set holds stands under its outcome below.")
    lines += [DIRECTION, details.INTERVALS]
    shown = len(columns) - (not any(outcome.about.event for outcome in outcomes))  # no benefit without a direction
    return Table("The answer, by outcome and trials.", columns[:shown], tuple(row[:shown] for row in rows), tuple(lines))


def _rows(outcome: CountsOutcome) -> list[Row]:
    return [
        (
            words.outcome_title(outcome),
            words.set_label(result, outcome),
            *ratio_cells(_estimate(result, outcome).ratio),
            *ratio_cells(words.posterior_ratio(result.posterior["mu"])),
            above_one(result.posterior["mu"]),
            benefit_cell(result.posterior["mu"], outcome),
        )
        for result in main_sets(outcome)
    ]


def _pooling(outcome: CountsOutcome) -> str:
    """Return how the sets of an outcome were pooled again, with all the studies altered in any of them."""
    found = [_estimate(result, outcome) for result in main_sets(outcome)]
    methods = words.series(list(dict.fromkeys(words.method(each) for each in found)))
    counts = words.series([f"{each.k} of {each.k_listed}" for each in found])
    touched = words.names(dict.fromkeys(study for each in found for study in each.zero_cells.studies_altered)) or "none"
    return (
        f"{words.outcome_title(outcome)}, pooled again: {methods}; k = {counts} listed; zero cells: "
        f"{found[0].zero_cells.rule}; altered: {touched}."
    )


def main_sets(outcome: CountsOutcome) -> tuple[TrialSetResult, ...]:
    """Return the sets the opening shows: not those made by leaving a trial out, and of a mirror image the published one."""
    sets = [result for result in words.ordered_sets(outcome) if "_but_" not in result.trials]
    return tuple(sets[:1] if outcome.about.complement_of else sets)


def _estimate(result: TrialSetResult, outcome: CountsOutcome) -> PooledEstimate:
    """Return the estimate by the rule the paper used where it is the published set, else the usual one."""
    return outcome.as_published if result.trials == outcome.published_trials else result.pooled
