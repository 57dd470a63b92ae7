"""Every kind of model in words: what is assumed, in equations and in a line each,
written from the model that was used.
"""

import math
from typing import assert_never

from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import CUMULATIVE, UNIFORM, Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.scales import RATE_RATIO
from bayes_ivig.priors.composite import Prior, described
from bayes_ivig.priors.correlation import LKJ
from bayes_ivig.reporting.wording import numbers

LOG_ODDS = "log odds"


def assumed(model: AnyModel, people: str = "people", *, counted: bool = True) -> list[str]:
    """Return the detail lines of a fit: likelihood, what varies between studies, then one line per prior."""
    return [
        *structure(model, people, counted=counted),
        *(f"{name} ~ {shown(getattr(model, name))}{remark}" for name, remark in priors(model)),
    ]


def priors(model: AnyModel) -> list[tuple[str, str]]:
    """Return the parameters that have a prior under this model, each with what must be said of it."""
    if not isinstance(model, Model):
        return [(name, "") for name in model.PRIORS if name not in _unused(model)]
    used = [("mu", "")] + [("tau", "")] * model.heterogeneous
    what = model.baselines.place.what.replace(LOG_ODDS, level(model))
    return used + [("alpha", f", the {what}")] * model.has_baseline


def level(model: Model) -> str:
    """Return what a baseline is: log odds, or the log rate of events in person-time."""
    return "log rate" if model.family.scale is RATE_RATIO else LOG_ODDS


def _unused(model: AnyModel) -> set[str]:
    """Return the priors that this model has no use for."""
    match model:
        case MetaRegression() | BiasAdjusted() | PetPeese():
            unused = set() if model.two_arm.has_baseline else {"alpha"}
            unused |= set() if model.two_arm.heterogeneous else {"tau"}
            return unused | ({"beta_scale"} if getattr(model, "shrinkage", "") == "stated" else set())
        case JointOutcome():
            return set() if model.correlated else {"rho"}
        case _:
            return set()


def shown(prior: Prior | LKJ) -> str:
    """Return the text of a prior; a library entry also shows what it resolves to."""
    return str(prior) if isinstance(prior, LKJ) else described(prior)


def structure(model: AnyModel, people: str = "people", *, counted: bool = True) -> list[str]:
    """Return what is assumed apart from priors: one line each on the likelihood, on the studies' effects,
    on what else varies. ``people`` is what those in a study are called.
    """
    match model:
        case Model():
            return [
                f"likelihood: {likelihood_text(model, counted=counted)}",
                f"study effects: {effects_text(model)}",
            ]
        case RandomBaselines():
            return [
                "likelihood: binomial in each arm; zero cells used as they are",
                "study effects: normal around mu with SD tau",
                f"baselines: the {PLACES[model.baseline].what} varies normally between studies, "
                "with mean nu and SD omega",
                "studies inform each other's baselines, so part of the answer is not protected "
                "by randomisation",
            ]
        case Bivariate():
            return [
                "likelihood: binomial in each arm; zero cells used as they are",
                "studies: log odds of control and treatment vary as a bivariate normal, with means "
                "nu_control and nu_treatment = nu_control + mu, SDs omega_control and omega_treatment, "
                "and correlation rho",
                "tau is implied: tau^2 = omega_control^2 + omega_treatment^2 - 2 rho omega_control "
                "omega_treatment",
                "studies inform each other's risks, so part of the answer is not protected by randomisation",
            ]
        case BetaBinomial():
            return _beta_binomial(model)
        case PetPeese() | Selection():
            return _by_size(model) if isinstance(model, PetPeese) else _selected(model)
        case MetaRegression() | BiasAdjusted() | JointOutcome():
            return _richer(model, people)
        case _:
            assert_never(model)


def _beta_binomial(model: BetaBinomial) -> list[str]:
    """Return the same for arms that are not paired."""
    each = (
        "one overdispersion phi"
        if model.dispersion == "common"
        else "an overdispersion phi for each treatment"
    )
    return [
        "likelihood: beta-binomial, the risk of each arm drawn around its treatment's mean risk, "
        f"with {each}",
        "mu: the log ratio of the odds of the two mean risks, averaged over studies, "
        "not that within a typical study",
        "tau is implied: SD between studies of the log odds ratio of two arms, each arm's risk drawn apart",
        "arms are not paired within studies, so the answer is not protected by randomisation",
    ]


def _by_size(model: PetPeese) -> list[str]:
    """Return the same for effects that move with the size of the study."""
    what = "standard error" if model.form == "pet" else "squared standard error"
    return [
        f"likelihood: {likelihood_text(model.two_arm)}",
        f"study effects: {effects_text(model.two_arm)}, moved by slope times the study's {what} in the "
        "favoured direction; mu is the limit of a study without end",
    ]


def _selected(model: Selection) -> list[str]:
    """Return the same for publication by p-value."""
    plain = model.two_arm
    return [
        f"likelihood: {likelihood_text(plain)}",
        f"study effects: {effects_text(plain)}",
        f"published: by the p-value of each trial ({P_VALUES[model.test]}, {sided(model)}), cut at "
        f"{', '.join(map(numbers.stated, model.steps))}; weights are relative to the most significant "
        "interval's, 1",
        f"weights: {weights_text(model)}",
    ]


P_VALUES = {
    "wald": "Wald test of the effect, 0.5 added to every cell of a trial with a zero cell",
    "score": "Pearson's test without correction",
    "fisher": "Fisher's exact test",
}


def sided(model: Selection) -> str:
    """Return on which side a p-value is small."""
    if model.side == "two":
        return "two-sided"
    favoured = {"": "towards benefit", "above": "towards larger effects", "below": "towards smaller effects"}
    return f"one-sided {favoured[model.direction]}"


def weights_text(model: Selection) -> str:
    """Return what is assumed of the weights of the later intervals."""
    if model.weights == UNIFORM:
        return "uniform between 0 and 1, each on its own"
    if model.weights == CUMULATIVE:
        return "sums of shares with a Dirichlet(1, ..., 1) prior, which never rise with the p-value"
    return f"fixed at {', '.join(map(numbers.stated, model.fixed or ()))}"


def _richer(model: MetaRegression | BiasAdjusted | JointOutcome, people: str) -> list[str]:
    """Return the same for models of characteristics, of bias and of two outcomes."""
    match model:
        case MetaRegression():
            learned = ", in units of their common scale beta_scale" if model.shrinkage == "learned" else ""
            return [
                f"likelihood: {likelihood_text(model.two_arm)}",
                "study effects: normal with SD tau around mu + x beta, x being the study's "
                f"{', '.join(model.covariates)}",
                f"coefficients: one prior for each{learned}; a numeric covariate counts in SDs, "
                "a level against its reference",
                "studies differ in more than is listed here: a coefficient compares studies, "
                f"not {people} within a study",
            ]
        case BiasAdjusted():
            flagged = (
                f"{model.flag_column} not {' or '.join(model.unflagged_values)}" if model.flag_column else ""
            )
            return [
                f"likelihood: {likelihood_text(model.two_arm)}",
                "study effects: normal around mu with SD tau",
                f"bias: added in trials flagged ({flagged or ', '.join(model.flagged)}), "
                "normal around beta0 with SD kappa",
            ]
        case JointOutcome():
            together = "correlated with rho" if model.correlated else "independent of each other"
            return [
                "likelihood: binomial, for live births among pregnancies and "
                "for preterm births among live births",
                f"baselines: alpha and alpha_preterm, each the {PLACES[model.baseline].what}",
                "preterm births count only in studies where they are known in both arms; "
                "live births everywhere",
                f"study effects: normal around mu and mu_preterm with SD tau and tau_preterm, {together}",
            ]
        case _:
            assert_never(model)


def effects_text(model: Model) -> str:
    """Return one clause on how study effects vary."""
    if not model.heterogeneous:
        return "one common effect (tau = 0)"
    if math.isfinite(df := model.degrees_of_freedom):
        return f"Student-t with {numbers.stated(df)} degrees of freedom around mu, tau being its scale"
    return "normal around mu with SD tau"


def likelihood_text(model: Model, *, counted: bool = True) -> str:
    """Return one clause on the likelihood and, where any trial is ``counted``, on what it does with zero
    cells.
    """
    clause = model.family.words.clause
    if counted or not model.uses_estimates:
        return clause
    return f"{clause.partition(';')[0]}; estimates and standard errors as given"
