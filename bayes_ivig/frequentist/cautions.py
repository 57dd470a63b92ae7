"""When a classical method is known to mislead: exact conditions on the tables and the pooled numbers,
as codes with a number.

Where a source gives a limit it is used (very few trials: two to four, Bender 2018; rare: below 1%, Bradburn
2007; the criterion of 5, Mantel & Fleiss 1980). Where it says "large", "unbalanced" or "rare" alone, the
limit is ours and stands below. Limits are compared with room of ``NOISE``, so that no caution hangs on the
last bits. Sources and words are in ``reporting``.
"""

import math
from collections.abc import Iterator

import numpy as np

from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.frequentist.assembly import Pooled, Request
from bayes_ivig.frequentist.numbers import critical
from bayes_ivig.frequentist.tables import Tables
from bayes_ivig.results.pooled import Caution

NOISE = 1e-9
VERY_FEW = 4  # trials
RARE = 0.01  # share of people with the rarer outcome
COMMON = 0.1  # ours: of events, from which a binomial no longer stands for a hypergeometric distribution
UNBALANCED = 2.0  # ours: larger arm over smaller
NOTABLE = 0.1  # ours: share of the weight in trials with a zero cell
SPARSE = 5.0  # ours: people with the rarer outcome per arm, below which rare events are also few
LEADING = 0.5  # ours: share of the information that lies in such trials
LARGE = math.log(3.0)  # ours: log odds ratio
MANTEL_FLEISS = 5.0
EXACT = ("glmm-cm-el",)
WITHOUT_WEIGHTS = ("mh", "peto", "revman-fixed", "glmm-um-fs", "glmm-um-rs", "glmm-cm-al", "glmm-cm-el")


def cautions(request: Request, tables: Tables, pooled: Pooled) -> tuple[Caution, ...]:
    """Return what is known to mislead in this analysis; nothing where there is no estimate."""
    if not math.isfinite(pooled.estimate) or not 0 < pooled.variance < math.inf:
        return ()
    used = np.array([not reason for reason in tables.reasons])
    # events and others, treated; the same of controls
    counts = np.stack([cell * (used | tables.in_sum) for cell in tables.raw])
    raised = [
        *_heterogeneity(request, tables, pooled),
        *_zero_cells(request, tables, pooled, counts),
    ]
    if tables.any_given:  # what follows is of counts, and asks for all of them
        return tuple(raised)
    return tuple([*raised, *_sparse(request, counts), *_method(request, pooled, counts)])


def _heterogeneity(request: Request, tables: Tables, pooled: Pooled) -> Iterator[Caution]:
    """Few trials: tau is taken as known, or cannot be known at all;
    Hartung-Knapp limits inside the normal ones.
    """
    if pooled.random and pooled.k <= 2:
        two = "two_trials" if math.isinf(pooled.df) else "two_trials_hartung_knapp"
        yield Caution("one_trial" if pooled.k == 1 else two, float(pooled.k))
    elif pooled.random and pooled.k <= VERY_FEW and math.isinf(pooled.df):
        yield Caution("few_trials_z", float(pooled.k))
    if math.isfinite(pooled.df):
        usual = critical(request.level) / math.sqrt(float((1 / (tables.v + pooled.tau2)).sum()))
        ratio = critical(request.level, pooled.df) * math.sqrt(pooled.variance) / usual
        if ratio < 1 - NOISE:
            yield Caution("hartung_knapp_narrower", ratio)


def _zero_cells(request: Request, tables: Tables, pooled: Pooled, counts: Array) -> Iterator[Caution]:
    """What was added to zero cells carries the answer, or the method that needs nothing added got it."""
    summed = request.method in ("mh", "revman-fixed")
    altered = tables.altered_in_sum if summed else tables.altered & (tables.v < math.inf)
    if request.method in WITHOUT_WEIGHTS and not summed:
        return
    if not request.rules.add or not altered.any():
        return
    a, b, c, d = counts.sum(axis=1)
    empty = min(a, c, b, d) == 0 if request.measure == "OR" else min(a, c) == 0
    if request.measure != "RD" and empty and not tables.any_given:
        yield Caution("added_decides", float(altered.sum()))
    elif pooled.weights is not None:
        share = float(pooled.weights[altered].sum() / pooled.weights.sum())
        if share >= NOTABLE - NOISE:
            yield Caution("added_to_sums" if summed else "added_to_cells", share)


def _sparse(request: Request, counts: Array) -> Iterator[Caution]:
    """Large-sample tests and weights where there are few events."""
    if request.method in EXACT:
        return
    room = mantel_fleiss(counts)
    if room < MANTEL_FLEISS - NOISE:
        yield Caution("few_events", room)
    events, people = counts[[0, 2]].sum(), counts.sum()
    rarer = min(events, people - events) if request.measure == "OR" else events
    share, arms = rarer / people, 2 * (counts.sum(axis=0) > 0).sum()
    if request.method not in WITHOUT_WEIGHTS and share < RARE - NOISE and rarer < SPARSE * arms:
        yield Caution("inverse_variance_rare", float(share))


def mantel_fleiss(counts: Array) -> float:
    """Return how far expected treated events are from the fewest and the most there can be,
    whichever is nearer.

    ``counts`` has shape (4, K). Below 5 the normal approximation
    to their sum over trials is poor (Mantel & Fleiss 1980).
    """
    a, b, c, d = counts
    n1, n0, events = a + b, c + d, a + c
    total = n1 + n0
    expected = np.where(total > 0, n1 * events / np.where(total > 0, total, 1.0), 0.0)
    lowest, highest = np.maximum(0.0, events - n0), np.minimum(events, n1)
    return float(min((expected - lowest).sum(), (highest - expected).sum()))


def _method(request: Request, pooled: Pooled, counts: Array) -> Iterator[Caution]:
    """Approximations of single methods: Peto's near no effect and with equal arms,
    the binomial one for rare events.
    """
    a, b, c, d = counts
    if request.method == "peto":
        n1, n0, n = a + b, c + d, a + b + c + d
        information = np.where(n > 1, n1 * n0 * (a + c) * (b + d) / np.where(n > 1, n**2 * (n - 1), 1.0), 0.0)
        unbalanced = np.maximum(n1, n0) >= UNBALANCED * np.minimum(n1, n0)
        share = float(information[unbalanced].sum() / information.sum())
        if share >= LEADING - NOISE:
            yield Caution("peto_unbalanced", share)
        if abs(pooled.estimate) >= LARGE - NOISE:
            yield Caution("peto_large", pooled.estimate)
    if request.method == "glmm-cm-al":
        common = float((a + c).sum() / counts.sum())
        if common > COMMON + NOISE:
            yield Caution("approximate_common", common)
