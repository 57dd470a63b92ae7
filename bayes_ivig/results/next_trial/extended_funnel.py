"""What every result that a new trial may have would make of an answer."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.ties import NOISE
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class TrialResult:
    """A result of a trial, at ``x`` and ``y`` of the axes: an estimate (log scale) and its standard error, or
    events under treatment and control. ``prob_benefit`` is what it would make of the answer, or for a trial
    that the posterior has already None.
    """

    label: str
    x: float
    y: float
    prob_benefit: float | None

    __repr__ = short_repr


@dataclass(frozen=True)
class Needed:
    """Of trials with one standard error, or one number of events under control: the results, from and to,
    on the axis ``x``, with which a benefit (or a harm) comes to the line; an end is None where the axis ends
    first, and both lists are empty where none does.
    """

    y: float
    benefit: tuple[tuple[float | None, float | None], ...]
    harm: tuple[tuple[float | None, float | None], ...]

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, eq=False)
class ExtendedFunnel(Shown):
    """The updated probability of a benefit for every result that one trial more may have.

    ``x``, (X,), and ``y``, (Y,), are estimates on the model's scale (log where the measure is a ratio) and
    standard errors, or where ``arms`` (people under treatment and control) are given events in each arm;
    ``prob``, (Y, X), is the updated probability, ``today`` that without the trial. ``quantity`` says of what,
    ``line`` from which probability a conclusion counts as reached. ``trials`` are those of the posterior,
    where their estimates are known, ``results`` those that were laid on the picture.

    >>> import bayes_ivig as bi
    >>> funnel = bi.planning.extended_funnel(bi.fit(bi.load_dataset("my.csv")), standard_errors=[0.2, 0.5])
    >>> funnel.prob.shape, funnel.needed[0].benefit
    ((2, 161), ())
    """

    posterior: Posterior
    quantity: str
    line: float
    arms: tuple[int, int] | None
    control: str
    x: Array
    y: Array
    prob: Array
    today: float
    trials: tuple[TrialResult, ...]
    results: tuple[TrialResult, ...]

    @cached_property
    def needed(self) -> tuple[Needed, ...]:
        """For each row of ``y`` the results with which a benefit or a harm comes to the line."""
        return tuple(
            Needed(float(y), self._reaching(row), self._reaching(1 - row))
            for y, row in zip(self.y, self.prob, strict=True)
        )

    def _reaching(self, chance: Array) -> tuple[tuple[float | None, float | None], ...]:
        reached = chance >= self.line * (1 - NOISE)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], reached, [False]]).astype(int)))
        return tuple(
            (self._edge(chance, start - 1), self._edge(chance, end - 1))
            for start, end in edges.reshape(-1, 2).tolist()
        )

    def _edge(self, chance: Array, i: int) -> float | None:
        """Return where the line is crossed between nodes i and i + 1; of events the one that reaches it."""
        if i < 0 or i + 1 >= self.x.size:
            return None
        low, high = float(chance[i]), float(chance[i + 1])
        if self.arms is not None:
            return float(self.x[i + 1] if high > low else self.x[i])
        return float(self.x[i] + (self.line - low) / (high - low) * (self.x[i + 1] - self.x[i]))

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - it has no interval
        """Return one row per result: its estimate on the measure's own scale with its standard error, or its
        events, and the updated probability of a benefit.
        """
        import pandas as pd

        x, y = np.broadcast_arrays(self.x, self.y[:, None])
        prob = self.prob.reshape(-1)
        if self.arms is not None:
            events = {
                "treatment_events": x.reshape(-1).astype(int),
                "control_events": y.reshape(-1).astype(int),
            }
            return pd.DataFrame({**events, "prob_benefit": prob})
        own = self.posterior.measure.own_values(x.reshape(-1))
        return pd.DataFrame({"estimate": own, "standard_error": y.reshape(-1), "prob_benefit": prob})
