"""What a paper prints about its pooled results: one claim per row, every number kept as it was printed.

The printed decimals are part of the claim: ``7.90`` stands for anything from 7.895 to 7.905, ``7.9``
for ten times that.
"""

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path

from bayes_ivig.errors import DataError, quoted
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.case import Case, Source, case_of
from bayes_ivig.inputs.estimates.studies import whole_number
from bayes_ivig.inputs.paper.claim_rows import level, one_of, read_rows
from bayes_ivig.kinds.one_line import short_repr

MEASURES = ("OR", "RR", "HR", "RD", "MD", "SMD")
RATIOS = ("OR", "RR", "HR")  # those with a log scale
MODELS = ("random", "fixed", "common", "unstated")
NUMBERS = ("estimate", "ci_lower", "ci_upper")
BOUNDED = {"i2_percent": 100.0, "heterogeneity_p": 1.0, "effect_p": 1.0}
WHOLE_NUMBERS = ("k", "n", "k_estimable")
NEEDED = ("outcome", "measure", *NUMBERS)
COLUMNS = (*NEEDED, *WHOLE_NUMBERS, *BOUNDED, "level", "model", "method", "where", "source", "note")

PRINTED = re.compile(r"(?P<sign><=|>=|<|>)?\s*(?P<number>[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+))")
# as typesetters print them
LOOK_ALIKES = str.maketrans({"\u2212": "-", "\u00b7": ".", "\u2264": "<=", "\u2265": ">="})
MOST_WHOLE, MOST_DECIMALS = 15, 30  # digits of a printed number before and after its point
EXACT = Context(prec=2 * (MOST_WHOLE + MOST_DECIMALS))  # for arithmetic that keeps every digit of them
ROUNDING = 1e-9  # relative room for binary fractions: a half such as 0.125 may print as 0.12 or as 0.13


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed (``"7.90"``, ``"<0.05"``); raises ``DataError`` for a text that is not one,
    and for one of more digits than anybody prints.
    """

    text: str

    def __post_init__(self) -> None:
        """Validate."""
        object.__setattr__(self, "text", str(self.text).strip())
        if not PRINTED.fullmatch(self.text.translate(LOOK_ALIKES)):
            raise DataError(
                f"found {quoted(self.text)}; must be a number as printed, in plain decimals such as 7.90"
            )
        whole, _, decimals = self._part("number").lstrip("+-0").partition(".")
        if len(whole) > MOST_WHOLE or len(decimals) > MOST_DECIMALS:
            raise DataError(
                f"found {quoted(self.text)}; a printed number has at most {MOST_WHOLE} digits before its "
                f"point and {MOST_DECIMALS} after it"
            )

    def __str__(self) -> str:
        return self.text

    @property
    def bound(self) -> str:
        """``"<"``, ``"<="``, ``">"`` or ``">="`` where only a bound is printed, else empty."""
        return self._part("sign")

    @property
    def value(self) -> float:
        """The number, or the bound, as a float."""
        return float(self._part("number"))

    @property
    def exact(self) -> Decimal:
        """The number, or the bound, digit by digit."""
        return Decimal(self._part("number"))

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        return len(self._part("number").partition(".")[2])

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed decimal."""
        return 0.5 * 10.0**-self.decimals

    def met_by(self, value: float) -> bool:
        """Whether a recomputed value rounds to the printed one, or lies within the printed bound."""
        match self.bound:
            case "<":
                return value < self.value
            case "<=":
                return value <= self.value
            case ">":
                return value > self.value
            case ">=":
                return value >= self.value
            case _:
                return abs(value - self.value) <= self.half_unit + ROUNDING * max(1.0, abs(self.value))

    def _part(self, name: str) -> str:
        match = PRINTED.fullmatch(self.text.translate(LOOK_ALIKES))
        return (match.group(name) or "") if match else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One pooled result as a paper prints it; what it does not print is None.

    ``k`` and ``n`` count studies and people, ``k_estimable`` the studies that carry information where known.
    Whether the numbers agree with each other is not asked here: that is what an audit is for.
    """

    outcome: str
    measure: str
    estimate: Printed | None = None
    ci_lower: Printed | None = None
    ci_upper: Printed | None = None
    level: float = 0.95
    k: int | None = None
    n: int | None = None
    k_estimable: int | None = None
    i2_percent: Printed | None = None
    heterogeneity_p: Printed | None = None
    effect_p: Printed | None = None
    model: str = "unstated"
    method: str = ""
    where: str = ""
    source: str = ""
    note: str = ""

    __repr__ = short_repr


def load_claims(source: Source) -> tuple[Claim, ...]:
    """Load a claims CSV by path, or by a bare word the claims that a bundled dataset's sidecar points to.

    Raises ``DataError`` as ``read_claims`` does, and for a dataset without claims.
    """
    case = case_of(source)
    if not case.bundled:
        return read_claims(case.table())
    if claims_path(case) is None:
        raise DataError(f"{case.name}: its sidecar names no claims; give the path of a claims CSV")
    return claims_with(case)


def claims_path(counts: Source) -> Path | None:
    """Return the claims file of a table of counts, bundled or your own,
    as its sidecar's key ``claims`` names it.
    """
    case = case_of(counts)
    claims = case.sidecar.shared.get("claims")
    return case.path.parent / claims if claims else None


def claims_with(case: Case) -> tuple[Claim, ...]:
    """Return the claims that go with a case, as its sidecar names them; none where it names none.
    Raises ``DataError``.
    """
    path = claims_path(case)
    return read_claims(case.table(path)) if path else ()


def read_claims(path: str | Path | tables.Table) -> tuple[Claim, ...]:
    """Read a claims CSV, one claim per row; raises one ``DataError`` that lists every problem
    with row and column.
    """
    rows = read_rows(
        path, needed=NEEDED, allowed=COLUMNS, called=("a claim", "printed result"), fields=_fields
    )
    return tuple(Claim(**row) for row in rows)  # type: ignore[arg-type]  # _fields gives each its type


def _fields(record: dict[str, str]) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """Turn the cells of one row into the fields of a claim, and list what is wrong with them."""
    fields: dict[str, object] = {}
    problems: list[tuple[str, str]] = []
    for column, cell in record.items():
        if column not in COLUMNS or (not cell and column not in ("outcome", "measure")):
            continue
        try:
            fields[column] = _field(column, _without_percent(column, cell, record.get("measure", "")))
        except (DataError, ValueError) as error:
            problems.append((column, str(error)))
    return fields, problems


def _field(column: str, cell: str) -> object:
    """Return one cell as its column's type; raises with what was found and what must stand there."""
    if column == "outcome" and not cell:
        raise ValueError("blank; name the outcome")
    if column == "measure":
        return one_of(cell.upper(), MEASURES)
    if column == "model":
        return one_of(cell.lower(), MODELS)
    if column in WHOLE_NUMBERS:
        return _whole(cell, least=0 if column == "n" else 1)
    if column == "level":
        return level(cell)
    if column in NUMBERS or column in BOUNDED:
        return _printed(column, cell)
    return cell


def _whole(cell: str, least: int) -> int:
    value = whole_number(cell)
    if value < least:
        raise ValueError(f"found {quoted(cell)}; must be a whole number of {least} or more")
    return value


def _without_percent(column: str, cell: str, measure: str) -> str:
    """Take a percent sign off I squared, and turn percentages of p-values
    and risk differences into numbers, digit by digit.
    """
    if not cell.endswith("%"):
        return cell
    bare = cell.removesuffix("%").rstrip()
    if column == "i2_percent":
        return bare
    if column not in BOUNDED and not (column in NUMBERS and measure.upper() == "RD"):
        return cell
    printed = Printed(bare)
    return f"{printed.bound}{printed.exact.scaleb(-2, EXACT):f}"


def _printed(column: str, cell: str) -> Printed:
    """Return a printed number; only the p-values and I squared may be bounds, and they have a range."""
    printed = Printed(cell)
    most = BOUNDED.get(column)
    if most is None and printed.bound:
        raise ValueError(f"found {quoted(cell)}; must be a number, not a bound")
    if most is not None and not 0 <= printed.value <= most:
        raise ValueError(f"found {quoted(cell)}; must lie between 0 and {most:g}")
    return printed
