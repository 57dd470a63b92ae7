"""The answer of a classical estimate, of a table of many analyses and of an audit, in a few words."""

import math

from bayes_ivig.measures import measure_of
from bayes_ivig.reporting.display.effects import both, medians, pooled, reach, several, span
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.checks.across_measures import MeasureComparison
from bayes_ivig.results.classical import Baujat, Fragility, Funnel, Refits, SelectionEstimate, SmallStudyTest
from bayes_ivig.results.comparisons.by_comparison import ByComparison
from bayes_ivig.results.imports.imported import Imported
from bayes_ivig.results.pooled import PooledEstimate, Ratio
from bayes_ivig.results.posterior_tables import OneByOne, PriorComparison, Standing, Subsets
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis
from bayes_ivig.results.reconstruction.tables import Reconstruction
from bayes_ivig.results.specification.curve import SpecificationCurve


def of_pooled(result: PooledEstimate) -> str:
    """The effect and its P-value."""
    answer = pooled(measure_of(result.measure), result.own)
    if result.p_value is None:
        return answer
    adjusted = ", Hartung-Knapp" if result.hartung_knapp else ""
    return f"{answer}, {numbers.equals('P', numbers.fine_p_value(result.p_value))}, {result.method}{adjusted}"


def of_refits(result: Refits) -> str:
    """The least and the most of the effects."""
    if not result:
        return "no refits"
    values = [each.pooled.own.estimate for each in result]
    measure = measure_of(result[0].pooled.measure)
    known = reach(measure, [value for value in values if value is not None])
    return f"{several(len(result), 'refit')}, {known}"


def of_funnel(result: Funnel) -> str:
    """What the studies lie around."""
    measure = measure_of(result.measure)
    around = None if result.centre is None else measure.own(result.centre)
    found = pooled(measure, Ratio(around, None, None))
    return f"{several(len(result.studies), 'study', 'studies')} around {found}"


def of_baujat(result: Baujat) -> str:
    """The study that makes most of the heterogeneity."""
    known = [point for point in result.points if point.q_contribution is not None]
    if not known:
        return "no study with a part of Q"
    most = max(known, key=lambda point: point.q_contribution or 0.0)
    return f"{most.study} has most of Q, {numbers.figures(most.q_contribution or 0.0)}"


def of_selection_estimate(result: SelectionEstimate) -> str:
    """The effect on its own scale, and the P-value of selection."""
    measure = measure_of(result.measure)
    own = math.exp(result.estimate) if measure.log else result.estimate
    chance = numbers.equals("P", numbers.fine_p_value(result.p_value))
    return f"{measure.code} {numbers.figures(own)}, {chance} for selection"


def of_small_study_test(result: SmallStudyTest) -> str:
    """The P-value."""
    if result.p_value is None:
        return f"{result.test}: no P-value"
    return f"{result.test}, {numbers.equals('P', numbers.fine_p_value(result.p_value))}"


def of_fragility(result: Fragility) -> str:
    """How many events turn it."""
    now = "significant" if result.significant else "not significant"
    if result.index is None:
        return f"{now}, and no number of moved events turns it"
    return f"{now}; {several(result.index, 'moved event')} {'turns' if result.index == 1 else 'turn'} it"


def of_subsets(result: Subsets) -> str:
    """How many there are, and their medians."""
    return f"{several(len(result.frame), 'set')} of trials, {medians(result.frame)}"


def of_one_by_one(result: OneByOne) -> str:
    """The medians."""
    return f"{result.view}, {several(len(result.frame), 'row')}, {medians(result.frame)}"


def of_priors(result: PriorComparison) -> str:
    """The medians."""
    return f"{several(len(result.frame), 'prior')}, {medians(result.frame)}"


def of_standing(result: Standing) -> str:
    """Where the set stands."""
    size, subsets = (numbers.count(int(result[key])) for key in ("size", "subsets"))
    return f"{size} trials, one of {subsets} sets of so many"


def of_specifications(result: SpecificationCurve) -> str:
    """The medians, and how many there are."""
    found = reach(result.measure, [row.median for row in result.rows])
    return f"{several(len(result.rows), 'specification')}, median {found}"


def of_measures(result: MeasureComparison) -> str:
    """The effect on every measure."""
    return "; ".join(span(row.measure, row.posterior["mu"]) for row in result.rows)


def of_comparisons(result: ByComparison) -> str:
    """The effect of every comparison."""
    return "; ".join(
        f"{group.phrase} {span(result.measure, group.result.posterior['mu'])}" for group in result.groups
    )


def of_reanalysis(result: Reanalysis) -> str:
    """The effect on every outcome that is known from counts."""
    parts = []
    for outcome in result.outcomes:
        if isinstance(outcome, CountsOutcome) and not outcome.about.complement_of:
            name = phrases.name(outcome.about.outcome_title or outcome.name.replace("_", " "))
            effect = both(outcome.measure, outcome.trial_set("all").posterior["mu"])
            parts.append(f"{name}: {effect}".removeprefix(": "))
    return "; ".join(parts) or several(len(result.outcomes), "outcome")


def of_reconstruction(result: Reconstruction) -> str:
    """How many tables agree with what was printed."""
    least = "" if result.complete else "at least "
    return f"{least}{several(result.count, 'table')} of counts {'agrees' if result.count == 1 else 'agree'}"


def of_audit(result: Audit) -> str:
    """How many checks found what."""
    counts: dict[str, int] = {}
    for finding in result.findings:
        counts[finding.verdict] = counts.get(finding.verdict, 0) + 1
    return ", ".join(f"{numbers.count(count)} {verdict}" for verdict, count in counts.items()) or "no checks"


def of_imported(result: Imported) -> str:
    """The tables that were read."""
    parts = []
    for outcome in result.outcomes:
        if outcome.dataset is None:
            parts.append(f"{outcome.name or 'a table'}: not read, {outcome.why}")
        else:
            k = several(len(outcome.dataset), "trial")
            parts.append(f"{outcome.name}: {k}".removeprefix(": "))
    return "; ".join(parts) or "no table"
