"""What is made of pooled estimates: series of them, funnel plots, tests of small studies, and fragility."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.pooled import CONTRACT, PooledEstimate, Ratio, StudyEstimate
from bayes_ivig.results.shown import Shown, one_row

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Refit:
    """One analysis of a series: the study left out or added, and the result without, or up to, it."""

    study: str
    pooled: PooledEstimate


@checked_methods
class Refits(tuple[Refit, ...], Shown):
    """The analyses of a series in their order: a tuple that can show itself."""

    __slots__ = ()

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per analysis: the study left out or added,
        then the numbers of ``PooledEstimate`` on its scale.

        Confidence limits are of ``level``, the estimates' own unless given; ``cautions`` are their codes.
        """
        import pandas as pd

        rows = []
        for each in self:
            own = {name: getattr(each.pooled, name) for name in CONTRACT} | each.pooled.effect(level)
            codes = "; ".join(caution.code for caution in each.pooled.cautions)
            at = each.pooled.level if level is None else level
            rows.append(
                {"study": each.study, **own, "level": at, "note": each.pooled.note, "cautions": codes}
            )
        return pd.DataFrame(rows, columns=["study", *CONTRACT, "level", "note", "cautions"])


@checked_methods
@dataclass(frozen=True, slots=True)
class Funnel(Shown):
    """What a funnel plot shows: study effects with standard errors,
    and the common effect they scatter around.
    """

    measure: str
    centre: float | None
    level: float
    studies: tuple[StudyEstimate, ...]

    def limits(self, standard_error: float) -> Ratio:
        """Centre and limits within which ``level`` of studies of this standard error fall,
        if all share the centre.
        """
        if self.centre is None:
            return Ratio(None, None, None)
        reach = NormalDist().inv_cdf(0.5 + self.level / 2) * standard_error
        return Ratio(self.centre, self.centre - reach, self.centre + reach)

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return effect and standard error of every study on the scale of the measure,
        limits of ``level`` or the plot's own.
        """
        import pandas as pd

        at = self.level if level is None else level
        rows = [
            {
                "study": s.study,
                "standard_error": s.standard_error,
                **s.effect(at, self.level),
                "level": at,
                "weight": s.weight,
                "reason": s.reason,
            }
            for s in self.studies
        ]
        effect = ("estimate", "standard_error", "ci_lower", "ci_upper", "level")
        return pd.DataFrame(rows, columns=["study", *effect, "weight", "reason"])


@dataclass(frozen=True, slots=True)
class BaujatPoint:
    """One study of a Baujat plot: its part of Q, and how far the estimate moves without it.

    ``q_contribution`` is its squared residual over its variance, ``influence`` the squared move of the
    estimate over the variance of the estimate without it, ``estimate_without`` that estimate. None where the
    study, or the estimate without it, does not exist.
    """

    study: str
    q_contribution: float | None
    influence: float | None
    estimate_without: float | None


@checked_methods
@dataclass(frozen=True, slots=True)
class Baujat(Shown):
    """What a Baujat plot shows: which studies make the heterogeneity, and which of them move the result.

    ``pooled`` is the estimate of all studies, on the scale of the measure (log scale for ratios).
    """

    pooled: PooledEstimate
    points: tuple[BaujatPoint, ...]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per study: ``study, q_contribution, influence, estimate_without``."""
        import pandas as pd

        columns = ["study", "q_contribution", "influence", "estimate_without"]
        return pd.DataFrame(
            [[getattr(each, name) for name in columns] for each in self.points], columns=columns
        )


@checked_methods
@dataclass(frozen=True, slots=True)
class SmallStudyTest(Shown):
    """A regression test for funnel asymmetry: the coefficient tested, its t statistic on ``df``,
    and what to beware of.

    ``adjusted`` is the effect the line predicts for an infinitely large study, on the scale of the measure.
    """

    test: str
    k: int
    coefficient: float | None
    standard_error: float | None
    statistic: float | None
    df: int
    p_value: float | None
    adjusted: float | None
    warnings: tuple[str, ...]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return the test as one row."""
        return one_row(self)


@checked_methods
@dataclass(frozen=True, slots=True)
class SelectionEstimate(Shown):
    """A selection model fitted by maximum likelihood: effect and tau squared of all studies, published or
    not, on the scale of the measure (log scale for ratios), and the weights of the intervals of the p-value
    after the first, whose weight is 1.

    ``trials`` are how many lie in each interval. ``statistic`` is the likelihood ratio test against no
    selection, on ``df``. ``standard_error`` is None where the likelihood has no peak.
    """

    measure: str
    k: int
    steps: tuple[float, ...]
    side: str
    estimate: float
    standard_error: float | None
    tau2: float
    weights: tuple[float, ...]
    trials: tuple[int, ...]
    log_likelihood: float
    log_likelihood_without: float
    statistic: float
    df: int
    p_value: float
    warnings: tuple[str, ...]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return the fit as one row."""
        return one_row(self)


@checked_methods
@dataclass(frozen=True, slots=True)
class Fragility(Shown):
    """How few changes of one person's outcome turn a result significant or no longer so.

    ``changes`` lists them in order as (study, ``"treatment"`` or ``"control"``, +1 or -1 event); ``index`` is
    their number, None where the search ended without a turn. ``pooled`` is the result after the last of them.
    """

    significant: bool
    index: int | None
    changes: tuple[tuple[str, str, int], ...]
    pooled: PooledEstimate

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return the changes in their order: study, arm, events added."""
        import pandas as pd

        return pd.DataFrame(list(self.changes), columns=["study", "arm", "events"])
