"""Probability statements about an odds ratio, tau or a risk:
``P(0.5 < OR < 4) = 0.95``, read from text and written back.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.priors.ratios.reading import LOOK_ALIKES, is_printed
from bayes_ivig.priors.shared import number

type Variable = Literal["OR", "tau", "risk"]
type Relation = Literal["=", "<=", ">="]

NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
ENDS: dict[str, tuple[float, float]] = {"OR": (0.0, math.inf), "tau": (0.0, math.inf), "risk": (0.0, 1.0)}
RELATIONS: dict[str, Relation] = {
    "=": "=", ":": "=", "is": "=", "<=": "<=", "<": "<=", "at most": "<=", "is at most": "<=",
    ">=": ">=", ">": ">=", "at least": ">=", "is at least": ">=",
}  # fmt: skip
_RELATION = "|".join(sorted(map(re.escape, RELATIONS), key=len, reverse=True))
SHARE = rf"\s*(?P<relation>{_RELATION})\s*(?P<share>[-+]?{NUMBER})\s*\s*(?P<percent>%?)"
INSIDE = rf"(?P<lower>-?{NUMBER})\s*<=?\s*(?P<v1>[A-Za-z]+)\s*<=?\s*(?P<upper>-?{NUMBER})"
BEYOND = rf"(?P<v2>[A-Za-z]+)\s*(?P<side><=?|>=?)\s*(?P<limit>-?{NUMBER})"
WORD = r"(?P<word>benefit|harm)"
EVENT = rf"(?:{INSIDE}|{BEYOND}|{WORD})"
WHOLE = re.compile(
    rf"\s*(?:P\s*\(\s*{EVENT}\s*\)|{EVENT.replace('?P<', '?P<bare_')}){SHARE}\s*", re.IGNORECASE
)
MEDIAN = re.compile(
    rf"\s*median\s*\(?\s*(?P<variable>[A-Za-z]+)\s*\)?\s*(?:=|:|is)\s*(?P<value>-?{NUMBER})\s*", re.IGNORECASE
)
SIDE = re.compile(r"\s*OR\s*([<>])\s*1(?:\.0*)?\s*", re.IGNORECASE)
EXAMPLE = "write for example P(0.5 < OR < 4) = 0.95; P(OR > 2) <= 5%; median(OR) = 1.3; P(tau > 1) = 0.05"
LONGEST = 60
BOUNDS = {"\u2264": "<=", "\u2265": ">="}  # as typesetters print them
COMMA = re.compile(r"\d,\d")


@dataclass(frozen=True, slots=True)
class Statement:
    """The probability that a variable lies between ``lower`` and ``upper``, on its own scale,
    is (at most, at least) this.
    """

    variable: Variable
    lower: float
    upper: float
    relation: Relation
    probability: float

    def __str__(self) -> str:
        if self.is_median:
            return f"median({self.variable}) = {number(self.upper)}"
        return f"P({self.event}) {self.relation} {number(self.probability)}"

    @property
    def event(self) -> str:
        """The event in symbols."""
        low, high = ENDS[self.variable]
        if self.lower > low and self.upper < high:
            return f"{number(self.lower)} < {self.variable} < {number(self.upper)}"
        above = self.lower > low
        return f"{self.variable} {'>' if above else '<'} {number(self.lower if above else self.upper)}"

    @property
    def is_median(self) -> bool:
        """Whether it gives a median."""
        return self.lower == ENDS[self.variable][0] and self.relation == "=" and self.probability == 0.5

    @property
    def bounded(self) -> bool:
        """Whether its event has limits on both sides."""
        low, high = ENDS[self.variable]
        return self.lower > low and self.upper < high

    def part_of(self, other: "Statement") -> bool:
        """Whether its event is a part of the other's."""
        return other.lower <= self.lower and self.upper <= other.upper


def read_statements(text: str, benefit: str = "") -> tuple[Statement, ...]:
    """Return the statements of a text, which are separated by semicolons, all about one variable.

    ``benefit`` is ``"OR > 1"`` or ``"OR < 1"`` and gives the words benefit and harm a meaning: ``P(harm) =
    0.15``, ``P(benefit > 2) = 0.25`` (an odds ratio beyond 2 towards benefit). Raises ``ModelError``.
    """
    if is_printed(text):
        raise ModelError(
            f"elicited: {quoted(text.strip()[:LONGEST])} is a printed result, no statement; "
            'write evidence("...") around it'
        )
    text = text.translate(LOOK_ALIKES | str.maketrans(BOUNDS))
    pieces = [piece for piece in text.split(";") if piece.strip()]
    if not pieces:
        raise ModelError(f"elicited: no statement; {EXAMPLE}")
    statements = tuple(dict.fromkeys(_statement(piece, benefit) for piece in pieces))
    variables = dict.fromkeys(statement.variable for statement in statements)
    if len(variables) > 1:
        raise ModelError(
            f"elicited: statements about {' and '.join(variables)} in one prior; give each a prior of its own"
        )
    _coherent(statements)
    return statements


def _statement(text: str, benefit: str) -> Statement:
    if match := MEDIAN.fullmatch(text):
        variable = _variable(match["variable"], text)
        _inside(variable, float(match["value"]), text)
        return Statement(variable, ENDS[variable][0], float(match["value"]), "=", 0.5)
    match = WHOLE.fullmatch(text)
    if match is None:
        points = "write decimal points; " if COMMA.search(text) else ""
        raise ModelError(f"elicited: cannot read {quoted(text.strip()[:LONGEST])}; {points}{EXAMPLE}")
    groups = {
        key.removeprefix("bare_"): value for key, value in match.groupdict().items() if value is not None
    }
    probability = float(groups["share"]) / (100 if groups.get("percent") else 1)
    if not 0 < probability < 1:
        raise ModelError(
            f"elicited: {quoted(text.strip())}: the probability is {probability:g}; it must lie between 0 "
            "and 1"
        )
    variable, lower, upper = _event(groups, text, benefit)
    return Statement(variable, lower, upper, RELATIONS[groups["relation"].lower()], probability)


def _event(groups: dict[str, str], text: str, benefit: str) -> tuple[Variable, float, float]:
    if "word" in groups or groups.get("v2", "").lower() in ("benefit", "harm"):
        return ("OR", *_words(groups, text, benefit))
    if "v1" in groups:
        variable = _variable(groups["v1"], text)
        lower, upper = float(groups["lower"]), float(groups["upper"])
        if not lower < upper:
            raise ModelError(
                f"elicited: {quoted(text.strip())}: no value lies between {lower:g} and {upper:g}; "
                "the lower one comes first"
            )
        _inside(variable, lower, text)
        _inside(variable, upper, text)
        return variable, lower, upper
    variable, limit = _variable(groups["v2"], text), float(groups["limit"])
    _inside(variable, limit, text)
    low, high = ENDS[variable]
    return (variable, limit, high) if groups["side"].startswith(">") else (variable, low, limit)


def _words(groups: dict[str, str], text: str, benefit: str) -> tuple[float, float]:
    """Return the odds ratios that ``benefit`` or ``harm``, or so much of it, stand for."""
    side = SIDE.fullmatch(benefit)
    if side is None:
        raise ModelError(
            f"elicited: {quoted(text.strip())}: say which odds ratios are a benefit: "
            'benefit="OR > 1" or benefit="OR < 1"'
        )
    word = (groups.get("word") or groups["v2"]).lower()
    beyond = float(groups.get("limit", 1.0))
    if beyond < 1 or groups.get("side", ">").startswith("<"):
        raise ModelError(
            f"elicited: {quoted(text.strip())}: write {word} > 2 for odds ratios beyond 2 on the side of "
            f"{word}"
        )
    upwards = (side[1] == ">") == (word == "benefit")
    return (beyond, math.inf) if upwards else (0.0, 1 / beyond)


def _variable(name: str, text: str) -> Variable:
    names: dict[str, Variable] = {"or": "OR", "tau": "tau", "risk": "risk"}
    if name.lower() not in names:
        raise ModelError(
            f"elicited: {quoted(text.strip())}: unknown {quoted(name)}{suggestion(name, ENDS)}; "
            "a statement is about OR, tau or risk"
        )
    return names[name.lower()]


def _inside(variable: Variable, value: float, text: str) -> None:
    low, high = ENDS[variable]
    if not low < value < high:
        allowed = "between 0 and 1" if variable == "risk" else "above 0"
        raise ModelError(f"elicited: {quoted(text.strip())}: found {value:g}; {variable} must lie {allowed}")


def _coherent(statements: tuple[Statement, ...]) -> None:
    """Refuse statements that no distribution at all can meet:
    a part more probable than the whole, shares beyond 1.
    """
    for one in statements:
        for other in statements:
            least = one.probability if one.relation in ("=", ">=") else 0.0
            if one is other or not least:
                continue
            if one.part_of(other) and other.relation in ("=", "<=") and least > other.probability:
                raise ModelError(
                    f"elicited: {one} contradicts {other}: {one.event} is a part of {other.event}"
                )
            apart = one.upper <= other.lower or other.upper <= one.lower
            if apart and other.relation in ("=", ">=") and least + other.probability > 1 + 1e-12:
                raise ModelError(
                    f"elicited: {one} contradicts {other}: the two together would be more probable than 1"
                )
