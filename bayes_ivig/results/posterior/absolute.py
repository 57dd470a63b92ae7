"""Absolute effects of odds ratios, risk ratios and differences, and hazard ratios: at a stated baseline
risk, or at the control arms' own with its uncertainty.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import OR, Measure
from bayes_ivig.results.marginals.averaged import AveragedMarginal, nodes
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Array, Marginal, PointMarginal
from bayes_ivig.results.posterior.control_risk import ControlRisk, Kind
from bayes_ivig.results.shown import Shown, checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

PER = 1000  # people, for natural frequencies

type Forward = Callable[[Array, Array], Array]
type Scale = tuple[Forward, Forward]
NO_DIFFERENCE = 1e-9  # of risks: what is smaller is rounding error of none, and has no sign
NO_SHARE = 1e-6  # of its interval, for the same: a fortieth of the numerical error that a fit may have


@dataclass(frozen=True)
class NumberNeeded:
    """Number needed to treat for one more event, from the risk difference d:
    1 / d, a fewer-events side where d < 0.

    ``lower`` and ``upper`` are the limits of the risk difference turned over. Where the interval of the
    difference holds 0 the numbers needed form two half-lines, beyond ``upper`` people for one more event and
    beyond ``lower`` for one fewer, and meet at infinity (``through_infinity``; Altman 1998, BMJ 317:1309). A
    posterior mean does not exist.
    """

    median: float
    lower: float
    upper: float
    through_infinity: bool
    prob_more_events: float


@checked_methods
@dataclass(frozen=True, eq=False)
class AbsoluteEffects(Shown):
    """Risk with treatment, risk ratio, risk difference and events per 1000 against a baseline risk.

    ``baseline`` says which: ``"known"``, a number taken as known; ``"conditional"``, the risk of a typical
    study's control arm with its uncertainty; ``"marginal"``, that of a new study, the spread between studies
    in it. ``control_risk`` is its posterior and ``baseline_risk`` its median. Baseline and effect are
    taken as independent a posteriori.
    """

    baseline_risk: float
    risk: Marginal
    risk_ratio: Marginal
    risk_difference: Marginal
    per_1000: Marginal
    control_risk: Marginal
    baseline: Literal["known"] | Kind = "known"

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return median and central credible limits of every effect,
        and of the control risk they are against.
        """
        import pandas as pd

        checked_level(level)
        rows = {
            name: getattr(self, name)
            for name in ("control_risk", "risk", "risk_ratio", "risk_difference", "per_1000")
        }
        limits = {
            name: limited((float(each.quantile(0.5)), *each.interval(level)), level)
            for name, each in rows.items()
        }
        return pd.DataFrame.from_dict(limits, orient="index").rename_axis("effect")

    def number_needed(self, level: Level = 0.95) -> NumberNeeded:
        """Return the number needed to treat, its credible limits from those of the risk difference."""
        lower, upper = self.risk_difference.interval(level)
        median = float(self.risk_difference.quantile(0.5))
        median = 0.0 if abs(median) < max(NO_DIFFERENCE, NO_SHARE * (upper - lower)) else median
        turned = [math.copysign(math.inf, x) if x == 0 else 1 / x for x in (median, lower, upper)]
        return NumberNeeded(
            turned[0], turned[1], turned[2], lower < 0 < upper, float(self.risk_difference.prob_above(0.0))
        )


def absolute_effects(
    effect: Marginal,
    baseline: "float | ControlRisk",
    kind: Kind = "conditional",
    measure: Measure = OR,
) -> AbsoluteEffects:
    """Return absolute effects of the posterior of an effect on the scale of its model.

    With p0 the risk without treatment that with it is expit(logit p0 + log OR), p0 RR, p0 + RD, or of a
    hazard ratio 1 - (1 - p0)^HR, hazards being proportional over the time in which p0 is the risk (Cochrane
    Handbook, section 15.4.4.3). A risk of more than 1, or below 0, is held there: the model's effect cannot
    be that of such a baseline risk.

    ``baseline`` is a probability of the event without treatment, or the posterior of the control arms, of
    which ``kind`` says what stands for p0. Raises ``ModelError`` unless a number lies strictly between 0 and
    1, and for a measure that tells no risk.
    """
    if measure.code not in RISKS:
        raise ModelError(
            f"absolute effects: {measure.one} tells no risk with treatment from one without; "
            f"they need one of {', '.join(RISKS)}"
        )
    if isinstance(baseline, ControlRisk):
        return _averaged(effect, baseline, kind, measure)
    if not (isinstance(baseline, int | float) and 0 < baseline < 1):
        raise ModelError(
            f"baseline_risk: found {baseline!r}; must be a probability strictly between 0 and 1, such as "
            "0.4, or what control_risk(dataset) returns"
        )
    p0 = float(baseline)
    at = np.asarray(special.logit(p0))

    def mapped(scale: Scale) -> Marginal:
        forward, inverse = scale
        return MappedMarginal(effect, lambda x: forward(x, at), lambda y: inverse(y, at))

    made = {name: mapped(scale) for name, scale in _scales(measure).items()}
    return AbsoluteEffects(p0, **made, control_risk=PointMarginal(p0), baseline="known")


def _averaged(effect: Marginal, baseline: ControlRisk, kind: Kind, measure: Measure) -> AbsoluteEffects:
    """Average over the posterior of the baseline's log odds."""
    low, high = effect.interval(0.6827)
    at, share = nodes(baseline.log_odds(kind), (high - low) / 2)
    made: dict[str, Marginal] = {
        name: AveragedMarginal(effect, at, share, *scale, moments=name != "risk_ratio")
        for name, scale in _scales(measure).items()
    }
    control = baseline.risk(kind)
    return AbsoluteEffects(float(control.quantile(0.5)), **made, control_risk=control, baseline=kind)


def _of_odds_ratio(theta: Array, at: Array) -> Array:
    return np.asarray(special.expit(at + theta))


def _odds_ratio(risk: Array, at: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(special.logit(np.clip(risk, 0.0, 1.0)) - at)


def _of_risk_ratio(theta: Array, at: Array) -> Array:
    return np.asarray(np.exp(np.minimum(theta - np.logaddexp(0.0, -at), 0.0)))


def _risk_ratio(risk: Array, at: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs = np.log(np.clip(risk, 0.0, 1.0)) + np.logaddexp(0.0, -at)
    return np.asarray(np.where(risk >= 1, np.inf, logs))


def _of_difference(theta: Array, at: Array) -> Array:
    return np.asarray(np.clip(special.expit(at) + theta, 0.0, 1.0))


def _difference(risk: Array, at: Array) -> Array:
    inside = risk - special.expit(at)
    return np.asarray(np.where(risk >= 1, np.inf, np.where(risk < 0, -np.inf, inside)))


def _of_hazard_ratio(theta: Array, at: Array) -> Array:
    """1 - (1 - p0)^HR; log(1 - p0) = -log(1 + exp(logit p0))."""
    with np.errstate(over="ignore"):
        return np.asarray(-np.expm1(-np.logaddexp(0.0, at) * np.exp(theta)))


def _hazard_ratio(risk: Array, at: Array) -> Array:
    with np.errstate(divide="ignore"):
        survived = -np.log1p(-np.clip(risk, 0.0, 1.0))
        return np.asarray(np.log(survived) - np.log(np.logaddexp(0.0, at)))


# risk with treatment of an effect at the log odds of the risk without, and the effect of such a risk
RISKS: dict[str, Scale] = {
    "OR": (_of_odds_ratio, _odds_ratio),
    "RR": (_of_risk_ratio, _risk_ratio),
    "RD": (_of_difference, _difference),
    "HR": (_of_hazard_ratio, _hazard_ratio),
}


def _scales(measure: Measure) -> dict[str, Scale]:
    """Return every absolute effect as a function of the effect, with its inverse."""
    risk, effect = RISKS[measure.code]
    return {
        "risk": (risk, effect),
        "risk_ratio": (
            lambda x, at: np.asarray(risk(x, at) / special.expit(at)),
            lambda y, at: effect(y * special.expit(at), at),
        ),
        "risk_difference": (
            lambda x, at: np.asarray(risk(x, at) - special.expit(at)),
            lambda y, at: effect(y + special.expit(at), at),
        ),
        "per_1000": (
            lambda x, at: np.asarray(PER * (risk(x, at) - special.expit(at))),
            lambda y, at: effect(y / PER + special.expit(at), at),
        ),
    }
