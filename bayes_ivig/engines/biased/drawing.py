"""Independent draws from a bias-adjusted posterior: tau, mu, kappa, beta0, then what each trial shows, and
how that splits into effect and bias.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.biased.sums import Sums
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import interpolate, stencil
from bayes_ivig.formulas.inversion import parts_of
from bayes_ivig.results.draws import of_grid
from bayes_ivig.results.draws.of_grid import steps_from_start
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Values = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws from a bias-adjusted posterior, and what they say of every study."""

    studies: tuple[str, ...]
    flags: tuple[bool, ...]
    sums: Sums
    plain: GridAnswers
    flagged: Surface | None

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The flagged studies, which alone have a bias."""
        return {"bias": tuple(self.flagged.studies)} if self.flagged else {}

    @property
    def _which(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.flags)

    def draw(self, size: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return ``size`` independent draws by name, (size,) or (size, n)."""
        values = of_grid.draw(self.plain, size, rng)
        unflagged = values.pop("theta")
        mu, tau = values["mu"], values["tau"]
        kappa, beta0 = np.empty(size), np.empty(size)
        shares = rng.random((2, size))
        for part in parts_of(size):
            kappa[part] = self._kappa(mu[part], tau[part], shares[0, part])
            beta0[part] = self._beta0(mu[part], np.hypot(tau[part], kappa[part]), shares[1, part])
        values |= {"beta0": beta0, "kappa": kappa}
        theta = np.empty((size, len(self.studies)))
        theta[:, np.flatnonzero(~np.array(self.flags))] = unflagged
        if self.flagged is None:
            return values | {"theta": theta}
        m, s, bias = mu + beta0, np.hypot(tau, kappa), np.empty((size, self._which.size))
        for i, curve in enumerate(self.flagged.log_curves):
            shown = of_grid.effect_given(self.flagged.axes.theta, curve, (m, s, np.inf), rng.random(size))
            z, e = (shown - m) / s, rng.standard_normal(size)
            theta[:, self._which[i]] = mu + tau * (tau * z - kappa * e) / s
            bias[:, i] = beta0 + kappa * (kappa * z + tau * e) / s
        return values | {"theta": theta, "bias": bias}

    def _kappa(self, mu: Array, tau: Array, shares: Array) -> Array:
        """Draw kappa given mu and tau."""
        axes = self.sums.axes
        rows = _at(self.sums.over_bias.T, axes.mu, mu)
        at = steps_from_start(axes.s, np.hypot(tau[:, None], axes.kappa.x))
        return of_grid.on_axis(axes.kappa, interpolate(rows, at) + self._per_u("kappa"), shares)

    def _beta0(self, mu: Array, s: Array, shares: Array) -> Array:
        """Draw beta0 given mu and hypot(tau, kappa)."""
        axes = self.sums.axes
        rows = _at(self.sums.flagged, axes.s, s)
        at = steps_from_start(axes.m, mu[:, None] + axes.beta0.x)
        return of_grid.on_axis(axes.beta0, interpolate(rows, at) + self._per_u("beta0"), shares)

    def _per_u(self, name: str) -> Array:
        return self.sums.log_prior(name)  # steps in u are equal: weights of nodes are densities per u

    def study_log_likelihood(self, values: Values) -> Array:
        """Return each study's log likelihood at draws of the four parameters, its own effect integrated out,
        (..., K).
        """
        logs = np.empty((*np.shape(values["mu"]), len(self.studies)))
        which, free = self._which, np.flatnonzero(~np.array(self.flags))
        if free.size:
            logs[..., free] = of_grid.integrated_log_likelihood(
                self.plain.surface, values["mu"], values["tau"]
            )
        if self.flagged is not None:
            logs[..., which] = of_grid.integrated_log_likelihood(
                self.flagged, values["mu"] + values["beta0"], np.hypot(values["tau"], values["kappa"])
            )
        return logs

    def seen(self, values: Values, rng: np.random.Generator | None) -> Array:
        """Return what the counts of each study see, (..., K): its effect and, where it is flagged, its bias;
        drawn anew with ``rng``.
        """
        if rng is None:
            theta = values["theta"].copy()
            if self.flagged is not None:
                theta[..., self._which] += values["bias"]
            return theta
        flags = np.array(self.flags, float)
        mu, tau, beta0, kappa = (values[name][..., None] for name in ("mu", "tau", "beta0", "kappa"))
        spread = np.hypot(tau, flags * kappa)
        return np.asarray(mu + flags * beta0 + spread * rng.standard_normal(spread.shape))


def _at(rows: Array, axis: Axis, x: Array) -> Array:
    """Return rows (R, n) on an axis at values (C,), (C, R)."""
    first, (weights,) = stencil(steps_from_start(axis, x), axis.size)
    at_once: Array = np.einsum("rcp,cp->cr", rows[:, first[:, None] + np.arange(weights.shape[-1])], weights)
    return at_once
