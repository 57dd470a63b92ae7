"""How much prior it takes to turn a conclusion."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled
from bayes_ivig.kinds.checked import checked, checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.shown import Shown, own_level

if TYPE_CHECKING:
    import pandas as pd

    from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

Z = 1.959963984540054
WIDEST_LOG = 700.0  # of an odds ratio that a float can hold
UNIT_SD = 4.0  # SD of a log odds ratio from one person of each of two equal arms at a risk of one half


@checked
@dataclass(frozen=True, slots=True)
class Conclusion:
    """A statement that a posterior makes or does not: P(OR > ``odds_ratio``), or below it,
    is at least ``probability``.
    """

    odds_ratio: float = 1.0
    probability: float = 0.975
    side: Literal["above", "below"] = "above"

    def __post_init__(self) -> None:
        """Validate."""
        problems = []
        if not (isinstance(self.odds_ratio, int | float) and 0 < self.odds_ratio < math.inf):
            problems.append(f"odds_ratio is {self.odds_ratio!r}; it must be above 0, for example 1")
        if not (isinstance(self.probability, int | float) and 0 < self.probability < 1):
            problems.append(
                f"probability is {self.probability!r}; it must lie between 0 and 1, for example 0.975"
            )
        if self.side not in ("above", "below"):
            problems.append(f"side is {self.side!r}; it is above or below")
        if problems:
            raise ModelError(f"conclusion: {'; '.join(problems)}")

    def __str__(self) -> str:
        return f"P(OR {'>' if self.side == 'above' else '<'} {self.odds_ratio:g}) >= {self.probability:g}"

    @property
    def z(self) -> float:
        """The normal quantile of ``probability``: 1.96 for 0.975."""
        return float(special.ndtri(self.probability))

    def reached(self, chances: ArrayLike) -> NDArray[np.bool_]:
        """Return whether probabilities of what the statement is about, of any shape, are enough;
        to nine decimals.
        """
        return np.asarray(settled(chances) >= self.probability)

    def chance(self, posterior: "Posterior") -> float:
        """Return the probability that the statement is about, of the pooled odds ratio."""
        at = math.log(self.odds_ratio)
        mu = posterior["mu"]
        return float(mu.prob_above(at) if self.side == "above" else mu.prob_below(at))


@dataclass(frozen=True, slots=True)
class Crossing:
    """A scale at which a conclusion turns; it ``holds`` below that scale, or above it."""

    scale: float
    holds: Literal["above", "below"]


@checked_methods
@brief
@dataclass(frozen=True, eq=False)
class TippingPoint(Shown):
    """Where a conclusion turns as the scale s of one prior changes, everything else as stated.

    The prior is normal(``centre`` + ``lean`` s, s) of mu, or half_normal(s) of tau. ``scales`` (N,) were
    looked at, with ``chances`` (N,) of the conclusion; ``turns`` are the scales at which it turns, from small
    to large, none where it never does between the first and the last. ``chance`` is its probability under the
    stated priors.
    """

    conclusion: Conclusion
    parameter: Literal["mu", "tau"]
    centre: float
    lean: float
    chance: float
    scales: Array
    chances: Array
    turns: tuple[Crossing, ...]

    @property
    def holds(self) -> bool:
        """Whether the conclusion holds under the stated priors."""
        return bool(self.conclusion.reached(self.chance))

    @property
    def crossings(self) -> tuple[float, ...]:
        """The scales at which it turns."""
        return tuple(turn.scale for turn in self.turns)

    @property
    def family(self) -> str:
        """The priors, ``scale`` in the place of the number that changes."""
        if self.parameter == "tau":
            return "half_normal(scale)"
        lean = f"{self.lean:.4g} scale" if self.lean else ""
        centre = f"{self.centre:g}" if self.centre or not lean else ""
        return f"normal({' + '.join(filter(None, (centre, lean)))}, scale)"

    def prior(self, scale: float) -> str:
        """Return the prior of that scale, to six digits (some are roots),
        as text that ``parse_prior`` reads.
        """
        if self.parameter == "tau":
            return f"half_normal({scale:.6g})"
        return f"normal({self.centre + self.lean * scale:.6g}, {scale:.6g})"

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per crossing: the prior there, and for mu how much it says.

        ``or_range`` is D where 95% of a prior for mu lies between odds ratios 1/D and D times its centre;
        ``persons`` its weight in persons of two equal arms at a risk of one half, (4 / scale)^2. ``holds``
        says which way: the conclusion holds ``"above"`` or ``"below"`` that scale.
        """
        import pandas as pd

        rows = []
        for turn in self.turns:
            row: dict[str, str | float] = {
                "prior": self.prior(turn.scale),
                "scale": turn.scale,
                "holds": turn.holds,
            }
            if self.parameter == "mu":
                row |= {"or_range": or_range(turn.scale), "persons": (UNIT_SD / turn.scale) ** 2}
            rows.append(row)
        columns = ["prior", "scale", "holds"] + (["or_range", "persons"] if self.parameter == "mu" else [])
        return pd.DataFrame(rows, columns=columns)


def or_range(scale: float) -> float:
    """Return D: 95% of a normal prior of that SD lie between odds ratios 1/D and D times its centre."""
    return math.exp(WIDEST_LOG) if Z * scale > WIDEST_LOG else math.exp(Z * scale)


@checked_methods
@brief
@dataclass(frozen=True, eq=False)
class TippingGrid(Shown):
    """A conclusion over the scales of both priors: mu ~ normal(centre, mu_scale),
    tau ~ half_normal(tau_scale).

    ``chances`` and ``limits`` have shape (mu scales, tau scales): the probability that the conclusion is
    about, and the limit of the central credible interval of the odds ratio that faces it, the lower one of a
    conclusion above. ``reference`` are the scales of the stated priors where they are of these families, else
    None.
    """

    conclusion: Conclusion
    mu_scales: Array
    tau_scales: Array
    chances: Array
    limits: Array
    level: float
    centre: float = 0.0
    reference: tuple[float, float] | None = None

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per pair of scales; ``limit`` is of the grid's own level,
        and another one raises ``ModelError``.
        """
        import pandas as pd

        own_level(level, self.level, "tipping_grid takes that of its conclusion")
        mu, tau = np.meshgrid(self.mu_scales, self.tau_scales, indexing="ij")
        return pd.DataFrame(
            {
                "mu_scale": mu.ravel(),
                "tau_scale": tau.ravel(),
                "chance": self.chances.ravel(),
                "limit": self.limits.ravel(),
                "holds": self.conclusion.reached(self.chances.ravel()),
            }
        )
