"""Small tables whose answers stand for the exact engine:
what computes the same is the same, wherever it lies.

What is stored as work of the engine names it by ``engine_sha256``. A hash of source text would change with a
file's place or a comment; this one is of the answers stated below, which are computed again once a process.
They are compared within ``TOLERANCE``, as a comparison has no edges at which a last bit turns a rounding: an
engine that gives them has the hash of what is stated, the same on every machine, and one that does not has
the hash of what it gives instead. Where its numbers change on purpose the answers are stated anew, and what
was stored is void.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from bayes_ivig.engines.quadrature import Quadrature
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model

type Counts = tuple[int, int, int, int]  # events and people of the treatment arm, then of the control arm
type Answers = tuple[float, ...]

# Of every answer, absolute: the finest grid moves none by more than a quarter of it, a curve higher by 0.1%
# moves some by more than ten times it.
TOLERANCE = 2e-5
MIXED = ((3, 50, 7, 50), (7, 60, 3, 50), (12, 40, 20, 42), (5, 30, 4, 31))
SPARSE = ((0, 25, 3, 24), (1, 40, 0, 38), (2, 30, 5, 33), (0, 12, 0, 14))
MANY = ((480, 1000, 520, 990), (2200, 5000, 2350, 5100))
FAR = ((12, 50, 20, 52), (60, 90, 30, 99))


class Canary(NamedTuple):
    """One table and one model, with what the engine answers.

    ``answers`` are the median and SD of mu, P(mu > 0), the medians of tau and of the first study's theta, the
    0.975 quantile of theta_new (all on the log odds ratio scale), and the log marginal likelihood, which
    there is none of under an improper prior.
    """

    name: str
    counts: tuple[Counts, ...]
    model: Mapping[str, str]
    answers: Answers


CANARIES = (
    Canary(
        "reference",
        MIXED,
        {},
        (-0.2715529, 0.3906842, 0.2332428, 0.3467554, -0.4147619, 1.0516362, -32.3681153),
    ),
    Canary(
        "sparse", SPARSE, {}, (-0.9934442, 0.7742868, 0.0876756, 0.3443845, -1.1501316, 0.7964877, -18.598931)
    ),
    Canary(
        "many events",
        MANY,
        {},
        (-0.1151967, 0.2272332, 0.1676456, 0.1573137, -0.1507489, 0.7164249, -33.6457952),
    ),
    Canary(
        "control baseline",
        SPARSE,
        {"baseline": "control", "alpha": "normal(-1, 2)"},
        (-1.2792583, 0.7394761, 0.0296142, 0.328554, -1.4108377, 0.3618456, -16.1072314),
    ),
    Canary(
        "conditional",
        SPARSE,
        {"likelihood": "hypergeometric", "mu": "student_t(3, 0, 1)"},
        (-0.669486, 0.6505091, 0.1326247, 0.3443516, -0.8570014, 0.9377106, -4.4112379),
    ),
    Canary(
        "conditional, many events",
        MANY,
        {"likelihood": "hypergeometric", "tau": "exponential(3)"},
        (-0.1129699, 0.1869663, 0.1270308, 0.1075126, -0.1420455, 0.520182, -12.9696199),
    ),
    Canary(
        "normal",
        MIXED,
        {"likelihood": "normal", "mu": "flat()", "tau": "log_normal_tau2(-2.56, 1.74)"},
        (-0.2834352, 0.3887988, 0.2213489, 0.2722707, -0.3920321, 0.9385352),
    ),
    Canary(
        "prior from the data",
        MIXED,
        {"likelihood": "normal", "tau": "dumouchel()"},
        (-0.2723886, 0.4519049, 0.2453143, 0.3318531, -0.4162692, 1.4316689, -6.6959145),
    ),
    Canary(
        "common",
        MIXED,
        {"effects": "common"},
        (-0.3116795, 0.300492, 0.1485096, 0.0, -0.3116795, 0.2737867, -32.4591613),
    ),
    Canary(
        "common, conditional",
        SPARSE,
        {"effects": "common", "likelihood": "hypergeometric", "mu": "logistic(0, 0.5)"},
        (-0.5969934, 0.5389235, 0.1177213, 0.0, -0.5969934, 0.3772177, -4.3404541),
    ),
    Canary(
        "student_t effects",
        FAR,
        {"effects": "student_t(4)", "tau": "uniform(0, 2)"},
        (0.4099177, 1.0723772, 0.6581099, 1.2699935, -0.5713099, 4.6604557, -21.9282709),
    ),
    Canary(
        "one study",
        MIXED[:1],
        {"mu": "mixture(0.7: normal(0, 0.5), 0.3: normal(0, 2))", "tau": "half_student_t(3, 0.3)"},
        (-0.3601, 0.5819284, 0.2225349, 0.2267154, -0.4739226, 0.9377486, -7.6218071),
    ),
)


@cache
def engine_sha256() -> str:
    """Return the hash of the exact engine: of its settings and of what it answers to ``CANARIES``."""
    return hash_of(tuple(answers_to(canary) for canary in CANARIES))


def answers_to(canary: Canary, engine: Quadrature | None = None) -> Answers:
    """Return what the engine answers now, in the order of ``Canary.answers``."""
    studies = tuple(Study(f"Study {i}", *row) for i, row in enumerate(canary.counts, 1))
    settings: dict[str, Any] = dict(canary.model)
    posterior = (engine or Quadrature()).fit(Dataset(studies), Model(**settings))
    mu, tau, new, first = (
        posterior["mu"],
        posterior["tau"],
        posterior["theta_new"],
        posterior.theta[studies[0].name],
    )
    numbers = [
        mu.quantile(0.5),
        mu.sd,
        mu.prob_above(0),
        tau.quantile(0.5),
        first.quantile(0.5),
        new.quantile(0.975),
    ]
    return tuple(float(value) for value in (*numbers, posterior.log_marginal_likelihood) if value is not None)


def hash_of(computed: tuple[Answers, ...]) -> str:
    """Return the hash of the engine's settings and of answers to ``CANARIES``,
    stated ones in place of close ones.
    """
    content = [asdict(Quadrature())] + [
        [
            canary.name,
            canary.counts,
            dict(canary.model),
            canary.answers if same(canary.answers, answers) else answers,
        ]
        for canary, answers in zip(CANARIES, computed, strict=True)
    ]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def same(stated: Answers, computed: Answers) -> bool:
    """Whether answers are the stated ones, all within ``TOLERANCE``."""
    return len(stated) == len(computed) and all(
        abs(one - other) <= TOLERANCE for one, other in zip(stated, computed, strict=True)
    )
