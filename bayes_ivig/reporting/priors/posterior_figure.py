"""What the data added: prior and posterior of each parameter side by side, for a paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.priors.composite import Prior, waits
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.reporting.figures.axis import EffectAxis, effect_axis, limited_axis
from bayes_ivig.reporting.figures.bars import interval
from bayes_ivig.reporting.figures.colours import checked_colours, tint
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.measuring import fitted
from bayes_ivig.reporting.figures.paper import ACCENT, MUTED, PAGE, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.draws.prior_and_posterior import quantiles, stated_priors
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Array = NDArray[np.float64]
type Quantities = Annotated[
    Sequence[str], "a list of parameters with a prior, such as ['mu', 'tau']", NOT_EMPTY
]

POINTS = 401
WIDE, HALF = 0.99, 0.5  # of the posterior and of the prior: as far as the axis reaches
HEIGHT, GAP = 62.0, 12.0  # mm of the whole, and between two panels
FOOT, TOP, EDGE = 22.0, 13.0, 6.0  # mm below, above and at both sides
BARS = (-0.07, -0.15)  # heights of the intervals of posterior and prior, of the higher curve
MOST = 2.5  # heights of the posterior that the prior may rise to before it is cut off
DASHED = (0, (4, 2))


@dataclass(frozen=True)
class Panel:
    """One parameter: prior and posterior, and the scale that they are drawn on."""

    name: str
    prior: Prior | LKJ
    marginal: Marginal
    measure: Measure
    effect: bool

    @property
    def drawn(self) -> bool:
        """Whether the prior has a density of its own: not one that waits for data, or has no integral."""
        return isinstance(self.prior, LKJ) or (self.prior.proper and not waits(self.prior))

    def prior_ratio(self, level: float) -> Ratio:
        """Median and central limits of the prior, on the scale that is drawn."""
        lower, median, upper = quantiles(self.prior, np.array([(1 - level) / 2, 0.5, (1 + level) / 2]))
        return Ratio(*(self.measure.own(float(value)) for value in (median, lower, upper)))

    def ratio(self, level: float) -> Ratio:
        """Median and central limits of the posterior, on the scale that is drawn."""
        lower, upper = self.marginal.interval(level)
        return Ratio(*(self.measure.own(value) for value in (self.marginal.median, lower, upper)))

    @property
    def axis(self) -> EffectAxis:
        """An axis that holds the posterior and the middle half of the prior."""
        ends = [*self.marginal.interval(WIDE)]
        if self.drawn:
            ends += [float(end) for end in quantiles(self.prior, np.array([(1 - HALF) / 2, (1 + HALF) / 2]))]
        if self.effect:
            return effect_axis([self.measure.own(end) for end in ends], self.measure)
        return limited_axis((0.0 if self.name == "tau" else min(ends), max(ends)), self.measure)

    def curves(self, axis: EffectAxis) -> tuple[Array, Array, Array]:
        """Return places on the scale that is drawn, and the densities of prior and posterior there, both of
        the parameter as it is modelled; NaN for a prior without one.
        """
        at = np.linspace(self.measure.modelled(axis.lower), self.measure.modelled(axis.upper), POINTS)
        before = np.exp(np.asarray(self.prior.logpdf(at), float)) if self.drawn else np.full(POINTS, np.nan)
        return self.measure.own_values(at), before, np.asarray(self.marginal.density(at), float)


@checked
def prior_posterior(
    posterior: Posterior,
    *,
    quantities: Quantities = ("mu", "tau"),
    level: Level = 0.95,
    colours: Annotated[Sequence[str], "two colours, of posterior and prior", NOT_EMPTY] = (ACCENT, MUTED),
    ax: "mpl.Axes | Sequence[mpl.Axes] | None" = None,
) -> Figure:
    """Draw the prior and the posterior density of each parameter: what the data added.

    ``quantities`` are parameters with a prior of their own, a panel each; tau is left out under a common
    effect. mu stands on the measure's own scale (ratios on a log axis, the height being the density of the
    logarithm), tau as the SD that it is. Bars are central intervals of ``level`` with the median. A prior
    that is improper, or that waits for the data, is named and not drawn. ``ax`` are axes of Matplotlib to
    draw on, as many as there are panels; ``.axes`` of the figure has them by name. The numbers:
    ``prior_posterior_table``, and ``checks.prior_and_posterior`` for the limits. Raises ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> drawn = bi.plot.prior_posterior(bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model()))
    >>> sorted(drawn.axes)
    ['mu', 'tau']
    """
    panels = _panels(posterior, quantities)
    chosen = checked_colours("prior_posterior", colours)
    with style():
        axes = _axes(len(panels)) if ax is None else list(ax) if isinstance(ax, Sequence) else [ax]
        if len(axes) != len(panels):
            raise ModelError(f"plot.prior_posterior: ax has {len(axes)} axes, and {len(panels)} are needed")
        for panel, place in zip(panels, axes, strict=True):
            _draw(place, panel, level, chosen)
        sides = outcomes.sides(posterior.dataset.about) if panels[0].effect else None
        below(axes[0], _note(posterior.measure, level), sides, panels[0].measure.null)
    return Figure(
        {panel.name: place for panel, place in zip(panels, axes, strict=True)}, _title(panels, level)
    )


@checked
def prior_posterior_table(posterior: Posterior, *, quantities: Quantities = ("mu", "tau")) -> "pd.DataFrame":
    """Return the curves that ``prior_posterior`` draws, a row for each point of them.

    Columns: ``parameter``, ``x`` (on the scale that is drawn: the odds ratio of mu, the SD of tau), ``prior``
    and ``posterior`` (densities of the parameter as it is modelled: of the log odds ratio), NaN for a prior
    without one. Raises ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> table = bi.plot.prior_posterior_table(bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model()))
    >>> table["parameter"].unique().tolist()
    ['mu', 'tau']
    """
    import pandas as pd

    frames = []
    with style():
        for panel in _panels(posterior, quantities):
            x, before, after = panel.curves(panel.axis)
            frames.append(
                pd.DataFrame({"parameter": panel.name, "x": x, "prior": before, "posterior": after})
            )
    return pd.concat(frames, ignore_index=True)


def _panels(posterior: Posterior, quantities: Sequence[str]) -> list[Panel]:
    """Return what is drawn; raises ``ModelError`` for what has no prior of its own, or is known exactly."""
    stated = dict(stated_priors(posterior))
    panels = []
    for name in quantities:
        if name not in stated:
            raise ModelError(
                f"plot.prior_posterior: no prior of {name!r}{suggestion(name, stated)}; there are those of "
                f"{', '.join(stated)}"
            )
        if not isinstance(posterior[name], PointMarginal):
            panels.append(_panel(posterior, name, stated[name]))
    if not panels:
        raise ModelError(f"plot.prior_posterior: {', '.join(quantities)} is known exactly under this model")
    return panels


def _panel(posterior: Posterior, name: str, prior: Prior | LKJ) -> Panel:
    measure = posterior.measure
    if name == "mu":
        return Panel(name, prior, posterior[name], measure, effect=True)
    if name == "tau":
        spread = Measure("DIFF", f"between-trial SD of the {measure.scale}, τ", False)
        return Panel(name, prior, posterior[name], spread, effect=False)
    own = next((each for each in posterior.quantities if each.name == name), None)
    return Panel(
        name, prior, posterior[name], Measure("DIFF", own.scale if own else name, False), effect=False
    )


def _axes(panels: int) -> "list[mpl.Axes]":
    """Return new axes side by side on one figure."""
    across = (PAGE - 2 * EDGE - GAP) / 2
    wide = 2 * EDGE + panels * across + (panels - 1) * GAP
    first = new_axes(wide, HEIGHT, (EDGE, EDGE + (panels - 1) * (across + GAP), FOOT, TOP))
    figure = first.get_figure(root=True)
    assert figure is not None
    place = first.get_position()
    step = (across + GAP) / wide
    return [
        first,
        *(
            figure.add_axes((place.x0 + i * step, place.y0, place.width, place.height))
            for i in range(1, panels)
        ),
    ]


def _draw(axes: "mpl.Axes", panel: Panel, level: float, colours: Sequence[str]) -> None:
    axis = panel.axis
    x, before, after = panel.curves(axis)
    highest = float(after.max()) or 1.0
    tallest = min(max(highest, float(np.nanmax(before, initial=0.0))), MOST * highest)
    ratio = panel.ratio(level)
    axis.apply(axes)
    axes.fill_between(x, 0, after / tallest, color=tint(colours[0], 0.3), lw=0)
    axes.plot(x, after / tallest, color=colours[0], lw=1.2)
    interval(axes, BARS[0], ratio, axis, colours[0])
    words = f"Posterior: median {effects.bracketed(panel.measure, ratio)}"
    named = f"Prior: {numbers.shortened(str(panel.prior))}"
    if panel.drawn:
        axes.plot(x, before / tallest, color=colours[-1], lw=1.0, ls=DASHED)
        interval(axes, BARS[1], panel.prior_ratio(level), axis, colours[-1])
    else:
        named += " (no density of its own, not drawn)"
    if panel.effect:
        axes.axvline(panel.measure.null, color=MUTED, lw=0.6, ls=(0, (1, 2)))
    axes.axhline(0, color=MUTED, lw=0.4)
    axes.set_ylim(BARS[1] - 0.06, 1.06)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{phrases.first_upper(panel.measure.name)}{' (log scale)' if panel.measure.log else ''}")
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = axes.get_window_extent().width / figure.dpi * 72
    for line, text, colour in ((14.0, words, colours[0]), (4.0, named, colours[-1])):
        axes.annotate(
            fitted(text, room, SIZE - 0.5), (0, 1), (0, line), xycoords="axes fraction",
            textcoords="offset points", size=SIZE - 0.5, color=colour, annotation_clip=False,
        )  # fmt: skip


def _note(measure: Measure, level: float) -> str:
    of = f", the {measure.scale}" if measure.log else ""
    return (
        f"Bars: median and central {numbers.level(level)} interval, of the posterior a credible interval. "
        f"Height: density of the parameter as it is modelled{of}."
    )


def _title(panels: Sequence[Panel], level: float) -> str:
    named = [
        f"{panel.name}, posterior {effects.bracketed(panel.measure, panel.ratio(level))}" for panel in panels
    ]
    return f"Prior and posterior densities, {numbers.level(level)} credible intervals: {'; '.join(named)}"
