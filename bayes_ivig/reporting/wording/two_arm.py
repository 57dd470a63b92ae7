"""A model in words and equations, written from the model that was used."""

import math

from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.measures import OR, measure_of
from bayes_ivig.priors.composite import described
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.equations import equations_of
from bayes_ivig.reporting.wording.models import level, likelihood_text

PARAMETERS = {
    "mu": "pooled {scale} (mu)",
    "tau": "between-study SD of the {scale}s (tau)",
    "alpha": "baseline log odds of each study (alpha)",
}

# in tables and figures; names are for code
GREEK = {"mu": "μ", "tau": "τ", "alpha": "\N{GREEK SMALL LETTER ALPHA}"}

# By the distribution of study effects: normal, Student-t, none.
SHORT = ("random effects", "Student-t effects ({df} degrees of freedom)", "one common effect")
DETAIL = (
    "normal around μ with SD τ",
    "Student-t around μ with scale τ and {df} degrees of freedom",
    "one common effect, τ = 0",
)
SENTENCE = (
    "Effects of trials vary normally around the pooled {scale} μ with standard deviation τ.",
    "Effects of trials vary around the pooled {scale} μ as a Student-t with scale τ "
    "and {df} degrees of freedom.",
    "All trials share one {scale} μ.",
)


def used_priors(model: Model) -> tuple[str, ...]:
    """Return the parameters that have a prior under this model."""
    names = ["mu"]
    if model.heterogeneous:
        names.append("tau")
    if model.has_baseline:
        names.append("alpha")
    return tuple(names)


def short(model: Model) -> str:
    """Return the model in brackets of the first sentence: likelihood, effects, priors of mu and tau."""
    priors = [f"{name} ~ {described(getattr(model, name))}" for name in used_priors(model) if name != "alpha"]
    return f"{model.likelihood} likelihood, {_by_effects(model, SHORT)}, {', '.join(priors)}"


def parameter(model: Model, name: str) -> str:
    """Return what a parameter is: ``pooled log odds ratio (mu)``."""
    return PARAMETERS[name].format(scale=measure_of(model.measure or OR.code).scale)


def prior_line(model: Model) -> str:
    """Return all priors in one line."""
    return "; ".join(f"{GREEK[name]} ~ {described(getattr(model, name))}" for name in used_priors(model))


def details(model: Model) -> tuple[str, str]:
    """Return the two detail lines that every Bayesian number is followed by:
    likelihood with study effects, and priors.
    """
    likelihood = f"Likelihood: {likelihood_text(model)}; study effects: {_by_effects(model, DETAIL)}."
    return likelihood, f"Priors: {prior_line(model)}{baseline(model)}."


def baseline(model: Model) -> str:
    """Return where the baseline log odds stand."""
    if not model.has_baseline:
        return ""
    return f", {GREEK['alpha']} (baseline {level(model)}) {model.baselines.place.where}"


def equations(model: Model) -> str:
    """Return the model as equations in plain text, one line each."""
    return "\n".join(equation.plain for equation in equations_of(model))


def _by_effects(model: Model, texts: tuple[str, str, str]) -> str:
    """Choose among the texts for normal, Student-t and common effects."""
    scale, df = measure_of(model.measure or OR.code).scale, model.degrees_of_freedom
    if not model.heterogeneous:
        return texts[2].format(scale=scale)
    if math.isfinite(df):
        return texts[1].format(df=numbers.stated(df), scale=scale)
    return texts[0].format(scale=scale)


def in_words(model: Model) -> str:
    """Return the methods paragraph: what is modelled, how it is computed, what is quoted."""
    arms = model.family.settled(model.family.words.sentence, model.baselines.place)
    return (
        f"{arms} {_by_effects(model, SENTENCE)} Posteriors are computed by numerical integration on grids of "
        "θ, μ and τ, without sampling, so a repetition gives the same digits. Quoted are posterior medians "
        "with central 95% credible intervals."
    )
