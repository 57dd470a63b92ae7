"""Trials that are to be imagined: the posterior that foretells them, and the control risk that they have."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.analyses.next_trial.asked import answers_of, control_of
from bayes_ivig.analyses.next_trial.plan import Planned
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.trials import ControlLogOdds, Size
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ToCome:
    """A posterior on its grid with what is planned; ``control`` is None where nobody asks for it, ``whence``
    says in words where control risks come from.
    """

    posterior: Posterior
    plan: Planned
    answers: GridAnswers
    control: ControlLogOdds | None
    whence: str

    @property
    def stated_control(self) -> ControlLogOdds:
        """The control log odds of trials that are imagined by their people."""
        assert self.control is not None
        return self.control

    def smallest_error(self, people: int) -> float:
        """Return about the smallest standard error that a trial of this size may have."""
        size, control = self.size(people), self.stated_control
        theta = np.asarray(self.posterior["theta_new"].quantile(np.linspace(0.05, 0.95, 19)))
        known = size.control * _variance(np.array(control.typical))
        treated = size.treatment * _variance(control.typical + theta)
        return math.sqrt(float(np.min(1 / known + 1 / treated)))

    def size(self, people: int) -> Size:
        """Return how many are seen in each arm where so many are randomised to the control arm."""
        return Size(self.plan.seen(self.plan.treated(people)), self.plan.seen(people))


def to_come(posterior: Posterior, plan: Planned, *, risks: bool) -> ToCome:
    """Return a posterior ready to foretell trials, with their control risks where ``risks`` are asked for;
    raises ``ModelError``.
    """
    answers = answers_of(posterior, plan.ASKED, people=not plan.errors)
    control, whence = control_of(posterior, plan.ASKED, plan.control_risk) if risks else (None, "")
    return ToCome(posterior, plan, answers, control, whence)


def _variance(log_odds: Array) -> Array:
    p = special.expit(log_odds)
    return np.asarray(p * (1 - p))
