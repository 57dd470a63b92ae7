"""An effect, several of them and a probability as a few letters of a line."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    import pandas as pd


def span(measure: Measure, marginal: Marginal, symbol: str = "") -> str:
    """Return ``OR 0.47 (0.32 to 0.69)`` of an effect on the scale of the model."""
    lower, upper = marginal.interval(0.95)
    middle = effects.of(measure, marginal.median)
    return f"{symbol or measure.symbol} {middle} ({effects.interval(measure, lower, upper)})"


def likely_side(measure: Measure, marginal: Marginal) -> str:
    """Return the probability of the side of no effect that is the likelier: ``P(OR < 1) > 0.999``."""
    above = float(marginal.prob_above(0.0))
    label, chance = (measure.above, above) if above > 0.5 else (measure.below, 1 - above)
    return numbers.chance(label, chance)


def both(measure: Measure, marginal: Marginal) -> str:
    """Return an effect and its likelier side."""
    return f"{span(measure, marginal)}, {likely_side(measure, marginal)}"


def pooled(measure: Measure, own: Ratio) -> str:
    """Return a classical effect with its limits: ``OR 0.41 (0.19 to 0.88)``."""
    if own.estimate is None:
        return f"no {measure.symbol}"
    shown = effects.pooled(measure, own.estimate)
    limits = pooled_limits(measure, own)
    return f"{measure.symbol} {shown}" + (f" ({limits})" if limits else "")


def pooled_limits(measure: Measure, own: Ratio) -> str:
    """Return the limits of a classical effect, empty where there are none."""
    if own.lower is None or own.upper is None:
        return ""
    return f"{effects.pooled(measure, own.lower)} to {effects.pooled(measure, own.upper)}"


def reach(measure: Measure, values: Iterable[float]) -> str:
    """Return the least and the most of effects on their own scale: ``OR 0.38 to 0.46``."""
    known = [value for value in map(float, values) if math.isfinite(value)]
    if not known:
        return f"no {measure.symbol}"
    least, most = (effects.shown(measure, value) for value in (min(known), max(known)))
    return f"{measure.symbol} {least}" if least == most else f"{measure.symbol} {least} to {most}"


def medians(frame: "pd.DataFrame") -> str:
    """Return the least and the most of the medians of a table of many posteriors."""
    measure = table_measure(frame.columns)
    return f"median {reach(measure, frame[measure.columns.median])}"


def plain(marginal: Marginal, percent: bool = False) -> str:
    """Return median and limits of a quantity on its own scale, a risk in percent."""
    say = numbers.percent if percent else numbers.in_summary
    lower, upper = marginal.interval(0.95)
    return f"{say(marginal.median)} ({say(lower)} to {say(upper)})"


def several(count: int, one: str, many: str = "") -> str:
    """Return ``1 trial``, ``3 trials``."""
    return f"{numbers.count(count)} {one if count == 1 else many or one + 's'}"
