"""Natural frequencies in words: events per 1000 people, differences, numbers needed to treat,
names of control risks.
"""

import math
from collections.abc import Mapping
from typing import Any

from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.results.posterior.absolute import PER
from bayes_ivig.results.posterior.control_risk import NotCarried

MINUS = "\N{MINUS SIGN}"
LEVELS = {
    "low": "low control risk",
    "median": "median control risk",
    "high": "high control risk",
    "stated": "stated control risk",
}
SETTINGS = {"typical study": "a typical study", "new study": "a new study"}
BENEFIT, HARM = "to benefit", "to harm"
# of more events, of fewer
SIDES: dict[Event | None, tuple[str, str]] = {"good": (BENEFIT, HARM), "bad": (HARM, BENEFIT)}
NONE = "no effect"
LARGEST = 1e6

NO_RISK = {
    "no events": "the control arms had no event",
    "only events": "in the control arms everybody had the event",
    "prior": "the control arms leave the control risk to its prior",
}

type AbsoluteRow = Mapping[str, Any]


def events(value: float) -> str:
    """Return a number of events per 1000: whole, with a decimal below 10, two below 1
    and within half an event of all.
    """
    if value < 0.005 or value > PER - 0.005:
        return f"{value:.0f}" if value in (0, PER) else "< 0.01" if value < 1 else f"> {PER - 0.01}"
    if value < 0.95 or value > PER - 0.5:
        return f"{value:.2f}"
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def more(value: float) -> str:
    """Return a difference of events per 1000 with its sign."""
    size = abs(value)
    if size < 0.005:
        return "0"
    return f"{MINUS if value < 0 else '+'}{events(size)}"


def treated(row: AbsoluteRow) -> tuple[str, str]:
    """Return events per 1000 with treatment, and their limits."""
    return events(
        row["treated_per_1000"]
    ), f"{events(row['treated_lower'])} to {events(row['treated_upper'])}"


def difference(row: AbsoluteRow) -> tuple[str, str]:
    """Return how many events more or fewer per 1000, and the limits."""
    return more(
        row["difference_per_1000"]
    ), f"{more(row['difference_lower'])} to {more(row['difference_upper'])}"


def number_needed(row: AbsoluteRow, event: Event | None) -> str:
    """Return a number needed to treat with its limits, as ``needed_parts`` has them."""
    middle, limits = needed_parts(row, event)
    return f"{middle} ({limits})"


def needed_parts(row: AbsoluteRow, event: Event | None) -> tuple[str, str]:
    """Return a number needed to treat, and its limits, which run through no effect
    where the difference may be none.

    Where that is so the interval has two parts, from a number for one to be harmed upwards without end, and
    from there down to a number for one to benefit (Altman 1998, BMJ 317:1309). Where the direction is not
    stated, it is for one more or one fewer event.
    """
    middle, lower, upper = (
        row[key] for key in ("number_needed", "number_needed_lower", "number_needed_upper")
    )
    needed = _needed(middle, event)
    if row["through_infinity"]:
        far, near = (lower, upper) if middle > 0 else (upper, lower)
        first, last = (_needed(limit, event).removesuffix(" event") for limit in (far, near))
        return needed, f"{first}, through {NONE}, to {last}"
    low, high = sorted((abs(lower), abs(upper)))
    return needed, f"{_people(low)} to {_people(high)}"


def number_needed_note(event: Event | None) -> str:
    """Return what the numbers needed are, in one sentence."""
    named = "one more of them to benefit, or to be harmed" if event else "one more, or one fewer, event"
    return (
        f"numbers needed to treat: how many are treated for {named}; an interval that includes no effect "
        "runs from one number over ever larger ones to no effect, "
        "and from there down to the other (Altman 1998)"
    )


def risk_label(name: str) -> str:
    """Return the name of a control risk for a reader."""
    return LEVELS.get(name) or SETTINGS.get(name) or name


def distinct(rows: Mapping[str, AbsoluteRow]) -> dict[str, AbsoluteRow]:
    """Return the rows by label, one for low, median and high where they are the same risk:
    that of a single control arm.
    """
    known = [rows[name]["control_per_1000"] for name in ("low", "median", "high") if name in rows]
    if len(known) == 3 and math.isclose(known[0], known[2], rel_tol=1e-9):
        kept = {name: row for name, row in rows.items() if name not in ("low", "high")}
        return {
            "the one control arm's risk" if name == "median" else risk_label(name): row
            for name, row in kept.items()
        }
    return {risk_label(name): row for name, row in rows.items()}


def _needed(value: float, event: Event | None) -> str:
    fewer = math.copysign(1.0, value) < 0
    if math.isinf(value):
        return NONE
    if event is None:
        return f"{_people(abs(value))} for one {'fewer' if fewer else 'more'} event"
    return f"{_people(abs(value))} {SIDES[event][fewer]}"


def _people(value: float) -> str:
    """Return a number of people, one decimal below 10."""
    if math.isinf(value):
        return NONE
    if value > LARGEST:
        return f"over {LARGEST:,.0f}"
    return f"{value:,.1f}" if value < 9.95 else f"{value:,.0f}"


def no_absolute_effect(refused: NotCarried) -> str:
    """Say why there is no absolute effect, as one clause."""
    arms = "arm" if refused.arms == 1 else "arms"
    reason = NO_RISK[refused.reason].replace("arms", arms)
    low, high = (events(PER * risk) for risk in (refused.moved.least, refused.moved.most))
    return (
        f"{reason}, so that an absolute effect would be the prior's: a control risk of {low} to {high} per "
        f"{PER} with each scale of it halved and doubled; state a control risk to have one"
    )
