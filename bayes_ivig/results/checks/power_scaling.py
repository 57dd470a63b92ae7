"""How a posterior answers to a little more or less of its prior, and of its likelihood."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

Diagnosis = Literal["none", "prior-data conflict", "strong prior or weak likelihood"]

# quantiles between which the bound of a distance is taken: where 4000 draws would end
RANGE = (1 / 4000, 1 - 1 / 4000)
DISTANCE = (
    "cumulative Jensen-Shannon distance per doubling of the power: the divergence over the whole line, its "
    "bound between the 1/4000 and 3999/4000 quantiles"
)
DISTANCE_OF_DRAWS = (
    "cumulative Jensen-Shannon distance per doubling of the power, over the range of the draws"
)
# for a normal posterior, a mean that moves by about 0.3 SDs as the component's weight doubles
THRESHOLD = 0.05


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sensitivities of one quantity to both priors together, to each, and to the likelihood;
    None where there is no such part.

    Each is the cumulative Jensen-Shannon distance per doubling of the component's power,
    as large as the posterior moves.
    """

    quantity: str
    prior: float
    prior_mu: float
    prior_tau: float | None
    likelihood: float

    @property
    def diagnosis(self) -> Diagnosis:
        """What it speaks of: only a prior to which the posterior answers is worth a word."""
        if not self.prior >= THRESHOLD:
            return "none"
        return "prior-data conflict" if self.likelihood >= THRESHOLD else "strong prior or weak likelihood"


@checked_methods
@dataclass(frozen=True, slots=True)
class PowerScaling(Shown):
    """Power-scaling sensitivity of mu, tau and theta_new (Kallioinen, Paananen,
    Bürkner & Vehtari 2024, Stat Comput 34:57).

    A component's density is raised to ``powers``, a little above and below 1; the sensitivity is the mean
    slope of a distance in the log to base 2 of the power. The distance is the root of the cumulative
    Jensen-Shannon divergence both ways over its upper bound, the larger of the quantity and its negative. The
    divergence is that of the whole line; its bound would grow without end there (an integral of distribution
    functions), and a sampled posterior's ends where its outermost draws happen to lie. On the exact engine it
    is taken between the quantiles ``RANGE``, where the outermost of 4000 draws, the usual number, would lie;
    of draws, as priorsense and ArviZ do, over the draws there are. At ``THRESHOLD`` (0.05) a posterior is
    called sensitive.
    """

    rows: tuple[Sensitivity, ...]
    powers: tuple[float, float]

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [row.quantity for row in self.rows]

    def __getitem__(self, quantity: str) -> Sensitivity:
        """Return one quantity's; raises ``ModelError`` for a name that is not there."""
        by_quantity = {row.quantity: row for row in self.rows}
        if quantity not in by_quantity:
            raise ModelError(
                f"power_scaling: no {quantity!r}{suggestion(quantity, by_quantity)}; "
                f"there are {', '.join(by_quantity)}"
            )
        return by_quantity[quantity]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per quantity: the sensitivities, then the diagnosis."""
        import pandas as pd

        names = ["prior", "prior_mu", "prior_tau", "likelihood", "diagnosis"]
        rows = {row.quantity: [getattr(row, name) for name in names] for row in self.rows}
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("quantity")
