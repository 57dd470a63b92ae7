"""The codes that a brief words, and the thresholds behind them.

Every threshold looks at a number as the report prints it, so that what is said fits what is printed and
no last bit of a computed number chooses a word.

| code | threshold | said as |
| --- | --- | --- |
| certainty ``"almost certain"`` | probability of the direction 0.99 or more | almost certainly |
| certainty ``"very probable"`` | 0.90 or more | very probably |
| certainty ``"probable"`` | 0.66 or more | probably |
| certainty ``"open"`` | below 0.66 | cannot be told |
| certainty ``"nothing learnt"`` | no trial can tell the arms apart | nothing was learnt |
| size ``"within"`` | both limits inside the margin that matters, ends included | no difference that matters |
| size ``"beyond"`` | both limits beyond it, on one side | beyond what matters throughout |
| size ``"both"`` | limits beyond it on both sides | important differences both ways open |
| size ``"some"`` | anything else | nothing is said |
| agreement ``"differs"`` | one shows more and another fewer, both at least probable | it depends on which |
| agreement ``"same"`` | all answers show the same direction | the direction is the same |
| agreement ``"some"`` | those that show any show the same | some show a direction |
| agreement ``"none"`` | none shows a direction | none shows a direction |
| hangs on | moves the median of all trials by 0.25 posterior SDs or more | the furthest first |
| new trial | arms as large as the largest, then 1,000 or ten times as many | the probability after |

The steps of certainty are those of the Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010,
Guidance note for lead authors on consistent treatment of uncertainties): virtually certain, very likely,
likely, about as likely as not. They are about the direction under a model, a prior and a set of trials, and
not about how good the trials are.
The margin that matters is the first threshold of the description of the data, else odds ratios from 0.8 to
1.25 and the same of other ratios; a difference has none unless one is stated.
"""

import math
from collections.abc import Sequence
from typing import Literal

from bayes_ivig.measures import Measure

type Certainty = Literal["almost certain", "very probable", "probable", "open", "nothing learnt"]
type Direction = Literal["more", "fewer", "open"]
type Size = Literal["within", "beyond", "both", "some"]
type Agreement = Literal["differs", "same", "some", "none"]

EVEN = 0.5
STEPS: tuple[tuple[float, Certainty], ...] = (
    (0.99, "almost certain"),
    (0.90, "very probable"),
    (0.66, "probable"),
)


def printed_probability(value: float) -> float:
    """Return a probability with the three decimals that it is printed with."""
    return round(value, 3)


def printed_effect(measure: Measure, value: float) -> float:
    """Return an effect, on the measure's own scale, as it is printed: ratios with two decimals, three below
    0.01, none from 100 on; differences with two, four below 0.1, one from 1000 on, very small and very large
    ones with three figures.
    """
    if not math.isfinite(value):
        return value
    if measure.log:
        return round(value, 0 if value >= 99.995 else 2 if value >= 0.00995 else 3)
    size = abs(value)
    if size >= 1e7 or 5e-13 < size < 0.000995:
        return float(f"{value:.3g}")
    return round(value, 1 if size >= 1000 else 2 if size >= 0.0995 or size < 5e-13 else 4) + 0.0


def certainty_of(probability: float) -> Certainty:
    """Return how sure a direction is, from the probability of either side as it is computed."""
    shown = printed_probability(probability)
    likelier = max(shown, round(1 - shown, 3))
    return next((code for least, code in STEPS if likelier >= least), "open")


def direction_of(above: float, certainty: Certainty) -> Direction:
    """Return the direction that is shown with that certainty, by the probability above no effect."""
    if certainty in ("open", "nothing learnt"):
        return "open"
    return "more" if above > EVEN else "fewer"


def size_of(measure: Measure, limits: tuple[float, float], zone: tuple[float, float]) -> Size:
    """Return how an interval lies to the margin that matters, both on the measure's own scale."""
    lower, upper = (printed_effect(measure, limit) for limit in limits)
    low, high = zone
    if low == high:
        return "some"
    if low <= lower and upper <= high:
        return "within"
    if lower > high or upper < low:
        return "beyond"
    return "both" if lower < low and upper > high else "some"


def agreement_of(directions: Sequence[Direction]) -> Agreement:
    """Return whether several answers show the same direction."""
    shown = {each for each in directions if each != "open"}
    if len(shown) > 1:
        return "differs"
    if not shown:
        return "none"
    return "some" if "open" in directions else "same"


def includes_no_effect(measure: Measure, limits: tuple[float, float]) -> bool:
    """Whether an interval holds the value of no effect, as printed."""
    lower, upper = (printed_effect(measure, limit) for limit in limits)
    return lower <= measure.null <= upper
