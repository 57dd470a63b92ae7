"""Draws of a posterior from either engine, with what ArviZ and the checks ask of them:
log likelihoods, log priors, replicates.

All arrays are plain: (chains, draws) or (chains, draws, K), the studies being those that carry information.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, listed
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.inputs.counts.design_effects import refuse_design_effects
from bayes_ivig.inputs.estimates import arrays
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.inputs.model.pet_peese import PetPeese
from bayes_ivig.inputs.model.selected import Selection
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods import given
from bayes_ivig.likelihoods.contract import Likelihood, Observed, WithBaselines
from bayes_ivig.results.contract import Fitted, Likelihoods
from bayes_ivig.results.draws import replicates as predictive
from bayes_ivig.results.draws.of_grid import conditional_log_likelihood, draw, integrated_log_likelihood
from bayes_ivig.results.draws.replicates import new_effects, replicate

type Array = NDArray[np.float64]
type Group = dict[str, Array]

# the order in which parameters are listed, others after them
KNOWN = ("mu", "tau", "theta", "theta_new", "alpha")
RICHER = (RandomBaselines, Bivariate, BetaBinomial, MetaRegression, BiasAdjusted, PetPeese)
# spawn key of the stream that draws replicates, apart from those that draw the posterior and theta_new
REPLICATED = 2


def two_arm(posterior: Fitted) -> bool:
    """Whether the posterior is of a ``Model``: two arms per study, one effect each,
    a likelihood surface in (mu, tau).
    """
    return isinstance(posterior.model, Model)


def richer(posterior: Fitted) -> bool:
    """Whether the posterior is of two arms' counts under a model of another kind,
    its likelihood by study made from draws.
    """
    return isinstance(posterior.model, RICHER)


def require_by_study(posterior: Fitted, what: str) -> None:
    """Raise ``ModelError`` for a model of which a study has no likelihood
    with its own parameters integrated out.
    """
    if not (two_arm(posterior) or richer(posterior)):
        raise ModelError(
            f"{what}: not available for this kind of model ({type(posterior.model).__name__}); it needs the "
            "likelihood of two arms' counts by study, every study's own parameters integrated out, and here "
            "a study's counts are of more than one outcome"
        )


def counts_model(posterior: Fitted) -> Model:
    """Return the two-arm model that says how effects and baselines give counts:
    likelihood and baseline are this model's.
    """
    model = posterior.model
    if isinstance(model, Model):
        return model
    if isinstance(model, MetaRegression | BiasAdjusted | PetPeese | Selection):
        return model.two_arm
    return Model(baseline=getattr(model, "baseline", "control"))


def require_two_arm(posterior: Fitted, what: str) -> None:
    """Raise ``ModelError`` for a model whose likelihood has no surface in (mu, tau)."""
    if not two_arm(posterior):
        raise ModelError(
            f"{what}: not available for this kind of model ({type(posterior.model).__name__}); it needs the "
            "likelihood of (mu, tau), every study's own parameters integrated out, "
            "as models of kind Model have it"
        )


def surface_of(posterior: Fitted) -> Likelihoods:
    """Return the likelihood surface of a two-arm posterior, computed now where it was sampled;
    raises ``ModelError``.
    """
    surface = posterior.answers.surface
    if surface is None:
        raise ModelError(
            f"{type(posterior.model).__name__}: the likelihood of this kind of model is not one "
            "of mu and tau alone"
        )
    return surface


def posterior_draws(posterior: Fitted, shape: tuple[int, int], seed: int) -> tuple[Group, Group]:
    """Return draws by name and sampling statistics, none of these where draws are independent.

    A posterior on a grid is drawn from ``shape`` times, (chains, draws); one that was sampled has its own
    draws. Raises ``ModelError`` for an impossible shape or seed.
    """
    for name, value, least in (("chains", shape[0], 1), ("draws", shape[1], 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ModelError(
                f"draws of a posterior: {name} is {value!r}; it must be a whole number of {least} or more"
            )
    drawn, grid, model = posterior.answers.drawn, posterior.answers.grid, counts_model(posterior)
    exact = posterior.answers.exact_draws
    if drawn is not None:
        order = [name for name in KNOWN if name in drawn.values]
        order += sorted(name for name in drawn.values if name not in KNOWN)
        return {name: drawn.values[name] for name in order}, dict(drawn.stats)
    if grid is None and exact is None:
        raise ModelError(
            f"draws of a posterior: the {posterior.engine} engine has none; fit with NUTS() or Quadrature()"
        )
    rng = np.random.default_rng(int(seed))
    size = int(shape[0]) * int(shape[1])
    if exact is not None:
        flat = exact.draw(size, rng)
    elif grid is not None:
        flat = draw(grid, size, rng, model.degrees_of_freedom)
    if isinstance(model.family, WithBaselines):
        theta = effects(flat, posterior.k) if exact is None else exact.seen(flat, None)
        counts = counts_of(posterior)
        flat["alpha"] = given.draw_baselines(model.family, counts, theta, model.baselines, rng)
    return {name: values.reshape(*shape, *values.shape[1:]) for name, values in flat.items()}, {}


def observed(posterior: Fitted) -> Observed:
    """Return the data of the informative studies, counts as they are."""
    return observed_of(_studies(posterior), counts_model(posterior).family)


def counts_of(posterior: Fitted) -> Counts:
    """Return the counts of the informative studies with their design effects."""
    return arrays.counts_of(_studies(posterior))


def _studies(posterior: Fitted) -> tuple[AnyStudy, ...]:
    return tuple(study for study in posterior.dataset.studies if study.name in posterior.studies)


def of_two_kinds(posterior: Fitted) -> bool:
    """Whether some trials are seen by their counts and others by an estimate only."""
    return not counts_model(posterior).uses_estimates and counts_of(posterior).given is not None


def require_one_kind(label: str, studies: Sequence[AnyStudy], family: Likelihood) -> None:
    """Raise ``ModelError`` where trials with counts stand beside trials with an estimate only,
    so that what is foretold of them is not of one kind.
    """
    names = [] if family.uses_estimates else [study.name for study in studies if study.known_by_estimate]
    if names:
        raise ModelError(
            f"{label}: data of one kind are needed to be foretold and checked; found known by an estimate "
            f"only {listed(names)}: fit with likelihood 'normal', under which every trial is an estimate, or "
            "leave these out"
        )


def require_whole_counts(posterior: Fitted) -> None:
    """Raise ``ModelError`` where a design effect leaves no distribution of whole counts to draw from
    or to check against, and where data are of two kinds.
    """
    require_one_kind(posterior.dataset.label, _studies(posterior), counts_model(posterior).family)
    refuse_design_effects(
        posterior.dataset,
        "draws of counts, nor checks against them",
        "which are of people randomised one by one",
        "fit without design effects for these",
    )


def observed_of(studies: tuple[AnyStudy, ...], family: Likelihood) -> Observed:
    """Return the data of some studies as a likelihood sees them."""
    counts = arrays.counts_of(studies)
    df = None if counts.given is None or not given.student(counts) else counts.given.df
    return Observed(np.stack(counts[:4], axis=1), family.estimates(counts), df)


def effects(values: Mapping[str, Array], studies: int) -> Array:
    """Return draws of every study's effect; mu for all of them under a common effect."""
    return values["theta"] if "theta" in values else np.asarray(values["mu"][..., None] * np.ones(studies))


def seen(
    posterior: Fitted, values: Mapping[str, Array], rng: np.random.Generator | None
) -> tuple[Array, Array | None]:
    """Return effects and baselines, (..., K) each, as the counts see them:
    a new study's, or without a generator its own.

    A new study has a new effect and the same baseline (Marshall & Spiegelhalter 2003). Under a bivariate
    normal its effect is drawn given that baseline; a beta-binomial arm has none to keep, and both risks are
    new. A flagged trial's effect includes its bias.
    """
    if (by_study := posterior.answers.by_study) is not None:
        return by_study.seen(rng)
    if (exact := posterior.answers.exact_draws) is not None:
        return exact.seen(values, rng), values.get("alpha")
    theta = (
        effects(values, posterior.k)
        if rng is None
        else new_effects(counts_model(posterior), values, posterior.k, rng)
    )
    return theta, values.get("alpha")


def integrated(posterior: Fitted, values: Mapping[str, Array]) -> Array:
    """Return each study's log likelihood at draws of the population's parameters,
    its own integrated out, (..., K).

    These are (mu, tau), and what else the kind of model has;
    a posterior of a richer kind has it at its own draws alone.
    """
    if (by_study := posterior.answers.by_study) is not None:
        return by_study.study_log_likelihood
    if (exact := posterior.answers.exact_draws) is not None:
        return exact.study_log_likelihood(values)
    return integrated_log_likelihood(surface_of(posterior), values["mu"], values.get("tau"))


def conditional(posterior: Fitted, values: Mapping[str, Array]) -> Array:
    """Return each study's log likelihood at draws of its own effect and baseline, (..., K)."""
    model = counts_model(posterior)
    theta, alpha = seen(posterior, values, None)
    if model.has_baseline or richer(posterior):
        return given.log_density(model.family, counts_of(posterior), predictive.seen(model, theta, alpha))
    return conditional_log_likelihood(surface_of(posterior), theta)


def log_prior(model: Model, values: Mapping[str, Array], integrated_out: bool) -> Group:
    """Return log prior densities by parameter; those of the studies' own only
    where they are not integrated out.
    """
    logs = {"mu": model.mu.logpdf(values["mu"])}
    if "tau" in values:
        logs["tau"] = model.tau.logpdf(values["tau"])
    if integrated_out:
        return logs
    if "theta" in values:
        tau = values["tau"][..., None]
        logs["theta"] = _log_effect(
            (values["theta"] - values["mu"][..., None]) / tau, model.degrees_of_freedom
        ) - np.log(tau)
    if "alpha" in values:
        logs["alpha"] = model.alpha.logpdf(values["alpha"])
    return logs


def _log_effect(z: Array, df: float) -> Array:
    """Log density of a study's effect in units of tau around mu."""
    if math.isfinite(df):
        constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
        return np.asarray(constant - (df + 1) / 2 * np.log1p(z * z / df))
    return -0.5 * z * z - 0.5 * math.log(2 * math.pi)


def replicates(posterior: Fitted, values: Mapping[str, Array], seed: int, *, new: bool) -> NDArray[Any]:
    """Return one replicated dataset per draw: events (..., K, 2), or log odds ratios (...,
    K) where these are observed.

    With ``new`` every study's effect is drawn anew from the between-study distribution, its baseline kept;
    without, it is the study's own.
    """
    rng = np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=(REPLICATED,)))
    theta, alpha = seen(posterior, values, rng if new else None)
    require_whole_counts(posterior)
    return replicate(counts_model(posterior), observed(posterior), theta, alpha, rng)
