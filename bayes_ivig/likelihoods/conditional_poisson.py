"""The conditional likelihood of events in person-time: those of the treatment arm given those of both."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.scales.two_rates import conditional
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.contract import Array, Observed, OfCounts, Seen, Whole, Words
from bayes_ivig.likelihoods.scales import RATE_RATIO


class ConditionalPoisson(OfCounts):
    """Events given those of both arms: no baseline, and a study without events says nothing."""

    name = "conditional_poisson"
    conditions_on_events = True
    scale = RATE_RATIO
    words = Words(
        clause="binomial in the treatment arm given each study's events, the probability that of its "
        "person-time; studies without events say nothing",
        sentence=(
            "Given the events of both arms together, those of the treatment arm follow a binomial "
            "distribution whose odds are the ratio of person-time times the trial's own rate ratio exp(θ); "
            "no baseline is needed."
        ),
        sources=("stijnen2010",),
        simulated="data: treated events given each study's events; a study without events says nothing",
        design_effect="raised to the inverse",
    )

    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return the log probability of the treatment events, twice: no baseline is integrated out."""
        exact = conditional(counts, theta)
        return exact, exact

    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return whether either arm has events."""
        return counts[0] > 0, counts[2] > 0

    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Draw treatment events given each study's events, which come from the baseline rate alone."""
        theta, alpha = truth
        totals = rng.poisson(np.asarray(arms, float).sum(axis=0) * np.exp(alpha))
        treated = rng.binomial(totals, special.expit(np.log(arms[0]) + theta - np.log(arms[1])))
        return treated, totals - treated

    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Return the events of the treatment arm, of all events."""
        return observed.counts[:, [0]], observed.counts[:, [0]] + observed.counts[:, [2]], ("treatment",)

    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> NDArray[Any]:
        """Draw treatment events, and leave the rest to the control arm."""
        total = (observed.counts[:, 0] + observed.counts[:, 2]).astype(np.int64)
        r1 = rng.binomial(total, special.expit(_log_odds(observed.counts, seen)))
        return np.stack([r1, total - r1], axis=-1)

    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Return the probability of so many treatment events."""
        n, k = observed.counts[:, 0] + observed.counts[:, 2], at[:, 0]
        inside = (k >= 0) & (k < n)
        up_to = special.betainc(
            np.where(inside, n - k, 1.0),
            np.where(inside, k + 1, 1.0),
            special.expit(-_log_odds(observed.counts, seen)),
        )
        return np.where(inside, up_to, np.where(k < 0, 0.0, 1.0))[..., None]

    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Return the mean treatment events."""
        n = observed.counts[:, 0] + observed.counts[:, 2]
        return np.asarray((n * special.expit(_log_odds(observed.counts, seen))).mean(axis=0)[:, None])

    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return the log probability of the treatment events."""
        flat = seen.theta.reshape(-1, seen.theta.shape[-1]).T
        return np.asarray(conditional(counts, flat).T.reshape(seen.theta.shape))

    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return treatment events, all events, and the log ratio of person-time, (K,) each."""
        return {
            "treatment_events": counts.r1.astype(np.int64),
            "all_events": (counts.r1 + counts.r0).astype(np.int64),
            "log_time_ratio": np.log(counts.n1) - np.log(counts.n0),
        }

    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Observe the treatment events."""
        r1, n, offset = (pm.Data(name, data[name], dims="study") for name in data if name in SAMPLED)
        pm.Binomial("count", n=n, logit_p=theta + offset, observed=r1, dims="study")

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distribution of the treatment events given all events."""
        odds = rf"\op{{log}} t_{{1i}} - \op{{log}} t_{{0i}} + {theta}"
        chance = rf"\op{{logit}}^{{-1}}({odds})"
        source = rf"r_{{1i}} \mid r_{{0i}} + r_{{1i}} \sim \op{{Binomial}}(r_{{0i}} + r_{{1i}}, {chance})"
        return (
            (source, "events of the treatment arm of study i, given those of both arms in person-time t"),
        )


SAMPLED = ("treatment_events", "all_events", "log_time_ratio")


def _log_odds(counts: Array, seen: Seen) -> Array:
    """Log odds that an event is one of the treatment arm, (..., K)."""
    return np.asarray(np.log(counts[:, 1]) - np.log(counts[:, 3]) + seen.theta)


LIKELIHOOD = ConditionalPoisson()
ON = {RATE_RATIO.measure.code: LIKELIHOOD}
