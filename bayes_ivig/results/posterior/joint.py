"""The joint posterior density of mu and tau, and its regions of highest density."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.contours import outlines
from bayes_ivig.formulas.interpolation import upsample
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

FINER = 4  # nodes per node of the grid, for the threshold and the outlines
FAINT = 1e-9  # of the mass, beyond which the axes of a region are cut


@dataclass(frozen=True, eq=False)
class Region:
    """The region of highest density that holds ``level`` of the posterior.

    ``threshold`` is the density, per unit of mu and of tau, at its edge; ``outlines`` are its edges as arrays
    (N, 2) of mu and tau, closed unless they end at the edge of the axes. ``level`` is a credible level.
    """

    level: float
    threshold: float
    outlines: tuple[Array, ...]

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class JointDensity:
    """Joint posterior density of mu (log odds ratio) and tau (its between-study SD), per unit of each.

    ``mu`` has shape (M,), ``tau`` (T,) and ``density`` (M, T); ``mass`` is the probability that goes with
    each node, adding up to one. ``axes`` are the grids they come from.
    """

    mu: Array
    tau: Array
    density: Array
    mass: Array
    axes: tuple[Axis, Axis]

    __repr__ = short_repr

    @classmethod
    def on(cls, log_joint: Array, mu: Axis, tau: Axis) -> "JointDensity":
        """Return the joint density of a posterior on a grid, its tau weights taken out again."""
        logs = log_joint - tau.log_weights
        mass = np.exp(logs + mu.log_weights[:, None] + tau.log_weights - logs.max())
        density = np.exp(logs - logs.max()) / mass.sum()
        return cls(mu.x, tau.x, density, mass / mass.sum(), (mu, tau))

    def highest_density_region(self, level: float = 0.95) -> Region:
        """Return the smallest region that holds ``level`` of the posterior;
        raises ``ModelError`` unless 0 < level < 1.
        """
        if not 0 < level < 1:
            raise ModelError(f"highest_density_region: level is {level!r}; it must lie between 0 and 1")
        mu, tau, density, mass = self._fine()
        order = np.argsort(density, axis=None)[::-1]
        held = np.cumsum(mass.ravel()[order])
        threshold = float(np.interp(level, held / held[-1], density.ravel()[order]))
        return Region(level, threshold, outlines(density, (mu, tau), threshold))

    def _fine(self) -> tuple[Array, Array, Array, Array]:
        """Return axes, density and mass on a finer grid, where there is any mass."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.density)
        logs = np.where(np.isfinite(logs), logs, logs[np.isfinite(logs)].min())
        kept = [np.flatnonzero(self.mass.sum(axis=1 - which) > FAINT) for which in (0, 1)]
        parts = [slice(max(0, int(k[0]) - 1), int(k[-1]) + 2) for k in kept]
        fine = [axis.refined(FINER) for axis in self.axes]
        wanted = [slice(FINER * (part.start or 0), FINER * (min(part.stop, axis.size) - 1) + 1)
                  for part, axis in zip(parts, self.axes, strict=True)]  # fmt: skip
        smooth = np.minimum(upsample(upsample(logs.T, FINER).T, FINER), logs.max() + 1.0)[
            wanted[0], wanted[1]
        ]
        mu, tau = (axis.x[part] for axis, part in zip(fine, wanted, strict=True))
        weights = [axis.log_weights[part] for axis, part in zip(fine, wanted, strict=True)]
        density = np.exp(smooth)
        return mu, tau, density, density * np.exp(weights[0][:, None] + weights[1])
