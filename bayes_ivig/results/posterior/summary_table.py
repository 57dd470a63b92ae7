"""The summary of a posterior: one row for each quantity, on the scale it is read on."""

from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.shown import checked_level

if TYPE_CHECKING:
    import pandas as pd


def summary_table(posterior: Fitted, level: float) -> "pd.DataFrame":
    """Return median, central credible limits of ``level`` and the probability above no effect of every
    quantity, on the scale that ``scale`` names.
    """
    import pandas as pd

    checked_level(level)
    measure = posterior.measure
    named = {"mu": posterior["mu"], "theta_new": posterior["theta_new"]} | {
        f"theta[{name}]": m for name, m in posterior.theta.items()
    }
    probabilities = [(1 - level) / 2, 0.5, (1 + level) / 2]
    rows = {}
    for name, marginal in named.items():
        lower, median, upper = measure.own_values(np.asarray(marginal.quantile(probabilities)))
        rows[name] = (measure.name, median, lower, upper, marginal.prob_above(0.0))
    lower, median, upper = np.asarray(posterior["tau"].quantile(probabilities))
    rows["tau"] = (f"SD of {measure.scale}", median, lower, upper, float("nan"))
    for quantity in posterior.quantities:
        marginal = posterior[quantity.name]
        limits = np.asarray(marginal.quantile(probabilities))
        lower, median, upper = np.exp(limits) if quantity.shown else limits
        above = marginal.prob_above(0.0) if quantity.shown else float("nan")
        rows[quantity.name] = (quantity.shown or quantity.scale, median, lower, upper, above)
    scale, *numbers = zip(*rows.values(), strict=True)
    columns = ("median", "lower", "upper", measure.columns.above)
    filled = {"scale": scale} | {
        name: np.array(values, float) for name, values in zip(columns, numbers, strict=True)
    }
    table = pd.DataFrame(filled, index=pd.Index(list(rows), name="quantity"))
    table.insert(4, "level", level)
    return table
