"""The binomial likelihood of everybody randomised where the outcome of some was not seen.

The log odds of both arms, and so the effect and the baseline, are of everybody. The people who were seen
have other odds: those of the missing are theirs times the informative missingness odds ratio (IMOR), whose
log has a normal prior in each arm. An IMOR of 1 leaves the available cases (White, Higgins & Wood 2008,
Stat Med 27:711).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, Never

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.missing_outcomes.arm import People
from bayes_ivig.formulas.missing_outcomes.curves import Trial, curve, estimate, log_likelihood
from bayes_ivig.formulas.missing_outcomes.risks import Imor
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.binomial import Binomial
from bayes_ivig.likelihoods.contract import Array, Observed, Seen, Variant, Whole

FORM = re.compile(r"\s*imor\s*\((?P<inside>[^()]*)\)\s*")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
PLACES = ("mean", "sd", "correlation")
ARMS = ("treatment_mean", "treatment_sd", "control_mean", "control_sd")
KEYS = (*PLACES, *ARMS)
LARGEST_MEAN, LARGEST_SD = 10.0, 5.0
HOW = (
    "a prior of log informative missingness odds ratios is imor(mean, sd), imor(mean, sd, "
    "correlation) where those "
    "of the arms go together, or imor(treatment_mean=0, treatment_sd=1, control_mean=0, control_sd=1)"
)


def parse_imor(text: str) -> Imor:
    """Return the prior that a text states; raises ``ModelError``."""
    whole = FORM.fullmatch(text) if isinstance(text, str) else None
    if whole is None:
        raise ModelError(f"missing: found {quoted(text)}; {HOW}")
    numbers: dict[str, float] = {}
    for i, part in enumerate(each.strip() for each in whole["inside"].split(",")):
        key, _, value = part.partition("=") if "=" in part else (PLACES[min(i, 2)], "=", part)
        key = key.strip()
        if key not in KEYS or key in numbers or i >= len(KEYS) or not NUMBER.fullmatch(value.strip()):
            near = suggestion(key, KEYS) if key not in KEYS else ""
            raise ModelError(f"missing: found {quoted(part)} in {quoted(text)}{near}; {HOW}")
        numbers[key] = float(value)
    return _within(numbers, text)


def _within(numbers: Mapping[str, float], text: str) -> Imor:
    """Return the prior of numbers by key, each arm's own before those of both; raises ``ModelError``."""
    mean, sd = (
        tuple(numbers.get(f"{arm}_{what}", numbers.get(what, 0.0)) for arm in ("treatment", "control"))
        for what in ("mean", "sd")
    )
    correlation = numbers.get("correlation", 0.0)
    if (
        max(map(abs, mean)) > LARGEST_MEAN
        or not 0 <= min(sd) <= max(sd) <= LARGEST_SD
        or abs(correlation) > 1
    ):
        raise ModelError(
            f"missing: found {quoted(text)}; a mean lies between -{LARGEST_MEAN:g} and "
            f"{LARGEST_MEAN:g}, a standard "
            f"deviation between 0 and {LARGEST_SD:g}, the correlation between -1 and 1"
        )
    return Imor((mean[0], mean[1]), (sd[0], sd[1]), correlation)


def imor_text(imor: Imor) -> str:
    """Return a prior as the text that gives it back."""
    (m1, m0), (s1, s0), c = imor
    end = f", {c!r}" if c else ""
    if (m1, s1) == (m0, s0):
        return _short(f"imor({m1!r}, {s1!r}{end})")
    end = f", correlation={c!r}" if c else ""
    each = zip(ARMS, (m1, s1, m0, s0), strict=True)
    return _short(f"imor({', '.join(f'{key}={value!r}' for key, value in each)}{end})")


def _short(text: str) -> str:
    return re.sub(r"\.0\b", "", text)


class WithMissing(Binomial):
    """Counts of both arms and how many people of each were not seen, the log IMORs averaged over their
    prior.
    """

    variants: ClassVar[tuple[Variant, ...]] = ()

    def __init__(self, imor: Imor) -> None:
        self.imor = imor
        self.words = replace(
            Binomial.words,
            clause=Binomial.words.clause
            + "; people whose outcome was not seen by their prior of log IMORs, "
            + imor_text(imor),
            sentence=(
                "The effect is of everybody randomised. Those who were seen follow a binomial "
                "distribution; the odds "
                "of those who were not are theirs times an informative missingness odds ratio, "
                "whose logarithm has "
                f"a normal prior in each arm, {imor_text(imor)}; the baseline log odds, "
                f"{{where}}, are integrated "
                "out, and zero cells are used as they are."
            ),
            sources=("white2008", *Binomial.words.sources),
        )

    def of_counts(self, counts: Counts) -> tuple[Array, Array]:
        """Return effects of everybody and their standard errors, by Taylor series."""
        y, s = zip(*(estimate(trial, self.imor) for trial in _trials(counts)), strict=True)
        return np.array(y), np.array(s)

    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return the log probability of the events among those who were seen, integrated against the
        baseline's prior and both log IMORs'.
        """
        fine, rough = np.empty((2, counts.r1.size, theta.shape[-1]))
        plain = np.array(
            [not (trial.treatment.missing or trial.control.missing) for trial in _trials(counts)]
        )
        theta = np.broadcast_to(theta, fine.shape)
        if plain.any():
            own = counts.take(plain)
            fine[plain], rough[plain] = super().curves(own, theta[plain], baselines, nodes)
        for i, trial in enumerate(_trials(counts)):
            if not plain[i]:
                parts = [
                    math.log(weight) + np.stack(curve(trial, theta[i], self.imor, part, nodes))
                    for weight, part in baselines.parts()
                ]
                fine[i], rough[i] = np.logaddexp.reduce(np.stack(parts), axis=0)
        return fine, rough

    def log_density(self, counts: Counts, seen: Seen) -> Array:
        """Return the log probability of the events at log odds of everybody, IMORs averaged out."""
        assert seen.log_odds is not None
        each = [
            log_likelihood(trial, (seen.log_odds[..., i, 0], seen.log_odds[..., i, 1]), self.imor)
            for i, trial in enumerate(_trials(counts))
        ]
        return np.stack(each, axis=-1)

    def free(self, observed: Observed) -> tuple[Array, Array | None, tuple[str, ...]]:
        """Refuse: nothing is replicated of people who were not seen."""
        _refuse("replicated data")

    def replicate(self, observed: Observed, seen: Seen, rng: np.random.Generator) -> NDArray[Any]:
        """Refuse, as ``free`` does."""
        _refuse("replicated data")

    def at_most(self, observed: Observed, seen: Seen, at: Array) -> Array:
        """Refuse, as ``free`` does."""
        _refuse("replicated data")

    def expected(self, observed: Observed, seen: Seen) -> Array:
        """Refuse, as ``free`` does."""
        _refuse("replicated data")

    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Refuse, as ``free`` does."""
        _refuse("simulated data")

    def draw_baselines(
        self, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
    ) -> Array:
        """Refuse: baselines are not drawn anew."""
        _refuse("draws of baselines")

    def sampler_data(self, counts: Counts, *, exact: bool) -> dict[str, Array | Whole]:
        """Return events, people seen and the share of those not seen, (K, 2) each, and the prior's
        numbers.
        """
        missing = _missing(counts)
        seen = np.stack([counts.n1, counts.n0], axis=1)
        lost = np.stack(missing, axis=1)
        return super().sampler_data(counts, exact=exact) | {
            "share_missing": lost / np.maximum(seen + lost, 1),
            "log_imor_mean": np.array(self.imor.mean),
            "log_imor_sd": np.array(self.imor.sd),
            "log_imor_correlation": np.array([self.imor.correlation]),
        }

    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Add log IMORs of both arms, and observe the events of those who were seen."""
        w = pm.Data("share_missing", data["share_missing"], dims=("study", "arm"))
        mean, sd, c = (pm.Data(name, data[name]) for name in IMOR_DATA)
        z = pm.Normal("log_imor_z", 0, 1, dims=("study", "arm"))
        other = c[0] * z[:, 0] + pm.math.sqrt(1 - c[0] ** 2) * z[:, 1]
        delta = mean + sd * pm.math.stack([z[:, 0], other], axis=1)
        # of k o^2 + (A - O B) o - O = 0 divided by the root of k, as in formulas.missing_outcomes.risks
        root_k = pm.math.exp(delta / 2)
        odds = pm.math.exp(pm.math.clip(log_odds, -FARTHEST, FARTHEST))
        middle = (1 - w) / root_k + w * root_k - odds * (w / root_k + (1 - w) * root_k)
        both = pm.math.sqrt(middle**2 + 4 * odds) + pm.math.abs(middle)
        of_seen = pm.math.switch(middle > 0, pm.math.log(2 * odds) - pm.math.log(both), pm.math.log(both / 2))
        super().add_term(pm, data, theta, of_seen - delta / 2)

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distributions of the events among those who were seen, and whose log odds these are."""
        treatment, control = place.formulas(theta)
        every = rf"\op{{logit}} \pi_{{1i}} = {treatment}, \quad \op{{logit}} \pi_{{0i}} = {control}"
        return (
            (
                r"r_{ki} \sim \op{Binomial}(n_{ki} - m_{ki}, p_{ki})",
                "events among those seen of arm k of study i",
            ),
            (
                r"\pi_{ki} = (1 - w_{ki}) p_{ki} + w_{ki} \op{logit}^{-1}(\op{logit} p_{ki} + \delta_{ki})",
                "the risk of everybody, a share w = m / n of them not seen",
            ),
            (every, "log odds of everybody"),
            (r"\delta_{ki} \sim \op{Normal}(a_k, b_k^2)", "log informative missingness odds ratios"),
        )


IMOR_DATA = ("log_imor_mean", "log_imor_sd", "log_imor_correlation")
FARTHEST = 60.0  # log odds that are told apart while sampling


@cache
def with_missing(text: str) -> WithMissing:
    """Return the likelihood under the prior that a text states."""
    return WithMissing(parse_imor(text))


def _refuse(what: str) -> Never:
    raise ModelError(
        f"missing: {what}: not of a model with people who were not seen; leave missing out, which "
        "analyses the "
        "available cases"
    )


def _missing(counts: Counts) -> tuple[Array, Array]:
    """Return how many people were not seen; raises ``ModelError`` where the way here has lost them."""
    if counts.missing is None:
        _refuse("an analysis of counts alone")
    return counts.missing


def _trials(counts: Counts) -> list[Trial]:
    """Return every trial's people, divided by its design effect."""
    d = np.broadcast_to(counts.design_effect, counts.r1.shape)
    m1, m0 = _missing(counts)
    rows = (np.stack([counts.r1, counts.n1, m1, counts.r0, counts.n0, m0]) / d).T
    return [Trial(People(*map(float, row[:3])), People(*map(float, row[3:]))) for row in rows]
