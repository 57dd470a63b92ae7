"""Numbers as text: the only place of ``reporting`` and ``cli`` that rounds for a reader.
What a file holds is cut in ``digits``.

Each way has the name of what it is for. Where a row has several, they still differ and may become one:

| what | on the page | in a terminal | elsewhere |
| --- | --- | --- | --- |
| a ratio | ``ratio`` 2 decimals, bounds | ``odds_ratio`` 2 decimals or 3 figures | ``pooled_ratio``: 3 |
| a difference | ``effects.cell`` | ``difference`` 2 decimals, 4 below 0.1 | |
| a ratio somebody chose | ``threshold`` 3 figures | ``stated`` 6 figures | |
| a difference of risks | per 1000, below | ``risk_difference`` 4 decimals | |
| a probability | ``probability`` 3 decimals, bounds | the same | ``bare_probability``: no bounds |
| a P-value | ``p_value`` 3 decimals | ``fine_p_value`` 4 below 0.01 | ``coarse_p_value``: 2 |
| a Bayes factor | | ``bayes_factor`` 3 figures | |
| an SD | ``standard_deviation`` 2 decimals | the same, 3; ``figures`` over subsets | |
| a prior's scale | ``prior_number`` 2 decimals | ``prior_scale`` 2 or 3 figures | ``shortened`` in its text |
| a level | ``level`` in percent, 4, 6 or 10 figures | the same | ``stated`` as a probability |
| a share | ``percent`` 0 or 1 decimals | the same; ``rare_percent`` 2 figures | ``prior_percent``: 3 |
| in percent already | ``percentage`` 0 or 1 decimals | the same | |
| any number | ``amount`` true minus sign | ``plain`` hyphen | ``cell`` 4 figures; ``in_summary``: 3 |
| a change | ``change`` true minus sign | ``plain_change`` hyphen | ``more_of_100`` |
| a count | ``count`` with commas | the same; ``whole``, ``effective`` without | |
| people of 100 | ``people_of_100`` 1 decimal; ``of_100`` whole | | ``more_of_100`` |
| events per 1000, people | those of ``per_thousand`` | the same | |
| trials that would be missing | ``expected_count`` 1 decimal below 10 | | |
| foretold by a model | ``foretold``, ``foretold_rate`` 2 figures | ``foretold_briefly`` about 3 | |
| a numerical error | ``power_of_ten``, ``error_in_powers`` | ``numerical_error`` 1 figure | |
| beside a printed number | ``beside_printed`` as many decimals as asked | the same | |
| a method's constant | ``stated`` as short as it reads | the same | |
"""

import math
import re
from numbers import Integral

NONE = "\N{EN DASH}"  # a cell with nothing to say
MINUS = "\N{MINUS SIGN}"
LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{4,}(?:e[-+]\d+)?")


def ratio(value: float | None) -> str:
    """Return a ratio with two decimals, three below 0.01, none from 100 on and a bound from 1000 on."""
    if value is None:
        return NONE
    if value >= 999.5:
        return "> 999"
    if value < 0.0005:
        return "< 0.001"
    return f"{value:.0f}" if value >= 99.995 else f"{value:.2f}" if value >= 0.00995 else f"{value:.3f}"


def limits(lower: float | None, upper: float | None) -> str:
    """Return two limits of a ratio as ``1.50 to 11.61``."""
    if lower is None and upper is None:
        return NONE
    return f"{ratio(lower)} to {ratio(upper)}"


def odds_ratio(value: float) -> str:
    """Return an odds ratio with two decimals or three figures, ``none`` where it does not exist."""
    if not math.isfinite(value):
        return "none"
    return f"{value:.2f}" if 0.0995 <= value < 1000 else f"{value:.3g}"


def difference(value: float) -> str:
    """Return a difference with two decimals, three figures below 0.1 and one decimal from 1000 on;
    ``none`` where it does not exist.
    """
    if not math.isfinite(value):
        return "none"
    size = abs(value)
    if size >= 1e7 or 5e-13 < size < 0.000995:
        return f"{value:.3g}"
    return plain(value, 1 if size >= 1000 else 2 if size >= 0.0995 or size < 5e-13 else 4)


def pooled_ratio(value: float) -> str:
    """Return a classical ratio with three decimals, three figures where that would be too few or too many."""
    return f"{value:.3f}" if 0.01 <= value < 1e5 else f"{value:.3g}"


def risk_difference(value: float) -> str:
    """Return a difference of two risks with four decimals."""
    return plain(value, 4)


def axis_end(value: float) -> str:
    """Return a limit beside its arrow at the end of an axis, where there is room for seven letters."""
    if abs(value) < 0.01:
        return "< 0.001" if abs(value) < 0.0005 else f"{value:.3f}"
    return "> 9999" if value >= 9999.5 else f"{value:.0f}" if abs(value) >= 100 else f"{value:.2g}"


def probability(value: float) -> str:
    """Return a probability with three decimals, ends as bounds."""
    return "> 0.999" if value > 0.9995 else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def bare_probability(value: float) -> str:
    """Return a probability with three decimals and no bounds."""
    return f"{value:.3f}"


def chance(label: str, value: float) -> str:
    """Return ``P(OR > 1) = 0.892``, or with a bound where the probability is next to 0 or 1."""
    return equals(f"P({label})", probability(value))


def equals(label: str, text: str) -> str:
    """Return ``label = text``, or without the equals sign where the text begins with a bound."""
    if text[0] not in "<>":
        return f"{label} = {text}"
    number = text.lstrip("<>=")
    return f"{label} {text[: len(text) - len(number)]} {number.strip()}"


def p_value(value: float | None) -> str:
    """Return a P-value with three decimals."""
    return NONE if value is None else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def fine_p_value(value: float) -> str:
    """Return a P-value with two figures and at most four decimals, ``none`` where it does not exist."""
    if not math.isfinite(value):
        return "none"
    return "< 0.0001" if value < 1e-4 else f"{value:.4f}" if value < 0.01 else f"{value:.3f}"


def coarse_p_value(value: float) -> str:
    """Return a P-value with two decimals, where there is little room."""
    return "< 0.01" if value < 0.005 else f"{value:.2f}"


def bayes_factor(value: float) -> str:
    """Return a Bayes factor, as ``figures``."""
    return figures(value)


def figures(value: float) -> str:
    """Return a number with three figures, ``none`` where it does not exist."""
    return f"{value:.3g}" if math.isfinite(value) else "none"


def stated(value: float) -> str:
    """Return a number somebody chose, or a method's constant, as short as it reads;
    the same in keys and in text.
    """
    return f"{value:g}"


def threshold(value: float) -> str:
    """Return an odds ratio that somebody chose, with three figures."""
    return f"{value:.3g}"


def level(value: float, figures: int = 10) -> str:
    """Return a level, such as 0.95, in percent."""
    return f"{100 * value:.{figures}g}%"


def quantile_key(p: float) -> str:
    """Return the key that a quantile has in a document, such as ``q97.5``."""
    return f"q{100 * p:.10g}"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share of 1 in percent."""
    return percentage(100 * share, decimals)


def percentage(value: float, decimals: int = 1) -> str:
    """Return a number that is in percent already, with its sign."""
    return f"{value:.{decimals}f}%"


def rare_percent(share: float) -> str:
    """Return a small share of 1 in percent, with two figures."""
    return f"{100 * share:.2g}%"


def prior_percent(weight: float) -> str:
    """Return the weight of a part of a prior in percent, with three figures."""
    return f"{100 * weight:.3g}%"


def standard_deviation(value: float, decimals: int = 2) -> str:
    """Return an SD, such as tau."""
    return plain(value, decimals)


def prior_scale(value: float, figures: int = 3) -> str:
    """Return the SD, the scale or another number of a prior."""
    return f"{value:.{figures}g}"


def prior_number(value: float) -> str:
    """Return a number of a prior with two decimals at most, three figures where that would leave too few."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.095 else f"{value:.3g}"


def shortened(text: str) -> str:
    """Return a text, such as a prior's, with its numbers of many digits cut to three figures."""
    return LONG_NUMBER.sub(lambda number: f"{float(number.group()):.3g}", text)


def plain(value: float, decimals: int = 2) -> str:
    """Return a number with a hyphen for a minus, as terminals have it."""
    return f"{value:z.{decimals}f}"


def amount(value: float | None, decimals: int = 2) -> str:
    """Return a plain number with a true minus sign."""
    return NONE if value is None else plain(value, decimals).replace("-", MINUS)


def people_of_100(value: float) -> str:
    """Return a number of people of 100 with one decimal and a true minus sign."""
    return amount(round(value, 1) + 0.0, 1)


def of_100(value: float) -> str:
    """Return a number of people of 100: whole, with a decimal below 10, ends as bounds."""
    if 0 < value < 0.05 or 99.95 <= value < 100:
        return "< 0.1" if value < 1 else "> 99.9"
    whole = value in (0, 100) or 9.95 <= value < 99.5
    return plain(value, 0 if whole else 1)


def more_of_100(value: float) -> str:
    """Return a change in the number of people of 100, with its sign."""
    text = people_of_100(value)
    return f"+{text}" if round(value, 1) > 0 else text


def plain_change(value: float) -> str:
    """Return a change with its sign and three decimals, a hyphen for a minus."""
    return f"{value:+z.3f}"


def change(value: float) -> str:
    """Return a change with its sign and three decimals."""
    return plain_change(value).replace("-", MINUS)


def cell(value: float) -> str:
    """Return a number of any kind in a table of any kind, with four figures."""
    return f"{value:.4g}"


def in_summary(value: float) -> str:
    """Return a number of any kind in a small summary: three figures, as few as it has, whole with commas from
    1000 on, ``none`` where it does not exist.
    """
    if not math.isfinite(value):
        return "none"
    if abs(value) < 1e9 and (abs(value) >= 999.5 or value == round(value)):
        return f"{value:z,.0f}"
    return f"{value:g}" if float(f"{value:.3g}") == value else f"{value:#.3g}".rstrip(".")


def count(value: float) -> str:
    """Return a count with a comma between thousands."""
    return f"{value:,}" if isinstance(value, Integral) else f"{value:,.0f}"


def effective(value: float) -> str:
    """Return a count, which of clusters may be a fraction, without commas."""
    return f"{value:.10g}" if isinstance(value, float) and value != round(value) else f"{value:.0f}"


def whole(value: float) -> str:
    """Return a whole number without commas, ``none`` where it does not exist."""
    return f"{value:.0f}" if math.isfinite(value) else "none"


def persons(value: float) -> str:
    """Return how many persons a prior is worth."""
    return "< 1" if value < 0.95 else f"{value:,.0f}" if value >= 9.5 else f"{value:.1f}"


def foretold(value: float) -> str:
    """Return two figures of what a prior foretells: such numbers are read off evenly spread points of it."""
    return stated(float(f"{value:.2g}")) if 0.0005 <= value < 9999.5 else ratio(value)


def foretold_rate(value: float) -> str:
    """Return a rate that a prior foretells."""
    return f"{value:.2f}" if 0.00995 <= value < 0.99 else probability(value)


def foretold_briefly(value: float) -> str:
    """Return what a model foretells with about three figures."""
    if not math.isfinite(value) or abs(value) >= 1e5 or 0 < abs(value) < 1e-3:
        return f"{value:.2g}"
    return f"{value:.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"


def expected_count(value: float) -> str:
    """Return a number of trials that is not a whole one: a decimal below 10, where it is not 0."""
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"


def numerical_error(value: float) -> str:
    """Return the size of a numerical error, one figure."""
    return f"{value:.1g}"


def error_in_powers(value: float) -> str:
    """Return the size of a numerical error, one figure times a power of ten."""
    return f"{value:.0e}"


def power_of_ten(value: float) -> str:
    """Return a bound rounded up to a power of ten."""
    if value <= 0:
        return "0"
    digits = -math.ceil(math.log10(value))
    return f"{10.0**-digits:.{max(digits, 0)}f}"


def beside_printed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, to be set against a printed one;
    what is beyond printing is in powers of ten.
    """
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return f"{value:.{decimals}f}" if abs(value) < 1e9 else f"{value:.3g}"
