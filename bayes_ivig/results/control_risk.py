"""The risk of an event in the control arms: of a typical study, of a new one, and of each arm."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.brief import brief
from bayes_ivig.results.diagnostics import Diagnostics
from bayes_ivig.results.grid_marginal import GridMarginal
from bayes_ivig.results.mapped_marginal import MappedMarginal
from bayes_ivig.results.marginal import Array, Marginal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["conditional", "marginal"]
KINDS: tuple[Kind, ...] = ("conditional", "marginal")
LEVELS = (("low", 0.1), ("median", 0.5), ("high", 0.9))


@brief
@dataclass(frozen=True, eq=False)
class ControlRisk:
    """Posterior of the control arms' log odds: alpha_i ~ Normal(mean, spread^2), events binomial in every arm.

    ``mean`` is the log odds of a typical study, ``new`` that of a new one, ``spread`` the SD between studies, ``arms`` each
    study's own; all marginals of log odds. ``priors`` are those of mean and spread.
    """

    dataset: Dataset
    priors: tuple[Prior, Prior]
    mean: GridMarginal
    spread: Marginal
    new: GridMarginal
    arms: dict[str, Marginal]
    diagnostics: Diagnostics

    def log_odds(self, kind: str) -> GridMarginal:
        """Return the log odds that stand for ``kind``: a typical study's, or a new study's with the spread between studies."""
        if kind not in KINDS:
            raise ModelError(f"baseline: found {kind!r}{suggestion(str(kind), KINDS)}; it is {' or '.join(KINDS)}")
        return self.mean if kind == "conditional" else self.new

    def risk(self, kind: str = "conditional") -> Marginal:
        """Return the posterior of the risk without treatment of a typical study, or (``"marginal"``) of a new one."""
        return as_risk(self.log_odds(kind))

    def levels(self) -> dict[str, float]:
        """Return a low, a median and a high control risk: the 10%, 50% and 90% quantiles over arms of their posterior medians.

        An arm without events, or with nothing else, is drawn towards the others, so that no level is 0 or 1.
        """
        medians = [float(as_risk(arm).quantile(0.5)) for arm in self.arms.values()]
        return {name: float(np.quantile(medians, share)) for name, share in LEVELS}

    def table(self, level: float = 0.95) -> "pd.DataFrame":
        """Return control risks: a typical study's, a new one's and each arm's; median and central credible limits."""
        import pandas as pd

        rows = {"typical study": self.risk(), "new study": self.risk("marginal")}
        rows |= {name: as_risk(arm) for name, arm in self.arms.items()}
        found = {name: [risk.quantile(0.5), *risk.interval(level)] for name, risk in rows.items()}
        columns = ["median", f"lower_{level:g}", f"upper_{level:g}"]
        return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("control risk of")


def as_risk(log_odds: Marginal) -> Marginal:
    """Return the posterior of a risk from that of its log odds."""

    def risk(a: Array) -> Array:
        return np.asarray(special.expit(a))

    def inverse(p: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(special.logit(np.clip(p, 0.0, 1.0)))

    return MappedMarginal(log_odds, risk, inverse)
