"""What one trial more may do to an answer, by its size."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, own_level

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "reached": "prob_reaches_line",
    "harm": "prob_harm_reaches_line",
    "importantly": "prob_important_reaches_line",
    "turns": "prob_conclusion_turns",
    "misleading": "prob_misleading",
    "significant": "prob_alone_significant",
    "width": "expected_width",
    "sd_mu": "expected_sd_mu",
    "sd_new": "expected_sd_theta_new",
    "benefit": "expected_prob_benefit",
}


@dataclass(frozen=True)
class AfterTrial:
    """What trials of one size are expected to do, averaged over what they may find.

    ``treatment`` and ``control`` are people randomised to each arm of each trial, or ``standard_error`` is
    that of its estimate; none of them for a trial without end, which shows its own effect. ``trials`` is how
    many such trials there are, ``every`` whether all that they may find was added up (else some was drawn,
    and ``error`` has Monte Carlo standard errors, too large rather than too small). ``value`` holds, by name:
    ``reached``, ``harm`` and ``importantly``, the probabilities (assurance) that the updated probability of a
    benefit, of a harm, or of an important benefit comes to the line; ``turns`` that the conclusion becomes
    another; ``misleading`` that a line is reached on the other side of the effect; ``significant`` that the
    trial alone is; ``width``, ``sd_mu`` and ``sd_new``, expected widths of the credible interval and SDs;
    ``benefit``, the mean of the updated probabilities.
    """

    treatment: int | None
    control: int | None
    standard_error: float | None
    trials: int
    every: bool
    value: dict[str, float]
    error: dict[str, float]

    __repr__ = short_repr

    def to_dict(self) -> dict[str, Any]:
        """Return the size and the averages, as JSON has them."""
        return {
            "treatment_total": self.treatment,
            "control_total": self.control,
            "standard_error": self.standard_error,
            "trials": self.trials,
            "every_result": self.every,
            **{column: self.value.get(name) for name, column in COLUMNS.items()},
            "monte_carlo_error": self.error.get("reached", 0.0),
        }


@checked_methods
@dataclass(frozen=True, eq=False)
class NextTrial(Shown):
    """What one trial more may do to a posterior, for each size that was asked.

    ``quantity``, ``"mu"`` or ``"theta_new"``, is what the probabilities are of, ``before`` what they are
    today (``benefit``, ``important``, ``width``, ``sd_mu``, ``sd_new``), ``line`` the probability from which
    a conclusion counts as reached, ``important`` the smallest important effect, on the measure's own scale.
    ``control`` says where control risks came from. ``gap`` is the mean of the updated probabilities less the
    probability today for each size: 0 but for numerical and Monte Carlo error.
    """

    posterior: Posterior
    quantity: str
    line: float
    level: float
    important: float
    control: str
    before: dict[str, float]
    sizes: tuple[AfterTrial, ...]
    endless: AfterTrial
    settings: tuple[tuple[str, str], ...]

    @property
    def gap(self) -> tuple[float, ...]:
        """Mean of the updated probabilities less the probability today, by size."""
        return tuple(each.value["benefit"] - self.before["benefit"] for each in self.sizes)

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row for each size, the last of a trial without end; raises ``ModelError`` for another
        level than it was asked with.
        """
        import pandas as pd

        own_level(level, self.level, "ask next_trial(..., level=...) again")
        return pd.DataFrame([self._row(each) for each in (*self.sizes, self.endless)])

    def _row(self, after: AfterTrial) -> dict[str, Any]:
        row: dict[str, Any] = {
            "treatment_total": after.treatment,
            "control_total": after.control,
            "standard_error": after.standard_error,
            "trials": after.trials,
        }
        for name, column in COLUMNS.items():
            row[column] = after.value.get(name)
        row["level"] = self.level
        row["monte_carlo_error"] = after.error.get("reached", 0.0)
        return row
