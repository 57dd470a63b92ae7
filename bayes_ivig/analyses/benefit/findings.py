"""``findings``: the summary of findings of a reanalysis, absolute effects included."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bayes_ivig.analyses.benefit.benefit import Question, at_levels
from bayes_ivig.analyses.benefit.control_levels import (
    Levels,
    Risks,
    arm_levels,
    known_levels,
    of_denominator,
    reconstructed_levels,
    stated_levels,
)
from bayes_ivig.results.benefit.findings import Finding
from bayes_ivig.results.benefit.zones import important_events, usual_zone
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, TrialSetResult

QUOTED = ("all", "published")
MOST_SETS = 3


def findings(
    outcomes: Sequence[CountsOutcome | SummaryOutcome],
    *,
    baseline_risks: Mapping[str, Risks] | None = None,
    important_difference: float | None = None,
    level: float = 0.95,
) -> tuple[Finding, ...]:
    """Return the rows of a summary of findings: of each outcome all trials, then its other main trial sets.

    An outcome known only from a published odds ratio has a row per reading: over the tables of counts that
    agree with it where these were reconstructed, else from the summary. Outcomes counted from another one,
    and those that are not odds ratios, have none. Control risks are low, median and high as in
    ``control_risk(...).levels()``, of all control arms of the outcome for every row of it: those counted,
    those known of a partly known table, or the reconstructed ones (events averaged over the tables of each
    reading, then over the readings, and rounded). ``baseline_risks`` states them instead, by outcome, each a
    number or numbers by name; ``important_difference`` is in events per 1000, of outcomes for which the data
    state no other. Where control arms carry no risk (``control_risk`` tells) there are no absolute effects.
    Raises ``ModelError`` for risks, differences and levels that are none.
    """
    asked = Question(important_difference=important_difference, level=level)
    stated = baseline_risks or {}
    rows: list[Finding] = []
    for outcome in outcomes:
        if isinstance(outcome, CountsOutcome):
            rows += [] if outcome.about.complement_of else _counted(outcome, asked, stated)
        elif outcome.claim.measure == "OR":
            rows += _summarised(outcome, asked, stated)
    return tuple(rows)


def comparison_findings(
    outcomes: Sequence[CountsOutcome | SummaryOutcome],
    *,
    baseline_risks: Mapping[str, Risks] | None = None,
    important_difference: float | None = None,
) -> tuple[Finding, ...]:
    """Return a row per comparison of each outcome that has any, ``trials`` being its key.

    Control risks are those of the comparison's own control arms, by the rules of ``findings``: trials
    against another treatment and trials against none have people at different risk. Raises ``ModelError``.
    """
    asked = Question(important_difference=important_difference)
    stated = baseline_risks or {}
    return tuple(
        _of_set(
            outcome,
            group.result,
            stated_levels(outcome.name, stated) or arm_levels(group.result.dataset),
            asked,
        )
        for outcome in outcomes
        if isinstance(outcome, CountsOutcome) and outcome.comparisons and not outcome.about.complement_of
        for group in outcome.comparisons.groups
    )


def _counted(outcome: CountsOutcome, asked: Question, stated: Mapping[str, Risks]) -> Iterator[Finding]:
    """Yield a row per main trial set, all trials first; the control risks are those of all trials."""
    levels = stated_levels(outcome.name, stated) or arm_levels(outcome.trial_set("all").dataset)
    for result in main_sets(outcome):
        yield _of_set(outcome, result, levels, asked)


def _of_set(outcome: CountsOutcome, result: TrialSetResult, levels: Levels, asked: Question) -> Finding:
    """Return the row of one set of trials."""
    posterior = result.posterior
    kept = [study for study in result.dataset.studies if study.name in posterior.studies]
    people = sum(study.treatment_seen + study.control_seen for study in kept)
    known: dict[str, Any] = {"known_from": "counts", "trials": result.trials, "reading": ""}
    known |= {"studies": posterior.k, "people": people}
    return _finding(outcome, known, posterior["mu"], levels, asked)


def main_sets(outcome: CountsOutcome) -> list[TrialSetResult]:
    """Return all trials, the published and the main sets stated; without these the first three sets."""
    sets = sorted(outcome.sets, key=lambda result: result.trials != "all")
    quoted = [
        result for name in (*QUOTED, *outcome.about.main_sets) for result in sets if result.trials == name
    ]
    return (quoted if len(quoted) > 1 else sets)[:MOST_SETS]


def _summarised(outcome: SummaryOutcome, asked: Question, stated: Mapping[str, Risks]) -> Iterator[Finding]:
    """Yield a row per reading, from reconstructed counts where there are any."""
    own = stated_levels(outcome.name, stated)
    reconstructed = [each for each in outcome.reconstructed if each.posteriors and not each.narrowed]
    for possible in reconstructed:
        posterior = possible.posteriors[0]
        levels = own or reconstructed_levels(of_denominator(outcome, posterior.denominators))
        studies = [
            study for study in posterior.partial.studies if study.treatment_total and study.control_total
        ]
        known: dict[str, Any] = {"known_from": "reconstructed counts", "trials": "", "reading": possible.code}
        known |= {
            "studies": len(studies),
            "people": sum(study.treatment_total + study.control_total for study in studies),
        }
        yield _finding(outcome, known, posterior.averaged(), levels, asked)
    for reading in () if reconstructed else outcome.readings:
        known = {
            "known_from": "published summary",
            "trials": "",
            "reading": reading.code,
            "studies": outcome.claim.k_estimable or outcome.claim.k,
            "people": outcome.claim.n,
        }
        yield _finding(outcome, known, reading.marginal, own or known_levels(outcome), asked)


def _finding(
    outcome: CountsOutcome | SummaryOutcome,
    known: dict[str, Any],
    marginal: Marginal,
    levels: Levels,
    asked: Question,
) -> Finding:
    return Finding(
        outcome=outcome.name,
        about=outcome.about,
        **known,
        marginal=marginal,
        control=levels.source,
        effects=at_levels(marginal, levels.risks),
        zone=usual_zone(outcome.about),
        important_difference=important_events(outcome.about, asked.important_difference),
        level=asked.level,
        problems=levels.problems,
        arms=levels.arms,
    )
