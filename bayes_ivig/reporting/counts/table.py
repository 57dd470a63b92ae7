"""The tables of the outcomes whose counts are known."""

import math

from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.report_options import Order
from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.document.cells import (
    CONFIDENCE,
    CREDIBLE,
    Row,
    above_one,
    benefit_cell,
    direction,
    effect_cells,
)
from bayes_ivig.reporting.wording import details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.order import arms_of, of_times, ordered_studies
from bayes_ivig.reporting.wording.two_arm import GREEK
from bayes_ivig.results.benefit.zones import usual_zone
from bayes_ivig.results.pooled import PooledEstimate, posterior_effect
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, TrialSetResult


def compared_table(outcome: CountsOutcome) -> Table:
    """Return published, pooled again, posterior and prediction for the trials that were pooled."""
    result, pooled, claim = outcome.trial_set(outcome.published_trials), outcome.as_published, outcome.claim
    published = [_published(claim)] if claim is not None and claim.estimate is not None else []
    p_value = numbers.NONE if pooled.p_value is None else numbers.equals("P", numbers.p_value(pooled.p_value))
    again = (
        f"Pooled again{_effects(pooled)}",
        *effect_cells(outcome.measure, pooled.own),
        "95% confidence",
        p_value,
        _heterogeneity(pooled),
    )
    columns = (
        Column("Result", "text"),
        Column(phrases.first_upper(outcome.measure.name)),
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
    """Return the rows of the pooled effect and of the one in a new study."""
    posterior = result.posterior
    mu, new, tau = posterior["mu"], posterior["theta_new"], posterior["tau"]
    lower, upper = tau.interval(0.95)
    random = (
        f"τ = {numbers.standard_deviation(float(tau.quantile(0.5)))} ({numbers.standard_deviation(lower)} to "
        f"{numbers.standard_deviation(upper)})"
    )
    spread = random if posterior.model.heterogeneous else "τ = 0 by assumption"
    measure = posterior.measure
    shown = effect_cells(measure, posterior_effect(mu, measure))
    estimate, interval = (Cell(text, "strong") for text in shown)
    chance, new_chance = (numbers.chance(measure.above, float(each.prob_above(0.0))) for each in (mu, new))
    pooled = (
        f"Posterior, pooled {measure.name}",
        estimate,
        interval,
        "95% credible",
        Cell(chance, "strong"),
        spread,
    )
    return pooled, (
        "True effect in a new trial",
        *effect_cells(measure, posterior_effect(new, measure)),
        "95% prediction",
        new_chance,
        numbers.NONE,
    )


def study_table(
    result: TrialSetResult, outcome: CountsOutcome, pooled: PooledEstimate, order: Order = "published"
) -> Table:
    """Return the numbers of a forest plot, in its order: counts,
    observed and shrunken odds ratio of every study.
    """
    observed, measure = {study.study: study for study in pooled.studies}, outcome.measure
    rows: list[Row] = []
    times = of_times(result.dataset, measure.code)
    for study in ordered_studies(result.dataset, pooled, order):
        seen = observed.get(study.name)
        cells = (
            ("not estimable", numbers.NONE)
            if seen is None or not seen.estimable
            else effect_cells(measure, seen.own(measure))
        )
        weight = numbers.percentage(seen.weight) if seen is not None and seen.weight else numbers.NONE
        shrunken = ("no information", numbers.NONE)
        if study.name in result.posterior.studies:
            shrunken = effect_cells(measure, posterior_effect(result.posterior.theta[study.name], measure))
        rows.append((phrases.name(study.name), *arms_of(study, times=times), weight, *cells, *shrunken))
    arms = (
        phrases.first_upper(phrases.name(arm)) for arm in (outcome.about.treatment, outcome.about.control)
    )
    columns = (
        Column("Study", "text"),
        *(Column(f"{arm}: events/{'person-time' if times else 'total'}") for arm in arms),
        Column("Weight"),
        Column(f"Observed {measure.symbol}"),
        Column(CONFIDENCE),
        Column(f"Posterior {measure.symbol}"),
        Column(CREDIBLE),
    )
    if len(result.dataset.estimated) == len(result.dataset):  # no counts to show
        columns, rows = (columns[0], *columns[3:]), [(row[0], *row[3:]) for row in rows]
    caption = (
        f"{outcomes.title(outcome)}, study by study: {outcomes.set_phrase(result, outcome)}{_silent(result)}."
    )
    lines = (*details.of_result(result, outcome, pooled), *_estimated(result))
    weighs = f"Weight: share of a trial in the {measure.name} pooled again."
    if any(row[-5] != numbers.NONE for row in rows):
        lines += (f"{weighs} What a trial tells the posterior is another share.",)
    return Table(caption, columns, tuple(rows), lines)


def _estimated(result: TrialSetResult) -> tuple[str, ...]:
    """Name the trials that have no counts."""
    named = result.dataset.estimated
    if not named:
        return ()
    if len(named) == len(result.dataset):
        return ("The trials are known by their estimates and standard errors, without counts.",)
    return (f"Known by estimate and standard error, without counts: {phrases.names(named)}.",)


def sets_table(outcome: CountsOutcome) -> Table:
    """Return every trial set, pooled again and posterior."""
    rows, measure, directed = [], outcome.measure, outcome.about.event is not None
    for result in outcomes.ordered_sets(outcome):
        pooled, posterior = result.pooled, result.posterior
        i2 = numbers.NONE if pooled.i2 is None else numbers.percentage(pooled.i2, 0)
        tau = numbers.standard_deviation(float(posterior["tau"].quantile(0.5)))
        _, foreseen = effect_cells(measure, posterior_effect(posterior["theta_new"], measure))
        mu = posterior["mu"]
        rows.append(
            (
                outcomes.set_label(result, outcome),
                *effect_cells(measure, posterior_effect(mu, measure)),
                benefit_cell(mu, outcome) if directed else above_one(mu),
                foreseen,
                tau,
                *effect_cells(measure, pooled.own),
                i2,
            )
        )
    columns = (
        Column("Trials", "text"),
        Column(f"Posterior {measure.symbol}"),
        Column(CREDIBLE),
        Column("P(benefit)" if directed else f"P({measure.above})"),
        Column("New trial: 95% prediction interval"),
        Column("τ, median"),
        Column(f"Pooled again, {measure.symbol}"),
        Column(CONFIDENCE),
        Column("I²"),
    )
    caption = f"{outcomes.title(outcome)}: every trial set, posterior and pooled again."
    lines = details.of_sets(outcome, classical=True)
    return Table(caption, columns, tuple(rows), (*lines, direction(measure)) if directed else lines)


def chances_table(outcome: CountsOutcome) -> Table:
    """Return per trial set the probabilities below, inside and above the stated zone,
    and under a tighter baseline prior.
    """
    measure = outcome.measure
    zone = usual_zone(outcome.about, measure)
    has_zone = zone[0] < zone[1]
    low, high = (numbers.threshold(limit) for limit in zone)
    checks = [result.baseline for result in outcome.sets if result.baseline is not None]
    columns = [Column("Trials", "text")]
    if has_zone:
        columns += [Column(f"P({measure.symbol} < {low})"), Column(f"P({low} to {high})")]
        columns += [Column(f"P({measure.symbol} > {high})")]
    columns += [Column(f"P({measure.above})")]
    columns += [Column(f"P({measure.above}), {GREEK['alpha']} ~ {checks[0].other_prior}")] if checks else []
    columns += [Column(f"P({measure.above}) in a new trial")]
    rows = []
    for result in outcomes.ordered_sets(outcome):
        mu, (lower, upper) = result.posterior["mu"], map(measure.modelled, zone)
        row = [outcomes.set_label(result, outcome)]
        parts = (mu.prob_below(lower), mu.prob_between(lower, upper), mu.prob_above(upper))
        row += [numbers.probability(float(p)) for p in parts] if has_zone else []
        row += [above_one(mu)]
        row += (
            [numbers.probability(result.baseline.other_prob_or_gt_1) if result.baseline else numbers.NONE]
            if checks
            else []
        )
        rows.append((*row, above_one(result.posterior["theta_new"])))
    around = (
        f"inside and above the zone from {low} to {high}"
        if has_zone
        else f"and above {numbers.stated(measure.null)}"
    )
    caption = f"{outcomes.title(outcome)}: probabilities below, {around}, by trial set."
    lines = details.of_sets(outcome, classical=False)
    return Table(caption, tuple(columns), tuple(rows), lines)


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
