"""All checks of one model on one table, side by side."""

from dataclasses import dataclass

from bayes_ivig.results.brief import brief
from bayes_ivig.results.loo import LeaveOneOut
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.power_scaling import PowerScaling
from bayes_ivig.results.predictive_check import PosteriorCheck, PriorCheck


@brief
@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What the prior foretells, what the posterior foretells, how each study is foreseen, and what the posterior answers to.

    ``prior`` and ``loo`` are None where they do not exist, under improper priors; ``missing`` then says why, one text for each.
    """

    posterior: Posterior
    prior: PriorCheck | None
    predictive: PosteriorCheck
    loo: LeaveOneOut | None
    power: PowerScaling
    missing: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """What the numbers cannot be relied on for: failed checks of the fit, and of leaving studies out."""
        return (*self.posterior.diagnostics.problems, *(self.loo.problems if self.loo is not None else ()))
