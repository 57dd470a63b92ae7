"""What an exact regression answers: marginals of coefficients and of tau, and the effect at any values."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.smoothing import at_points
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.engines.regression.draws import RegressionDraws
from bayes_ivig.engines.regression.share import share_explained
from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.contract import MoreThanMuAndTau
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RegressionAnswers(MoreThanMuAndTau):
    """The joint posterior of D coefficients and tau, and the surface that it was read from.

    ``design`` (K, D) has the numbers of every study, the last of them 1, that of the intercept mu; ``slopes``
    are the names of the others, and ``df`` the degrees of freedom of study effects. The mu axis of the
    surface ``built`` is that of linear predictors.
    """

    built: Surface
    density: RegressionDensity
    design: Array
    slopes: tuple[str, ...]
    df: float

    __repr__ = short_repr

    def require_whole(self) -> None:
        """Raise ``ValueError`` where the parts do not go together: they were read from a file."""
        density, d = self.density, len(self.slopes) + 1
        tau = self.built.axes.tau
        expected = (*density.nodes.shape, tau.size if tau else 1)
        fits = len(density.nodes.axes) == d and density.nodes.shifts.shape == (d, d)
        if (
            not fits
            or self.design.shape != (len(self.built.studies), d)
            or density.log_mass.shape != expected
            or density.tau != tau
            or np.isnan(density.log_mass).any()
        ):
            raise ValueError("a regression whose parts do not go together")

    @property
    def regressed(self) -> "RegressionAnswers":
        """What only a regression answers: these answers themselves."""
        return self

    @cached_property
    def exact_draws(self) -> RegressionDraws:
        """What draws from these answers."""
        return RegressionDraws(self.built, self.density, self.design, self.slopes, self.df)

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of mu, tau, theta_new or a coefficient; mu and theta_new are those of studies
        at the references.
        """
        if name == "tau":
            return self.density.tau_marginal
        if name == "mu":
            return self.density.coefficient(len(self.slopes))
        if name == "theta_new":
            return self.at(np.zeros(len(self.slopes))).marginal(name)
        return self.density.coefficient(self.slopes.index(name))

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one study's effect: its likelihood times the prediction from all others."""
        place = self._places[study]
        return self.at(self.design[place, :-1], place).theta(study)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {study: i for i, study in enumerate(self.built.studies)}

    def at(self, row: Array, study: int | None = None) -> GridAnswers:
        """Return the posterior of (x'beta, tau) at a row of P numbers on nodes of its own, with the surface
        of one study or of none.
        """
        onto, log_mass = self.density.predictor(np.append(row, 1.0))
        built = self.built
        kept = slice(0, 0) if study is None else slice(study, study + 1)
        curves = built.log_curves[kept]
        part = replace(
            built,
            studies=built.studies[kept],
            estimates=(built.estimates[0][kept], built.estimates[1][kept]),
            axes=Axes(built.axes.theta, onto, built.axes.tau),
            log_curves=curves,
            common=at_points(curves, built.axes.theta, onto.x) if len(curves) else np.zeros((0, onto.size)),
            random=None if built.random is None else _read(built.random[kept], built.axes.mu, onto.x),
        )
        return GridAnswers(part, log_mass - onto.log_weights[:, None])

    def share_explained(self, rows: Array) -> Marginal:
        """Return the share of the variance of effects that the coefficients explain."""
        away = rows - rows.mean(axis=0)
        return share_explained(self.density, away.T @ away / len(rows))


def _read(values: Array, axis: Axis, x: Array) -> Array:
    """Return values (R, M, T) of studies at other places of their axis, (R, x.size, T)."""
    first, (weights,) = stencil((axis.u_of(x) - axis.start) / axis.step, axis.size)
    near = values[:, first[:, None] + np.arange(POINTS)]
    return np.asarray((near * weights[:, :, None]).sum(axis=2))
