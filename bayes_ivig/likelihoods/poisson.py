"""The Poisson likelihood of events in person-time: those of each arm Poisson, each study's baseline log rate
averaged over its prior.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.scales.two_rates import poisson_twice, tabulated
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.contract import Array, Observed, Seen, Whole, WithBaselines, Words, around
from bayes_ivig.likelihoods.scales import RATE_RATIO
from bayes_ivig.likelihoods.two_risk_draws import NODES, drawn_from

FARTHEST = 1e6  # log rates to which a baseline prior is followed


class Poisson(WithBaselines):
    """Events of both arms; what the contract calls totals and log odds are person-time and log rates here."""

    name = "poisson"
    scale = RATE_RATIO
    words = Words(
        clause=(
            "Poisson in each arm, averaged over the prior of each trial's baseline log rate, per unit of the "
            "table's person-time; arms without events used as they are"
        ),
        sentence=(
            "The events of both arms of a trial follow Poisson distributions whose log rates, per unit of "
            "the person-time of the table, differ by the trial's own log rate ratio θ; the baseline log "
            "rate, {where}, is integrated out, and arms without events are used as they are."
        ),
        sources=("stijnen2010",),
        simulated="data: Poisson counts in both arms; alpha is {whose}",
        design_effect="events and person-time divided",
    )

    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return the log probability of both arms' events, integrated against every part of the prior."""
        return baselines.averaged(lambda part: poisson_twice(counts, theta, part, nodes))

    def reach(self, estimates: tuple[Array, Array], baselines: Baselines) -> float:
        """Return how far a curve can change: the prior bounds those of arms without events."""
        return around(estimates) + 2 * min(baselines.reach, FARTHEST)

    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return whether a curve falls: from a baseline on the control arm it levels off to the left
        without events under treatment.
        """
        return bool(baselines.place.share) or counts[0] > 0, True

    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Draw both arms' events in this person-time; baselines are the mean of the arms' log rates."""
        theta, alpha = truth
        treated, control = (
            rng.poisson(t * np.exp(a))
            for t, a in zip(arms, (alpha + theta / 2, alpha - theta / 2), strict=True)
        )
        return treated, control

    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Return the events of both arms."""
        return observed.counts[:, [0, 2]], None, ("treatment", "control")

    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> NDArray[Any]:
        """Draw the events of both arms."""
        return np.asarray(rng.poisson(_expected(observed, seen)))

    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Return the probability of so many events."""
        up_to = special.gammaincc(np.maximum(at, 0.0) + 1, _expected(observed, seen))
        return np.where(at < 0, 0.0, up_to)

    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Return the mean events of both arms."""
        return np.asarray(_expected(observed, seen).mean(axis=0))

    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return the log probability of both arms' events."""
        assert seen.log_odds is not None
        r1, t1, r0, t0 = counts.effective()[:4]
        r, t = np.stack([r1, r0], axis=1), np.stack([t1, t0], axis=1)
        logs = r * (np.log(t) + seen.log_odds) - t * np.exp(seen.log_odds) - special.gammaln(r + 1)
        return np.asarray(logs.sum(axis=-1))

    def draw_baselines(
        self, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
    ) -> Array:
        """Draw baseline log rates given effects and the events of both arms."""
        r1, t1, r0, t0 = counts.effective()[:4]
        share, drawn = baselines.place.share, np.empty_like(theta)
        for i in range(theta.shape[1]):
            people = np.logaddexp(
                np.log(t1[i]) + (1 - share) * theta[:, i], np.log(t0[i]) - share * theta[:, i]
            )
            events = np.full((1, len(people)), r1[i] + r0[i])
            tables = [(w, tabulated(events, people[None], part, NODES)) for w, part in baselines.parts()]
            drawn[:, i] = drawn_from(tables, rng.random(len(people)), rng.random(len(people)))
        return drawn

    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return events and person-time of both arms, (K, 2), treatment first."""
        events = np.stack([counts.r1, counts.r0], axis=1).astype(np.int64)
        return {"events": events, "person_time": np.stack([counts.n1, counts.n0], axis=1)}

    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Observe the events of both arms."""
        times = pm.Data("person_time", data["person_time"], dims=("study", "arm"))
        events = pm.Data("events", data["events"], dims=("study", "arm"))
        pm.Poisson("count", times * pm.math.exp(log_odds), observed=events, dims=("study", "arm"))

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distribution of the events of the control arm, then of the treatment arm."""
        treatment, control = place.formulas(theta)
        source = r"r_{%di} \sim \op{Poisson}(t_{%di} \op{exp}(%s))"
        return (
            (source % (0, 0, control), "events of the control arm of study i in its person-time t"),
            (source % (1, 1, treatment), "events of the treatment arm"),
        )


def _expected(observed: Observed, seen: Seen) -> Array:
    assert seen.log_odds is not None
    return np.asarray(observed.counts[:, [1, 3]] * np.exp(seen.log_odds))


LIKELIHOOD = Poisson()
ON = {RATE_RATIO.measure.code: LIKELIHOOD}
