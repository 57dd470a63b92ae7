"""A posterior as a drawing: every study's own effect, the pooled one, and that of a new trial."""

from typing import TYPE_CHECKING

from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import altair as alt

MOST = 200  # studies that are drawn
POOLED, NEW = "Pooled effect", "In a new trial"


def plot_effects(posterior: Posterior, *, level: float = 0.95) -> "alt.LayerChart":
    """Return one row per study with its effect given all, then the pooled effect and that of a new trial;
    of more than 200 studies the first 200.
    """
    measure = posterior.measure
    drawn = list(posterior.theta.items())[:MOST]
    named = [(phrases.name(name), theta) for name, theta in drawn]
    named += [(POOLED, posterior["mu"]), (NEW, posterior["theta_new"])]
    rows = [Row(label, posterior=posterior_effect(effect, measure, level)) for label, effect in named]
    k = len(posterior.theta)
    first = "Study" if k == len(drawn) else f"Study ({len(drawn)} of {numbers.count(k)}, the first)"
    return row_chart(
        rows,
        headings=(first, f"{phrases.first_upper(measure.name)} [{numbers.level(level)} credible]"),
        sides=outcomes.sides(posterior.dataset.about),
        description=effects_alternative(posterior, level=level),
        measure=measure,
    )


def effects_alternative(posterior: Posterior, *, level: float = 0.95) -> str:
    """Return what the rows show, for those who cannot see them."""
    measure, k = posterior.measure, len(posterior.theta)
    pooled, new = (
        effects.bracketed(measure, posterior_effect(posterior[name], measure, level))
        for name in ("mu", "theta_new")
    )
    return (
        f"Posterior {measure.plural} of {numbers.count(k)} {'study' if k == 1 else 'studies'}, "
        f"pooled {pooled}, in a new trial {new}."
    )
