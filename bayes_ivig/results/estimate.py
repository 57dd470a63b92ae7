"""Answer of a frequentist analysis: one pooled estimate with everything chosen on the way to it."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from bayes_ivig.errors import ModelError

CONTRACT = (
    "method", "measure", "k", "k_listed", "estimate", "standard_error", "ci_lower", "ci_upper", "p_value", "tau2",
    "q", "q_p_value", "i2", "prediction_lower", "prediction_upper",
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

    ``weight`` is the percentage it carries in the pooled estimate, None for methods without study weights. A study that
    is not estimable has None throughout, and ``reason`` says why; its weight is 0 where the method has weights.
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

    @property
    def ratio(self) -> Ratio:
        """Effect and limits as ratios; meant for OR and RR only."""
        return Ratio(exp(self.estimate), exp(self.ci_lower), exp(self.ci_upper))


@dataclass(frozen=True, slots=True)
class HeterogeneityIntervals:
    """Confidence limits of the heterogeneity: tau squared by Q-profile, I squared (percent) and H by test-based limits.

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
class PooledEstimate:
    """A pooled effect: log scale for OR and RR, a difference for RD; ``i2`` in percent; classical confidence limits.

    ``k`` counts the studies that carry information under the method, ``k_listed`` those in the table. A number that
    does not exist is None and ``note`` says why. ``interval`` and ``prediction`` name the reference distribution of the
    limits (``"z"`` or ``"t, df 5"``), ``rules`` the program whose conventions were followed.
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

    @property
    def ratio(self) -> Ratio:
        """Pooled estimate and confidence limits on the ratio scale; raises ``ModelError`` for a risk difference."""
        self._require_ratio()
        return Ratio(exp(self.estimate), exp(self.ci_lower), exp(self.ci_upper))

    @property
    def prediction_ratio(self) -> Ratio:
        """Pooled estimate and prediction limits on the ratio scale; raises ``ModelError`` for a risk difference."""
        self._require_ratio()
        return Ratio(exp(self.estimate), exp(self.prediction_lower), exp(self.prediction_upper))

    def _require_ratio(self) -> None:
        if self.measure == "RD":
            raise ModelError("a risk difference has no ratio scale; read estimate, ci_lower and ci_upper as they are")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON contract of ``bayes-ivig pool --json``: numbers, None, text and lists, no NaN."""
        found: dict[str, object] = {key: getattr(self, key) for key in CONTRACT}
        zero_cells = {"rule": self.zero_cells.rule, "studies_altered": list(self.zero_cells.studies_altered)}
        return found | {"zero_cells": zero_cells, "note": self.note}


def exp(value: float | None) -> float | None:
    """Exponentiate; None stays None, and what passes the largest float is None too."""
    if value is None or value > math.log(1.7e308):
        return None
    return math.exp(value)
