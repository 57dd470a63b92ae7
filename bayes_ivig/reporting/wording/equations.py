"""Every kind of model in equations, written from the model that was used."""

import math
from dataclasses import dataclass
from typing import assert_never

from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.files import AnyModel
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import CUMULATIVE, UNIFORM, Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.binomial import LIKELIHOOD as BINOMIAL
from bayes_ivig.likelihoods.binomial import arm_equation
from bayes_ivig.measures import OR, measure_of
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.formula import Formula, quoted
from bayes_ivig.reporting.wording.models import priors, shown

SYMBOLS = {
    "mu": r"\mu", "tau": r"\tau", "alpha": r"\alpha_i", "nu": r"\nu", "omega": r"\omega", "phi": r"\phi",
    "rho": r"\rho", "nu_control": r"\nu_0", "omega_control": r"\omega_0", "omega_treatment": r"\omega_1",
    "beta": r"\beta_j", "beta_scale": r"\sigma_\beta", "beta0": r"\beta_0", "kappa": r"\kappa",
    "slope": "b", "mu_preterm": r"\mu^*", "tau_preterm": r"\tau^*", "alpha_preterm": r"\alpha^*_i",
}  # fmt: skip


@dataclass(frozen=True)
class Equation:
    """A formula with what its new symbols mean."""

    formula: Formula
    meaning: str = ""

    @property
    def plain(self) -> str:
        """The formula and its meaning as one line of text."""
        return f"{self.formula.plain}, {self.meaning}" if self.meaning else self.formula.plain


def equations_of(model: AnyModel) -> tuple[Equation, ...]:
    """Return a model as equations: likelihood, studies, then its priors."""
    return (*_structure(model), *_priors(model))


def _of(source: str, meaning: str = "") -> Equation:
    return Equation(Formula(source), meaning)


def _priors(model: AnyModel) -> tuple[Equation, ...]:
    lines = []
    for name, _ in priors(model):
        symbol, prior = SYMBOLS[name], quoted(shown(getattr(model, name)))
        if isinstance(model, BetaBinomial) and model.dispersion != "common" and name == "phi":
            symbol = r"\phi_0, \phi_1"
        if name == "beta" and isinstance(model, MetaRegression) and model.shrinkage == "learned":
            symbol = "u_j"
        lines.append(_of(rf"{symbol} \sim {prior}"))
    return tuple(lines)


def _structure(model: AnyModel) -> tuple[Equation, ...]:
    match model:
        case Model():
            spread = _effects(model)
            return (
                *_likelihood(model, r"\theta_i"),
                _of(rf"\theta_i {spread}", f"the {measure_of(model.measure or OR.code).scale} of study i"),
                _of(rf"\theta_{{\op{{new}}}} {spread}", "the effect in a new study"),
            )
        case RandomBaselines() | Bivariate() | BetaBinomial():
            return _arms(model)
        case MetaRegression():
            return _meta_regression(model)
        case BiasAdjusted():
            return _bias_adjusted(model)
        case JointOutcome():
            return _joint(model)
        case PetPeese() | Selection():
            return _by_size(model) if isinstance(model, PetPeese) else _selected(model)
        case _:
            assert_never(model)


def _arms(model: RandomBaselines | Bivariate | BetaBinomial) -> tuple[Equation, ...]:
    """Return the structure of a model in which the risks of the arms vary by a distribution of their own."""
    match model:
        case RandomBaselines():
            return (
                *_binomial(model.baseline),
                _of(r"\theta_i \sim \op{Normal}(\mu, \tau^2)", "the log odds ratio of study i"),
                _of(
                    r"\alpha_i \sim \op{Normal}(\nu, \omega^2)",
                    "its baseline, drawn like those of the other studies",
                ),
            )
        case Bivariate():
            return _bivariate()
        case BetaBinomial():
            return _beta_binomial(model)
        case _:
            assert_never(model)


def _effects(model: Model, mean: str = r"\mu") -> str:
    if not model.heterogeneous:
        return f"= {mean}"
    if math.isfinite(df := model.degrees_of_freedom):
        return rf"\sim \op{{Student-t}}({numbers.stated(df)}, {mean}, \tau)"
    return rf"\sim \op{{Normal}}({mean}, \tau^2)"


def _likelihood(model: Model, theta: str) -> tuple[Equation, ...]:
    """Return the likelihood of a two-arm model for a study whose log odds ratio is ``theta``."""
    return tuple(_of(*each) for each in model.family.equations(theta, model.baselines.place))


def _binomial(baseline: str) -> tuple[Equation, ...]:
    return tuple(_of(*each) for each in BINOMIAL.equations(r"\theta_i", PLACES[baseline]))


def _bivariate() -> tuple[Equation, ...]:
    return (
        _of(*arm_equation(1, r"\gamma_{0i}")),
        _of(*arm_equation(0, r"\gamma_{1i}")),
        _of(
            r"(\gamma_{0i}, \gamma_{1i}) \sim \op{Normal}_2((\nu_0, \nu_0 + \mu), \Sigma)",
            "the log odds of both arms of study i, with standard deviations omega and correlation rho",
        ),
        _of(
            r"\tau^2 = \omega_0^2 + \omega_1^2 - 2 \rho \omega_0 \omega_1",
            "the heterogeneity that this implies",
        ),
    )


def _beta_binomial(model: BetaBinomial) -> tuple[Equation, ...]:
    control, treatment = (r"\phi", r"\phi") if model.dispersion == "common" else (r"\phi_0", r"\phi_1")
    return (
        _of(
            rf"r_{{0i}} \sim \op{{BetaBinomial}}(n_{{0i}}, p_0/{control}, (1-p_0)/{control})",
            "events of the control arm of study i",
        ),
        _of(
            rf"r_{{1i}} \sim \op{{BetaBinomial}}(n_{{1i}}, p_1/{treatment}, (1-p_1)/{treatment})",
            "events of the treatment arm",
        ),
        _of(r"p_0 = \op{logit}^{-1}(\nu)", "the mean risk under control"),
        _of(r"p_1 = \op{logit}^{-1}(\nu + \mu)", "the mean risk under treatment"),
    )


def _meta_regression(model: MetaRegression) -> tuple[Equation, ...]:
    covariates = f"xᵢⱼ, the characteristics of study i: {', '.join(model.covariates)}"
    learned = (
        (_of(r"\beta_j = \sigma_\beta \cdot u_j", "coefficients that shrink together"),)
        if model.shrinkage == "learned"
        else ()
    )
    effect = rf"\theta_i {_effects(model.two_arm, r'\mu + \sum_j x_{ij} \beta_j')}"
    return (*_likelihood(model.two_arm, r"\theta_i"), _of(effect, covariates), *learned)


def _bias_adjusted(model: BiasAdjusted) -> tuple[Equation, ...]:
    return (
        *_likelihood(model.two_arm, r"\theta_i + f_i b_i"),
        _of(r"\theta_i \sim \op{Normal}(\mu, \tau^2)", "the log odds ratio of study i without bias"),
        _of(
            r"b_i \sim \op{Normal}(\beta_0, \kappa^2)", "its bias; fᵢ is 1 in flagged studies and 0 in others"
        ),
    )


def _by_size(model: PetPeese) -> tuple[Equation, ...]:
    what = "standard error" if model.form == "pet" else "squared standard error"
    spread = _effects(model.two_arm, r"\mu + d \cdot b \cdot x_i")
    return (
        *_likelihood(model.two_arm, r"\theta_i"),
        _of(
            rf"\theta_i {spread}",
            f"xᵢ the {what} of study i, d = 1 or -1 the direction that is favoured, b the slope",
        ),
    )


def _selected(model: Selection) -> tuple[Equation, ...]:
    plain = model.two_arm
    cuts = ", ".join(map(numbers.stated, model.steps))
    if model.weights == UNIFORM:
        weights = [_of(r"\omega_j \sim \op{Uniform}(0, 1)", "the weights after the first, which is 1")]
    elif model.weights == CUMULATIVE:
        weights = [
            _of(
                r"\omega_j = \sum_{k \ge j} \eta_k",
                "weights that never rise with the p-value; the first is 1",
            ),
            _of(r"\eta \sim \op{Dirichlet}(1, ..., 1)", "shares of the intervals"),
        ]
    else:
        weights = [_of(r"\omega = " + f"({', '.join(map(numbers.stated, model.fixed or ()))})", "stated")]
    return (
        *_likelihood(plain, r"\theta_i"),
        _of(rf"\theta_i {_effects(plain)}", "the effect of study i, published or not"),
        _of(
            r"\op{Pr}(\text{published} \mid p_i \text{ in interval } j) \propto \omega_j",
            f"pᵢ the p-value of study i; intervals end at {cuts}",
        ),
        *weights,
    )


def _joint(model: JointOutcome) -> tuple[Equation, ...]:
    late = r"r^*_{%si} \sim \op{Binomial}(r_{%si}, \op{logit}^{-1}(%s))"
    together = r"(\theta_i, \theta^*_i) \sim \op{Normal}_2((\mu, \mu^*), \Sigma)"
    spread = (
        "with standard deviations tau and "
        f"tau*{' and correlation rho' if model.correlated else ', independent of each other'}"
    )
    treatment, control = PLACES[model.baseline].formulas(r"\theta^*_i", r"\alpha^*_i")
    return (
        *_binomial(model.baseline),
        _of(late % ("0", "0", control), "preterm among the live births of the control arm"),
        _of(late % ("1", "1", treatment), "preterm among the live births of the treatment arm"),
        _of(together, f"the log odds ratios of live birth and of preterm birth of study i, {spread}"),
    )
