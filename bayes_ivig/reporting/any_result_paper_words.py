"""Columns of tables, and what is in them, in the words of a paper."""

import math
import re
from typing import Any

from bayes_ivig.measures import MEASURES, measure_of
from bayes_ivig.reporting.wording import numbers, phrases

NAMES = {each.key: each.name for each in MEASURES} | {"effect": "effect", "mu": "mean of log effects"}
KEYS = {each.key for each in MEASURES}
HEADINGS = {
    "k": "Trials with data", "trials": "Trials", "tau": "τ", "i2": "I², %", "pooled_p": "P", "p_value": "P",
    "weight_percent": "Weight, %", "mu_prior": "Prior of μ", "tau_prior": "Prior of τ",
    "alpha_prior": "Prior of \N{GREEK SMALL LETTER ALPHA}", "tau_median": "τ, median",
    "prior_ess": "Prior effective sample size", "bf_effect": "Bayes factor", "left_out": "Left out",
    "prob_change": "Change of the probability", "predictive_p": "P given the others",
    "shared_median": "Under one τ for all", "conflict_p": "P, prior against data",
    "weight": "Share of information",
}  # fmt: skip
CHANCE = re.compile(
    r"(?:shared_)?prob_(?:(?P<of>[a-z]+)_)?(?P<side>gt|lt)_(?P<value>(?:minus_)?\d+(?:_\d+)?)$"
)
DECIMALS = {"i2": 1, "weight_percent": 1, "prob_change": 3, "observed": 0}
MOVED = {"ratio": "Over that of all trials", "change": "Less that of all trials"}
P_VALUES = ("p", "pooled_p", "p_value", "q_p_value", "conflict_p", "predictive_p")


def heading(name: str, *, posterior: bool) -> str:
    """Return a column's name in words; ``posterior`` says that pooled effects stand beside posterior ones."""
    named = HEADINGS.get(name) or _chance(name) or _effect(name, posterior=posterior)
    return named or phrases.first_upper(name.removesuffix("_median").replace("_", " "))


def _chance(name: str) -> str:
    """Return a probability in words, ``P(OR > 1.25)``; empty where the column holds none."""
    found = CHANCE.match(name)
    if found is None:
        return f"P({name.removeprefix('prob_').replace('_', ' ')})" if name.startswith("prob_") else ""
    of = found["of"] or "ratio"
    of = measure_of(of).symbol if of in KEYS else of
    value = found["value"].replace("minus_", numbers.MINUS).replace("_", ".")
    return f"P({of} {'>' if found['side'] == 'gt' else '<'} {value})"


def _effect(name: str, *, posterior: bool) -> str:
    """Return an effect in words; empty where the column holds none."""
    start, _, end = name.rpartition("_")
    if start in NAMES:
        return MOVED.get(end, phrases.first_upper(NAMES[start]) if end == "median" else "")
    if start == "pooled" and end in NAMES:
        return f"Pooled {NAMES[end]}" if posterior else phrases.first_upper(NAMES[end])
    return ""


def worded(value: Any, name: str, digits: int) -> str:
    """Return one value in words; empty for what does not exist."""
    if value is None or str(value) in ("nan", "<NA>"):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return numbers.count(value)
    return _number(value, name, digits) if isinstance(value, float) else str(value)


def _number(value: float, name: str, digits: int) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else f"{numbers.MINUS}∞"
    if name in P_VALUES:
        return numbers.p_value(value)
    if name.startswith(("prob_", "shared_prob")) and name != "prob_change":
        return numbers.probability(value)
    return numbers.amount(value, DECIMALS.get(name, digits))
