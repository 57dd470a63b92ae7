"""Choices of many studies that differ by one: without each in turn, or as they come in, in linear time.

The sum over the studies of a choice is a sum that went before and one that comes after, so that no choice is
summed anew and nothing is subtracted, which would lose what one study of large logs hides. Surfaces are made
for ``TOGETHER`` studies at a time and given up again, so that memory does not grow with the studies.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.answers import Answers, Task, numbers, smoothing
from bayes_ivig.engines.bulk.sums import DENSER, SAMPLE, Beliefs, dense, sampled
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.axes import Axes, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

MANY = 90_000  # weights from which this is quicker: 300 choices of 300 studies
TOGETHER = 64  # studies whose surfaces are held at once
NONE = -1  # in place of the study left out
KEPT = 32_000_000  # numbers of surfaces that are kept to be used a second time, not made again


@dataclass(frozen=True, eq=False)
class InTurn:
    """N choices of K studies: the first ``at`` (N,) of those in order of ``arrival`` (K,), or,
    ``without``, all but the one ``at`` a place, ``NONE`` for all.
    """

    arrival: Index
    at: Index
    without: bool
    mu: Prior
    tau: tuple[Prior, ...]

    @classmethod
    def of(cls, weights: Array, mu: Prior, tau: tuple[Prior, ...]) -> "InTurn | None":
        """Return rows of weights (N, K) as such choices; None where they are others, or few."""
        k = weights.shape[1]
        inside = weights == 1
        if weights.size < MANY or len(tau) > 1 or not (inside | (weights == 0)).all():
            return None
        counts = inside.sum(axis=1)
        if (counts >= k - 1).all():
            at = np.where(counts == k, NONE, np.argmin(inside, axis=1))
            return cls(np.arange(k), at, True, mu, tau)
        arrival = np.argsort(-inside.sum(axis=0), kind="stable")
        if (inside[:, arrival] == (np.arange(k) < counts[:, None])).all():
            return cls(arrival, counts, False, mu, tau)
        return None

    def __len__(self) -> int:
        return self.at.size

    def taken(self, which: Index) -> "InTurn":
        """Return some of the choices."""
        return replace(self, at=self.at[which])

    def summed(self, values: Array) -> Array:
        """Return sums over the studies of each choice, shape (N, n), of values (n, K)."""
        ordered = values[:, self.arrival]
        if not self.without:
            return np.asarray(np.pad(np.cumsum(ordered, axis=1), ((0, 0), (1, 0)))[:, self.at].T)
        others = np.column_stack([_others(ordered.T).T, ordered.sum(axis=1)])  # the last is that of all
        return np.asarray(others[:, self.at].T)

    def order(self) -> Index:
        """Return the choices by how many studies they count."""
        return np.argsort(self.at, kind="stable")

    def weights(self) -> Array:
        """Return the choices as rows of 0 and 1, shape (N, K)."""
        inside = np.ones((len(self), self.arrival.size))
        if self.without:
            rows = np.flatnonzero(self.at != NONE)
            inside[rows, self.at[rows]] = 0.0
        else:
            inside[:, self.arrival] = np.arange(self.arrival.size) < self.at[:, None]
        return inside


def answered(task: Task, cases: InTurn, axes: Axes, fineness: Fineness) -> Answers:
    """Answer all choices on these axes, one after another."""
    made = _Surfaces(curves.informative(task.dataset, task.model), task.model, axes, fineness)
    sample = _Sample.of(cases, made)
    beliefs = Beliefs.on(axes, cases.mu, cases.tau)
    answers, done = Answers.empty(len(cases), task.asked), 0
    for which, logs in (_without if cases.without else _added)(cases, made, sample):
        full, thin = (*map(_Held, logs), None)[:2]
        assert full is not None
        answers.put(which, numbers(task.asked, axes, beliefs.joint(full, thin), 0.0))
        done += which.size
        if task.progress is not None:
            task.progress(done)
    answers.error[:] += sample.error(cases)
    return answers


@dataclass(frozen=True, eq=False)
class _Held:
    """Log likelihoods that are there, shape (N, mu, tau) or (N, mu, 1)."""

    logs: Array

    def __len__(self) -> int:
        return len(self.logs)

    def of(self, part: slice) -> Array:
        """Return some of them."""
        return self.logs[part].copy()


@dataclass(frozen=True, eq=False)
class _Surfaces:
    """Surfaces of some of the studies at a time."""

    studies: tuple[AnyStudy, ...]
    model: Model
    axes: Axes
    fineness: Fineness

    def of(self, which: Index) -> Array:
        """Return the log likelihoods of some studies, shape (n, mu, tau) or (n, mu, 1)."""
        studies = tuple(self.studies[i] for i in which)
        counts = counts_of(studies)
        logs = curves.log_curves(counts, self.model, self.axes.theta.x, self.fineness)
        names, mixed = tuple(study.name for study in studies), surface.mixing_of(self.model)
        known = self.model.family.estimates(counts)
        return surface.smoothed(Surface(names, known, self.axes, logs, logs, None, mixed)).each

    @property
    def numbers(self) -> int:
        """How many numbers the surfaces of all studies are."""
        return len(self.studies) * self.axes.mu.size * (self.axes.tau.size if self.axes.tau else 1)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Some of the choices, each a row of ``weights`` (N, K), by two surfaces on every second node:
    thinned, and made half as finely.
    """

    weights: Array
    rough: _Surfaces
    sums: tuple[Array, Array]

    @classmethod
    def of(cls, cases: InTurn, made: _Surfaces) -> "_Sample":
        """Choose the choices, and begin with sums of 0."""
        theta, mu, tau = made.axes
        axes = Axes(theta.halved(), mu.halved(), None if tau is None else tau.halved())
        rough = replace(made, axes=axes, fineness=made.fineness.coarser())
        weights = (cases.taken(sampled(cases)) if len(cases) > SAMPLE else cases).weights()
        shape = len(weights), axes.mu.size, 1 if axes.tau is None else (axes.tau.size - 1) * DENSER + 1
        return cls(weights, rough, (np.zeros(shape), np.zeros(shape)))

    def add(self, which: Index, logs: Array) -> None:
        """Add some studies, given their surfaces on all nodes."""
        weights, two = self.weights[:, which], (logs[:, ::2, ::2], self.rough.of(which))
        for i, each in enumerate(two):
            self.sums[i][:] += np.tensordot(weights, each if logs.shape[2] == 1 else dense(each), axes=1)

    def error(self, cases: InTurn) -> float:
        """Return a bound of what smoothing the curves and integrating the baseline contribute."""
        axes = self.rough.axes
        beliefs = Beliefs.on(axes, cases.mu, cases.tau)
        size = 1 if beliefs.tau_thin is None else beliefs.tau_thin.shape[1]
        fine, coarse = (
            beliefs.joint(_Held(total), _Held(total[:, :, : size * DENSER : DENSER])) for total in self.sums
        )
        return smoothing(axes, fine, coarse)


def _added(cases: InTurn, made: _Surfaces, sample: _Sample) -> Iterator[tuple[Index, list[Array]]]:
    """Yield some choices, and the log likelihoods of each: a sum that runs on."""
    before: list[Array] = []
    for number, part in enumerate(_parts(cases.arrival)):
        logs = made.of(part)
        sample.add(part, logs)
        sums = _on_nodes(logs)
        for i, values in enumerate(sums):
            if before:
                values[0] += before[i]
            np.cumsum(values, axis=0, out=values)
        before = [values[-1].copy() for values in sums]
        start = number * TOGETHER
        which = np.flatnonzero((cases.at > start) & (cases.at <= start + part.size))
        if which.size:
            yield which, [values[cases.at[which] - start - 1] for values in sums]


def _without(cases: InTurn, made: _Surfaces, sample: _Sample) -> Iterator[tuple[Index, list[Array]]]:
    """Yield some choices, and the log likelihoods of each: what comes before it and what comes after it."""
    parts = _parts(cases.arrival)
    kept: dict[int, Array] = {}
    totals = []
    for number, part in enumerate(parts):
        logs = made.of(part)
        sample.add(part, logs)
        totals.append([values.sum(axis=0) for values in _on_nodes(logs)])
        if made.numbers <= KEPT:
            kept[number] = logs
    by_kind = [np.stack(values) for values in zip(*totals, strict=True)]
    if (which := np.flatnonzero(cases.at == NONE)).size:
        yield which, [np.repeat(values.sum(axis=0)[None], which.size, axis=0) for values in by_kind]
    elsewhere = [_others(values) for values in by_kind]
    for number, part in enumerate(parts):
        which = np.flatnonzero(np.isin(cases.at, part))
        if which.size:
            logs = kept.pop(number) if number in kept else made.of(part)
            at = cases.at[which] - part[0]
            yield (
                which,
                [
                    (_others(values) + other[number])[at]
                    for values, other in zip(_on_nodes(logs), elsewhere, strict=True)
                ],
            )


def _parts(studies: Index) -> list[Index]:
    return [studies[start : start + TOGETHER] for start in range(0, studies.size, TOGETHER)]


def _on_nodes(logs: Array) -> list[Array]:
    """Return surfaces on all nodes of tau and from every second one, as sums over tau need them;
    one of a common effect as it is.
    """
    return [logs] if logs.shape[2] == 1 else [dense(logs), dense(logs[:, :, ::2])]


def _others(each: Array) -> Array:
    """Return for each of some values (n, ...) the sum of all others, without subtracting."""
    before, after = np.zeros_like(each), np.zeros_like(each)
    np.cumsum(each[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumsum(each[:0:-1], axis=0)[::-1]
    return before + after
