"""A paper's rule for choosing its model, as in ``fixed: heterogeneity_p >= 0.10 or i2_percent <= 50;
random: ...``.
"""

import re
from dataclasses import dataclass

from bayes_ivig.errors import quoted, suggestion

FIELDS = {
    "heterogeneity_p": "heterogeneity_p",
    "p": "heterogeneity_p",
    "i2_percent": "i2_percent",
    "i2": "i2_percent",
}
EXAMPLE = (
    "fixed: heterogeneity_p >= 0.10 and i2_percent <= 50; random: heterogeneity_p < 0.10 or i2_percent > 50"
)
CONDITION = re.compile(r"(?P<field>\w+)\s*(?P<operator><=|>=|<|>)\s*(?P<value>[0-9]*\.?[0-9]+)\s*%?")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a printed number with a threshold."""

    field: str
    operator: str
    value: float

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {self.value:g}"


@dataclass(frozen=True, slots=True)
class ModelRule:
    """When a paper uses one model: all of the conditions (``"and"``) or any of them (``"or"``)."""

    model: str
    joined: str
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"{self.model} if {f' {self.joined} '.join(map(str, self.conditions))}"


def parse_rules(text: str) -> tuple[ModelRule, ...]:
    """Return the rules a text states, one per model; raises ``ValueError`` with
    what was found and an example.
    """
    rules = [_rule(part.strip()) for part in text.split(";") if part.strip()]
    if not rules:
        raise ValueError(f"blank; state when which model is used, for example {quoted(EXAMPLE)}")
    return tuple(rules)


def _rule(text: str) -> ModelRule:
    model, colon, rest = text.partition(":")
    name = {"common": "fixed"}.get(model.strip().lower(), model.strip().lower())
    if not colon or name not in ("fixed", "random"):
        raise ValueError(
            f"found {quoted(text)}; must begin with 'fixed:' or 'random:', for example {quoted(EXAMPLE)}"
        )
    words = re.split(r"\s+(and|or)\s+", rest.strip(), flags=re.IGNORECASE)
    joined = {word.lower() for word in words[1::2]}
    if len(joined) > 1:
        raise ValueError(f"found both 'and' and 'or' in {quoted(text)}; use one of them")
    return ModelRule(name, joined.pop() if joined else "and", tuple(_condition(word) for word in words[::2]))


def _condition(text: str) -> Condition:
    match = CONDITION.fullmatch(text.strip())
    if not match:
        raise ValueError(f"found {quoted(text)}; must be a comparison such as heterogeneity_p < 0.10")
    name = match["field"].lower()
    if name not in FIELDS:
        raise ValueError(
            f"found {quoted(name)}{suggestion(name, FIELDS)}; compare heterogeneity_p or i2_percent"
        )
    return Condition(FIELDS[name], match["operator"], float(match["value"]))
