"""What a report asks of an outcome about the next trial."""

from dataclasses import dataclass

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.next_trial.next_trial import AfterTrial, NextTrial
from bayes_ivig.results.one_line_repr import brief


@brief
@dataclass(frozen=True, eq=False)
class PlannedOfOutcome:
    """What one trial more is expected to do, by trial set: ``all``, and the comparisons by their keys.

    ``divided`` are the people of one size of ``all`` in one trial and in several.
    """

    __repr__ = short_repr

    plans: tuple[tuple[str, NextTrial], ...]
    divided: tuple[AfterTrial, AfterTrial] | None = None
