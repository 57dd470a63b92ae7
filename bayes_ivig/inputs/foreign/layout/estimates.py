"""Estimates with limits or errors out of a grid: which measure, on which scale, and what stands in a row."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bayes_ivig.errors import DataError, cut, listed, quoted, report_all
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.cells import UnreadableError
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.measures import MEASURES, Measure, measure_of

EFFECTS = ("est", "est_ci", "yi", "o_minus_e")
ERRORS = ("lower", "upper", "ci", "se", "sei", "var", "vi", "variance", "p")
MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of one effect: ``columns`` by what they hold, its measure, whether the effect and its
    limits are on a log scale in the file, the level of its limits if it is stated.
    """

    columns: Mapping[str, Column]
    measure: str
    log: bool
    level: str = ""
    why: str = ""
    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    left_over: tuple[Column, ...] = ()


def plan_of(grid: Grid, columns: Sequence[Column], positions: Sequence[int], stated: Stated) -> Plan | None:
    """Return how the estimates of a grid are read, with the rows that have one; None where there are none.

    Raises ``DataError`` where the measure, the scale or the column is not known.
    """
    effects = [each for each in columns if each.estimate and each.estimate.what in EFFECTS]
    if not effects or not any(
        each.estimate and each.estimate.what in (*ERRORS, "est_ci") for each in columns
    ):
        return None
    effect = _chosen(grid, effects, columns, positions, stated)
    parts = _parts(effect, columns)
    if parts is None:
        return None
    measure = _measure(grid, effect, parts, positions, stated)
    log, why = _scale(grid, parts, positions, measure)
    rows, problems = {}, []
    for i in positions:
        try:
            row = _row(grid.rows[i], parts, measure, log=log)
        except UnreadableError as error:
            problems.append(f"{grid.place(i)}: {error}")
            continue
        if row:
            rows[i] = row
    report_all(problems, DataError, grid.source)
    levels = {each.estimate.level for each in parts.values() if each.estimate and each.estimate.level}
    level = levels.pop() if len(levels) == 1 else ""
    used = {each.place for each in parts.values()}
    return Plan(parts, measure.code, log, level, why, rows, tuple(c for c in columns if c.place not in used))


def _chosen(
    grid: Grid, effects: list[Column], columns: Sequence[Column], positions: Sequence[int], stated: Stated
) -> Column:
    """Return the effect to read of several: the stated measure's, the only one with limits or an error of its
    own, the only one inside the limits.
    """
    told = [each for each in effects if each.known == "stated"]
    if told:
        return told[0]
    if stated.measure:
        same = [each for each in effects if each.estimate and each.estimate.measure == stated.measure.upper()]
        effects = same or [each for each in effects if each.estimate and not each.estimate.measure] or effects
    whole = [each for each in effects if _parts(each, columns) is not None]
    within = [each for each in whole if _inside(grid, each, columns, positions)]
    for group in (whole, within):
        if len(group) == 1:
            return group[0]
        models = [c for c in group if c.estimate and c.estimate.what == "yi"]
        if len(models) == 1 and all(c in models or (c.estimate and c.estimate.what == "est") for c in group):
            return models[0]  # yi beside a ratio: what programs pool
    if len(effects) == 1:
        return effects[0]
    raise DataError(
        f"{grid.source}: several effects: {listed([each.name for each in effects])}; choose one with "
        f"--measure {'|'.join(each.code for each in MEASURES[:7])}, or with "
        "--map estimate=NAME --map lower=NAME --map upper=NAME"
    )


def _parts(effect: Column, columns: Sequence[Column]) -> dict[str, Column] | None:
    """Return an effect's columns by what they hold, None where nothing says how sure it is."""
    if effect.estimate is None:
        return None
    own = effect.estimate
    parts = {own.what: effect}
    for what in ERRORS:
        found = [each for each in columns if each.estimate and each.estimate.what == what]
        same = [
            c
            for c in found
            if c.estimate and (c.estimate.measure, c.estimate.group) == (own.measure, own.group)
        ]
        silent = [
            c for c in found if c.estimate and not c.estimate.measure and c.estimate.group in ("", own.group)
        ]
        told = [c for c in found if c.known == "stated"]
        best = told or same or silent or (found if not own.measure and not own.group else [])
        if best:
            parts[what] = best[0]
    have = set(parts)
    sure = have & {"est_ci", "ci", "se", "sei", "var", "vi", "variance", "p"} or {"lower", "upper"} <= have
    return parts if sure or have & {"lower", "upper"} else None


def _inside(grid: Grid, effect: Column, columns: Sequence[Column], positions: Sequence[int]) -> bool:
    """Whether an effect lies inside the limits of its row, in every row that has all three."""
    parts = _parts(effect, columns)
    if parts is None or not {"lower", "upper"} <= set(parts) or effect.estimate is None:
        return False
    found = []
    for i in positions:
        try:
            low, high, value = (
                float(cells.number(grid.rows[i][c.place])) for c in (parts["lower"], parts["upper"], effect)
            )
        except UnreadableError:
            continue
        found.append(low <= value <= high)
    return bool(found) and all(found)


def _measure(
    grid: Grid, effect: Column, parts: Mapping[str, Column], positions: Sequence[int], stated: Stated
) -> Measure:
    """Return the measure: as it is stated, by a name, by a column that says it; raises ``DataError``."""
    named = {each.estimate.measure for each in parts.values() if each.estimate and each.estimate.measure}
    column = next((each for each in grid.columns if each.what == "measure"), None)
    if column:
        said = {grid.rows[i][column.place].strip().upper() for i in positions} - {""}
        named |= {code for code in said if code in {each.code for each in MEASURES}}
    if effect.estimate and effect.estimate.what == "o_minus_e" and not stated.measure:
        return measure_of("OR")
    if stated.measure:
        measure = measure_of(stated.measure)
        if named and named != {measure.code} and effect.known != "stated":
            raise DataError(
                f"{grid.source}: --measure {measure.code}, but the columns are of {listed(sorted(named))}; "
                f"leave it out, or name the columns with --map estimate=NAME"
            )
        return measure
    if len(named) == 1:
        return measure_of(named.pop())
    found = f"{len(named)} measures ({listed(sorted(named))})" if named else "no measure"
    raise DataError(
        f"{grid.source}: column {quoted(effect.name)} holds effects, of {found}; say which: --measure "
        f"{'|'.join(each.code for each in MEASURES)} (RATIO or DIFF for any other)"
    )


def _scale(
    grid: Grid, parts: Mapping[str, Column], positions: Sequence[int], measure: Measure
) -> tuple[bool, str]:
    """Return whether effect and limits of a ratio are logs in the file, and how that is known; raises
    ``DataError`` where it is not.
    """
    if not measure.log or "yi" in parts or "o_minus_e" in parts:
        return measure.log, ""
    effect = parts.get("est") or parts["est_ci"]
    logs = {
        bool(c.estimate and c.estimate.log) for c in parts.values() if c.estimate and c.estimate.what != "p"
    }
    if effect.estimate and effect.estimate.log:
        return True, "its name says log"
    if effect.known == "stated" or (effect.estimate and effect.estimate.measure):
        if not {"se", "var"} & set(parts) or {"lower", "upper", "ci", "est_ci"} & set(parts) or True in logs:
            return False, "a ratio by its name"
        raise DataError(
            f"{grid.source}: {quoted(effect.name)} is a ratio, but is {quoted(_error(parts).name)} of the "
            f"ratio or of its log? Name it log, or give limits, or map logs: --map yi=NAME --map sei=NAME"
        )
    return _scale_by_numbers(grid, parts, effect, positions)


def _error(parts: Mapping[str, Column]) -> Column:
    return parts.get("se") or parts["var"]


def _scale_by_numbers(
    grid: Grid, parts: Mapping[str, Column], effect: Column, positions: Sequence[int]
) -> tuple[bool, str]:
    """Return the scale that limits tell: a ratio lies in their middle by its log, a log itself."""
    votes = []
    for i in positions:
        row = _texts(grid.rows[i], parts)
        value, low, high = (
            float(row[what]) if what in row else math.nan for what in ("est", "lower", "upper")
        )
        if min(value, low) <= 0:
            return True, "some are negative, as no ratio is"
        if low < value < high:
            plain = abs(high + low - 2 * value) / (high - low)
            log = abs(math.log(high * low / value**2)) / math.log(high / low)
            votes += [plain < log] if abs(plain - log) > 0.05 else []
    if votes and (sum(votes) <= (1 - MOSTLY) * len(votes) or sum(votes) >= MOSTLY * len(votes)):
        log = sum(votes) * 2 > len(votes)
        return log, f"limits lie evenly about the {'effect itself' if log else 'log of the effect'}"
    raise DataError(
        f"{grid.source}: column {quoted(effect.name)}: ratios, or their logs? Say --map estimate="
        f"{cut(effect.name, 40)} for ratios, --map yi={cut(effect.name, 40)} for logs"
    )


def _texts(row: Sequence[str], parts: Mapping[str, Column]) -> dict[str, str]:
    """Return the numbers of a row's cells by what they are, those that are not there left out."""
    found: dict[str, str] = {}
    for what, column in parts.items():
        cell = row[column.place]
        if cells.missing(cell):
            continue
        try:
            if what == "est_ci":
                found["est"], found["lower"], found["upper"] = cells.with_interval(cell)
            elif what == "ci":
                found["lower"], found["upper"] = cells.interval(cell)
            else:
                text = cell.strip().lstrip("<>=≤ ") if what == "p" else cell
                found[what] = cells.number(text)
        except UnreadableError as error:
            if what != "p":
                raise UnreadableError(f"column {column.name or column.place + 1}: {error}") from None
    return found


def _row(row: Sequence[str], parts: Mapping[str, Column], measure: Measure, *, log: bool) -> dict[str, str]:
    """Return a row's estimate under our names, empty where it has none; raises ``UnreadableError``."""
    found = _texts(row, parts)
    if "o_minus_e" in found:
        variance = found.get("variance") or found.get("var")
        return {"o_minus_e": found["o_minus_e"], "variance": variance} if variance else {}
    if "yi" in found or "est" not in found:
        return _on_model_scale(found, found["yi"]) if "yi" in found else {}
    if measure.log and not log:
        _positive(found)
    return _with_limits(found, measure, log=log) or _with_error(found, measure, log=log)


def _with_limits(found: Mapping[str, str], measure: Measure, *, log: bool) -> dict[str, str]:
    """Return an estimate with its limits under our names, on its own scale; empty without limits."""
    if not {"lower", "upper"} & set(found):
        return {}
    low, high = (float(found.get(what, "nan")) for what in ("lower", "upper"))
    if low > float(found["est"]) or high < float(found["est"]):
        limits = ", ".join(found[what] for what in ("lower", "upper") if what in found)
        raise UnreadableError(f"the estimate {found['est']} lies outside its limits {limits}")
    ours = {"est": "estimate", "lower": "lower", "upper": "upper"}
    return {name: _natural(found[what], measure, log=log) for what, name in ours.items() if what in found}


def _with_error(found: Mapping[str, str], measure: Measure, *, log: bool) -> dict[str, str]:
    """Return an estimate with its error on the scale of the model, or with its p-value; empty without."""
    text = found["est"]
    if {"se", "var", "sei", "vi"} & set(found):
        return _on_model_scale(found, repr(math.log(float(text))) if measure.log and not log else text)
    return {"estimate": _natural(text, measure, log=log), "p_value": found["p"]} if "p" in found else {}


def _positive(found: Mapping[str, str]) -> None:
    """Raise where a ratio or a limit of one is 0 or less."""
    for what in ("est", "lower", "upper"):
        if what in found and float(found[what]) <= 0:
            rounded = what == "lower" and float(found[what]) == 0
            why = "a lower limit that is rounded down: give more decimals" if rounded else "is it a log?"
            raise UnreadableError(f"found {found[what]}; a ratio is above 0: {why}")


def _on_model_scale(found: Mapping[str, str], yi: str) -> dict[str, str]:
    """Return an effect on the scale of the model with its error, empty without one."""
    for ours, names in (("sei", ("sei", "se")), ("vi", ("vi", "var", "variance"))):
        for name in names:
            if name in found:
                if float(found[name]) <= 0:
                    raise UnreadableError(f"an error of {found[name]}; it must be above 0")
                return {"yi": yi, ours: found[name]}
    return {}


def _natural(text: str, measure: Measure, *, log: bool) -> str:
    """Return an effect or a limit on its own scale: a ratio of its log."""
    if not (measure.log and log):
        return text
    try:
        return repr(math.exp(float(text)))
    except OverflowError:
        raise UnreadableError(f"found {text}; no log of a ratio is so large") from None


def log_ratios(plan: Plan) -> list[tuple[int, float]]:
    """Return (position, log odds ratio) of the rows that have an odds ratio."""
    if plan.measure != "OR":
        return []
    found = []
    for position, row in plan.rows.items():
        if "estimate" in row:
            found.append((position, math.log(float(row["estimate"]))))
        elif "yi" in row:
            found.append((position, float(row["yi"])))
    return found
