"""The tables of the outcomes whose counts are known."""

import math

from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.report_options import Order
from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.document.cells import (
    CONFIDENCE,
    CREDIBLE,
    DIRECTION,
    OR_ABOVE,
    Row,
    above_one,
    benefit_cell,
    ratio_cells,
)
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.order import ordered_studies
from bayes_ivig.reporting.wording.two_arm import GREEK
from bayes_ivig.results.pooled import PooledEstimate, posterior_ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult

USUAL_THRESHOLD = 1.25
WEIGHT = (
    "Weight: share of a trial in the odds ratio pooled again. "
    "What a trial tells the posterior is another share."
)


def compared_table(outcome: CountsOutcome) -> Table:
    """Return published, pooled again, posterior and prediction for the trials that were pooled."""
    result, pooled, claim = outcome.trial_set(outcome.published_trials), outcome.as_published, outcome.claim
    published = [_published(claim)] if claim is not None and claim.estimate is not None else []
    p_value = numbers.NONE if pooled.p_value is None else numbers.equals("P", numbers.p_value(pooled.p_value))
    again = (
        f"Pooled again{_effects(pooled)}",
        *ratio_cells(pooled.ratio),
        "95% confidence",
        p_value,
        _heterogeneity(pooled),
    )
    columns = (
        Column("Result", "text"),
        Column("Odds ratio"),
        Column("95% interval"),
        Column("Kind of interval", "short"),
        Column("Probability or P-value"),
        Column("Heterogeneity", "short"),
    )
    caption = f"{outcomes.title(outcome)}: {'published, ' if published else ''}pooled again and posterior, "
    caption += f"{outcomes.set_phrase(result, outcome)}{_silent(result)}."
    printed = (f"Published: {claim.where}.",) if claim is not None and claim.where else ()
    return Table(
        caption,
        columns,
        (*published, again, *_posterior(result)),
        (*printed, *details.of_result(result, outcome, pooled)),
    )


def _published(claim: Claim) -> Row:
    """Return the row of the published result, every number as it is printed."""
    heterogeneity = [f"I² = {claim.i2_percent}%"] if claim.i2_percent else []
    heterogeneity += [numbers.equals("P", str(claim.heterogeneity_p))] if claim.heterogeneity_p else []
    interval = f"{claim.ci_lower} to {claim.ci_upper}" if claim.ci_lower and claim.ci_upper else numbers.NONE
    effect = numbers.equals("P", str(claim.effect_p)) if claim.effect_p else numbers.NONE
    model = {"random": "random effects", "fixed": "fixed effect", "common": "common effect"}.get(
        claim.model, "model not stated"
    )
    level = f"{numbers.level(claim.level, 6)} confidence"
    return (
        f"Published ({model})",
        str(claim.estimate),
        interval,
        level,
        effect,
        ", ".join(heterogeneity) or numbers.NONE,
    )


def _posterior(result: TrialSetResult) -> tuple[Row, Row]:
    """Return the rows of the pooled odds ratio and of the one in a new study."""
    posterior = result.posterior
    mu, new, tau = posterior["mu"], posterior["theta_new"], posterior["tau"]
    lower, upper = tau.interval(0.95)
    random = (
        f"τ = {numbers.standard_deviation(float(tau.quantile(0.5)))} ({numbers.standard_deviation(lower)} to "
        f"{numbers.standard_deviation(upper)})"
    )
    spread = random if posterior.model.heterogeneous else "τ = 0 by assumption"
    estimate, interval = (Cell(text, "strong") for text in ratio_cells(posterior_ratio(mu)))
    chance, new_chance = (numbers.chance("OR > 1", float(each.prob_above(0.0))) for each in (mu, new))
    pooled = (
        "Posterior, pooled odds ratio",
        estimate,
        interval,
        "95% credible",
        Cell(chance, "strong"),
        spread,
    )
    return pooled, (
        "Prediction, a new study",
        *ratio_cells(posterior_ratio(new)),
        "95% credible",
        new_chance,
        numbers.NONE,
    )


def study_table(
    result: TrialSetResult, outcome: CountsOutcome, pooled: PooledEstimate, order: Order = "published"
) -> Table:
    """Return the numbers of a forest plot, in its order: counts,
    observed and shrunken odds ratio of every study.
    """
    observed = {study.study: study for study in pooled.studies}
    rows: list[Row] = []
    for study in ordered_studies(result.dataset, pooled, order):
        r1, n1, r0, n0 = study.counts
        seen = observed.get(study.name)
        cells = (
            ("not estimable", numbers.NONE) if seen is None or not seen.estimable else ratio_cells(seen.ratio)
        )
        weight = numbers.percentage(seen.weight) if seen is not None and seen.weight else numbers.NONE
        shrunken = ("no information", numbers.NONE)
        if study.name in result.posterior.studies:
            shrunken = ratio_cells(posterior_ratio(result.posterior.theta[study.name]))
        rows.append((phrases.name(study.name), f"{r1}/{n1}", f"{r0}/{n0}", weight, *cells, *shrunken))
    arms = (
        phrases.first_upper(phrases.name(arm)) for arm in (outcome.about.treatment, outcome.about.control)
    )
    columns = (
        Column("Study", "text"),
        *(Column(f"{arm}: events/total") for arm in arms),
        Column("Weight"),
        Column("Observed OR"),
        Column(CONFIDENCE),
        Column("Posterior OR"),
        Column(CREDIBLE),
    )
    caption = (
        f"{outcomes.title(outcome)}, study by study: {outcomes.set_phrase(result, outcome)}{_silent(result)}."
    )
    lines = details.of_result(result, outcome, pooled)
    return Table(
        caption,
        columns,
        tuple(rows),
        (*lines, WEIGHT) if any(row[3] != numbers.NONE for row in rows) else lines,
    )


def sets_table(outcome: CountsOutcome) -> Table:
    """Return every trial set, pooled again and posterior."""
    rows = []
    for result in outcomes.ordered_sets(outcome):
        pooled, posterior = result.pooled, result.posterior
        i2 = numbers.NONE if pooled.i2 is None else numbers.percentage(pooled.i2, 0)
        tau = numbers.standard_deviation(float(posterior["tau"].quantile(0.5)))
        rows.append(
            (
                outcomes.set_label(result, outcome),
                *ratio_cells(pooled.ratio),
                i2,
                *ratio_cells(posterior_ratio(posterior["mu"])),
                tau,
            )
        )
    columns = (
        Column("Trials", "text"),
        Column("Pooled again, OR"),
        Column(CONFIDENCE),
        Column("I²"),
        Column("Posterior OR"),
        Column(CREDIBLE),
        Column("τ, median"),
    )
    caption = f"{outcomes.title(outcome)}: every trial set, pooled again and posterior."
    return Table(caption, columns, tuple(rows), details.of_sets(outcome, classical=True))


def chances_table(outcome: CountsOutcome) -> Table:
    """Return per trial set the probabilities below, inside and above the stated zone,
    and under a tighter baseline prior.
    """
    beyond = outcome.about.thresholds[0] if outcome.about.thresholds else USUAL_THRESHOLD
    beyond = max(beyond, 1 / beyond)
    low, high = numbers.threshold(1 / beyond), numbers.threshold(beyond)
    checks = [result.baseline for result in outcome.sets if result.baseline is not None]
    direction = outcome.about.event is not None
    columns = [
        Column("Trials", "text"),
        Column(f"P(OR < {low})"),
        Column(f"P({low} to {high})"),
        Column(f"P(OR > {high})"),
        Column(OR_ABOVE),
    ]
    columns += [Column(f"{OR_ABOVE}, {GREEK['alpha']} ~ {checks[0].other_prior}")] if checks else []
    columns += [Column("P(benefit)")] if direction else []
    columns += [Column("P(OR > 1) in a new study")]
    rows = []
    for result in outcomes.ordered_sets(outcome):
        mu, edge = result.posterior["mu"], math.log(beyond)
        row = [outcomes.set_label(result, outcome)]
        row += [
            numbers.probability(float(p))
            for p in (mu.prob_below(-edge), mu.prob_between(-edge, edge), mu.prob_above(edge))
        ]
        row += [above_one(mu)]
        row += (
            [numbers.probability(result.baseline.other_prob_or_gt_1) if result.baseline else numbers.NONE]
            if checks
            else []
        )
        row += [benefit_cell(mu, outcome)] if direction else []
        rows.append((*row, above_one(result.posterior["theta_new"])))
    caption = (
        f"{outcomes.title(outcome)}: probabilities below, "
        f"inside and above the zone from {low} to {high}, by trial set."
    )
    lines = details.of_sets(outcome, classical=False)
    return Table(caption, tuple(columns), tuple(rows), (*lines, DIRECTION) if direction else lines)


def _effects(pooled: PooledEstimate) -> str:
    """Return the kind of effects a pooling assumes, in brackets; empty where its name does not tell."""
    kinds = {"random": " (random effects)", "fixed": " (fixed effect)"}
    return next((told for kind, told in kinds.items() if pooled.method.endswith(kind)), "")


def _silent(result: TrialSetResult) -> str:
    """Name the trials of a set that say nothing of the effect under the model;
    empty where all say something.
    """
    silent = [study for study in result.dataset.study_names if study not in result.posterior.studies]
    return (
        f", without information from {phrases.series([phrases.name(study) for study in silent])}"
        if silent
        else ""
    )


def _heterogeneity(pooled: PooledEstimate) -> str:
    if pooled.i2 is None or pooled.q_p_value is None:
        return numbers.NONE
    tau = (
        ""
        if pooled.tau2 is None or pooled.method.endswith("fixed")
        else f", τ = {numbers.standard_deviation(math.sqrt(pooled.tau2))}"
    )
    return (
        f"I² = {numbers.percentage(pooled.i2, 0)}, "
        f"{numbers.equals('P', numbers.p_value(pooled.q_p_value))}{tau}"
    )
