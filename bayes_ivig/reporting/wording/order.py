"""The rows of forest plots and of the tables that go with them: the order of the studies, and what is
known of both arms, events and people or events and person-time.
"""

import math
import re
from collections.abc import Mapping
from typing import assert_never

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import COUNTS, TIMES
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.report_options import Order
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.pooled import PooledEstimate, StudyEstimate

SAID = {
    "published": "",
    "effect": " Studies stand by their observed odds ratio, the smallest first.",
    "year": " Studies stand by year, the earliest first.",
    "weight": " Studies stand by weight, the heaviest first.",
}
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def ordered_studies(dataset: Dataset, pooled: PooledEstimate, order: Order) -> tuple[AnyStudy, ...]:
    """Return the studies as in the table, or the smallest observed effect,
    the earliest year or the heaviest weight first.

    Studies for which that is not known come last; equals stay as in the table. The year is that of a column
    ``year``, else the last year in the name.
    """
    return studies_by(dataset, {each.study: each for each in pooled.studies}, order)


def studies_by(dataset: Dataset, seen: Mapping[str, StudyEstimate], order: Order) -> tuple[AnyStudy, ...]:
    """Return the studies in an order as ``ordered_studies``, by what was observed in each."""

    def effect(study: AnyStudy) -> float:
        estimate = seen.get(study.name)
        return math.inf if estimate is None or estimate.estimate is None else settled_one(estimate.estimate)

    def weight(study: AnyStudy) -> float:
        estimate = seen.get(study.name)
        return 0.0 if estimate is None or not estimate.weight else -settled_one(estimate.weight)

    match order:
        case "published":
            return tuple(dataset.studies)
        case "effect":
            return tuple(sorted(dataset.studies, key=effect))
        case "weight":
            return tuple(sorted(dataset.studies, key=weight))
        case "year":
            years = _years(dataset)
            return tuple(sorted(dataset.studies, key=lambda study: years[study.name]))
    assert_never(order)


def _years(dataset: Dataset) -> dict[str, float]:
    stated = dict(dataset.columns).get("year", ("",) * len(dataset))
    years = {}
    for study, cell in zip(dataset.studies, stated, strict=True):
        named = YEAR.findall(cell) or YEAR.findall(study.name)
        years[study.name] = float(named[-1]) if named else math.inf
    return years


type Cells = tuple[float, float, float, float]

RATES = (COUNTS[0], TIMES[0], COUNTS[2], TIMES[1])  # the names of ``rates``


def of_times(dataset: Dataset, measure: str) -> bool:
    """Whether arms are shown as events and person-time: of rates, and where a trial has nothing else."""
    counted = [study for study in dataset.studies if not study.known_by_estimate]
    timed = bool(counted) and all(getattr(study, "of_rates", False) for study in counted)
    return timed and (measure == "IRR" or not all(study.of_people for study in counted))


def cells(study: AnyStudy, *, times: bool = False) -> Cells | None:
    """Return events and people, or person-time, of treatment and control; None where an estimate alone is
    known.
    """
    if study.known_by_estimate:
        return None
    return study.rates if times else study.cells


def arms_of(study: AnyStudy, *, times: bool = False) -> tuple[str, str]:
    """Return events/total, or events/person-time, of both arms; dashes where an estimate alone is known."""
    known = cells(study, times=times)
    if known is None:
        return numbers.NONE, numbers.NONE
    r1, n1, r0, n0 = map(numbers.effective, known)
    return f"{r1}/{n1}", f"{r0}/{n0}"


def as_row(study: AnyStudy) -> dict[str, float]:
    """Return what is known of both arms by column; nothing where an estimate alone is known."""
    known = cells(study)
    if known is None:
        return {}
    return dict(zip(COUNTS if study.of_people else RATES, known, strict=True))
