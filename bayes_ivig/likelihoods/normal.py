"""The normal likelihood: the observed effect is normal around the study's own, its standard error known."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from bayes_ivig.formulas import likelihood
from bayes_ivig.likelihoods.baselines import Place
from bayes_ivig.likelihoods.contract import Array, Variant, Words
from bayes_ivig.likelihoods.estimates import OfEstimates
from bayes_ivig.likelihoods.scales import ODDS_RATIO, OF_COUNTS, RATE_RATIO, SCALES, Scale


class Normal(OfEstimates):
    """Estimates, 0.5 added to every cell of a study with a zero cell."""

    name = "normal"
    has_page_curve = True
    words = Words(
        clause=(
            "normal on the log odds ratio; 0.5 added to every cell of a study with a zero cell, "
            "double-zero studies dropped"
        ),
        sentence=(
            "The observed log odds ratio of a trial is normal around its own log odds ratio θ with the "
            "standard error taken as known; 0.5 is added to every cell of a trial with a zero cell."
        ),
        sources=("higgins2009",),
        simulated="data: estimates drawn around the effects with given standard errors, no counts",
        design_effect="standard error times the root",
    )
    variants = (
        Variant(
            "normal",
            {},
            "Normal on the log odds ratio",
            "observed log odds ratios with their standard errors taken as known; 0.5 is added to every cell "
            "of a trial that has a zero cell, and trials with no events or only events drop out",
        ),
    )

    def __init__(self, scale: Scale = ODDS_RATIO) -> None:
        super().__init__(scale)
        if scale is ODDS_RATIO:
            return
        on = scale.measure.scale
        # studies without events have no odds ratio and no risk ratio, but a difference
        self.keeps_uninformative = not scale.measure.log
        dropped = "" if self.keeps_uninformative else ", double-zero studies dropped"
        corrected = f"; 0.5 added to every cell of a study with a zero cell{dropped}"
        sentence = Normal.words.sentence.replace("log odds ratio", on)
        if scale.measure.code not in OF_COUNTS and scale is not RATE_RATIO:  # there are no cells to add to
            corrected, sentence = ", standard errors taken as known", f"{sentence.partition(';')[0]}."
        self.words = replace(Normal.words, clause=f"normal on the {on}{corrected}", sentence=sentence)

    def curve(self, estimate: Array, standard_error: Array, theta: Array) -> Array:
        """Return the normal log density of each estimate."""
        return likelihood.normal(estimate, standard_error, theta)

    def below(self, distance: Array) -> Array:
        """Return the normal distribution function."""
        return np.asarray(special.ndtr(distance))

    def draw(self, theta: Array, standard_error: Array, rng: np.random.Generator) -> Array:
        """Draw normal estimates."""
        return np.asarray(rng.normal(theta, standard_error))

    def averaged(self, estimate: Array, standard_error: Array, mean: Array, sd: Array) -> Array:
        """Return the log density of a normal distribution with both variances."""
        both = np.hypot(standard_error, sd)
        return np.asarray(-0.5 * ((estimate - mean) / both) ** 2 - np.log(both) - 0.5 * np.log(2 * np.pi))

    def add_term(self, pm: Any, data: Mapping[str, Any], theta: Any, log_odds: Any) -> None:
        """Observe normal estimates."""
        error = pm.Data("standard_error", data["standard_error"], dims="study")
        y = pm.Data("log_odds_ratio", data["log_odds_ratio"], dims="study")
        pm.Normal("estimate", theta, error, observed=y, dims="study")

    def equations(self, theta: str, place: Place) -> tuple[tuple[str, str], ...]:
        """Return the distribution of y, the estimate."""
        meaning = f"the observed {self.scale.measure.scale} of study i with its standard error"
        return ((rf"y_i \sim \op{{Normal}}({theta}, s_i^2)", meaning),)


LIKELIHOOD = Normal()
ON = {code: Normal(scale) for code, scale in SCALES.items()}
