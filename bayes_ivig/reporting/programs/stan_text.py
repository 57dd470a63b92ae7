"""A posterior as a program of Stan, with a script of R that runs it by cmdstanr."""

import math
from collections.abc import Iterator

from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import Uniform
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.priors.shared import number
from bayes_ivig.reporting.programs.densities_text import IN_STAN
from bayes_ivig.reporting.programs.stated_text import Stated, head, r_numbers, texts, unheld

CONDITIONAL = """functions {
  // Fisher's noncentral hypergeometric distribution: events r of the treatment arm given those of both
  real given_events_lpmf(int r, int n1, int n0, int total, real theta) {
    int least = max(0, total - n0);
    int most = min(n1, total);
    vector[most - least + 1] terms;
    for (k in least:most) {
      terms[k - least + 1] = lchoose(n1, k) + lchoose(n0, total - k) + k * theta;
    }
    return lchoose(n1, r) + lchoose(n0, total - r) + r * theta - log_sum_exp(terms);
  }
}"""


def stan_script(stated: Stated) -> str:
    """Return the script; raises ``ModelError`` for a prior that it cannot hold."""
    lines = head(
        stated,
        ("Run in R with cmdstanr. Effects are not centred: theta = mu + tau * z, as sparse counts need it.",),
    )
    values = ", ".join(f"{name} = {text}" for name, text in _data(stated))
    return "\n".join(
        [
            *lines,
            "library(cmdstanr)",
            "",
            "program <- '",
            stan_program(stated).replace("'", "`"),
            "'",
            f"data <- list({values})",
            f"trials <- c({texts(stated.studies)})",
            "model <- cmdstan_model(write_stan_file(program))",
            "fit <- model$sample(data, seed = 1, chains = 4, iter_sampling = 2500, adapt_delta = 0.99)",
            'print(fit$summary(c("mu", "effect", "theta"), "mean", ~quantile(.x, c(0.025, 0.5, 0.975))))',
            "",
        ]
    )


def stan_program(stated: Stated) -> str:
    """Return the program alone."""
    parts = [CONDITIONAL] if stated.model.family.conditions_on_events else []
    parts += [
        _block("data", _declared(stated)),
        _block("parameters", _parameters(stated)),
        _block("transformed parameters", _effects(stated)),
        _block("model", _model(stated)),
        _block("generated quantities", _generated(stated)),
    ]
    return "\n".join(parts)


def _block(name: str, lines: Iterator[str]) -> str:
    return "\n".join([f"{name} {{", *(f"  {line}" for line in lines), "}"])


def _data(stated: Stated) -> Iterator[tuple[str, str]]:
    """Give the data by name, as R writes them; ``as.array`` keeps a single trial a vector."""
    yield "K", str(len(stated.studies))
    if stated.events is None:
        yield "y", f"as.array({r_numbers(stated.estimates)})"
        yield "se", f"as.array({r_numbers(stated.errors)})"
        return
    (r1, r0), (n1, n0) = stated.counts()
    for name, values in {"r1": r1, "n1": n1, "r0": r0, "n0": n0}.items():
        yield name, f"as.array({r_numbers(values)})"


def _declared(stated: Stated) -> Iterator[str]:
    yield "int<lower=1> K;"
    if stated.events is None:
        yield "vector[K] y;"
        yield "vector<lower=0>[K] se;"
        return
    for name in ("r1", "n1", "r0", "n0"):
        yield f"array[K] int<lower=0> {name};"


def _parameters(stated: Stated) -> Iterator[str]:
    yield f"real{_limits(stated.mu)} mu;"
    if stated.tau is not None:
        yield f"real{_limits(stated.tau) or '<lower=0>'} tau;"
        yield "vector[K] z;"
    if stated.model.has_baseline:
        yield f"vector{_limits(stated.alpha)}[K] alpha;"


def _limits(prior: Prior) -> str:
    if not isinstance(prior, Uniform):
        return ""
    return f"<lower={number(prior.lower)}, upper={number(prior.upper)}>"


def _effects(stated: Stated) -> Iterator[str]:
    spread = "mu + tau * z" if stated.tau is not None else "rep_vector(mu, K)"
    yield f"vector[K] theta = {spread};"


def _model(stated: Stated) -> Iterator[str]:
    yield from _prior(stated.mu, "mu")
    if stated.tau is not None:
        yield from _prior(stated.tau, "tau")
        df = stated.model.degrees_of_freedom
        yield f"z ~ student_t({number(df)}, 0, 1);" if math.isfinite(df) else "z ~ std_normal();"
    if stated.model.has_baseline:
        yield from (f"for (i in 1:K) {line}" for line in _prior(stated.alpha, "alpha[i]"))
        low, high = ("- theta / 2", "+ theta / 2") if stated.midway else ("", "+ theta")
        yield f"r0 ~ binomial_logit(n0, {f'alpha {low}'.strip()});"
        yield f"r1 ~ binomial_logit(n1, alpha {high});"
    elif stated.events is None:
        yield "y ~ normal(theta, se);"
    else:
        yield "for (i in 1:K) target += given_events_lpmf(r1[i] | n1[i], n0[i], r1[i] + r0[i], theta[i]);"


def _prior(prior: Prior, parameter: str) -> Iterator[str]:
    """Give the line that adds a prior's log density; none for a flat one."""
    if isinstance(prior, Flat):
        return
    density = IN_STAN.density(prior, parameter)
    if density is None:
        raise unheld("stan", parameter.partition("[")[0], prior)
    yield f"target += {density};"


def _generated(stated: Stated) -> Iterator[str]:
    yield f"real effect = {'exp(mu)' if stated.posterior.measure.log else 'mu'};"
