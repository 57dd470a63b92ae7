"""What every script states of a posterior: its data as arrays, its model, and what came out here."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.priors.composite import Prior, resolved
from bayes_ivig.priors.shared import number
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.draws.draws import observed, of_two_kinds
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.version import __version__


@dataclass(frozen=True)
class Stated:
    """Model and data of a posterior in plain values: names of K trials, and either both arms' events and
    totals, treatment first, or estimates with standard errors on the scale of mu.
    """

    posterior: Posterior
    model: Model
    studies: tuple[str, ...]
    events: tuple[tuple[int, ...], tuple[int, ...]] | None
    totals: tuple[tuple[int, ...], tuple[int, ...]] | None
    estimates: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def mu(self) -> Prior:
        """The prior of mu, a library's entry resolved."""
        return resolved(self.model.mu)

    @property
    def tau(self) -> Prior | None:
        """The prior of tau; None under a common effect."""
        return resolved(self.model.tau) if self.model.heterogeneous else None

    @property
    def alpha(self) -> Prior:
        """The prior of the baselines."""
        return resolved(self.model.alpha)

    @property
    def midway(self) -> bool:
        """Whether baselines lie midway between the arms, else on the control arm."""
        return PLACES[self.model.baseline].share > 0

    def counts(
        self,
    ) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return events and totals where the likelihood is of counts."""
        assert self.events is not None and self.totals is not None
        return self.events, self.totals


def stated(posterior: Posterior, program: str) -> Stated:
    """Return model and data; raises ``ModelError`` for what no script here can state."""
    model = posterior.model
    if not isinstance(model, Model):
        raise refused(program, f"models of kind {type(model).__name__}", "a Model")
    if posterior.weights or posterior.dataset.design_effects or model.missing:
        raise refused(program, "weights, design effects and missing outcomes", "a model without them")
    if of_two_kinds(posterior) or not (model.uses_estimates or posterior.measure.code == "OR"):
        raise refused(
            program, "counts on this scale, or of some trials only", "likelihood 'normal', or odds ratios"
        )
    counts, (estimate, error), df = observed(posterior)
    if df is not None and not np.isinf(df).all():
        raise refused(program, "estimates with degrees of freedom of their own", "estimates without them")
    whole = None if model.uses_estimates else counts.astype(np.int64)
    return Stated(
        posterior,
        model,
        posterior.studies,
        None if whole is None else (tuple(whole[:, 0].tolist()), tuple(whole[:, 2].tolist())),
        None if whole is None else (tuple(whole[:, 1].tolist()), tuple(whole[:, 3].tolist())),
        tuple(estimate.tolist()),
        tuple(error.tolist()),
    )


def refused(program: str, what: str, instead: str) -> ModelError:
    """Return the error about what a program's script cannot hold."""
    return ModelError(f"export_code: the script for {program} does not hold {what}; it holds {instead}")


def unheld(program: str, parameter: str, prior: Prior) -> ModelError:
    """Return the error about a prior that a program's script cannot hold."""
    return refused(program, f"the prior {prior} of {parameter}", "the plain families")


def head(stated: Stated, lines: Iterable[str]) -> list[str]:
    """Return the comment at the beginning of a script: what it states, and what came out here."""
    posterior = stated.posterior
    measure = posterior.measure
    lower, upper = posterior.effect.interval(0.95)
    median = effects.shown(measure, posterior.effect.median)
    interval = f"{effects.shown(measure, lower)} to {effects.shown(measure, upper)}"
    above = numbers.chance(measure.above, float(posterior["mu"].prob_above(0.0)))
    data = phrases.name(posterior.dataset.label).replace("\n", " ")
    model = stated.model
    priors = [f"mu ~ {model.mu}"]
    priors += [f"tau ~ {model.tau}"] if stated.tau else []
    priors += [f"alpha ~ {model.alpha} ({model.baseline})"] if model.has_baseline else []
    text = [
        f"{data}: {len(stated.studies)} trials, {posterior.dataset.selection or 'all'}.",
        f"{model.likelihood} likelihood, {model.effects} effects, {', '.join(priors)}.",
        f"bayes_ivig {__version__} gives {measure.name} {median} (95% credible interval {interval}), "
        f"{above}.",
        *lines,
    ]
    return [f"# {line}" for line in text]


def r_numbers(values: Sequence[float]) -> str:
    """Return numbers as a vector of R."""
    return f"c({', '.join(map(number, values))})"


def py_numbers(values: Sequence[float]) -> str:
    """Return numbers as a list of Python."""
    return f"[{', '.join(map(number, values))}]"


def texts(values: Sequence[str]) -> str:
    """Return texts in quotes, separated by commas, as R and Python both read them."""
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
