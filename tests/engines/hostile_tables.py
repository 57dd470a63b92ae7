"""Seeded random tables, priors and models that are hard to integrate:
extreme counts, conflicts, huge and tiny arms.
"""

import random

import bayes_ivig as bi

SIZES = (1, 2, 5, 8, 20, 50, 100, 300, 1000, 5000, 10**5, 10**6, 10**8)
RISKS = (0.0, 1.0, 0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999)
KINDS = ("plain", "extreme", "conflict", "zeros", "homogeneous", "huge", "tiny", "same")
MU = (
    "normal(0, 2.82)", "normal(0, 0.001)", "normal(15, 0.5)", "normal(-3, 0.01)", "normal(0, 1000)",
    "normal(0, 100)", "uniform(-1, 1)", "uniform(2, 2.01)", "uniform(-50, 50)", "student_t(1, 0, 1)",
    "student_t(4, 0, 2.5)", "logistic(0, 1)", "mixture(0.5: normal(-4, 0.1), 0.5: normal(4, 0.1))",
    "mixture(0.9: normal(0, 0.02), 0.1: normal(0, 10))",
)  # fmt: skip
TAU = (
    "half_normal(0.5)", "half_normal(0.01)", "half_normal(20)", "half_cauchy(2)", "half_cauchy(0.001)",
    "exponential(1)", "exponential(500)", "uniform(0, 5)", "uniform(0.3, 0.31)", "uniform(0, 0.001)",
    "half_student_t(3, 1)", "log_normal(-1, 0.3)", "log_normal(2, 0.05)", "log_normal_tau2(-3.52, 1.74)",
    "inverse_gamma(1, 0.15)", "inverse_gamma_tau2(0.001, 0.001)",
    'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")',
    "mixture(0.5: half_normal(0.01), 0.5: half_normal(2))",
)  # fmt: skip
EFFECTS = ("random", "random", "random", "random", "random", "random", "common", "student_t(4)")


def case(seed: int, most_studies: int = 60) -> tuple[bi.Dataset, bi.Model]:
    """Return the table and the model of a seed."""
    r = random.Random(seed)
    k = min(most_studies, r.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 12, 25, 60)))
    kind, base = r.choice(KINDS), r.choice((0.02, 0.1, 0.3, 0.6))
    studies = tuple(bi.Study(str(i), *_counts(r, kind, base)) for i in range(k))
    if all(
        study.treatment_events + study.control_events in (0, study.treatment_total + study.control_total)
        for study in studies
    ):
        studies = (*studies, bi.Study("last", 1, 4, 2, 5))
    model = bi.Model(
        likelihood=r.choice(("binomial", "hypergeometric", "normal")),
        baseline=r.choice(("control", "midpoint")),
        effects=r.choice(EFFECTS),
        mu=r.choice(MU),
        tau=r.choice(TAU),
    )
    return bi.Dataset(studies), model


def _counts(r: random.Random, kind: str, base: float) -> tuple[int, int, int, int]:
    (n1, n0), (p1, p0) = _arms(r, kind, base)
    return _events(r, n1, min(p1, 1.0)), n1, _events(r, n0, p0), n0


def _arms(r: random.Random, kind: str, base: float) -> tuple[tuple[int, int], tuple[float, float]]:  # noqa: PLR0911 - one a kind
    """Sizes and risks of two arms."""
    match kind:
        case "plain":
            return (r.choice((20, 50, 200)), r.choice((20, 50, 200))), (base * r.uniform(0.6, 1.5), base)
        case "extreme":
            return (r.choice(SIZES), r.choice(SIZES)), (r.choice(RISKS), r.choice(RISKS))
        case "conflict":
            n = r.choice((50, 5000, 10**6))
            return (n, n), (
                (base, base * 0.9) if r.random() < 0.7 else r.choice(((0.998, 0.001), (0.001, 0.998)))
            )
        case "zeros":
            return (r.choice((5, 20, 100)), r.choice((5, 20, 100))), (
                r.choice((0.0, 0.0, 0.05)),
                r.choice((0.0, 0.05)),
            )
        case "homogeneous":
            n = r.choice((10**4, 10**6))
            return (n, n), (base, base)
        case "huge":
            return (r.choice((10**6, 10**8)), r.choice((10**6, 10**8))), (base * r.uniform(0.5, 1.5), base)
        case "tiny":
            return (r.choice((1, 2, 3)), r.choice((1, 2, 3))), (0.5, 0.5)
        case _:
            return (100, 100), (0.4, 0.3)


def _events(r: random.Random, n: int, p: float) -> int:
    if p in (0.0, 1.0):
        return int(n * p)
    if n < 2000:
        return sum(r.random() < p for _ in range(n))
    return min(n, max(0, round(n * p + r.gauss(0, (n * p * (1 - p)) ** 0.5))))
