"""Tables of 3, 13 and 60 trials with long names, and one whose posterior is known in closed form."""

from dataclasses import replace
from functools import cache
from typing import Literal

import numpy as np

import bayes_ivig as bi
from bayes_ivig.inputs.counts.description import About

LONG = "Bartholomew-Featherstonehaugh, Nguyen & the Very Long Name Study Group (part {}) {}"
BCG = (
    (4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867), (33, 5069, 47, 5808),
    (180, 1541, 372, 1451), (8, 2545, 10, 629), (505, 88391, 499, 88391), (29, 7499, 45, 7277),
    (17, 1716, 65, 1665), (186, 50634, 141, 27338), (5, 2498, 3, 2341), (27, 16913, 29, 17854),
)  # fmt: skip


@cache
def trials(count: int, event: Literal["good", "bad"] | None = "bad") -> bi.Dataset:
    """A table of so many trials: those of BCG against tuberculosis first, made-up ones after them."""
    rng = np.random.default_rng(1)
    rows = list(BCG[:count])
    while len(rows) < count:
        n = int(rng.integers(20, 900))
        rows.append((int(rng.binomial(n, 0.2)), n, int(rng.binomial(n, 0.25)), n))
    studies = tuple(bi.Study(LONG.format(i, 1950 + i), *row) for i, row in enumerate(rows))
    about = About(event=event, treatment="BCG", control="no vaccination")
    return bi.Dataset(studies, "bcg", about=about)


@cache
def fitted(count: int) -> bi.Posterior:
    """Its posterior."""
    return bi.fit(trials(count))


@cache
def normal() -> bi.Posterior:
    """Two estimates of variance 0.04 under a common effect and a normal(0, 1) prior, whose posterior is
    normal: precision 50 + 1, mean 50 * 0.4 / 51.
    """
    data = bi.Effects([0.3, 0.5], [0.2, 0.2], measure="OR")
    data = replace(data, about=About(event="good"))
    return bi.fit(data, bi.Model("normal", "common", mu=bi.priors.Normal(0, 1)))


MEAN, SD = 20 / 51, 51**-0.5
