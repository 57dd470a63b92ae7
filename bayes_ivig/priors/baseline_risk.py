"""The risk of an event without treatment, as it is stated:
a number, a 95% range, or the events that control arms counted.

0.55            a known risk
"0.4 to 0.6"    a 95% range: normal on the log odds; "40% to 60%" or "40 to 60%" in percent
"119 of 216"    events of control arms: the posterior Beta(119.5, 97.5) under Jeffreys' prior
"""

import math
import re
from functools import lru_cache

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.priors.shared import Array

REACH = 6.0  # normal scores over which a risk is averaged: what lies beyond has a probability of 2e-9
STEP = 0.5  # of the sum in normal scores, whose error is then below 1e-30 where the integrand is smooth
MOST = 401  # risks to average over
NUMBER = r"(?:\d+\.?\d*|\.\d+)"
RANGE = re.compile(rf"\s*({NUMBER})\s*(%?)\s*(?:to|-|\N{{EN DASH}})\s*({NUMBER})\s*(%?)\s*")
COUNTED = re.compile(r"\s*(\d+)\s*(?:of|/|out of)\s*(\d+)\s*")
SCORE = 1.959963984540054  # of a 95% range
WAYS = (
    'write a risk between 0 and 1, a 95% range such as "0.4 to 0.6", '
    'or what control arms counted, "119 of 216"'
)


def check_risk(stated: object, name: str = "baseline_risk") -> float | str:
    """Return a stated risk, a number as a float; raises ``ModelError``."""
    if isinstance(stated, np.integer | np.floating):
        stated = stated.item()
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 < stated < 1:
        return float(stated)
    if isinstance(stated, str) and (_range(stated) or _counted(stated)):
        return stated
    if isinstance(stated, str) and (match := RANGE.fullmatch(stated)) and _one_percent(match):
        raise ModelError(
            f"{name} is {quoted(stated)}, with % behind one number alone; "
            'write it behind both, "40% to 60%", or behind none, "0.4 to 0.6"'
        )
    raise ModelError(f"{name} is {quoted(stated)}; {WAYS}")


@lru_cache(maxsize=256)
def risk_nodes(stated: float | str, narrowest: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the log odds of the risks to average over, and their weights, which add up to 1;
    one for a known risk.

    ``narrowest`` is the SD in log odds of the narrowest normal that will be averaged over them.
    """
    if not isinstance(stated, str):
        return (float(special.logit(stated)),), (1.0,)
    spread = float(np.subtract(*_log_odds(stated, np.array([1.0, -1.0])))) / 2
    count = min(
        MOST, 2 * math.ceil(REACH / (STEP * min(1.0, 2 * narrowest / math.hypot(narrowest, spread)))) + 1
    )
    scores = np.linspace(-REACH, REACH, count)
    weights = np.exp(-0.5 * scores**2)
    return tuple(_log_odds(stated, scores).tolist()), tuple((weights / weights.sum()).tolist())


def _log_odds(stated: str, scores: Array) -> Array:
    """Return the log odds of the risk at normal scores."""
    if limits := _range(stated):
        low, high = special.logit(limits)
        return np.asarray((low + high) / 2 + (high - low) / 2 * scores / SCORE)
    events, total = _counted(stated) or (0, 0)
    p, others = special.ndtr(-np.abs(scores)), total - events
    near = np.where(
        scores < 0,
        special.betaincinv(events + 0.5, others + 0.5, p),
        special.betaincinv(others + 0.5, events + 0.5, p),
    )
    return np.asarray(np.where(scores < 0, 1, -1) * special.logit(near))


def _range(text: str) -> tuple[float, float] | None:
    """Return the limits of a range of risks, in percent as in "40% to 60%" or "40 to 60%";
    None where it is none.
    """
    match = RANGE.fullmatch(text)
    if match is None or _one_percent(match):
        return None
    low, high = (float(match[i]) / (100 if match[4] else 1) for i in (1, 3))
    return (low, high) if 0 < low < high < 1 else None


def _one_percent(match: re.Match[str]) -> bool:
    """Whether % stands behind one number alone; not in "40 to 60%",
    whose 40 can be nothing but a percentage.
    """
    return bool(match[2]) != bool(match[4]) and not (match[4] and float(match[1]) >= 1)


def _counted(text: str) -> tuple[int, int] | None:
    match = COUNTED.fullmatch(text)
    return (int(match[1]), int(match[2])) if match and int(match[1]) <= int(match[2]) > 0 else None
