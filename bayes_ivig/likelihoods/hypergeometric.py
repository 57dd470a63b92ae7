"""Fisher's noncentral hypergeometric likelihood: events under treatment given the events
of both arms together.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas import likelihood
from bayes_ivig.formulas.inversion import parts_of
from bayes_ivig.formulas.likelihood import Counts, log_choose
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.contract import Array, Observed, OfCounts, Seen, Variant, Whole, Words
from bayes_ivig.likelihoods.registry import DEFAULT

WINDOW = 9.0  # SDs to either side of the mode that hold the distribution
# possible values of r1 summed at each step of a sampler; beyond, sampling takes minutes
LONGEST_SUPPORT = 20_000


class Hypergeometric(OfCounts):
    """Counts given their margins: no baseline, and a study without events,
    or with only events, says nothing.
    """

    name = "hypergeometric"
    has_page_curve = True
    conditions_on_events = True
    words = Words(
        clause="noncentral hypergeometric given each study's events; zero cells used as they are, "
        "double-zero studies say nothing",
        sentence=(
            "Given the events of both arms together, those of the treatment arm follow a noncentral "
            "hypergeometric distribution with the trial's own log odds ratio θ; no baseline is needed, and "
            "zero cells are used as they are."
        ),
        sources=("stijnen2010",),
        simulated=(
            "data: treated events given each study's events, their totals from the baseline risk alone; a "
            "study without events says nothing"
        ),
        design_effect="raised to the inverse",
        tables=(
            "The hypergeometric likelihood has no baseline: its marginal likelihood is given each trial's "
            "total of events, so that it takes every such total as equally probable."
        ),
        terms=(
            (
                "Hypergeometric likelihood",
                r"[Hh]ypergeometric",
                "The likelihood of the counts given their total in both arms: "
                "it needs no prior on the baseline.",
            ),
        ),
    )
    variants = (
        Variant(
            "hypergeometric",
            {},
            "Hypergeometric",
            "the events of both arms of a trial together are taken as given, and no baseline is needed",
        ),
    )

    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return the log probability of the treatment events, twice: no baseline is integrated out."""
        exact = likelihood.hypergeometric(counts, theta)
        return exact, exact

    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return whether treatment events could be fewer, and whether they could be more,
        given all events.
        """
        r1, n1, r0, n0 = counts
        total = r1 + r0
        return r1 > max(0, total - n0), r1 < min(n1, total)

    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Draw treatment events given each study's total.

        The totals come from the baseline risk alone. Were they drawn with the effect in them they would tell
        about it what the conditional likelihood leaves out, and calibration would not hold.
        """
        theta, alpha = truth
        totals = rng.binomial(arms.sum(axis=0), 1 / (1 + np.exp(-alpha)))
        treated = np.zeros(theta.size, np.int64)
        for i, (n1, n0, total) in enumerate(zip(arms[0], arms[1], totals, strict=True)):
            x = np.arange(max(0, total - n0), min(n1, total) + 1)
            logs = log_choose(n1, x) + log_choose(n0, total - x) + theta[i] * x
            below = np.cumsum(np.exp(logs - logs.max()))
            treated[i] = x[min(int(np.searchsorted(below, rng.random() * below[-1])), x.size - 1)]
        return treated, totals - treated

    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Return the events of the treatment arm; the control's are what is left of all of them."""
        return observed.counts[:, [0]], observed.counts[:, [1]], ("treatment",)

    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> NDArray[Any]:
        """Draw treatment events, and leave the rest to the control arm."""
        r1 = np.stack([_draw(row, seen.theta[..., i], rng) for i, row in enumerate(observed.counts)], axis=-1)
        return np.stack([r1, observed.counts[:, 0] + observed.counts[:, 2] - r1], axis=-1).astype(np.int64)

    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Return the probability of so many treatment events."""
        each = [_at_most(row, seen.theta[:, i], float(at[i, 0])) for i, row in enumerate(observed.counts)]
        return np.stack(each, axis=-1)[..., None]

    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Return the mean treatment events."""
        return np.array([[_mean(row, seen.theta[:, i])] for i, row in enumerate(observed.counts)])

    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return the log probability of the treatment events."""
        flat = seen.theta.reshape(-1, seen.theta.shape[-1]).T
        return np.asarray(likelihood.hypergeometric(counts, flat).T.reshape(seen.theta.shape))

    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return each study's r1 (K,), its possible values and log g(x) / g(r1) of each, both (K,
        longest) and padded.
        """
        r1, n1, r0, n0 = (each[:, None] for each in counts[:4])
        lowest, highest = np.maximum(0, r1 + r0 - n0), np.minimum(n1, r1 + r0)
        longest = int((highest - lowest).max()) + 1
        if longest > LONGEST_SUPPORT:
            resort = f"use {'Quadrature(), or ' if exact else ''}the {DEFAULT} likelihood"
            raise ModelError(
                f"NUTS: the hypergeometric likelihood of {longest} possible counts "
                f"in one study is too slow to sample; {resort}"
            )
        x = np.minimum(lowest + np.arange(longest), highest)
        padding = lowest + np.arange(longest) > highest
        ways = log_choose(n1, x) + log_choose(n0, r1 + r0 - x)
        seen = log_choose(n1, r1) + log_choose(n0, r0)
        return {
            "treatment_events": r1[:, 0],
            "support": x,
            "log_ways": np.where(padding, -np.inf, ways - seen),
        }

    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Add P(r1; theta) = g(r1) exp(theta r1) / sum over x of g(x) exp(theta x),
        in logs (formulas.likelihood).
        """
        r1 = pm.Data("treatment_events", data["treatment_events"], dims="study")
        x, log_ways = pm.Data("support", data["support"]), pm.Data("log_ways", data["log_ways"])
        effect = theta + 0 * r1  # one for each study, also under a common effect
        pm.Potential("count", (effect * r1 - pm.math.logsumexp(log_ways + effect[:, None] * x, axis=1)).sum())

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distribution of the treatment events given all events."""
        source = (
            r"r_{1i} \mid r_{0i} + r_{1i} \sim \op{noncentral hypergeometric}"
            rf"(n_{{1i}}, n_{{0i}}, r_{{0i}} + r_{{1i}}, \op{{exp}}({theta}))"
        )
        return ((source, "events of the treatment arm of study i, given those of both arms"),)


def _mean(row: Array, theta: Array) -> float:
    parts = [_around_the_mode(row, theta[part]) for part in parts_of(theta.size)]
    return float(sum((x * chances).sum() for x, chances in parts) / theta.size)


def _at_most(row: Array, theta: Array, at: float) -> Array:
    """P(R <= at) of one study's treatment events given all its events."""
    up_to = np.empty_like(theta)
    for part in parts_of(theta.size):
        x, chances = _around_the_mode(row, theta[part])
        up_to[part] = np.where(x <= at, chances, 0.0).sum(axis=1)
    return up_to


def _draw(row: Array, theta: Array, rng: np.random.Generator) -> Array:
    """Draw one study's treatment events given all its events, one for each theta of any shape."""
    flat, shares = theta.reshape(-1), rng.random(theta.size)
    drawn = np.empty_like(flat)
    for part in parts_of(flat.size):
        x, chances = _around_the_mode(row, flat[part])
        under = (np.cumsum(chances, axis=1) < shares[part, None]).sum(axis=1)
        drawn[part] = x[np.arange(len(x)), np.minimum(under, x.shape[1] - 1)]
    return drawn.reshape(theta.shape)


def _around_the_mode(row: Array, theta: Array) -> tuple[Array, Array]:
    """Return counts around each mode and their probabilities, (S, n):
    Fisher's noncentral hypergeometric distribution.
    """
    r1, n1, r0, n0 = row
    total = r1 + r0
    lowest, highest = max(0.0, total - n0), min(n1, total)
    odds = np.exp(np.clip(theta, -300, 300))
    # the mode solves a quadratic (Liao & Rosen 2001)
    b, c = -((n1 + total) * odds + n0 - total), n1 * total * odds
    root = np.sqrt(np.maximum(b * b - 4 * (odds - 1) * c, 0))
    mode = np.round(np.clip(2 * c / np.maximum(-b + root, 1e-300), lowest, highest))
    information = sum(1 / (part + 0.5) for part in (mode, n1 - mode, total - mode, n0 - total + mode))
    reach = min(highest - lowest, math.ceil(WINDOW / math.sqrt(float(np.min(information)))) + WINDOW)
    x = np.clip(mode - reach, lowest, highest)[:, None] + np.arange(2 * reach + 1)
    inside = x <= highest
    safe = np.where(inside, x, highest)
    table = np.arange(safe.min(), safe.max() + 1)
    ways = log_choose(np.asarray(n1), table) + log_choose(np.asarray(n0), total - table)
    logs = np.where(inside, ways[(safe - table[0]).astype(np.intp)] + theta[:, None] * safe, -np.inf)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return x, chances / chances.sum(axis=1, keepdims=True)


LIKELIHOOD = Hypergeometric()
