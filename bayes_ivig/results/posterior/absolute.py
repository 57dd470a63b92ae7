"""Absolute effects of an odds ratio: at a stated baseline risk,
or at the control arms' own with its uncertainty.
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
from bayes_ivig.results.marginals.averaged import AveragedMarginal, nodes
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Array, Marginal, PointMarginal
from bayes_ivig.results.posterior.control_risk import ControlRisk, Kind
from bayes_ivig.results.shown import Shown, checked_level

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
    in it. ``control_risk`` is its posterior and ``baseline_risk`` its median. Baseline and odds ratio are
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
        limits = {name: [float(each.quantile(0.5)), *each.interval(level)] for name, each in rows.items()}
        columns = ["median", f"lower_{level:g}", f"upper_{level:g}"]
        return pd.DataFrame.from_dict(limits, orient="index", columns=columns).rename_axis("effect")

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
    log_odds_ratio: Marginal, baseline: "float | ControlRisk", kind: Kind = "conditional"
) -> AbsoluteEffects:
    """Return absolute effects of a log odds ratio's posterior; p1 = expit(logit(p0) + log OR).

    ``baseline`` is a probability of the event without treatment, or the posterior of the control arms, of
    which ``kind`` says what stands for p0. Raises ``ModelError`` unless a number lies strictly between 0 and
    1.
    """
    if isinstance(baseline, ControlRisk):
        return _averaged(log_odds_ratio, baseline, kind)
    if not (isinstance(baseline, int | float) and 0 < baseline < 1):
        raise ModelError(
            f"baseline_risk: found {baseline!r}; must be a probability strictly between 0 and 1, such as "
            "0.4, or what control_risk(dataset) returns"
        )
    p0 = float(baseline)
    at = np.asarray(special.logit(p0))

    def mapped(scale: Scale) -> Marginal:
        forward, inverse = scale
        return MappedMarginal(log_odds_ratio, lambda x: forward(x, at), lambda y: inverse(y, at))

    made = {name: mapped(scale) for name, scale in SCALES.items()}
    return AbsoluteEffects(p0, **made, control_risk=PointMarginal(p0), baseline="known")


def _averaged(log_odds_ratio: Marginal, baseline: ControlRisk, kind: Kind) -> AbsoluteEffects:
    """Average over the posterior of the baseline's log odds."""
    low, high = log_odds_ratio.interval(0.6827)
    at, share = nodes(baseline.log_odds(kind), (high - low) / 2)
    made: dict[str, Marginal] = {
        name: AveragedMarginal(log_odds_ratio, at, share, *scale, moments=name != "risk_ratio")
        for name, scale in SCALES.items()
    }
    control = baseline.risk(kind)
    return AbsoluteEffects(float(control.quantile(0.5)), **made, control_risk=control, baseline=kind)


def _risk(theta: Array, at: Array) -> Array:
    return np.asarray(special.expit(at + theta))


def _theta(risk: Array, at: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(special.logit(np.clip(risk, 0.0, 1.0)) - at)


SCALES: dict[str, Scale] = {
    "risk": (_risk, _theta),
    "risk_ratio": (
        lambda x, at: np.asarray(_risk(x, at) / special.expit(at)),
        lambda y, at: _theta(y * special.expit(at), at),
    ),
    "risk_difference": (
        lambda x, at: np.asarray(_risk(x, at) - special.expit(at)),
        lambda y, at: _theta(y + special.expit(at), at),
    ),
    "per_1000": (
        lambda x, at: np.asarray(PER * (_risk(x, at) - special.expit(at))),
        lambda y, at: _theta(y / PER + special.expit(at), at),
    ),
}
