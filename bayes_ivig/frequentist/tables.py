"""From a dataset to arrays: which studies take part, which were corrected,
and why the others do not take part.
"""

from typing import NamedTuple, cast, get_args

import numpy as np

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.effect_sizes import Array, Cells, Mask, Measure
from bayes_ivig.frequentist.rules import Corrected, Rules
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.design_effects import counts_divided
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.measures import measure_of

OF_COUNTS: tuple[Measure, ...] = get_args(Measure)


class Tables(NamedTuple):
    """Cells, effects and masks of one dataset under one measure and one set of rules,
    every array of shape (K,).

    ``raw`` holds the counts as given, 0 for studies with an empty arm; ``summed`` the cells for
    Mantel-Haenszel sums, 0 for studies that add nothing to them (``in_sum``). Effects ``y`` and variances
    ``v`` are (0, infinity) for studies without an estimate of their own, and ``reasons`` says why. Studies
    that are ``given`` are known by an estimate alone: their cells are 0, and no rule touches them.
    """

    names: tuple[str, ...]
    measure: str
    raw: Cells
    summed: Cells
    y: Array
    v: Array
    in_sum: Mask
    altered: Mask
    altered_in_sum: Mask
    reasons: tuple[str, ...]
    divided: str = ""
    given: Mask | None = None

    @property
    def any_given(self) -> bool:
        """Whether a study is known by an estimate alone."""
        return self.given is not None and bool(self.given.any())


def prepare(dataset: Dataset, measure: str, rules: Rules) -> Tables:
    """Apply the rules to every study of the dataset, its counts divided
    by its design effect (effective sample sizes), by the median of an uncertain one.

    Variances are so multiplied by the design effect (Cochrane Handbook, section 23.1.4). An estimate is taken
    as it is. Raises ``DataError`` where a study's counts do not give the measure.
    """
    given = np.array([study.known_by_estimate or measure not in OF_COUNTS for study in dataset.studies])
    if not given.any():
        return _of_people(dataset, cast("Measure", measure), rules)
    return _with_estimates(dataset, measure, rules, given)


def _with_estimates(dataset: Dataset, measure: str, rules: Rules, given: Mask) -> Tables:
    """Return tables in which studies known by an estimate stand beside those with counts."""
    studies = [study for study, known in zip(dataset.studies, given, strict=True) if known]
    own = effects_of(studies, measure_of(measure))
    counts = np.zeros((4, len(given)))
    for i in np.flatnonzero(~given).tolist():
        counts[:, i] = (
            np.array(dataset.studies[i].counts, dtype=np.float64) / dataset.studies[i].design_effect
        )
    tables = of_counts(counts, measure if measure in OF_COUNTS else "OR", rules)
    y, v = tables.y.copy(), tables.v.copy()
    y[given], v[given] = own[0], own[1] ** 2
    reasons = tuple("" if known else why for known, why in zip(given, tables.reasons, strict=True))
    empty = np.array([isinstance(s, Study) and s.estimable and min(s.cells) == 0 for s in dataset.studies])
    return tables._replace(
        names=dataset.study_names,
        measure=measure,
        altered=np.where(given, empty & np.isfinite(y), tables.altered),
        y=y,
        v=v,
        reasons=reasons,
        divided=counts_divided(dataset),
        given=given,
    )


def _of_people(dataset: Dataset, measure: Measure, rules: Rules) -> Tables:
    """Return tables of studies with counts."""
    counts = np.array([study.counts for study in dataset.studies], dtype=np.float64).reshape(-1, 4).T
    counts = counts / np.array([study.design_effect for study in dataset.studies])
    return of_counts(counts, measure, rules)._replace(
        names=dataset.study_names, divided=counts_divided(dataset)
    )


def of_counts(counts: Array, measure: Measure, rules: Rules) -> Tables:
    """Apply the rules to counts of any number of tables without names, shape (4, K):
    events and total of treatment and of control.
    """
    cells = es.to_cells(counts[0], counts[1], counts[2], counts[3])
    raw = es.keep_studies(cells, ~es.has_empty_arm(cells))
    reasons = _reasons(cells, measure, rules)
    keep = np.array([not reason for reason in reasons])
    in_sum = keep | _adds_to_sum(cells, measure)
    altered = _corrected(raw, keep, rules.study_estimates)
    altered_in_sum = _corrected(raw, in_sum, rules.pooled_sum)
    y, v = es.effect(es.add_to_cells(raw, altered, rules.add), measure)
    if measure == "RD" and rules.raw_risk_difference:
        y, _ = es.risk_difference(raw)
    usable = keep & np.isfinite(y) & np.isfinite(v) & (v > 0)
    reasons = tuple(
        reason or ("" if fine else "a zero cell without correction")
        for reason, fine in zip(reasons, usable, strict=True)
    )
    y, v = es.leave_out((y, v), usable)
    summed = es.add_to_cells(es.keep_studies(raw, in_sum), altered_in_sum, rules.add)
    return Tables((), measure, raw, summed, y, v, in_sum, altered, altered_in_sum, reasons)


def _adds_to_sum(cells: Cells, measure: Measure) -> Mask:
    """Mark the studies that add to Mantel-Haenszel sums without correction."""
    none = es.has_no_events(cells) & (measure != "RD")
    only = es.has_only_events(cells) & (measure == "OR")
    return np.asarray(~(es.has_empty_arm(cells) | none | only))


def _reasons(cells: Cells, measure: Measure, rules: Rules) -> tuple[str, ...]:
    """Say per study why it has no estimate, an empty text where it has one."""
    empty, none, only = es.has_empty_arm(cells), es.has_no_events(cells), es.has_only_events(cells)
    drop_none, drop_only = measure in rules.drop_no_events, measure in rules.drop_only_events
    reasons = np.select(
        [empty, none & drop_none, only & drop_only],
        ["an arm without participants", "no events in either arm", "only events in both arms"],
        "",
    )
    return tuple(str(reason) for reason in reasons)


def _corrected(cells: Cells, keep: Mask, which: Corrected) -> Mask:
    """Mark the studies whose cells are corrected."""
    if which == "none":
        return np.zeros_like(keep)
    return keep if which == "all studies" else keep & es.has_zero_cell(cells)
