"""What the richer two-arm models say of one study: its marginal log likelihood at each draw,
and effects drawn anew.

Both need, at each draw of the population's parameters, the distribution of what the study's counts see: of
both arms' log odds (random baselines, bivariate), of the log odds ratio (meta-regression, bias adjustment),
of both arms' risks (beta-binomial).
"""

import math
from collections.abc import Mapping
from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.engines.grid.curves import on_own_nodes
from bayes_ivig.engines.marginal.table import tabulated
from bayes_ivig.engines.nuts.beta_binomial import ARMS, draw_log_odds
from bayes_ivig.engines.nuts.study_integrals import ArmPair, along_curve, arm_pair, beta_binomial
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.inputs.characteristics.covariates import design_of, flags_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.arms import BetaBinomial, Bivariate, RandomBaselines
from bayes_ivig.inputs.model.covariates import BiasAdjusted, MetaRegression
from bayes_ivig.likelihoods import given
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.estimates import OfEstimates

type Array = NDArray[np.float64]
type Values = Mapping[str, Array]
type Richer = RandomBaselines | Bivariate | BetaBinomial | MetaRegression | BiasAdjusted

FAR = 8.0  # SDs around a mean effect to which curves are drawn


def log_likelihood(dataset: Dataset, model: Richer, names: tuple[str, ...], values: Values) -> Array:
    """Return each study's log likelihood at draws of the population's parameters, (chains, draws,
    K), constants kept.

    The study's own effect and baseline are integrated out, against the between-study distribution at the draw
    and, where baselines are independent, their prior; binomial coefficients are kept, so that models of kind
    ``Model`` compare.
    """
    counts = _counts(dataset, names)
    match model:
        case RandomBaselines() | Bivariate():
            return arm_pair(counts, arms_of(model, values))
        case BetaBinomial():
            parts = []
            for arm, (r, n) in zip(ARMS, ((counts.r1, counts.n1), (counts.r0, counts.n0)), strict=True):
                centre, phi = _risk(arm, values)
                parts.append(beta_binomial(r, n, (special.expit(centre), special.expit(-centre)), phi))
            return parts[0] + parts[1]
        case MetaRegression() if model.effects != "random":
            mean, _ = effect_of(dataset, model, names, values)
            studies = tuple(study for study in dataset.studies if study.name in names)
            return tabulated(studies, model.two_arm).of_each(mean, values.get("tau"))
        case MetaRegression() | BiasAdjusted():
            mean, sd = effect_of(dataset, model, names, values)
            return _on_curves(counts, model, mean, sd)
        case _:
            assert_never(model)


def renewed(
    dataset: Dataset, model: Richer, names: tuple[str, ...], values: Values, rng: np.random.Generator
) -> tuple[Array, Array | None]:
    """Return what the counts of studies drawn anew see, log odds ratios and baselines,
    (chains, draws, K) each.

    Baselines are kept, and effects drawn from their distribution given them; a beta-binomial arm has no
    baseline to keep, and both arms' risks are new. Of a flagged trial the log odds ratio is the sum of a new
    effect and a new bias.
    """
    shape = (*values["mu"].shape, len(names))
    match model:
        case BetaBinomial():
            log_odds = []
            for arm in ARMS:
                centre, phi = (np.broadcast_to(x, shape) for x in _risk(arm, values))
                log_odds.append(draw_log_odds(special.expit(centre) / phi, special.expit(-centre) / phi, rng))
            return log_odds[0] - log_odds[1], log_odds[1]
        case Bivariate():
            arms, alpha = arms_of(model, values), values["alpha"]
            treatment = arms.m1 + arms.a * (alpha - arms.m0) / arms.w + arms.s * rng.standard_normal(shape)
            return treatment - alpha, alpha
        case RandomBaselines():
            theta = values["mu"][..., None] + values["tau"][..., None] * rng.standard_normal(shape)
            return theta, values["alpha"]
        case MetaRegression() | BiasAdjusted():
            mean, sd = effect_of(dataset, model, names, values)
            df = model.two_arm.degrees_of_freedom
            z = rng.standard_t(df, shape) if math.isfinite(df) else rng.standard_normal(shape)
            return mean + sd * z, values.get("alpha")
        case _:
            assert_never(model)


def kept(
    dataset: Dataset, model: Richer, names: tuple[str, ...], values: Values
) -> tuple[Array, Array | None]:
    """Return what the counts see of the studies' own parameters:
    log odds ratios, any bias in them, and baselines.
    """
    theta = values["theta"]
    if isinstance(model, BiasAdjusted):
        theta = theta.copy()
        theta[..., np.flatnonzero(flags_of(dataset, names, model))] += values["bias"]
    return theta, values.get("alpha")


def arms_of(model: RandomBaselines | Bivariate, values: Values) -> ArmPair:
    """Return the joint normal of both arms' log odds at each draw, arrays of shape (chains, draws, 1)."""
    of = {name: array[..., None] for name, array in values.items() if array.ndim == 2}
    mu = of["mu"]
    if isinstance(model, Bivariate):
        nu, rho, w, v = of["nu_control"], of["rho"], of["omega_control"], of["omega_treatment"]
        return ArmPair(nu, nu + mu, w, rho * v, v * np.sqrt((1 - rho) * (1 + rho)))
    nu, tau, omega = of["nu"], of["tau"], of["omega"]
    if not PLACES[model.baseline].share:
        return ArmPair(nu, nu + mu, omega, omega, tau)
    w = np.hypot(omega, tau / 2)  # control = alpha - theta / 2, treatment = alpha + theta / 2
    return ArmPair(nu - mu / 2, nu + mu / 2, w, (omega - tau / 2) * (omega + tau / 2) / w, omega * tau / w)


def effect_of(
    dataset: Dataset, model: MetaRegression | BiasAdjusted, names: tuple[str, ...], values: Values
) -> tuple[Array, Array]:
    """Return mean and SD of the log odds ratio that each study's counts see, (chains, draws, K) each."""
    mu = values["mu"][..., None]
    tau = values["tau"][..., None] if "tau" in values else np.zeros(mu.shape)
    if isinstance(model, MetaRegression):
        mean = mu + values["beta"] @ np.array(design_of(dataset, names, model).rows, float).T
        return mean, np.broadcast_to(tau, mean.shape)
    flags = np.array(flags_of(dataset, names, model), float)
    return mu + flags * values["beta0"][..., None], np.hypot(tau, flags * values["kappa"][..., None])


def _risk(arm: str, values: Values) -> tuple[Array, Array]:
    """Return the log odds of an arm's mean risk and its overdispersion, (chains, draws, 1) each."""
    centre = values["nu"] + values["mu"] if arm == "treatment" else values["nu"]
    phi = values["phi"] if "phi" in values else values[f"phi_{arm}"]
    return centre[..., None], phi[..., None]


def _on_curves(counts: Counts, model: MetaRegression | BiasAdjusted, mean: Array, sd: Array) -> Array:
    """Integrate each study's curve, its baseline already integrated out, against Normal(mean, sd^2)."""
    two_arm = model.two_arm
    if isinstance(two_arm.family, OfEstimates):
        closed = given.averaged(two_arm.family, counts, mean, sd)
        if closed is not None:
            return closed
    logs_by_study = np.empty(mean.shape)
    for i in range(mean.shape[-1]):
        own = counts.take([i])
        m, s = mean[..., i].reshape(-1), sd[..., i].reshape(-1)
        known = two_arm.family.estimates(own)
        reach = two_arm.family.reach(known, two_arm.baselines)
        far = max(reach, float(np.max(np.abs(m)))) + FAR * float(np.max(s))
        (nodes,), curve = on_own_nodes(own, two_arm, far, Fineness().finer())
        values = curve.fine[0] if curve.fine.size else curve.at(nodes)[0]
        logs = along_curve(lambda theta, curve=curve: curve.at(theta)[0], (nodes, values), m, s)  # type: ignore[misc]
        logs_by_study[..., i] = logs.reshape(mean.shape[:-1])
    return logs_by_study


def _counts(dataset: Dataset, names: tuple[str, ...]) -> Counts:
    return counts_of(tuple(study for study in dataset.studies if study.name in names))
