"""Small tables whose log densities stand for the sampled models: what has the same density is the same model.

A sampled answer in the user's cache is used again only where the same models would be sampled. They are known
by the hash of the numbers stated below, not by the text of their source, so that moving a file leaves it.
Computing them takes PyMC and some seconds, far more than to read an answer: the hash is of what is STATED,
and a test holds that every model has these densities. Where one changes on purpose its numbers are stated
anew, and what was sampled before is sampled again. ``stored.FORMAT`` is for a change that no density shows.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from bayes_ivig.engines.nuts.sampling import START, START_BOUNDED
from bayes_ivig.inputs.counts import joint_dataset

COUNTS = ((7, 12, 3, 11), (15, 38, 9, 40), (12, 24, 0, 20))
COLUMNS = (
    ("year", ("1999", "2005", "2011")),
    ("risk_of_bias", ("low", "high", "high")),
    *zip(joint_dataset.COLUMNS, (("2", "3", ""), ("1", "", "0")), strict=True),
)


class Canary(NamedTuple):
    """One model of a kind, of the table above, with its log density at two points and the sum of what the
    second answers (tests/engines/nuts_numbers.py computes them).

    Densities are as the sampler has them: up to a constant, of unbounded values, with their Jacobian.
    """

    kind: str
    settings: Mapping[str, Any]
    numbers: tuple[float, ...]


CANARIES = (
    Canary("two_arm", {}, (-124.4275762, -108.0295318, 1.2010087)),
    Canary(
        "two_arm",
        {"likelihood": "normal", "effects": "common", "mu": "student_t(4, 0, 1)"},
        (-7.4074368, -13.8599402, -0.5890297),
    ),
    Canary(
        "two_arm", {"baseline": "control", "tau": "half_cauchy(0.5)"}, (-120.3389141, -108.8681053, 1.2010087)
    ),
    Canary(
        "two_arm",
        {"likelihood": "hypergeometric", "tau": "log_normal(-1, 1)"},
        (-20.9512295, -24.1518048, -0.0598928),
    ),
    Canary(
        "two_arm",
        {"effects": "student_t(4)", "mu": "mixture(0.7: normal(0, 0.5), 0.3: normal(0, 2))"},
        (-123.2443656, -107.2900242, 1.2010087),
    ),
    Canary("random_baselines", {}, (-114.4691485, -115.3467865, 3.0483907)),
    Canary("bivariate", {}, (-113.0646665, -144.742271, 5.4618911)),
    Canary("beta_binomial", {}, (-27.2551664, -26.2068955, 5.6155409)),
    Canary("meta_regression", {"covariates": ("year",)}, (-124.5646883, -110.2105877, 1.8872763)),
    Canary(
        "bias_adjusted",
        {"flag_column": "risk_of_bias", "unflagged_values": ("low",)},
        (-127.5498702, -112.3540789, 3.3133811),
    ),
    Canary("joint_outcome", {}, (-142.6339476, -116.2880914, 3.3437)),
)


@cache
def models_sha256() -> str:
    """Return the hash of what is sampled: of the numbers stated for every model, and where chains start."""
    content = [
        COUNTS,
        COLUMNS,
        START,
        START_BOUNDED,
        [[each.kind, dict(each.settings), each.numbers] for each in CANARIES],
    ]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
