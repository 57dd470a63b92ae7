"""Treatment arms of one trial added into one arm: counts as sums, means and standard deviations as those of
everybody together (Cochrane Handbook 6.5, table 6.5.a, for any number of arms).
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.shared_controls.dividing import rebuilt
from bayes_ivig.inputs.shared_controls.groups import arm_of
from bayes_ivig.measures import Measure


def added(studies: Sequence[AnyStudy], name: str, measure: Measure) -> AnyStudy:
    """Return one study against the control arm that the studies share; raises ``DataError``."""
    counted = [study for study in studies if isinstance(study, Study)]
    if len(counted) == len(studies):
        return _counts(counted, name)
    known = [study for study in studies if isinstance(study, Estimate)]
    n, mean, sd = together([arm_of(study, "treatment") or () for study in known])
    cells = {
        "treatment_mean": repr(mean),
        "treatment_sd": repr(sd),
        "treatment_n": str(int(n)) if n.is_integer() else repr(n),
    }
    record = dict(known[0].given) | cells
    record |= {"fractional": "yes"} if any("fractional" in dict(study.given) for study in known) else {}
    return rebuilt(known[0], name, record, measure)


def together(arms: Sequence[tuple[float, ...]]) -> tuple[float, float, float]:
    """Return people, mean and standard deviation of all arms together, each ``(mean, sd, n)``."""
    people = math.fsum(n for _, _, n in arms)
    mean = math.fsum(n * own for own, _, n in arms) / people
    squares = math.fsum([*((n - 1) * sd**2 for _, sd, n in arms), *(n * (m - mean) ** 2 for m, _, n in arms)])
    return people, mean, math.sqrt(squares / (people - 1))


def _counts(studies: Sequence[Study], name: str) -> Study:
    sums = {
        f"treatment_{what}": math.fsum(getattr(study, f"treatment_{what}") for study in studies)
        for what in ("events", "total", "missing", "time")
    }
    return replace(studies[0], name=name, fractional=True, **sums)
