"""How well a model foresees each study from the others: log predictive densities by study,
and models side by side.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]

Method = Literal["exact", "psis"]
# of the Pareto shape, or less where there are few draws:
# 1 - 1 / log10(draws) (Vehtari et al. 2024, JMLR 25:72)
LARGEST_K = 0.7


@dataclass(frozen=True, slots=True)
class StudyLoo:
    """One study foreseen from the others.

    ``elpd`` is the log predictive density of its data given the others', its own effect and baseline
    integrated out; ``p_loo`` by how much the log predictive density rises when the study itself is let in;
    ``pareto_k`` the shape of the importance weights' tail, None where no weights were needed.
    """

    study: str
    elpd: float
    p_loo: float
    pareto_k: float | None = None


@checked_methods
@dataclass(frozen=True, slots=True)
class LeaveOneOut(Shown):
    """Leave-one-study-out cross-validation of one posterior.

    ``method`` is ``"exact"`` (ratios of marginal likelihoods on the surface) or ``"psis"`` (Pareto-smoothed
    importance sampling from draws). ``elpd`` is the sum over studies, ``se`` its standard error sqrt(K) times
    the SD over studies, None for one study; ``problems`` are sentences with a remedy. Densities are of the
    likelihood's own data, ``likelihood``, constants kept.
    """

    rows: tuple[StudyLoo, ...]
    method: Method
    likelihood: str
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every study's number can be relied on."""
        return not self.problems

    @property
    def pointwise(self) -> Array:
        """Log predictive density of every study, shape (K,)."""
        return np.array([row.elpd for row in self.rows])

    @property
    def elpd(self) -> float:
        """Expected log pointwise predictive density, summed over studies."""
        return float(self.pointwise.sum())

    @property
    def se(self) -> float | None:
        """Standard error of ``elpd``; None for one study."""
        return standard_error(self.pointwise)

    @property
    def p_loo(self) -> float:
        """Effective number of parameters: the pooled ones, since every study's own are integrated out."""
        return sum(row.p_loo for row in self.rows)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per study: study, elpd, p_loo, pareto_k (NaN where exact)."""
        import pandas as pd

        frame = pd.DataFrame([(row.study, row.elpd, row.p_loo, row.pareto_k) for row in self.rows])
        frame.columns = pd.Index(["study", "elpd", "p_loo", "pareto_k"])
        return frame.astype({"pareto_k": float})


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """One model of a comparison; ``difference`` is its elpd less the best model's,
    ``difference_se`` that difference's error.

    ``log_marginal_likelihood`` is None where it does not exist or was not computed.
    """

    name: str
    engine: str
    loo: LeaveOneOut
    difference: float
    difference_se: float | None
    log_marginal_likelihood: float | None


@checked_methods
@dataclass(frozen=True, slots=True)
class ModelComparison(Shown):
    """Models of one likelihood on one table, the best first by expected log predictive density.

    The standard error of a difference is sqrt(K) times the SD of the studies' differences (Vehtari, Gelman &
    Gabry 2017); with few studies, or models that foresee alike, it is too small (Sivula et al. 2020, arXiv
    2008.10296), so a difference below about 4 is none to speak of.
    """

    models: tuple[ComparedModel, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What cannot be relied on, by model."""
        return tuple(f"{model.name}: {problem}" for model in self.models for problem in model.loo.problems)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":  # noqa: ARG002 - nothing in it has a level
        """Return one row per model, the best first: model, engine, method, elpd, its error, difference,
        its error, and so on.
        """
        import pandas as pd

        rows = {
            model.name: (
                model.engine, model.loo.method, model.loo.elpd, model.loo.se, model.difference,
                model.difference_se, model.loo.p_loo, _worst(model.loo), model.log_marginal_likelihood,
            )
            for model in self.models
        }  # fmt: skip
        columns = [
            "engine", "method", "elpd", "elpd_se", "elpd_diff", "elpd_diff_se", "p_loo", "worst_pareto_k",
            "log_marginal_likelihood",
        ]  # fmt: skip
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("model")
        return frame.astype(dict.fromkeys(columns[2:], float))


def standard_error(pointwise: Array) -> float | None:
    """Return the standard error of a sum over studies, shape (K,); None for one study."""
    return float(math.sqrt(pointwise.size) * pointwise.std(ddof=1)) if pointwise.size > 1 else None


def _worst(loo: LeaveOneOut) -> float | None:
    return max((row.pareto_k for row in loo.rows if row.pareto_k is not None), default=None)
