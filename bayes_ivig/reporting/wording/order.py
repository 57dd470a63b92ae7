"""The order of the studies in forest plots and in the tables that go with them."""

import math
import re
from typing import assert_never

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.report_options import Order
from bayes_ivig.results.pooled import PooledEstimate

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
    seen = {each.study: each for each in pooled.studies}

    def effect(study: AnyStudy) -> float:
        estimate = seen.get(study.name)
        return math.inf if estimate is None or estimate.estimate is None else settled_one(estimate.estimate)

    def weight(study: AnyStudy) -> float:
        estimate = seen.get(study.name)
        return 0.0 if estimate is None or not estimate.weight else -settled_one(estimate.weight)

    match order:
        case "published":
            return dataset.studies
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
