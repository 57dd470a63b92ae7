"""An estimate and its standard error out of what a paper prints: limits, a standard error, a P value.

Limits lie as far to either side of the estimate on the scale of the model (logs for ratios), so that
standard error = (upper - lower) / (2 q), q being the quantile of the normal distribution, or of t where its
degrees of freedom are stated; of one limit alone the distance to the estimate over q (Cochrane Handbook 6.3).
A P value gives |estimate| / q (Altman & Bland 2011, BMJ 343:d2090).

Printed numbers are rounded. A number printed 0.85 is any between 0.845 and 0.855, all as probable: to the
squared standard error are added the variances, width squared over 12, of the estimate and of the standard
error over what the digits allow (Joint Committee for Guides in Metrology 2008, GUM F.2.2.1; Sheppard 1898).
Estimate and limits of a row are taken to be printed with as many decimals as the one that has most, since
spreadsheets drop a final zero. ``yi``, ``sei`` and ``vi`` are taken as they are.
"""

import math
from collections.abc import Iterator, Mapping

from bayes_ivig.formulas.intervals import Range
from bayes_ivig.inputs.estimates import printed
from bayes_ivig.inputs.estimates.contradictions import impossible, unfit
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.printed import Printed
from bayes_ivig.inputs.estimates.row import STATED, STATING, TWO_SIDED, Row, Spread, middle, quantile
from bayes_ivig.measures import Measure

type Problems = list[tuple[str, str]]  # column, what is wrong

PLAIN_LEVEL = 0.95
EXTREME = 1e-300, 1 - 1e-12  # P values beyond which quantiles are not told apart


def tells(record: Mapping[str, str]) -> bool:
    """Whether a row holds anything of an estimate."""
    return any(record.get(column, "").strip() for column in STATING)


def estimate_of(name: str, record: Mapping[str, str], measure: Measure) -> tuple[Estimate | None, Problems]:
    """Return the estimate that the cells of a row state, or None and what is wrong with them."""
    cells = {c: record[c].strip() for c in STATED if record.get(c, "").strip()}
    row, problems = _read(cells, measure)
    problems = problems or list(impossible(row))
    if problems:
        return None, problems
    y, within = _place(row)
    spreads = list(_spreads(row, y, within))
    problems = list(unfit(row, y, within, spreads))
    if problems:
        return None, problems
    first = spreads[0]
    rounding = math.sqrt(first.variance + (within[1] - within[0]) ** 2 / 12)
    error = math.hypot(first.value, rounding)
    return Estimate(name, y, error, row.df, 1.0, rounding, first.how, tuple(cells.items())), []


def _read(cells: Mapping[str, str], measure: Measure) -> tuple[Row, Problems]:
    """Turn cells into numbers."""
    numbers: dict[str, Printed] = {}
    problems: Problems = []
    level = PLAIN_LEVEL
    for column, cell in cells.items():
        try:
            if column == "level":
                level = printed.level(cell)
            elif column == "df" and cell.lower() in ("inf", "infinity"):
                continue
            else:
                numbers[column] = printed.p_value(cell) if column == "p_value" else printed.number(cell)
        except ValueError as error:
            problems.append((column, str(error)))
    sides = numbers.pop("sides", Printed(TWO_SIDED, 0)).value
    df = numbers.pop("df", Printed(math.inf, 0)).value
    if sides not in (1, TWO_SIDED):
        problems.append(
            ("sides", f"found {sides:g}; limits are of a two-sided interval (2) or one-sided (1)")
        )
    if df < 1:
        problems.append(("df", f"found {df:g}; degrees of freedom are a number of 1 or more"))
    return Row(
        numbers, measure, level, int(sides) if sides in (1, TWO_SIDED) else TWO_SIDED, max(df, 1.0)
    ), problems


def _place(row: Row) -> tuple[float, Range]:
    """Return the estimate on the scale of the model and its range: as given, or midway between limits."""
    if "yi" in row.numbers:
        y = row.numbers["yi"].value
        return y, (y, y)
    if "estimate" in row.numbers:
        return row.on_scale("estimate")
    (low, low_within), (high, high_within) = row.on_scale("lower"), row.on_scale("upper")
    return (low + high) / 2, middle(low_within, high_within)


def _spreads(row: Row, y: float, within: Range) -> Iterator[Spread]:
    """Yield the standard errors that a row states, the one to be used first."""
    has = row.numbers
    for column in ("sei", "vi"):
        if column in has:
            value = has[column].value if column == "sei" else math.sqrt(has[column].value)
            yield Spread("given", value, (value, value))
    if row.usable("lower") and row.usable("upper"):
        (low, low_in), (high, high_in) = row.on_scale("lower"), row.on_scale("upper")
        twice = 2 * row.reach
        span = (high_in[0] - low_in[1]) / twice, (high_in[1] - low_in[0]) / twice
        yield Spread("limits", (high - low) / twice, span)
    else:
        yield from _of_one_limit(row, y, within)
    if "p_value" in has:
        yield _of_p(has["p_value"], y, within, row.df)


def _of_one_limit(row: Row, y: float, within: Range) -> Iterator[Spread]:
    """Yield the standard error behind the distance of the one limit that is usable."""
    for column, side in (("upper", 1), ("lower", -1)):
        if row.usable(column):
            at, (least, most) = row.on_scale(column)
            ends = sorted(side * each / row.reach for each in (least - within[1], most - within[0]))
            yield Spread(f"{column}_limit", side * (at - y) / row.reach, (ends[0], ends[1]))


def _of_p(p: Printed, y: float, within: Range, df: float) -> Spread:
    """Return the standard error behind a two-sided P value; the largest of a bound."""
    low, high = (p.value, p.value) if p.bound else p.within(p.decimals)
    most, own, least = (
        -quantile(min(max(each, EXTREME[0]), EXTREME[1]) / 2, df) for each in (low, p.value, high)
    )
    nearest = 0.0 if within[0] <= 0 <= within[1] else min(map(abs, within))
    span = nearest / most, max(map(abs, within)) / least
    return Spread("p_bound" if p.bound else "p_value", abs(y) / own, span)
