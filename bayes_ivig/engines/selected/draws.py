"""Independent draws of a posterior with selection: mu, tau and effects from the grid, then the weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.selected.chances import Intervals
from bayes_ivig.formulas.selection_models import weights as formulas
from bayes_ivig.formulas.selection_models.weights import Nodes
from bayes_ivig.results.draws.of_grid import draw, integrated_log_likelihood, new_effect, steps_from_start

type Array = NDArray[np.float64]

TOGETHER = 400_000  # pairs of a draw and of weights held at once


@dataclass(frozen=True, eq=False)
class SelectedDraws:
    """Draws of exact answers with selection: see ``SelectedAnswers`` for what it is made of; ``nodes`` are
    those of the weights, and ``df`` the degrees of freedom of study effects.
    """

    joint: GridAnswers
    intervals: Intervals
    chances: Array
    nodes: Nodes
    df: float

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The intervals that have a free weight."""
        return {"omega": tuple(str(j + 2) for j in range(self.nodes.free))} if self.nodes.free else {}

    def draw(self, size: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return draws of mu, tau and theta_new, (size,), of theta, (size, K), and of omega, (size, J - 1),
        where weights are free.
        """
        values = draw(self.joint, size, rng, self.df)
        if not self.nodes.free:
            return values
        omega = np.empty((size, self.nodes.free))
        affected = self.intervals.affected
        counts = np.bincount(self.intervals.at[affected], minlength=self.intervals.count).astype(float)
        chunk = max(1, TOGETHER // self.nodes.log_weights.size)
        shares = rng.random(size)
        for start in range(0, size, chunk):
            part = slice(start, start + chunk)
            tau = values["tau"][part] if "tau" in values else None
            logs = np.broadcast_to(self.nodes.log_weights, (len(shares[part]), self.nodes.log_weights.size))
            if affected.any():
                chances = np.moveaxis(self._chances(values["mu"][part], tau)[:, affected], 0, 2)
                logs = formulas.log_terms(chances, counts, self.nodes)
            below = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
            at = (below < (shares[part] * below[:, -1])[:, None]).sum(axis=1)
            omega[part] = self.nodes.omega[1:, np.minimum(at, below.shape[1] - 1)].T
        return {**values, "omega": self._between(omega, rng)}

    def _between(self, omega: Array, rng: np.random.Generator) -> Array:
        """Return weights moved from their nodes to anywhere in the cells around them."""
        u, scale = self.nodes.scale
        ratio = omega.copy()
        if not self._free_each:
            ratio[:, 1:] = omega[:, 1:] / omega[:, :-1]  # of each weight to the one before
        at = np.arcsinh(np.clip(np.log(ratio) - np.log1p(-ratio), -700, 700) / scale)
        at += (rng.random(omega.shape) - 0.5) * (u[1] - u[0])
        moved = 1 / (1 + np.exp(-scale * np.sinh(at)))
        return moved if self._free_each else np.cumprod(moved, axis=1)

    @property
    def _free_each(self) -> bool:
        """Whether weights are independent: some then rise with the p-value."""
        return self.nodes.free == 1 or bool((np.diff(self.nodes.omega[1:], axis=0) > 0).any())

    def study_log_likelihood(self, values: Mapping[str, Array]) -> Array:
        """Return each study's log likelihood at draws, its own effect integrated out, (..., K), given that it
        was published.
        """
        shape = np.shape(values["mu"])
        mu = values["mu"].reshape(-1)
        tau = values["tau"].reshape(-1) if "tau" in values else None
        own = integrated_log_likelihood(self.joint.surface, mu, tau)
        free = values["omega"].reshape(mu.size, -1) if "omega" in values else self.nodes.omega[1:].T
        omega = np.concatenate(
            [np.ones((mu.size, 1)), np.broadcast_to(free, (mu.size, free.shape[1]))], axis=1
        )
        published = np.einsum("skj,sj->sk", self._chances(mu, tau), omega)
        logs = own + np.log(omega[:, self.intervals.at]) - np.log(published)
        return np.asarray(logs.reshape(*shape, -1))

    def seen(self, values: Mapping[str, Array], rng: np.random.Generator | None) -> Array:
        """Return every study's effect at draws, (..., K); with a generator that of a new one, published or
        not.
        """
        if rng is None:
            return np.asarray(
                values.get("theta", values["mu"][..., None] * np.ones(len(self.intervals.studies)))
            )
        mu = np.broadcast_to(values["mu"][..., None], (*values["mu"].shape, len(self.intervals.studies)))
        if "tau" not in values:
            return np.asarray(mu)
        tau = np.broadcast_to(values["tau"][..., None], mu.shape)
        around = mu.reshape(-1), tau.reshape(-1), self.df
        return new_effect(around, self.joint.surface.axes.theta, rng).reshape(mu.shape)

    def _chances(self, mu: Array, tau: Array | None) -> Array:
        """Return the probabilities of the intervals at draws, (size, K, J), linear between nodes."""
        axes = self.joint.surface.axes
        place = steps_from_start(axes.mu, mu)
        m = np.minimum(place.astype(np.intp), axes.mu.size - 2)
        over = (place - m)[:, None, None]
        table = np.moveaxis(self.chances, (2, 3), (0, 1))
        if axes.tau is None or tau is None:
            return np.asarray((1 - over) * table[m, 0] + over * table[m + 1, 0])
        place = steps_from_start(axes.tau, tau)
        t = np.minimum(place.astype(np.intp), axes.tau.size - 2)
        beyond = (place - t)[:, None, None]
        below = (1 - beyond) * table[m, t] + beyond * table[m, t + 1]
        above = (1 - beyond) * table[m + 1, t] + beyond * table[m + 1, t + 1]
        return np.asarray((1 - over) * below + over * above)
