"""Answers that took sampling, and one outcome under models of many kinds side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayes_ivig.inputs.model.files import AnyModel, assumptions
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior.diagnostics import Diagnostics

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SampledAnswer:
    """What one sampled posterior answered to one question, as JSON-ready values, with its diagnostics.

    ``sampler`` holds the sampler's settings, seed included; ``made_by`` the versions of the programs that
    sampled it, which need not be those that read it.
    """

    answer: Mapping[str, Any]
    diagnostics: Diagnostics
    sampler: tuple[tuple[str, str], ...]
    made_by: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "answer": dict(self.answer),
            "diagnostics": {"problems": list(self.diagnostics.problems), **dict(self.diagnostics.numbers)},
            "sampler": dict(self.sampler),
            "made_by": dict(self.made_by),
        }


@dataclass(frozen=True)
class ModelRow:
    """One model on one trial set: posterior median odds ratio with central 95% credible limits,
    P(OR > 1), median of tau.

    ``code`` names the model in a report's own list of models; ``k`` counts the studies that carry
    information. ``tau`` is None where the model has none. ``sampled`` is None where the posterior is exact.
    """

    trials: str
    code: str
    model: AnyModel
    k: int
    ratio: Ratio
    prob_or_gt_1: float
    tau: float | None
    sampled: SampledAnswer | None = None

    __repr__ = short_repr

    def to_dict(self) -> dict[str, Any]:
        """Return the row with its assumptions as plain values, for JSON."""
        return {
            "trials": self.trials,
            "code": self.code,
            "model": assumptions(self.model),
            "k": self.k,
            "odds_ratio": {
                "median": self.ratio.estimate,
                "q2.5": self.ratio.lower,
                "q97.5": self.ratio.upper,
            },
            "prob_or_gt_1": self.prob_or_gt_1,
            "tau_q50": self.tau,
            "sampled": None if self.sampled is None else self.sampled.to_dict(),
        }


@dataclass(frozen=True)
class Agreement:
    """One number of a sampled posterior beside the exact one;
    ``error`` is the Monte Carlo standard error of the first.
    """

    number: str
    exact: float
    sampled: float
    error: float

    @property
    def distance(self) -> float:
        """Difference in units of its Monte Carlo standard error;
        infinite where the error is 0 and the numbers differ.
        """
        difference = self.sampled - self.exact
        if self.error > 0:
            return difference / self.error
        return 0.0 if difference == 0 else float("inf")


@dataclass(frozen=True)
class Witness:
    """The reference model sampled on one trial set, as a check of the exact posterior, number by number."""

    trials: str
    sampled: SampledAnswer
    numbers: tuple[Agreement, ...]

    @property
    def worst(self) -> Agreement:
        """The number that is farthest from the exact one in units of its Monte Carlo error."""
        return max(self.numbers, key=lambda number: abs(number.distance))


@dataclass(frozen=True)
class Unfitted:
    """A model that a table of models lacks: not sampled yet, or, with a ``reason``,
    not to be had from these data.
    """

    trials: str
    code: str
    reason: str = ""


@dataclass(frozen=True)
class OtherModels:
    """One outcome under other models than the reference one, exact and sampled, trial set by trial set.

    ``further`` are the reference model and the exact ones on trial sets for which nothing is sampled.
    """

    rows: tuple[ModelRow, ...]
    witnesses: tuple[Witness, ...]
    unfitted: tuple[Unfitted, ...]
    further: tuple[ModelRow, ...] = ()

    __repr__ = short_repr

    def table(self, level: float = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its limits are of 95%
        """Return one row per trial set and model.

        Columns: ``trials, model, k, or_median, or_lower, or_upper, level, prob_or_gt_1, tau_median, computed,
        ok``. ``model`` is the code, ``computed`` is ``exactly`` or ``sampled``, ``ok`` whether the draws
        passed every check (None where nothing was drawn). Odds ratios with central 95% credible limits.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "trials": row.trials,
                "model": row.code,
                "k": row.k,
                "or_median": row.ratio.estimate,
                "or_lower": row.ratio.lower,
                "or_upper": row.ratio.upper,
                "level": 0.95,
                "prob_or_gt_1": row.prob_or_gt_1,
                "tau_median": row.tau,
                "computed": "exactly" if row.sampled is None else "sampled",
                "ok": None if row.sampled is None else row.sampled.diagnostics.ok,
            }
            for row in self.rows
        )

    @property
    def waiting(self) -> tuple[Unfitted, ...]:
        """Those that sampling would give."""
        return tuple(each for each in self.unfitted if not each.reason)

    def fits(self) -> Iterator[tuple[str, str, SampledAnswer]]:
        """Yield trial set, code of the model and answer of every sampled fit, by trial set,
        the reference model first.
        """
        for trials in dict.fromkeys(row.trials for row in self.rows):
            yield from (
                (trials, "reference", each.sampled) for each in self.witnesses if each.trials == trials
            )
            yield from (
                (trials, row.code, row.sampled) for row in self.rows if row.trials == trials and row.sampled
            )
