"""Groups of trials side by side: their mean effects, and how far they differ."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.diagnostics import Diagnostics
from bayes_ivig.results.marginal import Marginal

if TYPE_CHECKING:
    import pandas as pd

type Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Contrast:
    """Mean effects of groups of trials under one between-study SD, each mean with the stated prior of mu.

    ``mu`` holds each group's mean (log odds ratio), ``differences`` the marginals of mean a minus mean b by pairs of names,
    the log of a ratio of odds ratios; ``tau`` is common to all. ``log_bayes_factor`` weighs unequal means (independent priors)
    against one mean for all trials; None where the prior of mu or of tau is improper.
    """

    dataset: Dataset
    model: Model
    groups: dict[str, tuple[str, ...]]
    mu: dict[str, Marginal]
    tau: Marginal
    differences: dict[Pair, Marginal]
    log_bayes_factor: float | None
    diagnostics: Diagnostics

    def difference(self, a: str, b: str) -> Marginal:
        """Return the marginal of mean ``a`` minus mean ``b``; raises ``ModelError`` unless the pair is there in this order."""
        if (a, b) not in self.differences:
            listed = "; ".join(f"{one}, {other}" for one, other in self.differences)
            raise ModelError(f"contrast: no pair {a!r}, {b!r}; pairs are {listed}")
        return self.differences[a, b]

    def table(self, level: float = 0.95) -> "pd.DataFrame":
        """Return odds ratios of the groups and ratios of odds ratios of the pairs: median, limits, probability above 1."""
        import pandas as pd

        rows = [(name, "odds ratio", len(self.groups[name]), marginal) for name, marginal in self.mu.items()]
        rows += [
            (f"{a} / {b}", "ratio of odds ratios", len(self.groups[a]) + len(self.groups[b]), marginal)
            for (a, b), marginal in self.differences.items()
        ]
        found = []
        for name, scale, k, marginal in rows:
            lower, upper = (math.exp(value) for value in marginal.interval(level))
            found.append((name, scale, k, math.exp(float(marginal.quantile(0.5))), lower, upper, marginal.prob_above(0.0)))
        columns = ["", "scale", "trials", "median", f"lower_{level:g}", f"upper_{level:g}", "prob_above_1"]
        return pd.DataFrame(found, columns=columns).set_index("")
