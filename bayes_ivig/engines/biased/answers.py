"""What a bias-adjusted posterior answers: marginals of its parameters, of every trial's effect and bias."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.biased import drawing
from bayes_ivig.engines.biased.axes import BiasAxes
from bayes_ivig.engines.biased.sums import SUMMED, Sums, at_spreads, at_sums
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.smoothing import mixture
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.inputs.model.covariates import BiasAdjusted
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.contract import MoreThanMuAndTau
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]

COUNTS = 1e-12  # share of a marginal on a node, relative to the largest, that a trial's own effect needs
LITTLE = 36.0  # logs below the best at which what a node of the other pair adds no longer matters
REACHES = -30.0  # log share of a tau or kappa that effects are followed to


@dataclass(frozen=True, eq=False)
class BiasedAnswers(MoreThanMuAndTau):
    """The posterior of a bias-adjusted model on two surfaces: of unflagged trials at (mu, tau), of flagged
    ones at (m, s), m = mu + beta0 and s = hypot(tau, kappa).

    ``studies`` are all of them in the order of the table, ``flags`` say which are flagged. A surface is None
    where there is no trial of its kind.
    """

    studies: tuple[str, ...]
    flags: tuple[bool, ...]
    model: BiasAdjusted
    axes: BiasAxes
    unflagged: Surface | None
    flagged: Surface | None

    __repr__ = short_repr

    def require_whole(self) -> None:
        """Raise ``ValueError`` where parts read from a file do not go together."""
        for kind, built, pair in (
            (False, self.unflagged, (self.axes.mu, self.axes.tau)),
            (True, self.flagged, (self.axes.m, self.axes.s)),
        ):
            names = self._of(flagged=kind)
            if (built is None) != (not names) or (
                built is not None and (built.studies != names or (built.axes.mu, built.axes.tau) != pair)
            ):
                raise ValueError("surfaces that do not fit the studies and axes of a bias-adjusted posterior")

    def _of(self, *, flagged: bool) -> tuple[str, ...]:
        return tuple(name for name, flag in zip(self.studies, self.flags, strict=True) if flag == flagged)

    @property
    def regressed(self) -> None:
        """There are no coefficients."""

    @property
    def exact_draws(self) -> "drawing.Drawing":
        """What draws from the posterior."""
        return drawing.Drawing(self.studies, self.flags, self.sums, self.plain, self.flagged)

    @cached_property
    def sums(self) -> Sums:
        """The sums over the nodes of all four parameters."""
        return Sums(
            self.axes,
            np.zeros((self.axes.mu.size, self.axes.tau.size))
            if self.unflagged is None
            else self.unflagged.total(),
            np.zeros((self.axes.m.size, self.axes.s.size)) if self.flagged is None else self.flagged.total(),
            self.model,
        )

    @cached_property
    def plain(self) -> GridAnswers:
        """The posterior of (mu, tau) with the curves of unflagged trials: it answers what is free of bias."""
        built = self.unflagged
        if built is None:
            assert self.flagged is not None
            axes = Axes(self.flagged.axes.theta, self.axes.mu, self.axes.tau)
            none = np.zeros((0, axes.mu.size))
            empty = np.zeros(0)
            curves = np.zeros((0, axes.theta.size))
            built = Surface(
                (), (empty, empty), axes, curves, none, np.zeros((0, axes.mu.size, self.axes.tau.size))
            )
        return GridAnswers(built, self.sums.log_mass - self.axes.mu.log_weights[:, None])

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of mu, tau, theta_new, beta0, kappa or of the bias of a flagged trial."""
        if name in ("mu", "tau", "theta_new"):
            return self.plain.marginal(name)
        if name in ("beta0", "kappa"):
            return self.sums.marginal(name)
        return self._own(name.removeprefix("bias[").removesuffix("]"), bias=True)

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one study's effect, free of its bias."""
        if self.flags[self.studies.index(study)]:
            return self._own(study, bias=False)
        return self.plain.theta(study)

    def _own(self, study: str, *, bias: bool) -> GridMarginal:
        """Return the marginal of a flagged trial's effect or of its bias.

        Given the four parameters, effect and bias are normal and the trial's curve sees their sum: given
        one of them too, the curve is averaged over the other.
        """
        assert self.flagged is not None
        place = self.flagged.studies.index(study)
        own, few = self.flagged.each[place], self._core
        one, other = (("beta0", "kappa"), ("mu", "tau"))[:: 1 if bias else -1]
        mean, spread, around, width = (getattr(few.axes, name) for name in (*one, *other))
        # a row for each node of the other pair: (spreads of this one, other pair, means of this one)
        joint = np.einsum("mtbk->kmtb" if bias else "mtbk->tbkm", few.joint(self.sums.flagged - own))
        rows = joint.reshape(joint.shape[0], -1, joint.shape[-1]) - mean.log_weights
        estimate = (each[place] for each in self.flagged.estimates)
        axis = self._axis(one, other[0], *estimate)
        seen = at_spreads(own, self.axes.s, np.zeros(1), width.x)[:, 0]
        curve = np.moveaxis(at_sums(seen.T, self.axes.m, axis.x, around.x), 0, 2)
        factors = curve.reshape(axis.size, -1).T
        logs = log_sum(mixture(rows, mean, axis.x, spread.x, factors, LITTLE) + factors, axis=0)
        return GridMarginal(axis, logs + axis.log_slope(axis.u))

    @cached_property
    def _core(self) -> Sums:
        """The sums on fewer nodes: those that count, and every second one of them."""
        return self.sums.thinned(*SUMMED).trimmed(COUNTS)

    def _axis(self, pair: tuple[str, str], other: str, estimate: float, error: float) -> Axis:
        """Return the axis of a flagged trial's effect, or of its bias, given the names of its mean and SD."""
        mean, logs = getattr(self.axes, pair[0]), self.sums.rows(pair[1])
        widest = float(getattr(self.axes, pair[1]).x[logs > logs.max() + REACHES].max())
        middle = float(self.sums.marginal(other).quantile(0.5))
        return grids.effect_axis(mean, widest, ([estimate - middle], [error]))
