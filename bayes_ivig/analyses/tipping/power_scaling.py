"""``power_scaling``: does the posterior answer to its priors, to its likelihood, or to both?"""

from collections.abc import Sequence

from bayes_ivig.engines.further import power_scaling as scaled
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.nuts import importance
from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.checks.power_scaling import PowerScaling, Sensitivity
from bayes_ivig.results.draws import draws as drawing
from bayes_ivig.results.posterior.posterior import Posterior


@checked
def power_scaling(posterior: Posterior, quantities: Sequence[str] = scaled.QUANTITIES) -> PowerScaling:
    """Return how mu, tau and theta_new, or some of them, answer to raising priors or likelihood
    to powers around 1.

    On the exact engine the posterior's own grid is scaled; draws of a sampled posterior are reweighted by
    Pareto-smoothed importance sampling, as ``arviz.psense_summary`` does with ``posterior.to_arviz()``. The
    powers lie just above and below 1. The likelihood is that of (mu, tau), every study's own effect and
    baseline integrated out. Raises ``ModelError`` for kinds of models that have no such likelihood, and for
    other ``quantities``.

    >>> import bayes_ivig as bi
    >>> scaling = bi.checks.power_scaling(bi.fit(bi.load_dataset("my.csv")))
    >>> scaling.table()[["prior_mu", "prior_tau", "likelihood"]].round(2)
               prior_mu  prior_tau  likelihood
    quantity
    mu             0.01       0.03        0.07
    tau            0.00       0.17        0.06
    theta_new      0.00       0.03        0.03
    """
    unknown = [name for name in quantities if name not in scaled.QUANTITIES]
    if unknown or not quantities:
        raise ModelError(
            f"power_scaling: quantities are {list(quantities)}; give some of {', '.join(scaled.QUANTITIES)}"
        )
    drawing.require_two_arm(posterior, "power_scaling")
    if isinstance(posterior.answers, GridAnswers):
        return scaled.power_scaling(posterior.answers, posterior.model, tuple(quantities))
    values, _ = drawing.posterior_draws(posterior, (1, 1), 0)
    priors = drawing.log_prior(posterior.model, values, integrated_out=True)
    parts = {f"prior_{name}": logs for name, logs in priors.items()}
    parts |= {
        "prior": sum(priors.values(), 0.0 * values["mu"]),
        "likelihood": drawing.integrated(posterior, values).sum(axis=-1),
    }
    rows = []
    for name in (name for name in scaled.QUANTITIES if name in values and name in quantities):
        by_part = {
            part: importance.power_scaling(values[name], logs, scaled.POWERS) for part, logs in parts.items()
        }
        rows.append(
            Sensitivity(
                name, by_part["prior"], by_part["prior_mu"], by_part.get("prior_tau"), by_part["likelihood"]
            )
        )
    return PowerScaling(tuple(rows), scaled.POWERS)
