"""``Effects``: a table of estimates with their standard errors, limits or P values."""

from typing import Annotated, Any, TypedDict, Unpack

import numpy as np

from bayes_ivig.errors import DataError, ModelError, quoted
from bayes_ivig.inputs.counts.dataset import Dataset, table_dataset
from bayes_ivig.inputs.counts.description import About, Event
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.estimates.row import COLUMNS
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Listed

type Column = Annotated[Listed[float | str | None], "a number for each study"]
type Each = Annotated[Listed[float | str | None] | float, "a number for each study, or one for all"]


class Printed(TypedDict, total=False):
    """What else may be given of estimates: numbers as papers print them, and what the table is called."""

    estimate: Column
    lower: Column
    upper: Column
    level: Each
    p_value: Column
    df: Each
    name: str
    title: str
    event: Event


@checked
def Effects(  # noqa: N802 - a table, made as a class is
    y: Column | None = None,
    sigma: Column | None = None,
    *,
    measure: str,
    names: Annotated[Listed[str | float], "a name for each study"] | None = None,
    **printed: Unpack[Printed],
) -> Dataset:
    """Return a dataset of studies that are known by their estimates, one for each number given.

    ``y`` and ``sigma`` are estimates and standard errors on the scale of the model: log odds ratios, log
    hazard ratios, mean differences. ``estimate``, ``lower`` and ``upper`` are what papers print: the ratios
    themselves, or differences, with their limits of ``level`` (0.95); ``p_value`` is two-sided (a text such
    as ``"<0.001"`` is a bound). ``measure`` is OR, RR, HR, IRR, RD, MD, SMD, or RATIO and DIFF for any other.
    With ``df`` the error of an estimate has a t distribution instead of a normal one. ``name`` and ``title``
    are of the table; ``event`` says whether more of what is measured is ``"good"`` or ``"bad"``. Raises
    ``DataError`` where numbers do not fit one another.

    >>> import bayes_ivig as bi
    >>> eight_schools = bi.Effects(
    ...     [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18], measure="MD"
    ... )
    >>> post = bi.fit(eight_schools, bi.Model(measure="MD", mu="normal(0, 50)", tau="half_cauchy(25)"))
    >>> trials = bi.Effects(estimate=[0.85, 0.7], lower=[0.70, 0.45], upper=[1.03, 1.09], measure="HR")
    """
    _require_levels(printed.get("level"))
    columns: dict[str, Any] = {"yi": y, "sei": sigma, **printed}
    given = {c: columns[c] for c in COLUMNS if columns.get(c) is not None}
    sizes = {c: len(cells) for c, cells in given.items() if not _single(cells)}
    if not sizes:
        raise DataError("Effects: no estimates; give y with sigma, or estimate with lower and upper")
    if names is not None:
        sizes["names"] = len(names)
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{size} of {column}" for column, size in sizes.items())
        raise DataError(f"Effects: found {found}; give one for each study")
    size = next(iter(sizes.values()))
    studies = [f"Study {i + 1}" for i in range(size)] if names is None else [str(each) for each in names]
    cells = [[_cell(x) for x in ([each] * size if _single(each) else each)] for each in given.values()]
    rows = tuple((study, *row) for study, row in zip(studies, zip(*cells, strict=True), strict=True))
    labels = tuple(f"study {i + 1}" for i in range(size))
    about = About(title=printed.get("title", ""), event=printed.get("event"))
    table = Table("Effects", ("study", *given), rows, tuple(range(1, size + 1)), labels)
    return table_dataset(table, printed.get("name", "estimates"), about, measure)


def _require_levels(level: Any) -> None:
    """Raise ``ModelError`` unless levels lie between 0 and 1, as everywhere in code; a table may have 95."""
    for one in [level] if _single(level) else list(level):
        number = isinstance(one, int | float | np.number) and not isinstance(one, bool)
        if one is not None and not (number and 0 < one < 1):
            raise ModelError(f"level is {quoted(one)}; it lies between 0 and 1, for example 0.95")


def _single(cells: object) -> bool:
    return isinstance(cells, str | int | float) or np.ndim(cells) == 0  # type: ignore[arg-type]


def _cell(value: object) -> str:
    """Return a number as the shortest text that gives it back; nothing for one that is missing."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        raise DataError(f"Effects: found {quoted(value)} in the place of a number")
    return repr(float(value)) if isinstance(value, np.floating) else str(value)
