"""Tables that differ from the one at hand in one arm: only one study's surface changes,
so thousands are answered at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.rows import Rows
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.smoothing import Matters
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.tipping.points import Conclusion

type Array = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Side = Literal["treatment", "control"]

ARMS: tuple[Side, ...] = ("treatment", "control")
CELLS = 4_000_000  # of changed surfaces held at once


class Arm(NamedTuple):
    """One arm of one study, and the direction in which its events move."""

    study: Study
    arm: Side
    step: int

    @property
    def most(self) -> int:
        """How many events can be moved."""
        r1, n1, r0, n0 = self.study.whole_counts
        events, total = (r1, n1) if self.arm == "treatment" else (r0, n0)
        return events if self.step < 0 else total - events

    def moved(self, events: int) -> Study:
        """Return the study with so many events moved."""
        r1, n1, r0, n0 = self.study.counts
        change = self.step * events
        counts = (r1 + change, n1, r0, n0) if self.arm == "treatment" else (r1, n1, r0 + change, n0)
        return self.study.counting(*counts)


@dataclass(frozen=True, eq=False)
class Changed:
    """Answers for tables with one study changed, on the grid of the table at hand."""

    posterior: Posterior
    answers: GridAnswers
    conclusion: Conclusion

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Every arm, with each direction in which events can be moved in it.

        Both directions count: an event that raises a trial's odds ratio raises the pooled one,
        but the spread of the trials too. A trial known by its estimate only has none.
        """
        listed = self.posterior.dataset.studies
        studies = [study for study in listed if isinstance(study, Study) and study.estimable]
        changeable = [Arm(study, arm, step) for step in (-1, 1) for arm in ARMS for study in studies]
        return tuple(arm for arm in changeable if arm.most > 0)

    def chances(self, changes: Iterable[tuple[Arm, int]]) -> list[float]:
        """Return the chance of the conclusion after each change, a number of events moved in one arm."""
        mass = self.answers.log_joint + self.answers.surface.axes.mu.log_weights[:, None]
        room = max(1, CELLS // mass.size)
        computed: list[float] = []
        for part in _parts(list(changes), room):
            rows = self._surfaces([arm.moved(events) for arm, events in part], mass)
            for i, (arm, _) in enumerate(part):
                rows[i] -= self._own(arm.study.name)
                rows[i] *= self._weights.get(arm.study.name, 1.0)
            rows += mass
            computed += self._chances(log_sum(rows, axis=2))
        return computed

    def _chances(self, logs: Array) -> list[float]:
        """Return the chance of the conclusion for log densities of mu per node, shape (C, mu)."""
        above = Rows(self.answers.surface.axes.mu, logs).above(np.log([self.conclusion.odds_ratio]))[:, 0]
        return [float(chance) for chance in (above if self.conclusion.side == "above" else 1 - above)]

    @cached_property
    def _weights(self) -> dict[str, float]:
        return dict(self.posterior.weights)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {study: i for i, study in enumerate(self.answers.surface.studies)}

    def _own(self, study: str) -> Array | float:
        """Return the log likelihood of a study as it is; 0 for one that says nothing."""
        built, i = self.answers.surface, self._places.get(study)
        if i is None:
            return 0.0
        return np.asarray(built.common[i][:, None] if built.random is None else built.random[i])

    def _surfaces(self, studies: list[Study], mass: Array) -> Array:
        """Return the surfaces of changed studies, (C, mu, tau) or (C, mu, 1); 0 for one that says nothing.

        They are exact where a table with one of them has any posterior worth counting,
        ``mass`` being that of the table at hand.
        """
        built, model = self.answers.surface, self.posterior.model
        out = np.zeros((len(studies), *self.answers.log_joint.shape))
        telling = [
            i for i, study in enumerate(studies) if model.family.keeps_uninformative or study.informative
        ]
        if not telling:
            return out
        counts = counts_of(tuple(studies[i] for i in telling))
        rows = curves.log_curves(counts, model, built.axes.theta.x, Fineness())
        names = tuple(studies[i].name for i in telling)
        bare = Surface(names, model.family.estimates(counts), built.axes, rows, rows, None, built.mixed)
        smoothed = surface.smoothed(bare, self._worth(names, mass))
        out[telling] = smoothed.each
        return out

    def _worth(self, studies: tuple[str, ...], mass: Array) -> Matters | None:
        """Return what decides where surfaces of changed studies, named in order, must be right;
        None for everywhere.
        """
        if self._weights:
            return None
        others = np.stack([mass - self._own(study) for study in studies]).transpose(2, 0, 1)  # (tau, C, mu)

        def matters(values: Array, bounds: Mask) -> Mask:
            total = values + others
            best = np.where(bounds, -np.inf, total).max(axis=(0, 2), keepdims=True)
            return np.asarray((bounds & (total > best - surface.WORTH)).any(axis=1))

        return matters


def _parts(changes: list[tuple[Arm, int]], size: int) -> Iterator[list[tuple[Arm, int]]]:
    for start in range(0, len(changes), size):
        yield changes[start : start + size]
