"""The binomial likelihood on the scales of risks: a log risk ratio, or a risk difference.

Both arms' events are binomial, as on the odds ratio scale, and the baseline is the same as there, the mean of
the arms' log odds, with the same prior. Half the log of the odds product as it is, it leaves both measures
free (Richardson, Robins & Wang 2017, J Am Stat Assoc 112:1121): the control arm's risk does not, since a risk
ratio is below 1 / p0 and a difference below 1 - p0, so that a prior of it would have to be cut anew for every
effect, and would favour some effects by where it is cut (Warn, Thompson & Spiegelhalter 2002, Stat Med
21:1601, cut the effects instead).
"""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.scales.two_risks import two_risks_twice
from bayes_ivig.likelihoods.baselines import Baselines, Place
from bayes_ivig.likelihoods.binomial import Binomial
from bayes_ivig.likelihoods.contract import Array, Variant, Whole
from bayes_ivig.likelihoods.scales import RISK_DIFFERENCE, RISK_RATIO, Scale
from bayes_ivig.likelihoods.two_risk_draws import draw_two_risks

SEEN = 5.0  # standard errors from a cusp to an estimate from which it can be seen


class TwoRisks(Binomial):
    """Counts of both arms, whose risks have a ratio or a difference theta."""

    variants: ClassVar[tuple[Variant, ...]] = ()

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        name = scale.measure.name
        how = f"have the {name} exp(θ)" if scale.measure.log else f"differ by θ, the trial's own {name}"
        self.words = replace(
            Binomial.words,
            sentence=(
                f"The events of both arms of a trial follow binomial distributions whose risks {how}; "
                "the baseline log odds, {where}, are integrated out, and zero cells are used as they are."
            ),
            sources=("richardson2017", "warn2002"),
        )

    def curves(self, counts: Counts, theta: Array, baselines: Baselines, nodes: int) -> tuple[Array, Array]:
        """Return the log probability of both arms' events, integrated against every part
        of the baseline prior.
        """
        half = self.scale.half
        assert half is not None
        return baselines.averaged(lambda part: two_risks_twice(counts, theta, part, nodes, half))

    def cusps(self, counts: Counts) -> NDArray[np.bool_]:
        """Mark trials with only events in an arm; of a difference those without events in one, too.

        Where both risks are best at 1, or at 0, any other theta moves one of them away from there: a curve
        like exp(-n |theta|), but for the prior of the mean log odds. With few others in the other arm it has
        a bend of higher order. Of a trial whose estimate is far from 0 it cannot be seen.
        """
        y, s = self.estimates(counts)
        only = (counts.r1 == counts.n1) | (counts.r0 == counts.n0)
        none = (counts.r1 == 0) | (counts.r0 == 0)
        return np.asarray((np.abs(y) < SEEN * s) & (only if self.scale.measure.log else only | none))

    def falls(self, counts: tuple[float, float, float, float], baselines: Baselines) -> tuple[bool, bool]:
        """Return whether a curve falls: only none against all events levels off.

        The prior of the mean log odds bounds both arms, as on the odds ratio scale.
        """
        r1, n1, r0, n0 = counts
        return r1 > 0 or r0 < n0, r1 < n1 or r0 > 0

    def simulate(
        self, truth: tuple[Array, Array], arms: Whole, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Draw both arms' events."""
        theta, alpha = truth
        assert self.scale.half is not None
        w, _ = self.scale.half(theta, alpha)
        treated, control = (1 / (1 + np.exp(-log_odds)) for log_odds in (alpha + w, alpha - w))
        return rng.binomial(arms[0], treated), rng.binomial(arms[1], control)

    def draw_baselines(
        self, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
    ) -> Array:
        """Draw baselines given effects and the events of both arms."""
        assert self.scale.half is not None
        return draw_two_risks(counts.effective(), theta, (baselines, self.scale.half), rng)

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distributions of both arms' events, and how their risks follow from the effect."""
        effect = (
            rf"\op{{log}} p_{{1i}} - \op{{log}} p_{{0i}} = {theta}"
            if self.scale.measure.log
            else rf"p_{{1i}} - p_{{0i}} = {theta}"
        )
        return (
            (r"r_{0i} \sim \op{Binomial}(n_{0i}, p_{0i})", "events of the control arm of study i"),
            (r"r_{1i} \sim \op{Binomial}(n_{1i}, p_{1i})", "events of the treatment arm"),
            (effect, f"the {self.scale.measure.scale} of study i"),
            (
                r"(\op{logit} p_{1i} + \op{logit} p_{0i}) / 2 = \alpha_i",
                "its baseline: the mean of the arms' log odds, which leaves the effect free",
            ),
        )


ON = {scale.measure.code: TwoRisks(scale) for scale in (RISK_RATIO, RISK_DIFFERENCE)}
