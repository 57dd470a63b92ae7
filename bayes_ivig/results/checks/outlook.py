"""Each study of an outcome beside what the others foretell of it,
and what the priors foretell before any data.
"""

from dataclasses import dataclass

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.likelihoods.registry import likelihood
from bayes_ivig.results.checks.predictive import Foretold


@dataclass(frozen=True, slots=True)
class ForeseenStudy:
    """One study beside its predictive distribution given the other studies.

    ``observed``, ``expected`` and the quantiles are treatment events out of ``total`` given all ``events`` of
    the study, or log odds ratios given its standard error under a normal likelihood, where ``total`` and
    ``events`` are None. ``lower`` and ``upper`` are the central predictive limits, ``quarter`` and
    ``three_quarters`` those of the middle half. ``prob_below`` is the probability of a smaller result, half
    of an equal one included, ``p_value`` the two-sided mid-p of it; ``replicated_p`` is that under the
    posterior of all studies, its own data among them.
    ``log_predictive_density`` is that of all the study's data given the others'.
    What does not exist is None; ``note`` says why.
    """

    study: str
    observed: float
    total: int | None
    events: int | None
    expected: float | None = None
    lower: float | None = None
    quarter: float | None = None
    three_quarters: float | None = None
    upper: float | None = None
    prob_below: float | None = None
    p_value: float | None = None
    replicated_p: float | None = None
    log_predictive_density: float | None = None
    note: str = ""

    @property
    def outside(self) -> bool:
        """Whether the result lies beyond the predictive limits."""
        return (
            self.lower is not None
            and self.upper is not None
            and not self.lower <= self.observed <= self.upper
        )


@dataclass(frozen=True, slots=True)
class TrialSetCheck:
    """Every informative study of one trial set foreseen from the others;
    limits have the probability ``level``.

    ``outside`` counts studies beyond their limits, ``expected_outside`` how many are foreseen to be;
    ``smallest_p_chance`` is the probability, under the posterior of all studies, that the smallest of so many
    ``replicated_p`` is as small or smaller. ``log_predictive_density`` is the sum over studies; None where
    one is missing.
    """

    trials: str
    likelihood: str
    level: float
    rows: tuple[ForeseenStudy, ...]
    outside: int
    expected_outside: float
    smallest_p_chance: float | None
    log_predictive_density: float | None

    __repr__ = short_repr

    @property
    def uses_estimates(self) -> bool:
        """Whether odds ratios were foreseen, not events."""
        return likelihood(self.likelihood).uses_estimates

    @property
    def foreseen(self) -> tuple[ForeseenStudy, ...]:
        """The studies that the others foretell something of."""
        return tuple(row for row in self.rows if row.p_value is not None)


@dataclass(frozen=True, slots=True)
class OutcomeChecks:
    """Checks of the reference model on one outcome.

    ``prior`` are odds ratios, tau and event rates before the data at the quantiles ``levels``, empty under an
    improper prior; ``sets`` are the published trials and all trials where they differ, those with at least
    two informative studies.
    """

    prior: tuple[Foretold, ...]
    levels: tuple[float, ...]
    sets: tuple[TrialSetCheck, ...]

    __repr__ = short_repr
