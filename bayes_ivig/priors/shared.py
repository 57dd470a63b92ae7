"""What every family shares: the limits of a parameter, the check of its numbers, and its text."""

import math
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, report_all
from bayes_ivig.kinds.words import shown

type Array = NDArray[np.float64]

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
REAL_LINE = (-math.inf, math.inf)
HALF_LINE = (0.0, math.inf)
POSITIVE = {"sd", "scale", "df", "rate", "sdlog", "shape"}
# squares and reciprocals of what lies between stay within the range of floats
SMALLEST, LARGEST = 1e-100, 1e100


def number(value: float) -> str:
    """Return the shortest text of a number that reads back as the same number."""
    short = f"{value:.15g}"
    return short if float(short) == value else repr(float(value))


def check(prior: object, name: str) -> None:
    """Raise one ``ModelError`` for every parameter that is not a finite number,
    or not positive where it must be.

    Whole numbers become floats, so that equal priors have equal text.
    """
    problems = []
    for field in fields(prior):  # type: ignore[arg-type]
        value = getattr(prior, field.name)
        if isinstance(value, np.integer | np.floating):
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(f"{name}: {field.name} is {shown(value)}; it must be a number")
        elif not abs(value) <= LARGEST:
            problems.append(
                f"{name}: {field.name} is {str(value)[:20]}; it must lie between -{LARGEST:g} and {LARGEST:g}"
            )
        elif field.name in POSITIVE and value < SMALLEST:
            problems.append(
                f"{name}: {field.name} is {number(value)}; it must be above {0 if value <= 0 else SMALLEST:g}"
            )
        else:
            object.__setattr__(prior, field.name, float(value))
    report_all(problems, ModelError)


def text(prior: object, name: str) -> str:
    """Return ``name(first, second)`` with the prior's numbers in order."""
    return f"{name}({', '.join(number(getattr(prior, field.name)) for field in fields(prior))})"  # type: ignore[arg-type]


def above_zero(x: Array, values: Array) -> Array:
    """Return log densities where ``x`` is not negative, minus infinity where it is."""
    return np.where(x >= 0, values, -np.inf)
