"""The table of comparisons: mean and new trial of every one, and the contrasts under both priors."""

from bayes_ivig.reporting.comparisons import words
from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.document.cells import CREDIBLE, Row, above_one, effect_cells
from bayes_ivig.reporting.wording import classical, details, numbers, outcomes, phrases
from bayes_ivig.reporting.wording import two_arm as models
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonContrast, ComparisonResult
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

ALONE = (
    "One trial: the posterior is that of the trial itself; what its intervals have beyond the trial's own "
    "comes from the prior of τ."
)


def comparisons_table(outcome: CountsOutcome, found: ByComparison) -> Table:
    """Return one row per comparison: trials, people, the mean with the probability above no effect, a new
    trial of the same fit, tau.
    """
    measure = found.measure
    columns = (
        Column("Comparison", "text"),
        Column("Trials"),
        Column(phrases.first_upper(phrases.name(outcome.about.words.people))),
        Column("Pooled again"),
        Column(f"Posterior {measure.symbol}"),
        Column(CREDIBLE),
        Column(f"P({measure.above})"),
        Column("New trial: 95% prediction interval"),
        Column("τ"),
    )
    caption = (
        f"{outcomes.title(outcome)}: {phrases.name(outcome.about.treatment)} by what it was compared with, a "
        "fit for each comparison."
    )
    model = found.groups[0].result.posterior.model
    trials = [
        f"{phrases.first_upper(phrases.name(each.phrase))}: {phrases.names(each.trials)}."
        for each in found.groups
    ]
    remarks = [f"{phrases.first_upper(phrases.name(line))}." for line in words.baseline_lines(found)]
    lines = (
        *trials,
        *models.details(model),
        *_pooling(found),
        *(ALONE,) * any(len(each.trials) == 1 for each in found.groups),
        *remarks,
        details.INTERVALS,
    )
    return Table(caption, columns, tuple(_row(each, found) for each in found.groups), lines)


def _row(each: ComparisonResult, found: ByComparison) -> Row:
    posterior, measure = each.result.posterior, found.measure
    estimate, limits = effect_cells(measure, posterior_effect(posterior["mu"], measure))
    _, new = effect_cells(measure, posterior_effect(posterior["theta_new"], measure))
    pooled, _ = effect_cells(measure, each.result.pooled.own)
    tau = numbers.standard_deviation(float(posterior["tau"].quantile(0.5)))
    return (
        phrases.first_upper(f"{phrases.name(each.phrase)}, {phrases.name(each.people)}"),
        str(len(each.trials)),
        numbers.NONE if each.counted is None else numbers.count(each.counted),
        pooled,
        Cell(estimate, "strong"),
        Cell(limits, "strong"),
        Cell(above_one(posterior["mu"]), "strong"),
        new,
        tau if posterior.model.heterogeneous else "0 by assumption",
    )


def _pooling(found: ByComparison) -> tuple[str, ...]:
    """Return how the frequentist numbers were made, in which trials cells were altered for it, and of which
    comparisons they may mislead.
    """
    made = [each.result.pooled for each in found.groups]
    touched = dict.fromkeys(study for each in made for study in each.zero_cells.studies_altered)
    where: dict[str, list[str]] = {}
    for group in found.groups:
        for line in classical.caution_lines(group.result.pooled.cautions):
            where.setdefault(line, []).append(phrases.name(group.phrase))
    return (
        f"Pooled again: {classical.method(made[0])}; zero cells: {made[0].zero_cells.rule}.",
        f"Pooled again, cells altered wherever they are in the set: {phrases.names(touched) or 'none'}.",
        *(f"Caution ({phrases.series(rows)}): {line}." for line, rows in where.items()),
    )


def contrasts_table(outcome: CountsOutcome, found: ByComparison) -> Table:
    """Return a row for every contrast and trials left out, under both priors of the difference."""
    measure = found.measure
    first = found.contrasts[0]
    wide, narrow = words.prior_of(first.independent), words.prior_of(first.shrinking)
    what = "Ratio" if measure.log else "Difference"
    above = words.above_of(measure)
    columns = (
        Column("Comparisons", "text"),
        Column("Trials"),
        *(
            column
            for name in ("wide prior", "narrow prior")
            for column in (
                Column(f"{what}, {name}"),
                Column(f"95% interval, {name}"),
                Column(f"P({above}), {name}"),
            )
        ),
    )
    plural = measure.contrast.replace(" of ", "s of ", 1)
    caption = f"{outcomes.title(outcome)}: {plural} between comparisons, one τ for all."
    lines = (
        f"Wide prior: {wide}. Narrow prior: {narrow}. {words.NEITHER}",
        f"{what}: of the {measure.name} named first {'over' if measure.log else 'minus'} that named second.",
        details.CREDIBLE,
    )
    return Table(caption, columns, tuple(_contrast(each, found) for each in found.contrasts), lines)


def _contrast(each: ComparisonContrast, found: ByComparison) -> Row:
    out = f", without {phrases.names(each.left_out)}" if each.left_out else ""
    cells: list[str] = []
    for wide in (True, False):
        marginal = each.difference(wide=wide)
        shown = effect_cells(found.measure, posterior_effect(marginal, found.measure))
        cells += [*shown, above_one(marginal)]
    return (
        f"{phrases.first_upper(phrases.name(each.title))}{out}",
        str(sum(map(len, each.trials))),
        *cells,
    )
