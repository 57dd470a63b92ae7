"""The rows of the brief's figure: what was compared or pooled, or where there is one set alone its trials."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.reporting.brief.comparison_words import against
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.comparisons.by_comparison import ComparisonResult
from bayes_ivig.results.pooled import Ratio, posterior_effect
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, TrialSetResult

MOST = 8  # rows of a kind
SILENT = "not estimable"


@dataclass(frozen=True)
class Row:
    """A label with an effect and its limits, and where there is one the prediction for a new trial.

    ``classical`` is an effect with a confidence interval: as published, or as one trial observed it;
    ``text`` is the effect as it is printed.
    """

    label: str
    text: str
    effect: Ratio | None = None
    new: Ratio | None = None
    classical: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under a heading, which may be blank; ``more`` of the kind are not shown.

    Labels go on from ``before``, which then is the heading.
    """

    heading: str
    rows: tuple[Row, ...]
    more: int = 0
    before: str = ""


def groups_of(outcome: CountsOutcome | SummaryOutcome) -> tuple[Group, ...]:
    """Return the rows of an outcome: by comparison, then what the paper pooled; without comparisons by trial
    set, or the trials themselves where all of them are the only set; of a published summary its readings.
    """
    if isinstance(outcome, SummaryOutcome):
        return _of_summary(outcome)
    if outcome.leading_comparisons:
        return _by_comparison(outcome, outcome.leading_comparisons)
    shown = [each for each in outcomes.ordered_sets(outcome) if not outcome.about.part_of(each.trials)]
    printed = _as_published(outcome.claim, outcome.measure)
    if len(shown) == 1:
        seen = _observed(outcome, shown[0])
        posterior = _of_posterior(outcomes.set_label(shown[0], outcome), shown[0].posterior)
        return (*seen, Group("Together" if seen else "", (*printed, posterior)))
    rows = [_of_posterior(outcomes.set_label(each, outcome), each.posterior) for each in shown]
    return (Group("", (*printed, *rows[:MOST]), max(len(rows) - MOST, 0)),)


def _by_comparison(outcome: CountsOutcome, found: Sequence[ComparisonResult]) -> tuple[Group, ...]:
    """Return a row per comparison, then what was published and its trials, else all trials."""
    rows = [_of_posterior(against(each, outcome), each.result.posterior) for each in found[:MOST]]
    printed = _as_published(outcome.claim, outcome.measure)
    pooled = outcome.trial_set(outcome.published_trials if printed else "all")
    heading = "What the paper pooled" if printed else "Together"
    treatment = f"{phrases.name(outcome.about.treatment)} "
    return (
        Group("", tuple(rows), max(len(found) - MOST, 0), treatment),
        Group(heading, (*printed, _of_posterior(outcomes.set_label(pooled, outcome), pooled.posterior))),
    )


def measure_of_rows(outcome: CountsOutcome | SummaryOutcome) -> Measure:
    """Return the measure of an outcome's rows."""
    return outcome.measure if isinstance(outcome, CountsOutcome) else measure_of(outcome.claim.measure)


def _of_posterior(label: str, posterior: Posterior) -> Row:
    measure = posterior.measure
    effect = posterior_effect(posterior["mu"], measure)
    new = posterior_effect(posterior["theta_new"], measure) if posterior.model.heterogeneous else None
    return Row(label, _text(effect, measure), effect, new)


def _text(effect: Ratio, measure: Measure) -> str:
    return f"{effects.cell(measure, effect.estimate)} ({effects.limits(measure, effect.lower, effect.upper)})"


def _as_published(claim: Claim | None, measure: Measure) -> tuple[Row, ...]:
    """Return what was published on the same measure, every number as it is printed."""
    if (
        claim is None
        or claim.measure != measure.code
        or not (claim.estimate and claim.ci_lower and claim.ci_upper)
    ):
        return ()
    printed = Ratio(claim.estimate.value, claim.ci_lower.value, claim.ci_upper.value)
    text = f"{claim.estimate} ({claim.ci_lower} to {claim.ci_upper})".replace("-", numbers.MINUS)
    return (Row("As published", text, printed, classical=True),)


def _observed(outcome: CountsOutcome, result: TrialSetResult) -> tuple[Group, ...]:
    """Return each trial as it was observed; nothing where there is only one."""
    studies, measure = result.pooled.studies, outcome.measure
    if len(studies) < 2:
        return ()
    rows = []
    for study in studies[:MOST]:
        own = study.own(measure)
        known = own.estimate is not None
        text = _text(own, measure) if known else SILENT
        rows.append(Row(phrases.name(study.study), text, own if known else None, classical=True))
    some = f" (the first {MOST} of {len(studies)})" if len(studies) > MOST else ""
    return (Group(f"Trials, as observed{some}", tuple(rows)),)


def _of_summary(outcome: SummaryOutcome) -> tuple[Group, ...]:
    """Return the reconstructed readings of a published summary, or where there are none its own."""
    measure = measure_of_rows(outcome)
    found: Sequence[tuple[str, Ratio]] = [
        (each.code, posterior_effect(each.posteriors[0].averaged(), measure))
        for each in outcome.reconstructed
        if not each.narrowed
    ] or [(each.code, posterior_effect(each.marginal, measure)) for each in outcome.readings]
    rows = [
        Row(phrases.name(READINGS.get(code, code)), _text(effect, measure), effect) for code, effect in found
    ]
    printed = _as_published(outcome.claim, measure)
    return (Group("", (*printed, *rows[:MOST]), max(len(rows) - MOST, 0)),)
