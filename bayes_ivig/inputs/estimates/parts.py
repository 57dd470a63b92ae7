"""An estimate out of what was measured in the arms: means and standard deviations, or O - E with its
variance.

A mean difference has the variance sd1^2/n1 + sd0^2/n0. A standardised one is Hedges' g with the exact J and
metafor's variance, unless ``by_rule`` computes it as Review Manager 5 does. Observed less expected events O
- E with variance V are (O - E) / V with variance 1 / V: a log odds ratio by Peto's method, a log hazard
ratio from a log-rank test. Errors are taken as normal unless the row states degrees of freedom: a number,
``welch`` (of a mean difference with unequal variances) or ``pooled`` (n1 + n0 - 2).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bayes_ivig.errors import quoted
from bayes_ivig.formulas.study_effects.log_rank import one_step
from bayes_ivig.formulas.study_effects.means import (
    Arm,
    SmdRule,
    mean_difference,
    pooled_df,
    standardised_mean_difference,
    welch_df,
)
from bayes_ivig.inputs.estimates.estimate import FARTHEST, FINEST, Estimate
from bayes_ivig.inputs.estimates.printed import number
from bayes_ivig.inputs.estimates.row import MEANS, ONE_STEP, PARTS
from bayes_ivig.measures import Measure

type Problems = list[tuple[str, str]]  # column, what is wrong

ARMS = ("treatment", "control")
FRACTIONAL_COLUMN = "fractional"  # whether the numbers of a row are effective ones, which may be fractions
YES = ("yes", "true", "1")
OF_MEANS, OF_ONE_STEP = ("MD", "SMD"), ("OR", "HR")
FARTHEST_LOG = 20.0  # a ratio of 500 million
NO_SD = (
    "of a standard error SE of the mean SD = SE x sqrt(n), of its 95% interval sqrt(n) x (upper "
    "- lower) / 3.92; "
    "where only the difference is known give estimate and sei, lower and upper, or p_value"
)
ONE_PERSON = "found 1; one person has no standard deviation: leave the trial out, or give estimate and sei"
NO_SPREAD = (
    "found 0, a spread that no measurement has; where it is not reported leave it blank, and see "
    "whether it can "
    f"be had: {NO_SD}"
)
DF = "degrees of freedom are a number of 1 or more, welch or pooled"


def of_parts(record: Mapping[str, str]) -> bool:
    """Whether a row states what was measured in its arms, other than counts."""
    return any(record.get(column, "").strip() for column in PARTS)


def estimate_of_parts(
    name: str, record: Mapping[str, str], measure: Measure, rule: SmdRule = "metafor"
) -> tuple[Estimate | None, Problems]:
    """Return the estimate that the arms of a row give on the scale of the measure, or None and what is
    wrong.
    """
    cells = {c: record[c].strip() for c in (*PARTS, "df") if record.get(c, "").strip()}
    known, problems = _numbers(cells)
    if any(column in cells for column in MEANS):
        effective = record.get(FRACTIONAL_COLUMN, "").strip().lower() in YES
        problems += _unfit_means(cells, known, measure, effective=effective)
        return (None, problems) if problems else _of_means(name, cells, (known, measure), rule)
    problems += _unfit_one_step(cells, known, measure)
    if problems:
        return None, problems
    y, v = one_step(known["o_minus_e"], known["variance"])
    return _estimate(name, (float(y), float(v)), known.get("df", math.inf), ("o_minus_e", cells))


def by_rule(studies: Sequence[object], rule: SmdRule) -> tuple[object, ...]:
    """Return studies with those of standardised mean differences computed by another rule; design effects
    stay, other studies are returned as they are.
    """
    return tuple(_again(study, rule) if isinstance(study, Estimate) else study for study in studies)


def _again(study: Estimate, rule: SmdRule) -> Estimate:
    """Return an estimate by another rule, itself where it is none of a standardised mean difference."""
    if study.how != "standardised":
        return study
    treatment, control = _arms({column: number(dict(study.given)[column]).value for column in MEANS})
    g, v = standardised_mean_difference(treatment, control, rule)
    return replace(study, y=float(g), standard_error=math.sqrt(float(v)))


def _numbers(cells: Mapping[str, str]) -> tuple[dict[str, float], Problems]:
    """Turn cells into numbers."""
    known: dict[str, float] = {}
    problems: Problems = []
    for column, cell in cells.items():
        if column == "df" and cell.lower() in ("welch", "pooled"):
            continue
        try:
            known[column] = number(cell).value
        except ValueError as error:
            problems.append((column, str(error)))
        else:
            if abs(known[column]) > FARTHEST:
                problems.append((column, f"found {cell}; at most {FARTHEST:g}"))
    if known.get("df", 1) < 1:
        problems.append(("df", f"found {cells['df']}; {DF}"))
    return known, problems


def _unfit_means(
    cells: Mapping[str, str], known: Mapping[str, float], measure: Measure, *, effective: bool
) -> Problems:
    """Say which means, standard deviations and sizes cannot be, and what is missing; ``effective`` sizes may
    be fractions.
    """
    problems: Problems = []
    if measure.code not in OF_MEANS:
        problems.append(
            (
                next(column for column in MEANS if column in cells),
                f"means give no {measure.name}; state which difference is meant: measure MD, in "
                "the units of the "
                "means, or SMD, in standard deviations",
            )
        )
    for column in MEANS:
        if column not in cells:
            what = f"empty; {NO_SD}" if column.endswith("_sd") else "empty; both arms need mean, sd and n"
            problems.append((column, what))
        elif column in known:
            problems += [(column, what) for what in _unfit(column, known[column], cells[column], effective)]
    return problems


def _unfit(column: str, value: float, cell: str, effective: bool) -> list[str]:
    """Say what is wrong with one number of an arm."""
    if column.endswith("_n"):
        if value < 1 or not (effective or value.is_integer()):
            return [f"found {cell}; the people of an arm are a whole number of 1 or more"]
        if value == 1:
            return [ONE_PERSON]
    if column.endswith("_sd") and value <= 0:
        return [NO_SPREAD if value == 0 else f"found {cell}; a standard deviation is a number above 0"]
    return []


def _unfit_one_step(cells: Mapping[str, str], known: Mapping[str, float], measure: Measure) -> Problems:
    """Say what of O - E and its variance cannot be, or is missing."""
    problems: Problems = [
        (column, "empty; O - E and its variance V give an effect together")
        for column in ONE_STEP
        if column not in cells
    ]
    if measure.code not in OF_ONE_STEP:
        problems.append(
            (
                next(column for column in ONE_STEP if column in cells),
                f"O - E gives no {measure.name}; state measure HR (of a log-rank test) or OR (of "
                "Peto's method)",
            )
        )
    if "df" in cells and "df" not in known:
        problems.append(("df", f"found {quoted(cells['df'])}; of O - E it can only be a number"))
    if "variance" in known and not known["variance"] > 0:
        problems.append(("variance", f"found {cells['variance']}; the variance of O - E is a number above 0"))
    elif set(ONE_STEP) <= known.keys() and abs(known["o_minus_e"]) > FARTHEST_LOG * known["variance"]:
        problems.append(
            (
                "o_minus_e",
                f"found {cells['o_minus_e']} with a variance of {cells['variance']}, a ratio "
                "beyond 10^8; the "
                "columns may be exchanged",
            )
        )
    return problems


def _of_means(
    name: str, cells: Mapping[str, str], known: tuple[Mapping[str, float], Measure], rule: SmdRule
) -> tuple[Estimate | None, Problems]:
    """Return the difference of two arms that are known to be possible."""
    numbers, measure = known
    arms = _arms(numbers)
    df = numbers.get("df", math.inf)
    if (named := cells.get("df", "").lower()) in ("welch", "pooled"):
        df = float(welch_df(*arms) if named == "welch" else pooled_df(*arms))
    if measure.code == "SMD":
        g, v = standardised_mean_difference(*arms, rule)
        if not math.isfinite(float(g)):
            return None, [("treatment_n", "too few people: both arms together need 4 or more")]
        return _estimate(name, (float(g), float(v)), df, ("standardised", cells))
    y, v = mean_difference(*arms)
    return _estimate(name, (float(y), float(v)), df, ("means", cells))


def _arms(numbers: Mapping[str, float]) -> tuple[Arm, Arm]:
    treatment, control = (Arm.of(*(numbers[f"{arm}_{what}"] for what in ("mean", "sd", "n"))) for arm in ARMS)
    return treatment, control


def _estimate(
    name: str, found: tuple[float, float], df: float, known: tuple[str, Mapping[str, str]]
) -> tuple[Estimate | None, Problems]:
    """Return an estimate with its variance, or say that it is out of all bounds."""
    (y, v), (how, cells) = found, known
    error = math.sqrt(v)
    if not (np.isfinite(y) and abs(y) <= FARTHEST and FINEST <= error <= FARTHEST):
        what = f"gives {y:g} with a standard error of {error:g}, out of all bounds"
        return None, [(next(iter(cells)), what)]
    return Estimate(name, y, error, df, how=how, given=tuple(cells.items())), []
