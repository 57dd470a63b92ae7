"""The models that a report compares, in words: a short name each, and what is different about it."""

import unicodedata
from typing import assert_never

from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.contract import Variant
from bayes_ivig.likelihoods.registry import every
from bayes_ivig.reporting.wording import models as families
from bayes_ivig.reporting.wording import phrases

NAMES = {
    "reference": "Reference model",
    "random": "Normal random effects",
    "student_t": "Student-t effects",
    "common": "One common effect",
    "random_baselines": "Exchangeable baselines",
    "bivariate": "Bivariate, risks of both arms",
    "beta_binomial": "Beta-binomial",
    "beta_binomial_by_treatment": "Beta-binomial, two overdispersions",
    "meta_regression": "Meta-regression, at randomised trials",
    "bias_adjusted": "Bias model, trials not randomised",
}
EFFECTS = {
    "random": "effects of trials vary normally around the pooled log odds ratio",
    "student_t": (
        "effects of trials vary as a Student-t with 4 degrees of freedom, so that a trial far from the "
        "others pulls less; τ is its scale"
    ),
    "common": "every trial has the same odds ratio, τ is 0",
}
GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")
    for name in ("alpha", "beta", "kappa", "mu", "nu", "omega", "phi", "rho", "tau")
}
OWN = ("mu", "tau", "alpha")  # priors taken over from the reference model


def model_name(code: str) -> str:
    """Return the short name of a model in a report's tables."""
    own = _variants().get(code)
    return own.title if own else NAMES.get(code, phrases.first_upper(code.replace("_", " ")))


def explained(code: str, model: AnyModel) -> str:
    """Return what is different about a model, in a sentence,
    with the priors that the reference model does not have.
    """
    text = _exact(code) if isinstance(model, Model) else _structure(model)
    further = [
        f"{_symbol(name)} ~ {families.shown(getattr(model, name))}"
        for name, _ in families.priors(model)
        if name not in OWN
    ]
    rest = f" Its own priors: {phrases.series(further)}." if further and not isinstance(model, Model) else ""
    if "lkj" in rest:
        rest = f"{rest} LKJ: a prior of a correlation, here mildly in favour of none."
    return f"{model_name(code)}: {text}.{rest}"


def _exact(code: str) -> str:
    """Return what is different about an exact model: its likelihood, or the distribution of effects."""
    own = _variants().get(code)
    return own.explained if own else EFFECTS[code]


def _variants() -> dict[str, Variant]:
    return {each.code: each for one in every() for each in one.variants}


def _symbol(name: str) -> str:
    """Return a parameter in Greek: ``omega_control`` as ω of the control arm."""
    letter, _, arm = name.partition("_")
    symbol = GREEK.get(letter.rstrip("0"), letter) + ("\N{SUBSCRIPT ZERO}" if letter.endswith("0") else "")
    return (
        f"{symbol} of the {arm} arm"
        if arm in ("control", "treatment")
        else symbol + (f" ({arm})" if arm else "")
    )


def _structure(model: AnyModel) -> str:
    """Return what one kind of sampled model assumes in place of the reference model."""
    match model:
        case RandomBaselines():
            place = PLACES[model.baseline].whose
            return (
                f"baselines of trials, {place}, come from one normal distribution, "
                "so that trials inform each other's"
            )
        case Bivariate():
            return (
                "log odds of both arms vary between trials as a bivariate normal, "
                "so that effects may go with risks; τ is implied"
            )
        case BetaBinomial():
            common = model.dispersion == "common"
            spread = "one spread" if common else "a spread of its own for each treatment"
            return (
                f"the risk in each arm comes from a beta distribution, with {spread}; arms are not paired "
                "within trials, the odds ratio is that of the two mean risks, and τ is implied"
            )
        case MetaRegression():
            stated = (map(phrases.name, (name, str(value))) for name, value in model.references)
            whose = phrases.series([" = ".join(pair) for pair in stated]) or "the references"
            return (
                f"effects depend on the column {phrases.names(model.covariates)}; the odds ratio is that of "
                f"trials with {whose}, and leans on the others as far as the prior of "
                "\N{GREEK SMALL LETTER BETA} keeps designs alike"
            )
        case BiasAdjusted():
            unflagged = " or ".join(map(phrases.name, model.unflagged_values))
            return (
                f"trials whose {phrases.name(model.flag_column)} is not {unflagged} show their effect and a "
                "bias of unknown size and direction; the odds ratio is free of as much of it "
                "as its priors allow"
            )
        case Model() | JointOutcome() | PetPeese() | Selection():
            raise TypeError(type(model).__name__)
        case _:
            assert_never(model)
