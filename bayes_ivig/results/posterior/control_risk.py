"""The risk of an event in the control arms: of a typical study, of a new one, and of each arm."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Array, Marginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.shown import Shown, checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["conditional", "marginal"]
KINDS: tuple[Kind, ...] = ("conditional", "marginal")
LEVELS = (("low", 0.1), ("median", 0.5), ("high", 0.9))
SETTINGS: dict[str, Kind] = {"typical study": "conditional", "new study": "marginal"}
# times its odds: a number of people that half or twice the scale of a prior changes
# by half again is the prior's
MOVED = 1.5


@dataclass(frozen=True, slots=True)
class Moved:
    """A control risk, and the least and the most it is as each scale
    of its two priors is halved and doubled.
    """

    risk: float
    least: float
    most: float

    @property
    def factor(self) -> float:
        """By how much its odds move at most."""
        own, low, high = (special.logit(each) for each in (self.risk, self.least, self.most))
        return float(np.exp(max(own - low, high - own)))

    @property
    def carried(self) -> bool:
        """Whether the arms, and not their prior, make this risk: it moves by no more than ``MOVED``."""
        return round(self.factor, 6) <= MOVED


@dataclass(frozen=True, slots=True)
class NotCarried:
    """Why control arms carry no absolute effect, with how far the median risk moves.

    ``reason`` is ``"no events"`` or ``"only events"`` where all ``arms`` have none, or nothing else, and
    ``"prior"`` where the prior decides all the same.
    """

    reason: Literal["no events", "only events", "prior"]
    arms: int
    moved: Moved

    def to_dict(self) -> dict[str, object]:
        """Return the reason and the risks as plain values."""
        return {
            "reason": self.reason,
            "risk": self.moved.risk,
            "least": self.moved.least,
            "most": self.moved.most,
        }


@checked_methods
@dataclass(frozen=True, eq=False)
class ControlRisk(Shown):
    """Posterior of the control arms' log odds: alpha_i ~ Normal(mean, spread^2),
    events binomial in every arm.

    ``mean`` is the log odds of a typical study, ``new`` that of a new one, ``spread`` the SD between studies,
    ``arms`` each study's own; all marginals of log odds. ``priors`` are those of mean and spread. ``moved``
    tells of each level, and of a typical and a new study, how far these priors decide it; empty where they
    have no scale.
    """

    dataset: Dataset
    priors: tuple[Prior, Prior]
    mean: GridMarginal
    spread: Marginal
    new: GridMarginal
    arms: dict[str, Marginal]
    diagnostics: Diagnostics
    moved: Mapping[str, Moved] = field(default_factory=dict, repr=False)

    def log_odds(self, kind: str) -> GridMarginal:
        """Return the log odds that stand for ``kind``: a typical study's,
        or a new study's with the spread between studies.
        """
        if kind not in KINDS:
            raise ModelError(
                f"baseline: found {kind!r}{suggestion(str(kind), KINDS)}; it is {' or '.join(KINDS)}"
            )
        return self.mean if kind == "conditional" else self.new

    def risk(self, kind: str = "conditional") -> Marginal:
        """Return the posterior of the risk without treatment of a typical study,
        or (``"marginal"``) of a new one.
        """
        return as_risk(self.log_odds(kind))

    def levels(self) -> dict[str, float]:
        """Return a low, a median and a high control risk: the 10%, 50% and 90% quantiles over arms
        of their posterior medians.

        An arm without events, or with nothing else, is drawn towards the others, so that no level is 0 or 1.
        """
        medians = [float(as_risk(arm).quantile(0.5)) for arm in self.arms.values()]
        return {name: float(np.quantile(medians, share)) for name, share in LEVELS}

    def named(self) -> dict[str, float]:
        """Return the levels, and the medians of a typical and a new study's risk, by name."""
        return self.levels() | {
            name: float(np.asarray(self.risk(kind).quantile(0.5))) for name, kind in SETTINGS.items()
        }

    def carries(self, name: str) -> bool:
        """Whether the arms carry the risk of this name, and not the prior alone."""
        return name not in self.moved or self.moved[name].carried

    def carried_levels(self) -> dict[str, float]:
        """Return the levels that the arms carry; none at all where they do not carry the median."""
        return {
            name: risk
            for name, risk in self.levels().items()
            if self.carries(name) and self.carries("median")
        }

    @property
    def not_carried(self) -> NotCarried | None:
        """Why the arms carry no absolute effect; None where they do."""
        if self.carries("median"):
            return None
        kept = [study for study in self.dataset.studies if study.control_seen > 0]
        events, people = (
            sum(study.control_events for study in kept),
            sum(study.control_seen for study in kept),
        )
        reason: Literal["no events", "only events", "prior"] = "prior"
        if events in (0, people):
            reason = "only events" if events else "no events"
        return NotCarried(reason, len(kept), self.moved["median"])

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return control risks: a typical study's, a new one's and each arm's;
        median and central credible limits.
        """
        import pandas as pd

        checked_level(level)
        rows = {"typical study": self.risk(), "new study": self.risk("marginal")}
        rows |= {name: as_risk(arm) for name, arm in self.arms.items()}
        limits = {
            name: limited((float(risk.quantile(0.5)), *risk.interval(level)), level)
            for name, risk in rows.items()
        }
        return pd.DataFrame.from_dict(limits, orient="index").rename_axis("control_risk_of")


def as_risk(log_odds: Marginal) -> Marginal:
    """Return the posterior of a risk from that of its log odds."""

    def risk(a: Array) -> Array:
        return np.asarray(special.expit(a))

    def inverse(p: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(special.logit(np.clip(p, 0.0, 1.0)))

    return MappedMarginal(log_odds, risk, inverse)


type Baseline = Annotated[float | ControlRisk, "a risk such as 0.4, or what control_risk(dataset) returns"]
