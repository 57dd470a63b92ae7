"""Answer of a frequentist analysis: one pooled estimate with everything chosen on the way to it."""

import math
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.results.shown import Shown, one_row

if TYPE_CHECKING:
    import pandas as pd

CONTRACT = (
    "method", "measure", "k", "k_informative", "k_listed", "estimate", "standard_error", "ci_lower",
    "ci_upper", "p_value", "tau2", "q", "q_p_value", "i2", "prediction_lower", "prediction_upper",
)  # fmt: skip


class Ratio(NamedTuple):
    """An estimate with its limits on the ratio scale; None where the number does not exist."""

    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class ZeroCells:
    """What was added to which cells: the rule in a few words, and the names of the studies it altered."""

    rule: str
    studies_altered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyEstimate:
    """Observed effect of one study: log scale for OR and RR, a difference for RD; normal confidence limits.

    ``weight`` is the percentage it carries in the pooled estimate, None for methods without study weights. A
    study that is not estimable has None throughout, and ``reason`` says why; its weight is 0 where the method
    has weights.
    """

    study: str
    estimate: float | None
    standard_error: float | None
    ci_lower: float | None
    ci_upper: float | None
    weight: float | None
    reason: str = ""

    @property
    def estimable(self) -> bool:
        """Whether the study has an effect of its own."""
        return self.estimate is not None

    def effect(self, level: float, own: float) -> dict[str, float | None]:
        """Return effect and normal confidence limits of ``level`` by name;
        ``own`` is that of the limits that are kept.
        """
        return _effect(
            (self.estimate, self.ci_lower, self.ci_upper), self.standard_error, math.inf, (level, own)
        )

    @property
    def ratio(self) -> Ratio:
        """Effect and limits as ratios; meant for OR and RR only."""
        return Ratio(exp(self.estimate), exp(self.ci_lower), exp(self.ci_upper))


@dataclass(frozen=True, slots=True)
class Caution:
    """A condition under which the method is known to mislead: its code, and the number that meets it.

    ``value`` is the number of trials (``one_trial``, ``two_trials``, ``two_trials_hartung_knapp``,
    ``few_trials_z``; those with a zero cell: ``added_decides``), a share of the weight (``added_to_sums``,
    ``added_to_cells``), width over that of the normal interval (``hartung_knapp_narrower``), a share of
    people (``inverse_variance_rare``, ``approximate_common``) or of the information (``peto_unbalanced``), a
    log odds ratio (``peto_large``), or the distance of Mantel and Fleiss in events (``few_events``).
    """

    code: str
    value: float


@dataclass(frozen=True, slots=True)
class HeterogeneityIntervals:
    """Confidence limits of the heterogeneity: tau squared by Q-profile,
    I squared (percent) and H by test-based limits.

    None where they do not exist (fewer than two studies, or three for I squared when Q is small).
    """

    tau2_lower: float | None = None
    tau2_upper: float | None = None
    i2_lower: float | None = None
    i2_upper: float | None = None
    h: float | None = None
    h_lower: float | None = None
    h_upper: float | None = None


@dataclass(frozen=True, slots=True)
class PooledEstimate(Shown):
    """A pooled effect: log scale for OR and RR, a difference for RD; ``i2`` in percent;
    classical confidence limits.

    ``k`` counts the studies that carry information under the method, ``k_informative`` those whose counts
    alone can tell the arms apart, whatever the measure (see ``Study.informative``), ``k_listed`` those in the
    table. A number that does not exist is None and ``note`` says why. ``interval`` and ``prediction`` name
    the reference distribution of the limits (``"z"`` or ``"t, df 5"``, of which ``df`` are the degrees of
    freedom), ``rules`` the program whose conventions were followed. ``dataset`` is what was pooled.
    """

    method: str
    measure: str
    k: int
    k_listed: int
    estimate: float | None
    standard_error: float | None
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None
    tau2: float | None
    q: float | None
    q_p_value: float | None
    i2: float | None
    prediction_lower: float | None
    prediction_upper: float | None
    zero_cells: ZeroCells
    note: str = ""
    level: float = 0.95
    hartung_knapp: bool = False
    interval: str = "z"
    prediction: str = ""
    rules: str = ""
    studies: tuple[StudyEstimate, ...] = ()
    heterogeneity: HeterogeneityIntervals = HeterogeneityIntervals()
    k_informative: int | None = None
    cautions: tuple[Caution, ...] = ()
    df: float = math.inf
    dataset: Dataset | None = field(default=None, repr=False, compare=False)

    def effect(self, level: float | None = None) -> dict[str, float | None]:
        """Return the pooled effect and its confidence limits of ``level`` (the estimate's own
        unless given) by name.
        """
        limits = (self.estimate, self.ci_lower, self.ci_upper)
        return _effect(
            limits, self.standard_error, self.df, (self.level if level is None else level, self.level)
        )

    def table(self, level: float | None = None) -> "pd.DataFrame":
        """Return the studies, then the pooled effect: log scale for OR and RR, weights in percent.

        Confidence limits are of ``level``, the estimate's own unless given.
        """
        import pandas as pd

        at = self.level if level is None else level
        rows = [{"study": s.study, **s.effect(at, self.level), "weight": s.weight} for s in self.studies]
        return pd.DataFrame([*rows, {"study": "pooled", **self.effect(at)}])

    @property
    def ratio(self) -> Ratio:
        """Pooled estimate and confidence limits on the ratio scale;
        raises ``ModelError`` for a risk difference.
        """
        self._require_ratio()
        return Ratio(exp(self.estimate), exp(self.ci_lower), exp(self.ci_upper))

    @property
    def prediction_ratio(self) -> Ratio:
        """Pooled estimate and prediction limits on the ratio scale;
        raises ``ModelError`` for a risk difference.
        """
        self._require_ratio()
        return Ratio(exp(self.estimate), exp(self.prediction_lower), exp(self.prediction_upper))

    def _require_ratio(self) -> None:
        if self.measure == "RD":
            raise ModelError(
                "a risk difference has no ratio scale; read estimate, ci_lower and ci_upper as they are"
            )


def _effect(
    limits: tuple[float | None, ...], error: float | None, df: float, levels: tuple[float, float]
) -> dict[str, float | None]:
    """Return estimate and limits by name, those of the first level computed
    where they are not kept for it.
    """
    level, own = levels
    estimate = limits[0]
    if level != own and estimate is not None and error is not None:
        upper = 0.5 + level / 2
        reach = error * float(special.ndtri(upper) if math.isinf(df) else special.stdtrit(df, upper))
        limits = (estimate, estimate - reach, estimate + reach)
    return dict(zip(("estimate", "ci_lower", "ci_upper"), limits, strict=True))


def exp(value: float | None) -> float | None:
    """Exponentiate; None stays None, and what passes the largest float is None too."""
    if value is None or value > math.log(1.7e308):
        return None
    return math.exp(value)


@dataclass(frozen=True, slots=True)
class Refit:
    """One analysis of a series: the study left out or added, and the result without, or up to, it."""

    study: str
    pooled: PooledEstimate


class Refits(tuple[Refit, ...], Shown):
    """The analyses of a series in their order: a tuple that can show itself."""

    __slots__ = ()

    def table(self, level: float | None = None) -> "pd.DataFrame":
        """Return one row per analysis: the study left out or added,
        then the numbers of ``PooledEstimate`` on its scale.

        Confidence limits are of ``level``, the estimates' own unless given; ``cautions`` are their codes.
        """
        import pandas as pd

        rows = []
        for each in self:
            own = {name: getattr(each.pooled, name) for name in CONTRACT} | each.pooled.effect(level)
            codes = "; ".join(caution.code for caution in each.pooled.cautions)
            rows.append({"study": each.study, **own, "note": each.pooled.note, "cautions": codes})
        return pd.DataFrame(rows, columns=["study", *CONTRACT, "note", "cautions"])


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

    def table(self, level: float | None = None) -> "pd.DataFrame":
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
                "weight": s.weight,
                "reason": s.reason,
            }
            for s in self.studies
        ]
        return pd.DataFrame(
            rows, columns=["study", "estimate", "standard_error", "ci_lower", "ci_upper", "weight", "reason"]
        )


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

    def table(self, level: float = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return the test as one row."""
        return one_row(self)


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

    def table(self, level: float = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return the changes in their order: study, arm, events added."""
        import pandas as pd

        return pd.DataFrame(list(self.changes), columns=["study", "arm", "events"])
