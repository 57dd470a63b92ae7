"""The posterior where the counts are known only up to a set of tables:
one for each table, and averages over them.

With the counts as latent data, p(mu | what is printed) is the mixture of the tables' posteriors with weights
p(table), each table's marginal likelihood, over the tables that agree with what is printed: the model itself
says how probable a table is. Equal weights multiply that by one over the same probability, which no model of
the counts does; they are the sensitivity.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.partial import ARMS, PartialTable
from bayes_ivig.inputs.model.two_arm import Model, model_dict
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level, Share
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]

WEIGHTS = ("evidence", "uniform")
SHOWN = (0.0, 0.05, 0.5, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class CellImportance:
    """Shares of variances that knowing one cell (``arm``), or a whole study (``arm`` empty), would remove.

    ``of_effect`` is of the variance over tables of the posterior mean of the log odds ratio,
    ``of_probability`` of that of P(OR > 1). ``of_posterior`` is of the whole posterior variance of the log
    odds ratio, removed on average: by the law of total variance Var(E(mu | cell)) over Var(mu). Cells depend
    on each other (they must give the published result together), so shares do not add up to one.
    """

    study: str
    arm: str
    of_effect: float
    of_probability: float
    of_posterior: float | None


type OverTables = Literal["prob_or_gt_1", "mean", "median", "lower", "upper"]


@checked_methods
@dataclass(frozen=True, eq=False)
class ReconstructionPosterior(Shown):
    """Posteriors of the pooled odds ratio for N tables that agree with what was published, under one model.

    Per table, shape (N,): ``mean``, ``lower``, ``median`` and ``upper`` (2.5, 50 and 97.5%) of the log odds
    ratio, ``prob_or_gt_1`` and ``log_evidence``. ``events`` are the tables, shape (N, K, 2); ``log_density``
    (N, axis) their posteriors on one axis. ``denominators`` says whom the totals count. ``error`` bounds the
    numerical error in posterior SDs.

    >>> import bayes_ivig as bi
    >>> mixed = bi.published.reconstruction_posterior(bi.published.reconstruct("box.csv", "claims.csv"))
    >>> mixed.mean.shape, mixed.events.shape
    ((1,), (1, 3, 2))
    """

    partial: PartialTable
    model: Model
    denominators: str
    events: NDArray[np.int64] = field(repr=False)
    axis: Axis = field(repr=False)
    log_density: Array = field(repr=False)
    mean: Array = field(repr=False)
    lower: Array = field(repr=False)
    median: Array = field(repr=False)
    upper: Array = field(repr=False)
    prob_or_gt_1: Array = field(repr=False)
    log_evidence: Array = field(repr=False)
    error: float = 0.0

    def __len__(self) -> int:
        return len(self.events)

    @property
    def answer(self) -> str:
        """The weights of the answer: ``"evidence"``, or ``"uniform"`` where the likelihood is
        of estimates, not of counts.

        Where the likelihood is given each study's total of events,
        weights by it take every such total as equally probable.
        """
        return "uniform" if self.model.uses_estimates else "evidence"

    def weights(self, kind: str | None = None) -> Array:
        """Return the tables' weights, adding up to one: those of the ``answer`` unless a kind is named.

        ``"evidence"`` is by marginal likelihood, the posterior probability of a table;
        ``"uniform"`` all alike.
        """
        match kind or self.answer:
            case "uniform":
                return np.full(len(self), 1 / len(self))
            case "evidence":
                relative = np.exp(self.log_evidence - self.log_evidence.max())
                return np.asarray(relative / relative.sum())
            case _:
                raise ModelError(
                    f"no weights {kind!r}{suggestion(str(kind), WEIGHTS)}; there are {', '.join(WEIGHTS)}"
                )

    def effective(self, kind: str | None = None) -> float:
        """Return the effective number of tables that carry the weight:
        one over the sum of squared weights.
        """
        return 1 / float(np.sum(self.weights(kind) ** 2))

    def averaged(self, kind: str | None = None) -> GridMarginal:
        """Return the posterior of the log odds ratio averaged over the tables,
        with the ``answer``'s weights or the named.
        """
        kind = kind or self.answer
        return (
            self._by_evidence
            if kind == "evidence"
            else self._alike
            if kind == "uniform"
            else self._mixed(kind)
        )

    @cached_property
    def _alike(self) -> GridMarginal:
        return self._mixed("uniform")

    @cached_property
    def _by_evidence(self) -> GridMarginal:
        return self._mixed("evidence")

    def _mixed(self, kind: str) -> GridMarginal:
        density = self.weights(kind) @ np.exp(self.log_density)
        return GridMarginal(self.axis, np.log(np.maximum(density, np.finfo(float).tiny)))

    def over_tables(self, quantity: OverTables, p: Share, kind: str | None = None) -> float:
        """Return a quantile over tables of ``prob_or_gt_1``, or of ``median``,
        ``lower`` or ``upper`` (log odds ratio).
        """
        values = np.asarray(getattr(self, quantity), float)
        order = np.argsort(values, kind="stable")
        below = np.cumsum(self.weights(kind)[order])
        return float(
            values[order][min(int(np.searchsorted(below, p * below[-1] * (1 - 1e-12))), len(values) - 1)]
        )

    def distribution(self, kind: str | None = None) -> "pd.DataFrame":
        """Return how P(OR > 1) and the credible limits (odds ratios) vary over tables:
        one row each, quantiles as columns.
        """
        import pandas as pd

        rows = {"prob_or_gt_1": [self.over_tables("prob_or_gt_1", p, kind) for p in SHOWN]}
        limits: tuple[tuple[str, OverTables], ...] = (
            ("or_lower", "lower"),
            ("or_median", "median"),
            ("or_upper", "upper"),
        )
        for name, quantity in limits:
            rows[name] = [float(np.exp(self.over_tables(quantity, p, kind))) for p in SHOWN]
        labels = ["least", "q5", "q50", "q95", "most"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=labels)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - its limits are those of 95%
        """Return ``distribution()``: how P(OR > 1), the median and the 95% limits vary over tables,
        with the answer's weights.
        """
        return self.distribution()

    def between_tables(self, kind: str | None = None) -> float | None:
        """Return the share of the posterior variance of the log odds ratio that lies between tables;
        None without a variance.

        It is what knowing every count would remove, on average;
        the rest is what any one table of such trials leaves open.
        """
        weights, spread = self.weights(kind), self.averaged(kind).sd
        if spread is None:
            return None
        centre = float(weights @ self.mean)
        return float(weights @ (self.mean - centre) ** 2) / spread**2

    def importance(self, kind: str | None = None) -> tuple[CellImportance, ...]:
        """Return what knowing each unknown cell, and each study as a whole, would explain; the most first."""
        weights, between = self.weights(kind), self.between_tables(kind)
        cells = []
        for i, study in enumerate(self.partial.studies):
            for arm in (*study.unknown, *([""] if len(study.unknown) > 1 else [])):
                if arm:
                    known = self.events[:, i, ARMS.index(arm)]
                else:
                    known = self.events[:, i, 0] * (study.control[1] + 1) + self.events[:, i, 1]
                of_effect, of_probability = (
                    explained(values, known, weights) for values in (self.mean, self.prob_or_gt_1)
                )
                cells.append(
                    CellImportance(
                        study.name, arm, of_effect, of_probability, between and of_effect * between
                    )
                )
        return tuple(sorted(cells, key=lambda each: -settled_one(each.of_effect)))

    def subset(self, kept: NDArray[np.bool_]) -> "ReconstructionPosterior":
        """Return the posterior over some of the tables; raises ``ModelError`` where none is left."""
        if kept.shape != (len(self),):
            raise ModelError(f"subset: kept has {kept.size} values for {len(self)} tables; give one for each")
        if not kept.any():
            raise ModelError("subset: no table is left")
        rows = ("events", "log_density", "mean", "lower", "median", "upper", "prob_or_gt_1", "log_evidence")
        own = {name: getattr(self, name)[kept] for name in rows}
        return ReconstructionPosterior(
            self.partial, self.model, self.denominators, axis=self.axis, error=self.error, **own
        )


@dataclass(frozen=True, slots=True)
class TablesUnder:
    """The answer of one reading under another baseline: odds ratios and P(OR > 1), of both kinds of weights.

    ``code`` is a reading, ``model`` what is assumed; ``tables`` agree and ``effective`` carry the weight by
    marginal likelihood. ``by_evidence`` and ``alike`` hold median, lower and upper limit (95%) of the odds
    ratio and P(OR > 1).
    """

    code: str
    model: Model
    tables: int
    effective: float
    by_evidence: tuple[float, float, float, float]
    alike: tuple[float, float, float, float]

    def to_dict(self) -> dict[str, object]:
        """Return the row as plain values."""
        names = ("median", "lower", "upper", "prob_or_gt_1")
        return {
            "reading": self.code,
            "model": model_dict(self.model),
            "tables": self.tables,
            "effective_tables": self.effective,
            "evidence": dict(zip(names, self.by_evidence, strict=True)),
            "uniform": dict(zip(names, self.alike, strict=True)),
        }


@dataclass(frozen=True, eq=False)
class ReconstructedReading:
    """All tables that agree with one reading of a published result, and their posteriors.

    ``code`` is a reading as in ``SummaryReading``; ``narrowed`` what is asked beyond it: nothing (empty),
    ``"heterogeneity_p"``, ``"heterogeneity_p and fixed estimate"``, or the title of an alternative count.
    ``posteriors`` has one for each way to count the denominators.
    """

    code: str
    narrowed: str
    tables: int
    posteriors: tuple[ReconstructionPosterior, ...]


def explained(values: Array, known: NDArray[np.int64], weights: Array) -> float:
    """Return the share of the weighted variance of ``values`` between groups of equal ``known``;
    0 where there is none.
    """
    _, group = np.unique(known, return_inverse=True)
    total = np.bincount(group, weights)
    kept = total > 0
    means = np.bincount(group, weights * values)[kept] / total[kept]
    centre = float(weights @ values)
    whole = float(weights @ (values - centre) ** 2)
    return float(total[kept] @ (means - centre) ** 2) / whole if whole > 0 else 0.0
