"""The answer by what the treatment was compared with: one question each, and what sets them apart."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.inputs.comparisons.groups import ComparisonGroup
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.rows import totals_of
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.pooled import own_scale
from bayes_ivig.results.posterior.contrast import Contrast
from bayes_ivig.results.reanalysis.trial_set import TrialSetResult
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd

FEW = 2  # trials that tell the arms apart, up to which tau is nearly what its prior says


@brief
@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """The trials of one comparison by themselves.

    ``key`` names the trial set, ``phrase`` continues the name of the treatment ("instead of a steroid"),
    ``people`` are those of the trials. ``result.posterior["mu"]`` is the mean of such trials and
    ``result.posterior["theta_new"]`` the effect in a new one, of one fit.
    """

    key: str
    phrase: str
    people: str
    note: str
    result: TrialSetResult

    @property
    def trials(self) -> tuple[str, ...]:
        """Names of the trials."""
        return self.result.dataset.study_names

    @property
    def counted(self) -> int | None:
        """How many people the trials have in both arms; None where that is not known of every trial."""
        totals = [totals_of(study) if study.of_people else () for study in self.result.dataset.studies]
        return round(sum(sum(each) for each in totals)) if all(totals) else None

    @property
    def few(self) -> bool:
        """Whether so few trials tell the arms apart that tau is nearly what its prior says."""
        return self.result.posterior.model.heterogeneous and self.result.posterior.k_informative <= FEW

    def tau(self, level: float = 0.95) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Return median and limits of tau, of the prior and of the posterior."""
        prior = np.asarray(
            self.result.posterior.model.tau.quantile([0.5, (1 - level) / 2, (1 + level) / 2]), float
        )
        after = self.result.posterior["tau"]
        return (
            (float(prior[0]), float(prior[1]), float(prior[2])),
            (float(after.quantile(0.5)), *after.interval(level)),
        )


@brief
@dataclass(frozen=True, eq=False)
class ComparisonContrast:
    """Two sides of comparisons set against each other under one between-study SD, for two priors of the
    difference.

    ``of`` and ``against`` are keys of comparisons, the phrases what the sides are called, ``left_out`` the
    trials without which it is asked. ``shrinking`` has the narrow prior of differences, ``independent`` means
    that know nothing of each other; ``sides`` are the names of the two in both.
    """

    key: str
    title: str
    of: tuple[str, ...]
    against: tuple[str, ...]
    of_phrase: str
    against_phrase: str
    left_out: tuple[str, ...]
    shrinking: Contrast
    independent: Contrast
    sides: tuple[str, str]

    @property
    def trials(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the trials of both sides."""
        groups = self.shrinking.groups
        return groups[self.sides[0]], groups[self.sides[1]]

    def difference(self, *, wide: bool = False) -> Marginal:
        """Return the marginal of the first side minus the second, the log of a ratio of odds ratios;
        ``wide`` takes independent means.
        """
        return (self.independent if wide else self.shrinking).difference(*self.sides)


@checked_methods
@dataclass(frozen=True, eq=False)
class ByComparison(Shown):
    """The trials of an outcome by what the treatment was compared with.

    ``groups`` are the comparisons that tell something, each fitted by itself; ``contrasts`` those that the
    description of the data states, else all pairs (of many comparisons each against the one with most
    trials). ``compared_nothing`` are trials without a comparison, ``unstated`` those of which nothing is
    said, ``silent`` the comparisons whose trials cannot tell the arms apart, so that nothing is learnt of
    them.
    ``not_fitted`` has what could not be computed, with the reason. ``dataset`` holds all of these trials.
    """

    groups: tuple[ComparisonResult, ...]
    contrasts: tuple[ComparisonContrast, ...]
    compared_nothing: tuple[str, ...]
    unstated: tuple[str, ...]
    silent: tuple[ComparisonGroup, ...] = ()
    not_fitted: tuple[tuple[str, str], ...] = ()
    column: str = ""
    stated_before: bool = False
    dataset: Dataset = field(kw_only=True, repr=False)

    @property
    def measure(self) -> Measure:
        """The effect measure of the means."""
        return self.groups[0].result.posterior.measure

    def group(self, key: str) -> ComparisonResult | None:
        """Return a comparison by its key; None for one that tells nothing."""
        return next((each for each in self.groups if each.key == key), None)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per comparison, then one per contrast under each prior of the difference.

        Columns: ``comparison``, ``scale``, ``prior`` (of a difference), ``people``, ``trials``, ``k``,
        ``k_informative``; ``median, lower, upper, level`` of the mean on the measure's own scale and
        ``prob_gt_1`` (of differences ``prob_gt_0``); ``prediction_median, prediction_lower,
        prediction_upper`` of a new trial, ``tau_median, tau_lower, tau_upper``, ``pooled_or, pooled_ci_lower,
        pooled_ci_upper`` (``pooled_rr`` and so on), NaN for contrasts; limits all of ``level``.
        """
        import pandas as pd

        checked_level(level)
        own, above = self.measure.own_values, f"prob_gt_{self.measure.null:g}"
        rows = [self._group_row(each, level) for each in self.groups]
        for each in self.contrasts:
            for wide in (True, False):
                which = each.independent if wide else each.shrinking
                marginal = each.difference(wide=wide)
                rows.append(
                    {
                        "comparison": each.title,
                        "scale": self.measure.contrast,
                        "prior": str(which.apart or "independent"),
                        "trials": "; ".join(sum(each.trials, ())),
                        "left_out": "; ".join(each.left_out),
                        "k": sum(map(len, each.trials)),
                        **_limits("", marginal, level, own),
                        "level": level,
                        above: float(marginal.prob_above(0.0)),
                    }
                )
        return pd.DataFrame(rows)

    def _pooled(self, each: ComparisonResult, level: float) -> dict[str, float | None]:
        found = each.result.pooled.effect(level)
        shown = own_scale(self.measure, (found["estimate"], found["ci_lower"], found["ci_upper"]))
        names = (self.measure.columns.pooled, "pooled_ci_lower", "pooled_ci_upper")
        return dict(zip(names, shown, strict=True))

    def _group_row(self, each: ComparisonResult, level: float) -> dict[str, object]:
        posterior, own = each.result.posterior, self.measure.own_values
        return {
            "comparison": each.phrase,
            "scale": self.measure.name,
            "prior": "",
            "people": each.people,
            "trials": "; ".join(each.trials),
            "left_out": "",
            "k": posterior.k,
            "k_informative": posterior.k_informative,
            **_limits("", posterior["mu"], level, own),
            "level": level,
            f"prob_gt_{self.measure.null:g}": float(posterior["mu"].prob_above(0.0)),
            **_limits("prediction_", posterior["theta_new"], level, own),
            **_limits("tau_", posterior["tau"], level, np.asarray),
            **self._pooled(each, level),
        }


def _limits(
    prefix: str, marginal: Marginal, level: float, own: Callable[[np.ndarray], np.ndarray]
) -> dict[str, float]:
    """Return median and limits of a marginal under names that begin so."""
    values = own(np.asarray(marginal.quantile([0.5, (1 - level) / 2, (1 + level) / 2])))
    return {
        f"{prefix}{name}": float(value)
        for name, value in zip(("median", "lower", "upper"), values, strict=True)
    }
