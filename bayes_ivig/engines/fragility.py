"""Tables that differ from the one at hand in one arm: only one study's surface changes, so thousands are answered at once."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines import curves, surface
from bayes_ivig.engines.grids import Fineness
from bayes_ivig.engines.quadrature import GridAnswers
from bayes_ivig.engines.surface import Surface
from bayes_ivig.inputs.study import Study
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.tipping import Conclusion

type Array = NDArray[np.float64]

CELLS = 4_000_000  # of changed surfaces held at once


class Arm(NamedTuple):
    """One arm of one study, and the direction in which its events move."""

    study: Study
    arm: Literal["treatment", "control"]
    step: int

    @property
    def most(self) -> int:
        """How many events can be moved."""
        r1, n1, r0, n0 = self.study.counts
        events, total = (r1, n1) if self.arm == "treatment" else (r0, n0)
        return events if self.step < 0 else total - events

    def moved(self, events: int) -> Study:
        """Return the study with so many events moved."""
        r1, n1, r0, n0 = self.study.counts
        change = self.step * events
        counts = (r1 + change, n1, r0, n0) if self.arm == "treatment" else (r1, n1, r0 + change, n0)
        return Study(self.study.name, *counts)


@dataclass(frozen=True, eq=False)
class Changed:
    """Answers for tables with one study changed, on the grid of the table at hand."""

    posterior: Posterior
    answers: GridAnswers
    conclusion: Conclusion

    def arms(self, up: bool) -> tuple[Arm, ...]:
        """Return every arm in which moving events raises (``up``) or lowers the odds ratio."""
        step = 1 if up else -1
        found = [Arm(s, "treatment", step) for s in self.posterior.dataset.studies if s.estimable]
        found += [Arm(s, "control", -step) for s in self.posterior.dataset.studies if s.estimable]
        return tuple(arm for arm in found if arm.most > 0)

    def chances(self, changes: Iterable[tuple[Arm, int]]) -> list[float]:
        """Return the chance of the conclusion after each change, a number of events moved in one arm."""
        built = self.answers.surface
        room = max(1, CELLS // self.answers.log_joint.size)
        found: list[float] = []
        for part in _parts(list(changes), room):
            rows = self._surfaces([arm.moved(events) for arm, events in part])
            for (arm, _), row in zip(part, rows, strict=True):
                weight = dict(self.posterior.weights).get(arm.study.name, 1.0)
                joint = GridAnswers(built, self.answers.log_joint + weight * (row - self._own(arm.study.name)))
                found.append(self._chance(joint))
        return found

    def _chance(self, answers: GridAnswers) -> float:
        mu, at = answers.marginal("mu"), math.log(self.conclusion.odds_ratio)
        return float(mu.prob_above(at) if self.conclusion.side == "above" else mu.prob_below(at))

    def _own(self, study: str) -> Array | float:
        """Return the log likelihood of a study as it is; 0 for one that says nothing."""
        built = self.answers.surface
        if study not in built.studies:
            return 0.0
        i = built.studies.index(study)
        return np.asarray(built.common[i][:, None] if built.random is None else built.random[i])

    def _surfaces(self, studies: list[Study]) -> Array:
        """Return the surfaces of changed studies, (C, mu, tau) or (C, mu, 1); 0 for one that says nothing."""
        built, model = self.answers.surface, self.posterior.model
        out = np.zeros((len(studies), *self.answers.log_joint.shape))
        telling = [i for i, study in enumerate(studies) if model.likelihood == "binomial" or _telling(study)]
        if not telling:
            return out
        counts = curves.counts_of(tuple(studies[i] for i in telling))
        rows = curves.log_curves(counts, model, built.axes.theta.x, Fineness())
        names = tuple(studies[i].name for i in telling)
        bare = Surface(names, curves.estimates(counts), built.axes, rows, rows, None, built.mixed)
        smoothed = surface.smoothed(bare)
        out[telling] = smoothed.common[:, :, None] if smoothed.random is None else smoothed.random
        return out


def _telling(study: Study) -> bool:
    events = study.treatment_events + study.control_events
    return 0 < events < study.treatment_total + study.control_total


def _parts(changes: list[tuple[Arm, int]], size: int) -> Iterator[list[tuple[Arm, int]]]:
    for start in range(0, len(changes), size):
        yield changes[start : start + size]
