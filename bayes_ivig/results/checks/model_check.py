"""All checks of one model on one table, side by side."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.checks.loo import LeaveOneOut
from bayes_ivig.results.checks.power_scaling import PowerScaling
from bayes_ivig.results.checks.predictive import PosteriorCheck, PriorCheck
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@checked_methods
@dataclass(frozen=True, slots=True)
class ModelCheck(Shown):
    """What the prior foretells, what the posterior foretells, how each study is foreseen,
    and what the posterior answers to.

    ``prior`` and ``loo`` are None where they do not exist, under improper priors;
    ``missing`` then says why, one text for each.
    """

    posterior: Posterior
    prior: PriorCheck | None
    predictive: PosteriorCheck
    loo: LeaveOneOut | None
    power: PowerScaling
    missing: tuple[str, ...] = ()

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return the posterior predictive check, one row per arm; see ``PosteriorCheck.table``."""
        return self.predictive.table(level)

    @property
    def problems(self) -> tuple[str, ...]:
        """What the numbers cannot be relied on for: failed checks of the fit, and of leaving studies out."""
        return (*self.posterior.diagnostics.problems, *(self.loo.problems if self.loo is not None else ()))
