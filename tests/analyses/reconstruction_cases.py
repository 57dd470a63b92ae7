"""Tables and claims made at random for the tests of the reconstruction:
what a paper prints of a table somebody knows.
"""

import math
from typing import NamedTuple

import numpy as np

from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.results.pooled import PooledEstimate

RULES = ("revman-random", "revman-fixed", "dl", "fixed")
MEASURES = ("OR", "RR", "RD")
TOTALS, SHARES = (0, 1, 3, 6, 12, 40, 1000), (0.05, 0.05, 0.2, 0.3, 0.2, 0.1, 0.1)


class Case(NamedTuple):
    """A partly known table, what is printed of the true one, and the fields with their rules."""

    table: PartialTable
    claim: Claim
    require: list[str]
    truth: tuple[Study, ...]


def studies_of(random: np.random.Generator, k: int) -> tuple[Study, ...]:
    """Return trials with zero cells, empty arms and arms of nothing but events among them."""
    found = []
    for i in range(k):
        n1, n0 = (int(random.choice(TOTALS, p=SHARES)) for _ in range(2))
        r1, r0 = (int(random.binomial(n, random.choice([0, 0.1, 0.3, 0.6, 1]))) for n in (n1, n0))
        found.append(Study(f"s{i}", r1, n1, r0, n0))
    return tuple(found)


def limits_of(random: np.random.Generator, events: int, total: int) -> tuple[int, int]:
    if random.random() < 0.35:
        return events, events
    below, above = (int(x) for x in random.integers(0, 9, 2))
    return max(0, events - below), min(total, events + above)


def on_print(estimate: PooledEstimate, field: str) -> float | None:
    """Return a field of a pooled result on the scale on which it is printed."""
    value: float | None = {
        "estimate": estimate.estimate,
        "ci_lower": estimate.ci_lower,
        "ci_upper": estimate.ci_upper,
        "i2": estimate.i2,
        "heterogeneity_p": estimate.q_p_value,
        "effect_p": estimate.p_value,
    }[field]
    ratio = field in ("estimate", "ci_lower", "ci_upper") and estimate.measure != "RD"
    return value if value is None or not ratio else math.exp(value)


def case(seed: int, most: int = 60_000) -> Case | None:
    """Return a case, None where chance made it too large or printed nothing."""
    random = np.random.default_rng(seed)
    truth = studies_of(random, int(random.integers(1, 6)))
    partly = tuple(
        PartialStudy(
            s.name,
            limits_of(random, s.treatment_events, s.treatment_total),
            s.treatment_total,
            limits_of(random, s.control_events, s.control_total),
            s.control_total,
        )
        for s in truth
    )
    table = PartialTable(partly, "t", "o")
    measure, decimals = str(random.choice(MEASURES)), int(random.integers(1, 4))
    usual = str(random.choice(RULES))
    printed, require = {}, []
    for field in ("estimate", "ci_lower", "ci_upper", "i2", "heterogeneity_p", "effect_p"):
        rule = usual if random.random() < 0.8 else str(random.choice(RULES))
        value = on_print(pool(Dataset(truth), method=rule, measure=measure), field)
        if random.random() < 0.4 or value is None or abs(value) > 1e6:
            continue
        text = f"{value:.{0 if field == 'i2' else decimals}f}"
        if field == "effect_p" and random.random() < 0.5:
            text = "<0.05" if value < 0.05 else ">=0.05"
        printed["i2_percent" if field == "i2" else field] = Printed(text)
        require.append(f"{field}:{rule}")
    if not 1 < table.size <= most or not require:
        return None
    return Case(table, Claim("o", measure, **printed), require, truth)
