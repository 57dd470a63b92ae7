"""The posterior of one model on one dataset, whichever engine computed it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.formulas.effect_sizes import Array, corrected_log_odds_ratio, to_cells
from bayes_ivig.formulas.heterogeneity import typical_variance, weight_sums
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.absolute import AbsoluteEffects, absolute_effects
from bayes_ivig.results.diagnostics import Diagnostics
from bayes_ivig.results.mapped_marginal import MappedMarginal
from bayes_ivig.results.marginal import Marginal

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

QUANTITIES = ("mu", "tau", "theta_new")


class Answers(Protocol):
    """What an engine leaves behind: marginals by name, made when first asked for."""

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of ``mu``, ``tau`` or ``theta_new``."""

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one informative study's effect."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Posterior of mu, tau, theta_new and every study's theta, all on the log odds ratio scale.

    ``studies`` are those that carry information under the likelihood. ``log_marginal_likelihood`` is comparable between
    models of ONE likelihood only, and None where it does not exist (an improper prior) or was not computed (sampling).
    ``engine`` names the engine and ``settings`` how it was run.
    """

    dataset: Dataset
    model: Model
    engine: str
    settings: tuple[tuple[str, str], ...]
    studies: tuple[str, ...]
    answers: Answers
    log_marginal_likelihood: float | None
    diagnostics: Diagnostics
    _made: dict[str, Marginal] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Marginal:
        """Return the marginal of ``mu``, ``tau`` or ``theta_new``; raises ``ModelError`` for another name."""
        if name not in QUANTITIES:
            raise ModelError(
                f"posterior: no quantity {name!r}{suggestion(name, QUANTITIES)}; there are {', '.join(QUANTITIES)}, and "
                "posterior.theta['NAME'] for one study"
            )
        if name not in self._made:
            self._made[name] = self.answers.marginal(name)
        return self._made[name]

    @property
    def theta(self) -> Mapping[str, Marginal]:
        """Marginals of the studies' own effects, by study name."""
        return _Thetas(self)

    @property
    def k(self) -> int:
        """Number of studies that carry information under the likelihood."""
        return len(self.studies)

    def absolute(self, baseline_risk: float, *, quantity: str = "mu") -> AbsoluteEffects:
        """Return risk ratio, risk difference, events per 1000 and number needed at a known baseline risk.

        ``quantity`` is ``"mu"``, the pooled odds ratio, or ``"theta_new"``, that of a new setting. Raises ``ModelError``.
        """
        return absolute_effects(self[quantity], baseline_risk)

    def heterogeneity_fraction(self) -> Marginal:
        """Return the posterior of tau^2 / (tau^2 + s^2), an I squared: s^2 is a typical squared standard error of the trials.

        s^2 = (k - 1) S1 / (S1^2 - S2) with S1, S2 the sums of inverse-variance weights and of their squares (Higgins &
        Thompson 2002, Stat Med 21:1539), 0.5 added to zero cells. Raises ``ModelError`` for fewer than two studies.
        """
        if self.k < 2:
            raise ModelError("heterogeneity_fraction: needs two studies or more that carry information")
        counts = np.array([study.counts for study in self.dataset.studies if study.name in self.studies], float).T
        sums = weight_sums(*corrected_log_odds_ratio(to_cells(*counts)))
        typical = float(typical_variance(sums, np.asarray(float(self.k))))

        def fraction(tau: Array) -> Array:
            return np.asarray(tau**2 / (tau**2 + typical))

        def inverse(share: Array) -> Array:
            with np.errstate(divide="ignore"):
                return np.sqrt(typical * share / np.maximum(1 - share, 0.0))

        return MappedMarginal(self["tau"], fraction, inverse)

    def summary(self, level: float = 0.95) -> "pd.DataFrame":
        """Return one row per quantity on the odds ratio scale (tau on its own): median, central limits, P(OR > 1)."""
        import pandas as pd

        named = {"mu": self["mu"], "theta_new": self["theta_new"]} | {f"theta[{name}]": m for name, m in self.theta.items()}
        probabilities = [(1 - level) / 2, 0.5, (1 + level) / 2]
        rows = {}
        for name, marginal in named.items():
            lower, median, upper = np.exp(np.asarray(marginal.quantile(probabilities)))
            rows[name] = ("odds ratio", median, lower, upper, marginal.prob_above(0.0))
        lower, median, upper = np.asarray(self["tau"].quantile(probabilities))
        rows["tau"] = ("SD of log odds ratio", median, lower, upper, float("nan"))
        columns = ["scale", "median", f"lower_{level:g}", f"upper_{level:g}", "prob_or_gt_1"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("quantity")

    def to_arviz(self, *, integrated: bool = True, chains: int = 4, draws: int = 1000, seed: int = 1) -> "xr.DataTree":
        """Return draws, data, log likelihood and log prior as ArviZ reads them; see ``bayes_ivig.results.arviz.to_arviz``."""
        from bayes_ivig.results.arviz import to_arviz

        return to_arviz(self, integrated=integrated, chains=chains, draws=draws, seed=seed)


class _Thetas(Mapping[str, Marginal]):
    """Study effects by name, each made when first asked for."""

    def __init__(self, posterior: Posterior) -> None:
        self._posterior = posterior

    def __getitem__(self, study: str) -> Marginal:
        posterior = self._posterior
        if study not in posterior.studies:
            listed = study in posterior.dataset.study_names
            why = "is listed but carries no information under this likelihood" if listed else "is not in the dataset"
            raise ModelError(f"posterior.theta: {study!r} {why}{suggestion(study, posterior.studies) if not listed else ''}")
        key = f"theta[{study}]"
        if key not in posterior._made:
            posterior._made[key] = posterior.answers.theta(study)
        return posterior._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._posterior.studies)

    def __len__(self) -> int:
        return len(self._posterior.studies)
