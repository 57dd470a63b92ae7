"""``reconstruction_posterior``: what a model says where the counts are known only up to a set of tables."""

from dataclasses import replace

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import events_of, picked_of
from bayes_ivig.engines.bulk.over_tables import over_tables
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.files import REFERENCE, TwoArm, two_arm_of
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior
from bayes_ivig.results.reconstruction.tables import Reconstruction

type Events = "np.typing.NDArray[np.int64]"


@checked
def reconstruction_posterior(
    found: "Reconstruction | tuple[PartialTable, Events]",
    model: TwoArm | None = None,
    *,
    totals: Dataset | None = None,
    denominators: str = "",
) -> ReconstructionPosterior:
    """Fit every table that was found with the exact engine, and mix:
    each table with its probability under the model.

    ``found`` is a complete reconstruction, or a partly known table with the tables' events, shape (n, K, 2).
    ``model`` is ``binomial_normal`` unless given. ``totals`` takes the totals from another dataset's studies
    of the same names (all pregnancies where the table counts live births); ``denominators`` names whom they
    count. Raises ``DataError`` for no table, a reconstruction that is not complete or not listed in full, and
    totals below the events.

    >>> import bayes_ivig as bi
    >>> found = bi.published.reconstruct("box.csv", "claims.csv")
    >>> bi.published.reconstruction_posterior(found)
    ReconstructionPosterior(box): 1 table, median OR 0.40
    """
    table, events = _tables(found)
    if totals is not None:
        table = _with_totals(table, events, totals)
    stated = two_arm_of(model or REFERENCE)
    candidates = [
        [
            Study(study.name, r1, study.treatment_total, r0, study.control_total)
            for r1, r0 in zip(*_pairs(study), strict=True)
        ]
        for study in table.studies
    ]
    answers = over_tables(candidates, picked_of(table, events), stated)
    lower, median, upper = answers.quantiles.T
    return ReconstructionPosterior(
        partial=table,
        model=stated,
        denominators=denominators,
        events=events,
        axis=answers.axis,
        log_density=answers.log_density,
        mean=answers.mean,
        lower=lower,
        median=median,
        upper=upper,
        prob_or_gt_1=answers.prob_above,
        log_evidence=answers.log_evidence,
        error=answers.error,
    )


def _tables(source: "Reconstruction | tuple[PartialTable, Events]") -> "tuple[PartialTable, Events]":
    """Return the table and every feasible one; raises ``DataError`` where they are not all there."""
    if isinstance(source, Reconstruction):
        label = source.partial.label
        if not source.complete:
            raise DataError(
                f"{label}: the search was not complete; a posterior needs every table (go on "
                "with Search(work=...))"
            )
        if source.capped:
            raise DataError(
                f"{label}: {source.count:,} tables but {len(source):,} listed; raise Search(max_tables=...)"
            )
        table, events = source.partial, source.events
    else:
        table, events = source
    if not len(events):
        raise DataError(f"{table.label}: no table agrees with what was published, so there is nothing to fit")
    return table, events


def _pairs(study: PartialStudy) -> tuple[list[int], list[int]]:
    treatment, control = events_of(study)
    return treatment.tolist(), control.tolist()


def _with_totals(table: PartialTable, events: Events, totals: Dataset) -> PartialTable:
    """Return the table with the totals of another dataset; limits narrow to the events that occur."""
    named = {study.name: study for study in totals.studies}
    missing = [study.name for study in table.studies if study.name not in named]
    if missing:
        raise DataError(f"{totals.label}: has no study {', '.join(missing)} to take totals from")
    studies = []
    for i, study in enumerate(table.studies):
        own, (least, most) = (
            named[study.name],
            (events[:, i].min(axis=0).tolist(), events[:, i].max(axis=0).tolist()),
        )
        treatment, control = (least[0], most[0]), (least[1], most[1])
        _, n1, _, n0 = own.whole_counts
        studies.append(PartialStudy(study.name, treatment, n1, control, n0))
    return replace(table, studies=tuple(studies))
