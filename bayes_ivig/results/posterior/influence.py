"""What each study contributes to a posterior, and how well the others foresee it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class StudyInfluence:
    """One study seen from the others.

    ``weight`` is its share of the information on mu (all studies and the prior add up to 1); ``predictive_p``
    the two-sided mid-p of its own result under the posterior of the other studies, and ``prob_below`` how
    probable a smaller effect was, half of an equal one included; ``log_predictive_density`` the log density
    of its data given the others'. ``median_without``, ``prob_above_without`` are the median of mu (log odds
    ratio) and P(OR > 1) without it. What does not exist is None, and ``note`` says why.
    """

    study: str
    weight: float
    predictive_p: float | None
    prob_below: float | None
    log_predictive_density: float | None
    median_without: float | None
    prob_above_without: float | None
    note: str = ""

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, slots=True)
class Influence(Shown):
    """Every informative study's influence, in the order of the table.

    ``definition`` names what the weights are; ``prior_weight`` is the share of the prior of mu. Weights: the
    posterior mean over tau of each study's share of the information on mu, E[-d2 log L_i(mu, tau) / d mu2
    given tau] over the sum of all and of the prior's (Riley et al. 2018, Stat Methods Med Res 27:2885); for a
    normal likelihood this is the mean of (1 / (s_i^2
    + tau^2)) over the sum of all such, the coefficient of the study's estimate in the posterior mean
      of mu (bayesmeta's
    weights; Röver 2020, J Stat Softw 93(6)). Predictive p: mid-p of the treatment events given the study's
    total of events (noncentral hypergeometric), or of its estimate (normal likelihood), averaged over a new
    study's effect under the posterior of the others (Marshall & Spiegelhalter 2007, Bayesian Anal 2:409).
    """

    studies: tuple[StudyInfluence, ...]
    prior_weight: float
    definition: str = "share of the information on mu"

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [each.study for each in self.studies]

    def __getitem__(self, study: str) -> StudyInfluence:
        """Return one study's; raises ``ModelError`` for a name that is not there."""
        by_study = {row.study: row for row in self.studies}
        if study not in by_study:
            raise ModelError(
                f"influence: no study {study!r}{suggestion(study, by_study)}; there are {', '.join(by_study)}"
            )
        return by_study[study]

    @property
    def log_predictive_density(self) -> float | None:
        """Sum of the studies' log predictive densities: the leave-one-out log score (elpd);
        None where one is missing.
        """
        values = [row.log_predictive_density for row in self.studies]
        return None if None in values else sum(value for value in values if value is not None)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per study, indexed by its name."""
        import pandas as pd

        names = [name for name in StudyInfluence.__dataclass_fields__ if name not in ("study", "note")]
        rows = {row.study: [getattr(row, name) for name in names] for row in self.studies}
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("study")
