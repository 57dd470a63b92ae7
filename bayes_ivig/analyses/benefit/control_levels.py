"""Low, median and high control risk of an outcome: one definition for all
that turns an odds ratio into numbers of people.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from bayes_ivig.analyses.benefit.control_risk import control_risk
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.results.benefit.findings import ControlSource
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import ReconstructionPosterior

type Risks = float | Mapping[str, float]


class Levels(NamedTuple):
    """Control risks by name, whence they are, what their checks found,
    and the pooled arms they come from, if any.
    """

    source: ControlSource
    risks: Mapping[str, float]
    problems: tuple[str, ...] = ()
    arms: ControlRisk | None = None


UNKNOWN = Levels("unknown", {})


def refusal(levels: Levels) -> str:
    """Return in a few words why control arms carry no risk, for an error message; empty where they do."""
    refused = levels.arms.not_carried if levels.arms else None
    if refused is None:
        return ""
    numbers = (
        f"{1000 * refused.moved.least:.3g} to {1000 * refused.moved.most:.3g} per 1000 as the scales "
        "of its prior change"
    )
    return f"{'the prior decides' if refused.reason == 'prior' else refused.reason + ' in them'}: {numbers}"


def main_risk(risks: Mapping[str, float]) -> float:
    """Return the risk at which an outcome is told: the median, else the first that was stated."""
    return risks["median"] if "median" in risks else next(iter(risks.values()))


def stated_levels(outcome: str, stated: Mapping[str, Risks]) -> Levels | None:
    """Return the control risks that were stated of an outcome, a number or numbers by name;
    None where none was.
    """
    if outcome not in stated:
        return None
    risks = stated[outcome]
    return Levels("stated", risks if isinstance(risks, Mapping) else {"stated": risks})


@lru_cache(maxsize=64)  # every reading and every row of an outcome asks for the same
def arm_levels(dataset: Dataset, source: ControlSource = "control arms") -> Levels:
    """Return the levels that the control arms carry, see ``control_risk``;
    none where no control arm has anybody in it.
    """
    try:
        risk = control_risk(dataset)
    except DataError:
        return UNKNOWN
    return Levels(source, MappingProxyType(risk.carried_levels()), risk.diagnostics.problems, risk)


def reconstructed_levels(tables: Sequence[ReconstructionPosterior]) -> Levels:
    """Return the levels of reconstructed control arms: one set for all readings of a result,
    so that these can be compared.

    Each arm's number of events is averaged over the tables of every reading with the weights of its answer,
    then over the readings, and rounded.
    """
    if not tables:
        return UNKNOWN
    average = np.mean([each.weights() @ each.events[:, :, 1] for each in tables], axis=0)
    arms = [
        Study(study.name, 0, 0, round(float(events)), study.control_total)
        for study, events in zip(tables[0].partial.studies, average, strict=True)
    ]
    return arm_levels(Dataset(tuple(arms)), "reconstructed control arms")


def of_denominator(outcome: SummaryOutcome, denominator: str) -> tuple[ReconstructionPosterior, ...]:
    """Return the posteriors over reconstructed tables that count among these people, one per reading."""
    readings = (each for each in outcome.reconstructed if not each.narrowed)
    return tuple(
        each for reading in readings for each in reading.posteriors if each.denominators == denominator
    )


def known_levels(outcome: SummaryOutcome) -> Levels:
    """Return the levels of those control arms of a partly known table whose counts are known."""
    if len(outcome.partial) < 2:
        return UNKNOWN
    header, *rows = outcome.partial
    records = [dict(zip(header, cells, strict=True)) for cells in rows]
    arms = [
        Study(record["study"], 0, 0, int(record["control_events"]), int(record["control_total"]))
        for record in records
        if record.get("control_events", "").isdigit() and record.get("control_total", "").isdigit()
    ]
    return arm_levels(Dataset(tuple(arms)), "known control arms") if arms else UNKNOWN
