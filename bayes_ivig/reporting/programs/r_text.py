"""A posterior as scripts of R: brms, bayesmeta, and metafor, which is classical."""

import math

from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import Normal, Uniform
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.priors.shared import number
from bayes_ivig.reporting.programs.densities_text import IN_R, STAN, arguments
from bayes_ivig.reporting.programs.stated_text import Stated, head, r_numbers, refused, texts, unheld

INVERSE_GAMMA = """dinvgamma <- function(x, shape, scale) {
  exp(shape * log(scale) - lgamma(shape) - (shape + 1) * log(x) - scale / x)
}"""


def brms_script(stated: Stated) -> str:
    """Return a script for brms: arms as rows, or estimates with standard errors; raises ``ModelError``."""
    if stated.model.family.conditions_on_events:
        raise refused(
            "brms", "counts given all events of a trial", "binomial or normal likelihoods; stan does"
        )
    if math.isfinite(stated.model.degrees_of_freedom):
        raise refused("brms", "Student-t effects of stated degrees of freedom", "normal effects; stan does")
    data, formula, family, effect = _of_estimates(stated) if stated.events is None else _of_arms(stated)
    priors = [f"prior({_brms(stated.alpha, 'alpha')}, class = b)"] if stated.events is not None else []
    priors.append(f'prior({_brms(stated.mu, "mu")}, class = b, coef = "{effect}")')
    if stated.tau is not None:
        priors.append(f"prior({_brms(stated.tau, 'tau')}, class = sd)")
    quantity = "exp(draws)" if stated.posterior.measure.log else "draws"
    return "\n".join(
        [
            *head(stated, ("Run in R with brms.",)),
            "library(brms)",
            "",
            *data,
            f"priors <- c({', '.join(priors)})",
            "fit <- brm(",
            f"  {formula}, family = {family}, data = trials, prior = priors,",
            "  seed = 1, chains = 4, iter = 3500, warmup = 1000, control = list(adapt_delta = 0.99)",
            ")",
            "print(summary(fit))",
            f'draws <- as.data.frame(fit)[["b_{effect}"]]',
            f"print(quantile({quantity}, c(0.5, 0.025, 0.975)))",
            "",
        ]
    )


type Parts = tuple[list[str], str, str, str]  # data, formula, family, and the coefficient that is the effect


def _of_estimates(stated: Stated) -> Parts:
    data = ["trials <- data.frame(", f"  study = c({texts(stated.studies)}),"]
    data += [f"  y = {r_numbers(stated.estimates)},", f"  se = {r_numbers(stated.errors)}", ")"]
    formula = "y | se(se) ~ 0 + Intercept" + (" + (1 | study)" if stated.tau is not None else "")
    return data, formula, "gaussian()", "Intercept"


def _of_arms(stated: Stated) -> Parts:
    (r1, r0), (n1, n0) = stated.counts()
    treated, control = ("0.5", "-0.5") if stated.midway else ("1", "0")
    data = ["trials <- data.frame(", f"  study = factor(rep(c({texts(stated.studies)}), 2)),"]
    data += [f"  events = {r_numbers((*r1, *r0))},", f"  total = {r_numbers((*n1, *n0))},"]
    data += [f"  x = rep(c({treated}, {control}), each = {len(r1)})", ")"]
    spread = " + (0 + x | study)" if stated.tau is not None else ""
    # a factor of one level tells nothing apart
    baseline = "study" if len(r1) > 1 else "Intercept"
    return data, f"events | trials(total) ~ 0 + {baseline} + x{spread}", "binomial()", "x"


def _brms(prior: Prior, parameter: str) -> str:
    """Return a prior as brms names it; classes that are standard deviations are cut at 0 by brms."""
    if isinstance(prior, Flat):
        return '""'
    named = None if isinstance(prior, Uniform) else arguments(prior, STAN)
    if named is None:
        raise unheld("brms", parameter, prior)
    return f"{named[0]}({', '.join(named[1])})"


def bayesmeta_script(stated: Stated) -> str:
    """Return a script for bayesmeta, which holds estimates with standard errors; raises ``ModelError``."""
    if stated.events is not None:
        raise refused("bayesmeta", "likelihoods of counts", "likelihood 'normal'; stan, brms and pymc do")
    if stated.tau is None or math.isfinite(stated.model.degrees_of_freedom):
        raise refused("bayesmeta", f"{stated.model.effects} effects", "random effects")
    match stated.mu:
        case Normal(mean, sd):
            mu = f"mu.prior.mean = {number(mean)}, mu.prior.sd = {number(sd)}"
        case Flat():
            mu = "mu.prior.mean = NA, mu.prior.sd = NA"
        case _:
            raise unheld("bayesmeta", "mu", stated.model.mu)
    density = "rep(1, length(t))" if isinstance(stated.tau, Flat) else IN_R.density(stated.tau, "t")
    if density is None:
        raise unheld("bayesmeta", "tau", stated.model.tau)
    quantity = "exp(summary)" if stated.posterior.measure.log else "summary"
    return "\n".join(
        [
            *head(stated, ("Run in R with bayesmeta.",)),
            "library(bayesmeta)",
            *([INVERSE_GAMMA] if "dinvgamma" in density else []),
            "",
            "fit <- bayesmeta(",
            f"  y = {r_numbers(stated.estimates)},",
            f"  sigma = {r_numbers(stated.errors)},",
            f"  labels = c({texts(stated.studies)}),",
            f"  {mu},",
            f"  tau.prior = function(t) {density}, interval.type = \"central\"",
            ")",
            "print(fit)",
            "summary <- fit$qposterior(mu = c(0.5, 0.025, 0.975))",
            f"print({quantity})",
            "",
        ]
    )  # fmt: skip


def metafor_script(stated: Stated) -> str:
    """Return a script for metafor: the classical counterpart of the model, without its priors."""
    model = stated.model
    note = "Run in R with metafor: the classical counterpart of the model. It has no priors, so it differs."
    data = ["trials <- data.frame(", f"  study = c({texts(stated.studies)}),"]
    if stated.events is None:
        data += [f"  yi = {r_numbers(stated.estimates)},", f"  sei = {r_numbers(stated.errors)}", ")"]
        how = "REML" if model.heterogeneous else "EE"
        fit = f'fit <- rma(yi, sei = sei, data = trials, slab = study, method = "{how}")'
    else:
        (r1, r0), (n1, n0) = stated.counts()
        data += [f"  ai = {r_numbers(r1)},", f"  n1i = {r_numbers(n1)},"]
        data += [f"  ci = {r_numbers(r0)},", f"  n2i = {r_numbers(n0)}", ")"]
        kind = "CM.EL" if model.family.conditions_on_events else "UM.FS"
        how = "ML" if model.heterogeneous else "EE"
        fit = (
            'fit <- rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = trials,\n'
            f'  slab = study, model = "{kind}", method = "{how}")'
        )
    change = ", transf = exp" if stated.posterior.measure.log else ""
    shown = ["print(fit)", f"print(predict(fit{change}))", ""]
    return "\n".join([*head(stated, (note,)), "library(metafor)", "", *data, fit, *shown])
