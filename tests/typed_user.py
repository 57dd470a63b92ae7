"""A user's typed script: ``make lint`` checks it as a stranger to the package, and a test runs it."""

from typing import TYPE_CHECKING

import bayes_ivig as bi
import bayes_ivig.tipping
from bayes_ivig import Dataset, plot
from bayes_ivig.priors import HalfNormal, Normal, sceptical

if TYPE_CHECKING:
    import pandas


def main() -> tuple[float, float, str]:
    """Return a probability, another and a message, so that a test sees that something was computed."""
    data: Dataset = bi.load_dataset("ivig", "live_birth").trials("published")
    posterior: bi.Posterior = bi.fit(data, bi.Model(mu=Normal(0.0, 2.0), tau=HalfNormal(0.5)))
    mu: bi.Marginal = posterior["mu"]
    pooled: bi.PooledEstimate = bi.pool(data, method="dl", rules=bi.classical.Rules.metafor())
    figure: bi.plot.Figure = plot.forest(posterior, pooled)
    figure = bi.plot.forest(posterior, pooled=pooled, order="year", layout="bmj")
    shown: bi.plot.Chart = bi.plot.absolute(bi.benefit(posterior))
    compared: pandas.DataFrame = bi.priors.compare(data, mu=[sceptical(0.7)], tau="half_normal(0.5)")
    conclusion: bayes_ivig.tipping.Conclusion = bi.tipping.Conclusion(odds_ratio=1.5, side="below")
    message = ""
    try:
        bi.models.BetaBinomial(mu=bi.priors.parse_prior("half_normal(1)"))
    except bi.errors.ModelError as error:
        message = str(error)
    return (
        float(mu.prob_above(0.0)),
        conclusion.chance(posterior) + 0 * len(compared) * len(shown.to_dict()) * figure.size[0],
        message,
    )


if TYPE_CHECKING:
    bi.fti()  # type: ignore[attr-defined]  # no such name
    # of version 0.1: works for now, and a type checker says that it went
    bi.plot_forest()  # type: ignore[attr-defined]
    plot.forest("a posterior")  # type: ignore[arg-type]
    # how it is called at home is nobody else's business
    hidden = bi.plot.plot_forest  # type: ignore[attr-defined]
