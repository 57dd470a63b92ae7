"""The verdict of a brief in codes and numbers: what each comparison says, or each leading set of trials,
whether they agree, and what the paper made of them.
"""

from dataclasses import dataclass
from typing import Any

from bayes_ivig.results.brief.answers import (
    Answer,
    answer_of_comparison,
    answer_of_set,
    answers_of_summary,
)
from bayes_ivig.results.brief.codes import Agreement, agreement_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis, SummaryOutcome

MOST_SETS = 3  # that a verdict names


@dataclass(frozen=True)
class Verdict:
    """What a brief says of its main outcome.

    ``comparisons`` has an answer each where two or more are described. ``sets`` are all trials, those that
    the paper pooled and the main sets stated; of an outcome without counts, its readings. ``agreement`` is
    that of the comparisons, else of the sets. ``pooled_over`` says which comparisons the paper pooled
    together, by key; ``compared_nothing`` which trials it pooled that compare nothing.
    """

    outcome: str
    comparisons: tuple[Answer, ...]
    sets: tuple[Answer, ...]
    published: Answer | None
    agreement: Agreement
    pooled_over: tuple[str, ...] = ()
    compared_nothing: tuple[str, ...] = ()

    @property
    def leading(self) -> tuple[Answer, ...]:
        """The answers that come first: by comparison, else by set of trials."""
        return self.comparisons or self.sets

    @property
    def open_predictions(self) -> int:
        """How many of the leading answers leave it open which way a new trial goes."""
        return sum(each.open_prediction for each in self.leading)

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by name."""
        return {
            "outcome": self.outcome,
            "agreement": self.agreement,
            "comparisons": [each.to_dict() for each in self.comparisons],
            "sets": [each.to_dict() for each in self.sets],
            "published": None if self.published is None else self.published.to_dict(),
            "pooled_over": list(self.pooled_over),
            "compared_nothing": list(self.compared_nothing),
            "open_predictions": self.open_predictions,
        }


def main_outcome(reanalysis: Reanalysis) -> CountsOutcome | SummaryOutcome:
    """Return the outcome that a brief is about: the first one with counts or estimates, else the first."""
    counted = (each for each in reanalysis.outcomes if isinstance(each, CountsOutcome))
    return next(counted, reanalysis.outcomes[0])


def verdict_of(reanalysis: Reanalysis) -> Verdict:
    """Return the verdict on the main outcome."""
    outcome = main_outcome(reanalysis)
    if isinstance(outcome, SummaryOutcome):
        answers = answers_of_summary(outcome)
        return Verdict(outcome.name, (), answers, None, agreement_of([each.direction for each in answers]))
    sets = tuple(answer_of_set(outcome.trial_set(name)) for name in leading_sets(outcome))
    published = next((each for each in sets if each.key == outcome.published_trials), None)
    found = outcome.comparisons
    groups = outcome.leading_comparisons
    comparisons = tuple(map(answer_of_comparison, groups))
    pooled = set(outcome.trial_set(outcome.published_trials).dataset.study_names)
    nothing = found.compared_nothing if found is not None and groups else ()
    return Verdict(
        outcome=outcome.name,
        comparisons=comparisons,
        sets=sets,
        published=published,
        agreement=agreement_of([each.direction for each in comparisons or sets]),
        pooled_over=tuple(each.key for each in groups if pooled.intersection(each.trials)),
        compared_nothing=tuple(name for name in nothing if name in pooled),
    )


def leading_sets(outcome: CountsOutcome) -> tuple[str, ...]:
    """Return the trial sets that a verdict names: all trials, those that the paper pooled, the main sets
    stated; without these the first three that are no other set without a trial.
    """
    known = [each.trials for each in outcome.sets]
    named = [name for name in ("all", outcome.published_trials, *outcome.about.main_sets) if name in known]
    if len(set(named)) < 2:
        named += [name for name in known if not outcome.about.part_of(name)]
    return tuple(dict.fromkeys(named))[:MOST_SETS]
