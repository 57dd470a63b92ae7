"""Values of any effect measure as text: ratios as odds ratios always were, differences with their sign."""

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior.quantity import Quantity


def shown(measure: Measure, value: float) -> str:
    """Return a value of a measure: a ratio as ``odds_ratio``, a difference as ``difference``."""
    return numbers.odds_ratio(value) if measure.log else numbers.difference(value)


def of(measure: Measure, modelled: float) -> str:
    """Return a value of a measure from the scale of the model, as ``shown``."""
    return shown(measure, measure.own(modelled))


def interval(measure: Measure, lower: float, upper: float) -> str:
    """Return two limits from the scale of the model as ``0.51 to 0.94``."""
    return f"{of(measure, lower)} to {of(measure, upper)}"


def cell(measure: Measure, value: float | None) -> str:
    """Return a value of a measure for a cell of the report: ``ratio``,
    or a difference with a true minus sign.
    """
    if measure.log or value is None:
        return numbers.ratio(value)
    return numbers.difference(value).replace("-", numbers.MINUS)


def limits(measure: Measure, lower: float | None, upper: float | None) -> str:
    """Return two limits for a cell of the report."""
    if lower is None and upper is None:
        return numbers.NONE
    return f"{cell(measure, lower)} to {cell(measure, upper)}"


def axis_end(measure: Measure, value: float) -> str:
    """Return a limit beside its arrow at the end of an axis."""
    return numbers.axis_end(value) if measure.log else numbers.difference(value).replace("-", numbers.MINUS)


def pooled(measure: Measure, value: float) -> str:
    """Return a classical effect: ``pooled_ratio``, ``risk_difference``, else a difference."""
    if measure.log:
        return numbers.pooled_ratio(value)
    return numbers.risk_difference(value) if measure.code == "RD" else numbers.difference(value)


def beyond(measure: Measure, value: float, side: str = ">") -> str:
    """Return ``OR > 1.25``; a value that somebody chose."""
    return f"{measure.symbol} {side} {numbers.stated(value)}"


def beyond_three(measure: Measure, value: float, side: str = ">") -> str:
    """Return the same with three figures."""
    return f"{measure.symbol} {side} {numbers.threshold(value)}"


ARMS = {  # what of one arm is set against that of the other
    "OR": "event odds",
    "RR": "event risks",
    "RD": "event risks",
    "HR": "hazards of the event",
    "IRR": "event rates",
    "MD": "means",
    "SMD": "means, in standard deviations",
}


def arms(measure: Measure, about: About) -> str:
    """Return what is compared: ``event odds under drug over those under placebo``."""
    how = "over" if measure.log else "minus"
    what = ARMS.get(measure.code)
    if what is None:
        return f"{about.treatment} {how} {about.control}"
    return f"{what} under {about.treatment} {how} those under {about.control}"


def arms_briefly(measure: Measure, about: About) -> str:
    """Return the same after the name of the measure: ``drug over placebo, event odds``."""
    what = ARMS.get(measure.code)
    return (
        f"{about.treatment} {'over' if measure.log else 'minus'} {about.control}{f', {what}' if what else ''}"
    )


def bracketed(measure: Measure, effect: Ratio) -> str:
    """Return an estimate with its limits in a drawing: ``1.80 [0.69, 5.32]``."""
    return f"{cell(measure, effect.estimate)} [{cell(measure, effect.lower)}, {cell(measure, effect.upper)}]"


def slope(quantity: Quantity, value: float) -> str:
    """Return a value of a coefficient as it is shown: a log ratio as a ratio, with three decimals, since many
    are near 1.
    """
    return numbers.pooled_ratio(OR.own(value)) if quantity.shown else numbers.plain(value, 3)
