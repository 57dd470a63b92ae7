"""The tables of a posterior, as methods."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.posterior.coefficients import slopes_table
from bayes_ivig.results.posterior.summary_table import summary_table

if TYPE_CHECKING:
    import pandas as pd


@checked_methods
class Summarised:
    """Gives a posterior its tables."""

    def summary(self: Fitted, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per quantity: median, central limits of ``level``,
        P(ratio > 1) where it is a ratio; see ``scale``.

        >>> import bayes_ivig as bi
        >>> bi.fit(bi.load_dataset("my.csv")).summary().loc[["mu", "tau"]].round(2)
                                 scale  median  lower  upper  level  prob_or_gt_1
        quantity
        mu                  odds ratio    0.38   0.18   0.75   0.95          0.01
        tau       SD of log odds ratio    0.45   0.04   1.06   0.95           NaN
        """
        return summary_table(self, level)

    def table(self: Fitted, level: Level = 0.95) -> "pd.DataFrame":
        """Return ``summary(level)``."""
        return summary_table(self, level)

    def regression_table(self: Fitted, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per coefficient of a regression: its unit, median, central credible limits, and the
        probability that it is above 0.

        ``median``, ``lower`` and ``upper`` are on the scale of the model, as other programs print
        coefficients: differences of log odds ratios. ``ratio_median`` and so on are their exponentials,
        ratios of odds ratios, where the measure is a ratio. Each is per ``unit`` of its column, empty of
        classes: there it is what ``label`` says, one class against another. Raises ``ModelError`` for a
        posterior without coefficients.

        >>> import bayes_ivig as bi
        >>> model = bi.models.MetaRegression(covariates=("latitude",))
        >>> post = bi.fit(bi.load_dataset("vaccine.csv"), model)
        >>> post.regression_table()[["unit", "median", "ratio_median", "prob_gt_0"]].round(3)
                          unit  median  ratio_median  prob_gt_0
        coefficient
        beta[latitude]  14.443  -0.448         0.639      0.002
        """
        return slopes_table(self, level)
