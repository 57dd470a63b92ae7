"""What a prior or a posterior foretells, set beside what was observed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import in_a_name
from bayes_ivig.results.shown import Shown, own_level

if TYPE_CHECKING:
    import pandas as pd

Replicate = Literal["mixed", "conditional"]
REPLICATES: tuple[Replicate, ...] = ("mixed", "conditional")
COLUMNS = ("study", "arm", "observed", "total", "expected", "lower", "upper", "prob_above", "p_value", "mcse")


@dataclass(frozen=True, slots=True)
class ArmCheck:
    """One arm's observed events beside the replicated ones.

    ``arm`` is ``"treatment"`` or ``"control"``; where all events are given only the treatment arm is free,
    and where estimates are observed the ``"log odds ratio"`` stands for both, with no ``total``. ``expected``
    is the mean replicate, ``lower`` and ``upper`` its central predictive limits. ``prob_above`` is
    P(replicate > observed) + P(replicate = observed) / 2, ``p_value`` twice the smaller of it and its
    complement (mid-p), ``mcse`` the Monte Carlo standard error of ``prob_above``.
    """

    study: str
    arm: str
    observed: float
    total: int | None
    expected: float
    lower: float
    upper: float
    prob_above: float
    mcse: float

    @property
    def p_value(self) -> float:
        """Two-sided mid-p-value, to nine decimals: its numerical error does not shrink with it."""
        return settled_one(2 * min(self.prob_above, 1 - self.prob_above))


@checked_methods
@dataclass(frozen=True, slots=True)
class PosteriorCheck(Shown):
    """Posterior predictive check of every arm.

    ``replicate`` says what was replicated: ``"mixed"``, a study of the same size with a new effect from the
    between-study distribution, or ``"conditional"``, the same study again with its own effect. ``level`` is
    that of the predictive limits.
    """

    rows: tuple[ArmCheck, ...]
    replicate: Replicate
    likelihood: str
    level: float

    def _ipython_key_completions_(self) -> list[tuple[str, str]]:
        """Return the keys that a notebook offers between brackets."""
        return [(row.study, row.arm) for row in self.rows]

    def __getitem__(self, where: tuple[str, str]) -> ArmCheck:
        """Return one arm by study and arm; raises ``ModelError`` for what is not there."""
        return _arm(self.rows, where)

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per arm: study, arm, observed, total, expected, lower, upper,
        level, prob_above, p_value, mcse.

        Limits are of the check's own level; another one raises ``ModelError``.
        """
        own_level(
            level, self.level, "ask bi.checks.posterior_predictive_check(posterior, level=...) for another"
        )
        return _frame(self.rows, self.level)


@dataclass(frozen=True, slots=True)
class Foretold:
    """A quantity under the prior: quantiles at ``PriorCheck.levels``,
    and the probability of what hardly ever happens.

    ``scale`` is ``"odds ratio"``, ``"SD of log odds ratio"`` or ``"event rate"``; ``extreme`` says what is
    counted in ``prob_extreme``: an odds ratio beyond 20 either way, or an event rate below 1% or above 99%;
    both None for tau.
    """

    quantity: str
    scale: str
    quantiles: tuple[float, ...]
    prob_extreme: float | None = None
    extreme: str | None = None

    __repr__ = short_repr


@checked_methods
@dataclass(frozen=True, slots=True)
class PriorCheck(Shown):
    """What a model believes before any data: ``quantities`` of any study,
    and ``arms`` of the sizes that were observed, with limits of ``level``.
    """

    quantities: tuple[Foretold, ...]
    arms: tuple[ArmCheck, ...]
    levels: tuple[float, ...]
    likelihood: str
    level: float = 0.95

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return [each.quantity for each in self.quantities]

    def __getitem__(self, where: str | tuple[str, str]) -> Foretold | ArmCheck:
        """Return a quantity by name, or an arm by study and arm;
        raises ``ModelError`` for what is not there.
        """
        if not isinstance(where, str):
            return _arm(self.arms, where)
        by_quantity = {row.quantity: row for row in self.quantities}
        if where not in by_quantity:
            raise ModelError(
                f"prior check: no quantity {where!r}{suggestion(where, by_quantity)}; "
                f"there are {', '.join(by_quantity)}"
            )
        return by_quantity[where]

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its columns name their quantiles
        """Return one row per quantity: scale, a column per quantile (``q2_5``, ``q50``), prob_extreme,
        extreme."""
        import pandas as pd

        quantiles = [f"q{in_a_name(100 * level)}" for level in self.levels]
        rows = {
            row.quantity: [row.scale, *row.quantiles, row.prob_extreme, row.extreme]
            for row in self.quantities
        }
        columns = ["scale", *quantiles, "prob_extreme", "extreme"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("quantity")
        return frame.astype({"prob_extreme": float})

    @property
    def arm_table(self) -> "pd.DataFrame":
        """One row per arm, as in a posterior check."""
        return _frame(self.arms, self.level)


def _frame(rows: tuple[ArmCheck, ...], level: float) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame([[getattr(row, name) for name in COLUMNS] for row in rows], columns=list(COLUMNS))
    frame.insert(COLUMNS.index("upper") + 1, "level", level)
    return frame.astype({"total": "Int64"})


def _arm(rows: tuple[ArmCheck, ...], where: tuple[str, str]) -> ArmCheck:
    by_arm = {(row.study, row.arm): row for row in rows}
    if where not in by_arm:
        arms = ", ".join(dict.fromkeys(row.arm for row in rows))
        studies = ", ".join(dict.fromkeys(row.study for row in rows))
        raise ModelError(f"check: no arm {where!r}; studies are {studies}; arms are {arms}")
    return by_arm[where]
