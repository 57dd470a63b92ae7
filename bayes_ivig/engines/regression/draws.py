"""Independent draws of a regression: tau, then every coefficient given the ones before it, then effects.

Each step inverts the probability below, read between nodes eight at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.formulas.interpolation import POINTS, log_sum, stencil
from bayes_ivig.formulas.inversion import parts_of
from bayes_ivig.results.draws.of_grid import (
    effect_given,
    integrated_log_likelihood,
    new_effect,
    on_axis,
    steps_from_start,
)
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Read = tuple[NDArray[np.intp], Array]  # the first of eight nodes, (size,), and their weights, (size, 8)


@dataclass(frozen=True, eq=False)
class RegressionDraws:
    """Draws of an exact regression: its surface, its joint posterior, the numbers of every study, the last of
    them 1, the names of the slopes, and the degrees of freedom of study effects.
    """

    built: Surface
    density: RegressionDensity
    design: Array
    names: tuple[str, ...]
    df: float

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the components of beta; a slope that has a name of its own is a variable itself."""
        if not self._together:
            return {}
        return {"beta": tuple(name.removeprefix("beta[").removesuffix("]") for name in self.names)}

    @property
    def _together(self) -> bool:
        return all(name.startswith("beta[") for name in self.names)

    def draw(self, size: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return draws of mu, tau and theta_new, (size,), of theta, (size, K), and of beta, (size, P); no
        tau under a common effect.
        """
        density = self.density
        reads: list[Read] = []
        given: dict[str, Array] = {}
        if density.tau is not None:
            given["tau"] = np.asarray(density.tau_marginal.quantile(rng.random(size)))
            reads.append(_read(density.tau, given["tau"]))
        coefficients = np.zeros((size, 0))
        for j, axis in enumerate(density.nodes.axes):
            z = self._next(j, reads, rng.random(size))
            reads.append(_read(axis, z))
            own = z + coefficients @ density.nodes.shifts[j, :j]
            coefficients = np.column_stack([coefficients, own])
        mu, tau = coefficients[:, -1], given.get("tau", np.zeros(size))
        predictors = coefficients @ self.design.T
        theta, axis = predictors, self.built.axes.theta
        if density.tau is not None:
            theta = np.stack([
                effect_given(axis, curve, (predictors[:, i], tau, self.df), rng.random(size))
                for i, curve in enumerate(self.built.log_curves)
            ], axis=-1)  # fmt: skip
        new = mu if density.tau is None else new_effect((mu, tau, self.df), axis, rng)
        slopes = coefficients[:, :-1]
        named = {"beta": slopes} if self._together else dict(zip(self.names, slopes.T, strict=True))
        return {"mu": mu, **given, "theta": theta, "theta_new": new, **named}

    def study_log_likelihood(self, values: Mapping[str, Array]) -> Array:
        """Return each study's log likelihood at draws, its own effect and baseline integrated out,
        (..., K).
        """
        predictors, tau, built = self._predictors(values), values.get("tau"), self.built
        out = np.empty(predictors.shape)
        for i in range(predictors.shape[-1]):
            random = None if built.random is None else built.random[i : i + 1]
            alone = replace(built, common=built.common[i : i + 1], random=random)
            out[..., i] = integrated_log_likelihood(alone, predictors[..., i], tau)[..., 0]
        return out

    def seen(self, values: Mapping[str, Array], rng: np.random.Generator | None) -> Array:
        """Return every study's effect at draws, (..., K); with a generator a new one at its own values."""
        if rng is None:
            return np.asarray(values["theta"])
        predictors = self._predictors(values)
        if "tau" not in values:
            return predictors
        tau = np.broadcast_to(values["tau"][..., None], predictors.shape)
        axis = self.built.axes.theta
        flat = new_effect((predictors.reshape(-1), tau.reshape(-1), self.df), axis, rng)
        return flat.reshape(predictors.shape)

    def _predictors(self, values: Mapping[str, Array]) -> Array:
        together = self._together
        slopes = values["beta"] if together else np.stack([values[name] for name in self.names], axis=-1)
        return np.asarray(values["mu"][..., None] + slopes @ self.design[:, :-1].T)

    def _next(self, j: int, reads: list[Read], shares: Array) -> Array:
        """Draw coefficient j, its z, given tau and the ones before it."""
        logs = self.density.log_mass
        for _ in range(len(self.density.nodes.axes) - 1 - j):
            logs = log_sum(logs, axis=j + 1)
        logs = np.moveaxis(logs, -1, 0) if self.density.tau is not None else logs[..., 0]
        logs = np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)
        axis = self.density.nodes.axes[j]
        z = np.empty(shares.size)
        for part in parts_of(shares.size):
            rows = np.zeros((len(shares[part]), axis.size))
            for places in product(range(POINTS), repeat=len(reads)):
                at = tuple(first[part] + place for (first, _), place in zip(reads, places, strict=True))
                weight = np.prod(
                    [weights[part, place] for (_, weights), place in zip(reads, places, strict=True)], axis=0
                )
                rows += np.reshape(weight, (-1, 1)) * logs[at]
            z[part] = on_axis(axis, rows, shares[part])
        return z


def _read(axis: Axis, x: Array) -> Read:
    first, (weights,) = stencil(steps_from_start(axis, x), axis.size)
    return first, weights
