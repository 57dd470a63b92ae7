"""What to do about a check that failed, in sentences: the remedy that fits the model, not any."""

import math

from bayes_ivig.engines.grid.propriety import tail
from bayes_ivig.inputs.model.two_arm import Model

MOST = 0.5
MORE = "allow more refinements, Quadrature(refinements=6)"


def inaccurate(name: str, bound: float, tolerance: float) -> str:
    """Say that the numerical error of a quantity may be too large."""
    return (
        f"{name}: the numerical error may reach {bound:.1g} posterior SDs, above the tolerance "
        f"{tolerance:g}; {MORE}, or check the model with NUTS()"
    )


def beyond(share: float, model: Model | None) -> str:
    """Say that a share of the posterior may lie beyond the grid, and what makes its tails so heavy,
    if the model is known.
    """
    lighter = [] if model is None else _lighter(model)
    if lighter:
        why = f"its tails are too heavy for these few trials; use {' or '.join(lighter)}"
    elif model is None:
        why = "its tails are too heavy for these few trials; use proper priors with lighter tails"
    else:
        why = (
            "the grid ends too early for these trials, for the priors themselves are light; "
            f"{MORE}, or NUTS()"
        )
    # the share is extrapolated: it may come out above 1
    how_much = f"a share of about {share:.1g}" if share < MOST else "most"
    return f"{how_much} of the posterior may lie beyond the grid: {why}"


def _lighter(model: Model) -> list[str]:
    """Return what would make the tails of a model lighter: of mu, of tau, of the study effects."""
    remedies = [] if model.mu.proper else ["a proper prior on mu, such as normal(0, 2.82)"]
    if model.mu.proper and math.isfinite(tail(model.mu)):
        remedies = ["a prior on mu with a lighter tail, such as normal(0, 2.82)"]
    if model.heterogeneous and math.isfinite(tail(model.tau)):
        remedies.append("one on tau with a lighter tail, such as half_normal(0.5)" if remedies else
                     "a prior on tau with a lighter tail, such as half_normal(0.5)")  # fmt: skip
    if math.isfinite(model.degrees_of_freedom):
        remedies.append("normal study effects")
    return remedies
