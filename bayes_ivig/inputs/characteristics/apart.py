"""Whether the studies of a likelihood can tell coefficients apart at all."""

from math import sqrt, sumprod
from statistics import fmean

from bayes_ivig.errors import DataError

SAME = 1e-9  # up to which numbers are the same, as floats have them


def require_apart(label: str, names: tuple[str, ...], rows: tuple[tuple[float, ...], ...]) -> None:
    """Raise ``DataError`` where two coefficients have the same numbers in every study, or mirrored ones, or
    one has the same number in all.
    """
    apart: list[tuple[float, ...]] = []
    for name, numbers in zip(names, zip(*rows, strict=True), strict=True):
        middle = fmean(numbers)
        away = tuple(number - middle for number in numbers)
        size = sqrt(sumprod(away, away))
        if size <= SAME * max(map(abs, numbers)):
            raise DataError(
                f"{label}: {name}: the same number in every study of the likelihood, so it says nothing "
                "about differences between them; leave it out of the model, or take more studies"
            )
        apart.append(tuple(each / size for each in away))
    for i, one in enumerate(apart):
        for j in range(i):
            if abs(sumprod(one, apart[j])) > 1 - SAME:
                raise DataError(
                    f"{label}: {names[j]} and {names[i]} go together in every study of the "
                    "likelihood, so that nothing tells their coefficients apart; leave one out of the model"
                )
