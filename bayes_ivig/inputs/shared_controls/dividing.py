"""A control arm divided by the number of comparisons it is in (Cochrane Handbook 6.5, section 23.3.4): of
counts events and people are divided, of means the people.
"""

import math
from dataclasses import replace

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.printed import number
from bayes_ivig.inputs.estimates.rows import AnyStudy, estimated
from bayes_ivig.measures import Measure


def divided(study: AnyStudy, by: int, measure: Measure) -> AnyStudy:
    """Return a study with its control arm divided by a number: whole where it can be, else effective; raises
    ``DataError`` where too few people would be left.
    """
    if isinstance(study, Study):
        return _counts(study, by)
    record = dict(study.given)
    people = number(record["control_n"]).value / by
    whole = people.is_integer()
    record |= {"control_n": str(int(people)) if whole else repr(people)} | (
        {} if whole else {"fractional": "yes"}
    )
    return rebuilt(study, study.name, record, measure)


def rebuilt(study: Estimate, name: str, record: dict[str, str], measure: Measure) -> Estimate:
    """Return the estimate that other means give, with the design effect of a study; raises ``DataError``."""
    found, problems = estimated(name, record, measure)
    if found is None:
        raise DataError("\n".join(f"{name}: {column}: {what}" for column, what in problems))
    return replace(found, design_effect=study.design_effect, design_effect_sd=study.design_effect_sd)


def _counts(study: Study, by: int) -> Study:
    events, total, missing = (
        count / by for count in (study.control_events, study.control_total, study.control_missing)
    )
    # quotients are rounded: the arm stays large enough for its events and its missing people
    while study.of_people and missing and (missing > total - events or events > total - missing):
        total = math.nextafter(total, math.inf)
    return replace(
        study,
        control_events=events,
        control_total=total,
        control_missing=missing,
        control_time=study.control_time / by,
        fractional=True,
    )
