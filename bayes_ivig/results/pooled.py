"""Answer of a frequentist analysis: one pooled estimate with everything chosen on the way to it."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_METHOD = "reml"  # of pool, where none is stated
CONTRACT = (
    "method", "measure", "k", "k_informative", "k_listed", "estimate", "standard_error", "ci_lower",
    "ci_upper", "p_value", "tau2", "q", "q_p_value", "i2", "prediction_lower", "prediction_upper",
)  # fmt: skip


class Ratio(NamedTuple):
    """An estimate with its limits on the measure's own scale, a ratio or a difference;
    None where the number does not exist.
    """

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

    def effect(self, level: Level, own: float) -> dict[str, float | None]:
        """Return effect and normal confidence limits of ``level`` by name;
        ``own`` is that of the limits that are kept.
        """
        return _effect(
            (self.estimate, self.ci_lower, self.ci_upper), self.standard_error, math.inf, (level, own)
        )

    def own(self, measure: Measure) -> Ratio:
        """Return effect and limits on the scale of the measure that was pooled."""
        return own_scale(measure, (self.estimate, self.ci_lower, self.ci_upper))

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


@checked_methods
@dataclass(frozen=True, slots=True)
class PooledEstimate(Shown):
    """A pooled effect: log scale for OR and RR, a difference for RD; ``i2`` in percent;
    classical confidence limits.

    ``k`` counts the studies that carry information under the method, ``k_informative`` those whose counts
    alone can tell the arms apart, whatever the measure (see ``Study.informative``), ``k_listed`` those in the
    table. A number that does not exist is None and ``note`` says why. ``interval`` and ``prediction`` name
    the reference distribution of the limits (``"z"`` or ``"t, df 5"``, of which ``df`` are the degrees of
    freedom), ``rules`` the program whose conventions were followed. ``dataset`` is what was pooled.

    >>> import bayes_ivig as bi
    >>> pooled = bi.pool(bi.load_dataset("my.csv"), method="reml")
    >>> pooled
    PooledEstimate(my, k=4): OR 0.373 (0.179 to 0.778), P = 0.0085, reml
    >>> round(pooled.estimate, 2), round(pooled.ratio.estimate, 2)
    (-0.99, 0.37)
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

    def effect(self, level: Level | None = None) -> dict[str, float | None]:
        """Return the pooled effect and its confidence limits of ``level`` (the estimate's own
        unless given) by name.

        >>> import bayes_ivig as bi
        >>> effect = bi.pool(bi.load_dataset("my.csv")).effect(0.9)
        >>> {name: round(value, 2) for name, value in effect.items()}
        {'estimate': -0.99, 'ci_lower': -1.6, 'ci_upper': -0.37}
        """
        limits = (self.estimate, self.ci_lower, self.ci_upper)
        return _effect(
            limits, self.standard_error, self.df, (self.level if level is None else level, self.level)
        )

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return the studies, then the pooled effect on the ``scale`` of the model: the log of a ratio, or a
        difference; weights in percent.

        Confidence limits are of ``level``, the estimate's own unless given.

        >>> import bayes_ivig as bi
        >>> bi.pool(bi.load_dataset("my.csv")).table().round(2)
                study           scale  estimate  ci_lower  ci_upper  level  weight
        0  Adams 2011  log odds ratio     -0.94     -2.11      0.23   0.95   21.12
        1  Baker 2013  log odds ratio     -1.67     -2.56     -0.77   0.95   27.24
        2   Chen 2016  log odds ratio     -1.39     -2.68     -0.10   0.95   18.95
        3   Diaz 2019  log odds ratio     -0.22     -0.90      0.47   0.95   32.69
        4      pooled  log odds ratio     -0.99     -1.72     -0.25   0.95     NaN
        """
        import pandas as pd

        at = self.level if level is None else level
        scale = measure_of(self.measure).scale
        rows = [
            {"study": s.study, "scale": scale, **s.effect(at, self.level), "level": at, "weight": s.weight}
            for s in self.studies
        ]
        return pd.DataFrame([*rows, {"study": "pooled", "scale": scale, **self.effect(at), "level": at}])

    @property
    def own(self) -> Ratio:
        """Pooled estimate and confidence limits on the measure's own scale."""
        return own_scale(measure_of(self.measure), (self.estimate, self.ci_lower, self.ci_upper))

    @property
    def own_prediction(self) -> Ratio:
        """Pooled estimate and prediction limits on the measure's own scale."""
        limits = (self.estimate, self.prediction_lower, self.prediction_upper)
        return own_scale(measure_of(self.measure), limits)

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
        measure = measure_of(self.measure)
        if not measure.log:
            raise ModelError(
                f"{measure.one} has no ratio scale; read estimate, ci_lower and ci_upper as they are"
            )


def _effect(
    limits: tuple[float | None, ...], error: float | None, df: float, levels: tuple[float, float]
) -> dict[str, float | None]:
    """Return estimate and limits by name, those of the first level computed
    where they are not kept for it.
    """
    level, own = checked_level(levels[0]), levels[1]
    estimate = limits[0]
    if level != own and estimate is not None and error is not None:
        upper = 0.5 + level / 2
        reach = error * float(special.ndtri(upper) if math.isinf(df) else special.stdtrit(df, upper))
        limits = (estimate, estimate - reach, estimate + reach)
    return dict(zip(("estimate", "ci_lower", "ci_upper"), limits, strict=True))


def own_scale(measure: Measure, values: tuple[float | None, float | None, float | None]) -> Ratio:
    """Return an estimate with its limits from the scale of the model on the measure's own."""
    return Ratio(*(exp(value) for value in values)) if measure.log else Ratio(*values)


def exp(value: float | None) -> float | None:
    """Exponentiate; None stays None, and what passes the largest float is None too."""
    if value is None or value > math.log(1.7e308):
        return None
    return math.exp(value)


def posterior_effect(marginal: Marginal, measure: Measure, level: float = 0.95) -> Ratio:
    """Return posterior median and central credible limits of an effect on its measure's own scale."""
    if measure.log:
        return posterior_ratio(marginal, level)
    lower, upper = marginal.interval(level)
    return Ratio(float(marginal.quantile(0.5)), lower, upper)


def posterior_ratio(marginal: Marginal, level: float = 0.95) -> Ratio:
    """Return posterior median and central credible limits of a log ratio, as ratios."""
    lower, median, upper = (
        float(v) for v in np.asarray(marginal.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]))
    )
    return Ratio(exp(median), exp(lower), exp(upper))
