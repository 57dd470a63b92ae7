"""What a table must reproduce: one printed number each, with the rule that is taken to have produced it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import RULES, Array, Numbers, Way
from bayes_ivig.errors import DataError, ModelError, suggestion
from bayes_ivig.formulas.effect_sizes import Measure
from bayes_ivig.inputs.paper.claims import ROUNDING, Claim, Printed, load_claims

FIELDS = {
    "estimate": "estimate",
    "ci_lower": "ci_lower",
    "ci_upper": "ci_upper",
    "i2": "i2_percent",
    "heterogeneity_p": "heterogeneity_p",
    "effect_p": "effect_p",
}  # ours, and the column of a claim
USUAL = ("estimate", "ci_lower", "ci_upper", "i2", "heterogeneity_p")
OF_MODEL = {"fixed": "revman-fixed", "common": "revman-fixed"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One printed number that a table must give under one rule;
    ``level`` is that of the confidence limits.
    """

    field: str
    way: Way
    printed: Printed
    level: float = 0.95

    def __str__(self) -> str:
        bound = self.printed.text if self.printed.bound else f"= {self.printed}"
        return f"{self.field} {bound} ({self.way.rule}, {self.way.measure})"

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the largest value that prints so, with room for binary fractions."""
        value, room = self.printed.value, ROUNDING * max(1.0, abs(self.printed.value))
        match self.printed.bound:
            case "<" | "<=":
                return -np.inf, value + room
            case ">" | ">=":
                return value - room, np.inf
            case _:
                return value - self.printed.half_unit - room, value + self.printed.half_unit + room

    def met_by(self, numbers: Numbers) -> "np.typing.NDArray[np.bool_]":
        """Mark the tables whose number prints so, as ``Printed.met_by`` does for one; shape (N,)."""
        values = numbers.printed(self.field, self.level)
        return printed_so(self.printed, values)


def printed_so(printed: Printed, values: Array) -> "np.typing.NDArray[np.bool_]":
    """Mark the values that round to a printed number, or lie within a printed bound;
    a missing value never does.
    """
    value = printed.value
    with np.errstate(invalid="ignore"):
        match printed.bound:
            case "<":
                return values < value
            case "<=":
                return values <= value
            case ">":
                return values > value
            case ">=":
                return values >= value
            case _:
                return np.asarray(
                    np.abs(values - value) <= printed.half_unit + ROUNDING * max(1.0, abs(value))
                )


def claims_of(source: "str | Path | Claim | Iterable[Claim]", outcome: str) -> tuple[Claim, ...]:
    """Return the claims about an outcome; raises ``DataError`` where there is none."""
    if isinstance(source, Claim):
        claims: tuple[Claim, ...] = (source,)
    else:
        claims = load_claims(source) if isinstance(source, str | Path) else tuple(source)
    named = tuple(dict.fromkeys(claim.outcome for claim in claims))
    if not outcome and len(named) == 1:
        return claims
    about = tuple(claim for claim in claims if claim.outcome == outcome)
    if not about:
        what = (
            f"outcome {outcome!r}{suggestion(outcome, named)}"
            if outcome
            else "the outcome to choose (none was named)"
        )
        raise DataError(f"claims: none is about {what}; there are {', '.join(named) or 'none'}")
    return about


def requirements(
    claims: Sequence[Claim], rule: str | None, require: str | Iterable[str] | None
) -> tuple[Requirement, ...]:
    """Return what the claims require.

    ``rule`` holds for every field that names none of its own; without it a claim's own method or model
    decides. ``require`` lists fields, each with a rule of its own after a colon if it likes; without it all
    that is printed of ``USUAL``. Raises ``ModelError`` for unknown fields and rules, ``DataError`` for fields
    that no claim prints.
    """
    wanted = _wanted(require)
    if rule is not None:
        _known_rule(rule)
    needed: list[Requirement] = []
    for field, own in wanted or [(field, None) for field in USUAL]:
        printing = [
            (claim, printed) for claim in claims if (printed := getattr(claim, FIELDS[field])) is not None
        ]
        if not printing and wanted:
            raise DataError(
                f"--require {field}: no claim prints it (column {FIELDS[field]}); leave it out, or fill it in"
            )
        needed += [
            _requirement(field, claim, printed, own or rule or _rule_of(claim)) for claim, printed in printing
        ]
    if not needed:
        raise DataError(f"the claims print none of {', '.join(USUAL)}; there is nothing to reproduce")
    return tuple(dict.fromkeys(needed))


def _requirement(field: str, claim: Claim, printed: Printed, rule: str) -> Requirement:
    if claim.measure not in get_args(Measure):
        allowed = ", ".join(get_args(Measure))
        raise DataError(
            f"{claim.outcome}: measure {claim.measure} cannot be computed from counts; allowed are {allowed}"
        )
    return Requirement(field, Way(rule, claim.measure), printed, claim.level)  # type: ignore[arg-type]


def _wanted(require: str | Iterable[str] | None) -> list[tuple[str, str | None]]:
    """Split ``field:rule`` items."""
    if require is None:
        return []
    items = require.split(",") if isinstance(require, str) else list(require)
    fields: list[tuple[str, str | None]] = []
    for item in (str(each).strip() for each in items):
        field, _, own = (part.strip() for part in item.partition(":"))
        if field not in FIELDS:
            raise ModelError(
                f"--require: no field {field!r}{suggestion(field, FIELDS)}; fields are {', '.join(FIELDS)}"
            )
        if own:
            _known_rule(own)
        fields.append((field, own or None))
    return fields


def _known_rule(rule: str) -> None:
    if rule not in RULES:
        raise ModelError(
            f"no rule {rule!r} to search under{suggestion(rule, RULES)}; rules are {', '.join(RULES)}"
        )


def _rule_of(claim: Claim) -> str:
    """Return the rule a claim itself points to: its method where that is one of ours, else by its model."""
    return claim.method if claim.method in RULES else OF_MODEL.get(claim.model, "revman-random")
