"""Everything that a brief says, as codes and numbers."""

from dataclasses import dataclass
from typing import Any

from bayes_ivig.results.brief.changes import Changes, changes_of
from bayes_ivig.results.brief.factors import Factor, factors_of
from bayes_ivig.results.brief.harm import Harm, harm_of
from bayes_ivig.results.brief.new_trial import NewTrial
from bayes_ivig.results.brief.verdict import Verdict, main_outcome, verdict_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

MOST_ADDED = 2  # answers to which one more trial is added in words


@dataclass(frozen=True)
class Brief:
    """What a brief says of a reanalysis, part by part.

    ``hangs_on`` are the choices that move the answer most; ``changes`` is None of an outcome without counts.
    ``new_trials`` are those added to the first answer that shows a direction and the first that shows none.
    """

    verdict: Verdict
    hangs_on: tuple[Factor, ...]
    changes: Changes | None
    new_trials: tuple[NewTrial, ...]
    harm: Harm

    def to_dict(self) -> dict[str, Any]:
        """Return codes and numbers by part."""
        return {
            "verdict": self.verdict.to_dict(),
            "hangs_on": [each.to_dict() for each in self.hangs_on],
            "changes": None if self.changes is None else self.changes.to_dict(),
            "new_trials": [each.to_dict() for each in self.new_trials],
            "harm": self.harm.to_dict(),
        }


def brief_of(reanalysis: Reanalysis) -> Brief:
    """Return what a brief says of a reanalysis."""
    outcome, verdict = main_outcome(reanalysis), verdict_of(reanalysis)
    harm = harm_of(reanalysis, outcome.name)
    if not isinstance(outcome, CountsOutcome):
        return Brief(verdict, (), None, (), harm)
    # where comparisons lead, the paper's own choice is what may change; else all trials are
    trials = outcome.published_trials if verdict.comparisons else "all"
    return Brief(
        verdict,
        factors_of(outcome, verdict.comparisons),
        changes_of(outcome, trials),
        _added(outcome, verdict),
        harm,
    )


def _added(outcome: CountsOutcome, verdict: Verdict) -> tuple[NewTrial, ...]:
    """Return the new trials that are put in words."""
    shown = [each.key for each in verdict.leading if each.direction != "open"]
    without = [each.key for each in verdict.leading if each.direction == "open"]
    keys = (shown[:1] + without[:1]) if verdict.comparisons else [verdict.sets[0].key]
    return tuple(each for key in keys[:MOST_ADDED] for each in outcome.new_trials if each.key == key)
