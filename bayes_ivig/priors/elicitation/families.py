"""Which families an elicited prior may have: a standard density, moved and stretched."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.elicitation.statements import Statement
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Logistic, Normal, StudentT
from bayes_ivig.priors.shared import number
from bayes_ivig.priors.skewed import Exponential, LogNormal

FAMILY = re.compile(r"\s*([a-z_]+)\s*(?:\(\s*([^()]*?)\s*\))?\s*")
REAL = ("normal", "student_t", "logistic")
POSITIVE = ("half_normal", "log_normal", "half_cauchy", "half_student_t", "exponential")
WITH_DF = ("student_t", "half_student_t")
FIGURES = 6  # of the numbers a prior resolves to


@dataclass(frozen=True, slots=True)
class Family:
    """A standard density, moved (if ``moves``) and stretched;
    ``make`` names the member with location m and scale s.
    """

    name: str
    standard: Prior
    moves: bool
    make: Callable[[float, float], Prior]


def usual(statements: Sequence[Statement]) -> str:
    """Return the family of statements for which none is named."""
    if statements[0].variable != "tau":
        return "normal"
    return "half_normal" if len(statements) == 1 and not statements[0].bounded else "log_normal"


def family_of(text: str, statements: Sequence[Statement]) -> Family:
    """Return the family a text names, or the usual one for these statements."""
    allowed = POSITIVE if statements[0].variable == "tau" else REAL
    match = FAMILY.fullmatch(text or usual(statements))
    name, degrees = (match[1], match[2]) if match else (text.strip(), None)
    if name not in allowed:
        listed = ", ".join(f"{each}(4)" if each in WITH_DF else each for each in allowed)
        more = "; several statements stand in one text, joined by semicolons" if {*text} & {*"=<>"} else ""
        raise ModelError(
            f"elicited: no family {quoted(text[:40])} for "
            f"{statements[0].variable}{suggestion(name, allowed)}; "
            f"there are {listed}{more}"
        )
    if (degrees is None) == (name in WITH_DF):
        needs = "needs its degrees of freedom, as in" if name in WITH_DF else "takes no number; write"
        raise ModelError(f"elicited: {name} {needs} {name}{'(4)' if name in WITH_DF else ''}")
    return _member(name, _degrees(degrees) if degrees is not None else 0.0)


def _member(name: str, df: float) -> Family:  # noqa: PLR0911 - one case for each family
    match name:
        case "normal":
            return Family(name, Normal(0, 1), True, Normal)
        case "student_t":
            return Family(f"{name}({number(df)})", StudentT(df, 0, 1), True, lambda m, s: StudentT(df, m, s))
        case "logistic":
            return Family(name, Logistic(0, 1), True, Logistic)
        case "log_normal":
            return Family(name, Normal(0, 1), True, LogNormal)
        case "half_normal":
            return Family(name, HalfNormal(1), False, lambda _, s: HalfNormal(s))
        case "half_cauchy":
            return Family(name, HalfCauchy(1), False, lambda _, s: HalfCauchy(s))
        case "half_student_t":
            return Family(
                f"{name}({number(df)})", HalfStudentT(df, 1), False, lambda _, s: HalfStudentT(df, s)
            )
        case _:
            return Family(
                name, Exponential(1), False, lambda _, s: Exponential(float(f"{1 / s:.{FIGURES}g}"))
            )


def _degrees(text: str) -> float:
    try:
        df = float(text)
    except ValueError:
        df = 0.0
    if not 0 < df <= 1e6:
        raise ModelError(
            f"elicited: degrees of freedom are {quoted(text.strip())}; they must be a number above 0, such "
            "as 4"
        )
    return df
