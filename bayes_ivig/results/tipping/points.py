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
from bayes_ivig.measures import OR, Measure, measure_of
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

    Of another ``measure``, by its code, it is about ``at``, a value of the measure, no effect unless given.

    >>> import bayes_ivig as bi
    >>> str(bi.tipping.Conclusion(0.8, probability=0.95, side="below"))
    'P(OR < 0.8) >= 0.95'
    """

    odds_ratio: float = 1.0
    probability: float = 0.975
    side: Literal["above", "below"] = "above"
    measure: str = OR.code
    at: float | None = None

    def __post_init__(self) -> None:
        """Validate."""
        problems = []
        measure = measure_of(self.measure)
        if measure is not OR and self.odds_ratio != 1.0:
            problems.append(f"odds_ratio is {self.odds_ratio!r}; {measure.one} is stated by at")
        if measure is OR and self.at is not None:
            problems.append(f"at is {self.at!r}; an odds ratio is stated by odds_ratio")
        if self.at is not None and not measure.holds(self.at):
            allowed = "above 0" if measure.log else "a finite number"
            problems.append(f"at is {self.at!r}; {measure.one} is {allowed}")
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
        return f"P({self.event}) >= {self.probability:g}"

    @property
    def of(self) -> Measure:
        """The effect measure."""
        return measure_of(self.measure)

    @property
    def value(self) -> float:
        """The value of the measure that it is about."""
        return self.odds_ratio if self.of is OR else self.of.null if self.at is None else self.at

    @property
    def modelled(self) -> float:
        """That value on the scale of the model."""
        return self.of.modelled(self.value)

    @property
    def event(self) -> str:
        """What it is about: ``OR > 1``, ``MD < -2``."""
        return f"{self.of.symbol} {'>' if self.side == 'above' else '<'} {self.value:g}"

    def to_dict(self) -> dict[str, str | float]:
        """Return the statement as JSON has it."""
        own: dict[str, str | float] = (
            {"odds_ratio": self.odds_ratio}
            if self.of is OR
            else {"measure": self.measure, "effect": self.value}
        )
        return own | {"probability": self.probability, "side": self.side}

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
        """Return the probability that the statement is about, of the pooled effect;
        raises ``ModelError`` for a posterior of another measure.
        """
        if posterior.measure is not self.of:
            raise ModelError(
                f"conclusion: it is about {self.of.one}, and the posterior about {posterior.measure.one}; "
                f"give Conclusion(measure={posterior.measure.code!r}, ...)"
            )
        at = self.modelled
        mu = posterior["mu"]
        return float(mu.prob_above(at) if self.side == "above" else mu.prob_below(at))


@dataclass(frozen=True, slots=True)
class Crossing:
    """A scale at which a conclusion turns; it ``holds`` below that scale, or above it."""

    scale: float
    holds: Literal["above", "below"]


@checked_methods
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
        says which way: the conclusion holds ``"above"`` or ``"below"`` that scale. Of another measure than
        odds ratios the range is ``ratio_range``, or ``reach``, the distance from the centre within which 95%
        of the prior lie, and there are no persons.
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
                row |= says(self.conclusion.of, turn.scale)
            rows.append(row)
        of_mu = [*says(self.conclusion.of, 1.0)] if self.parameter == "mu" else []
        columns = ["prior", "scale", "holds", *of_mu]
        return pd.DataFrame(rows, columns=columns)


def says(measure: Measure, scale: float) -> dict[str, float]:
    """Return how much a normal prior of mu of that SD says, by the names of columns."""
    if measure is OR:
        return {"or_range": or_range(scale), "persons": (UNIT_SD / scale) ** 2}
    return {"ratio_range": or_range(scale)} if measure.log else {"reach": Z * scale}


def or_range(scale: float) -> float:
    """Return D: 95% of a normal prior of that SD lie between odds ratios 1/D and D times its centre."""
    return math.exp(WIDEST_LOG) if Z * scale > WIDEST_LOG else math.exp(Z * scale)


@checked_methods
@dataclass(frozen=True, eq=False)
class TippingGrid(Shown):
    """A conclusion over the scales of both priors: mu ~ normal(centre, mu_scale),
    tau ~ half_normal(tau_scale).

    ``chances`` and ``limits`` have shape (mu scales, tau scales): the probability that the conclusion is
    about, and the limit of the central credible interval of the effect that faces it, the lower one of a
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
